"""What is said of a table that was read as series: its columns, its step, what was repaired."""

SENTENCES = {
    "series.every.microsecond": ("every microsecond", "每微秒"),
    "series.every.millisecond": ("every millisecond", "每毫秒"),
    "series.every.second": ("every second", "每秒"),
    "series.every.minute": ("every minute", "每分钟"),
    "series.every.hour": ("every hour", "每小时"),
    "series.every.day": ("every day", "每天"),
    "series.every.business_day": ("every business day", "每个工作日"),
    "series.every.week": ("every week", "每周"),
    "series.every.month": ("every month", "每月"),
    "series.every.quarter": ("every quarter", "每季度"),
    "series.every.year": ("every year", "每年"),
    "series.every.step": ("step by step, without dates", "逐步排列，没有日期"),
    "series.every.irregular": ("at irregular times", "间隔不规则"),
    "series.every.several": ("every {count:count} {unit}", "每 {count:count} {unit}"),
    "series.unit.microsecond": ("microseconds", "微秒"),
    "series.unit.millisecond": ("milliseconds", "毫秒"),
    "series.unit.second": ("seconds", "秒"),
    "series.unit.minute": ("minutes", "分钟"),
    "series.unit.hour": ("hours", "小时"),
    "series.unit.day": ("days", "天"),
    "series.unit.business_day": ("business days", "个工作日"),
    "series.unit.week": ("weeks", "周"),
    "series.unit.month": ("months", "个月"),
    "series.unit.quarter": ("quarters", "个季度"),
    "series.unit.year": ("years", "年"),
    "series.unit.step": ("steps", "步"),
    "series.frequency": ("rows lie {every}", "各行的间隔：{every}"),
    "series.frequency_named": ("rows lie {every}, as named", "各行的间隔：{every}（按指定）"),
    "series.step_season": (
        "rows are counted, for they have no dates; the usual season is {season:count} steps",
        "各行没有日期，按步计数；常见周期为 {season:count} 步",
    ),
    "series.counted_rows": (
        "no column of time: rows are taken in the order of the file",
        "没有时间列：按文件中的次序排列",
    ),
    "series.counted_steps": (
        "the names of the columns are no dates: steps are counted from 0",
        "列名不是日期：各步从 0 开始计数",
    ),
    "series.counted_years": (
        "the years in column {name} are counted from 1 and are no dates",
        "列 {name} 中的年份从 1 开始计数，并非真实日期",
    ),
    "series.day_first": (
        "in column {name} the day comes before the month",
        "列 {name} 中日在月之前",
    ),
    "series.month_first": (
        "in column {name} the month comes before the day",
        "列 {name} 中月在日之前",
    ),
    "series.number.seconds": (
        "column {name} counts seconds since 1970, in UTC",
        "列 {name} 是自 1970 年起的秒数（UTC）",
    ),
    "series.number.milliseconds": (
        "column {name} counts milliseconds since 1970, in UTC",
        "列 {name} 是自 1970 年起的毫秒数（UTC）",
    ),
    "series.number.microseconds": (
        "column {name} counts microseconds since 1970, in UTC",
        "列 {name} 是自 1970 年起的微秒数（UTC）",
    ),
    "series.number.nanoseconds": (
        "column {name} counts nanoseconds since 1970, in UTC",
        "列 {name} 是自 1970 年起的纳秒数（UTC）",
    ),
    "series.number.sheet": (
        "column {name} counts days since 1900, as spreadsheets do",
        "列 {name} 是电子表格的日期序号（自 1900 年起的天数）",
    ),
    "series.number.step": (
        "column {name} counts steps and holds no dates",
        "列 {name} 是步数，不含日期",
    ),
    "series.grouped": (
        "column {name}: commas between thousands were left out in {count:count} {count:cell|cells}",
        "列 {name}：{count:count} 个单元格中的千位分隔逗号已去掉",
    ),
    "series.zone.one": ("times are of zone {zone}", "时间属于时区 {zone}"),
    "series.zone.named": (
        "times are {zones} from UTC by turns, as the clocks of {zone} are",
        "时间与 UTC 的差依次为 {zones}，与 {zone} 的时钟一致",
    ),
    "series.zone.mixed": (
        "times are of several zones ({zones}): all were put into UTC; if days are to be those of "
        "one place, name its zone (--zone)",
        "时间属于多个时区（{zones}）：已统一为 UTC；若需按某地的日期划分，请指定其时区（--zone）",
    ),
    "series.zone.local": (
        "times were read as those that clocks in {zone} show",
        "时间按 {zone} 的当地时钟读取",
    ),
    "series.clock.twice": (
        "{count:count} {count:row lies|rows lie} in an hour that clocks in {zone} show twice: the "
        "later of two rows is the later hour",
        "{count:count} 行处于 {zone} 的时钟重复显示的一小时：两行中靠后的属于后一小时",
    ),
    "series.clock.leapt": (
        "{count:count} {count:row has a time|rows have times} that clocks in {zone} leap over: "
        "taken as an hour later",
        "{count:count} 行的时间被 {zone} 的时钟跳过：按后移一小时处理",
    ),
    "series.clock.absent": (
        "{count:count} missing {count:stamp is|stamps are} those that clocks leap over in spring, "
        "as in {zone}: empty rows were put in; name the zone (--zone), and there is no gap",
        "缺少的 {count:count} 个时刻正是春季拨快时钟时跳过的（如 {zone}）：已补入空行；"
        "指定时区（--zone）后便没有缺口",
    ),
    "series.sorted": (
        "{count:count} rows did not rise in time: the series was sorted",
        "{count:count} 行未按时间递增：已排序",
    ),
    "series.sorted_in": (
        "{count:count} rows in {series:count} series did not rise in time ({names}): they were "
        "sorted",
        "{series:count} 个序列中有 {count:count} 行未按时间递增（{names}）：已排序",
    ),
    "series.copies": (
        "{count:count} {count:row is a copy|rows are copies} of another with the same time and "
        "{count:was|were} left out, e.g. rows {one:count} and {two:count}",
        "{count:count} 行与同一时刻的另一行完全相同，已略去，例如第 {one:count} 行与第 "
        "{two:count} 行",
    ),
    "series.gaps": (
        "{count:count} missing {count:stamp|stamps} got an empty row; the longest gap has "
        "{most:count}, {start} to {end}",
        "缺少的 {count:count} 个时刻已补入空行；最长的缺口有 {most:count} 个，{start} 至 {end}",
    ),
    "series.gaps_in": (
        "{count:count} missing {count:stamp|stamps} in {series:count} series got an empty row; the "
        "longest gap has {most:count}, in {name}, {start} to {end}",
        "{series:count} 个序列中缺少的 {count:count} 个时刻已补入空行；最长的缺口有 "
        "{most:count} 个，在 {name} 中，{start} 至 {end}",
    ),
    "series.off": (
        "{count:count} {count:stamp does|stamps do} not lie {every}, the first at {first}: kept as "
        "they are",
        "{count:count} 个时刻不符合间隔（{every}），第一个在 {first}：保持原样",
    ),
    "series.unsteady": (
        "{count:count} of {rows:count} rows do not lie {every}: they are taken as they come, and "
        "no gap is filled",
        "{rows:count} 行中有 {count:count} 行不符合间隔（{every}）：按原样使用，不补缺口",
    ),
    "series.sparse": (
        "if rows lay {every}, {count:count} would be missing beside {rows:count}: they are taken "
        "as they come, and no gap is filled",
        "若按间隔（{every}），{rows:count} 行之外还缺 {count:count} 行：按原样使用，不补缺口",
    ),
    "series.holidays": (
        "{count:count} business {count:day has|days have} no row in any series and {count:counts|"
        "count} as {count:a holiday|holidays}, the first {first}",
        "有 {count:count} 个工作日所有序列都没有数据，算作休市，最早的是 {first}",
    ),
    "series.closed": (
        "no series has a row on {count:count} business days between {start} and {end}: taken for "
        "days without trade",
        "{start} 与 {end} 之间有 {count:count} 个工作日，所有序列都没有数据：按休市处理",
    ),
    "series.short": (
        "{count:count} series {count:has|have} fewer than {least:count} rows and "
        "{count:was|were} left out: {names}",
        "{count:count} 个序列不足 {least:count} 行，已略去：{names}",
    ),
    "series.constant": (
        "column {name} never changes: every forecast of it is right, and says nothing",
        "列 {name} 从不变化：任何预测都对，也都没有意义",
    ),
    "series.constant_in": (
        "column {name} never changes in {count:count} series: {names}",
        "列 {name} 在 {count:count} 个序列中从不变化：{names}",
    ),
    "series.empty": ("column {name} has no value in any row", "列 {name} 任何一行都没有值"),
    "series.empty_in": (
        "column {name} has no value in {count:count} series: {names}",
        "列 {name} 在 {count:count} 个序列中没有值：{names}",
    ),
    "series.not_positive": (
        "{count:count} {count:price|prices} of zero or below in column {name}, the first on "
        "{first} (row {row:count}): they have no logarithm, so returns cannot be taken",
        "列 {name} 中有 {count:count} 个价格为零或负，第一个在 {first}（第 {row:count} 行）："
        "无法取对数，因此不能计算收益率",
    ),
    "series.split": (
        "{name} on {date}: the price moved by {change:percent} and the trade did not, so this "
        "looks like a split of {ratio}; use adjusted prices, or forecasts learn a jump that never "
        "was",
        "{name} 于 {date}：价格变动 {change:percent} 而成交如常，看来是 {ratio} 的拆股；"
        "请使用复权价格，否则模型会学到一次并不存在的跳变",
    ),
    "series.jump": (
        "{name} on {date}: the price moved by {change:percent}, near {ratio}: a split or a real "
        "move, which cannot be told without a column of volume",
        "{name} 于 {date}：价格变动 {change:percent}，接近 {ratio}：可能是拆股，也可能是真实波动，"
        "没有成交量列便无法分辨",
    ),
    "series.one_price": (
        "{name} on {date}: the price moved by {change:percent}, near {ratio}, and the opening "
        "price of that day did not: a split that only one of the two columns was adjusted for, or "
        "a real move; use prices that are adjusted alike",
        "{name} 于 {date}：价格变动 {change:percent}，接近 {ratio}，而当天的开盘价没有这样变动："
        "可能是拆股，而两列中只有一列复权，也可能是真实波动；请使用复权方式一致的价格",
    ),
    "series.rush": (
        "{name} on {date}: the price moved by {change:percent}, near {ratio}, with {volume:number} "
        "times the volume of the days beside: taken for a real move and not for a split",
        "{name} 于 {date}：价格变动 {change:percent}，接近 {ratio}，但成交量是邻近几日的 "
        "{volume:number} 倍：视为真实波动，而不是拆股",
    ),
    "series.move": (
        "{name} on {date}: the price moved by {change:percent} in one step, like no split: a real "
        "move, or something was paid out to the owners",
        "{name} 于 {date}：价格一步变动 {change:percent}，不像拆股：可能是真实波动，"
        "也可能是向股东分派了资产",
    ),
    "series.role.market": ("{name} is the {role}, by its name", "{name} 是{role}（按列名）"),
    "series.role.open": ("opening price", "开盘价"),
    "series.role.high": ("highest price", "最高价"),
    "series.role.low": ("lowest price", "最低价"),
    "series.role.close": ("closing price", "收盘价"),
    "series.role.adjusted": ("adjusted closing price", "复权收盘价"),
    "series.role.volume": ("volume", "成交量"),
    "series.role.amount": ("money traded", "成交额"),
    "series.role.time": (
        "{name} is the time, by its name and its cells",
        "{name} 是时间（按列名和内容）",
    ),
    "series.role.time_cells": ("{name} is the time, by its cells", "{name} 是时间（按内容）"),
    "series.role.time_parts": (
        "{names} together are the time",
        "{names} 合起来是时间",
    ),
    "series.role.no_time": (
        "no column holds times: name one, or rows are taken in their order",
        "没有一列是时间：请指定一列，否则按行的次序处理",
    ),
    "series.role.ids": (
        "{name} tells series apart, by its name",
        "{name} 用于区分各个序列（按列名）",
    ),
    "series.role.ids_cells": (
        "{name} tells series apart: with it no time stands twice",
        "{name} 用于区分各个序列：有了它，就没有重复的时刻",
    ),
    "series.role.ids_rows": (
        "{name} names the series of each row",
        "{name} 是每行序列的名称",
    ),
    "series.role.rows": (
        "each row is a series: {count:count} columns are steps",
        "每行是一个序列：{count:count} 列是各步",
    ),
    "series.role.target_adjusted": (
        "{name} is forecast: prices adjusted for splits and dividends",
        "预测 {name}：已按拆股和分红复权的价格",
    ),
    "series.role.target_close": ("{name} is forecast: the closing price", "预测 {name}：收盘价"),
    "series.role.target_named": ("{name} is forecast, by its name", "预测 {name}（按列名）"),
    "series.role.target_only": (
        "{name} is forecast: the only column of numbers",
        "预测 {name}：唯一的数值列",
    ),
    "series.role.target_last": (
        "{name} is forecast: the last column of numbers; name another if it is not meant",
        "预测 {name}：最后一个数值列；如不是，请指定其他列",
    ),
    "series.role.no_target": (
        "no column of numbers is left to be forecast",
        "没有可供预测的数值列",
    ),
    "series.average.value": ("value", "数值"),
    "series.average.ema": ("EMA, span {span:count}", "EMA，跨度 {span:count}"),
    "series.average.sma": ("plain mean of {span:count} rows", "{span:count} 行的简单平均"),
    "series.average.weight_ema": (
        "weights of the EMA, alpha = {alpha:number}",
        "EMA 的权重，alpha = {alpha:number}",
    ),
    "series.average.weight_sma": (
        "weights of the plain mean of {span:count} rows",
        "{span:count} 行简单平均的权重",
    ),
    "series.average.lag": ("both lag by {rows:number} rows", "两者平均都滞后 {rows:number} 行"),
    "series.average.back": ("rows back", "往前的行数"),
    "series.average.weight": ("weight", "权重"),
}
