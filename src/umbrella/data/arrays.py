"""A table's columns as arrays: encoded in bulk, in memory while small and on disk beyond.

A codec sees one batch of rows at a time, so that memory stays flat as rows grow. Files whose arrays
the disk has no room for are decoded again whenever a batch asks for them (see spill.py).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from umbrella.base.errors import DataError
from umbrella.base.limits import LIMITS
from umbrella.data.codecs.cells import Cells, count, take
from umbrella.data.codecs.columns import Columns
from umbrella.data.codecs.ragged import Ragged
from umbrella.data.kinds import FILES
from umbrella.data.spill import Spilling
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
        name → N rows; on disk as memory maps once they outgrow the memory limit, and made anew
        batch by batch beyond `disk_bytes` and half of the free disk, where the cells are files. A
        missing cell is what its codec makes of it.

    Raises:
        DataError: a cell is there and cannot be read, e.g. a file that vanished since the table was
            read; nothing is learned from, or judged by, a black square in its place.
    """
    growing: dict[str, Spilling] = {}
    files: dict[str, list[Any]] = {name: [] for name in codecs.files}
    again = len(files) == len(codecs.columns)
    done = 0
    for batch in batches:
        for name, made in _read(codecs, batch, done + np.arange(count(batch))).items():
            growing.setdefault(
                name, Spilling(LIMITS, _fetch(codecs, files, name) if again else None)
            )
            growing[name].add(made)
        for name, cells in files.items():
            cells += batch[name]
        done += count(batch)
    return {name: parts.close() for name, parts in growing.items()}


def encode_each(
    codecs: Columns, batches: Iterable[Cells]
) -> Iterator[tuple[NDArray[np.int64], Arrays]]:
    """Run fitted codecs over all rows too, but keep no more than one batch.

    Returns:
        Of each batch the numbers of its rows among all, [n], and its arrays.

    Raises:
        DataError: as `encode`.
    """
    done = 0
    for batch in batches:
        rows = done + np.arange(count(batch))
        yield rows, _read(codecs, batch, rows)
        done += len(rows)


def _fetch(codecs: Columns, files: Cells, name: str) -> Any:
    """What makes one of the arrays anew for rows of these numbers."""

    def made(rows: NDArray[np.int64]) -> Any:
        return _read(codecs, take(files, rows.tolist()), rows)[name]

    return made


def _read(codecs: Columns, cells: Cells, numbers: NDArray[np.int64]) -> Arrays:
    made, faults = codecs.examine(cells)
    if faults:
        raise _unreadable(faults, numbers)
    return made


def _unreadable(faults: Mapping[int, str], numbers: NDArray[np.int64]) -> DataError:
    first = min(faults)
    return DataError(
        f"Row {numbers[first] + 1:,} of the rows in use cannot be read any more: {faults[first]} "
        f"It could be when the table was read. Put the file back and run the same command again."
    )
