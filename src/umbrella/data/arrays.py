"""A table's columns as arrays: encoded once, in bulk, in memory while small and on disk beyond.

A codec sees one batch of rows at a time, so that memory stays flat as rows grow.
"""

import tempfile
import weakref
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from umbrella.base.limits import LIMITS
from umbrella.data.codecs.cells import join_cells
from umbrella.data.codecs.ragged import Ragged, concatenate
from umbrella.data.table import Table

Arrays = dict[str, Ragged | NDArray]


def text_batches(
    table: Table, columns: Sequence[str], keep: NDArray[np.bool_] | None = None, rows: int = 8192
) -> Iterator[list[str | None]]:
    """A table's text columns, joined, batch by batch.

    Args:
        table: the rows.
        columns: text columns.
        keep: [N] which rows to give; all by default.
        rows: rows read at a time.
    """
    start = 0
    for frame in table.batches(columns, rows):
        cells = join_cells([frame[name].to_list() for name in columns])
        chosen = None if keep is None else keep[start : start + len(cells)]
        start += len(cells)
        yield cells if chosen is None else [c for c, k in zip(cells, chosen, strict=True) if k]


def encode(codec: Any, batches: Iterable[Sequence[str | None]]) -> Arrays:
    """Run a fitted codec over all rows.

    Returns:
        name → N rows; on disk as memory maps once they outgrow the memory limit.
    """
    growing: dict[str, _Spilling] = {}
    for batch in batches:
        for name, values in codec.encode(batch).items():
            growing.setdefault(name, _Spilling()).add(values)
    return {name: parts.close() for name, parts in growing.items()}


@dataclass
class _Spilling:
    """One array under construction."""

    parts: list[Any] = field(default_factory=list)
    held: int = 0
    lengths: list[NDArray] = field(default_factory=list)
    file: Any = None

    def add(self, values: Ragged | NDArray) -> None:
        self.parts.append(values)
        flat = values.values if isinstance(values, Ragged) else values
        self.held += flat.nbytes
        if isinstance(values, Ragged) and self.held > LIMITS.memory_bytes:
            self.spill()

    def spill(self) -> None:
        if self.file is None:
            self.file = tempfile.NamedTemporaryFile(prefix="umbrella-", delete=False)  # noqa: SIM115
        for part in self.parts:
            self.file.write(np.ascontiguousarray(part.values).tobytes())
            self.lengths.append(part.lengths)
        self.parts, self.held = self.parts[-1:], 0
        self.parts = [_empty_like(self.parts[0])]

    def close(self) -> Ragged | NDArray:
        if self.file is None:
            whole = self.parts
            return concatenate(whole) if isinstance(whole[0], Ragged) else np.concatenate(whole)
        self.spill()
        self.file.close()
        like = self.parts[0]
        offsets = np.concatenate([[0], np.cumsum(np.concatenate(self.lengths))]).astype(np.int64)
        values = np.memmap(self.file.name, dtype=like.values.dtype, mode="r", shape=(offsets[-1],))
        weakref.finalize(values, Path(self.file.name).unlink, missing_ok=True)
        return Ragged(values, offsets, like.pad)


def _empty_like(part: Ragged) -> Ragged:
    return Ragged(part.values[:0].copy(), np.zeros(1, dtype=np.int64), part.pad)
