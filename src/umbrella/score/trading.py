"""What positions would have earned after costs, and how much of it is luck.

A position is the share of the account held through a step, decided before the step begins: 1 long,
0 out, -1 short. The caller sees to that; here position[t] earns returns[t]. Past figures of a rule
are no advice.

Shapes: T steps.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri, stdtrit

from umbrella.base.errors import ConfigError
from umbrella.score.diebold import wave_count, wave_variance
from umbrella.score.doubt import Interval

POINT = 1e-4  # one basis point
LEAST_STEPS = 10  # fewer returns have no Sharpe ratio


@dataclass(frozen=True)
class Account:
    """A rule's account, step by step.

    Args:
        equity: after every step, in units of the start, [T]; 0 for good once it is gone.
        gross, net: return of every step before and after costs, [T].
        turnover: mean change of the position a step; 2 is from long to short.
        cost: sum of the costs, in units of the account at the time.
        break_even: cost in basis points of a unit of change at which the mean net return is 0;
            infinite where something was earned without a change.
        drawdown: greatest loss from a peak, in [0, 1].
        peak, trough: steps between which it was lost; -1 is the start.
    """

    equity: NDArray[np.float64]
    gross: NDArray[np.float64]
    net: NDArray[np.float64]
    turnover: float
    cost: float
    break_even: float
    drawdown: float
    peak: int
    trough: int


@dataclass(frozen=True)
class Sharpe:
    """Mean return over its standard deviation, for a year, with its interval.

    Args:
        value: the ratio for a year.
        interval: of the same.
        step: the ratio for one step.
        steps: T.
        skew, kurtosis: of the returns; a normal one has 0 and 3.
    """

    value: float
    interval: Interval
    step: float
    steps: int
    skew: float
    kurtosis: float


def account(
    position: NDArray, returns: NDArray, cost: float = 0.0, slippage: float = 0.0
) -> Account:
    """Run positions over returns.

    Args:
        position: share of the account held through every step, [T]; before the first it is 0.
        returns: simple return of what is held, [T].
        cost: basis points (1/10,000) of every unit of change, e.g. fees and half the spread.
        slippage: the same for a price that is worse than the one counted on.

    Raises:
        ConfigError: shapes that differ, values that are not finite, costs below zero.
    """
    position, returns = np.asarray(position, np.float64), np.asarray(returns, np.float64)
    _check(position, returns, cost, slippage)
    change = np.abs(np.diff(position, prepend=0.0))
    gross, paid = position * returns, change * (cost + slippage) * POINT
    net = gross - paid
    grown = np.maximum(1 + net, 0.0)
    alive = np.cumprod(grown > 0).astype(bool)
    equity = np.where(alive, np.cumprod(np.where(alive, grown, 1.0)), 0.0)
    lost, peak, trough = max_drawdown(equity)
    mean, moved = float(gross.mean()), float(change.mean())
    even = mean / moved / POINT if moved > 0 else float(np.inf if mean > 0 else 0.0)
    return Account(equity, gross, net, moved, float(paid.sum()), even, lost, peak, trough)


def max_drawdown(equity: NDArray) -> tuple[float, int, int]:
    """Greatest loss from a peak in [0, 1], the peak's step (-1: the start) and the trough's.

    Args:
        equity: [T], in units of the start, which counts as a peak of 1.
    """
    whole = np.concatenate([[1.0], np.asarray(equity, np.float64)])
    lost = 1 - whole / np.maximum.accumulate(whole)
    trough = int(np.argmax(lost))
    return float(lost[trough]), int(np.argmax(whole[: trough + 1])) - 1, trough - 1


def annual(net: NDArray, per_year: float) -> tuple[float, float]:
    """Return a year, compounded, and volatility a year.

    Args:
        net: return of every step, [T].
        per_year: steps in a year: 252 trading days, 365 days, 52 weeks, 12 months.

    Returns:
        The two as shares; the return is -1 once the account is gone.
    """
    net = _returns(net)
    total = float(np.prod(1 + net)) if (net > -1).all() else 0.0
    return total ** (per_year / len(net)) - 1, float(net.std(ddof=1) * np.sqrt(per_year))


def sharpe(net: NDArray, per_year: float, level: float = 0.95) -> Sharpe:
    """The Sharpe ratio for a year, and an interval that allows for skew and autocorrelation.

    The year's ratio is the step's times √per_year, as everyone quotes it; its standard error is
    the long-run spread of what each step adds to it, with Student's tails by the slow waves.

    Args:
        net: return of every step above the riskless one, [T].
        per_year: as for `annual`.
        level: coverage wanted.

    Returns:
        Value 0 and an interval without ends where returns never vary or are too few.

    Source: Lo 2002, Financial Analysts J. 58(4):36, equation A3 (GMM); waves as in diebold.py.
    """
    net = _returns(net)
    n, spread = len(net), float(net.std(ddof=1))
    if not 0 < level < 1:
        raise ConfigError(f"level={level} is not between 0 and 1. 0.95 is usual.")
    if n < LEAST_STEPS or np.ptp(net) <= 1e-12 * np.abs(net).max():
        return Sharpe(0.0, Interval(-np.inf, np.inf, level, "Lo"), 0.0, n, 0.0, 3.0)
    unit = (net - net.mean()) / net.std()
    step = float(net.mean() / spread)
    adds = unit - step / 2 * (unit**2 - 1)
    waves = wave_count(adds)
    half = stdtrit(waves, (1 + level) / 2) * np.sqrt(wave_variance(adds, waves) / n)
    year = np.sqrt(per_year)
    ends = Interval(float(year * (step - half)), float(year * (step + half)), level, "Lo")
    skew, kurtosis = float(np.mean(unit**3)), float(np.mean(unit**4))
    return Sharpe(float(year * step), ends, step, n, skew, kurtosis)


def probabilistic(ratio: Sharpe, benchmark: float = 0.0) -> float:
    """Probability that the true ratio of one step is above a benchmark's, in [0, 1].

    Args:
        ratio: of `sharpe`.
        benchmark: ratio of one step (not of a year).

    Source: Bailey & López de Prado 2012, J. Risk 15(2):3, equation 14; steps are independent.
    """
    variance = 1 - ratio.skew * ratio.step + (ratio.kurtosis - 1) / 4 * ratio.step**2
    return float(ndtr((ratio.step - benchmark) * np.sqrt(max(ratio.steps - 1, 0) / variance)))


def expected_best(tries: int, variance: float) -> float:
    """Ratio of one step that the best of several worthless tries is expected to show.

    Args:
        tries: rules tried, each one counted; 1 gives 0.
        variance: of the tries' ratios of one step.

    Raises:
        ConfigError: no try, or a variance below zero.

    Source: Bailey & López de Prado 2014, J. Portfolio Management 40(5):94, equation 1.
    """
    _check_tries(tries)
    if variance < 0:
        raise ConfigError(f"variance={variance} of Sharpe ratios is below zero.")
    if tries == 1:
        return 0.0
    far, farther = ndtri(1 - 1 / tries), ndtri(1 - 1 / (tries * np.e))
    return float(np.sqrt(variance) * ((1 - np.euler_gamma) * far + np.euler_gamma * farther))


def deflated(ratio: Sharpe, tries: int, variance: float) -> float:
    """Probability that the best rule of several tries is better than luck among them, in [0, 1].

    Args:
        ratio: of the chosen rule.
        tries, variance: as for `expected_best`.

    Source: Bailey & López de Prado 2014, J. Portfolio Management 40(5):94, equation 2.
    """
    return probabilistic(ratio, expected_best(tries, variance))


def luck(ratio: Sharpe, tries: int) -> float:
    """Probability that the best of independent worthless tries shows this ratio or more.

    Args:
        ratio: of the chosen rule.
        tries: rules tried.

    Source: Šidák 1967, J. Am. Stat. Ass. 62:626, with the p of `probabilistic`.
    """
    _check_tries(tries)
    one = 1 - probabilistic(ratio)
    return float(-np.expm1(tries * np.log1p(-min(one, 1 - 1e-16))))


def _check(
    position: NDArray[np.float64], returns: NDArray[np.float64], cost: float, slippage: float
) -> None:
    if position.shape != returns.shape or position.ndim != 1 or len(position) == 0:
        raise ConfigError(
            f"Positions of shape {position.shape} do not fit returns of shape {returns.shape}. "
            f"Give one of each a step."
        )
    broken = int(np.sum(~np.isfinite(position) | ~np.isfinite(returns)))
    if broken or not (cost >= 0 and slippage >= 0):
        raise ConfigError(
            f"{broken} steps are not finite; cost={cost}, slippage={slippage}. Give finite "
            f"positions and returns (0 where nothing is held), and costs of 0 or more."
        )


def _returns(net: NDArray) -> NDArray[np.float64]:
    net = np.asarray(net, np.float64)
    if net.ndim != 1 or len(net) < 2 or not np.isfinite(net).all():
        raise ConfigError(f"Returns of shape {net.shape}: give at least two, all finite.")
    return net


def _check_tries(tries: int) -> None:
    if tries < 1:
        raise ConfigError(f"tries={tries}: count every rule that was tried, at least 1.")
