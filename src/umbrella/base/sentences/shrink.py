"""What `shrink` prints: what can be proven, the candidates, and the proof."""

SENTENCES = {
    "shrink.provable": (
        "{n:count} independent test rows, which no search step sees, can at best prove a drop "
        "below {margin:size_{form}}, and that only if not one answer changes",
        "{n:count} 行互相独立的测试数据，搜索不会见到；即使没有一个答案改变，"
        "最多也只能证明下降小于 {margin:size_{form}}",
    ),
    "shrink.room": (
        "--size {size:bytes} leaves {left:bytes} for the network: card and notes of the shipped "
        "file take {notes:bytes}",
        "--size {size:bytes} 给网络留下 {left:bytes}：文件里的模型卡和说明占 {notes:bytes}",
    ),
    "shrink.tried": (
        "tried, each with its size, the time of one row and {headline} on validation rows:",
        "试过的模型：大小、单行耗时、验证集上的{headline}：",
    ),
    "shrink.tried.ahead": (
        "tried, each with its size, the time of one forecast and {headline} on validation:",
        "试过的模型：大小、单次预测耗时、验证的{headline}：",
    ),
    "shrink.as_is": ("as it is", "原样"),
    "shrink.too_large": ("too large", "太大"),
    "shrink.too_slow": ("too slow", "太慢"),
    "shrink.too_weak": ("drops too far", "掉得太多"),
    "shrink.fits": ("fits", "符合"),
    "shrink.picked": ("picked", "选用"),
    "shrink.likely": (
        "{name}, the smallest that the validation rows alone would prove already",
        "{name}（仅凭验证数据就能证明的候选里最小的）",
    ),
    "shrink.accepted.points": (
        "accepted: on {n:count} test rows that no search step saw, {gained:points}; with "
        "{level:percent} confidence the drop is below {bound:size_percent}, and a drop of "
        "{allowed:size_percent} was allowed",
        "通过：在搜索没见过的 {n:count} 行测试数据上，变化 {gained:points}；"
        "有 {level:percent} 的把握下降小于 {bound:size_percent}，允许的是 {allowed:size_percent}",
    ),
    "shrink.refused.points": (
        "refused: on {n:count} test rows that no search step saw, {gained:points}; the drop may "
        "be as large as {bound:size_percent}, and only a drop of {allowed:size_percent} was "
        "allowed",
        "不通过：在搜索没见过的 {n:count} 行测试数据上，变化 {gained:points}；下降可能达 "
        "{bound:size_percent}，而允许的只有 {allowed:size_percent}",
    ),
    "shrink.accepted.error": (
        "accepted: on {n:count} test rows that no search step saw, its error is {after:number}, "
        "that of the large model {before:number}: {change:percent} {moved}; with {level:percent} "
        "confidence its error is at most {bound:percent} above that, and {allowed:percent} was "
        "allowed",
        "通过：在搜索没见过的 {n:count} 行测试数据上，误差为 {after:number}，"
        "大模型为 {before:number}：{moved} {change:percent}；"
        "有 {level:percent} 的把握最多比它大 {bound:percent}，允许的是 {allowed:percent}",
    ),
    "shrink.refused.error": (
        "refused: on {n:count} test rows that no search step saw, its error is {after:number}, "
        "that of the large model {before:number}: {change:percent} {moved}; its error may be up "
        "to {bound:percent} above that, and only {allowed:percent} was allowed",
        "不通过：在搜索没见过的 {n:count} 行测试数据上，误差为 {after:number}，"
        "大模型为 {before:number}：{moved} {change:percent}；"
        "最多可能比它大 {bound:percent}，而允许的只有 {allowed:percent}",
    ),
    "shrink.accepted.ahead": (
        "accepted: on {n:count} test origins that no search step saw, its scaled error is "
        "{after:number}, that of the large model {before:number}: {change:percent} {moved}; with "
        "{level:percent} confidence its error is at most {bound:percent} above that, and "
        "{allowed:percent} was allowed",
        "通过：在搜索没见过的 {n:count} 个测试起点上，标准化误差为 {after:number}，"
        "大模型为 {before:number}：{moved} {change:percent}；"
        "有 {level:percent} 的把握最多比它大 {bound:percent}，允许的是 {allowed:percent}",
    ),
    "shrink.refused.ahead": (
        "refused: on {n:count} test origins that no search step saw, its scaled error is "
        "{after:number}, that of the large model {before:number}: {change:percent} {moved}; its "
        "error may be up to {bound:percent} above that, and only {allowed:percent} was allowed",
        "不通过：在搜索没见过的 {n:count} 个测试起点上，标准化误差为 {after:number}，"
        "大模型为 {before:number}：{moved} {change:percent}；"
        "最多可能比它大 {bound:percent}，而允许的只有 {allowed:percent}",
    ),
    "shrink.less": ("less", "小"),
    "shrink.more": ("more", "大"),
    "shrink.judged_by": (
        "the errors below are those of the last stretch of validation alone ({n:count} origins), "
        "as small models learn from all before it; the fit's {score:number} is the mean over "
        "{stretches:count} stretches",
        "下面的误差只取最后一段验证（{n:count} 个起点），因为小模型学的是它之前的全部数据；"
        "拟合时的 {score:number} 是 {stretches:count} 段的平均",
    ),
    "shrink.sized.no": (
        "its intervals are as wide at every origin: unlike the large model, it does not say how "
        "large each forecast's errors may be",
        "它的区间在每个起点上一样宽：与大模型不同，它不说明每次预测的误差可能多大",
    ),
    "shrink.sized.yes": (
        "it says how large each forecast's errors may be, as the large model does",
        "与大模型一样，它说明每次预测的误差可能多大",
    ),
    "shrink.result": (
        "{before:bytes} → {after:bytes}, {times:number} times smaller; one row {before_ms:ms} → "
        "{after_ms:ms}",
        "{before:bytes} → {after:bytes}，缩小到 1/{times:number}；"
        "单行耗时 {before_ms:ms} → {after_ms:ms}",
    ),
    "shrink.result.ahead": (
        "{before:bytes} → {after:bytes}, {times:number} times smaller; one forecast "
        "{before_ms:ms} → {after_ms:ms}",
        "{before:bytes} → {after:bytes}，缩小到 1/{times:number}；"
        "单次预测耗时 {before_ms:ms} → {after_ms:ms}",
    ),
    "shrink.machine": (
        "times and sizes are those of the exported file, on {cpu}, {threads:count} "
        "{threads:thread|threads}",
        "时间和大小都按导出的文件实测，处理器 {cpu}，{threads:count} 线程",
    ),
}
