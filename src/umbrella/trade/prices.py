"""Any price table as bars: close, open where there is one, series laid end to end."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from umbrella.base.errors import DataError, listed
from umbrella.data.panel import Finding, Panel, find_roles, make_panel
from umbrella.data.panel.roles import ROLE_OF, plain
from umbrella.data.read import read
from umbrella.data.table import Table

BESIDE = ("high", "low", "volume")


@dataclass(frozen=True)
class Prices:
    """Bars of S series, N in all, series after series, each rising in time.

    Args:
        close: price at each bar's end, [N], above 0.
        open: price at its start, [N]; None where only closes are known.
        offsets: series s has bars offsets[s] to offsets[s + 1], [S + 1].
        ids: names of the series, S of them.
        stamps: when each bar was, [N], rising within a series: datetime64, or row numbers where
            the source has no dates.
        rows: row of the source that each bar came from, [N].
        beside: what else is known of the bars, of "high", "low" and "volume": [N] each, NaN where
            missing. Only features look at it.
        findings: what was repaired while reading, or looks odd, e.g. a split of a share.

    Raises:
        DataError: a price that is not a number above 0, or a series of one bar.
    """

    close: NDArray[np.float64]
    open: NDArray[np.float64] | None
    offsets: NDArray[np.int64]
    ids: tuple[str, ...]
    stamps: NDArray
    rows: NDArray[np.int64]
    beside: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()

    def __post_init__(self) -> None:
        for name in ("close", "open"):
            _check(name, getattr(self, name), self)
        lengths = np.diff(self.offsets)
        if len(lengths) == 0 or lengths.min() < 2:
            short = self.ids[int(lengths.argmin())] if len(lengths) else ""
            raise DataError(
                f"Series {short!r} has {lengths.min() if len(lengths) else 0} bars with a price; "
                "trading needs two at least. Leave it out."
            )

    @property
    def count(self) -> int:
        """Number of series S."""
        return len(self.ids)

    def bars(self, series: int) -> slice:
        """Where one series lies."""
        return slice(int(self.offsets[series]), int(self.offsets[series + 1]))


def prices_of(source: Any) -> Prices:
    """Make bars of whatever holds prices.

    Closes [T], or [T, S] with NaN where a series has no bar; a mapping {"close": …, "open": …} of
    arrays [T, S]; a `Panel` with a column of closes; or a table as `umbrella.data.read.read` takes
    it (path, frame, mapping of columns, list of dicts), long: one row a bar. Its columns are found
    by name and cells (`umbrella.data.panel.find_roles`), e.g. Date, Ticker, Open, Close or 日期,
    代码, 开盘价, 收盘价. A row without a close is no bar; a bar without an open is traded at its
    close. Where there is an adjusted close, opens are adjusted by the same factor, so that a split
    is no crash.

    Args:
        source: as above, or Prices, which are given back.

    Raises:
        DataError: no column of closes, or as `Prices` and `make_panel`.
    """
    if isinstance(source, Prices):
        return source
    if isinstance(source, Panel):
        return _of_panel(source)
    if isinstance(source, Mapping) and all(np.ndim(part) == 2 for part in source.values()):
        known = {ROLE_OF.get(plain(name)) or name: np.asarray(source[name]) for name in source}
        return _of_arrays(known)
    if not isinstance(source, str | os.PathLike | Mapping | Table):
        array = source if hasattr(source, "columns") else np.asarray(source)
        if isinstance(array, np.ndarray) and array.dtype.kind in "fiu":
            return _of_arrays({"close": array})
    if isinstance(source, Mapping):
        source = {name: np.asarray(part).tolist() for name, part in source.items()}
    return _of_table(read(source))


def _of_table(table: Table) -> Prices:
    roles = find_roles(table)
    others = (roles.open, roles.high, roles.low, roles.volume, roles.amount)
    closing = roles.adjusted or roles.close
    if closing is None and roles.target not in others:
        closing = roles.target
    if closing is None:
        raise DataError(
            f"No column of numbers among {listed(table.columns)} is known to hold closing prices. "
            "Name it Close or 收盘价."
        )
    raw = roles.close if roles.adjusted else None
    beside = (raw, roles.open, roles.high, roles.low, roles.volume)
    panel = make_panel(
        table,
        time=roles.time,
        targets=[closing],
        ids=roles.ids,
        covariates=[name for name in beside if name],
        frequency="irregular" if roles.time else None,  # a gap is no bar: nothing is filled
    )
    return _of_panel(panel)


def _of_panel(panel: Panel) -> Prices:
    """Bars of a panel: its column of adjusted closes, else of closes, else its first."""
    at = {
        ROLE_OF.get(plain(name), ""): place for place, name in reversed([*enumerate(panel.columns)])
    }
    columns = {role: panel.values[:, place] for role, place in at.items()}
    close = columns.get("adjusted", columns.get("close", panel.values[:, 0]))
    if "adjusted" in columns:
        columns = _adjusted(columns)
    there = ~np.isnan(close)
    before = np.concatenate([[0], np.cumsum(there)])
    kept = before[panel.offsets[1:]] > before[panel.offsets[:-1]]
    dated = panel.frequency.code != "step"
    stamps = panel.stamps[there]
    return Prices(
        close=close[there],
        open=_or_close(columns["open"][there], close[there]) if "open" in columns else None,
        offsets=before[panel.offsets][np.concatenate([[True], kept])],
        ids=tuple(name for name, stays in zip(panel.ids, kept, strict=True) if stays),
        stamps=stamps.view("datetime64[us]") if dated else stamps,
        rows=panel.rows[there],
        beside={name: columns[name][there] for name in BESIDE if name in columns},
        # The frequency says nothing here: it was not asked for.
        findings=tuple(found for found in panel.findings if found.kind != "frequency"),
    )


def _adjusted(columns: dict[str, NDArray]) -> dict[str, NDArray]:
    """Columns in the scale of the adjusted close; prices that nothing brings there are left out."""
    prices = ("open", "high", "low")
    others = {name: part for name, part in columns.items() if name not in prices}
    if "close" not in columns:
        return others
    factor = columns["adjusted"] / columns["close"]
    return others | {name: columns[name] * factor for name in prices if name in columns}


def _of_arrays(known: Mapping[str, NDArray]) -> Prices:
    """Bars of arrays [T] or [T, S]."""
    shapes = {name: part.shape for name, part in known.items()}
    close = known.get("close")
    if close is None or close.ndim not in (1, 2) or len(set(shapes.values())) > 1:
        raise DataError(
            "Prices are arrays [T] or [T, S] of one shape, called close and open; these are "
            f"{listed([f'{name} {list(shape)}' for name, shape in shapes.items()])}."
        )
    table = np.asarray(close, np.float64).reshape(len(close), -1).T  # [S, T]
    count, steps = table.shape
    there = ~np.isnan(table)
    laid = {
        name: np.asarray(part, np.float64).reshape(steps, -1).T[there]
        for name, part in known.items()
    }
    number = np.tile(np.arange(steps), (count, 1))[there]
    return Prices(
        close=laid["close"],
        open=_or_close(laid["open"], laid["close"]) if "open" in laid else None,
        offsets=np.concatenate([[0], np.cumsum(there.sum(1))]).astype(np.int64),
        ids=tuple(map(str, range(count))) if count > 1 else ("",),
        stamps=number,
        rows=number,
        beside={name: laid[name] for name in BESIDE if name in laid},
    )


def _or_close(opened: NDArray, close: NDArray) -> NDArray[np.float64]:
    """Opens, and where one is missing the close of its bar: the later price of the two."""
    return np.where(np.isnan(opened), close, opened)


def _check(name: str, values: NDArray | None, prices: Prices) -> None:
    if values is None:
        return
    wrong = ~(np.isfinite(values) & (values > 0))
    if wrong.any():
        at = int(np.argmax(wrong))
        which = prices.ids[int(np.searchsorted(prices.offsets, at, side="right")) - 1]
        raise DataError(
            f"The {name} of series {which!r} in row {int(prices.rows[at]) + 1} is {values[at]}; "
            f"{int(wrong.sum())} such in all. A price is a number above 0: mend or leave out."
        )
