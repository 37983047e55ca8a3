"""What is said of the words that moved an answer."""

SENTENCES = {
    "explain.title": ("Which words moved the answers", "哪些词左右了答案"),
    "explain.page_title": ("{title} – {name}", "{title} – {name}"),
    "explain.made": (
        "run {name}, rung {rung}, {rows:count} {rows:row|rows}",
        "训练结果 {name}，模型 {rung}，{rows:count} 行",
    ),
    "explain.for": ("speaks for the answer", "支持该答案"),
    "explain.against": ("speaks against it", "反对该答案"),
    "explain.up": ("raises the number", "使数值升高"),
    "explain.down": ("lowers the number", "使数值降低"),
    "explain.unread": ("beyond what the model reads", "模型没有读到的部分"),
    "explain.stronger": ("the stronger the colour, the more", "颜色越深，作用越大"),
    "explain.answer": ("answer", "答案"),
    "explain.truth": ("truth", "真值"),
    "explain.row": ("row {row:count}", "第 {row:count} 行"),
    "explain.sure": ("{figure:percent}", "{figure:percent}"),
    "explain.not_given": ("not given, the likeliest", "未给出，可能性最大的一个"),
    "explain.span": ("“{text}” {kind}", "“{text}” {kind}"),
    "explain.why": ("why {towards}", "为何是 {towards}"),
    "explain.head.word": ("word", "词"),
    "explain.head.moved": ("moved", "作用"),
    "explain.no_words": ("No word speaks for this answer.", "没有支持该答案的词。"),
    "explain.no_spans": ("No span was found here.", "这里没有标出任何片段。"),
    "explain.silent": (
        "No answer was given: the text is held not to tell.",
        "没有给出答案：模型认为文本里没有说到。",
    ),
    "explain.out": ("taken out", "去掉"),
    "explain.hidden": ("hidden", "遮住"),
    "explain.test": (
        "With its {words:count} top {words:word|words} {how} the probability of {towards} goes "
        "from {whole:percent} to {without:percent}, with as many random ones to {random:percent} "
        "on average.",
        "{how}作用最大的 {words:count} 个词，{towards} 的概率从 {whole:percent} 变为 "
        "{without:percent}；{how}同样多的随机词，平均变为 {random:percent}。",
    ),
    "explain.test_number": (
        "With its {words:count} top {words:word|words} {how} the number goes from {whole:number} "
        "to {without:number}, a move of {fall:number}; as many random ones move it by "
        "{random:number} on average.",
        "{how}作用最大的 {words:count} 个词，数值从 {whole:number} 变为 {without:number}，"
        "变动 {fall:number}；{how}同样多的随机词，平均变动 {random:number}。",
    ),
    "explain.holds": (
        "The picture holds: {count:count} of {draws:count} random draws did as much.",
        "此图可信：{draws:count} 次随机抽取中有 {count:count} 次达到同样的作用。",
    ),
    "explain.weak": (
        "The picture is a hint, no proof: {count:count} of {draws:count} random draws did as much.",
        "此图只可参考：{draws:count} 次随机抽取中有 {count:count} 次达到同样的作用。",
    ),
    "explain.chance": (
        "The picture cannot be told from chance: {count:count} of {draws:count} random draws "
        "did as much. Do not rely on it.",
        "此图与随机分不出高下：{draws:count} 次随机抽取中有 {count:count} 次达到同样的作用。"
        "请勿依赖它。",
    ),
    "explain.few": (
        "The text has too few words to tell whether the picture holds.",
        "文本词数太少，无法判断此图是否可信。",
    ),
    "explain.overall": (
        "Over {answers:count} answers the top words take away {fall:size_percent} of probability "
        "and random ones {random:size_percent} ({p:p}): {verdict}",
        "在 {answers:count} 个答案上，去掉作用最大的词使概率平均降低 {fall:size_percent}，随机词为 "
        "{random:size_percent}（{p:p}）：{verdict}",
    ),
    "explain.overall_number": (
        "Over {answers:count} answers the top words move the number by {fall:number} and random "
        "ones by {random:number} ({p:p}): {verdict}",
        "在 {answers:count} 个答案上，去掉作用最大的词使数值平均变动 {fall:number}，随机词为 "
        "{random:number}（{p:p}）：{verdict}",
    ),
    "explain.overall_holds": (
        "taken together, the pictures show what moved the answers.",
        "总体来看，这些图确实显示了左右答案的词。",
    ),
    "explain.overall_chance": (
        "taken together, the pictures cannot be told from chance. Do not rely on them.",
        "总体来看，这些图与随机分不出高下，请勿依赖。",
    ),
    "explain.attention": (
        "Attention, in grey: where the network looks when it pools the text. That is not why it "
        "answers so: a word may be looked at and change nothing.",
        "灰色为注意力：网络汇总文本时所看的位置。这并不是它如此回答的原因：被看到的词未必改变答案。",
    ),
    "explain.pool": ("attention", "注意力"),
    "explain.even": ("about alike everywhere", "各处大致相同"),
    "explain.cut": (
        "The text goes on; {words:count} further {words:word is|words are} not shown.",
        "文本较长，另有 {words:count} 个词未显示。",
    ),
    "explain.how": (
        "Figures are contributions to the log-odds of the answer (of a number, to the number; of a "
        "span, to the mean log-odds of its labels), by integrated gradients at the table of word "
        "vectors; of a bag of n-grams with two labels they are weight × value, exactly. What a "
        "word does depends on its neighbours: the figures say what it did here.",
        "数值是每个词对答案的对数几率（数值任务：对数值；片段：对其标签的平均对数几率）的贡献，"
        "由词向量表上的积分梯度算出；两类标签的 n-gram 词袋，就是权重 × 取值，精确无误。"
        "一个词的作用取决于上下文：数值只说明它在这里的作用。",
    ),
    "explain.wrote": ("picture: {file}", "图：{file}"),
    "explain.line": ("{word} {weight:gain}", "{word} {weight:gain}"),
    "explain.examples": (
        "Blue words with a line under them speak for the answer that was given, orange ones with a "
        "dashed line against it.",
        "蓝色带实线的词支持给出的答案，橙色带虚线的词反对它。",
    ),
}
