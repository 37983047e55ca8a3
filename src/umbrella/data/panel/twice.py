"""Two rows of one series with one stamp: copies are dropped, others refused with a reason."""

import numpy as np
from numpy.typing import NDArray

from umbrella.base.catalogue import sentence
from umbrella.base.errors import DataError
from umbrella.data.panel.finding import Finding
from umbrella.data.panel.frequency import of
from umbrella.data.panel.order import Order, same_values
from umbrella.data.panel.zones import LIKELY, is_leapt, is_twice


def drop_copies(
    order: Order,
    values: NDArray[np.float64],
    ids: tuple[str, ...],
    columns: tuple[str, ...],
    *,
    table: str,
    zone: str | None,
    hint: str,
    code: str,
) -> tuple[Order, NDArray[np.float64], tuple[Finding, ...]]:
    """One row a stamp.

    Args:
        order: of the rows.
        values: [N, F] in that order.
        ids: S names.
        columns: F names.
        table: its name, for messages.
        zone: of the stamps.
        hint: a column that would tell series apart, or "".
        code: of the frequency that stamps are written in, for messages.

    Raises:
        DataError: two rows with one stamp differ; the message names them.
    """
    again = np.flatnonzero(order.again)
    if not len(again):
        return order, values, ()
    same = same_values(values, again)
    if not same.all():
        _refuse(order, values, again[~same], ids, columns, table, zone, hint, code)
    keep = np.ones(len(order.rows), np.bool_)
    keep[again] = False
    names = tuple(ids[at] for at in np.unique(order.series[again]))
    where = tuple(int(stamp) for stamp in order.stamps[again[:100]])
    first = sorted((int(order.rows[again[0] - 1]) + 1, int(order.rows[again[0]]) + 1))
    text = sentence("series.copies", count=len(again), one=first[0], two=first[1])
    return order.only(keep), values[keep], (Finding("copies", text, names, where),)


def _refuse(
    order: Order,
    values: NDArray[np.float64],
    pairs: NDArray[np.int64],
    ids: tuple[str, ...],
    columns: tuple[str, ...],
    table: str,
    zone: str | None,
    hint: str,
    code: str,
) -> None:
    at = int(pairs[0])
    one, two = values[at - 1], values[at]
    column = int(np.flatnonzero(~((one == two) | (np.isnan(one) & np.isnan(two))))[0])
    rows = sorted((int(order.rows[at - 1]) + 1, int(order.rows[at]) + 1))
    name = ids[int(order.series[at])]
    when = of(code).written(int(order.stamps[at]), zone)
    of_series = f" of series {name!r}" if name else ""
    more = f" So do {len(pairs) - 1:,} more pairs." if len(pairs) > 1 else ""
    raise DataError(
        f"{table}: rows {rows[0]:,} and {rows[1]:,}{of_series} have one time, {when}, but differ: "
        f"{columns[column]} is {one[column]:g} and {two[column]:g}.{more} "
        f"{_remedy(order, pairs, zone, hint)} Rows count from 1, without the header."
    )


def _remedy(order: Order, pairs: NDArray[np.int64], zone: str | None, hint: str) -> str:
    clock = None if zone else clock_of(order, pairs)
    if clock:
        return (
            f"They look like local times where the clock is put back, as in {clock}: an hour "
            f"stands twice in autumn. Name the zone, e.g. --zone {clock}, and both are kept."
        )
    if hint:
        return f"If column {hint!r} tells series apart, fit with --series {hint!r}. Else keep one."
    if len(order.offsets) == 2:
        return (
            "Keep one row, or, if the table holds several series, name the column that tells them "
            "apart when you fit: --series COLUMN."
        )
    return "Keep one row, e.g. the one that was corrected last."


def clock_of(order: Order, pairs: NDArray[np.int64]) -> str | None:
    """The zone whose changes of the clock explain all times that stand twice."""
    twice = np.unique(order.stamps[pairs])
    there = np.unique(order.stamps)
    fits = (zone for zone in LIKELY if is_twice(twice, zone).all())
    return next((zone for zone in fits if not is_leapt(there, zone).any()), None)
