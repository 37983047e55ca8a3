"""Rows of unequal length as two flat arrays, and padding of a few of them to one rectangle.

Shapes: N rows, S sum of their lengths, B rows of a batch, T longest row of the batch.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Ragged:
    """N rows laid end to end: row i is `values[offsets[i]:offsets[i + 1]]`.

    Args:
        values: [S] or [S, …], any dtype; may be a memory map.
        offsets: int64 [N + 1], rising from 0 to S.
        pad: the value that fills a padded batch.
    """

    values: NDArray
    offsets: NDArray[np.int64]
    pad: float = 0

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Length of every row, int64 [N]."""
        return np.diff(self.offsets)

    def row(self, index: int) -> NDArray:
        """One row, as a view."""
        return self.values[self.offsets[index] : self.offsets[index + 1]]

    def take(self, rows: NDArray[np.int64]) -> "Ragged":
        """The named rows, in that order, copied."""
        lengths = self.lengths[rows]
        offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        where = np.repeat(self.offsets[rows] - offsets[:-1], lengths) + np.arange(offsets[-1])
        return Ragged(self.values[where], offsets, self.pad)

    def padded(self, rows: NDArray[np.int64] | None = None, shortest: int = 1) -> NDArray:
        """The named rows (all by default) as one [B, T, …] array, short rows filled with `pad`.

        Args:
            rows: row numbers [B].
            shortest: least width T; a batch of empty rows is this wide.
        """
        some = self if rows is None else self.take(rows)
        lengths = some.lengths
        width = max(int(lengths.max(initial=0)), shortest)
        shape = (len(some), width, *some.values.shape[1:])
        out = np.full(shape, some.pad, dtype=some.values.dtype)
        out[np.arange(width) < lengths[:, None]] = some.values
        return out


def concatenate(parts: Iterable[Ragged]) -> Ragged:
    """Stack the rows of several ragged arrays of one dtype."""
    parts = list(parts)
    values = np.concatenate([p.values for p in parts])
    lengths = np.concatenate([p.lengths for p in parts])
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    return Ragged(values, offsets, parts[0].pad)


class Growing:
    """A flat array that is extended piece by piece, with room to spare at its end.

    Args:
        dtype: of the values; pieces are converted to it.
        room: values that fit without copying. Room that is not used costs no memory.
    """

    def __init__(self, dtype: type, room: int = 0) -> None:
        self._room: NDArray = np.empty(min(room, 2**26), dtype)
        self._size = 0

    @property
    def values(self) -> NDArray:
        """All that was added, as a view."""
        return self._room[: self._size]

    def extend(self, piece: NDArray) -> None:
        """Add values at the end."""
        size = self._size + len(piece)
        if size > len(self._room):
            larger = np.empty(max(size, 2 * len(self._room)), self._room.dtype)
            larger[: self._size] = self.values
            self._room = larger
        self._room[self._size : size] = piece
        self._size = size
