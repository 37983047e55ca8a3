"""What a fit prints of series: what was read, how it was chosen, and how to read the figures."""

SENTENCES: dict[str, tuple[str, str]] = {
    "forecast_fit.data": (
        "{name} · {series:count} series × {steps:count} steps, {every}, {season} → the next "
        "{horizon:count} {horizon:step|steps}",
        "{name} · {series:count} 条序列 × {steps:count} 步，{every}，{season} → 之后 "
        "{horizon:count} 步",
    ),
    "forecast_fit.data_uneven": (
        "{name} · {series:count} series of {least:count} to {most:count} steps ({steps:count} in "
        "all), {every}, {season} → the next {horizon:count} {horizon:step|steps}",
        "{name} · {series:count} 条序列，各 {least:count} 至 {most:count} 步（共 {steps:count} "
        "步），{every}，{season} → 之后 {horizon:count} 步",
    ),
    "forecast_fit.season.none": ("no season", "无周期"),
    "forecast_fit.season.usual": (
        "season {season:count} (the usual one)",
        "周期 {season:count}（惯例）",
    ),
    "forecast_fit.season.named": (
        "season {season:count} (as named)",
        "周期 {season:count}（按指定）",
    ),
    "forecast_fit.read": ("reads {columns}", "读入 {columns}"),
    "forecast_fit.read.time": ("time", "时间"),
    "forecast_fit.read.ids": ("names the series", "序列名"),
    "forecast_fit.read.target": ("is forecast", "要预测的列"),
    "forecast_fit.read.column": ("up to the origin", "用到起点为止"),
    "forecast_fit.read.known": ("known ahead", "事先已知"),
    "forecast_fit.unread": (
        "not read: {columns}; --use {first} offers a column with its values up to the origin, "
        "--known {first} with those to come",
        "未读入：{columns}；--use {first} 让模型看到某列截至起点的值，--known {first} 连同之后的值",
    ),
    "forecast_fit.unread.more": (" and {n:count} more", " 等另外 {n:count} 列"),
    "forecast_fit.unproven": (
        "{rung} has the lowest error ({score:{form}}), but that is not proven to be more than "
        "luck; to take it all the same: --rungs {rung}",
        "{rung} 的误差最小（{score:{form}}），但没能证明不是运气；仍要用它，请加 --rungs {rung}",
    ),
    "forecast_fit.test": (
        "test, {n:count} {n:origin|origins}, first look: {headline} {score:{form}} "
        "({range:{form}})",
        "测试，{n:count} 个起点，第一次看：{headline} {score:{form}}（{range:{form}}）",
    ),
    "forecast_fit.explain.interval": (
        "in brackets: a range made so that, in 19 draws of 20, it holds the score over all such "
        "times; blocks of neighbouring moments are drawn",
        "括号里：这样算出的范围，二十次抽样里有十九次包含全体同类时段上的得分；抽的是相邻时刻的块",
    ),
    "forecast_fit.explain.looks": (
        "scaled error: 1 is as far off as repeating the last season (or value) was in training, "
        "one season (or step) ahead",
        "标准化误差：1 相当于在训练部分重复上一个周期（或上一个值）时的误差",
    ),
    "forecast_fit.explain.test": (
        "test: the last stretch of time, set aside before anything was fitted, and scored once, "
        "after the choice",
        "测试：最后一段时间，一开始就留出，选定之后才用一次",
    ),
}
