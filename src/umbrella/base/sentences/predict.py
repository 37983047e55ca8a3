"""What `predict` and the demonstration print."""

SENTENCES = {
    "predict.done": (
        "{rows:count} {rows:row|rows} answered in {seconds:seconds} → {file}",
        "{rows:count} 行已答完，用时 {seconds:seconds} → {file}",
    ),
    "predict.adapted": (
        "intervals adapted to {steps:count} {steps:value|values} of {series:count} series that "
        "came since; the fit's own {level:whole_percent} intervals held {held:percent} of them",
        "区间已按 {series:count} 条序列后来的 {steps:count} 个值调整；训练时定的 "
        "{level:whole_percent} 区间覆盖了其中的 {held:percent}",
    ),
    "predict.drawn": ("drawn in {file}", "图见 {file}"),
    "predict.future": (
        "{steps:count} {steps:step|steps} ahead of {series:count} series → {file}",
        "{series:count} 条序列各往后预测 {steps:count} 步 → {file}",
    ),
    "predict.brief": (
        "{series}: {count:count} known {count:value|values}, where the model looks back over "
        "{window:count} steps: it is forecast from less than it could use",
        "{series}：已知 {count:count} 个值，而模型要回看 {window:count} 步："
        "预测所依据的少于它能用的",
    ),
    "predict.hole": (
        "{series}: {count:count} steps in a row are missing among those that the model looks back "
        "over; the value before them stands for each",
        "{series}：模型回看的步中连续缺失 {count:count} 步；每一步都以之前的值代替",
    ),
    "predict.late": (
        "{series}: the last rows have no value, so the forecast begins after {when}",
        "{series}：最后几行没有值，因此从 {when} 之后开始预测",
    ),
    "predict.scale": (
        "warning: {series} moves {times:number} times as far a step as in training: another unit? "
        "The scale of training is used, so forecasts and intervals are of that size. Give values "
        "in the unit of training, or fit again",
        "警告：{series} 每步的变动是训练时的 {times:number} 倍：单位不同？仍使用训练时的尺度，"
        "预测和区间的大小以它为准。请换成训练时的单位，或重新拟合",
    ),
    "predict.none": ("no rows to answer", "没有要回答的数据"),
    "predict.empty": (
        "{rows:count} {rows:row|rows} had nothing to answer from, or a file that could not be "
        "read; the column note says which",
        "{rows:count} 行没有可用的内容，或有无法读取的文件；note 列里说明是哪一种",
    ),
}
