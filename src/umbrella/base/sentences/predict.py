"""What `predict` and the demonstration print."""

SENTENCES = {
    "predict.done": (
        "{rows:count} {rows:row|rows} answered in {seconds:seconds} → {file}",
        "{rows:count} 行已答完，用时 {seconds:seconds} → {file}",
    ),
    "predict.none": ("no rows to answer", "没有要回答的数据"),
    "predict.empty": (
        "{rows:count} {rows:row had|rows had} nothing that could be read; the column note says "
        "what",
        "{rows:count} 行没有可读的内容；note 列里说明原因",
    ),
}
