"""What a published encoder says of texts that nobody labelled."""

SENTENCES = {
    "unlabelled.labels": (
        "{labels:count} labels, {sentences:count} {sentences:sentence|sentences} that describe "
        "them, read by {name}",
        "{labels:count} 个标签，共 {sentences:count} 句描述，由 {name} 读取",
    ),
    "unlabelled.script": (
        "{name} hardly knows the script of these texts: {share:percent} of their tokens are "
        "[UNK], the same to it whatever stands there. Do not rely on these labels; take an encoder "
        "that was trained on this language (--pretrained)",
        "{name} 几乎不认识这些文本的文字：{share:percent} 的词元是 [UNK]，无论原文是什么，"
        "对它都一样。不要依赖这些标签；请换用以该语言训练的编码器（--pretrained）",
    ),
    "unlabelled.right": (
        "{n:count} labelled {n:row|rows}, which no description saw: {share:percent} "
        "({range:percent}) are labelled alike; always saying {label} would have "
        "{common:percent} right",
        "{n:count} 行已有标签（描述不曾参考它们）：{share:percent}（{range:percent}）标得一致；"
        "一律答 {label} 则有 {common:percent} 正确",
    ),
    "unlabelled.few": (
        "{n:count} {n:row says|rows say} next to nothing: label {few:count} or more, drawn at "
        "random, to know",
        "{n:count} 行几乎说明不了什么：请随机抽取并标注至少 {few:count} 行",
    ),
    "unlabelled.useless": (
        "The descriptions do worse than always giving the most frequent label: do not use these "
        "labels as they are",
        "描述的效果比一律给出最常见标签还差：不要直接使用这些标签",
    ),
    "unlabelled.unsure": (
        "That the descriptions do better than always giving the most frequent label is not beyond "
        "doubt",
        "尚不能断定描述的效果好于一律给出最常见标签",
    ),
    "unlabelled.halves.yes": (
        "of rows with a lead of {lead:number} or more {clear:percent} ({clear_range:percent}) are "
        "right, of the others {unclear:percent} ({unclear_range:percent}): --surest keeps the "
        "former",
        "领先达到 {lead:number} 的行有 {clear:percent}（{clear_range:percent}）正确，"
        "其余的行有 {unclear:percent}（{unclear_range:percent}）正确：--surest 只保留前者",
    ),
    "unlabelled.halves.no": (
        "of rows with a lead of {lead:number} or more {clear:percent} ({clear_range:percent}) are "
        "right, of the others {unclear:percent} ({unclear_range:percent}): here the lead does not "
        "tell which labels to trust",
        "领先达到 {lead:number} 的行有 {clear:percent}（{clear_range:percent}）正确，"
        "其余的行有 {unclear:percent}（{unclear_range:percent}）正确：在这里，"
        "领先多少并不能说明哪些标签可信",
    ),
    "unlabelled.learned.neither": (
        "A linear layer on the same vectors that learns from the labelled rows has "
        "{learned:percent} of them right, no more than always giving the most frequent label: this "
        "encoder tells nothing about these labels",
        "在同样的向量上用已有标签学一个线性层，有 {learned:percent} 正确，"
        "不比一律给出最常见标签更好：这个编码器对这些标签说明不了什么",
    ),
    "unlabelled.learned.more": (
        "A linear layer on the same vectors that learns from the labelled rows has "
        "{learned:percent} of them right, each asked of a layer that had not seen it: better than "
        "the descriptions beyond doubt ({p:p}). Learn from the labels you have instead: umbrella "
        "fit, with --pretrained and --rungs bert-frozen",
        "在同样的向量上用已有标签学一个线性层，每行都由没见过它的层来答，有 {learned:percent} "
        "正确：确实好于描述（{p:p}）。不如直接用已有标签训练：umbrella fit，加 --pretrained 和 "
        "--rungs bert-frozen",
    ),
    "unlabelled.learned.same": (
        "A linear layer on the same vectors that learns from the labelled rows has "
        "{learned:percent} of them right, each asked of a layer that had not seen it; which of the "
        "two is better cannot be told from {n:count} rows ({p:p})",
        "在同样的向量上用已有标签学一个线性层，每行都由没见过它的层来答，有 {learned:percent} "
        "正确；凭 {n:count} 行还分不出与描述孰优（{p:p}）",
    ),
    "unlabelled.learned.less": (
        "A linear layer on the same vectors that learns from the labelled rows has only "
        "{learned:percent} of them right: for so few labels the descriptions are better beyond "
        "doubt ({p:p})",
        "在同样的向量上用已有标签学一个线性层，只有 {learned:percent} 正确："
        "标签这样少时，描述确实更好（{p:p}）",
    ),
    "unlabelled.learned.few": (
        "{each:count} labelled rows of every label, and a layer that learns from them is compared "
        "with the descriptions",
        "每个标签各有 {each:count} 行标注之后，就会拿从中学习的层与描述比较",
    ),
    "unlabelled.none": (
        "No row has a label yet, so nobody knows how good this is. Label 40 rows drawn at random "
        "in the column {target}, and run this again",
        "还没有任何一行有标签，所以无从知道效果如何。请随机抽取 40 行，在 {target} 列中标注，"
        "再运行一次",
    ),
    "unlabelled.done": ("labels given: {labels}", "给出的标签：{labels}"),
    "unlabelled.given": (
        "{n:count} {n:row keeps its|rows keep their} own label",
        "{n:count} 行保留原有标签",
    ),
    "unlabelled.left": (
        "{n:count} {n:row has|rows have} none, as the lead is below {lead:number}",
        "{n:count} 行没有标签，因为领先不到 {lead:number}",
    ),
    "unlabelled.empty": (
        "{n:count} {n:row|rows} without text {n:has|have} none",
        "{n:count} 行没有文本，因此没有标签",
    ),
    "unlabelled.unused": (
        "{n:count} {n:label was|labels were} given to no row",
        "{n:count} 个标签没有给任何一行",
    ),
    "unlabelled.words": (
        "similarity: cosine with the label's description; lead: by how much it is nearer than the "
        "next one. Distances, not chances: nothing here was calibrated",
        "similarity：与标签描述的余弦；lead：比次近的标签近多少。这些是距离，不是概率：都没有校准过",
    ),
    "unlabelled.next": (
        "next: umbrella fit {file} --target {target} --use {texts} · its score is then agreement "
        "with these labels, not with the truth",
        "下一步：umbrella fit {file} --target {target} --use {texts} · "
        "其得分将是与这些标签的一致程度，而不是与真相的一致程度",
    ),
    "unlabelled.check_script": (
        "{name} hardly knows the script of these texts ({share:percent} of the tokens are [UNK]), "
        "so meaning was not asked about. Name an encoder of this language with --pretrained",
        "{name} 几乎不认识这些文本的文字（{share:percent} 的词元是 [UNK]），因此没有检查语义。"
        "请用 --pretrained 指定该语言的编码器",
    ),
    "unlabelled.noise.few": (
        "{n:count} labelled texts are too few to ask whether labels are wrong",
        "{n:count} 条有标签的文本太少，无法检查标签是否有误",
    ),
    "unlabelled.noise.line": (
        "Of {n:count} labelled texts {count:count} {count:speaks|speak} for another label "
        "({sure:whole_percent} sure or more, asked of {name} with a layer that did not learn from "
        "them). At most {most:percent} of the labels can be wrong. Rows to look at first: {rows}",
        "{n:count} 条有标签的文本中，{count:count} 条更像别的标签（把握不低于 "
        "{sure:whole_percent}，由 {name} 加一个没有学过它们的层来判断）。错误标签至多占 "
        "{most:percent}。先看这些行：{rows}",
    ),
    "unlabelled.noise.power": (
        "Of {planted:count} labels changed on purpose it finds {found:percent}; the others lie "
        "among rows that it is less sure of",
        "故意改动的 {planted:count} 个标签中，它找出了 {found:percent}；其余的把握不够",
    ),
    "unlabelled.noise.look": (
        "Read them before you trust any score: a wrong label costs twice, once in training and "
        "once in the test. Some of them are merely hard. All are listed in report.json",
        "在相信任何分数之前先读一读：错误的标签在训练和测试中各造成一次损失。其中有些只是难例。"
        "全部列在 report.json 中",
    ),
    "unlabelled.pairs.line": (
        "{count:count} {count:pair says|pairs say} nearly the same, or speak of one thing, in "
        "other words (cosine {least:number} or more, among {searched:count} rows); {both:count} "
        "of them {both:has|have} one row in the test and one outside it ({range:percent} % of "
        "{n:count} test rows). The first: rows {rows}",
        "在 {searched:count} 行中，有 {count:count} 对换了说法却意思相近或说的是同一件事"
        "（余弦不低于 {least:number}）；其中 {both:count} 对一行在测试集、一行不在"
        "（占 {n:count} 个测试行的 {range:percent}%）。最前面的几对：{rows} 行",
    ),
    "unlabelled.pairs.power": (
        "Of {planted:count} training texts with one word in {every:count} left out and the rest in "
        "disorder it finds {found:count}",
        "对 {planted:count} 条训练文本每 {every:count} 个词去掉一个并打乱其余的词，"
        "它找出了 {found:count} 条",
    ),
    "unlabelled.noise.blind": (
        "Of {planted:count} labels changed on purpose {name} notices none: what it reads in these "
        "texts tells nothing about their labels",
        "故意改动的 {planted:count} 个标签，{name} 一个也没有察觉："
        "它从这些文本里读到的东西说明不了标签",
    ),
    "unlabelled.pairs.look": (
        "Letters do not show such pairs. Where they come from one source (a thread, a product, an "
        "author), name it with --group and fit again",
        "从字面上看不出这种成对的文本。如果它们出自同一来源（同一主题、产品或作者），"
        "请用 --group 指出，再重新训练",
    ),
}
