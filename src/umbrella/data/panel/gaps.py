"""Stamps that are missing get a row of NaN, so that a step back is a step back in time."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from umbrella.base.catalogue import sentence
from umbrella.data.panel.finding import Finding, shown
from umbrella.data.panel.frequency import DAY, Frequency
from umbrella.data.panel.order import Order
from umbrella.data.panel.steps import inexact, steps_between
from umbrella.data.panel.zones import guess_zone, to_utc, to_wall

Stamps = NDArray[np.int64]
CLOSED = 10  # weekdays without a row in any series that are worth a word
SUB_DAY = ("microsecond", "millisecond", "second", "minute", "hour")


@dataclass(frozen=True)
class Filled:
    """Rows with those put in.

    Args:
        order: rows are -1 where they were put in.
        values: [N, F].
        findings: what was put in.
    """

    order: Order
    values: NDArray[np.float64]
    findings: tuple[Finding, ...] = ()


def fill_gaps(
    order: Order,
    values: NDArray[np.float64],
    frequency: Frequency,
    zone: str | None,
    ids: tuple[str, ...],
) -> Filled:
    """Put in what is missing between the first and the last row of each series.

    Args:
        order: no stamp twice in a series.
        values: [N, F] in that order.
        frequency: an irregular one has no gaps.
        zone: of the stamps.
        ids: S names.
    """
    steps, off = steps_between(frequency, order, zone)
    late = _say_off(order, off | inexact(frequency, order, zone), frequency, zone)
    closed = _say_closed(order, frequency, zone)
    gaps = np.flatnonzero(steps > 1)
    if not len(gaps):
        return Filled(order, values, (*late, *closed))
    place = np.cumsum(steps) - 1  # where each row goes
    absent = steps[gaps] - 1
    source = np.repeat(gaps - 1, absent)  # the row before, of each row that is put in
    ends = np.cumsum(absent)
    ahead = np.arange(ends[-1]) - np.repeat(ends - absent, absent) + 1
    stamps_in = _between(order, source, ahead, frequency, zone)
    total = int(place[-1]) + 1
    inside = np.ones(total, np.bool_)
    inside[place] = False
    grown = np.full((total, values.shape[1]), np.nan)
    grown[place] = values
    rows = np.full(total, -1, np.int64)
    rows[place] = order.rows
    stamps = np.empty(total, np.int64)
    stamps[place], stamps[inside] = order.stamps, stamps_in
    offsets = np.concatenate([[0], np.cumsum(steps)[order.offsets[1:] - 1]])
    found = _say_gaps(order, gaps, absent, stamps_in, frequency, zone, ids)
    return Filled(Order(rows, stamps, offsets), grown, (*late, *closed, *found))


def _between(
    order: Order, source: Stamps, ahead: Stamps, frequency: Frequency, zone: str | None
) -> Stamps:
    """Stamps so many steps after some rows."""
    if frequency.code != "business day":
        return frequency.shift(order.stamps[source], ahead, zone)
    wall = to_wall(order.stamps, zone)
    days, clock = wall // DAY, wall % DAY
    calendar = np.unique(days)
    at = np.searchsorted(calendar, days[source]) + ahead * frequency.multiple
    return to_utc(calendar[at] * DAY + clock[source], zone)


def _say_gaps(
    order: Order,
    gaps: Stamps,
    absent: Stamps,
    stamps_in: Stamps,
    frequency: Frequency,
    zone: str | None,
    ids: tuple[str, ...],
) -> tuple[Finding, ...]:
    clock = None
    if zone is None and frequency.code in SUB_DAY:
        clock = guess_zone(stamps_in[:0], stamps_in)
    longest = int(np.argmax(absent))
    first = int(np.cumsum(absent)[longest] - absent[longest])
    last = first + int(absent[longest]) - 1
    series = order.series
    names = tuple(ids[at] for at in np.unique(series[gaps]))
    said = {
        "count": len(stamps_in),
        "most": int(absent[longest]),
        "start": frequency.written(int(stamps_in[first]), zone),
        "end": frequency.written(int(stamps_in[last]), zone),
    }
    where = tuple(int(stamp) for stamp in stamps_in[:100])
    if clock is not None:
        said_clock = sentence("series.clock.absent", count=len(stamps_in), zone=clock)
        return (Finding("clock", said_clock, names, where),)
    if len(ids) == 1:
        return (Finding("gaps", sentence("series.gaps", **said), names, where),)
    name = ids[int(series[gaps[longest]])]
    text = sentence("series.gaps_in", series=len(names), name=name, **said)
    return (Finding("gaps", text, names, where),)


def _say_off(
    order: Order, off: NDArray[np.bool_], frequency: Frequency, zone: str | None
) -> tuple[Finding, ...]:
    if not off.any():
        return ()
    where = order.stamps[off]
    first = frequency.written(int(where[0]), zone)
    text = sentence("series.off", count=len(where), every=frequency.said(), first=first)
    return (Finding("off", text, stamps=tuple(int(stamp) for stamp in where[:100])),)


def _say_closed(order: Order, frequency: Frequency, zone: str | None) -> tuple[Finding, ...]:
    """Days of trade without a row in any series: holidays, or weeks, which are more than that."""
    if frequency.code != "business day":
        return ()
    days = np.unique(to_wall(order.stamps, zone) // DAY).astype("datetime64[D]")
    between = np.busday_count(days[:-1], days[1:], weekmask=frequency.weekmask) - 1
    if not len(between) or between.max() < 1:
        return ()
    at = int(np.argmax(between))
    if between[at] < CLOSED:
        first = days[int(np.argmax(between > 0))] + 1
        first = np.busday_offset(first, 0, roll="forward", weekmask=frequency.weekmask)
        text = sentence("series.holidays", count=int(between.sum()), first=str(first))
        return (Finding("holidays", text, stamps=(int(first.astype(np.int64)) * DAY,)),)
    one, two = str(days[at]), str(days[at + 1])
    text = sentence("series.closed", count=int(between[at]), start=one, end=two)
    return (Finding("closed", text, stamps=(int(days[at].astype(np.int64)) * DAY,)),)


def drop_short(
    order: Order, least: int, ids: tuple[str, ...]
) -> tuple[NDArray[np.bool_], tuple[Finding, ...]]:
    """Which series have fewer rows than are needed, [S], and what is said of them."""
    short = np.diff(order.offsets) < least
    if not short.any():
        return short, ()
    names = tuple(name for name, is_short in zip(ids, short, strict=True) if is_short)
    text = sentence("series.short", count=len(names), least=least, names=shown(names))
    return short, (Finding("short", text, names),)
