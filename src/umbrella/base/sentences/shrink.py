"""What `shrink` prints: what can be proven, the candidates, and the proof."""

SENTENCES = {
    "shrink.provable": (
        "{n:count} independent test rows, which no search step sees, can at best prove a drop "
        "below {margin:size_{form}}, and that only if not one answer changes",
        "{n:count} 行互相独立的测试数据，搜索不会见到；即使没有一个答案改变，"
        "最多也只能证明下降小于 {margin:size_{form}}",
    ),
    "shrink.as_is": ("as it is", "原样"),
    "shrink.too_large": ("too large", "太大"),
    "shrink.too_slow": ("too slow", "太慢"),
    "shrink.too_weak": ("drops too far", "掉得太多"),
    "shrink.fits": ("fits", "符合"),
    "shrink.picked": ("picked", "选用"),
    "shrink.accepted": (
        "accepted: on {n:count} test rows that no search step saw, {change:gain_{form}}; with "
        "{level:percent} confidence the drop is below {bound:size_{form}}, and a drop of "
        "{allowed:size_{form}} was allowed",
        "通过：在搜索没见过的 {n:count} 行测试数据上，变化 {change:gain_{form}}；"
        "有 {level:percent} 的把握下降小于 {bound:size_{form}}，允许的是 {allowed:size_{form}}",
    ),
    "shrink.refused": (
        "refused: on {n:count} test rows that no search step saw, {change:gain_{form}}; the drop "
        "may be as large as {bound:size_{form}}, and only a drop of {allowed:size_{form}} was "
        "allowed",
        "不通过：在搜索没见过的 {n:count} 行测试数据上，变化 {change:gain_{form}}；下降可能达 "
        "{bound:size_{form}}，而允许的只有 {allowed:size_{form}}",
    ),
    "shrink.result": (
        "{before:bytes} → {after:bytes}, {times:number} times smaller; one row {before_ms:ms} → "
        "{after_ms:ms}",
        "{before:bytes} → {after:bytes}，缩小到 1/{times:number}；"
        "单行耗时 {before_ms:ms} → {after_ms:ms}",
    ),
    "shrink.machine": (
        "times and sizes are those of the exported file, on {cpu}, {threads:count} "
        "{threads:thread|threads}",
        "时间和大小都按导出的文件实测，处理器 {cpu}，{threads:count} 线程",
    ),
}
