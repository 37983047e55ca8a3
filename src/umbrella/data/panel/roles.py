"""Which column is the time, which tells series apart, which is forecast: proposed, with reasons.

A name is looked up in a table, English and Chinese, and believed only where the cells agree.
"""

import re
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from umbrella.base.catalogue import Sentence, sentence
from umbrella.base.errors import DataError
from umbrella.data.kinds import as_written
from umbrella.data.panel.cells import Cells, part_of, read_cells
from umbrella.data.panel.stamps import Place, read_stamps
from umbrella.data.panel.styles import STYLES, whole
from umbrella.data.table import Table

PRICES = ("open", "high", "low", "close", "adjusted")
NAMES = {  # role → what columns are called, after `plain`
    "time": "date time timestamp datetime ds tradedate tradingday tradingdate day month quarter "
    "year week period 日期 时间 交易日 交易日期 交易时间 时间戳 年月 年月日 月份 年份 季度",
    "ids": "ticker symbol name code stockcode stocksymbol tscode seccode secid uniqueid id itemid "
    "seriesid series asset instrument contract sku item store 股票代码 证券代码 代码 股票 证券 "
    "基金代码 合约代码 合约 品种 证券简称 证券名称 股票名称 股票简称 简称 名称 门店 商品 编号",
    "open": "open openprice openingprice 开盘 开盘价 今开 开盘价格",
    "high": "high highprice highest 最高 最高价 最高价格",
    "low": "low lowprice lowest 最低 最低价 最低价格",
    "close": "close closeprice closinglast closelast closingprice last lastprice 收盘 收盘价 "
    "收盘价格 最新价",
    "adjusted": "adjclose adjustedclose closeadj adjcloseprice 复权收盘价 后复权收盘价 "
    "前复权收盘价 复权价 后复权价 前复权价",
    "volume": "volume vol tradevolume shares 成交量 成交股数 总手",
    "amount": "amount turnover money tradevalue 成交额 成交金额",
    "target": "target y value values sales demand 目标 目标值 数值 值 销量 销售额 需求",
    "number": "no index rownum rowid unnamed unnamed0 序号 行号",
}
ROLE_OF = {name: role for role, names in NAMES.items() for name in names.split()}
PARTS = ("year", "month", "day", "hour", "minute")
VAGUE = "last"  # a price beside others; alone it may be the last of anything
MANY_COLUMNS = 20  # one series a row has at least so many steps


@dataclass(frozen=True)
class Roles:
    """What the columns of a table seem to be; None where none was found.

    Args:
        time: a column, or several that together make a moment.
        ids: tells series apart.
        target: to be forecast.
        open: price at the start of a step; so `high`, `low` and `close`.
        high: see `open`.
        low: see `open`.
        close: see `open`; as traded, where `adjusted` is another column.
        volume: how much was traded.
        reasons: why, one sentence each.
        adjusted: the close, corrected for splits and dividends.
        amount: money traded.
        layout: "rows" where each row seems to be a series, else "long".
    """

    time: str | tuple[str, ...] | None = None
    ids: str | None = None
    target: str | None = None
    open: str | None = None
    high: str | None = None
    low: str | None = None
    close: str | None = None
    volume: str | None = None
    reasons: tuple[Sentence, ...] = ()
    adjusted: str | None = None
    amount: str | None = None
    layout: str = "long"

    @property
    def prices(self) -> tuple[str, ...]:
        """Columns of prices, where there are two, or volume, or a close: an open, a high or a last
        alone may be that of anything.
        """
        named = (self.open, self.high, self.low, self.close, self.adjusted)
        found = tuple(name for name in named if name is not None)
        closes = [name for name in (self.close, self.adjusted) if name and plain(name) != VAGUE]
        return found if len(found) > 1 or closes or (found and self.volume) else ()


def plain(name: str) -> str:
    """A name without case, units in brackets, marks and a leading number: "1. Open " → "open"."""
    bare = re.sub(r"[（(\[].*?[)）\]]", "", name).lower()
    return re.sub(r"^[0-9]+(?=\D)", "", re.sub(r"[^0-9a-z\u4e00-\u9fff]", "", bare))


def find_roles(table: Table) -> Roles:
    """Propose roles.

    Args:
        table: any; a role that cannot be told stays None.
    """
    sample = table.store.sample()
    named = _by_name(table)
    market = {r: named[r] for r in (*PRICES, "volume", "amount") if r in named}
    market = {r: n for r, n in market.items() if table.kinds[n] == "number"}
    reasons = [sentence("series.role.market", role=_called(r), name=n) for r, n in market.items()]
    time, why = _find_time(table, sample)
    rows = time is None and _is_rows(table)
    ids, why_ids = _first_label(table) if rows else _find_ids(table, sample, time)
    taken: set[str | None] = {ids, *((time,) if isinstance(time, str) else time or ())}
    target, why_target = (None, ()) if rows else _find_target(table, market, taken)
    if rows:
        reasons.append(sentence("series.role.rows", count=len(table.columns) - (ids is not None)))
    return Roles(
        time,
        ids,
        target,
        reasons=(*why, *why_ids, *why_target, *reasons),
        layout="rows" if rows else "long",
        **market,
    )


def refuse_mixed_times(table: Table, day_first: bool | None = None) -> None:
    """Say what is wrong with a column that would be the time, if all of its cells could be read.

    Args:
        table: without a column of times, by `find_roles`.
        day_first: as of `make_panel`.

    Raises:
        DataError: a column is the time by its name and by half of its cells.
    """
    sample = table.store.sample()
    styles = [pl.col("cell").str.contains(whole(style)) for style in STYLES]
    for name in table.columns:
        if ROLE_OF.get(plain(name)) != "time" or table.kinds[name] == "number":
            continue
        cells = as_written(sample[name], "time", table.missing).str.strip_chars().drop_nulls()
        dated = cells.alias("cell").to_frame().select(pl.any_horizontal(styles)).to_series()
        if len(dated) and 2 * dated.sum() >= len(dated):
            read_stamps(read_cells(table, [name]), Place(table.name, name, day_first))


def number_columns(table: Table) -> tuple[str, ...]:
    """Columns of numbers that may be series of a wide table: all but one that counts rows."""
    return tuple(
        name
        for name, kind in table.kinds.items()
        if kind == "number" and ROLE_OF.get(plain(name)) != "number"
    )


def _called(role: str) -> Sentence:
    return sentence(f"series.role.{role}")


def _by_name(table: Table) -> dict[str, str]:
    """The first column with a name of each role."""
    found: dict[str, str] = {}
    for name in table.columns:
        role = ROLE_OF.get(plain(name))
        if role:
            found.setdefault(role, name)
    return found


Found = tuple[str | tuple[str, ...] | None, tuple[Sentence, ...]]
FoundOne = tuple[str | None, tuple[Sentence, ...]]


def _find_time(table: Table, sample: pl.DataFrame) -> Found:
    parts = {part: name for name in reversed(table.columns) if (part := part_of(name))}
    if {"year", "month"} <= set(parts) and table.kinds[parts["year"]] in ("number", "category"):
        last = next((at for at, part in enumerate(PARTS) if part not in parts), len(PARTS))
        names = tuple(parts[part] for part in PARTS[:last])
        return names, (sentence("series.role.time_parts", names=", ".join(names)),)
    called = [name for name in table.columns if ROLE_OF.get(plain(name)) == "time"]
    date = next((name for name in called if plain(name) in ("date", "日期", "交易日期")), None)
    clock = next((name for name in called if plain(name) in ("time", "时间", "交易时间")), None)
    if date and clock and _is_clock(sample[clock]):
        return (date, clock), (sentence("series.role.time_parts", names=f"{date}, {clock}"),)
    for name in called:
        if _is_time(table, sample[name], name):
            return name, (sentence("series.role.time", name=name),)
    for name in table.columns:
        if table.kinds[name] != "number" and _is_time(table, sample[name], name):
            return name, (sentence("series.role.time_cells", name=name),)
    return None, (sentence("series.role.no_time"),)


def _is_clock(cells: pl.Series) -> bool:
    return bool(cells.drop_nulls().str.contains(r"^\s*\d{1,2}:\d{2}(?::\d{2})?\s*$").all())


def _is_time(table: Table, cells: pl.Series, name: str) -> bool:
    """Whether cells read as moments; a count does only under a name of time."""
    different = as_written(cells, "time", table.missing).str.strip_chars().drop_nulls().unique()
    if not len(different):
        return False
    place = Place(table.name, name, day_first=True)
    none = np.zeros(len(different), np.int64)
    try:
        read_stamps(Cells(different, none, none.astype(np.int32)), place)
    except DataError:
        return False
    return True


def _find_ids(table: Table, sample: pl.DataFrame, time: str | tuple[str, ...] | None) -> FoundOne:
    times = {time} if isinstance(time, str) else set(time or ())
    for name in table.columns:
        if ROLE_OF.get(plain(name)) == "ids" and name not in times:
            cells = sample[name].drop_nulls()
            if len(cells) and 2 * cells.n_unique() <= max(len(cells), 2):
                return name, (sentence("series.role.ids", name=name),)
    labels = [n for n in table.columns if table.kinds[n] in ("category", "text") and n not in times]
    if time is None or not labels:
        return None, ()
    stamps = read_cells(table, [time] if isinstance(time, str) else list(time)).codes
    if _all_differ(stamps):
        return None, ()
    for name in labels:
        codes = read_cells(table, [name], "category").codes
        if codes.min() >= 0 and _all_differ(codes, stamps):
            return name, (sentence("series.role.ids_cells", name=name),)
    return None, ()


def _all_differ(*codes: NDArray[np.int32]) -> bool:
    """Whether no two rows are alike; rows that already rise are not sorted for it.

    Args:
        codes: of every row, [N] each, -1 or more.
    """
    for order in (codes, codes[::-1]):
        rank = np.zeros(len(codes[0]), np.int64)
        for one in order:
            rank *= int(one.max(initial=0)) + 2
            rank += one
        if (rank[1:] > rank[:-1]).all():
            return True
    rank.sort()
    return bool((rank[1:] > rank[:-1]).all())


def _find_target(table: Table, market: dict[str, str], taken: set[str | None]) -> FoundOne:
    for role in ("adjusted", "close"):
        if role in market and len(market) > 1:
            return market[role], (sentence(f"series.role.target_{role}", name=market[role]),)
    numbers = [n for n in table.columns if table.kinds[n] == "number" and n not in taken]
    numbers = [n for n in numbers if ROLE_OF.get(plain(n)) not in ("number", "time")]
    for name in numbers:
        if ROLE_OF.get(plain(name)) == "target":
            return name, (sentence("series.role.target_named", name=name),)
    if not numbers:
        return None, (sentence("series.role.no_target"),)
    key = "only" if len(numbers) == 1 else "last"
    return numbers[-1], (sentence(f"series.role.target_{key}", name=numbers[-1]),)


def _is_rows(table: Table) -> bool:
    """Whether columns are steps: V1, V2, … or dates."""
    names = [name for name in table.columns if re.search(r"[0-9]$", name)]
    if len(names) < max(MANY_COLUMNS, len(table.columns) - 5):
        return False
    numbers = [int(re.findall(r"[0-9]{1,9}$", name)[0]) for name in names]
    stems = {re.sub(r"[0-9]{1,9}$", "", name) for name in names}
    counted = len(stems) == 1 and numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    return counted or _is_time(table, pl.Series(names), "")


def _first_label(table: Table) -> FoundOne:
    """The first column, where its cells are names of series."""
    name = table.columns[0]
    if table.kinds[name] == "number":
        return None, ()
    return name, (sentence("series.role.ids_rows", name=name),)
