"""Resampling behind the intervals: units that are drawn whole, bootstrap draws, BCa's quantiles.

Shapes: N rows, G units (groups, or rows where there are none), R resamples.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from umbrella.base.errors import ConfigError
from umbrella.base.seeds import generator

MOST_UNITS = 10_000  # more units than this are merged at random: same mean, same spread
MOST_LEFT_OUT = 200  # times that a slow statistic is taken again for BCa's skew
CELLS = 4_000_000  # numbers held at once

Draws = tuple[float, NDArray[np.float64], NDArray[np.float64]]


def unit_index(rows: int, groups: NDArray | None, seed: int) -> tuple[NDArray[np.int64], int]:
    """Which unit every row belongs to [N], and how many units there are, at most MOST_UNITS.

    Raises:
        ConfigError: not one group a row.
    """
    if groups is None:
        index, count = np.arange(rows), rows
    else:
        groups = np.asarray(groups)
        if groups.shape != (rows,):
            raise ConfigError(
                f"{rows:,} rows came with groups of shape {groups.shape}. Give one group a row."
            )
        names, index = np.unique(groups, return_inverse=True)
        count = len(names)
    if count > MOST_UNITS:
        index, count = generator(seed, "merge").permutation(count)[index] % MOST_UNITS, MOST_UNITS
    return index, count


def effective_units(groups: NDArray) -> int:
    """How many independent rows rows in units are worth: (Σ size)² / Σ size², at least 1.

    Args:
        groups: unit of every row, [N].

    Source: Kish 1965, Survey Sampling, for units whose rows are right or wrong together.
    """
    sizes = np.unique(groups, return_counts=True)[1].astype(float)
    return max(1, int(sizes.sum() ** 2 / (sizes**2).sum())) if len(sizes) else 1


def unit_sums(
    values: NDArray[np.float64], groups: NDArray | None, seed: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Sum and number of rows of every unit, [G] each.

    Raises:
        ConfigError: a value is not finite, or not one group a row.
    """
    check_finite(values)
    index, count = unit_index(len(values), groups, seed)
    sums = np.bincount(index, values, count).astype(np.float64)
    return sums, np.bincount(index, minlength=count).astype(np.float64)


def check_finite(values: NDArray) -> None:
    """Refuse scores that are not finite numbers.

    Raises:
        ConfigError: with how many there are.
    """
    broken = int(np.sum(~np.isfinite(values)))
    if broken:
        raise ConfigError(
            f"{broken:,} of {values.size:,} scores are not finite numbers. Leave those rows out, "
            f"or find out why the model answered so."
        )


def draw_means(
    rows: NDArray[np.float64], groups: NDArray | None, resamples: int, seed: int
) -> Draws:
    """The mean, its bootstrap draws [R] and its values with each unit left out [G]."""
    sums, sizes = unit_sums(rows, groups, seed)
    units, rng = len(sums), generator(seed, "bootstrap")
    drawn: list[NDArray] = []
    for size in chunks(resamples, units):
        picks = rng.integers(0, units, (size, units), dtype=np.int32)
        total = picks.shape[1] if groups is None and units == len(rows) else sizes[picks].sum(1)
        drawn.append(sums[picks].sum(axis=1) / total)
    left_out = (sums.sum() - sums) / (sizes.sum() - sizes)
    return sums.sum() / sizes.sum(), np.concatenate(drawn), left_out


def draw_statistic(
    rows: NDArray[np.float64],
    statistic: Callable[[NDArray], float],
    groups: NDArray | None,
    resamples: int,
    seed: int,
) -> Draws:
    """The same for any statistic of rows; more than MOST_LEFT_OUT units are left out in blocks."""
    check_finite(rows)
    index, units = unit_index(len(rows), groups, seed)
    rng = generator(seed, "bootstrap")
    starts = np.cumsum(np.bincount(index, minlength=units))[:-1]
    members = np.split(np.argsort(index, kind="stable"), starts)
    single = units == len(rows) and groups is None
    drawn = np.empty(resamples)
    for i in range(resamples):
        picks = rng.integers(0, units, units)
        take = picks if single else np.concatenate([members[unit] for unit in picks])
        drawn[i] = statistic(rows[take])
    blocks = min(units, MOST_LEFT_OUT)
    block = rng.permutation(units)[index] % blocks
    left_out = np.array([statistic(rows[block != one]) for one in range(blocks)])
    return float(statistic(rows)), drawn, left_out


def bca(draws: Draws, z: NDArray[np.float64]) -> NDArray[np.float64]:
    """Quantiles of the draws at z, moved for the bias and the skew of the statistic.

    Source: Efron 1987, JASA 82:171, equation 6.8; skew from the values with one unit left out.
    """
    whole, drawn, left_out = draws
    if np.ptp(drawn) == 0:
        return np.full(len(z), whole)
    below = (np.sum(drawn < whole) + np.sum(drawn <= whole)) / (2 * len(drawn))
    bias = ndtri(np.clip(below, 1 / len(drawn), 1 - 1 / len(drawn)))
    lean = left_out.mean() - left_out
    spread = np.sum(lean**2)
    skew = np.sum(lean**3) / (6 * spread**1.5) if spread > 0 else 0.0
    # The floor keeps a wild skew from turning a tail round.
    moved = bias + (bias + z) / np.maximum(1 - skew * (bias + z), 0.1)
    return np.quantile(drawn, ndtr(moved))


def chunks(total: int, width: int) -> list[int]:
    """Sizes that add up to `total`, each small enough to hold size x width numbers."""
    size = max(1, CELLS // max(width, 1))
    return [min(size, total - start) for start in range(0, total, size)]
