"""How sure a score is: intervals of one score, tests and intervals of the difference of two.

Proportions (right or wrong per row) get exact or score methods; any other score per row gets the
bootstrap or a permutation test. Rows that come in groups are drawn and flipped as whole groups.
Only counts and per-row scores come in, so every task can use every function here.

Shapes: N rows, G units (groups, or rows where there are none), R resamples.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import bdtr, betaincinv, ndtri, stdtrit

from umbrella.base.errors import ConfigError
from umbrella.base.seeds import generator
from umbrella.score.resample import Draws, bca, chunks, draw_means, draw_statistic, unit_sums

RESAMPLES = 4000  # bootstrap draws; 2,000 is the least that BCa's tails are trusted with
FLIPS = 10_000  # random sign patterns when they are too many to list
EXACT_UNITS = 14  # differing units up to which all 2^G sign patterns are listed


@dataclass(frozen=True)
class Interval:
    """Where the true value lies, and how the limits were found.

    Args:
        low, high: the limits; infinite when the rows cannot tell (fewer than two units).
        level: share of such intervals that hold the truth, in (0, 1).
        method: its name, for the report.
    """

    low: float
    high: float
    level: float
    method: str

    def holds(self, value: float) -> bool:
        """Whether a value lies inside."""
        return self.low <= value <= self.high


def wilson(successes: float, n: float, level: float = 0.95) -> Interval:
    """Score interval of a proportion.

    Args:
        successes: rows that were right; a fraction is allowed, for a corrected score.
        n: rows in all. None at all gives [0, 1].
        level: coverage wanted, on average over the true proportions.

    Raises:
        ConfigError: not 0 ≤ successes ≤ n, or a level outside (0, 1).

    Source: Wilson 1927, JASA 22:209.
    """
    _check_counts(successes, n)
    if n == 0:
        return Interval(0.0, 1.0, level, "Wilson")
    z2 = _normal_quantile(level, sides=2) ** 2
    share = successes / n
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = np.sqrt(z2 / n * (share * (1 - share) + z2 / (4 * n))) / (1 + z2 / n)
    low = 0.0 if successes == 0 else max(0.0, middle - half)  # exact at the edges
    high = 1.0 if successes == n else min(1.0, middle + half)
    return Interval(float(low), float(high), level, "Wilson")


def clopper_pearson(successes: int, n: int, level: float = 0.95) -> Interval:
    """Exact interval of a proportion: covers at least `level` whatever the truth, so it is wider.

    Args:
        successes: rows that were right.
        n: rows in all. None at all gives [0, 1].
        level: least coverage.

    Raises:
        ConfigError: not 0 ≤ successes ≤ n, or a level outside (0, 1).

    Source: Clopper & Pearson 1934, Biometrika 26:404.
    """
    _check_counts(successes, n)
    tail = (1 - _check_level(level)) / 2
    low = 0.0 if successes == 0 else betaincinv(successes, n - successes + 1, tail)
    high = 1.0 if successes == n else betaincinv(successes + 1, n - successes, 1 - tail)
    return Interval(float(low), float(high), level, "Clopper-Pearson")


def mcnemar(a_right: NDArray[np.bool_], b_right: NDArray[np.bool_]) -> float:
    """Exact two-sided p that two models are equally often right on the same rows.

    Only rows where exactly one is right count: each is a coin toss if the models are equal.

    Args:
        a_right, b_right: whether each row was answered rightly, [N] each.

    Raises:
        ConfigError: the two differ in length.

    Source: McNemar 1947, Psychometrika 12:153, with the binomial in place of chi-square.
    """
    a, b = np.asarray(a_right, dtype=bool), np.asarray(b_right, dtype=bool)
    _check_pair(a, b)
    only_a, only_b = int(np.sum(a & ~b)), int(np.sum(b & ~a))
    if only_a == only_b:
        return 1.0
    return float(min(1.0, 2 * bdtr(min(only_a, only_b), only_a + only_b, 0.5)))


def paired_p(
    a: NDArray, b: NDArray, groups: NDArray | None = None, *, flips: int = FLIPS, seed: int = 0
) -> float:
    """Two-sided p that two models have the same mean score on the same rows: flip the signs.

    If neither is better, each unit's difference is as likely to be the other way round. All sign
    patterns are listed when few units differ; else `flips` random ones are drawn, and the
    observed pattern counts as one more, so that p is never below what the draws can show.

    Args:
        a, b: score of every row, [N] each.
        groups: group of every row, [N]; whole groups are flipped.
        flips: random patterns.
        seed: for the patterns.

    Raises:
        ConfigError: lengths differ, or a score is not finite.

    Source: Fisher 1935, The Design of Experiments, section 21; +1: Phipson & Smyth 2010.
    """
    a, b = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    _check_pair(a, b)
    sums, _ = unit_sums(a - b, groups, seed)
    sums = sums[sums != 0]
    if len(sums) == 0:
        return 1.0
    seen = abs(sums.sum()) * (1 - 1e-12)  # equal up to rounding counts as equal
    if len(sums) <= EXACT_UNITS:
        bits = np.arange(2 ** len(sums))[:, None] >> np.arange(len(sums)) & 1
        return float(np.mean(np.abs((1 - 2 * bits) @ sums) >= seen))
    rng, hits = generator(seed, "flips"), 0
    for size in chunks(flips, len(sums)):
        signs = rng.integers(0, 2, (size, len(sums)), dtype=np.int8)
        hits += int(np.sum(np.abs(sums.sum() - 2 * (signs @ sums)) >= seen))
    return (hits + 1) / (flips + 1)


def bootstrap(
    scores: NDArray,
    statistic: Callable[[NDArray], float] | None = None,
    groups: NDArray | None = None,
    *,
    level: float = 0.95,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Interval:
    """Bias-corrected accelerated (BCa) bootstrap interval; whole groups are drawn.

    The tails are taken from Student's t with G - 1 degrees of freedom and widened by
    √(G / (G - 1)), without which few units give too short an interval.

    Args:
        scores: one row a row, [N] or [N, …].
        statistic: rows → number; the mean when left out, which is much faster.
        groups: group of every row, [N].
        level: coverage wanted.
        resamples: draws, at least 2,000 for a 95 % interval.
        seed: for the draws.

    Returns:
        The interval; (-∞, ∞) when there are fewer than two units.

    Raises:
        ConfigError: a score is not finite, or groups and scores differ in length.

    Source: Efron 1987, JASA 82:171; the widening: Hesterberg 2015, Am. Stat. 69:371, section 5.
    """
    draws, method = _draws(np.asarray(scores, np.float64), statistic, groups, resamples, seed)
    _check_level(level)
    if draws is None:
        return Interval(-np.inf, np.inf, level, method)
    z = _student_quantile(level, len(draws[2]), sides=2)
    low, high = bca(draws, np.array([-z, z]))
    return Interval(float(low), float(high), level, method)


def newcombe(a: float, n_a: float, b: float, n_b: float, level: float = 0.95) -> Interval:
    """Interval of p_a - p_b for proportions of two different sets of rows.

    Args:
        a, n_a: rows right and rows in all of the one, e.g. the training rows.
        b, n_b: of the other, e.g. the test rows.
        level: coverage wanted.

    Raises:
        ConfigError: counts that do not fit.

    Source: Newcombe 1998, Stat. Med. 17:873, method 10 (hybrid score).
    """
    of_a, of_b = wilson(a, n_a, level), wilson(b, n_b, level)
    p_a, p_b = a / n_a if n_a else 0.5, b / n_b if n_b else 0.5
    low = p_a - p_b - np.hypot(p_a - of_a.low, of_b.high - p_b)
    high = p_a - p_b + np.hypot(of_a.high - p_a, p_b - of_b.low)
    return Interval(float(max(low, -1.0)), float(min(high, 1.0)), level, "Newcombe hybrid score")


def difference(
    a: NDArray,
    b: NDArray,
    groups_a: NDArray | None = None,
    groups_b: NDArray | None = None,
    *,
    level: float = 0.95,
    seed: int = 0,
) -> Interval:
    """Interval of mean(a) - mean(b) for two different sets of rows, e.g. training and test.

    Newcombe's for scores that are all 0 or 1; else two bootstrap intervals joined in his way:
    each limit keeps its own side's distances, added like the sides of a right angle.

    Args:
        a, b: score of every row, [N] and [M].
        groups_a, groups_b: group of every row, where rows come in groups.
        level: coverage wanted.
        seed: for the draws.

    Source: Newcombe 1998 as above; the joining in general: Zou & Donner 2008, Stat. Med. 27:1693.
    """
    a, b = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    if groups_a is None and groups_b is None and is_right_or_wrong(a) and is_right_or_wrong(b):
        return newcombe(a.sum(), len(a), b.sum(), len(b), level)
    of_a = bootstrap(a, groups=groups_a, level=level, seed=seed)
    of_b = bootstrap(b, groups=groups_b, level=level, seed=seed)
    if not np.isfinite([of_a.low, of_b.low]).all():
        return Interval(-np.inf, np.inf, level, "bootstrap BCa, joined")
    gap = a.mean() - b.mean()
    low = gap - np.hypot(a.mean() - of_a.low, of_b.high - b.mean())
    high = gap + np.hypot(of_a.high - a.mean(), b.mean() - of_b.low)
    return Interval(float(low), float(high), level, "bootstrap BCa, joined")


def tango(b: int, c: int, n: int, level: float = 0.95) -> float:
    """One-sided lower bound of p_new - p_old on the same rows: what a changed model may lose.

    Args:
        b: rows that only the new model answered rightly.
        c: rows that only the old one did.
        n: all rows.
        level: share of such bounds that the true difference is not below.

    Returns:
        The bound, in [-1, 1]; with b = c = 0 it is -`best_provable(n)`.

    Raises:
        ConfigError: counts that do not fit, or no rows.

    Source: Tango 1998, Stat. Med. 17:891, score statistic with the constrained estimate.
    """
    z = _normal_quantile(level, sides=1)
    return _tango_limit(b, c, n, z)


def paired_difference(b: int, c: int, n: int, level: float = 0.95) -> Interval:
    """Two-sided interval of p_new - p_old on the same rows; arguments as for `tango`."""
    z = _normal_quantile(level, sides=2)
    return Interval(_tango_limit(b, c, n, z), -_tango_limit(c, b, n, z), level, "Tango score")


def best_provable(n: int, level: float = 0.95) -> float:
    """Smallest loss that n rows can rule out, one-sided, when not one verdict changes.

    Args:
        n: rows, at least 1.
        level: as for `tango`.

    Returns:
        z² / (n + z²), a share of rows in (0, 1): what Tango's bound is without a change.
    """
    if n < 1:
        raise ConfigError(f"{n} rows can prove nothing: keep at least one row for the proof.")
    z2 = _normal_quantile(level, sides=1) ** 2
    return z2 / (n + z2)


def paired_bound(
    new: NDArray,
    old: NDArray,
    groups: NDArray | None = None,
    *,
    level: float = 0.95,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> float:
    """One-sided lower bound of mean(new) - mean(old) on the same rows, for any score per row.

    Higher is better: negate errors. When no row's score changes, nothing can be drawn; then the
    bound is what `best_provable` rows may change, times the range of the old scores.

    Args:
        new, old: score of every row, [N] each.
        groups: group of every row, [N]; whole groups are drawn.
        level: share of such bounds that the true difference is not below.
        resamples, seed: as for `bootstrap`, the same BCa with one tail.

    Returns:
        The bound; -∞ when there are fewer than two units.

    Raises:
        ConfigError: lengths differ, or a score is not finite.
    """
    new, old = np.asarray(new, dtype=np.float64), np.asarray(old, dtype=np.float64)
    _check_pair(new, old)
    draws, _ = _draws(new - old, None, groups, resamples, seed)
    if draws is None:
        return -np.inf
    units = len(draws[2])
    if np.ptp(new - old) == 0 and not (new - old).any():
        return -best_provable(units, level) * float(np.ptp(old))
    z = _student_quantile(level, units, sides=1)
    return float(bca(draws, np.array([-z]))[0])


def is_right_or_wrong(scores: NDArray) -> bool:
    """Whether every score is 0 or 1."""
    scores = np.asarray(scores)
    return bool(np.all((scores == 0) | (scores == 1)))


def _draws(
    rows: NDArray[np.float64],
    statistic: Callable[[NDArray], float] | None,
    groups: NDArray | None,
    resamples: int,
    seed: int,
) -> tuple[Draws | None, str]:
    """Bootstrap draws and the method's name; no draws when there are fewer than two units."""
    units = len(rows) if groups is None else len(np.unique(groups))
    method = "bootstrap BCa" + (f", {units} groups" if groups is not None else "")
    if units < 2:
        return None, method
    if statistic is None:
        return draw_means(rows, groups, resamples, seed), method
    return draw_statistic(rows, statistic, groups, resamples, seed), method


def _tango_limit(b: int, c: int, n: int, z: float) -> float:
    """The difference below the observed one at which Tango's statistic equals z."""
    if not (b >= 0 and c >= 0 and b + c <= n and n >= 1):
        raise ConfigError(f"{b} + {c} changed rows of {n} do not fit: give counts with b + c ≤ n.")
    low, high = -1.0, (b - c) / n
    for _ in range(60):  # the statistic falls as the difference grows: halve
        middle = (low + high) / 2
        low, high = (middle, high) if _tango_statistic(b, c, n, middle) > z else (low, middle)
    return (low + high) / 2


def _tango_statistic(b: int, c: int, n: int, delta: float) -> float:
    """How many standard errors b - c lies above n·delta, were delta the true difference."""
    linear = (2 * n - b + c) * delta - b - c
    lost = (np.sqrt(max(linear**2 + 8 * n * c * delta * (1 - delta), 0.0)) - linear) / (4 * n)
    variance = n * (2 * lost + delta * (1 - delta))
    gap = b - c - n * delta
    if variance > 0:
        return float(gap / np.sqrt(variance))
    return 0.0 if gap == 0 else float(np.copysign(np.inf, gap))


def _student_quantile(level: float, units: int, sides: int) -> float:
    tail = (1 - _check_level(level)) / sides
    return float(np.sqrt(units / (units - 1)) * stdtrit(units - 1, 1 - tail))


def _normal_quantile(level: float, sides: int) -> float:
    return float(ndtri(1 - (1 - _check_level(level)) / sides))


def _check_level(level: float) -> float:
    if not 0 < level < 1:
        raise ConfigError(f"level={level} is not between 0 and 1. 0.95 is usual.")
    return level


def _check_counts(successes: float, n: float) -> None:
    if not 0 <= successes <= n:
        raise ConfigError(f"{successes} rows right of {n} is no proportion: give 0 ≤ right ≤ rows.")


def _check_pair(a: NDArray, b: NDArray) -> None:
    if a.shape != b.shape or a.ndim != 1:
        raise ConfigError(
            f"Two lists of one number a row are compared; these have shapes {a.shape} and "
            f"{b.shape}. Score both models on the same rows."
        )
