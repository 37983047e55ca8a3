"""Whether a forecast of changes knows anything: direction, rank correlation, the echo of the past.

Shapes: n origins (rows), D dates.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from umbrella.base.errors import ConfigError
from umbrella.score.diebold import by_date, mean_test

LEAST_SERIES = 3  # a rank correlation of two is ±1 whatever they are
ECHO = 0.5  # correlation with the change just seen from which a forecast counts as its copy


@dataclass(frozen=True)
class Direction:
    """How often up and down were told apart.

    Args:
        share: rows whose direction was right; a forecast of no change is right half the time.
        majority: share of the commoner direction, what answering it always would reach.
        up: share of rows that rose.
        rows: that moved at all, and have a forecast.
    """

    share: float
    majority: float
    up: float
    rows: int


@dataclass(frozen=True)
class Rank:
    """Rank correlation of forecasts and truth across series, averaged over dates.

    Args:
        mean: the information coefficient, in [-1, 1]; NaN without any date.
        spread: standard deviation over dates.
        t: mean over its standard error, corrected for overlapping windows; NaN with few dates.
        p: two-sided, that there is no correlation.
        dates: that had enough series.
    """

    mean: float
    spread: float
    t: float
    p: float
    dates: int


@dataclass(frozen=True)
class Echo:
    """Whether a forecast follows the value just seen instead of the one to come.

    Args:
        behind: correlation of the forecast's step from origin to origin with the step that the
            series has just made; 1 for the last value itself.
        ahead: the same with the step to come.
        known: correlation of the forecast change (forecast - last value) with the change to come.
        back: the same with the change just seen; far below 0 for a smoothed copy of the past.
        p: one-sided, that `known` is no more than chance; 1 where moments are too few to tell.
        copy: the verdict: behind is at least ECHO and more than ahead, and nothing is known of
            the change to come. A good forecast of a random walk is such a copy, too.
        rows: that were used.
    """

    behind: float
    ahead: float
    known: float
    back: float
    p: float
    copy: bool
    rows: int


def direction(forecast: NDArray, truth: NDArray, last: NDArray) -> Direction:
    """Directional accuracy beside the share of the commoner direction.

    Args:
        forecast, truth: levels, any equal shapes; NaN = unknown.
        last: the value known at the origin, broadcast to them; 0 where they are changes already.
    """
    guess, real = _apart(forecast, last), _apart(truth, last)
    if guess.shape != real.shape:
        raise ConfigError(f"Shapes {guess.shape} and {real.shape} differ: one forecast a truth.")
    moved = ~np.isnan(guess) & ~np.isnan(real) & (real != 0)
    rows = int(moved.sum())
    if rows == 0:
        return Direction(np.nan, np.nan, np.nan, 0)
    right = 0.5 + 0.5 * np.sign(guess[moved]) * np.sign(real[moved])
    up = float(np.mean(real[moved] > 0))
    return Direction(float(right.mean()), max(up, 1 - up), up, rows)


def information_coefficient(forecast: NDArray, truth: NDArray, dates: NDArray, h: int = 1) -> Rank:
    """Spearman's correlation across the series of each date, and its mean over dates.

    Args:
        forecast, truth: changes, [n]; NaN = unknown.
        dates: date of every row, [n]. Dates of fewer than LEAST_SERIES known rows, or where one
            side is the same for all, are left out.
        h: neighbouring dates whose windows overlap, as for `diebold_mariano`, whose cautious p
            and whose statistic these are.

    Source: Grinold & Kahn 2000, Active Portfolio Management, chapter 6; t by date: Fama & MacBeth
    1973, J. Political Economy 81:607.
    """
    daily = by_date_ranks(forecast, truth, dates)
    found = mean_test(daily, h)
    spread = float(daily.std(ddof=1)) if len(daily) > 1 else float("nan")
    return Rank(found.mean, spread, found.statistic, found.p, len(daily))


def by_date_ranks(forecast: NDArray, truth: NDArray, dates: NDArray) -> NDArray[np.float64]:
    """Spearman's correlation of every date that has one, in order of time, [D]."""
    forecast, truth = np.asarray(forecast, np.float64), np.asarray(truth, np.float64)
    if not forecast.shape == truth.shape == np.shape(dates):
        raise ConfigError(
            f"Shapes {forecast.shape}, {truth.shape} and {np.shape(dates)} differ: give one "
            f"forecast, one truth and one date a row."
        )
    known = ~np.isnan(forecast) & ~np.isnan(truth)
    _, date = np.unique(np.asarray(dates)[known], return_inverse=True)
    if len(date) == 0:
        return np.zeros(0)
    a, b = _ranks(forecast[known], date), _ranks(truth[known], date)
    count = np.bincount(date)
    a, b = (one - (np.bincount(date, one) / count)[date] for one in (a, b))
    scale = np.sqrt(np.bincount(date, a**2) * np.bincount(date, b**2))
    both = np.bincount(date, a * b)
    told = (count >= LEAST_SERIES) & (scale > 0)
    return np.clip(both[told] / scale[told], -1, 1)


def lag_test(
    forecast: NDArray,
    truth: NDArray,
    last: NDArray,
    series: NDArray | None = None,
    h: int = 1,
    dates: NDArray | None = None,
) -> Echo:
    """Is this prediction yesterday's value?

    Args:
        forecast, truth: levels h steps ahead of every origin, [n]; NaN = unknown.
        last: the value at the origin, [n]. Rows are one step apart, rising in time.
        series: number of every row's series, [n]; rows of one series lie together.
        h: steps ahead; h - 1 of them are shared by neighbours, so n / h rows count for p.
        dates: moment of every row, [n]; series of one moment rise and fall together and count as
            one, by the test of `diebold.mean_test`. Left out: all rows are independent.
    """
    forecast, truth, last = (np.asarray(one, np.float64) for one in (forecast, truth, last))
    names = np.zeros(len(forecast)) if series is None else np.asarray(series)
    if not forecast.shape == truth.shape == last.shape == names.shape or forecast.ndim != 1:
        raise ConfigError(
            f"Shapes {forecast.shape}, {truth.shape}, {last.shape}, {names.shape} differ: give "
            f"one forecast, truth, last value and series a row."
        )
    seen, to_come = np.diff(last), np.diff(truth)
    step, change, move = np.diff(forecast), (forecast - last)[1:], (truth - last)[1:]
    used = (names[1:] == names[:-1]) & ~np.isnan(seen + to_come + step)
    seen, to_come, step, change, move = (v[used] for v in (seen, to_come, step, change, move))
    behind, ahead = _correlation(step, seen), _correlation(step, to_come)
    known, back = _correlation(change, move), _correlation(change, seen)
    if dates is None:
        free = max(len(seen) / h - 3, 1e-9)  # Fisher 1915: atanh r has a variance of 1 / (n - 3)
        p = float(1 - ndtr(np.arctanh(np.clip(known, -1 + 1e-12, 1 - 1e-12)) * np.sqrt(free)))
    else:
        together = (change - change.mean()) * (move - move.mean()) if known else np.zeros(len(seen))
        p = mean_test(by_date(together, np.asarray(dates)[1:][used]), h).p_worse
    copy = behind >= ECHO and behind > ahead and p > 0.05
    return Echo(behind, ahead, known, back, p, bool(copy), len(seen))


def _correlation(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    """Pearson's, 0 where one side never varies (rounding apart)."""
    if len(a) < 2:
        return 0.0
    size = np.abs(a).max(), np.abs(b).max()
    if np.ptp(a) <= 1e-12 * size[0] or np.ptp(b) <= 1e-12 * size[1]:
        return 0.0
    return float(np.corrcoef(a, b)[0, 1])


def _ranks(values: NDArray[np.float64], date: NDArray[np.int64]) -> NDArray[np.float64]:
    """Rank of every row within its date, ties at their mean rank, [n]; only differences matter."""
    order = np.lexsort((values, date))
    v, d = values[order], date[order]
    fresh = np.concatenate([[True], (v[1:] != v[:-1]) | (d[1:] != d[:-1])])
    run = np.cumsum(fresh) - 1
    start, length = np.flatnonzero(fresh), np.bincount(run)
    ranks = np.empty(len(values))
    first = np.searchsorted(d, d)  # ranks start anew at every date, so that sums stay exact
    ranks[order] = (start + (length - 1) / 2)[run] - first
    return ranks


def _apart(values: NDArray, last: NDArray) -> NDArray[np.float64]:
    return np.asarray(values, np.float64) - np.asarray(last, np.float64)
