"""What is said of forecasts; forecast_fit.py: by the fit; forecast_page.py: in figures."""

SENTENCES: dict[str, tuple[str, str]] = {
    "forecast.beats": (
        "beats the naive forecast beyond doubt",
        "比朴素预测好，不容置疑",
    ),
    "forecast.worse": (
        "is worse than the naive forecast beyond doubt",
        "不如朴素预测，不容置疑",
    ),
    "forecast.not_beats": (
        "does not beat the naive forecast beyond doubt",
        "没有比朴素预测好到不容置疑",
    ),
    "forecast.naive.last-value": ("the last value", "最后一个值"),
    "forecast.naive.seasonal-naive": ("the last season", "上一个周期"),
    "forecast.opening": (
        "{verdict}: scaled error {model:number}, that of {naive} {error:number}, on {n:count} test "
        "{n:origin|origins} ({p:p})",
        "{verdict}：{n:count} 个测试起点上，标准化误差 {model:number}，"
        "{naive}则为 {error:number}（{p:p}）",
    ),
    "forecast.few": (
        "{verdict}: {dates:count} {dates:moment|moments} of test origins are too few to compare "
        "forecasts of {steps:count} {steps:step|steps} ({least:count} are needed); scaled error "
        "{model:number}, that of {naive} {error:number}",
        "{verdict}：测试起点只有 {dates:count} 个时刻，"
        "不足以比较 {steps:count} 步的预测（至少要 {least:count} 个）；"
        "标准化误差 {model:number}，{naive}则为 {error:number}",
    ),
    "forecast.same": (
        "{verdict}: it is the naive forecast itself ({naive}), so nothing was compared; scaled "
        "error {model:number} on {n:count} test {n:origin|origins}",
        "{verdict}：它就是朴素预测（{naive}），没有可比的对象；"
        "{n:count} 个测试起点上标准化误差 {model:number}",
    ),
    "forecast.score": (
        "{verdict}: {headline} {score:number} ({range:number}) on {n:count} test "
        "{n:origin|origins}; {naive}: {base:number}, so {more:gain} ({more_range:gain_number}), "
        "{p:p}",
        "{verdict}：{n:count} 个测试起点上{headline} {score:number}（{range:number}）；"
        "{naive}则为 {base:number}，相差 {more:gain}（{more_range:gain_number}），{p:p}",
    ),
    "forecast.score.alike": (
        "{verdict}: it is the naive forecast itself ({naive}), so nothing was compared; {headline} "
        "{score:number} ({range:number}) on {n:count} test {n:origin|origins}",
        "{verdict}：它就是朴素预测（{naive}），没有可比的对象；"
        "{n:count} 个测试起点上{headline} {score:number}（{range:number}）",
    ),
    "forecast.score.few": (
        "{verdict}: {dates:count} {dates:moment|moments} of test origins are too few to compare "
        "forecasts of {steps:count} {steps:step|steps} ({least:count} are needed); {headline} "
        "{score:number} ({range:number}), that of {naive} {base:number}",
        "{verdict}：测试起点只有 {dates:count} 个时刻，"
        "不足以比较 {steps:count} 步的预测（至少要 {least:count} 个）；"
        "{headline} {score:number}（{range:number}），{naive}则为 {base:number}",
    ),
    "forecast.score.power": ("an advantage of {seen:number}", "{seen:number} 的优势"),
    "forecast.score.same": (
        "No other rung was better beyond doubt, so the naive forecast is kept: its intervals are "
        "what the fit adds.",
        "没有哪一级好到不容置疑，因此留用朴素预测：训练带来的是它的区间。",
    ),
    "forecast.score.fail": (
        "Use the naive forecast instead: it costs nothing. What moves these values is not in the "
        "columns that the model sees, or not there at all.",
        "请改用朴素预测：它不花任何代价。推动这些值的因素不在模型看到的列里，或根本不存在。",
    ),
    "forecast.score.cannot": (
        "There are too few test origins to tell it from the naive forecast: a longer history would "
        "settle it.",
        "测试起点太少，分不出它与朴素预测的高下：历史再长一些就能定论。",
    ),
    "forecast.carries": (
        "error as a share of the naive forecast's: training {train:percent}, the last stretch of "
        "validation {validation:percent}, test {test:percent}; test less validation {short:points} "
        "({range:points}), {p:p}; {looks:count} {looks:look|looks} at the validation origins",
        "误差占朴素预测误差的比例：训练 {train:percent}，最后一段验证 {validation:percent}，"
        "测试 {test:percent}；测试比验证 {short:points}（{range:points}），{p:p}；"
        "验证起点共看过 {looks:count} 次",
    ),
    "forecast.carries.few": (
        "too few origins to compare the parts, or no naive error to measure by",
        "起点太少，无法比较各部分；或朴素预测没有误差可比",
    ),
    "forecast.carries.power": (
        "a share that rises by {seen:size_percent} from validation to test",
        "从验证到测试上升 {seen:size_percent}",
    ),
    "forecast.carries.short": (
        "It does worse than when it was chosen: either choosing flattered it, or times have "
        "changed. Trust the test, and fit again as new rows come.",
        "它不如挑选时那么好：要么挑选带来了水分，"
        "要么时势变了。请以测试为准，有了新数据就重新训练。",
    ),
    "forecast.carries.memory": (
        "Much of what it knows holds for its training times only: try a lighter rung or a longer "
        "history.",
        "它知道的多半只对训练时段管用：请换更轻的模型，或给更长的历史。",
    ),
    "forecast.carries.changed": (
        "Beside the naive forecast it does far better than when it was chosen: times have changed, "
        "and the test stretch is of another kind. Look at the figure before you trust either.",
        "与朴素预测相比，它比挑选时好得多：时势变了，测试区间已是另一种情形。"
        "相信任何一边之前，请先看图。",
    ),
    "forecast.parted": (
        "{over:count} of {n:count} {n:origin|origins} reach into a later part with their targets",
        "{n:count} 个起点里有 {over:count} 个的预测目标伸进了后一部分",
    ),
    "forecast.parted.power": ("a single one", "哪怕只有一个"),
    "forecast.parted.fail": (
        "The parts overlap in time: the score counts steps that were learned. Fit again with "
        "--fresh.",
        "各部分在时间上重叠：得分里含有学过的步。请加 --fresh 重新训练。",
    ),
    "forecast.lag.line": (
        "no echo: the change that it forecasts one step ahead and the change that came are "
        "correlated by {known:number} ({p:p}, {n:count} steps), which no repeated value would be",
        "不是回声：它提前一步预测的变化与实际的变化相关 {known:number}"
        "（{p:p}，{n:count} 步），重复旧值做不到这一点",
    ),
    "forecast.lag.own": (
        "no echo: its forecasts do not simply move as the value just did (correlation "
        "{behind:number}; with the next move {ahead:number}); but no knowledge of the next change "
        "is shown either ({known:number}, {p:p}, {n:count} steps)",
        "不是回声：它的预测并非只是跟着刚过去的变动走（相关 {behind:number}；"
        "与下一步变动相关 {ahead:number}）；但也没能证明它知道下一步的变化"
        "（{known:number}，{p:p}，{n:count} 步）",
    ),
    "forecast.lag.copy": (
        "an echo: one step ahead the prediction is yesterday's value. It moves as the value has "
        "just moved (correlation {behind:number}), not as it moves next ({ahead:number}), and no "
        "knowledge of the next change is shown ({known:number}, {p:p}, {n:count} steps)",
        "是回声：提前一步的预测就是昨天的值。它跟着刚过去的变动走（相关 {behind:number}），"
        "而不是跟着下一步的变动（{ahead:number}），也没能证明它知道下一步的变化"
        "（{known:number}，{p:p}，{n:count} 步）",
    ),
    "forecast.lag.few": (
        "{n:count} neighbouring test {n:origin|origins}: too few to look for an echo",
        "相邻的测试起点只有 {n:count} 个，太少，看不出是不是回声",
    ),
    "forecast.lag.power": (
        "a correlation of {echo:number} with the move just seen, above that with the next move, "
        "without knowledge of the next change",
        "与刚过去变动的相关达到 {echo:number} 且高于与下一步变动的相关，又不知道下一步的变化",
    ),
    "forecast.lag.advice": (
        "A curve that looks right is the true one, one step late. Of a random walk no better is "
        "possible; do not take it for foresight.",
        "看上去很准的曲线，其实是真实曲线晚了一步。"
        "对随机游走，没有更好的预测；请不要当作先见之明。",
    ),
    "forecast.intervals.held": (
        "{level:whole_percent} intervals hold {share:percent} of {n:count} later origins' steps "
        "({range:percent})",
        "{level:whole_percent} 区间覆盖了 {n:count} 个后来的起点的 {share:percent}"
        "（{range:percent}）",
    ),
    "forecast.intervals.narrow": (
        "{level:whole_percent} intervals hold only {share:percent} of {n:count} later origins' "
        "steps ({range:percent}), below 93–97 %",
        "{level:whole_percent} 区间只覆盖了 {n:count} 个后来的起点的 {share:percent}"
        "（{range:percent}），低于 93–97%",
    ),
    "forecast.intervals.wide": (
        "{level:whole_percent} intervals hold {share:percent} of {n:count} later origins' steps "
        "({range:percent}), above 93–97 %",
        "{level:whole_percent} 区间覆盖了 {n:count} 个后来的起点的 {share:percent}"
        "（{range:percent}），高于 93–97%",
    ),
    "forecast.intervals.adapted": (
        "{line}; intervals that learn from their misses: {adapted:percent}",
        "{line}；会从失误中学习的区间：{adapted:percent}",
    ),
    "forecast.intervals.few": (
        "no {level:whole_percent} interval: too few validation origins to bound one",
        "没有 {level:whole_percent} 区间：验证起点太少，定不出来",
    ),
    "forecast.intervals.power": (
        "a coverage outside {range:percent} % by {half:size_percent}",
        "覆盖率偏离 {range:percent}% 达 {half:size_percent}",
    ),
    "forecast.intervals.advice.narrow": (
        "Later times were wilder than those the intervals come from. Take them for narrower than "
        "they say, and fit again as new rows come.",
        "后来的时段比定区间时更不安稳。请把它们看作偏窄，有了新数据就重新训练。",
    ),
    "forecast.intervals.advice.wide": (
        "Later times were calmer than those the intervals come from: they are wider than needed.",
        "后来的时段比定区间时平静：区间宽得多余了。",
    ),
    "forecast.steps": (
        "error as a share of the naive forecast's: {first:percent} at 1 step ahead, "
        "{last:percent} at {far:count}; beyond doubt lower at {better:count} and higher at "
        "{worse:count} of {steps:count} {steps:step|steps} that could be compared",
        "误差占朴素预测误差的比例：提前 1 步 {first:percent}，提前 {far:count} 步 {last:percent}；"
        "作了比较的 {steps:count} 个步长里，{better:count} 个更低、{worse:count} 个更高，不容置疑",
    ),
    "forecast.steps.same": (
        "it is the naive forecast: its error goes from {near_error:number} at 1 step ahead to "
        "{far_error:number} at {far:count}",
        "它就是朴素预测：误差从提前 1 步的 {near_error:number} 到提前 {far:count} 步的 "
        "{far_error:number}",
    ),
    "forecast.steps.same_one": (
        "it is the naive forecast: its error is {near_error:number} one step ahead",
        "它就是朴素预测：提前一步的误差为 {near_error:number}",
    ),
    "forecast.steps.few": (
        "error as a share of the naive forecast's: {first:percent} at 1 step ahead, "
        "{last:percent} at {far:count}; {dates:count} {dates:moment|moments} are too few to "
        "compare any of them",
        "误差占朴素预测误差的比例：提前 1 步 {first:percent}，提前 {far:count} 步 {last:percent}；"
        "只有 {dates:count} 个时刻，太少，都无法比较",
    ),
    "forecast.steps.few_one": (
        "error one step ahead as a share of the naive forecast's: {first:percent}; {dates:count} "
        "{dates:moment|moments} are too few to compare the two",
        "提前一步的误差占朴素预测误差的 {first:percent}；只有 {dates:count} 个时刻，太少，无法比较",
    ),
    "forecast.steps.one": (
        "error one step ahead as a share of the naive forecast's: {first:percent}",
        "提前一步的误差占朴素预测误差的 {first:percent}",
    ),
    "forecast.steps.power": (
        "a step at which the naive forecast has {seen:percent} less error ({n:count} looked at)",
        "某个步长上朴素预测的误差少 {seen:percent}（看了 {n:count} 个）",
    ),
    "forecast.steps.warn": (
        "Take the naive forecast at these steps ahead: {steps}.",
        "在这些步长上请用朴素预测：{steps}。",
    ),
    "forecast.direction.line": (
        "up or down right {share:percent} of {n:count} times one step ahead; always the commoner: "
        "{majority:percent}, {p:p}",
        "提前一步，{n:count} 次涨跌答对 {share:percent}；"
        "一律答较常见的方向：{majority:percent}，{p:p}",
    ),
    "forecast.direction.ranked": (
        "{line}; rank correlation across series (IC) {ic:number} ({range:number}), t = {t:number} "
        "over {dates:count} dates, {p:p}",
        "{line}；各序列间的秩相关（IC）{ic:number}（{range:number}），"
        "{dates:count} 个日期上 t = {t:number}，{p:p}",
    ),
    "forecast.direction.few": (
        "up or down right {share:percent} of {n:count} times one step ahead; always the commoner: "
        "{majority:percent}; {dates:count} {dates:moment|moments} are too few to compare the two",
        "提前一步，{n:count} 次涨跌答对 {share:percent}；"
        "一律答较常见的方向：{majority:percent}；只有 {dates:count} 个时刻，太少，无法比较",
    ),
    "forecast.direction.none": (
        "it forecasts no change, or nothing moved: no direction to judge",
        "它预测不变，或数值没有动过：没有方向可评",
    ),
    "forecast.direction.power": (
        "{seen:size_percent} more than always the commoner",
        "比一律答较常见的方向多 {seen:size_percent}",
    ),
    "forecast.direction.advice": (
        "Not shown to know up from down better than by always saying the commoner.",
        "没能证明它判断涨跌比一律答较常见的方向更准。",
    ),
    "forecast.too_good.line": (
        "tomorrow: R² {r2:percent} against no change, direction {direction:percent} ({n:count} "
        "forecasts)",
        "次日：相对“不变”的 R² 为 {r2:percent}，方向对 {direction:percent}（{n:count} 次预测）",
    ),
    "forecast.too_good.ranked": (
        "tomorrow: R² {r2:percent} against no change, direction {direction:percent}, rank "
        "correlation {ic:number} ({n:count} forecasts)",
        "次日：相对“不变”的 R² 为 {r2:percent}，方向对 {direction:percent}，秩相关 {ic:number}"
        "（{n:count} 次预测）",
    ),
    "forecast.too_good.few": (
        "{n:count} {n:forecast|forecasts}: too few to say whether they are too good to be true",
        "只有 {n:count} 次预测，太少，看不出是否好得不真实",
    ),
    "forecast.too_good.power": (
        "an R² above {r2_limit:percent}, a direction above {direction_limit:percent} or a rank "
        "correlation above {ic_limit:number}",
        "R² 高于 {r2_limit:percent}、"
        "方向高于 {direction_limit:percent} 或秩相关高于 {ic_limit:number}",
    ),
    "forecast.too_good.leak": (
        "Nobody knows that much of daily prices: take it for a leak until you have shown that it "
        "is none. Look for columns of the same day's close, and for prices corrected afterwards.",
        "没有人能对日线价格知道这么多：在证明不是泄露之前，请当作泄露。"
        "请检查有没有当天收盘后才有的列，以及事后修正过的价格。",
    ),
    "forecast.worst.few": (
        "{n:count} test {n:origin|origins} of {dates:count} {dates:moment|moments}: too few to say "
        "which are the worst",
        "{n:count} 个测试起点分属 {dates:count} 个时刻，太少，找不出最差的",
    ),
    "forecast.worst": (
        "the worst {tail:whole_percent} of {n:count} origins carry {share:percent} of all error "
        "({range:percent})",
        "{n:count} 个起点里最差的 {tail:whole_percent} 占了全部误差的 {share:percent}"
        "（{range:percent}）",
    ),
    "forecast.worst.power": (
        "a worst {tail:whole_percent} that carries {seen:percent}",
        "最差的 {tail:whole_percent} 占到 {seen:percent}",
    ),
    "forecast.worst.look": (
        "Look at the origins below first: wrong values gather here, and so does what the history "
        "did not announce.",
        "请先看下面这些起点：记错的数值，以及历史没有预兆的事，往往集中在这里。",
    ),
    "forecast.worst.heavy": (
        "A few origins make most of the error: something happened there that the history did not "
        "announce, or a value was written down wrongly.",
        "少数几个起点造成了大部分误差：那里发生了历史没有预兆的事，或有数值记错了。",
    ),
    "forecast.worst.note": (
        "Test origins with the largest errors, t is the origin; true and answered are the step "
        "that was farthest off.",
        "误差最大的测试起点，t 是起点；真实与回答取差得最远的那一步。",
    ),
    "forecast.unseen": (
        "a difference from {naive} below {seen:number} ({share:percent} of its error), compared "
        "origin by origin on {n:count} test origins (a larger one would show 8 times in 10); and "
        "what these series hold no trace of",
        "与{naive}相差小于 {seen:number}（{naive}误差的 {share:percent}）：在 {n:count} "
        "个测试起点上逐个比较，更大的差别十次里有八次看得出来；以及这些序列里毫无踪迹的事",
    ),
    "forecast.unseen.same": (
        "how far it is from another forecast: it is the naive one itself ({naive}), so nothing was "
        "compared; and what these series hold no trace of",
        "它与其他预测差多少：它就是朴素预测本身（{naive}），没有可比的对象；"
        "以及这些序列里毫无踪迹的事",
    ),
    "forecast.unseen.few": (
        "any difference from another forecast: {n:count} test {n:origin|origins} of {dates:count} "
        "{dates:moment|moments} are too few to show one; and what these series hold no trace of",
        "与其他预测的任何差别：{n:count} 个测试起点分属 {dates:count} 个时刻，太少；"
        "以及这些序列里毫无踪迹的事",
    ),
    "forecast.unseen.advice": (
        "The past never proves that the future is like it. Watch the intervals as new rows come: "
        "when more than 1 in 20 is missed, fit again.",
        "过去永远证明不了未来与它一样。有了新数据，"
        "请留意区间：落在外面的超过二十分之一，就重新训练。",
    ),
    "forecast.unseen.later": (
        "what comes after {date}: the history ends there",
        "{date} 之后的事：历史到此为止",
    ),
    "forecast.unseen.times": (
        "times unlike the {n:count} {n:moment|moments} of the test part",
        "与测试部分 {n:count} 个时刻不同的时势",
    ),
    "forecast.unseen.series": (
        "other series: only {count:count} {count:was|were} seen",
        "其他序列：只见过 {count:count} 条",
    ),
    "forecast.unseen.prices": (
        "names that vanished before the data was collected, costs and slippage: no error counts "
        "them",
        "收集数据之前就消失的标的、交易成本与滑点：误差里都没有算进去",
    ),
    "forecast.foreknown": (
        "column “{column}” moves as the target will {k:count} {k:step|steps} later (correlation "
        "{tells:number}): will it be known when forecasts are made? If not, the scores mean "
        "nothing: name the other columns with --use",
        "列“{column}”的变动与目标 {k:count} 步之后的变动一致（相关 {tells:number}）："
        "到了预测的时候，它是已知的吗？如果不是，得分就毫无意义：请用 --use 列出其他列",
    ),
    "forecast.shuffled": (
        "these rows look like a time series: neighbours in {time} differ in {target} by only "
        "{share:whole_percent} of what any two rows do, and this split puts them on both sides. "
        "To forecast, add --horizon 1; to test on later rows, add --time {time}.",
        "这些行看上去是时间序列：{time} 相邻的两行，"
        "{target} 之差只有任意两行的 {share:whole_percent}，"
        "而这样的划分把它们分到两侧。要做预测，请加 --horizon 1；"
        "要用后来的行测试，请加 --time {time}。",
    ),
}
