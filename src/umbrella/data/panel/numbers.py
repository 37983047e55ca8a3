"""Value columns as float64: a missing cell is NaN, and a cell that is no finite number an error."""

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from umbrella.base.catalogue import sentence
from umbrella.base.errors import DataError
from umbrella.data.kinds import to_numbers
from umbrella.data.panel.cells import BATCH, written
from umbrella.data.panel.finding import Finding
from umbrella.data.table import Table

GROUPED = r"^[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?$"  # 1,234,567.8
INFINITE = r"(?i)^[+-]?(?:inf|infinity|1\.#inf|∞)$"
SHOWN = 40  # characters of a cell in a message


def read_values(
    table: Table, columns: Sequence[str]
) -> tuple[NDArray[np.float64], tuple[Finding, ...]]:
    """Columns side by side, [N, F], rows in file order, and what was repaired.

    Args:
        table: holds them.
        columns: F names.

    Raises:
        DataError: a cell is infinite or no number; the message names the first row.
    """
    values = np.empty((table.rows, len(columns)))
    grouped = dict.fromkeys(columns, 0)
    start = 0
    for frame in table.raw_batches(columns, BATCH):
        for at, name in enumerate(columns):
            cells = written(table, frame[name], "number")
            numbers, repaired = _numbers(cells, table.name, name, start)
            values[start : start + frame.height, at] = numbers
            grouped[name] += repaired
        start += frame.height
    said = (
        Finding("format", sentence("series.grouped", name=name, count=count))
        for name, count in grouped.items()
        if count
    )
    return values, tuple(said)


def _numbers(
    cells: pl.Series, table: str, column: str, start: int
) -> tuple[NDArray[np.float64], int]:
    """Float64 of some cells, NaN where null, and how many had marks between thousands."""
    numbers = cells.cast(pl.Float64, strict=False)
    odd = (cells.is_not_null() & ~numbers.is_finite().fill_null(False)).to_numpy()
    found = numbers.fill_null(float("nan")).to_numpy()
    if not odd.any():
        return found, 0
    at = np.flatnonzero(odd)
    strange = cells.gather(at).str.strip_chars()
    grouped = strange.str.contains(GROUPED)
    again = to_numbers(
        pl.select(
            pl.when(grouped).then(strange.str.replace_all(",", "")).otherwise(strange)
        ).to_series()
    )
    if again.null_count():
        first = int(again.is_null().arg_max() or 0)
        _refuse(strange[first], table, column, start + int(at[first]) + 1)
    found = found.copy()
    found[at] = again.to_numpy()
    return found, int(grouped.sum())


def _refuse(cell: str, table: str, column: str, row: int) -> None:
    numeric = pl.Series([cell]).cast(pl.Float64, strict=False).is_not_null().all()
    infinite = numeric or pl.Series([cell]).str.contains(INFINITE).all()
    what = "is infinite" if infinite else "is no number"
    how = (
        "Correct it, or leave the cell empty where the value is not known"
        if infinite
        else "Write it in digits with a point (1234.5), without unit or percent sign, leave the "
        "cell empty where it is not known, or leave the column out"
    )
    raise DataError(
        f"{table}: row {row:,} of column {column!r} {what}: {cell[:SHOWN]!r}. A series needs "
        f"finite numbers. {how}. Rows count from 1, without the header."
    )
