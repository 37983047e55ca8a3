"""What `shrink` prints: what can be proven, the candidates, and the proof."""

SENTENCES = {
    "shrink.provable": (
        "{n:count} rows that no step will see can prove a drop of at most {margin:size_{form}}, "
        "if not one answer changes",
        "留给验收的 {n:count} 行谁都不会先看；即使没有一个答案改变，最多也只能证明下降不超过 "
        "{margin:size_{form}}",
    ),
    "shrink.too_large": ("too large", "太大"),
    "shrink.too_slow": ("too slow", "太慢"),
    "shrink.too_weak": ("drops too far", "掉得太多"),
    "shrink.fits": ("fits", "符合"),
    "shrink.picked": ("picked", "选用"),
    "shrink.accepted": (
        "accepted: on {n:count} rows no step saw, {change:gain_{form}}; with {level:percent} "
        "confidence the drop is below {bound:size_{form}}, and {allowed:size_{form}} was allowed",
        "通过：在谁都没先看过的 {n:count} 行上，变化 {change:gain_{form}}；有 {level:percent} "
        "的把握下降小于 {bound:size_{form}}，允许的是 {allowed:size_{form}}",
    ),
    "shrink.refused": (
        "refused: on {n:count} rows no step saw, {change:gain_{form}}; the drop may be as large as "
        "{bound:size_{form}}, and only {allowed:size_{form}} was allowed",
        "不通过：在谁都没先看过的 {n:count} 行上，变化 {change:gain_{form}}；下降可能达 "
        "{bound:size_{form}}，而允许的只有 {allowed:size_{form}}",
    ),
    "shrink.result": (
        "{before:bytes} → {after:bytes}, {times:number} times smaller; one row {before_ms:ms} → "
        "{after_ms:ms}",
        "{before:bytes} → {after:bytes}，缩小到 1/{times:number}；"
        "单行 {before_ms:ms} → {after_ms:ms}",
    ),
    "shrink.machine": (
        "times and sizes are those of the exported file, on {cpu}, {threads:count} "
        "{threads:thread|threads}",
        "时间和大小都按导出的文件实测，处理器 {cpu}，{threads:count} 线程",
    ),
}
