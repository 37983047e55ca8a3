"""Differences over seeds and rows at once: another training and other rows would both change them.

A network's score varies with the seed it was trained from and with the rows it is judged on. The
two are crossed: every seed is judged on the same rows. Their variances add up, and what belongs to
both is counted in both, so that an interval is rather too wide than too narrow.

Shapes: K seeds, N rows, G units (groups, or rows where there are none).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtr, stdtrit

from umbrella.base.errors import ConfigError
from umbrella.score.resample import unit_sums


@dataclass(frozen=True)
class Estimate:
    """A mean or a difference of means, and how far another draw might lie.

    Args:
        value: over all seeds and rows.
        low, high: its interval.
        error: standard error, from seeds and rows together.
        seeds, rows: the parts of it, error² = seeds² + rows².
        p: two-sided p that the true value is 0.
    """

    value: float
    low: float
    high: float
    error: float
    seeds: float
    rows: float
    p: float

    @property
    def clear(self) -> bool:
        """Whether the interval leaves 0 out."""
        return self.low > 0 or self.high < 0


def contrast(
    terms: Sequence[tuple[float, NDArray]], groups: NDArray | None = None, *, level: float = 0.95
) -> Estimate:
    """A weighted sum of means, such as the difference of two differences.

    Args:
        terms: a weight, and row scores by seed [K, N]; K at least 2, the same rows in all.
        groups: unit of every row, [N]; rows of one unit are right or wrong together.
        level: coverage of the interval.

    Raises:
        ConfigError: fewer than two seeds, or other rows.

    Source: the variance of a mean of crossed effects (Owen 2007, Annals of Applied Statistics
    1:386, whose bootstrap it stands for); degrees of freedom by Satterthwaite 1946.
    """
    parts = [weight * np.asarray(scores, float) for weight, scores in terms]
    shapes = [part.shape for part in parts]
    if any(len(s) != 2 or s[1] != shapes[0][-1] or s[0] < 2 or s[1] < 1 for s in shapes):
        raise ConfigError(
            f"Scores of shapes {shapes} came; give one row for each of two or more seeds, and the "
            f"same judged rows in all."
        )
    rows = np.sum([part.mean(axis=0) for part in parts], axis=0)
    return _estimate(parts, rows, groups, level)


def gap(
    new: NDArray, old: NDArray, groups: NDArray | None = None, *, level: float = 0.95
) -> Estimate:
    """How much higher the mean of `new` is than that of `old`; arguments as for `contrast`."""
    return contrast([(1.0, new), (-1.0, old)], groups, level=level)


def mean(scores: NDArray, groups: NDArray | None = None, *, level: float = 0.95) -> Estimate:
    """The mean of row scores by seed [K, N]; arguments as for `contrast`."""
    return contrast([(1.0, scores)], groups, level=level)


def _estimate(
    parts: list[NDArray[np.float64]],
    rows: NDArray[np.float64],
    groups: NDArray | None,
    level: float,
) -> Estimate:
    """From the scores by seed of what is compared, and the difference of each row."""
    value = float(rows.mean())
    sums, sizes = unit_sums(rows, groups, 0)
    units = len(sums)
    spread = float(((sums - sizes * value) ** 2).sum()) * units / max(units - 1, 1)
    of_rows = spread**0.5 / len(rows)
    if of_rows == 0:  # where no row differs at all, one unit of them still might
        of_rows = float(max(np.ptp(part) for part in parts)) / units
    pieces = [(float(p.mean(1).var(ddof=1)) / len(p), len(p) - 1) for p in parts]
    of_seeds = sum(variance for variance, _ in pieces) ** 0.5
    pieces.append((of_rows**2, max(units - 1, 1)))
    error = (of_rows**2 + of_seeds**2) ** 0.5
    below = sum(variance**2 / freedom for variance, freedom in pieces)
    freedom = error**4 / below if below > 0 else float("inf")
    wide = float(stdtrit(freedom, 1 - (1 - level) / 2)) * error if error > 0 else 0.0
    p = 2 * float(stdtr(freedom, -abs(value) / error)) if error > 0 else float(value == 0)
    return Estimate(value, value - wide, value + wide, error, of_seeds, of_rows, p)
