"""What `fit` prints: the data, the ladder's table, the choice and the first look at the test."""

SENTENCES = {
    "fit.data": (
        "{name} · {rows:count} {rows:row|rows} · {inputs} → {outcome} · {twins}",
        "{name} · {rows:count} 行 · {inputs} → {outcome} · {twins}",
    ),
    "fit.kind.text": ("text", "文本"),
    "fit.kind.table": ("columns", "表格列"),
    "fit.kind.number": ("number", "数值"),
    "fit.kind.category": ("category", "类别"),
    "fit.kind.image": ("image", "图像"),
    "fit.kind.audio": ("audio", "音频"),
    "fit.kind.video": ("video", "视频"),
    "fit.kind.time": ("time", "时间"),
    "fit.outcome.classify": ("{classes:count} classes", "{classes:count} 类"),
    "fit.outcome.regress": ("a number", "一个数"),
    "fit.no_twins": ("no twins", "没有重复行"),
    "fit.bad_rows": (
        "{bad:count} bad {bad:row|rows} skipped; the first: {place}: {reason}",
        "跳过 {bad:count} 行坏数据；第一处：{place}：{reason}",
    ),
    "fit.head.rung": ("rung", "级"),
    "fit.head.score": ("validation (95 %)", "验证（95%）"),
    "fit.head.size": ("size", "大小"),
    "fit.head.row": ("one row", "单行耗时"),
    "fit.head.fit": ("fit", "训练"),
    "fit.head.best": ("against the best", "与最好者相比"),
    "fit.score": ("{score:{form}} ({range:{form}})", "{score:{form}}（{range:{form}}）"),
    "fit.best": ("the best", "最好"),
    "fit.worse": ("worse ({p:p})", "更差（{p:p}）"),
    "fit.doubt": ("within doubt ({p:p})", "难分高下（{p:p}）"),
    "fit.failed": ("failed: {why}", "失败：{why}"),
    "fit.chosen.lightest": (
        "chosen: {rung}, the lightest rung that no heavier one beats beyond doubt (best of "
        "{looks:count} looks, which flatters the best by about {optimism:size_{form}})",
        "选中：{rung}，是无法断定有谁更好的最轻一级（比了 {looks:count} 次取最好，最好者因此约虚高 "
        "{optimism:size_{form}}）",
    ),
    "fit.chosen.lightest_plain": (
        "chosen: {rung}, the lightest rung that no heavier one beats beyond doubt (best of "
        "{looks:count} looks)",
        "选中：{rung}，是无法断定有谁更好的最轻一级（比了 {looks:count} 次取最好）",
    ),
    "fit.chosen.best": (
        "chosen: {rung}, the only rung within doubt of the best (best of {looks:count} looks, "
        "which flatters the best by about {optimism:size_{form}})",
        "选中：{rung}，别的都明显不如它（比了 {looks:count} 次取最好，最好者因此约虚高 "
        "{optimism:size_{form}}）",
    ),
    "fit.chosen.best_plain": (
        "chosen: {rung}, the only rung within doubt of the best (best of {looks:count} looks)",
        "选中：{rung}，别的都明显不如它（比了 {looks:count} 次取最好）",
    ),
    "fit.chosen.only": ("chosen: {rung}, the only rung", "选中：{rung}，仅此一级"),
    "fit.useless.classify": (
        "not shown to be better than the most common class on {n:count} test {n:row|rows} ({p:p})",
        "在 {n:count} 行测试数据上，没能证明它比一律答最常见的类别好（{p:p}）",
    ),
    "fit.useless.regress": (
        "not shown to be better than the median on {n:count} test {n:row|rows} ({p:p})",
        "在 {n:count} 行测试数据上，没能证明它比一律答中位数好（{p:p}）",
    ),
    "fit.ended.patience": (
        "stopped climbing: the last {patience:count} {patience:rung|rungs} brought nothing beyond "
        "doubt",
        "不再往上试：最近 {patience:count} 级都没有带来确凿的提升",
    ),
    "fit.ended.budget": (
        "stopped by the time budget of {minutes:number} {minutes:minute|minutes}",
        "{minutes:number} 分钟的时间预算已到，停止",
    ),
    "fit.cut": (
        "cut short by the time budget, so it may not be at its best: {rungs}",
        "因时间预算提前结束，未必已到最好：{rungs}",
    ),
    "fit.test": (
        "test, {n:count} {n:row|rows}, first look: {score:{form}} ({range:{form}})",
        "测试，{n:count} 行，第一次看：{score:{form}}（{range:{form}}）",
    ),
    "fit.test_named": (
        "test, {n:count} {n:row|rows}, first look: {headline} {score:{form}} ({range:{form}})",
        "测试，{n:count} 行，第一次看：{headline} {score:{form}}（{range:{form}}）",
    ),
    "fit.done_before": (
        "already done; the same data and settings give the same run (--fresh fits anew)",
        "早已完成：同样的数据和设置得到同样的结果（加 --fresh 可重新训练）",
    ),
    "fit.next": ("next: {command}", "下一步：{command}"),
    "fit.explain.interval": (
        "in brackets: a range made so that, in 19 draws of 20, it holds the score over all such "
        "rows",
        "括号里：这样算出的范围，二十次抽样里有十九次包含全体同类数据上的得分",
    ),
    "fit.explain.p": (
        "p: how often luck alone would show such a difference; below .05, shared among the "
        "comparisons, it is beyond doubt",
        "p：单凭运气出现这种差别的机会；低于 0.05（由各次比较分摊）就算确凿",
    ),
    "fit.explain.looks": (
        "looks: the best of many always looks a little too good; this says by how much",
        "挑选：多中选优，看上去总会好过实际；这里说明好过了多少",
    ),
    "fit.explain.test": (
        "test: rows set aside before anything was fitted, and scored once, after the choice",
        "测试：一开始就留出的数据，选定之后才用一次",
    ),
}
