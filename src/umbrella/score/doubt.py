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
from scipy.special import bdtr, betaincinv, ndtr, ndtri, stdtrit

from umbrella.base.errors import ConfigError
from umbrella.base.seeds import generator

RESAMPLES = 4000  # bootstrap draws; 2,000 is the least that BCa's tails are trusted with
FLIPS = 10_000  # random sign patterns when they are too many to list
EXACT_UNITS = 14  # differing units up to which all 2^G sign patterns are listed
MOST_UNITS = 10_000  # more units than this are merged at random: same mean, same spread
CELLS = 4_000_000  # numbers held at once while resampling


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
    sums, _ = _units(a - b, groups, seed)
    sums = sums[sums != 0]
    if len(sums) == 0:
        return 1.0
    seen = abs(sums.sum()) * (1 - 1e-12)  # equal up to rounding counts as equal
    if len(sums) <= EXACT_UNITS:
        bits = np.arange(2 ** len(sums))[:, None] >> np.arange(len(sums)) & 1
        return float(np.mean(np.abs((1 - 2 * bits) @ sums) >= seen))
    rng, hits = generator(seed, "flips"), 0
    for size in _chunks(flips, len(sums)):
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
    rows = np.asarray(scores, dtype=np.float64)
    units = len(rows) if groups is None else len(np.unique(groups))
    method = "bootstrap BCa" + (f", {units} groups" if groups is not None else "")
    _check_level(level)
    if units < 2:
        return Interval(-np.inf, np.inf, level, method)
    if statistic is None:
        whole, drawn, left_out = _resampled_means(rows, groups, resamples, seed)
    else:
        whole, drawn, left_out = _resampled(rows, statistic, groups, resamples, seed)
    units = min(units, len(left_out))
    z = np.sqrt(units / (units - 1)) * stdtrit(units - 1, (1 + level) / 2)
    low, high = _bca(whole, drawn, left_out, np.array([-z, z]))
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


def difference(a: NDArray, b: NDArray, level: float = 0.95, seed: int = 0) -> Interval:
    """Interval of mean(a) - mean(b) for two different sets of rows, e.g. training and test.

    Newcombe's for scores that are all 0 or 1; else two bootstrap intervals joined in his way
    (each limit keeps its own side's distance, the two added as a right angle's sides).

    Args:
        a, b: score of every row, [N] and [M].
        level: coverage wanted.
        seed: for the draws.

    Source: Newcombe 1998 as above; the joining in general: Zou & Donner 2008, Stat. Med. 27:1693.
    """
    a, b = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    if is_right_or_wrong(a) and is_right_or_wrong(b):
        return newcombe(a.sum(), len(a), b.sum(), len(b), level)
    of_a, of_b = bootstrap(a, level=level, seed=seed), bootstrap(b, level=level, seed=seed)
    if not np.isfinite([of_a.low, of_b.low]).all():
        return Interval(-np.inf, np.inf, level, "bootstrap BCa, joined")
    gap = a.mean() - b.mean()
    low = gap - np.hypot(a.mean() - of_a.low, of_b.high - b.mean())
    high = gap + np.hypot(of_a.high - a.mean(), b.mean() - of_b.low)
    return Interval(float(low), float(high), level, "bootstrap BCa, joined")


def is_right_or_wrong(scores: NDArray) -> bool:
    """Whether every score is 0 or 1."""
    scores = np.asarray(scores)
    return bool(np.all((scores == 0) | (scores == 1)))


def _units(
    values: NDArray[np.float64], groups: NDArray | None, seed: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Sum and number of rows of every unit, [G] each; very many units are merged at random."""
    if not np.isfinite(values).all():
        raise ConfigError(
            f"{int(np.sum(~np.isfinite(values))):,} of {values.size:,} scores are not finite "
            f"numbers. Leave those rows out, or find out why the model answered so."
        )
    if groups is None:
        index, count = np.arange(len(values)), len(values)
    else:
        _check_pair(values, np.asarray(groups))
        names, index = np.unique(groups, return_inverse=True)
        count = len(names)
    if count > MOST_UNITS:
        index, count = generator(seed, "merge").permutation(count)[index] % MOST_UNITS, MOST_UNITS
    return np.bincount(index, values, count), np.bincount(index, minlength=count).astype(float)


def _resampled_means(
    rows: NDArray[np.float64], groups: NDArray | None, resamples: int, seed: int
) -> tuple[float, NDArray[np.float64], NDArray[np.float64]]:
    """The mean, its bootstrap draws [R] and its values with each unit left out [G]."""
    sums, sizes = _units(rows, groups, seed)
    units, rng = len(sums), generator(seed, "bootstrap")
    drawn: list[NDArray] = []
    for size in _chunks(resamples, units):
        picks = rng.integers(0, units, (size, units), dtype=np.int32)
        drawn.append(sums[picks].sum(axis=1) / sizes[picks].sum(axis=1))
    left_out = (sums.sum() - sums) / (sizes.sum() - sizes)
    return sums.sum() / sizes.sum(), np.concatenate(drawn), left_out


def _resampled(
    rows: NDArray[np.float64],
    statistic: Callable[[NDArray], float],
    groups: NDArray | None,
    resamples: int,
    seed: int,
) -> tuple[float, NDArray[np.float64], NDArray[np.float64]]:
    """The same for any statistic; at most 200 units are left out one by one."""
    _units(rows.reshape(len(rows), -1).sum(axis=1), groups, seed)  # the same checks
    index = np.arange(len(rows)) if groups is None else np.unique(groups, return_inverse=True)[1]
    units, rng = int(index.max()) + 1, generator(seed, "bootstrap")
    members = np.split(np.argsort(index, kind="stable"), np.cumsum(np.bincount(index))[:-1])
    drawn = np.empty(resamples)
    for i in range(resamples):
        picks = rng.integers(0, units, units)
        take = picks if groups is None else np.concatenate([members[unit] for unit in picks])
        drawn[i] = statistic(rows[take])
    block = rng.permutation(units)[index] % min(units, 200)
    left_out = [statistic(rows[block != one]) for one in range(min(units, 200))]
    return float(statistic(rows)), drawn, np.array(left_out)


def _bca(
    whole: float, drawn: NDArray, left_out: NDArray, z: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Quantiles of the draws at z, moved for the bias and the skew of the statistic."""
    if np.ptp(drawn) == 0:
        return np.full(len(z), whole)
    below = (np.sum(drawn < whole) + np.sum(drawn <= whole)) / (2 * len(drawn))
    bias = ndtri(np.clip(below, 1 / len(drawn), 1 - 1 / len(drawn)))
    lean = left_out.mean() - left_out
    spread = np.sum(lean**2)
    skew = np.sum(lean**3) / (6 * spread**1.5) if spread > 0 else 0.0
    moved = bias + (bias + z) / np.maximum(1 - skew * (bias + z), 0.1)
    return np.quantile(drawn, ndtr(moved))


def _chunks(total: int, width: int) -> list[int]:
    size = max(1, CELLS // max(width, 1))
    return [min(size, total - start) for start in range(0, total, size)]


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
