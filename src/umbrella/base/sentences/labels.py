"""What the report says where rows have several labels."""

SENTENCES = {
    "labels.line": (
        "found least often: “{label}”, {recall:percent} ({range:percent}) of {n:count}; {false}",
        "最容易漏的是“{label}”：{n:count} 行里找到 {recall:percent}（{range:percent}）；{false}",
    ),
    "labels.false": (
        "most often named where it is not: “{label}”, {count:count} {count:time|times}",
        "最常多答的是“{label}”：{count:count} 次",
    ),
    "labels.none": ("none named where it is not", "没有多答的标签"),
    "labels.few": (
        "no label has {few:count} test rows or more: labels cannot be compared",
        "测试集里没有一个标签达到 {few:count} 行，无法比较各标签",
    ),
    "labels.power": (
        "a label of {n:count} rows found {drop:size_percent} less often",
        "一个 {n:count} 行的标签少找到 {drop:size_percent}",
    ),
    "labels.warn": (
        "The overall score hides this label: collect more rows of it, or fit with --balance.",
        "总得分掩盖了这个标签：请多收集它的数据，或加 --balance 训练。",
    ),
    "labels.fail": (
        "This label is as good as never found: do not rely on the model where it matters.",
        "这个标签几乎找不到：凡是在意它的地方，都不要依靠这个模型。",
    ),
    "labels.chances": (
        "over every yes and no its chances are off by {error:size_percent} on average; it expects "
        "{said:number} labels a row where there are {right:number}, {p:p} "
        "(T = {temperature:number}; its outputs are divided by T)",
        "逐个标签看，它报的概率平均偏离 {error:size_percent}；它预计每行 {said:number} 个标签，"
        "实际 {right:number} 个，{p:p}（T = {temperature:number}，输出除以 T）",
    ),
    "labels.chances_power": (
        "{seen:number} labels a row too many or too few",
        "每行多预计或少预计 {seen:number} 个标签",
    ),
    "labels.wrong": (
        "{count:count} of {n:count} rows have no label right; its chances allow {allowed:number}, "
        "{p:p}",
        "{n:count} 行里有 {count:count} 行一个标签都没答对；按它报的概率，应有约 {allowed:number} "
        "行，{p:p}",
    ),
    "labels.outside": (
        "anything outside the {classes:count} labels: it cannot name it",
        "{classes:count} 个标签之外的东西：它答不出来",
    ),
    "labels.rare": (
        "{count:count} {count:label|labels} with under 20 test rows: {labels}",
        "测试数据不足 20 行的标签有 {count:count} 个：{labels}",
    ),
    "labels.title": ("Every label", "每个标签"),
    "labels.note": (
        "Of the test rows: those with the label, how many of these were found and missed, how "
        "often it was named where it is not, and the share right of all times it was named.",
        "在测试数据中：带此标签的行数，其中找到的和漏掉的，不该有却答出的次数，"
        "以及答出时答对的比例。",
    ),
    "labels.head.label": ("label", "标签"),
    "labels.head.rows": ("rows", "行数"),
    "labels.head.recall": ("found (95 %)", "找到（95%）"),
    "labels.head.missed": ("missed", "漏掉"),
    "labels.head.false": ("named wrongly", "多答"),
    "labels.head.precision": ("right when named (95 %)", "答出时对（95%）"),
    "labels.share": ("{share:percent} ({range:percent})", "{share:percent}（{range:percent}）"),
}
