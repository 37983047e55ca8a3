"""Stretches of series as arrays that are never unfolded: each row is cut out when it is asked for.

A row is an origin: all up to and with it is known. Memory is that of the series themselves,
however many origins there are and however far each looks back or ahead.

Shapes: N steps of all series laid end to end, n origins, k of them asked for, L steps looked back,
H steps ahead, C channels.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Windows:
    """The last L steps up to every origin, float32 [n, L, C] when indexed.

    Where a series began later than L steps ago, its first step stands for those before it.

    Args:
        values: [N, C]; NaN where nothing is known, which becomes 0.
        firsts: [N], for every step the first step of its series.
        origins: [n], steps.
        length: L.
        relative: [C], whether a channel's value at the origin is taken off.
        scales: [n], what a relative channel is divided by, > 0.
    """

    values: NDArray[np.float64]
    firsts: NDArray[np.int64]
    origins: NDArray[np.int64]
    length: int
    relative: NDArray[np.bool_]
    scales: NDArray[np.float64]

    dtype = np.dtype(np.float32)
    ndim = 3

    def __len__(self) -> int:
        return len(self.origins)

    @property
    def shape(self) -> tuple[int, int, int]:
        """(n, L, C)."""
        return len(self.origins), self.length, self.values.shape[1]

    @property
    def nbytes(self) -> int:
        """Of what is held, not of what can be cut out."""
        return self.values.nbytes + self.firsts.nbytes + self.origins.nbytes + self.scales.nbytes

    def __getitem__(self, rows: Any) -> NDArray[np.float32]:
        """The windows of these origins, by number, slice or array, [k, L, C] or [L, C]."""
        at = self.origins[rows]
        if np.ndim(at) == 0:
            return self[np.array([rows])][0]
        steps = at[:, None] + np.arange(1 - self.length, 1)
        np.maximum(steps, self.firsts[at][:, None], out=steps)
        cut = self.values[steps]
        if self.relative.any():
            last = self.values[at][:, None, :] * self.relative
            cut -= np.where(self.relative, last, 0.0)
            cut /= np.where(self.relative, self.scales[rows][:, None, None], 1.0)
        return np.nan_to_num(cut, nan=0.0, posinf=0.0, neginf=0.0).astype(np.float32)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray:
        """All windows at once, for few origins."""
        del copy
        return self[:].astype(dtype or self.dtype)


@dataclass(frozen=True)
class Ahead:
    """The H steps after every origin, float32 [n, H, C], or [n, H] of a single channel.

    Args:
        values: [N, C]; NaN where nothing is known.
        lasts: [N], for every step the last step of its series; beyond it all is NaN.
        origins: [n], steps.
        length: H.
        scales: [n]: a single channel is given as its change since the origin over this; None
            leaves the values as they are.
        base: [n], the level at each origin that the change counts from.
    """

    values: NDArray[np.float64]
    lasts: NDArray[np.int64]
    origins: NDArray[np.int64]
    length: int
    scales: NDArray[np.float64] | None = None
    base: NDArray[np.float64] | None = None

    dtype = np.dtype(np.float32)

    def __len__(self) -> int:
        return len(self.origins)

    @property
    def ndim(self) -> int:
        """2 for a single channel that is given as its change, else 3."""
        return 3 if self.scales is None else 2

    @property
    def shape(self) -> tuple[int, ...]:
        """(n, H) or (n, H, C)."""
        whole = (len(self.origins), self.length)
        return whole if self.scales is not None else (*whole, self.values.shape[1])

    @property
    def nbytes(self) -> int:
        """Of what is held, not of what can be cut out."""
        return self.values.nbytes + self.lasts.nbytes + self.origins.nbytes

    def __getitem__(self, rows: Any) -> NDArray[np.float32]:
        """What follows these origins, by number, slice or array."""
        at = self.origins[rows]
        if np.ndim(at) == 0:
            return self[np.array([rows])][0]
        steps = at[:, None] + np.arange(1, self.length + 1)
        known = steps <= self.lasts[at][:, None]
        cut = self.values[np.where(known, steps, at[:, None])]
        cut = np.where(known[:, :, None], cut, np.nan)
        if self.scales is None or self.base is None:
            return cut.astype(np.float32)
        change = (cut[:, :, 0] - self.base[rows][:, None]) / self.scales[rows][:, None]
        return change.astype(np.float32)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray:
        """All of it at once, for few origins."""
        del copy
        return self[:].astype(dtype or self.dtype)


def fill_forward(values: NDArray[np.float64], firsts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Every missing value as the last known one of its series; NaN before the first.

    Args:
        values: [N, C].
        firsts: [N], the first step of each step's series.
    """
    steps = np.arange(len(values))[:, None]
    latest = np.maximum.accumulate(np.where(np.isnan(values), -1, steps), axis=0)
    known = latest >= firsts[:, None]
    filled = np.take_along_axis(values, np.maximum(latest, 0), axis=0)
    return np.where(known, filled, np.nan)


def scale_of(values: NDArray[np.float64], season: int) -> float:
    """Mean absolute change over a season, > 0; over one step, then of the level, where that is 0.

    Args:
        values: [T] or more than none; NaN where missing.
        season: in steps.
    """
    return float(running_scale(values, season)[-1])


def running_scale(values: NDArray[np.float64], season: int) -> NDArray[np.float64]:
    """`scale_of` of the steps up to each, [T]; 1 where nothing is known yet."""
    out = np.zeros(len(values))
    for back in (season, 1, 0):
        if back >= len(values):
            continue
        change = np.abs(values[back:] - (values[: len(values) - back] if back else 0.0))
        known = np.isfinite(change)
        total = np.cumsum(np.where(known, change, 0.0))
        mean = total / np.maximum(np.cumsum(known), 1)
        found = np.concatenate([np.zeros(back), mean])
        out = np.where(out > 0, out, found)
    return np.where((out > 0) & np.isfinite(out), out, 1.0)
