"""What is said of a column that alone tells the target."""

SENTENCES = {
    "giveaway.every": (
        "column “{name}” alone gives the label of every row",
        "仅凭列“{name}”就能得知每一行的标签",
    ),
    "giveaway.most": (
        "column “{name}” alone gives the label of {right:percent} of the rows",
        "仅凭列“{name}”就能得知 {right:percent} 的行的标签",
    ),
    "giveaway.value": (
        "column “{name}” alone gives the number, with {left:percent} of the error that the median "
        "makes",
        "仅凭列“{name}”就能得知目标数值，误差只有一律答中位数的 {left:percent}",
    ),
    "giveaway.more": (
        "{line}; so {count:does|do} {names}",
        "{line}；同样如此的还有 {count:count} 列：{names}",
    ),
    "giveaway.note": (
        "{line}: will it be known when predictions are made? If not, the scores mean nothing: name "
        "the other columns with --use",
        "{line}：到了预测的时候，它是已知的吗？如果不是，得分就毫无意义：请用 --use 列出其他列",
    ),
    "giveaway.none": (
        "no column alone gives the answer ({count:count} judged on training rows)",
        "没有哪一列单独就能给出答案（用训练数据查了 {count:count} 列）",
    ),
    "giveaway.power": (
        "a column that alone leaves at most {nearly:whole_percent} of the simple rule's error",
        "一列单独就把简单规则的误差降到 {nearly:whole_percent} 以内",
    ),
    "giveaway.advice": (
        "Will it be known when predictions are made? If it comes later, or is the target in other "
        "words, this score means nothing: fit again without it, naming the other columns with "
        "--use.",
        "到了预测的时候，它是已知的吗？如果它是事后才有的，或只是目标的另一种写法，"
        "这个得分就毫无意义：请用 --use 列出其他列，去掉它重新训练。",
    ),
}
