"""What `predict` and the demonstration print."""

SENTENCES = {
    "predict.done": (
        "{rows:count} {rows:row|rows} answered in {seconds:seconds} → {file}",
        "{rows:count} 行已答完，用时 {seconds:seconds} → {file}",
    ),
    "predict.none": ("no rows to answer", "没有要回答的数据"),
    "predict.empty": (
        "{rows:count} {rows:row had|rows had} no text; the answer is then the model's bias alone",
        "{rows:count} 行没有文本；这时的答案只反映模型的偏向",
    ),
}
