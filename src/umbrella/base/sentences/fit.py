"""What `fit` prints: the data, the ladder's table, the choice and the first look at the test."""

SENTENCES = {
    "fit.data": (
        "{name} · {rows:count} {rows:row|rows} · {inputs} → {outcome} · {twins}",
        "{name} · {rows:count} 行 · {inputs} → {outcome} · {twins}",
    ),
    "fit.kind.text": ("text", "文本"),
    "fit.kind.table": ("columns", "表格列"),
    "fit.kind.fusion": ("columns of several kinds", "多种类型的列"),
    "fit.kind.number": ("number", "数值"),
    "fit.kind.category": ("category", "类别"),
    "fit.kind.image": ("image", "图像"),
    "fit.kind.audio": ("audio", "音频"),
    "fit.kind.speech": ("speech", "语音"),
    "fit.kind.tag": ("text", "文本"),
    "fit.kind.answer": ("a text and a question", "文本与问题"),
    "fit.kind.video": ("video", "视频"),
    "fit.kind.time": ("time", "时间"),
    "fit.kind.series": ("series", "序列"),
    "fit.outcome.classify": ("{classes:count} classes", "{classes:count} 类"),
    "fit.outcome.regress": ("a number", "一个数"),
    "fit.outcome.transcribe": ("what is said", "说的话"),
    "fit.outcome.tag": ("spans of {classes:count} types", "{classes:count} 种片段"),
    "fit.outcome.answer": ("the answer in the text", "文本中的答案"),
    "fit.outcome.forecast": ("the steps to come", "之后各步的值"),
    "fit.outcome.multilabel": (
        "{classes:count} labels, several a row",
        "{classes:count} 个标签，一行可有多个",
    ),
    "fit.no_twins": ("no twins", "没有重复行"),
    "fit.bad_rows": (
        "{bad:count} bad {bad:row|rows} skipped; the first: {place}: {reason}",
        "跳过 {bad:count} 行坏数据；第一处：{place}：{reason}",
    ),
    "fit.pretrained.found": (
        "{name} adds {rungs} to the ladder: {weights:count} weights, {bytes:bytes} on disk, "
        "license: {license}",
        "{name} 为阶梯加上 {rungs}：{weights:count} 个权重，占盘 {bytes:bytes}，许可证：{license}",
    ),
    "fit.pretrained.unlicensed": ("not stated beside it", "未在旁注明"),
    "fit.pretrained.cut": (
        "{cut:count} of {rows:count} texts fill all {length:count} tokens that are read; what lies "
        "beyond is not read",
        "{rows:count} 条文本中有 {cut:count} 条占满所读的 {length:count} 个词元；其后的内容不读",
    ),
    "fit.best_of": (
        "{rung}: the best of {count:count} seeds by the validation rows, each of them one look",
        "{rung}：{count:count} 个种子中验证最好的一个，每个都算一次查看",
    ),
    "fit.head.rung": ("rung", "级"),
    "fit.head.score": ("validation (95 %)", "验证（95%）"),
    "fit.head.size": ("size", "大小"),
    "fit.head.row": ("one row", "单行耗时"),
    "fit.head.one": ("one forecast", "单次预测"),
    "fit.head.fit": ("fit", "训练"),
    "fit.head.best": ("against the best", "与最好者相比"),
    "fit.score": ("{score:{form}} ({range:{form}})", "{score:{form}}（{range:{form}}）"),
    "fit.best": ("the best", "最好"),
    "fit.worse": ("worse ({p:p})", "更差（{p:p}）"),
    "fit.doubt": ("within doubt ({p:p})", "难分高下（{p:p}）"),
    "fit.untold": ("not compared", "未比较"),
    "fit.failed": ("failed: {why}", "失败：{why}"),
    "fit.chosen.lightest": (
        "chosen: {rung}, the lightest rung that no heavier one beats beyond doubt (best of "
        "{looks:count} looks, which flatters the best by about {optimism:size_{form}})",
        "选中：{rung}，是无法断定有谁更好的最轻一级（比了 {looks:count} 次取最好，最好者因此约虚高 "
        "{optimism:size_{form}}）",
    ),
    "fit.chosen.lightest_plain": (
        "chosen: {rung}, the lightest rung that no heavier one beats beyond doubt (best of "
        "{looks:count} looks)",
        "选中：{rung}，是无法断定有谁更好的最轻一级（比了 {looks:count} 次取最好）",
    ),
    "fit.chosen.best": (
        "chosen: {rung}, the only rung within doubt of the best (best of {looks:count} looks, "
        "which flatters the best by about {optimism:size_{form}})",
        "选中：{rung}，别的都明显不如它（比了 {looks:count} 次取最好，最好者因此约虚高 "
        "{optimism:size_{form}}）",
    ),
    "fit.chosen.best_plain": (
        "chosen: {rung}, the only rung within doubt of the best (best of {looks:count} looks)",
        "选中：{rung}，别的都明显不如它（比了 {looks:count} 次取最好）",
    ),
    "fit.chosen.beyond": (
        "chosen: {rung}, better than {naive} (the best of those that know nothing) beyond doubt, "
        "and not beaten beyond doubt by a heavier rung (best of {looks:count} looks)",
        "选中：{rung}，比 {naive}（一无所知的各级里最好的）好得确凿，"
        "也没有更重的一级确凿地胜过它（比了 {looks:count} 次取最好）",
    ),
    "fit.chosen.untold": (
        "chosen: {rung}, the lightest rung: moments to choose by are too few to tell rungs apart "
        "({looks:count} {looks:look|looks})",
        "选中：{rung}，最轻的一级：挑选用的时刻太少，分不出各级的高下（看了 {looks:count} 个）",
    ),
    "fit.chosen.only": ("chosen: {rung}, the only rung", "选中：{rung}，仅此一级"),
    "fit.useless.classify": (
        "not shown to be better than the most common class on {n:count} test {n:row|rows} ({p:p})",
        "在 {n:count} 行测试数据上，没能证明它比一律答最常见的类别好（{p:p}）",
    ),
    "fit.useless.regress": (
        "not shown to be better than the median on {n:count} test {n:row|rows} ({p:p})",
        "在 {n:count} 行测试数据上，没能证明它比一律答中位数好（{p:p}）",
    ),
    "fit.useless.transcribe": (
        "not shown to be better than always the same words on {n:count} test {n:row|rows} ({p:p})",
        "在 {n:count} 行测试数据上，没能证明它比一律答同一句话好（{p:p}）",
    ),
    "fit.useless.answer": (
        "not shown to be better than answering nothing on {n:count} test {n:row|rows} ({p:p})",
        "在 {n:count} 行测试数据上，没能证明它比一律不作回答好（{p:p}）",
    ),
    "fit.useless.tag": (
        "not shown to be better than marking nothing on {n:count} test {n:row|rows} ({p:p})",
        "在 {n:count} 行测试数据上，没能证明它比什么都不标好（{p:p}）",
    ),
    "fit.useless.multilabel": (
        "not shown to be better than always the same labels on {n:count} test {n:row|rows} ({p:p})",
        "在 {n:count} 行测试数据上，没能证明它比一律答同一组标签好（{p:p}）",
    ),
    "fit.many_classes": (
        "{classes:count} classes in {rows:count} rows, fewer than {few:count} rows each: hardly "
        "any of them can be learned. If they are quantities, add --task regress; if ids, choose "
        "another column with --target",
        "{rows:count} 行里有 {classes:count} 个类别，平均每类不到 {few:count} 行，几乎学不到什么。"
        "如果它们是数量，请加 --task regress；如果是编号，请用 --target 换一列",
    ),
    "fit.sets": (
        "target: {labels:count} labels, {how}; {mean:number} a row on average, "
        "{several:whole_percent} of the rows have several, {none:whole_percent} none",
        "目标列：{labels:count} 个标签，{how}；平均每行 {mean:number} 个，"
        "{several:whole_percent} 的行有多个，{none:whole_percent} 的行没有",
    ),
    "fit.sets.mark": ("several with “{mark}” between them", "多个标签以“{mark}”隔开"),
    "fit.sets.lists": ("written as JSON lists", "写成 JSON 列表"),
    "fit.sets.unseen": (
        "{count:count} {count:label stands|labels stand} in no training row, and can hardly be "
        "named: {shown}",
        "{count:count} 个标签在训练数据里没有出现过，几乎不可能答出：{shown}",
    ),
    "fit.naive.more": (
        "an ordinary split would have claimed {random:{form}} {headline} ({random_range:{form}}) "
        "for {rung}; on groups never met in training ({by}) it is {groups:{form}} "
        "({groups_range:{form}})",
        "若像平常那样随机划分，{rung} 的{headline}会显得有 {random:{form}}"
        "（{random_range:{form}}）；而在训练中从未出现过的分组上（{by}），是 {groups:{form}}"
        "（{groups_range:{form}}）",
    ),
    "fit.naive.same": (
        "an ordinary split would have said {random:{form}} {headline} ({random_range:{form}}) for "
        "{rung}, and on groups never met in training ({by}) it is {groups:{form}} "
        "({groups_range:{form}}): no difference beyond doubt",
        "若像平常那样随机划分，{rung} 的{headline}是 {random:{form}}（{random_range:{form}}）；"
        "在训练中从未出现过的分组上（{by}），是 {groups:{form}}（{groups_range:{form}}）："
        "没有确凿的差别",
    ),
    "fit.read": (
        "read by {how}: {score:{form}} on the validation rows, {before:{form}} by the likeliest "
        "symbols alone",
        "读法：{how}；验证行上 {score:{form}}，只取最可能的字符则为 {before:{form}}",
    ),
    "fit.read.beam": ("a beam", "束搜索"),
    "fit.read.language": (
        "a beam with a model of the language ({weight:number})",
        "束搜索加语言模型（{weight:number}）",
    ),
    "fit.read.chances": (
        "named {how}, as the validation rows chose: {score:{form}} on them, {before:{form}} when "
        "as many are named as training rows have",
        "答出标签的条件：{how}，由验证行选定；在其上 {score:{form}}，若只求个数与训练行相当则为 "
        "{before:{form}}",
    ),
    "fit.read.one": (
        "from a chance of {least:whole_percent} on",
        "概率不低于 {least:whole_percent}",
    ),
    "fit.read.own": (
        "from a chance of each label's own on, {least:whole_percent} to {most:whole_percent}",
        "概率不低于各标签自己的界限（{least:whole_percent} 到 {most:whole_percent}）",
    ),
    "fit.short": (
        "{count:count} of {rows:count} training rows {count:is|are} too short for what is said to "
        "be in {count:it|them}: nothing was learned from {count:it|them}",
        "{rows:count} 行训练数据里有 {count:count} 行太短，容不下所写的话，没有用来学习",
    ),
    "fit.unseen": (
        "{count:count} {count:character|characters} of the validation and test transcripts "
        "{count:is|are} in no training transcript, and can never be answered: {shown}",
        "验证和测试的文字里有 {count:count} 个字符在训练中从未出现，不可能答出：{shown}",
    ),
    "fit.init.fits": (
        "{rung}: {share:whole_percent} of the weights below the head start from {name}{size}",
        "{rung}：输出层以外 {share:whole_percent} 的权重取自 {name}{size}",
    ),
    "fit.init.size": (", with {dial} {count:count} as there", "，{dial} 随之取 {count:count}"),
    "fit.init.random": ("{rung}: starts at random", "{rung}：从随机权重开始"),
    "fit.init.misfit": (
        "{rung}: starts at random, for only {share:whole_percent} of its weights are in {name} "
        "({tensor}: {there} there, {here} here)",
        "{rung}：从随机权重开始，{name} 只有 {share:whole_percent} 的权重对得上"
        "（{tensor}，那边：{there}；这边：{here}）",
    ),
    "fit.init.absent": ("none", "没有"),
    "fit.init.unread": (
        "{rung}: starts at random, for {name} does not bring a vocabulary or columns that are read "
        "the same way",
        "{rung}：从随机权重开始，{name} 没有带来读法相同的词表或表格列",
    ),
    "fit.init.unknown": (
        "whether the weights of {name} have seen test rows of this fit cannot be known; if they "
        "have, the scores look too good",
        "无从得知 {name} 的权重是否见过这里的测试行；若见过，得分会虚高",
    ),
    "fit.init.apart": (
        "{name} is of the same data and the same split: its weights have seen no row that is set "
        "aside here",
        "{name} 用的是同样的数据和同样的划分：它的权重没有见过这里留出的任何一行",
    ),
    "fit.ended.patience": (
        "stopped climbing: the last {patience:count} {patience:rung|rungs} brought nothing beyond "
        "doubt",
        "不再往上试：最近 {patience:count} 级都没有带来确凿的提升",
    ),
    "fit.ended.kinds": (
        "of some kinds of columns the heavier rungs were not tried: {patience:count} "
        "{patience:rung|rungs} in a row had brought nothing beyond doubt",
        "有些类型的列没有再试更重的级：已连续 {patience:count} 级没有带来确凿的提升",
    ),
    "fit.ended.budget": (
        "stopped by the time budget of {minutes:number} {minutes:minute|minutes}",
        "{minutes:number} 分钟的时间预算已到，停止",
    ),
    "fit.cut": (
        "cut short by the time budget, so it may not be at its best: {rungs}",
        "因时间预算提前结束，未必已到最好：{rungs}",
    ),
    "fit.test": (
        "test, {n:count} {n:row|rows}, first look: {score:{form}} ({range:{form}})",
        "测试，{n:count} 行，第一次看：{score:{form}}（{range:{form}}）",
    ),
    "fit.test_named": (
        "test, {n:count} {n:row|rows}, first look: {headline} {score:{form}} ({range:{form}})",
        "测试，{n:count} 行，第一次看：{headline} {score:{form}}（{range:{form}}）",
    ),
    "fit.done_before": (
        "already done; the same data and settings give the same run (--fresh fits anew)",
        "早已完成：同样的数据和设置得到同样的结果（加 --fresh 可重新训练）",
    ),
    "fit.next": ("next: {command}", "下一步：{command}"),
    "fit.explain.interval": (
        "in brackets: a range made so that, in 19 draws of 20, it holds the score over all such "
        "rows",
        "括号里：这样算出的范围，二十次抽样里有十九次包含全体同类数据上的得分",
    ),
    "fit.explain.p": (
        "p: how often luck alone would show such a difference; below .05, shared among the "
        "comparisons, it is beyond doubt",
        "p：单凭运气出现这种差别的机会；低于 0.05（由各次比较分摊）就算确凿",
    ),
    "fit.explain.looks": (
        "looks: the best of many always looks a little too good; this says by how much",
        "挑选：多中选优，看上去总会好过实际；这里说明好过了多少",
    ),
    "fit.explain.test": (
        "test: rows set aside before anything was fitted, and scored once, after the choice",
        "测试：一开始就留出的数据，选定之后才用一次",
    ),
}
