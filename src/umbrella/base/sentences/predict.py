"""What `predict` and the demonstration print."""

SENTENCES = {
    "predict.done": (
        "{rows:count} {rows:row|rows} answered in {seconds:seconds} → {file}",
        "{rows:count} 行已答完，用时 {seconds:seconds} → {file}",
    ),
    "predict.drawn": ("drawn in {file}", "图见 {file}"),
    "predict.future": (
        "{steps:count} {steps:step|steps} ahead of {series:count} series → {file}",
        "{series:count} 条序列各往后预测 {steps:count} 步 → {file}",
    ),
    "predict.none": ("no rows to answer", "没有要回答的数据"),
    "predict.empty": (
        "{rows:count} {rows:row|rows} had nothing to answer from, or a file that could not be "
        "read; the column note says which",
        "{rows:count} 行没有可用的内容，或有无法读取的文件；note 列里说明是哪一种",
    ),
}
