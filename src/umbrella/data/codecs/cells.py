"""Cells of several columns side by side, alike in training and in a shipped file."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Cell = str | bytes | None  # text as written, a path or the bytes of a file; None where missing
Cells = Mapping[str, Sequence[Any]]  # column → N cells


def join_cells(columns: Sequence[Sequence[Any]]) -> Sequence[Any]:
    """The cells of each row joined by a line break, missing and empty ones left out.

    Args:
        columns: one sequence of N cells a column.

    Returns:
        N texts; None where a row has no text in any column. A single column stays as it is.
    """
    if len(columns) == 1:
        return columns[0]
    rows = zip(*columns, strict=True)
    return ["\n".join(cell for cell in row if cell) if any(row) else None for row in rows]


def count(cells: Cells) -> int:
    """N."""
    return len(next(iter(cells.values())))


def take(cells: Cells, rows: slice | Iterable[int]) -> dict[str, list[Any]]:
    """Some of the rows: a slice of them, or those with the given numbers."""
    if isinstance(rows, slice):
        return {name: list(column[rows]) for name, column in cells.items()}
    at = list(rows)
    return {name: [column[i] for i in at] for name, column in cells.items()}


def stack(batches: Iterable[Cells]) -> dict[str, list[Any]]:
    """Batches of rows one below the other."""
    out: dict[str, list[Any]] = {}
    for batch in batches:
        for name, column in batch.items():
            out.setdefault(name, []).extend(column)
    return out


def slices(cells: Cells, rows: int) -> list[dict[str, list[Any]]]:
    """The rows in batches of at most so many; one empty batch where there are none."""
    return [take(cells, slice(at, at + rows)) for at in range(0, max(count(cells), 1), rows)]
