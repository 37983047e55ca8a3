"""From a table to a panel: read stamps, names and values, order them, find the step, fill gaps."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from umbrella.base.catalogue import sentence
from umbrella.base.errors import ConfigError, DataError
from umbrella.base.limits import LIMITS, Limits
from umbrella.data.panel.asked import Asked, require
from umbrella.data.panel.finding import Finding
from umbrella.data.panel.frequency import Frequency, named
from umbrella.data.panel.gaps import drop_short, fill_gaps
from umbrella.data.panel.infer import find_frequency
from umbrella.data.panel.keys import hint_of, series_of, times_of
from umbrella.data.panel.layouts import read_rows, split_columns
from umbrella.data.panel.looks import look
from umbrella.data.panel.numbers import read_values
from umbrella.data.panel.order import Order, localise, put_in_order, say_unsorted
from umbrella.data.panel.panel import Panel
from umbrella.data.panel.splits import find_splits, market_of
from umbrella.data.panel.steps import settle
from umbrella.data.panel.twice import drop_copies
from umbrella.data.table import Table

LEAST_GAPS = 20  # distances between steps, fewer tell nothing
SCATTERED = 20  # mean distance from which numbers may count nothing


def make_panel(
    table: Table,
    *,
    time: str | Sequence[str] | None,
    targets: Sequence[str] = (),
    ids: str | None = None,
    covariates: Sequence[str] = (),
    frequency: str | None = None,
    layout: str = "long",
    zone: str | None = None,
    least: int = 2,
    day_first: bool | None = None,
    limits: Limits = LIMITS,
) -> Panel:
    """Read a table as series.

    Args:
        table: as `umbrella.data.read.read` gives it.
        time: the column of time, or the columns of its parts (year, month, day, hour; date,
            time); None where rows stand in the order of time and have no date.
        targets: columns to be forecast, first in the panel; with layout "rows" the columns of
            steps, all but `ids` if none is named.
        ids: the column that tells series apart; None for a single series.
        covariates: further columns of numbers.
        frequency: the step, e.g. "hour", "15 minutes", "business day", "irregular"; found if None.
            Where there are no dates, only its usual season counts.
        layout: "long": a row is a stamp of a series. "wide": a row is a stamp, and each target a
            series of its own. "rows": a row is a series.
        zone: where clocks showed times that come without a zone, e.g. "Europe/Berlin": they
            become UTC, and hours that stand twice or are leapt over in a change of the clock are
            told apart.
        least: rows that a series needs, 2 or more; shorter ones are left out and listed.
        day_first: whether 03/04/2024 is in April, where the column cannot tell.
        limits: how much is accepted.

    Raises:
        ConfigError: an unknown layout, frequency or zone, or a column in two roles.
        DataError: whatever is wrong with the data, with rows and a remedy.
    """
    parts = () if time is None else (time,) if isinstance(time, str) else tuple(time)
    asked = Asked(
        parts, tuple(targets), ids, tuple(covariates), frequency, zone, least, day_first, limits
    )
    require(table, asked, layout)
    if layout == "rows":
        return _by_rows(table, asked)
    panel = _by_stamps(table, asked, split=layout == "wide")
    prices, market = market_of(table, panel)
    if layout == "wide":
        panel = split_columns(panel)
        prices = ()
    found = [*look(panel, prices)]
    for name in prices[:1]:
        found += find_splits(panel, name, market)
    return replace(panel, findings=(*panel.findings, *found))


def _by_stamps(table: Table, asked: Asked, *, split: bool) -> Panel:
    """One row a stamp of a series."""
    series, names = series_of(table, asked)
    stamped, codes = times_of(table, asked, series)
    values, repaired = read_values(table, asked.columns)
    order = put_in_order(series, stamped.stamps, codes)
    if stamped.step == "step" and asked.frequency != "irregular":
        _require_counted(order, table, asked)
    del series, codes
    findings = [*stamped.findings, *repaired, *say_unsorted(order, names)]
    zone = stamped.zone
    if asked.zone is not None and stamped.step != "step":
        if zone is None:
            order, said = localise(order, asked.zone)
            findings += said
        zone = asked.zone
    if not (order.rows[1:] > order.rows[:-1]).all():
        values = values[order.rows]
    hint = hint_of(table, asked)
    order, values, said = drop_copies(
        order,
        values,
        names,
        asked.columns,
        table=table.name,
        zone=zone,
        hint=hint,
        code="step" if stamped.step == "step" else "day",
    )
    findings += said
    short, said = drop_short(order, asked.least, names)
    if short.all():
        raise DataError(_too_short(table, asked, len(names)))
    if short.any():
        kept = np.repeat(~short, np.diff(order.offsets))
        order, values = order.without(short), values[kept]
        names = tuple(name for name, gone in zip(names, short, strict=True) if not gone)
        findings += said
    frequency, said = _frequency(order, zone, names, stamped.step, table, asked)
    findings += said
    filled = fill_gaps(order, values, frequency, zone, names)
    order = filled.order
    return Panel(
        ids=names,
        columns=asked.columns,
        values=filled.values,
        offsets=order.offsets,
        stamps=order.stamps,
        frequency=frequency,
        zone=zone,
        rows=order.rows,
        findings=(*findings, *filled.findings),
        targets=len(asked.targets),
        layout="wide" if split else "long",
        name=table.name,
    )


def _require_counted(order: Order, table: Table, asked: Asked) -> None:
    """Refuse numbers as times that count no steps, such as volumes or prices.

    Raises:
        DataError: they lie far apart, and at ever other distances.
    """
    apart = np.diff(order.stamps)
    inside = np.ones(len(apart), bool)
    inside[order.offsets[1:-1] - 1] = False
    apart = apart[inside & (apart > 0)]
    if len(apart) < LEAST_GAPS or apart.sum() < SCATTERED * len(apart):
        return
    commonest = np.unique(apart, return_counts=True)[1].max()
    if commonest >= len(apart) / 4:
        return
    dates = [name for name, kind in table.kinds.items() if kind == "time"]
    named = f"--time {dates[0]}" if dates else "--time COLUMN"
    raise DataError(
        f"{table.name}: the numbers in column {asked.time[0]!r} count no steps: they reach from "
        f"{order.stamps.min():,} to {order.stamps.max():,} in {len(order.stamps):,} rows, nearly "
        f"each at another distance from the next. Name the column of the time: {named}; or "
        f"--time none where rows stand in their order."
    )


def _too_short(table: Table, asked: Asked, series: int) -> str:
    there = "1 row" if table.rows == 1 else f"{table.rows:,} rows"
    how = "Give more rows of the past: a forecast goes on from them."
    if series > 1:
        how = (
            f"Give more rows; or, if column {asked.ids!r} does not tell series apart, fit with "
            f"another one: --series COLUMN."
        )
    return (
        f"{table.name}: no series has {asked.least} rows (there are {series:,} series in {there}), "
        f"so nothing can be forecast. {how}"
    )


def _by_rows(table: Table, asked: Asked) -> Panel:
    """One row a series."""
    others = {asked.ids, *asked.time, *asked.covariates}
    steps = asked.targets or tuple(name for name in table.columns if name not in others)
    if asked.time or asked.covariates:
        raise ConfigError(
            "layout='rows' has no column of time and no covariates: each column is a step. Leave "
            "out time and covariates."
        )
    order, values, names, stamped, findings = read_rows(
        table, steps, asked.ids, asked.least, asked.day_first
    )
    frequency, said = _frequency(order, stamped.zone, names, stamped.step, table, asked)
    filled = fill_gaps(order, values, frequency, stamped.zone, names)
    panel = Panel(
        ids=names,
        columns=("value",),
        values=filled.values,
        offsets=filled.order.offsets,
        stamps=filled.order.stamps,
        frequency=frequency,
        zone=stamped.zone,
        rows=filled.order.rows,
        findings=(
            *stamped.findings,
            *findings,
            *said,
            *filled.findings,
        ),
        layout="rows",
        name=table.name,
    )
    return replace(panel, findings=(*panel.findings, *look(panel)))


def _frequency(
    order: Order,
    zone: str | None,
    names: tuple[str, ...],
    hint: str,
    table: Table,
    asked: Asked,
) -> tuple[Frequency, tuple[Finding, ...]]:
    """The step that is found or named, and what is said of it."""
    if asked.frequency is not None and (hint != "step" or asked.frequency == "irregular"):
        frequency = settle(asked.frequency, order, zone, table.name)
        text = sentence("series.frequency_named", every=frequency.said())
        return frequency, (Finding("frequency", text),)
    frequency, why = find_frequency(order, zone, names, hint, table.name)
    if asked.frequency is not None:  # rows without dates: what is named tells the season only
        frequency = replace(frequency, season=named(asked.frequency).season)
    text = sentence("series.frequency", every=frequency.said())
    if frequency.code == "step" and frequency.season:
        text = sentence("series.step_season", season=frequency.season)
    return frequency, (Finding("frequency", text), *why)
