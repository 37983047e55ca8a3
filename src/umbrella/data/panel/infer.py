"""Which step the rows of all series have: the commonest distance, or that of the calendar."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from umbrella.base.catalogue import sentence
from umbrella.base.errors import DataError
from umbrella.data.panel.finding import Finding
from umbrella.data.panel.frequency import DAY, FIXED, MONTH, MONTHS, Frequency, irregular, of
from umbrella.data.panel.order import Order
from umbrella.data.panel.steps import OFF, steps_between
from umbrella.data.panel.weekdays import anchor_of, weekdays_of, weekmask_of
from umbrella.data.panel.zones import to_wall

Stamps = NDArray[np.int64]
MODAL = 0.5  # share of one distance below which a series has none
VOTES = 3  # distances from which on a series has a say
LONG = 20 * 3_600_000_000  # from this distance on, days are counted on the wall
CALENDAR = 27.5 * DAY  # from this one on, months are
CHANCE = 0.01  # of lacking weekdays without meaning to, below which they are free days
SAMPLE = 100_000  # distances that tell their median
WEEK = 7  # days that a series needs to show its weekdays
NO_SAY, IRREGULAR = -1, 0
AS_MONTHS = 1 << 60  # added to a number of months


def find_frequency(
    order: Order, zone: str | None, ids: tuple[str, ...], hint: str, table: str
) -> tuple[Frequency, tuple[Finding, ...]]:
    """The step that most distances have, the same in every series; and why, where there is none.

    Args:
        order: no stamp twice in a series.
        zone: of the stamps.
        ids: S names, for messages.
        hint: the code that the cells' style is made for, or "".
        table: its name, for messages.

    Raises:
        DataError: no series has two rows, or two series have different steps.
    """
    distance = np.diff(order.stamps, prepend=order.stamps[:1])
    inner = ~order.first
    if not inner.any():
        raise DataError(
            f"{table}: no series has two rows, so nothing can be forecast. Name the column of "
            "time and, if there are several series, the column that tells them apart (ids)."
        )
    middle = _middle(distance[inner])
    if hint != "step" and zone is not None and middle >= LONG:
        distance = np.diff(to_wall(order.stamps, zone), prepend=order.stamps[:1])
    classes = _classes(order, distance, inner, zone, hint)
    voting = classes >= 0
    kinds, counts = np.unique(classes[voting], return_counts=True)
    best = int(kinds[np.argmax(counts)])
    frequency = _frequency(best, order, zone, hint, middle)
    if not frequency.regular:
        return frequency, ()
    steps, off = steps_between(frequency, order, zone)
    _refuse_mixed(frequency, classes, best, off, order, zone, ids, table)
    rows, missing = len(order.rows), int((steps - 1).sum())
    said = {"every": frequency.said(), "rows": rows}
    if off.sum() > OFF * rows:
        text = sentence("series.unsteady", count=int(off.sum()), **said)
    elif missing > rows:
        text = sentence("series.sparse", count=missing, **said)
    else:
        return frequency, ()
    return irregular(middle), (Finding("irregular", text),)


def _middle(distance: Stamps) -> int:
    """The median, of an even sample where there are many."""
    return int(np.median(distance[:: max(len(distance) // SAMPLE, 1)]))


def _classes(
    order: Order, distance: Stamps, inner: NDArray[np.bool_], zone: str | None, hint: str
) -> Stamps:
    """What each series steps by, [S].

    A class is a distance in microseconds, AS_MONTHS + months, IRREGULAR or NO_SAY. Business days
    are one day less a microsecond, so that they sort beside days and differ from them.
    """
    size = len(order.offsets) - 1
    frame = pl.DataFrame({"s": order.series[inner], "d": distance[inner]})
    counts = frame.group_by("s", "d").agg(pl.len().alias("n"))
    counts = counts.sort("s", "n", "d", descending=[False, True, False])
    counts = counts.unique("s", keep="first", maintain_order=True)
    at = counts["s"].to_numpy()
    modal, share = np.zeros(size, np.int64), np.zeros(size)
    modal[at] = counts["d"].to_numpy()
    many = np.diff(order.offsets) - 1
    share[at] = counts["n"].to_numpy() / many[at]
    voting = many >= min(VOTES, int(many.max()))
    classes = np.where(share >= MODAL, modal, IRREGULAR)
    if hint != "step":
        months = np.maximum(np.round(modal / MONTH), 1).astype(np.int64)
        near = np.abs(modal - months * MONTH) <= 3 * DAY * np.sqrt(months)
        exact = (share >= 0.9) & (many >= 12)  # every four weeks for a year is no month
        classes = np.where((modal >= CALENDAR) & near & ~exact, AS_MONTHS + months, classes)
        classes = _mark_business(classes, order, zone, voting)
    return np.where(voting, classes, NO_SAY)


def _mark_business(
    classes: Stamps, order: Order, zone: str | None, voting: NDArray[np.bool_]
) -> Stamps:
    """Days become business days where weekdays have no rows, NO_SAY where that cannot be seen.

    A series with holes lacks a weekday by chance too: that it lacks all of them must be improbable,
    or the other weekdays complete.
    """
    daily = classes == DAY
    if not daily.any():
        return classes
    there = weekdays_of(order, zone)
    days = to_wall(order.stamps, zone) // DAY
    first, last = days[order.offsets[:-1], None], days[order.offsets[1:] - 1, None]
    number = np.arange(7)
    in_span = (last + 3 - number) // 7 - (first + 2 - number) // 7  # of each weekday, [S, 7]
    absent, full = (in_span * ~there).sum(axis=1), (in_span * there).sum(axis=1)
    rows = np.diff(order.offsets)
    by_chance = (1 - np.minimum(rows / (absent + full), 1)) ** absent
    sure = (absent >= 2) & ((by_chance < CHANCE) | (rows >= full))
    business = daily & sure & (there.sum(axis=1) >= 3)
    if business.any():  # one with holes steps like the others if it has no row on their free days
        business |= daily & ~(there & ~there[business].any(axis=0)).any(axis=1)
    seen = (last - first)[:, 0] >= WEEK
    marked = np.where(business, DAY - 1, classes)
    return np.where(daily & ~seen, NO_SAY, marked) if (daily & seen & voting).any() else marked


def _frequency(best: int, order: Order, zone: str | None, hint: str, middle: int) -> Frequency:
    if best == IRREGULAR:
        return irregular(middle)
    if hint == "step":
        return of("step", best)
    if best == DAY - 1:
        return of("business day", weekmask=weekmask_of(order, zone))
    if best >= AS_MONTHS:
        return _by_months(best - AS_MONTHS, order, zone)
    for code in reversed(list(FIXED)):
        if best % FIXED[code] == 0:
            return of(code, best // FIXED[code])
    return irregular(middle)


def _by_months(months: int, order: Order, zone: str | None) -> Frequency:
    anchor = anchor_of(to_wall(order.stamps, zone))
    for code in ("year", "quarter"):
        if months % MONTHS[code] == 0:
            return of(code, months // MONTHS[code], anchor=anchor)
    return of("month", months, anchor=anchor)


def _refuse_mixed(
    frequency: Frequency,
    classes: Stamps,
    best: int,
    off: NDArray[np.bool_],
    order: Order,
    zone: str | None,
    ids: tuple[str, ...],
    table: str,
) -> None:
    """Raise where series step differently, holes in them aside."""
    wrong = np.bincount(order.series[off], minlength=len(ids)) > OFF * np.diff(order.offsets)
    odd = (classes >= 0) & (classes != best) & ((classes != IRREGULAR) | wrong)
    if not odd.any():
        return
    other = int(np.flatnonzero(odd)[0])
    usual = int(np.flatnonzero(classes == best)[0])
    its = _frequency(int(classes[other]), order, zone, "", 1)
    raise DataError(
        f"{table}: series step differently: {ids[usual]!r} {frequency.said().say('en')}, "
        f"{ids[other]!r} {its.said().say('en')} ({int(odd.sum()):,} of {len(ids):,} series do not "
        "step like most). Keep those that step alike, each kind in a table of its own, or add "
        "up the finer ones first."
    )
