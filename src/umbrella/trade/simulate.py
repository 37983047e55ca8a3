"""What accounts would have become that held given positions: one account a series.

Nothing is rebalanced between series: each begins with an equal share of the money and keeps what
it makes of it. Orders fill at the next bar, as in the environment; the arithmetic is the same.

Letters: N bars, S series, K bars of the longest of them, C costs, U moments.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from umbrella.base.errors import DataError
from umbrella.trade.account import Charges, Terms, settle
from umbrella.trade.core import EMPTY, steps_of
from umbrella.trade.prices import Prices


@dataclass(frozen=True)
class Course:
    """How the money went, on the U moments at which any series has a bar.

    Args:
        stamps: the moments, [U], the first of them before anything is held.
        equity: worth of all accounts together at their closes, [U]; 1 at first.
        traded: value bought and sold up to then, as a share of the first day's worth, [U], rising.
        paid: costs up to then, likewise, [U].
        held: share of all accounts' worth that is held, short counted as held, [U].
        orders: orders that filled.
        ruined: accounts that were closed because too little was left.
    """

    stamps: NDArray
    equity: NDArray[np.float64]
    traded: NDArray[np.float64]
    paid: NDArray[np.float64]
    held: NDArray[np.float64]
    orders: int
    ruined: int

    @property
    def returns(self) -> NDArray[np.float64]:
        """Share won or lost from each close to the next, [U - 1]."""
        return self.equity[1:] / self.equity[:-1] - 1

    @property
    def growth(self) -> float:
        """Share won or lost in all."""
        return float(self.equity[-1]) - 1


def simulate(
    wanted: NDArray[np.float64], prices: Prices, terms: Terms, costs: Sequence[float] = ()
) -> list[Course]:
    """Hold positions and count, at one cost or at several side by side.

    Args:
        wanted: share to hold, asked for at each bar's close, [N] as the bars lie; NaN before the
            first and after the last bar that counts, and nowhere between.
        prices: the bars.
        terms: what trading costs.
        costs: further costs in basis points, in the place of that of `terms`.

    Returns:
        The course at the cost of `terms`, then one for each of `costs`. All begin with the first
        bar that counts (of any series) and end a bar after the last; two bars after it where no
        opens are known, since an order then fills a bar later than it could.

    Raises:
        DataError: no series has a bar after its first position.
    """
    rows = _counted(wanted, prices)
    if not rows:
        raise DataError("No bar follows the first forecast, so nothing can be traded on it.")
    lengths = np.array([len(part) for part in rows])
    index = np.stack([np.pad(part, (0, lengths.max() - len(part)), mode="edge") for part in rows])
    rates = [replace(terms, cost=cost).charges.rate for cost in (terms.cost, *costs)]
    runs = _run(index, wanted, prices, Charges(np.array(rates)[:, None], terms.charges.rent), terms)
    moments, place = np.unique(
        np.concatenate([prices.stamps[part] for part in rows]), return_inverse=True
    )
    places = np.split(place, np.cumsum(lengths)[:-1])
    return [_course(run, lengths, places, moments, terms) for run in runs]


def _counted(wanted: NDArray, prices: Prices) -> list[NDArray[np.int64]]:
    """The rows of each series that count; a series without a position has none."""
    after = 1 if prices.open is not None else 2
    out = []
    for series in range(prices.count):
        part = prices.bars(series)
        known = np.flatnonzero(~np.isnan(wanted[part])) + part.start
        if len(known) and known[0] < part.stop - 1:
            out.append(np.arange(known[0], min(known[-1] + after + 1, part.stop)))
    return out


def _run(
    index: NDArray[np.int64], wanted: NDArray, prices: Prices, charges: Charges, terms: Terms
) -> NDArray[np.float64]:
    """Equity, value traded, cost paid, value held and orders filled at each bar, [C, 5, S, K].

    A series that is shorter than others goes on at its last bar; whoever reads stops before that.
    """
    gap, move = (part[index.T] for part in steps_of(prices))
    asks = wanted[index.T]  # [K, S]; NaN only after the last forecast: nothing new is asked there
    steps = np.arange(len(asks))[:, None]
    newest = np.maximum.accumulate(np.where(np.isnan(asks), 0, steps), axis=0)
    asks = np.take_along_axis(asks, newest, axis=0)
    asks = np.concatenate([np.zeros((2, asks.shape[1])), asks])  # step k fills what k - 1 asked
    equity = np.ones((len(charges.rate), len(index)))
    held, alive = np.zeros_like(equity), np.ones_like(equity, bool)
    kept = np.zeros((len(steps), 5, *equity.shape))
    kept[0, 0] = 1
    for step in range(1, len(kept)):
        new, old = asks[step + 1], asks[step]
        orders = (new != old) & alive
        bar = settle(equity, held, new, orders, gap[step], move[step], charges)
        equity = np.maximum(bar.equity, EMPTY)
        alive &= equity > terms.ruin
        held = bar.held * alive
        kept[step] = equity, bar.traded, bar.paid, np.abs(held), orders
    return np.moveaxis(kept, (0, 2), (3, 0))


def _course(
    run: NDArray, lengths: NDArray, places: Sequence[NDArray], moments: NDArray, terms: Terms
) -> Course:
    """One cost's accounts [5, S, K], taken together at every moment."""
    ends = run[0, np.arange(len(lengths)), lengths - 1]
    orders = sum(int(run[4, number, :length].sum()) for number, length in enumerate(lengths))
    run[1:3] = run[1:3].cumsum(axis=-1)
    equity, traded, paid, held = _together(run[:4], places, len(moments))
    ruined = int((ends <= terms.ruin).sum())
    return Course(moments, equity, traded, paid, held / equity, orders, ruined)


def _together(parts: NDArray, places: Sequence[NDArray], moments: int) -> NDArray[np.float64]:
    """Means over series at every moment that any of them has, [4, U].

    A series that has no bar at a moment stands where it stood; before its first, it waits as money.
    """
    total = np.zeros((4, moments))
    waiting = np.array([[1.0], [0.0], [0.0], [0.0]])
    for number, mine in enumerate(places):
        newest = np.searchsorted(mine, np.arange(moments), side="right") - 1
        total += np.where(newest >= 0, parts[:, number, np.maximum(newest, 0)], waiting)
    return total / len(places)
