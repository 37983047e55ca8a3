"""What the figures and tables of forecasts say."""

SENTENCES: dict[str, tuple[str, str]] = {
    "forecast_page.graded": (
        "{name} · graded on {n:count} {n:origin|origins} that no step had seen",
        "{name} · 用 {n:count} 个任何步骤都没见过的起点评定",
    ),
    "forecast_page.graded_rung": (
        "{name} · {rung} · graded on {n:count} {n:origin|origins} that no step had seen",
        "{name} · {rung} · 用 {n:count} 个任何步骤都没见过的起点评定",
    ),
    "forecast_page.graded_shrunk": (
        "{name} · {rung} · graded on {n:count} {n:origin|origins}. No training or search step saw "
        "them. They were scored for the run it came from, and again to accept this model.",
        "{name} · {rung} · 用 {n:count} 个起点评定。训练和搜索都没见过它们。"
        "它们先用来给原模型评分，又用来验收本模型。",
    ),
    "forecast_page.lead.pass": (
        "Every question found sound footing. It should do as well in times to come, while they are "
        "like those of the test.",
        "每一项检查都站得住脚。今后只要时势与测试那段相仿，它应当也能做到这个水平。",
    ),
    "forecast_page.lead.cannot tell": (
        "The test part is too short to tell it from the naive forecast.",
        "测试部分太短，分不出它与朴素预测的高下。",
    ),
    "forecast_page.asks.score": ("Is it better than the naive forecast?", "比朴素预测好吗？"),
    "forecast_page.asks.worst": ("Where was it farthest off?", "哪里差得最远？"),
    "forecast_page.asks.unseen": ("What can these series not show?", "这些序列说明不了什么？"),
    "forecast_page.baseline": ("naive", "朴素预测"),
    "forecast_page.ladder_caption": (
        "Validation error of every rung with its 95 % interval, lightest first; smaller is better. "
        "The dashed line is the naive forecast.",
        "每一级模型的验证误差及其 95% 区间，由轻到重；越小越好。虚线是朴素预测。",
    ),
    "forecast_page.chosen_by.several": (
        "Validation: the mean over {origins:count} origins in {stretches:count} stretches of time, "
        "each judged by a model that learned from what came before it. The naive forecast: "
        "{naive:number}.",
        "验证：{stretches:count} 段时间共 {origins:count} 个起点的平均，"
        "每段都由只学过它之前数据的模型来预测。朴素预测为 {naive:number}。",
    ),
    "forecast_page.chosen_by.one": (
        "Validation: the mean over {origins:count} origins, all later than what was learned from. "
        "The naive forecast: {naive:number}.",
        "验证：{origins:count} 个起点的平均，都晚于学过的数据。朴素预测为 {naive:number}。",
    ),
    "forecast_page.chosen_by.shrunk": (
        "Validation: the mean over the {origins:count} origins of the last stretch alone, as small "
        "models learn from all that comes before it; the fit of the large one counts earlier "
        "stretches too. The naive forecast: {naive:number}.",
        "验证：只取最后一段的 {origins:count} 个起点，因为小模型学的是它之前的全部数据；"
        "大模型拟合时的验证误差还算上了更早的各段。朴素预测为 {naive:number}。",
    ),
    "forecast_page.counts": (
        "{train:count} to learn from · {validation:count} to choose by, in {stretches:count} "
        "{stretches:stretch|stretches} of time · {test:count} to test on",
        "训练 {train:count} · 挑选 {validation:count}，分为 {stretches:count} 段时间 · "
        "测试 {test:count}",
    ),
    "forecast_page.unsized": (
        "{line}; they are as wide at every origin, unlike those of the run it came from, which "
        "says how large each forecast's errors may be",
        "{line}；它们在每个起点上一样宽，而原模型会说明每次预测的误差可能多大",
    ),
    "forecast_page.head.beside": ("of the naive error", "占朴素预测误差"),
    "forecast_page.name.worst": ("Worst origins", "最差的起点"),
    "forecast_page.examples": ("Origins to look at first", "最该先看的起点"),
    "forecast_page.unseen": ("What these series cannot tell", "这些序列说明不了的事"),
    "forecast_page.head.row": ("one forecast", "单次预测"),
    "forecast_page.figure.fans": ("Forecasts of test origins", "测试起点的预测"),
    "forecast_page.figure.fans_caption": (
        "The history, what was forecast from a few test origins with its intervals, and the naive "
        "forecast (dashed).",
        "历史，从几个测试起点作出的预测及其区间，以及朴素预测（虚线）。",
    ),
    "forecast_page.figure.fans_describe": (
        "{name} from {first} to {last}; forecasts from {origins}.",
        "{name}，从 {first} 到 {last}；预测起点：{origins}。",
    ),
    "forecast_page.figure.steps": ("Error by steps ahead", "提前各步的误差"),
    "forecast_page.figure.steps_caption": (
        "Mean error in scales at every step ahead; the model, the last value, the last season.",
        "提前各步的平均标准化误差：模型、最后一个值、上一个周期。",
    ),
    "forecast_page.figure.steps_describe": (
        "At {far:count} steps ahead the model's error is {model:number}, the naive one "
        "{naive:number}.",
        "提前 {far:count} 步时，模型误差 {model:number}，朴素预测 {naive:number}。",
    ),
    "forecast_page.figure.ahead": ("steps ahead", "提前步数"),
    "forecast_page.figure.error": ("scaled error", "标准化误差"),
    "forecast_page.figure.model": ("model", "模型"),
    "forecast_page.figure.history": ("history", "历史"),
    "forecast_page.figure.forecast": ("forecast", "预测"),
    "forecast_page.figure.naive": ("naive: {name}", "朴素预测：{name}"),
    "forecast_page.figure.future": (
        "History and forecast, {shown:count} of {count:count} series",
        "历史与预测：{count:count} 条序列中的 {shown:count} 条",
    ),
    "forecast_page.table": ("Step by step", "逐步来看"),
    "forecast_page.table.note": (
        "Errors in scales; direction beside the share of the commoner one; coverage of the "
        "intervals, and of those that learn from their misses.",
        "误差以尺度为单位；方向旁边是较常见方向的比例；"
        "区间的覆盖率，以及会从失误中学习的区间的覆盖率。",
    ),
    "forecast_page.head.step": ("steps ahead", "提前步数"),
    "forecast_page.head.model": ("model", "模型"),
    "forecast_page.head.last-value": ("last value", "最后一个值"),
    "forecast_page.head.seasonal-naive": ("last season", "上一个周期"),
    "forecast_page.head.direction": ("direction", "方向"),
    "forecast_page.head.majority": ("commoner", "较常见"),
    "forecast_page.head.ic": ("IC", "IC"),
    "forecast_page.head.adaptive": ("95 % adaptive", "95% 自适应"),
}
