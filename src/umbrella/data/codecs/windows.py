"""Stretches of series as arrays that are never unfolded: each row is cut out when it is asked for.

A row is an origin: all up to and with it is known. Memory is that of the series themselves,
however many origins there are and however far each looks back or ahead.

Shapes: N steps of all series laid end to end, n origins, k of them asked for, L steps looked back,
H steps ahead, C channels.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

SHARED = 2  # series that a moment has, from which it pays to hold its numbers once
AT_ONCE = 2**20  # numbers that are worked on at a time, where many rows are cut out: 8 MB


@dataclass(frozen=True)
class OfSeries:
    """A number of every series, asked for by steps: as an array of N would answer, but of size S.

    Args:
        numbers: [S].
        offsets: [S + 1]; series s is steps offsets[s] to offsets[s + 1].
    """

    numbers: NDArray
    offsets: NDArray[np.int64]

    def __getitem__(self, steps: Any) -> Any:
        """The numbers of the series that these steps are of, in their shape."""
        return self.numbers[np.searchsorted(self.offsets, steps, side="right") - 1]

    @property
    def nbytes(self) -> int:
        """Of what is held."""
        return int(self.numbers.nbytes + self.offsets.nbytes)


@dataclass(frozen=True)
class AtOrigins:
    """A number of every origin, asked for by row, looked up at its step: held once for all steps.

    Args:
        numbers: [N] of every step, or `OfSeries`.
        origins: [n], steps.
    """

    numbers: NDArray | OfSeries
    origins: NDArray[np.int64]

    def __getitem__(self, rows: Any) -> Any:
        """The numbers of these origins, by number, slice or array."""
        return self.numbers[self.origins[rows]]

    @property
    def nbytes(self) -> int:
        """Of what is held beside the origins."""
        return int(self.numbers.nbytes)


@dataclass(frozen=True)
class ByMoment:
    """Numbers of every step, the last of which its moment tells alone: these are held once a
    moment. Asked for by steps, or by steps and a channel, as an array [N, C] would be.

    Args:
        own: [N, …], what each step has of its own.
        shared: [U, …], what each of U different moments has.
        codes: [N], the moment of every step.
    """

    own: NDArray[np.float64]
    shared: NDArray[np.float64]
    codes: NDArray[np.int32]

    def __getitem__(self, at: Any) -> NDArray[np.float64]:
        """The numbers of these steps, in their shape, with the channels behind."""
        if not isinstance(at, tuple):
            told = self.shared.take(self.codes[at], axis=0)
            return np.concatenate([self.own[at], told], axis=-1)
        steps, channel = at
        more = channel - self.own.shape[1]
        return self.own[at] if more < 0 else self.shared[self.codes[steps], more]

    def __len__(self) -> int:
        return len(self.own)

    @property
    def shape(self) -> tuple[int, int]:
        """(N, C)."""
        return len(self.own), self.own.shape[1] + self.shared.shape[1]

    @property
    def nbytes(self) -> int:
        """Of what is held."""
        return self.own.nbytes + self.shared.nbytes + self.codes.nbytes


def with_moments(
    own: NDArray[np.float64],
    stamps: NDArray[np.int64],
    told: Callable[[NDArray[np.int64]], NDArray[np.float64]],
) -> NDArray[np.float64] | ByMoment:
    """Numbers of every step, and behind them what its stamp tells, [N, C].

    Args:
        own: [N, …].
        stamps: [N].
        told: of stamps [U], [U, …].
    """
    if not told(stamps[:0]).shape[1]:
        return own
    different = np.unique(stamps)
    if SHARED * len(different) > len(stamps):
        return np.concatenate([own, told(stamps)], axis=1)
    codes = np.searchsorted(different, stamps).astype(np.int32)
    return ByMoment(own, told(different), codes)


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

    values: NDArray[np.float64] | ByMoment
    firsts: NDArray[np.int64] | OfSeries
    origins: NDArray[np.int64]
    length: int
    relative: NDArray[np.bool_]
    scales: NDArray[np.float64] | AtOrigins

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

    values: NDArray[np.float64] | ByMoment
    lasts: NDArray[np.int64] | OfSeries
    origins: NDArray[np.int64]
    length: int
    scales: NDArray[np.float64] | AtOrigins | None = None
    base: NDArray[np.float64] | AtOrigins | None = None

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
        if np.ndim(self.origins[rows]) == 0:
            return self[np.array([rows])][0]
        numbers = isinstance(rows, np.ndarray) and rows.dtype != np.bool_
        which = rows if numbers else np.arange(len(self))[rows]
        each = max(1, AT_ONCE // self.length)
        if len(which) <= each:
            return self._cut(which)
        out = np.empty((len(which), *self.shape[1:]), np.float32)
        for start in range(0, len(which), each):
            out[start : start + each] = self._cut(which[start : start + each])
        return out

    def _cut(self, rows: NDArray) -> NDArray[np.float32]:
        at = self.origins[rows]
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


def fill_forward(
    values: NDArray[np.float64], firsts: NDArray[np.int64] | OfSeries
) -> NDArray[np.float64]:
    """Every missing value as the last known one of its series; NaN before the first.

    Args:
        values: [N, C].
        firsts: [N], the first step of each step's series; or `OfSeries`.

    Returns:
        The same array where nothing is missing, else another.
    """
    gaps = [at for at in range(values.shape[1]) if np.isnan(values[:, at]).any()]
    if not gaps:
        return values
    out = values.copy()
    steps = np.arange(len(values))
    for at in gaps:  # one by one: the work takes several times the memory of what it works on
        column = values[:, at]
        latest = np.maximum.accumulate(np.where(np.isnan(column), -1, steps))
        known = latest >= firsts[steps]
        out[:, at] = np.where(known, column[np.maximum(latest, 0)], np.nan)
    return out


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
