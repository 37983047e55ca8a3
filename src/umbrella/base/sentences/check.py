"""What the questions of `check` answer."""

SENTENCES = {
    "check.score.line": (
        "{score:{form}} {headline} ({range:{form}}) on {n:count} rows; {rule}: {base:{form}}, so "
        "{more:gain_{form}} ({more_range:gain_{form}}), {p:p}",
        "{n:count} 行上{headline} {score:{form}}（{range:{form}}）；{rule}则为 {base:{form}}，相"
        "差 {more:gain_{form}}（{more_range:gain_{form}}），{p:p}",
    ),
    "check.score.few": (
        "only {n:count} test {n:row|rows}: no score can be given",
        "测试集只有 {n:count} 行，给不出得分",
    ),
    "check.score.power": (
        "an advantage of {seen:size_{form}}",
        "{seen:size_{form}}的优势",
    ),
    "check.score.warn": (
        "Better than the simple rule, but not beyond doubt: more test rows would settle it.",
        "比简单规则好，但还不能排除偶然：多一些测试数据就能定论。",
    ),
    "check.score.fail": (
        "No better than the simple rule: do not use this model. Look for columns that carry the "
        "answer, or for wrong labels.",
        "并不比简单规则好：请不要使用这个模型。请检查数据列里是否真有答案的线索，或标签是否有误。",
    ),
    "check.score.cannot": (
        "There are too few test rows to tell it from the simple rule: collect more.",
        "测试数据太少，分不出它与简单规则的高下：请多收集一些。",
    ),
    "check.gap.line": (
        "train {train:{form}}, test {test:{form}}: {gap:gain_{form}} ({range:gain_{form}}); "
        "{carried:whole_percent} of what it learned carries over",
        "训练 {train:{form}}，测试 {test:{form}}：相差 {gap:gain_{form}}（{range:gain_{form}}）；"
        "学到的有 {carried:whole_percent} 能用到新数据上",
    ),
    "check.gap.few": (
        "{n_train:count} training and {n:count} test rows at hand: no gap can be given",
        "手头只有 {n_train:count} 行训练数据和 {n:count} 行测试数据，给不出差距",
    ),
    "check.gap.power": (
        "a gap of {seen:size_{form}}",
        "{seen:size_{form}}的差距",
    ),
    "check.gap.pass": (
        "Seen and unseen rows score alike. Expect the test score, not the training score.",
        "见过与没见过的数据得分相近。请以测试得分为准，不要看训练得分。",
    ),
    "check.gap.warn": (
        "Most of what it knows holds for its training rows only: try a lighter rung, or bring "
        "more rows.",
        "它知道的多半只对训练数据管用：请换更轻的模型，或增加数据。",
    ),
    "check.gap.fail": (
        "It memorised its training rows and learned nothing that carries over. Use a lighter rung, "
        "or look for wrong labels.",
        "它只背下了训练数据，没有学到能迁移的规律。请换更轻的模型，或检查标签。",
    ),
    "check.gap.easier": (
        "The test rows are easier than the training rows, which an honest draw seldom gives: look "
        "at how they were split.",
        "测试数据竟比训练数据容易，正常抽样很少如此：请检查数据是怎样划分的。",
    ),
    "check.selection.line": (
        "best of {looks:count} looks at {n:count} rows, which flatters the best by about "
        "{optimism:size_{form}}, so expect {corrected:{form}}; the test says {short:gain_{form}} "
        "against that ({range:gain_{form}}), {p:p}",
        "在 {n:count} 行上比了 {looks:count} 次取最好，最好者因此约虚高 {optimism:size_{form}}，"
        "扣除后应为 {corrected:{form}}；"
        "测试与之相差 {short:gain_{form}}（{range:gain_{form}}），{p:p}",
    ),
    "check.selection.line_plain": (
        "best of {looks:count} looks at {n:count} rows: {corrected:{form}}; the test says "
        "{short:gain_{form}} against that ({range:gain_{form}}), {p:p}",
        "在 {n:count} 行上比了 {looks:count} 次取最好，得 {corrected:{form}}；"
        "测试与之相差 {short:gain_{form}}（{range:gain_{form}}），{p:p}",
    ),
    "check.selection.shrunk": (
        "picked among {candidates:count} {candidates:candidate|candidates} by {n:count} validation "
        "rows, then accepted on the test rows; validation gave {corrected:{form}}, the test says "
        "{short:gain_{form}} against that ({range:gain_{form}}), {p:p}",
        "用 {n:count} 行验证数据从 {candidates:count} 个候选中挑出，再在测试行上验收；"
        "验证得 {corrected:{form}}，测试与之相差 {short:gain_{form}}（{range:gain_{form}}），{p:p}",
    ),
    "check.selection.one": (
        "nothing was chosen: {n:count} validation rows gave {corrected:{form}}; the test says "
        "{short:gain_{form}} against that ({range:gain_{form}}), {p:p}",
        "没有经过挑选：{n:count} 行验证数据得 {corrected:{form}}；"
        "测试与之相差 {short:gain_{form}}（{range:gain_{form}}），{p:p}",
    ),
    "check.selection.few": (
        "best of {looks:count} {looks:look|looks}; too few rows to hold it against the test",
        "比了 {looks:count} 次取最好；数据太少，无法与测试得分对照",
    ),
    "check.selection.power": (
        "a fall of {seen:size_{form}} from validation to test",
        "从验证到测试下跌 {seen:size_{form}}",
    ),
    "check.selection.short": (
        "The test falls short of the validation score by more than choosing explains: trust the "
        "test score, and look for twins or for a drift between the parts.",
        "测试得分比验证得分低，挑选的水分解释不了：请以测试得分为准，并检查两部分之间有没有重复行"
        "或漂移。",
    ),
    "check.twins.line": (
        "{straddling}; near copies in {found:count} of {n:count} test rows ({range:percent} %) "
        "searched against {searched:count} training rows",
        "{straddling}；抽查 {n:count} 行测试数据，在 {searched:count} 行训练数据里找到近似重复的有 "
        "{found:count} 行（{range:percent}%）",
    ),
    "check.twins.counted": (
        "{straddling}; rows are no texts here, so none was searched letter by letter",
        "{straddling}；这里的行不是文本，没有再逐字查找",
    ),
    "check.twins.counted_power": (
        "one set in two parts, among the copies that were found before the split",
        "划分前找到的副本里，哪怕只有一组跨了两个部分",
    ),
    "check.twins.units": (
        "{units:count} twin {units:set|sets} in two parts",
        "{units:count} 组重复行跨了两个部分",
    ),
    "check.twins.groups": (
        "{units:count} twin {units:set|sets} and {groups:count} {groups:group|groups} in two parts",
        "{units:count} 组重复行、{groups:count} 个分组跨了两个部分",
    ),
    "check.twins.unknown": (
        "the split kept no twin sets to recount",
        "划分时没有留下重复行的记录可供复核",
    ),
    "check.twins.few": (
        "no rows on one side: nothing to compare",
        "有一侧没有数据，无从比较",
    ),
    "check.twins.power": (
        "copies of {share:percent} of test rows (of {planted:count} planted, a letter in "
        "{every:count} changed, it found {seen:count})",
        "测试数据里有 {share:percent} 是副本（试埋 {planted:count} 份，每 {every:count} 字改一字，"
        "找回 {seen:count} 份）",
    ),
    "check.twins.exact_only": (
        "one exact copy in the {n:count} test rows; they are too short for near ones",
        "{n:count} 行测试数据里有一行完全相同（每行太短，谈不上近似）",
    ),
    "check.twins.both": (
        "The same thing lies on both sides of the split, so the test score flatters. Fit again "
        "with --fresh.",
        "同一内容同时落在划分的两侧，测试得分有水分。请加 --fresh 重新训练。",
    ),
    "check.twins.near": (
        "Look at the copies below: if they are one thing written twice, remove one of each and fit "
        "again.",
        "请看下面的副本：若真是同一内容写了两遍，请各删其一，再重新训练。",
    ),
    "check.confidence.line": (
        "when it says {said:percent} it is right {right:percent} of the time: error "
        "{excess:gain_percent} beyond chance, {p:p} (T = {temperature:number}; its outputs are "
        "divided by T)",
        "它自称 {said:percent} 有把握时，实际对了 {right:percent}：误差比偶然多 "
        "{excess:gain_percent}，{p:p}（T = {temperature:number}，输出除以 T）",
    ),
    "check.confidence.mended": (
        "mended by one number, T = {temperature:number} (its outputs are divided by T): it said "
        "{was:percent} and was right {right:percent} ({p_was:p}); now it says {said:percent}, "
        "error {excess:gain_percent} beyond chance, {p:p}",
        "一个数就校正好了（T = {temperature:number}，输出除以 T）：原先自称 {was:percent}，"
        "实际对了 {right:percent}（{p_was:p}）；"
        "现在自称 {said:percent}，误差比偶然多 {excess:gain_percent}，{p:p}",
    ),
    "check.confidence.few": (
        "{n:count} test {n:row|rows}: too few to judge its confidence",
        "测试集只有 {n:count} 行，太少，判断不了它的把握准不准",
    ),
    "check.confidence.power": (
        "a confidence as far off as T = {factor:number} would mend",
        "把握偏离相当于 T = {factor:number}",
    ),
    "check.confidence.warn": (
        "Its percentages are off: rank by them, but do not read them as chances.",
        "它报的百分比不准：可以用来排序，但不要当成概率来读。",
    ),
    "check.confidence.fail": (
        "Its percentages mislead. Decide by the label alone, or fit again with more validation "
        "rows.",
        "它报的百分比会误导人。请只用标签做决定，或增加验证数据后重新训练。",
    ),
    "check.classes.line": (
        "found least often: “{label}”, {recall:percent} ({range:percent}) of {n:count}; {mixed}",
        "最容易漏的是“{label}”：{n:count} 行里找到 {recall:percent}（{range:percent}）；{mixed}",
    ),
    "check.classes.mixed": (
        "most mixed up: “{truth}” taken for “{said}”, {count:count} {count:time|times}",
        "最常见的混淆：把“{truth}”当成“{said}”，{count:count} 次",
    ),
    "check.classes.none": ("nothing mixed up", "没有混淆"),
    "check.classes.few": (
        "only {classes:count} {classes:class has|classes have} {few:count} test rows or more: "
        "classes cannot be compared",
        "测试集里达到 {few:count} 行的类别只有 {classes:count} 个，无法比较各类别",
    ),
    "check.classes.no_class": (
        "no class has {few:count} test rows or more: classes cannot be compared",
        "测试集里没有一个类别达到 {few:count} 行，无法比较各类别",
    ),
    "check.classes.power": (
        "a class of {n:count} rows found {drop:size_percent} less often",
        "一个 {n:count} 行的类别少找到 {drop:size_percent}",
    ),
    "check.classes.warn": (
        "The overall score hides this class: collect more rows of it, or fit with --balance.",
        "总得分掩盖了这个类别：请多收集它的数据，或加 --balance 训练。",
    ),
    "check.classes.fail": (
        "This class is as good as never found: do not rely on the model where it matters.",
        "这个类别几乎找不到：凡是在意它的地方，都不要依靠这个模型。",
    ),
    "check.worst.line": (
        "{count:count} of {n:count} rows it is at least {floor:whole_percent} sure of are wrong; "
        "its confidence allows {allowed:number}, {p:p}",
        "把握不低于 {floor:whole_percent} 的 {n:count} 行里错了 {count:count} 行；"
        "按它的把握，应错约 {allowed:number} 行，{p:p}",
    ),
    "check.worst.few": (
        "{n:count} test {n:row|rows}: too few to look for the worst",
        "测试集只有 {n:count} 行，太少，找不出最差的",
    ),
    "check.worst.power": (
        "{seen:count} such mistakes",
        "{seen:count} 个这样的错误",
    ),
    "check.worst.blind": (
        "nothing, as it is sure of too few rows",
        "无：它有把握的行太少",
    ),
    "check.worst.look": (
        "Look at the rows below first: wrong labels gather here.",
        "请先看下面这些行：标错的标签往往集中在这里。",
    ),
    "check.worst.more": (
        "It is confidently wrong more often than it should be. Look at the rows below: either "
        "their labels are wrong, or there is something it cannot see.",
        "它笃定却答错的次数偏多。请看下面这些行：要么标签错了，要么有它看不到的东西。",
    ),
    "check.worst.tail": (
        "the worst {tail:whole_percent} of {n:count} rows carry {share:percent} of all error "
        "({range:percent})",
        "{n:count} 行里最差的 {tail:whole_percent} 占了全部误差的 {share:percent}（"
        "{range:percent}）",
    ),
    "check.worst.tail_power": (
        "a worst {tail:whole_percent} that carries {seen:percent}",
        "最差的 {tail:whole_percent} 占到 {seen:percent}",
    ),
    "check.worst.heavy": (
        "A few rows make most of the error: look at them below before anything else.",
        "少数几行造成了大部分误差：请先看下面这些行。",
    ),
    "check.residuals.line": (
        "R² {r2:number} ({range:number}); off by {bias:gain} on average, truth rises {slope:number}"
        " for 1 predicted, {p:p}",
        "R² {r2:number}（{range:number}）；平均偏差 {bias:gain}，"
        "预测每升 1，真值升 {slope:number}，{p:p}",
    ),
    "check.residuals.few": (
        "{n:count} test {n:row|rows}, or one true value only: errors show no pattern",
        "测试集只有 {n:count} 行，或真值全部相同，看不出误差的规律",
    ),
    "check.residuals.power": (
        "an offset of {bias:number}, or a slope off by {slope:number}",
        "{bias:number} 的偏差，或斜率差 {slope:number}",
    ),
    "check.residuals.warn": (
        "Predictions are off in a pattern: correct them by the offset and slope given here.",
        "预测有规律地偏离：请用这里的偏差和斜率加以修正。",
    ),
    "check.residuals.fail": (
        "The predictions explain nothing of the truth: do not use this model.",
        "预测完全解释不了真值：请不要使用这个模型。",
    ),
    "check.slips.line": (
        "of {said:count} {unit} {right:count} are right; {substitutions:count} were taken for "
        "others, {deletions:count} left out, {insertions:count} added: {net:gain_percent} of what "
        "was said ({range:gain_percent}), {p:p}",
        "{said:count} {unit}里答对 {right:count}，认成别的 {substitutions:count}，漏掉 "
        "{deletions:count}，多出 {insertions:count}：净差为所说内容的 {net:gain_percent}（"
        "{range:gain_percent}），{p:p}",
    ),
    "check.slips.few": (
        "{n:count} test {n:row|rows}: too little is said in them to count errors by kind",
        "测试集 {n:count} 行，说的话太少，无法分类统计错误",
    ),
    "check.slips.power": (
        "{seen:size_percent} of the {unit} left out or added on balance",
        "漏掉与多出的{unit}相差 {seen:size_percent}",
    ),
    "check.slips.short": (
        "It leaves out more than it adds: bring more rows, or speech that is slower or clearer.",
        "漏掉的比多出的多：请增加数据，或用更慢、更清楚的语音。",
    ),
    "check.slips.long": (
        "It adds more than it leaves out: noise or silence may pass for speech. Listen to the rows "
        "below.",
        "多出的比漏掉的多：可能把噪声或静音当成了话。请听一听下面这些行。",
    ),
    "check.slips.gone": (
        "It leaves out more than half of what is said: do not use this model.",
        "一半以上的话都漏掉了：请不要使用这个模型。",
    ),
    "check.voices.line": (
        "of {count:count} groups {name} stands out most: {rate:percent} ({range:percent}) of "
        "{n:count} rows, {more:gain_percent} against the rest, {p:p}",
        "{count:count} 组里最突出的是 {name}：{n:count} 行上 {rate:percent}（{range:percent}），"
        "与其余相比 {more:gain_percent}，{p:p}",
    ),
    "check.voices.none": (
        "no groups are known (speakers, say): name their column with --group when fitting",
        "不知道分组（例如说话人）：训练时请用 --group 指出所在的列",
    ),
    "check.voices.few": (
        "{count:count} {count:group|groups} in the test part; two with {few:count} rows each are "
        "needed to compare",
        "测试部分有 {count:count} 组；至少要有两组各满 {few:count} 行才能比较",
    ),
    "check.voices.power": (
        "a group {seen:size_percent} worse than the rest",
        "某一组比其余差 {seen:size_percent}",
    ),
    "check.voices.warn": (
        "One group is understood worse than the others: bring more rows like it before it is "
        "relied on there.",
        "有一组听得比别的差：在它身上使用之前，请先补充类似的数据。",
    ),
    "check.unseen.line": (
        "differences below ± {half:size_{form}} ({n:count} test rows), and what this data holds "
        "no trace of",
        "小于 ± {half:size_{form}}的差别（测试集 {n:count} 行），以及数据里毫无踪迹的事",
    ),
    "check.unseen.advice": (
        "A test set from the same draw never proves more than this. On freshly collected data, "
        "well-known image models lost 4–14 points (CIFAR-10.1, ImageNet-V2).",
        "同一批抽出来的测试集最多只能证明到这里。换成新收集的数据，一些著名的图像模型掉了 4–14 "
        "个百分点（CIFAR-10.1、ImageNet-V2）。",
    ),
    "check.unseen.source": (
        "other sources: every row comes from {source}",
        "别的来源：所有数据都来自 {source}",
    ),
    "check.unseen.no_source": (
        "other sources: the rows came from memory, and no second source is known",
        "别的来源：数据来自内存，没有第二个来源可比",
    ),
    "check.unseen.time": (
        "other times: no --time column was given, so nothing says how it ages",
        "别的时间：没有给出 --time 列，无从得知它会不会过时",
    ),
    "check.unseen.later": (
        "times after the last {column}: the test part ends there",
        "最后一个 {column} 之后的时间：测试数据到此为止",
    ),
    "check.unseen.group": (
        "new people, places or devices: no --group column was given",
        "新的人、新的地点、新的设备：没有给出 --group 列",
    ),
    "check.unseen.groups": (
        "kinds of group beyond the {count:count} in the test part",
        "测试数据里那 {count:count} 个分组以外的类型",
    ),
    "check.unseen.outside": (
        "anything outside the {classes:count} classes: it will still answer one of them",
        "这 {classes:count} 个类别以外的东西：它仍会从中答一个",
    ),
    "check.unseen.rare": (
        "{count:count} {count:class|classes} with under 20 test rows: {labels}",
        "测试数据不足 20 行的类别有 {count:count} 个：{labels}",
    ),
    "check.unseen.labels": (
        "whether the labels of the {rows:count} rows are right: they were taken as truth",
        "这 {rows:count} 行的标签本身对不对：这里一律当作真值",
    ),
    "check.gap.line_none": (
        "train {train:{form}}, test {test:{form}}: {gap:gain_{form}} ({range:gain_{form}})",
        "训练 {train:{form}}，测试 {test:{form}}：相差 {gap:gain_{form}}（{range:gain_{form}}）",
    ),
    "check.gap.known": (
        "It knows its training rows by heart. That is not by itself overfitting: expect the test "
        "score, and ask for more rows before a bigger model.",
        "训练数据它已经背熟了。这本身不等于过拟合：请以测试得分为准；想再提高，先加数据，再加大模"
        "型。",
    ),
    "check.confidence.blind": (
        "nothing, as there are too few rows, or its confidence hardly varies",
        "无：数据太少，或它对每一行的把握几乎一样",
    ),
    "check.classes.unjudged": (
        "{line}; {count:count} {count:class|classes} under {few:count} rows not judged",
        "{line}；另有 {count:count} 个类别不足 {few:count} 行，未评判",
    ),
}
