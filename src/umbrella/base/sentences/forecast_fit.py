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
    "forecast_fit.cut": (
        "origins: {validation:count} to choose by, in {walks:count} stretches of time, one after "
        "the other; {train:count} to learn from before the last of them ({least:count} before the "
        "first); {test:count} to test on; what judges is later than all that the judged has "
        "learned from, targets and all",
        "起点：挑选 {validation:count} 个，分为前后相接的 {walks:count} 段时间；"
        "最后一段之前供训练的 {train:count} 个（第一段之前 {least:count} 个）；"
        "测试 {test:count} 个；"
        "用来评判的（连同要预测的值）都晚于被评判的模型学过的",
    ),
    "forecast_fit.cut_one": (
        "origins: {train:count} to learn from, {validation:count} to choose by, {test:count} to "
        "test on; what judges is later than all that the judged has learned from, targets and all",
        "起点：训练 {train:count} 个，挑选 {validation:count} 个，测试 {test:count} 个；"
        "用来评判的（连同要预测的值）都晚于被评判的模型学过的",
    ),
    "forecast_fit.folds": (
        "--folds {folds:count}: {walks:count} {walks:is|are} used, as the history has room for no "
        "more: each is as long as the last one, and half of all moments, of a short history a "
        "third, come before them to be learned from",
        "--folds {folds:count}：历史只容得下 {walks:count} 段，因此用 {walks:count} 段："
        "各段与最后一段一样长，它们之前还要留一半的时刻（短历史留三分之一）供训练",
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
    "forecast_fit.season.found": (
        "season {season:count} (found in the training part)",
        "周期 {season:count}（由训练部分得出）",
    ),
    "forecast_fit.season.why": (
        "rows have no dates, so the season was sought in the training part: changes {season:count} "
        "steps apart go together (correlation {strength:number}); --season N names another, "
        "--season 1 none",
        "各行没有日期，周期由训练部分得出：相隔 {season:count} 步的变化彼此相关"
        "（相关系数 {strength:number}）；--season N 可另行指定，--season 1 表示没有周期",
    ),
    "forecast_fit.season.unfound": (
        "rows have no dates, and the training part shows no season; if there is one, name its "
        "steps, e.g. --season 24 for hours",
        "各行没有日期，训练部分也看不出周期；如有周期，请指定步数，例如按小时的数据用 --season 24",
    ),
    "forecast_fit.season.week": (
        "in the training part values of a week before ({season:count} steps) are nearer than those "
        "of a day before, by {less:percent}: --season {season} counts by weeks",
        "训练部分里，一周之前（{season:count} 步）的值比一天之前的更接近，误差小 {less:percent}："
        "--season {season} 按周计",
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
    "forecast_fit.as.every": ("every series", "每条序列"),
    "forecast_fit.as.price": (
        "{name} is a price: its returns (changes of the logarithm) are modelled and prices rebuilt "
        "from them; errors are those of logarithms too; --as level models the prices themselves",
        "{name} 是价格：对收益率（对数的变化）建模，再由它还原价格；误差也按对数计；"
        "--as level 则直接对价格建模",
    ),
    "forecast_fit.as.unpriced": (
        "{name} is a price, but the prices themselves are modelled (levels), for those of zero or "
        "below have no returns; leave such cells empty if they mean that there was no price",
        "{name} 是价格，但零或负的价格没有收益率，因此直接对价格（水平值）建模；"
        "如果这些单元格表示没有价格，请留空",
    ),
    "forecast_fit.as.return": (
        "returns of {name} are modelled (changes of the logarithm), as named, and levels rebuilt "
        "from them; errors are those of logarithms too",
        "按指定，对 {name} 的收益率（对数的变化）建模，再由它还原水平值；误差也按对数计",
    ),
    "forecast_fit.as.level": (
        "levels of {name} are modelled, as named",
        "按指定，直接对 {name} 的水平值建模",
    ),
    "forecast_fit.as.plain": (
        "levels of {name} are modelled, as they stand; of prices --as return models the returns",
        "直接对 {name} 的水平值建模；如果是价格，--as return 会对收益率建模",
    ),
    "forecast_fit.as.signed": (
        "levels of {name} are modelled, as they stand: values of zero or below have no returns",
        "直接对 {name} 的水平值建模：零或负的值没有收益率",
    ),
    "forecast_fit.quantiles": (
        "--quantiles: networks alone say how large their errors may be, origin by origin; "
        "intervals of {rungs} are as wide at every origin, as held-out errors ask for",
        "--quantiles：只有网络能逐个起点给出误差大小；{rungs} 的区间在各起点同样宽，"
        "由留出的误差决定",
    ),
    "forecast_fit.sized.kept": (
        "--quantiles: {rung} says itself how large its errors may be; interval score "
        "{sized:number} on validation origins, {plain:number} for intervals of one width (less is "
        "better)",
        "--quantiles：{rung} 自己给出误差大小；验证起点上的区间得分为 {sized:number}，"
        "等宽区间为 {plain:number}（越小越好）",
    ),
    "forecast_fit.sized.dropped": (
        "--quantiles: what {rung} says of its errors is left out, for intervals of one width were "
        "no worse: interval score {plain:number} on validation origins, {sized:number} for its own "
        "(less is better)",
        "--quantiles：{rung} 自己给出的误差大小不予采用，因为等宽区间并不更差：验证起点上的"
        "区间得分为 {plain:number}，它自己的为 {sized:number}（越小越好）",
    ),
    "forecast_fit.untested": (
        "{count:count} of {series:count} series {count:has|have} no test origin (too short, or no "
        "values at the end): how well {count:it is|they are} forecast is not tested: {names}",
        "{series:count} 条序列中有 {count:count} 条没有测试起点（太短，或末尾没有值）："
        "对其预测的好坏没有测试：{names}",
    ),
    "forecast_fit.blank.target": (
        "{name} is empty in {count:count} {count:row|rows} ({share:percent}), first on {first} "
        "(row {row:count}): nothing is learned from these steps, and no score is taken there",
        "{name} 有 {count:count} 行为空（{share:percent}），第一个在 {first}（第 {row:count} 行）："
        "这些步不参与学习，也不计分",
    ),
    "forecast_fit.blank.newest": (
        "{count:count} of these rows {count:is|are} newer than the last known value, so that the "
        "test ends before the newest rows and a forecast begins there",
        "其中 {count:count} 行晚于最后一个已知值：测试到此为止，预测也从那里开始",
    ),
    "forecast_fit.blank.column": (
        "{name} is empty in {count:count} {count:row|rows}, first on {first} (row {row:count}): "
        "its last value is read there",
        "{name} 有 {count:count} 行为空，第一个在 {first}（第 {row:count} 行）：沿用之前最近的值",
    ),
    "forecast_fit.blank.known": (
        "{name} is known ahead, yet empty in {count:count} {count:row|rows}, the first on {first} "
        "(row {row:count}): its mean is read where it lies ahead, its last value where it lies "
        "behind",
        "{name} 应事先已知，却有 {count:count} 行为空，第一个在 {first}（第 {row:count} 行）："
        "在起点之后时取平均值，在起点之前时沿用最近的值",
    ),
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
