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
        values: [S], any dtype; may be a memory map.
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
        """The named rows (all by default) as one [B, T] array, short rows filled with `pad`.

        Args:
            rows: row numbers [B].
            shortest: least width T; a batch of empty rows is this wide.
        """
        some = self if rows is None else self.take(rows)
        lengths = some.lengths
        width = max(int(lengths.max(initial=0)), shortest)
        out = np.full((len(some), width), some.pad, dtype=some.values.dtype)
        out[np.arange(width) < lengths[:, None]] = some.values
        return out


def concatenate(parts: Iterable[Ragged]) -> Ragged:
    """Stack the rows of several ragged arrays of one dtype."""
    parts = list(parts)
    values = np.concatenate([p.values for p in parts])
    lengths = np.concatenate([p.lengths for p in parts])
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    return Ragged(values, offsets, parts[0].pad)
