"""What `predict` and the demonstration print."""

SENTENCES = {
    "predict.done": (
        "{rows:count} {rows:row|rows} answered in {seconds:seconds} → {file}",
        "{rows:count} 行已答完，用时 {seconds:seconds} → {file}",
    ),
    "predict.adapted": (
        "intervals adapted to {steps:count} {steps:value|values} of {series:count} series that "
        "came since; each was forecast again from up to {horizon:count} {horizon:step|steps} "
        "before it, and the fit's own {level:whole_percent} intervals held it in {held:percent} of "
        "these {pairs:count} {pairs:forecast|forecasts}",
        "区间已按 {series:count} 条序列后来的 {steps:count} 个值调整；对每个值又从之前至多 "
        "{horizon:count} 步的起点重新预测，共 {pairs:count} 次预测，训练时定的 "
        "{level:whole_percent} 区间在其中 {held:percent} 里覆盖了它",
    ),
    "predict.kept": (
        "intervals stand as the state kept them: what they learned up to {when} is in them",
        "区间沿用状态文件所存：其中包含截至 {when} 学到的内容",
    ),
    "predict.rewritten": (
        "{series}: {count:count} known {count:value|values}, the first at {when}, {count:is|are} "
        "no longer what the intervals had learned from. There they start anew from the fit's own "
        "and learn from the values as they are now; if nothing was corrected, look at the file",
        "{series}：有 {count:count} 个已知值（最早在 {when}）与区间当初学习时的不同。"
        "这些序列的区间从训练时的重新开始，按现在的值学习；如果没有更正过数据，请检查文件",
    ),
    "predict.return": (
        "the model forecasts returns of {column} (changes of its logarithm); the values written "
        "are rebuilt from them",
        "模型预测的是 {column} 的收益率（对数的变动），写出的值由它还原",
    ),
    "predict.level": (
        "the model forecasts {column} itself, not its returns",
        "模型预测的是 {column} 的值本身，而不是收益率",
    ),
    "predict.drawn": ("drawn in {file}", "图见 {file}"),
    "predict.future": (
        "{steps:count} {steps:step|steps} ahead of {series:count} series → {file}",
        "{series:count} 条序列各往后预测 {steps:count} 步 → {file}",
    ),
    "predict.return_each": (
        "the model forecasts returns (changes of the logarithm); the values written are rebuilt "
        "from them",
        "模型预测的是收益率（对数的变动），写出的值由它还原",
    ),
    "predict.level_each": (
        "the model forecasts the values themselves, not their returns",
        "模型预测的是值本身，而不是收益率",
    ),
    "predict.brief": (
        "{series}: {count:count} known {count:value|values}, where the model looks back over "
        "{window:count} steps and had more when it was fitted: it is forecast from less than it "
        "could use",
        "{series}：已知 {count:count} 个值，而模型要回看 {window:count} 步，训练时也有更多："
        "预测所依据的少于它能用的",
    ),
    "predict.no_season": (
        "{series}: fewer steps than one season ({season:count}), so there is no last season to "
        "repeat: the naive forecast last_season is left empty",
        "{series}：不足一个周期（{season:count} 步），没有可重复的上一个周期："
        "朴素预测 last_season 留空",
    ),
    "predict.hole": (
        "{series}: {count:count} of the last {window:count} {window:step|steps}, which the model "
        "looks back over, {count:has|have} no value ({most:count} in a row at most); the value "
        "before stands for each",
        "{series}：模型回看的最后 {window:count} 步里有 {count:count} 步没有值"
        "（最多连续 {most:count} 步）；每一步都以之前的值代替",
    ),
    "predict.gap": (
        "{series}: {count:count} of the last {window:count} {window:step|steps}, which the model "
        "looks back over, {count:has|have} no {column} ({most:count} in a row at most); what came "
        "before stands for each",
        "{series}：模型回看的最后 {window:count} 步里有 {count:count} 步没有 {column}"
        "（最多连续 {most:count} 步）；每一步都以之前的值代替",
    ),
    "predict.stuck": (
        "{series}: the last {count:count} known values are all {value:number}. If that is not so, "
        "as where something stopped measuring, neither is the forecast",
        "{series}：最后 {count:count} 个已知值都是 {value:number}。若与事实不符（例如测量中断），"
        "预测也就不可信",
    ),
    "predict.zone": (
        "these times are of zone {zone}, and those of the fit had none: hours of the day are taken "
        "in UTC, which may be others than then. Give times as they were written then",
        "这些时间属于时区 {zone}，而训练时的时间没有时区：一天中的钟点按 UTC 计，"
        "可能与当时不同。请按训练时的写法给出时间",
    ),
    "predict.irregular": (
        "these rows lie at irregular times, and those of the fit lay {every}: each row counts as "
        "one step, however long after the last one it came",
        "这些行的间隔不规则，而训练时的间隔是{every}：不论与上一行相隔多久，每行都算作一步",
    ),
    "predict.weekdays": (
        "there are rows on {count:count} {count:weekday|weekdays} that had none in the fit: they "
        "count as steps, which they were not then",
        "有 {count:count} 个星期几在训练时没有数据，这里却有：它们算作步，当时并非如此",
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
