"""What `compare` says: which rung is better, why a convolution is, and how that was found out."""

SENTENCES = {
    "compare.title.why": ("CNN or MLP?", "CNN 还是 MLP？"),
    "compare.title.contest": ("Which is better?", "哪个更好？"),
    "compare.page_title": ("{title} · {name}", "{title} · {name}"),
    "compare.network.everywhere": ("MLP", "MLP"),
    "compare.network.local": ("locally connected", "局部连接"),
    "compare.network.shared": ("CNN, places kept", "CNN，保留位置"),
    "compare.network.pooled": ("CNN, pooled", "CNN，池化"),
    "compare.network.wide": ("local, wide", "局部连接，加宽"),
    "compare.about.everywhere": (
        "every unit looks at all places",
        "每个单元都看所有位置",
    ),
    "compare.about.local": (
        "units look at near places; every place has weights of its own",
        "单元只看邻近的位置；每个位置有自己的权重",
    ),
    "compare.about.shared": (
        "the same, and all places share their weights",
        "同上，而且所有位置共用权重",
    ),
    "compare.about.pooled": (
        "the same, and only the strongest match counts, wherever it is",
        "同上，而且只留最强的匹配，不管它在哪里",
    ),
    "compare.about.wide": (
        "locally connected beyond the budget: what holding it costs",
        "不守预算的局部连接：看守住预算的代价",
    ),
    "compare.gain": (
        "{gain:gain_{form}} ({range:gain_{form}})",
        "{gain:gain_{form}}（{range:gain_{form}}）",
    ),
    "compare.gain_doubt": (
        "{gain:gain_{form}} ({range:gain_{form}}, within doubt)",
        "{gain:gain_{form}}（{range:gain_{form}}，不确凿）",
    ),
    "compare.why.cnn": (
        "The CNN gets {cnn:{form}} and the MLP, with as many weights, {mlp:{form}}: {gain}.",
        "CNN 得到 {cnn:{form}}，权重同样多的 MLP 得到 {mlp:{form}}：{gain}。",
    ),
    "compare.why.mlp": (
        "Here the MLP is ahead: it gets {mlp:{form}} and the CNN, with as many weights, "
        "{cnn:{form}}: {gain}.",
        "这里 MLP 领先：它得到 {mlp:{form}}，权重同样多的 CNN 得到 {cnn:{form}}：{gain}。",
    ),
    "compare.why.neither": (
        "The CNN gets {cnn:{form}} and the MLP, with as many weights, {mlp:{form}}; these rows and "
        "seeds cannot tell them apart: {gain}.",
        "CNN 得到 {cnn:{form}}，权重同样多的 MLP 得到 {mlp:{form}}；"
        "凭这些数据和种子分不出高下：{gain}。",
    ),
    "compare.why.parts": (
        "Looking at near places only (locality) gives {locality}; using the same weights at every "
        "place (weight sharing) gives {sharing}; letting only the strongest match count, wherever "
        "it is (pooling), gives {pooling}.",
        "只看邻近的位置（局部性）带来 {locality}；"
        "每个位置共用同一组权重（权重共享）带来 {sharing}；"
        "只留最强的匹配、不管它在哪里（池化）带来 {pooling}。",
    ),
    "compare.why.shuffle": (
        "With all places shuffled, the same way in every row, the MLP goes from {mlp:{form}} to "
        "{mlp_after:{form}} and the CNN from {cnn:{form}} to {cnn_after:{form}}.",
        "把所有位置打乱（每行用同一种打乱法），MLP 从 {mlp:{form}} 变为 {mlp_after:{form}}，"
        "CNN 从 {cnn:{form}} 变为 {cnn_after:{form}}。",
    ),
    "compare.why.order": (
        "So the CNN lives on what lies next to what; the MLP never knew it.",
        "可见 CNN 靠的是谁与谁相邻；MLP 从来不知道这一点。",
    ),
    "compare.why.moves": (
        "Judged on rows moved by 1 to {most:count} places, the CNN changes by {cnn} and the MLP by "
        "{mlp}.",
        "换成移动了 1 到 {most:count} 个位置的数据来评，CNN 变化 {cnn}，MLP 变化 {mlp}。",
    ),
    "compare.why.budget": (
        "Equal budgets have a price: for {weights:count} weights the locally connected network "
        "gets {channels:count} channels where the CNN gets {others:count}; with {wide:count} it "
        "takes {more:count} weights and gets {score:{form}}, {gain}.",
        "预算相同也有代价：{weights:count} 个权重，局部连接的网络只有 {channels:count} 个通道，"
        "CNN 有 {others:count} 个；给它 {wide:count} 个通道要 {more:count} 个权重，"
        "得到 {score:{form}}，{gain}。",
    ),
    "compare.predict.same": (
        "Shuffling the places, the same way in every row, changes nothing for the MLP: its two "
        "scores lie within 2 standard errors (beyond doubt: the interval of their difference stays "
        "within 5 points, of a quantity 5 % of the error).",
        "把位置打乱（每行用同一种打乱法），对 MLP 毫无影响：两个得分相差不超过 2 个标准误"
        "（确凿：差值的区间不超出 5 个百分点；数值目标为误差的 5%）。",
    ),
    "compare.predict.falls": (
        "The CNN falls when the places are shuffled.",
        "位置打乱之后，CNN 的得分下降。",
    ),
    "compare.predict.between_falls": (
        "When they are shuffled, the locally connected network falls by more than the MLP and by "
        "less than the CNN.",
        "位置打乱之后，局部连接的网络比 MLP 降得多，比 CNN 降得少。",
    ),
    "compare.predict.between_scores": (
        "With the places in order, the locally connected network scores between the MLP and the "
        "CNN.",
        "位置不打乱时，局部连接的网络得分介于 MLP 和 CNN 之间。",
    ),
    "compare.predict.moves": (
        "When judged rows are moved, the CNN that pools over all places falls least.",
        "评定用的数据移动之后，对所有位置做池化的 CNN 降得最少。",
    ),
    "compare.marked.same": (
        "{change:gain_{form}}, standard error {error:size_{form}}",
        "{change:gain_{form}}，标准误 {error:size_{form}}",
    ),
    "compare.marked.falls": (
        "{change:gain_{form}} ({range:gain_{form}})",
        "{change:gain_{form}}（{range:gain_{form}}）",
    ),
    "compare.marked.between_falls": (
        "MLP {mlp:gain_{form}}, locally connected {local:gain_{form}}, CNN {cnn:gain_{form}}",
        "MLP {mlp:gain_{form}}，局部连接 {local:gain_{form}}，CNN {cnn:gain_{form}}",
    ),
    "compare.marked.between_scores": (
        "MLP {mlp:{form}}, locally connected {local:{form}}, CNN {cnn:{form}}",
        "MLP {mlp:{form}}，局部连接 {local:{form}}，CNN {cnn:{form}}",
    ),
    "compare.marked.moves": (
        "moved by 1 to {most:count}: pooled CNN {cnn:gain_{form}}, CNN that keeps places "
        "{shared:gain_{form}}, locally connected {local:gain_{form}}, MLP {mlp:gain_{form}}",
        "移动 1 到 {most:count} 个位置：池化的 CNN {cnn:gain_{form}}，保留位置的 CNN "
        "{shared:gain_{form}}，局部连接 {local:gain_{form}}，MLP {mlp:gain_{form}}",
    ),
    "compare.mark.held": ("held", "应验"),
    "compare.mark.doubt": ("held, within doubt", "应验，但不确凿"),
    "compare.mark.broken": ("did not hold", "没有应验"),
    "compare.worse": (
        "{best} is better than {name} beyond doubt: {gain:gain_{form}} ({range:gain_{form}}), "
        "{p:p}",
        "{best} 确凿地好过 {name}：{gain:gain_{form}}（{range:gain_{form}}），{p:p}",
    ),
    "compare.doubt": (
        "{best} and {name} cannot be told apart: {gain:gain_{form}} ({range:gain_{form}}), {p:p}",
        "{best} 和 {name} 分不出高下：{gain:gain_{form}}（{range:gain_{form}}），{p:p}",
    ),
    "compare.lightest": (
        "the lightest that none beats beyond doubt: {name}",
        "没有谁确凿地好过它的最轻一级：{name}",
    ),
    "compare.rows": (
        "{learn:count} rows to learn from, {steer:count} to steer by, {judge:count} to judge by, "
        "which nothing else looked at; the {aside:count} test rows of a fit with this seed were "
        "not read",
        "{learn:count} 行用来学习，{steer:count} 行用来把握训练，{judge:count} 行只用来评定；"
        "以同一种子训练（fit）时的 {aside:count} 行测试数据没有读过",
    ),
    "compare.seeds": (
        "{seeds:count} trainings each, from different seeds; intervals are 95 % and allow for "
        "other rows and other seeds",
        "各训练 {seeds:count} 次，种子不同；区间为 95%，已计入换数据、换种子的影响",
    ),
    "compare.setting": (
        "{weights:count} weights each, {epochs:count} epochs, learning rate chosen from {rates} on "
        "the rows that steer; the shuffle is one and the same for all rows; moved by 1 to "
        "{most:count} places, a quarter of the shortest side at most",
        "各 {weights:count} 个权重，训练 {epochs:count} 轮，"
        "学习率在 {rates} 中按把握训练的数据挑选；"
        "打乱法只有一种，所有行相同；"
        "移动 1 到 {most:count} 个位置，最多为最短边的四分之一",
    ),
    "compare.plus": (
        "gains are written so that plus is better",
        "正数表示更好",
    ),
    "compare.title.curve": ("How many labels?", "要多少标注？"),
    "compare.heading.curve": ("The curves", "各条曲线"),
    "compare.head.labels": ("labels", "标注数"),
    "compare.figure.labels": ("labels to learn from and to steer by", "用来学习和把握训练的标注数"),
    "compare.figure.curve": (
        "What each rung makes of few labels and of many",
        "标注少与多时各级的得分",
    ),
    "compare.figure.curve_caption": (
        "bands are 95 % ranges that allow for other rows and other draws of the labels",
        "色带为 95% 区间，已计入换数据、换一批标注的影响",
    ),
    "compare.figure.curve_describe": (
        "{count:count} {count:rung|rungs} from {few:count} labels to {most:count}",
        "{count:count} 级，标注从 {few:count} 到 {most:count}",
    ),
    "compare.curve.drawn": (
        "seven in eight labels are learned from and one in eight steers; every seed draws labels "
        "of its own, and those of a size are among those of the next",
        "八分之七的标注用来学习，八分之一用来把握训练；每个种子各抽一批，小的一批包含在大的一批里",
    ),
    "compare.curve.pays": (
        "Pretraining pays with {sizes} labels: {name} is ahead of {base} by {gain}.",
        "标注为 {sizes} 时，预训练划算：{name} 领先 {base} {gain}。",
    ),
    "compare.curve.costs": (
        "Pretraining does not pay with {sizes} labels: {base} is ahead of {name} by {gain}.",
        "标注为 {sizes} 时，预训练不划算：{base} 领先 {name} {gain}。",
    ),
    "compare.curve.ahead": (
        "{name} is ahead of {base} with {sizes} labels: by {gain}.",
        "标注为 {sizes} 时，{name} 领先 {base} {gain}。",
    ),
    "compare.curve.behind": (
        "{base} is ahead of {name} with {sizes} labels: by {gain}.",
        "标注为 {sizes} 时，{base} 领先 {name} {gain}。",
    ),
    "compare.curve.by": (
        "{gain:size_{form}} ({range:{form}})",
        "{gain:size_{form}}（{range:{form}}）",
    ),
    "compare.curve.from_to": (
        "{by} with {first:count} and {then} with {last:count}",
        "{by}（{first:count} 条时）、{then}（{last:count} 条时）",
    ),
    "compare.curve.doubt": (
        "With {sizes} labels these rows and seeds cannot tell {name} and {base} apart.",
        "标注为 {sizes} 时，凭这些数据和种子分不出 {name} 与 {base} 的高下。",
    ),
    "compare.curve.needs": (
        "What {base} gets from all {most:count} labels ({score:{form}}), {name} gets from "
        "{few:count}.",
        "{base} 用全部 {most:count} 条标注才得到的 {score:{form}}，{name} 用 {few:count} 条就够。",
    ),
    "compare.heading.contest": ("The rungs", "各级模型"),
    "compare.heading.networks": (
        "Four networks that differ in one assumption at a time",
        "四个网络，每次只差一个假设",
    ),
    "compare.heading.predictions": ("Predicted, and what came", "预言与结果"),
    "compare.heading.predicted": (
        "Written down at {when}, before the first training.",
        "写于 {when}，当时还没有开始训练。",
    ),
    "compare.heading.made": ("How this was made", "是怎么做的"),
    "compare.head.rung": ("rung", "级"),
    "compare.head.judged": ("judged (95 %)", "评定（95%）"),
    "compare.head.size": ("size", "大小"),
    "compare.head.row": ("one row", "单行耗时"),
    "compare.head.fit": ("fit", "训练"),
    "compare.head.best": ("against the best", "与最好者相比"),
    "compare.head.network": ("network", "网络"),
    "compare.head.weights": ("weights", "权重数"),
    "compare.head.width": ("width", "宽度"),
    "compare.head.ordered": ("in order", "不打乱"),
    "compare.head.shuffled": ("shuffled", "打乱"),
    "compare.head.moved": ("moved by {by:count}", "移动 {by:count}"),
    "compare.figure.why": (
        "What each network makes of the order of places",
        "每个网络从位置的次序里得到什么",
    ),
    "compare.figure.why_caption": (
        "Above: places in order (full marks) and shuffled (hollow), with 95 % intervals over rows "
        "and seeds. Below: the same networks, judged on rows that were moved.",
        "上：位置不打乱（实心）与打乱（空心），95% 区间已计入数据和种子。"
        "下：同样的网络，用移动过的数据来评。",
    ),
    "compare.figure.why_describe": (
        "In order, the MLP scores {mlp:{form}} and the CNN {cnn:{form}}; shuffled, "
        "{mlp_after:{form}} and {cnn_after:{form}}.",
        "不打乱时 MLP 得 {mlp:{form}}，CNN 得 {cnn:{form}}；"
        "打乱之后是 {mlp_after:{form}} 和 {cnn_after:{form}}。",
    ),
    "compare.figure.contest": ("The rungs on the same rows", "各级模型在同样的数据上"),
    "compare.figure.contest_caption": (
        "Mean over the seeds with its 95 % interval over rows and seeds, lightest first; each "
        "small tick is one training.",
        "各种子的平均得分，95% 区间已计入数据和种子，由轻到重；每条小竖线是一次训练。",
    ),
    "compare.figure.contest_describe": (
        "{best} leads with {score:{form}}; {count:count} {count:rung|rungs} in all.",
        "共 {count:count} 级，{best} 以 {score:{form}} 领先。",
    ),
    "compare.figure.moved": ("places moved", "移动的位置数"),
}
