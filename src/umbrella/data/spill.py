"""Arrays that outgrow memory: on disk as memory maps; what the disk has no room for is made anew.

Rows made anew are decoded from their files each time a batch asks for them: slower, but flat in
memory and disk however large the folder is.
Shapes: N rows, K of them kept, n asked for.
"""

import shutil
import tempfile
import weakref
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from umbrella.base.limits import Limits
from umbrella.data.codecs.ragged import Ragged, concatenate
from umbrella.data.codecs.windows import Ahead, Windows

Fetch = Callable[[NDArray[np.int64]], Any]  # row numbers [n] → their values, [n, …] or ragged
FREE = 0.5  # share of the free disk that one array may take


class Streamed:
    """Rows of equal shape, the first K kept and the others made when asked for.

    Args:
        kept: [K, …].
        rows: N.
        fetch: makes rows that are not kept.
    """

    def __init__(self, kept: NDArray, rows: int, fetch: Fetch) -> None:
        self.kept, self.fetch = kept, fetch
        self.shape, self.dtype, self.ndim = (rows, *kept.shape[1:]), kept.dtype, kept.ndim

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, rows: Any) -> NDArray:
        """The rows with these numbers, [n, …]; a slice or one number serves as well."""
        at = np.arange(len(self))[rows]
        if at.ndim == 0:
            return self[at[None]][0]
        out = np.empty((len(at), *self.shape[1:]), self.dtype)
        late = at >= len(self.kept)
        out[~late] = self.kept[at[~late]]
        if late.any():
            out[late] = self.fetch(at[late])
        return out


@dataclass(frozen=True)
class StreamedRagged(Ragged):
    """Rows of unequal length, the first ones kept and the others made when asked for.

    `values` holds the rows that are kept; `offsets` tells the lengths of all.
    """

    kept: int = 0
    fetch: Fetch = field(default=lambda rows: rows, repr=False)

    def row(self, index: int) -> NDArray:
        """One row."""
        return self.take(np.array([index])).values

    def take(self, rows: NDArray[np.int64]) -> Ragged:
        """The named rows, in that order, copied."""
        rows = np.asarray(rows)
        late = rows >= self.kept
        if not late.any():
            return super().take(rows)
        made: Ragged = self.fetch(rows[late])
        early = super().take(rows[~late])
        order = np.empty(len(rows), np.int64)
        order[~late], order[late] = np.arange(len(early)), len(early) + np.arange(len(made))
        return concatenate([early, made]).take(order)


@dataclass
class Spilling:
    """One array under construction.

    Args:
        limits: memory_bytes and disk_bytes are used.
        fetch: makes rows anew by their numbers; None where the disk must hold them all.
    """

    limits: Limits
    fetch: Fetch | None = None
    parts: list[Any] = field(default_factory=list)
    held: int = 0
    rows: int = 0
    kept: int | None = None
    lengths: list[NDArray] = field(default_factory=list)
    written: int = 0
    file: Any = None

    def add(self, values: Ragged | NDArray) -> None:
        """The next rows."""
        self.rows += len(values)
        if isinstance(values, Ragged):
            self.lengths.append(values.lengths)
        if self.kept is not None:
            return
        self.parts.append(values)
        if isinstance(values, Windows | Ahead):  # cut out as asked for: on disk they would unfold
            return
        self.held += _flat(values).nbytes
        if self.held > self.limits.memory_bytes:
            self._spill()

    def close(self) -> Any:
        """All rows: an array, a memory map, or one that makes its last rows anew."""
        if self.file is None and self.kept is None:
            whole = self.parts
            if len(whole) == 1:
                return whole[0]
            return concatenate(whole) if isinstance(whole[0], Ragged) else np.concatenate(whole)
        if self.kept is None:
            self._spill()
        like = _flat(self.parts[0])
        values: NDArray = like
        if self.file is not None:
            self.file.close()
            count = self.written // max(1, like.dtype.itemsize * int(np.prod(like.shape[1:])))
            if count:
                shape = (count, *like.shape[1:])
                values = np.memmap(self.file.name, dtype=like.dtype, mode="r", shape=shape)
            weakref.finalize(values, Path(self.file.name).unlink, missing_ok=True)
        return self._whole(values)

    def _whole(self, values: NDArray) -> Any:
        ragged = isinstance(self.parts[0], Ragged)
        if ragged:
            lengths = np.concatenate(self.lengths)
            offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        if self.kept is None or self.kept == self.rows:
            return Ragged(values, offsets, self.parts[0].pad) if ragged else values
        assert self.fetch is not None
        if ragged:
            pad = self.parts[0].pad
            return StreamedRagged(values, offsets, pad, kept=self.kept, fetch=self.fetch)
        return Streamed(values, self.rows, self.fetch)

    def _spill(self) -> None:
        """Move what is in memory to the disk, or let it go where the disk has no room for it."""
        if self.file is None:
            self.file = tempfile.NamedTemporaryFile(prefix="umbrella-", delete=False)  # noqa: SIM115
        if self.fetch is not None and self.written + self.held > self._room():
            self.kept = self.rows - sum(len(part) for part in self.parts)
        else:
            for part in self.parts:
                self.file.write(np.ascontiguousarray(_flat(part)).tobytes())
            self.written += self.held
        self.parts, self.held = [_empty_like(self.parts[-1])], 0

    def _room(self) -> int:
        free = shutil.disk_usage(Path(self.file.name).parent).free
        return min(self.limits.disk_bytes, int(FREE * (free + self.written)))


def _flat(part: Ragged | NDArray) -> NDArray:
    return part.values if isinstance(part, Ragged) else part


def _empty_like(part: Ragged | NDArray) -> Ragged | NDArray:
    if not isinstance(part, Ragged):
        return part[:0].copy()
    return Ragged(part.values[:0].copy(), np.zeros(1, dtype=np.int64), part.pad)
