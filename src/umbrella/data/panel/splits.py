"""Prices that fall to a half overnight: a split of the share, or a crash; flagged, never repaired.

A split leaves the trade as it was: the price opens at one n-th, and as many shares change hands as
in the days after. A crash is a day of many times the trade. Measured on AAPL and MSFT 2000 to 2013,
prices as traded: three splits with .5 to 1.04 times the volume of the days after, and the fall of
2000-09-29 by 52 % with 6.2 times. Shares in trouble fall by a third too: 3:2 is said only where the
price comes closer to it, and the open as well.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from umbrella.base.catalogue import sentence
from umbrella.data.panel.finding import Finding
from umbrella.data.panel.panel import Panel
from umbrella.data.panel.roles import ROLE_OF, Roles, plain
from umbrella.data.table import Table

HALF = (3, 2)
RATIOS = (HALF, *((n, 1) for n in (2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 20, 25, 30, 40, 50, 100)))
NEAR, NEAR_HALF = 0.1, 0.04  # log distance of close and open to the ratio, and to 3:2
LEAST = float(np.log(1.5))  # absolute log return from which on a step is worth a word
LEAST_HALF = LEAST - NEAR_HALF  # and from which on one may be 3:2
USUAL = 2.0  # times the volume of the days beside, up to which a day is an ordinary one
BESIDE = 10  # rows to each side
MANY = 0.01  # share of such steps from which on the column is no price
SHOWN = 50  # findings of a kind, at most


@dataclass(frozen=True)
class Market:
    """Columns of a market beside the one that is judged, [N] each in the panel's order, or None."""

    open: NDArray[np.float64] | None = None
    volume: NDArray[np.float64] | None = None


def find_splits(panel: Panel, column: str, market: Market) -> tuple[Finding, ...]:
    """Steps of a price that look like n:1 or 1:n.

    Args:
        panel: holds the column.
        column: of prices.
        market: what else is known of the same rows.

    Returns:
        "split": price and volume say so; "rush": the price alone does, and the volume that it is a
        real move; "jump": there is no volume to tell the two apart, or the open did not move with
        the close; "move": neither, e.g. a crash, or a part of the company given to its owners.
    """
    prices = panel.values[:, panel.columns.index(column)]
    known = np.flatnonzero(prices > 0)
    series = np.searchsorted(panel.offsets, known, side="right") - 1
    moved = np.diff(np.log(prices[known]))
    same = series[1:] == series[:-1]
    big = (np.abs(moved) > LEAST_HALF) & same
    if not big.any() or (same & (np.abs(moved) > LEAST)).sum() > max(MANY * len(known), 10):
        return ()
    found: list[Finding] = []
    for at in np.flatnonzero(big)[:1_000]:
        before, after = int(known[at]), int(known[at + 1])
        finding = _judge(panel, column, before, after, market)
        if finding is not None and sum(f.kind == finding.kind for f in found) < SHOWN:
            found.append(finding)
    return tuple(found)


def _judge(panel: Panel, column: str, before: int, after: int, market: Market) -> Finding | None:
    prices = panel.values[:, panel.columns.index(column)]
    ratio = float(prices[after] / prices[before])
    new, old = min(RATIOS, key=lambda one: abs(abs(np.log(ratio)) - np.log(one[0] / one[1])))
    signed = float(np.copysign(np.log(new / old), np.log(ratio)))
    volume = _volume_ratio(panel, before, after, market, np.exp(signed))
    opened = None if market.open is None else market.open[after] / prices[before]
    near, overnight = _fits(np.log(ratio), opened, signed)
    kind = _kind(near, overnight, volume)
    if abs(np.log(ratio)) <= LEAST and kind not in ("split", "jump"):
        return None
    series = int(np.searchsorted(panel.offsets, after, side="right") - 1)
    name, stamp = panel.ids[series], int(panel.stamps[after])
    said = {"name": name or column, "date": panel.written(stamp), "change": ratio - 1}
    if near:
        said["ratio"] = f"{new}:{old}" if ratio < 1 else f"{old}:{new}"
    if kind == "rush":
        said["volume"] = volume
    key = "one_price" if kind == "jump" and not overnight else kind
    return Finding(kind, sentence(f"series.{key}", **said), (name,), (stamp,))


def _fits(moved: float, opened: float | None, ratio: float) -> tuple[bool, bool]:
    """Whether a price moved by a ratio of splits, and whether it did so overnight, as they do.

    Args:
        moved: log of the close over the close before.
        opened: the open over that close; None where it is not known.
        ratio: log of the nearest ratio.
    """
    half = bool(np.isclose(abs(ratio), np.log(HALF[0] / HALF[1])))
    tolerance = NEAR_HALF if half else NEAR
    near = abs(moved - ratio) <= tolerance
    overnight = opened is None or not opened > 0 or abs(np.log(opened) - ratio) <= tolerance
    return near and (overnight or not half), overnight


def _kind(near: bool, overnight: bool, volume: float | None) -> str:
    """What a step of a price is, see `find_splits`."""
    if not near:
        return "move"
    if volume is not None and volume > USUAL:
        return "rush"
    return "split" if overnight and volume is not None else "jump"


def _volume_ratio(
    panel: Panel, before: int, after: int, market: Market, ratio: float
) -> float | None:
    """Volume of the day over that of the days after; of those before, in new shares, at the end."""
    if market.volume is None or not market.volume[after] > 0:
        return None
    series = int(np.searchsorted(panel.offsets, after, side="right") - 1)
    end, start = int(panel.offsets[series + 1]), int(panel.offsets[series])
    later = market.volume[after + 1 : min(after + 1 + BESIDE, end)]
    earlier = market.volume[max(before + 1 - BESIDE, start) : before + 1] / ratio
    usual = later if (later > 0).sum() >= 3 else earlier
    usual = usual[usual > 0]
    return float(market.volume[after] / np.median(usual)) if len(usual) else None


def market_of(table: Table, panel: Panel) -> tuple[tuple[str, ...], Market]:
    """Price columns of the panel, the target first, and the open and volume of its rows."""
    roles = {ROLE_OF.get(plain(name), ""): name for name in reversed(table.columns)}
    market = Roles(
        open=roles.get("open"),
        high=roles.get("high"),
        low=roles.get("low"),
        close=roles.get("close"),
        adjusted=roles.get("adjusted"),
        volume=roles.get("volume"),
    )
    prices = tuple(name for name in panel.columns if name in market.prices)
    if not prices or panel.columns[0] not in prices:
        return (), Market()
    beside = {}
    for role, name in (("open", market.open), ("volume", market.volume)):
        other = role == "open" and prices[0] == market.adjusted  # another scale
        if name is not None and table.kinds[name] == "number" and name != prices[0] and not other:
            beside[role] = _aligned(table, panel, name)
    return prices, Market(**beside)


def _aligned(table: Table, panel: Panel, name: str) -> NDArray[np.float64]:
    """A column in the panel's order, [N]; NaN where a row was put in."""
    if name in panel.columns:
        return panel.values[:, panel.columns.index(name)]
    cells = table.column(name).fill_null(float("nan")).to_numpy()
    return np.where(panel.rows >= 0, cells[panel.rows], np.nan)
