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
from umbrella.data.codecs.cells import Cells
from umbrella.data.codecs.columns import Columns
from umbrella.data.codecs.ragged import Ragged, concatenate
from umbrella.data.kinds import FILES
from umbrella.data.table import Table

Arrays = dict[str, Ragged | NDArray]
ROWS, FILE_ROWS = 8192, 256  # rows of a batch; fewer where a cell is a file


def cell_batches(
    table: Table, columns: Sequence[str], keep: NDArray[np.bool_] | None = None
) -> Iterator[dict[str, list[Any]]]:
    """A table's columns as they were written, batch by batch; paths lead to their files.

    Args:
        table: the rows.
        columns: which.
        keep: [N] which rows to give; all by default.
    """
    files = [name for name in columns if table.kinds[name] in FILES]
    start = 0
    for frame in table.raw_batches(columns, FILE_ROWS if files else ROWS):
        some = frame if keep is None else frame.filter(keep[start : start + frame.height])
        start += frame.height
        cells = {name: some[name].to_list() for name in columns}
        yield cells | {name: table.resolve(name, cells[name]) for name in files}


def encode(codecs: Columns, batches: Iterable[Cells]) -> Arrays:
    """Run fitted codecs over all rows.

    Returns:
        name → N rows; on disk as memory maps once they outgrow the memory limit.
    """
    growing: dict[str, _Spilling] = {}
    for batch in batches:
        for name, values in codecs.encode(batch).items():
            growing.setdefault(name, _Spilling()).add(values)
    return {name: parts.close() for name, parts in growing.items()}


@dataclass
class _Spilling:
    """One array under construction."""

    parts: list[Any] = field(default_factory=list)
    held: int = 0
    rows: int = 0
    lengths: list[NDArray] = field(default_factory=list)
    file: Any = None

    def add(self, values: Ragged | NDArray) -> None:
        self.parts.append(values)
        self.held += _flat(values).nbytes
        if self.held > LIMITS.memory_bytes:
            self.spill()

    def spill(self) -> None:
        if self.file is None:
            self.file = tempfile.NamedTemporaryFile(prefix="umbrella-", delete=False)  # noqa: SIM115
        for part in self.parts:
            self.file.write(np.ascontiguousarray(_flat(part)).tobytes())
            self.rows += len(_flat(part))
            if isinstance(part, Ragged):
                self.lengths.append(part.lengths)
        self.parts, self.held = [_empty_like(self.parts[-1])], 0

    def close(self) -> Ragged | NDArray:
        if self.file is None:
            whole = self.parts
            return concatenate(whole) if isinstance(whole[0], Ragged) else np.concatenate(whole)
        self.spill()
        self.file.close()
        like = self.parts[0]
        flat = _flat(like)
        values = np.memmap(
            self.file.name, dtype=flat.dtype, mode="r", shape=(self.rows, *flat.shape[1:])
        )
        weakref.finalize(values, Path(self.file.name).unlink, missing_ok=True)
        if not isinstance(like, Ragged):
            return values
        offsets = np.concatenate([[0], np.cumsum(np.concatenate(self.lengths))]).astype(np.int64)
        return Ragged(values, offsets, like.pad)


def _flat(part: Ragged | NDArray) -> NDArray:
    return part.values if isinstance(part, Ragged) else part


def _empty_like(part: Ragged | NDArray) -> Ragged | NDArray:
    if not isinstance(part, Ragged):
        return part[:0].copy()
    return Ragged(part.values[:0].copy(), np.zeros(1, dtype=np.int64), part.pad)
