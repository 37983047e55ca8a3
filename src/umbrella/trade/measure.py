"""The figures of a course of money: what was earned, at what risk, and how sure that is."""

from dataclasses import dataclass

import numpy as np

from umbrella.score.doubt import Interval
from umbrella.score.trading import annual, deflated, max_drawdown, sharpe
from umbrella.trade.simulate import Course


@dataclass(frozen=True)
class Measures:
    """Figures of one course.

    Args:
        growth: share won or lost in all.
        yearly: the same a year, compounded.
        volatility: standard deviation of returns, a year.
        sharpe, sharpe_range: Sharpe ratio a year, and its 95 % interval; no interest is counted.
        fall: deepest fall from a peak, a share of it in [0, 1].
        turnover: value traded a bar, as a share of the account, on average.
        exposed: share of the account that was in the market, on average; shorts count as held.
    """

    growth: float
    yearly: float
    volatility: float
    sharpe: float
    sharpe_range: Interval
    fall: float
    turnover: float
    exposed: float


def measure(course: Course, year: float) -> Measures:
    """Figures of a course.

    Args:
        course: as `simulate` gave it, of two returns or more.
        year: bars of a year.
    """
    ratio = sharpe(course.returns, year)
    yearly, volatility = annual(course.returns, year)
    return Measures(
        growth=course.growth,
        yearly=yearly,
        volatility=volatility,
        sharpe=ratio.value,
        sharpe_range=ratio.interval,
        fall=max_drawdown(course.equity)[0],
        turnover=float(np.mean(np.diff(course.traded) / course.equity[:-1])),
        exposed=float(course.held.mean()),
    )


def beyond_luck(course: Course, tries: int) -> float:
    """Chance in [0, 1] that the true Sharpe ratio is above what luck gives the best of some tries.

    Args:
        course: of the chosen rule.
        tries: rules tried, this one included. They are taken for worthless and independent, so that
            their ratios spread by one over the number of bars; rules that are alike count for less.
    """
    ratio = sharpe(course.returns, 1.0)
    return deflated(ratio, tries, 1 / max(ratio.steps - 1, 1))
