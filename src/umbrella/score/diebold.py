"""Whether one forecaster's losses are lower than another's: the Diebold-Mariano test, made sturdy.

Losses of neighbouring dates depend on each other: forecasts h steps ahead share h - 1 of their
steps, and hard times last. Two tests are run, and the more cautious p is given. Harvey, Leybourne
and Newbold's counts on dependence over h - 1 dates and no more; where losses persist longer it
cries wolf (26 % at an autocorrelation of .5 where 5 % are promised). The second weighs the slow
waves of the differences themselves (equally weighted cosines) with Student's t by the number of
waves. A Newey-West variance with automatic bandwidth is not used: 10 % false alarms on 50
independent dates, 9 to 18 % on overlapping ones (bench/honesty/diebold.py measures all three).

Shapes: n rows (origins), D dates, B waves.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtr, stdtrit

from umbrella.base.errors import ConfigError

LEAST_DATES = 10  # fewer tell nothing
LEAST_WINDOWS = 5  # nor do fewer windows that share no step: dates ÷ h


@dataclass(frozen=True)
class Comparison:
    """How the mean of loss differences compares with zero.

    Args:
        mean: mean of loss a - loss b over dates; below zero when a is better. NaN without dates.
        statistic: Diebold and Mariano's, with the correction of Harvey and others.
        p: two-sided p that neither is better.
        p_better: one-sided p; small when a's losses are lower beyond doubt.
        p_worse: one-sided p; small when a's losses are higher beyond doubt.
        dates: dates that were counted.
        waves: degrees of freedom of the sturdy test.
        note: "" or why the answer is what it is: "too few" dates for the horizon (then every p
            is 1), "equal" (no difference on any date), "constant" (the same one on every date).
    """

    mean: float
    statistic: float
    p: float
    p_better: float
    p_worse: float
    dates: int
    waves: int
    note: str = ""

    @property
    def few(self) -> bool:
        """Whether nothing was tested, because the dates are too few."""
        return self.note == "too few"


def needed(h: int = 1) -> int:
    """Dates that can tell anything of forecasts h steps ahead: the one rule for it."""
    return max(LEAST_DATES, LEAST_WINDOWS * h)


def diebold_mariano(
    losses_a: NDArray, losses_b: NDArray, h: int = 1, dates: NDArray | None = None
) -> Comparison:
    """Compare two forecasters by their losses on the same origins.

    Args:
        losses_a, losses_b: loss of every origin, [n] each, e.g. `forecast.row_errors`; lower is
            better. NaN = unknown: such rows are left out of both.
        h: how many neighbouring dates' forecast windows overlap: the horizon where there is an
            origin at every step, 1 where origins lie a horizon or more apart.
        dates: date of every origin, [n], any sortable kind; series of one date are averaged
            first, because they rise and fall together. Without it the rows are dates in order.

    Raises:
        ConfigError: shapes that differ, an h below 1, infinite losses.

    Source: Diebold & Mariano 1995, J. Bus. Econ. Stat. 13:253; Harvey, Leybourne & Newbold 1997,
    Int. J. Forecasting 13:281; the waves: Lazarus, Lewis, Stock & Watson 2018, J. Bus. Econ.
    Stat. 36:541; their use here: Coroneo & Iacone 2020, J. Appl. Econometrics 35:391.
    """
    a, b = np.asarray(losses_a, np.float64), np.asarray(losses_b, np.float64)
    if a.shape != b.shape or a.ndim != 1:
        raise ConfigError(
            f"Losses of shapes {a.shape} and {b.shape} cannot be compared. "
            f"Give one loss an origin, both forecasters on the same origins."
        )
    return mean_test(by_date(a - b, dates), h)


def by_date(values: NDArray, dates: NDArray | None = None) -> NDArray[np.float64]:
    """Mean of every date's known values in order of the dates, [D]; dates without any left out.

    Args:
        values: one number a row, [n]; NaN = unknown.
        dates: date of every row, [n]; without it every row is a date.

    Raises:
        ConfigError: not one date a row.
    """
    values = np.asarray(values, np.float64)
    if dates is not None and np.shape(dates) != values.shape:
        raise ConfigError(f"{values.shape} values came with {np.shape(dates)} dates: one each.")
    known = ~np.isnan(values)
    if dates is None:
        return values[known]
    _, index = np.unique(np.asarray(dates)[known], return_inverse=True)
    return np.bincount(index, values[known]) / np.bincount(index)


def mean_test(differences: NDArray, h: int = 1) -> Comparison:
    """The same for differences by date, [D] in order of time: is their mean zero?"""
    d, n = np.asarray(differences, np.float64), len(differences)
    if h < 1 or not np.isfinite(d).all():
        raise ConfigError(
            f"h={h} and {int(np.sum(~np.isfinite(d)))} losses that are not finite. "
            f"Give a horizon of at least 1 and finite losses; NaN stands for unknown ones."
        )
    mean, waves = float(d.mean()) if n else np.nan, wave_count(d, h)
    if n < needed(h):
        return Comparison(mean, np.nan, 1.0, 1.0, 1.0, n, waves, "too few")
    if np.ptp(d) <= 1e-12 * np.abs(d).max():
        return _certain(mean, n, waves)
    shrunk = np.sqrt((n + 1 - 2 * h + h * (h - 1) / n) / n)
    plain = mean / np.sqrt(overlap_variance(d, h) / n) * shrunk
    sturdy = mean / np.sqrt(wave_variance(d, waves) / n)
    better = max(stdtr(n - 1, plain), stdtr(waves, sturdy))
    worse = max(stdtr(n - 1, -plain), stdtr(waves, -sturdy))
    both = float(min(1.0, 2 * min(better, worse)))
    return Comparison(mean, float(plain), both, float(better), float(worse), n, waves)


def mean_bound(values: NDArray, h: int = 1, level: float = 0.95) -> float:
    """Lower limit of the mean of numbers by date, [D] in order of time, by the more cautious of
    the two tests: `mean_test` finds a mean above zero at p_worse = 1 - level where this is 0.

    Args:
        values: finite, e.g. what is left of an allowance on every date.
        h: how many neighbouring dates' windows overlap.
        level: share of such limits that the true mean is not below.

    Returns:
        -∞ where dates are too few.
    """
    x, n = np.asarray(values, np.float64), len(values)
    if n < needed(h):
        return -np.inf
    mean, waves = float(x.mean()), wave_count(x, h)
    if np.ptp(x) <= 1e-12 * np.abs(x).max():
        return mean
    shrunk = np.sqrt((n + 1 - 2 * h + h * (h - 1) / n) / n)
    plain = stdtrit(n - 1, level) * np.sqrt(overlap_variance(x, h) / n) / shrunk
    sturdy = stdtrit(waves, level) * np.sqrt(wave_variance(x, waves) / n)
    return float(mean - max(plain, sturdy))


def windows_better(
    losses_a: NDArray, losses_b: NDArray, windows: int, dates: NDArray | None = None
) -> float:
    """One-sided p that forecaster a is no better than b, by the means of a few stretches of time.

    Where dates hold hardly more windows than fingers, waves leave two degrees of freedom; means of
    windows leave one less than there are windows, and are nearly independent.

    Args:
        losses_a, losses_b: loss of every origin, [n] each; NaN = unknown.
        windows: stretches of neighbouring dates, W ≥ 2.
        dates: date of every origin, [n]; without it the rows are dates in order.

    Source: Ibragimov & Müller 2010, J. Bus. Econ. Stat. 28:453.
    """
    d = by_date(np.asarray(losses_a, np.float64) - losses_b, dates)
    means = np.array([one.mean() for one in np.array_split(d, windows)])
    spread = means.std(ddof=1) / np.sqrt(windows)
    if not spread > 0:
        return float(means[0] >= 0)
    return float(stdtr(windows - 1, means.mean() / spread))


def _certain(mean: float, n: int, waves: int) -> Comparison:
    """The answer where the difference is the same on every date."""
    if mean == 0:
        return Comparison(0.0, 0.0, 1.0, 1.0, 1.0, n, waves, "equal")
    better, worse = float(mean > 0), float(mean < 0)
    return Comparison(
        mean, float(np.copysign(np.inf, mean)), 0.0, better, worse, n, waves, "constant"
    )


def autocovariances(x: NDArray[np.float64], most: int) -> NDArray[np.float64]:
    """Autocovariances of lags 0 to `most`, divisor n, [most + 1]."""
    x = x - x.mean()
    return np.array([x[lag:] @ x[: len(x) - lag] for lag in range(most + 1)]) / len(x)


def overlap_variance(x: NDArray[np.float64], h: int) -> float:
    """Long-run variance from lags below h; Bartlett's weights where plain ones leave none."""
    covariances = autocovariances(x, h - 1)
    plain = covariances[0] + 2 * covariances[1:].sum()
    if plain > 0:
        return float(plain)
    weights = 1 - np.arange(1, h) / h
    return float(covariances[0] + 2 * weights @ covariances[1:])


def wave_count(x: NDArray[np.float64], h: int = 1) -> int:
    """How many slow waves to trust, at least 2: the fewer, the longer the dependence.

    .4 n^⅔ as Lazarus and others; at most half a wave a window, so that the overlap is flat in
    them; for h = 1, no more than where an autoregression of the seen strength has lost 5 %.
    """
    n = len(x)
    most = int(0.4 * n ** (2 / 3))
    if h > 1:
        most = min(most, int(0.5 * n / h))
    elif n > 2 and np.ptp(x) > 0:
        covariances = autocovariances(x, 1)
        seen = covariances[1] / covariances[0]
        strength = np.clip(seen + (1 + 3 * seen) / n, 0.01, 0.99)  # Kendall's correction
        most = min(most, int(0.39 * n * (1 - strength) / (np.pi * np.sqrt(strength))))
    return max(2, most)


def wave_variance(x: NDArray[np.float64], waves: int) -> float:
    """Long-run variance: mean square of the first cosine coefficients; t with `waves` degrees."""
    n = len(x)
    phase = np.pi * (np.arange(n) + 0.5) / n
    coefficients = np.cos(np.arange(1, waves + 1)[:, None] * phase) @ x * np.sqrt(2 / n)
    return float(np.mean(coefficients**2))
