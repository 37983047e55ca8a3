"""Which series a row belongs to, and which stamp it has."""

import numpy as np
from numpy.typing import NDArray

from umbrella.base.catalogue import sentence
from umbrella.base.errors import DataError
from umbrella.data.panel.asked import Asked
from umbrella.data.panel.cells import Cells, read_cells
from umbrella.data.panel.finding import Finding
from umbrella.data.panel.roles import ROLE_OF, plain
from umbrella.data.panel.stamps import Place, Stamped, read_stamps
from umbrella.data.table import Table


def series_of(table: Table, asked: Asked) -> tuple[NDArray[np.int32], tuple[str, ...]]:
    """Number of the series of each row, [N], and their names in order of appearance."""
    if asked.ids is None:
        return np.zeros(table.rows, np.int32), ("",)
    cells = read_cells(table, [asked.ids], "category")
    if (cells.codes < 0).any():
        _refuse_missing(table, asked.ids, cells, "tells series apart")
    return cells.codes, tuple(cells.different.to_list())


def times_of(
    table: Table, asked: Asked, series: NDArray[np.int32]
) -> tuple[Stamped, NDArray[np.int32]]:
    """Different stamps, and which of them each row has, [N]."""
    if not asked.time:
        by_series = np.argsort(series, kind="stable")
        lengths = np.bincount(series)
        codes = np.empty(len(series), np.int32)
        starts = np.repeat(np.cumsum(lengths) - lengths, lengths)
        codes[by_series] = np.arange(len(series)) - starts
        said = Finding("format", sentence("series.counted_rows"))
        stamps = np.arange(int(lengths.max(initial=0)), dtype=np.int64)
        return Stamped(stamps, step="step", findings=(said,)), codes
    cells = read_cells(table, asked.time)
    if (cells.codes < 0).any():
        _refuse_missing(table, " + ".join(asked.time), cells, "is the time")
    if hint := table.header_hint():
        raise DataError(f"{table.name}: row 1 holds words alone, and no time.{hint}")
    place = Place(table.name, " + ".join(asked.time), asked.day_first)
    return read_stamps(cells, place), cells.codes


def _refuse_missing(table: Table, column: str, cells: Cells, what: str) -> None:
    missing = np.flatnonzero(cells.codes < 0)
    more = f" (and {len(missing) - 1:,} more)" if len(missing) > 1 else ""
    raise DataError(
        f"{table.name}: row {missing[0] + 1:,}{more} is empty in column {column!r}, which {what}. "
        "Fill it in or take the row out. Rows count from 1, without the header."
    )


def hint_of(table: Table, asked: Asked) -> str:
    """A column that might tell series apart, for a message."""
    if asked.ids is not None:
        return ""
    free = (name for name in table.columns if name not in (*asked.columns, *asked.time))
    return next((name for name in free if ROLE_OF.get(plain(name)) == "ids"), "")
