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
    "predict.answer": (
        "{text} → {label}, {chance:percent} sure",
        "{text} → {label}，把握 {chance:percent}",
    ),
    "predict.value": ("{text} → {value:number}", "{text} → {value:number}"),
    "predict.value_range": (
        "{text} → {value:number} ({range:number}, 9 times in 10)",
        "{text} → {value:number}（{range:number}，十次有九次落在其中）",
    ),
    "predict.without_torch": (
        "answered from {file} alone, in a process where torch cannot be imported",
        "只凭 {file} 一个文件作答，这个进程里无法导入 torch",
    ),
}
