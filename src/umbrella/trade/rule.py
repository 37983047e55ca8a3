"""A simple rule from forecast returns to positions: long, short or out, all of one size."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from umbrella.base.errors import ConfigError, DataError
from umbrella.trade.account import Terms
from umbrella.trade.prices import Prices

UNITS = ("cost", "deviation")


@dataclass(frozen=True)
class Rule:
    """When a forecast is worth a position.

    Args:
        threshold: how large a forecast return must be, in `unit`s; 0 follows every sign.
        unit: "cost": what going in and out again costs; "deviation": the usual size (root mean
            square) of the series' forecasts so far, this one included.
        short: whether to hold -1 where a fall is forecast; else 0.
    """

    threshold: float = 0.0
    unit: str = "cost"
    short: bool = True

    def __post_init__(self) -> None:
        if not 0 <= self.threshold < np.inf:
            raise ConfigError(f"threshold={self.threshold} is no size. Give 0, 1 or more.")
        if self.unit not in UNITS:
            raise ConfigError(f"unit={self.unit!r} is neither of {', '.join(UNITS)}.")


def positions_of(
    forecasts: NDArray[np.float64], prices: Prices, rule: Rule, terms: Terms
) -> NDArray[np.float64]:
    """The position to ask for at each bar's close.

    Args:
        forecasts: expected log return from each bar's close on, [N]; NaN where there is none.
        prices: the bars.
        rule: the threshold.
        terms: the costs that a threshold may count in.

    Returns:
        -1, 0 or 1, [N]; NaN before a series' first forecast and after its last, 0 where one is
        missing between them.
    """
    least = np.full(len(forecasts), rule.threshold * 2 * terms.charges.rate)
    if rule.unit == "deviation":
        for series in range(prices.count):
            part = prices.bars(series)
            least[part] = rule.threshold * _usual(forecasts[part])
    wanted: NDArray[np.float64] = np.sign(forecasts) * (np.abs(forecasts) > least)
    if not rule.short:
        wanted = np.where(wanted < 0, 0, wanted)
    for series in range(prices.count):
        own = wanted[prices.bars(series)]
        known = np.flatnonzero(~np.isnan(own))
        if len(known):
            inside = own[known[0] : known[-1] + 1]
            inside[np.isnan(inside)] = 0
    return wanted


def forecasts_of(forecasts: NDArray, prices: Prices) -> NDArray[np.float64]:
    """Forecasts as the bars lie, [N].

    Args:
        forecasts: [N] in the order of the bars; or as the arrays that prices came from, [T, S],
            where a series has no bar to be left out.
        prices: the bars.

    Raises:
        DataError: they do not fit, one is infinite, or there is none at all.
    """
    given = np.asarray(forecasts, np.float64)
    if given.ndim == 2 and given.shape[1] == prices.count:
        rows = [np.arange(len(prices.close))[prices.bars(s)] for s in range(prices.count)]
        if max(prices.rows[part].max() for part in rows) < len(given):
            given = np.concatenate([given[prices.rows[p], s] for s, p in enumerate(rows)])
    if given.shape != prices.close.shape or np.isinf(given).any():
        raise DataError(
            f"Forecasts are numbers, one a bar: [{len(prices.close)}], or [T, {prices.count}] "
            f"beside prices [T, {prices.count}]; these are {list(np.shape(forecasts))}, "
            f"{int(np.isinf(given).sum())} of them infinite. NaN stands for none."
        )
    if np.isnan(given).all():
        raise DataError("No forecast is a number, so there is nothing to trade on.")
    return given


def _usual(forecasts: NDArray) -> NDArray[np.float64]:
    known = ~np.isnan(forecasts)
    total = np.cumsum(np.where(known, forecasts, 0) ** 2)
    return np.sqrt(total / np.maximum(np.cumsum(known), 1))
