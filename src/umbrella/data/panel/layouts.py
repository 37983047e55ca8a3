"""Other shapes than one row a stamp: a series a column, and a series a row."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from umbrella.base.catalogue import sentence
from umbrella.base.errors import DataError
from umbrella.data.panel.cells import Cells, read_cells
from umbrella.data.panel.finding import Finding
from umbrella.data.panel.gaps import drop_short
from umbrella.data.panel.numbers import read_values
from umbrella.data.panel.order import Order
from umbrella.data.panel.panel import Panel
from umbrella.data.panel.stamps import Place, Stamped, read_stamps
from umbrella.data.table import Table

VALUE = "value"  # what the column of a panel is called whose series were columns or rows


def split_columns(panel: Panel) -> Panel:
    """Each target its own series: a table of several columns becomes a panel of several series.

    Other columns are shared. Without them, rows before a series' first value and after its last
    are left out.

    Args:
        panel: a single series whose targets become the series.
    """
    count = panel.targets
    shared = panel.values[:, count:]
    parts, stamps, rows = [], [], []
    for at in range(count):
        own = panel.values[:, at]
        part = _filled_part(own) if not shared.shape[1] else slice(0, len(own))
        parts.append(np.column_stack([own[part], shared[part]]))
        stamps.append(panel.stamps[part])
        rows.append(panel.rows[part])
    empty = [name for name, part in zip(panel.columns, parts, strict=False) if not len(part)]
    if empty:
        raise DataError(f"{panel.name}: column {empty[0]!r} has no value in any row. Leave it out.")
    return replace(
        panel,
        ids=panel.columns[:count],
        columns=(VALUE, *panel.columns[count:]),
        values=np.concatenate(parts),
        offsets=np.concatenate([[0], np.cumsum([len(part) for part in parts])]),
        stamps=np.concatenate(stamps),
        rows=np.concatenate(rows),
        targets=1,
        layout="wide",
    )


def _filled_part(values: NDArray[np.float64]) -> slice:
    there = np.flatnonzero(~np.isnan(values))
    return slice(int(there[0]), int(there[-1]) + 1) if len(there) else slice(0, 0)


def read_rows(
    table: Table, steps: Sequence[str], ids: str | None, least: int, day_first: bool | None
) -> tuple[Order, NDArray[np.float64], tuple[str, ...], Stamped, tuple[Finding, ...]]:
    """Each row a series, each column a step; cells empty before the start and after the end.

    Args:
        table: of one series a row.
        steps: columns in the order of time.
        ids: names the series; numbered from 1 if None.
        least: values that a series needs.
        day_first: of dates that name the columns.

    Returns:
        Rows laid end to end, [N]; values [N, 1]; names of the series; stamps by column; findings.

    Raises:
        DataError: a cell is no number, two rows have one name, or no series is long enough.
    """
    names = _names(table, ids)
    cells, findings = read_values(table, steps)
    there = ~np.isnan(cells)
    last = cells.shape[1] - np.argmax(there[:, ::-1], axis=1)
    first = np.argmax(there, axis=1)
    lengths = np.where(there.any(axis=1), last - first, 0)
    order = Order(np.zeros(0, np.int64), np.zeros(0, np.int64), _offsets(lengths))
    short, dropped = drop_short(order, least, names)
    if short.all():
        raise DataError(
            f"{table.name}: no row has {least} values, so no series can be forecast. Name the "
            "columns of steps as targets."
        )
    kept = np.flatnonzero(~short)
    lengths = lengths[kept]
    offsets = _offsets(lengths)
    rows = np.repeat(kept, lengths)
    at = np.arange(offsets[-1]) - np.repeat(offsets[:-1], lengths) + np.repeat(first[kept], lengths)
    stamped = _stamps(table, steps, day_first)
    values = cells[rows, at][:, None]
    order = Order(rows, stamped.stamps[at], offsets)
    return order, values, tuple(names[k] for k in kept), stamped, (*findings, *dropped)


def _offsets(lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)


def _names(table: Table, ids: str | None) -> tuple[str, ...]:
    if ids is None:
        return tuple(str(at) for at in range(1, table.rows + 1))
    cells = read_cells(table, [ids], "category")
    if len(cells.different) < table.rows or (cells.codes < 0).any():
        raise DataError(
            f"{table.name}: column {ids!r} must name every series once: {len(cells.different):,} "
            f"names stand in {table.rows:,} rows. Name another column as ids, or none."
        )
    return tuple(cells.different.to_list())


def _stamps(table: Table, steps: Sequence[str], day_first: bool | None) -> Stamped:
    """The columns' names as dates, where all of them are, else a count of steps."""
    different = pl.Series(list(steps))
    numbers = np.arange(len(steps))
    try:
        place = Place(table.name, "names of the columns", day_first)
        found = read_stamps(Cells(different, numbers, numbers.astype(np.int32)), place)
    except DataError:
        found = Stamped(numbers.astype(np.int64), step="step")
    rising = bool((np.diff(found.stamps) > 0).all())
    if found.step != "step" and rising:
        return found
    said = Finding("format", sentence("series.counted_steps"))
    return Stamped(numbers.astype(np.int64), step="step", findings=(said,))
