"""Sentences of a backtest: what a rule would have earned, what holding would have, and doubt."""

SENTENCES = {
    "trade.of": (
        "Backtest of {run}: {rung} forecasts {target} {horizon:count} {horizon:bar|bars} ahead, "
        "over its test stretch from {first} to {last}, {series:count} series.",
        "{run} 的回测：{rung} 预测 {target} 之后 {horizon:count} 根 K 线，测试区间为 {first} 至 "
        "{last}，共 {series:count} 条序列。",
    ),
    "trade.idle": (
        "The forecasts never called for a position, so nothing was traded: {rung} expects no "
        "change, or none that pays its costs.",
        "预测从未要求持仓，因此没有任何交易：{rung} 预计价格不变，或变化不足以抵偿费用。",
    ),
    "trade.again": (
        "Every look at this stretch with another rule counts as a try: {looks:count} "
        "{looks:rung was|rungs were} looked at when the run was fitted, {rules:count} "
        "{rules:rule|rules} here.",
        "在这段区间上每换一条规则都算一次尝试：拟合时比较过 {looks:count} 级模型，此处试过 "
        "{rules:count} 条规则。",
    ),
    "trade.ahead": (
        "The rule earned {own:percent} after costs over {bars:count} bars, buy-and-hold "
        "{hold:percent}: more, beyond doubt.",
        "规则在 {bars:count} 根 K 线上扣除费用后收益为 {own:percent}，买入并持有为 {hold:percent}："
        "规则确实更好。",
    ),
    "trade.behind": (
        "The rule earned {own:percent} after costs over {bars:count} bars, buy-and-hold "
        "{hold:percent}: less, beyond doubt.",
        "规则在 {bars:count} 根 K 线上扣除费用后收益为 {own:percent}，买入并持有为 {hold:percent}："
        "规则确实更差。",
    ),
    "trade.level": (
        "The rule earned {own:percent} after costs over {bars:count} bars, buy-and-hold "
        "{hold:percent}: these bars cannot tell which is better.",
        "规则在 {bars:count} 根 K 线上扣除费用后收益为 {own:percent}，买入并持有为 {hold:percent}："
        "凭这些 K 线分不出高下。",
    ),
    "trade.same": (
        "The rule held all the time, so it is buy-and-hold: {own:percent} after costs over "
        "{bars:count} bars. The forecasts decided nothing.",
        "规则自始至终持有，因此就是买入并持有：{bars:count} 根 K 线上扣除费用后收益为 "
        "{own:percent}。预测没有起任何作用。",
    ),
    "trade.odd": (
        "Within this stretch: {what}.",
        "在这段区间内：{what}。",
    ),
    "trade.odd_before": (
        "In the history before it: {what}.",
        "在此之前的历史中：{what}。",
    ),
    "trade.odd_more": (
        "{n:count} more such {n:step|steps} of the prices are listed in backtest.json.",
        "另有 {n:count} 处类似的价格变动，见 backtest.json。",
    ),
    "trade.sharpe": (
        "A year: {yearly:percent}, buy-and-hold {hold_yearly:percent}; Sharpe ratio {own:number} "
        "(95 %: {range:number}), buy-and-hold {hold:number} (95 %: {hold_range:number}).",
        "年化收益 {yearly:percent}，买入并持有 {hold_yearly:percent}；年化夏普比率 {own:number}"
        "（95% 区间：{range:number}），买入并持有 {hold:number}（95% 区间：{hold_range:number}）。",
    ),
    "trade.deflated": (
        "Against the best Sharpe ratio that luck alone gives in {tries:count} tries: {p:p}.",
        "与 {tries:count} 次尝试中仅凭运气能得到的最高夏普比率相比：{p:p}。",
    ),
    "trade.single": (
        "Against a true Sharpe ratio of 0: {p:p}, if this was the only rule tried.",
        "如果只试过这一条规则，与真实夏普比率为 0 相比：{p:p}。",
    ),
    "trade.fall": (
        "Deepest fall from a peak: {own:percent}, buy-and-hold {hold:percent}.",
        "最大回撤：{own:percent}，买入并持有 {hold:percent}。",
    ),
    "trade.traded": (
        "{orders:count} {orders:order|orders} filled; a bar trades {turnover:percent} of the "
        "account, and costs ate {paid:percent} of the money at the start. "
        "{exposed:whole_percent} of the money was in the market on average.",
        "共成交 {orders:count} 笔；平均每根 K 线换手 {turnover:percent}，费用共占初始资金的 "
        "{paid:percent}。平均有 {exposed:whole_percent} 的资金在场。",
    ),
    "trade.cost": (
        "At {cost:number} basis points a trade: {growth:percent}, Sharpe ratio {sharpe:number}.",
        "每笔费用 {cost:number} 个基点时：收益 {growth:percent}，夏普比率 {sharpe:number}。",
    ),
    "trade.break_even": (
        "It earns nothing any more once a trade costs {cost:number} basis points.",
        "每笔费用达到 {cost:number} 个基点时，收益归零。",
    ),
    "trade.break_even_none": (
        "It earns nothing even where trading is free.",
        "即使交易不收费，它也不赚钱。",
    ),
    "trade.break_even_any": (
        "It earns something even where a trade costs {cost:number} basis points.",
        "即使每笔费用高达 {cost:number} 个基点，它仍有收益。",
    ),
    "trade.leak": (
        "A Sharpe ratio above {limit:number} is hardly ever honest: look for a forecast that knew "
        "the future.",
        "夏普比率高于 {limit:number} 几乎不可能是真的：请检查预测是否用到了未来的数据。",
    ),
    "trade.ruined": (
        "{count:count} of {series:count} {series:account|accounts} lost nearly all and "
        "{count:was|were} closed.",
        "{series:count} 个账户中有 {count:count} 个几乎亏光，已被强制平仓。",
    ),
    "trade.fill": (
        "An order made at a bar's close fills at the next bar's {price}; it costs {cost:number} "
        "basis points, slippage {slippage:number}.",
        "收盘时下的单在下一根 K 线的{price}成交；费用 {cost:number} 个基点，滑点 "
        "{slippage:number} 个基点。",
    ),
    "trade.open": ("open", "开盘价"),
    "trade.close": ("close", "收盘价"),
    "trade.advice": (
        "This is a sum over prices gone by, not advice to buy or sell: it leaves out taxes, limits "
        "and what your own orders do to the price, and the next prices may be others.",
        "以上只是对历史价格的计算，不构成买卖建议：其中没有计入税费、涨跌停限制以及自身下单对价格的"
        "影响，今后的价格也可能完全不同。",
    ),
    "trade.figure": ("Rule beside buy-and-hold", "规则与买入并持有的对比"),
    "trade.rule": ("rule", "规则"),
    "trade.hold": ("buy-and-hold", "买入并持有"),
    "trade.worth": ("worth, first day = 1", "净值（首日为 1）"),
    "trade.below": ("below the peak", "回撤"),
    "trade.describe": (
        "Two lines of worth: the rule ends at {own:number}, buy-and-hold at {hold:number}. Below "
        "them how far each lies below its peak, at most {own_fall:percent} and "
        "{hold_fall:percent}.",
        "两条净值曲线：规则终值 {own:number}，买入并持有终值 {hold:number}。下方为各自的回撤，"
        "最大为 {own_fall:percent} 和 {hold_fall:percent}。",
    ),
}
