"""What is said of data that tells what is to come: scaled on all rows, windows that overlap."""

SENTENCES: dict[str, tuple[str, str]] = {
    "leak.scaled.z": (
        "column “{column}” has a mean of 0 and a deviation of 1 over all rows, those of the test "
        "too: it was scaled before it came, by what lies ahead. Give the raw values: scaling is "
        "done here, by training rows alone",
        "列“{column}”在全部行（包括测试）上均值为 0、标准差为 1："
        "它事先用未来的数据缩放过。请给原始值：缩放由这里完成，只用训练数据",
    ),
    "leak.scaled.range": (
        "column “{column}” goes from exactly {low:number} to exactly 1, one of which comes after "
        "the training part: it was scaled before it came, by what lies ahead. Give the raw values: "
        "scaling is done here, by training rows alone",
        "列“{column}”恰好从 {low:number} 到 1，其中一端出现在训练部分之后："
        "它事先用未来的数据缩放过。请给原始值：缩放由这里完成，只用训练数据",
    ),
    "leak.windows": (
        "rows are overlapping windows of one series: each repeats the row before it, one column on "
        "({columns}), so this split puts the same values of {target} on both sides. Give the "
        "series itself, a step a row, and add --horizon 1.",
        "各行是同一条序列的重叠窗口：每行重复上一行，只移动一列（{columns}），"
        "因此这样的划分把 {target} 的同样的值放到了两侧。"
        "请给出序列本身（每行一步），并加 --horizon 1。",
    ),
    "leak.same_row": (
        "these rows look like a time series (neighbours in {time} differ in {target} by only "
        "{share:whole_percent} of what any two rows do), and each is answered from the columns of "
        "its own row, as if they were known by then. To forecast rows to come, add --horizon 1.",
        "这些行看上去是时间序列（{time} 相邻的两行，"
        "{target} 之差只有任意两行的 {share:whole_percent}），"
        "而每行都凭同一行的各列作答，仿佛那时它们已经知道。要预测之后的行，请加 --horizon 1。",
    ),
    "leak.noted": ("the fit said of the data: {what}", "训练时对数据有过警告：{what}"),
    "leak.noted.more": ("{line}; {what}", "{line}；{what}"),
    "leak.noted.advice": (
        "The scores here may owe to it: mend the data, fit again and compare.",
        "这里的得分可能由此而来：请改正数据，重新训练，再作比较。",
    ),
}
