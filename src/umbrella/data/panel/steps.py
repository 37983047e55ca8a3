"""How many steps of a frequency lie between rows."""

import numpy as np
from numpy.typing import NDArray

from umbrella.base.errors import DataError
from umbrella.data.panel.frequency import (
    DAY,
    FIXED,
    MONTHS,
    Frequency,
    irregular,
    month_of,
    named,
    of,
)
from umbrella.data.panel.order import Order
from umbrella.data.panel.weekdays import anchor_of, weekmask_of
from umbrella.data.panel.zones import to_wall

Stamps = NDArray[np.int64]
TOLERANCE = 0.25  # of a step, that a stamp may be late: a holiday moves a week's stamp by a day
EMPTY = 10  # rows put in for one that is there, at most, even where the caller names the step
OFF = 0.05  # share of stamps off the grid from which on there is none


def steps_between(
    frequency: Frequency, order: Order, zone: str | None
) -> tuple[Stamps, NDArray[np.bool_]]:
    """Steps from the row before, [N], 1 for the first of a series; and whether they are not whole.

    Business days are counted by the days that any series has, so a holiday is no step.
    """
    if not frequency.regular:
        return np.ones(len(order.stamps), np.int64), np.zeros(len(order.stamps), np.bool_)
    at = to_wall(order.stamps, zone) if frequency.on_wall else order.stamps
    if frequency.code == "business day":
        days = at // DAY
        position = np.searchsorted(np.unique(days), days)
        steps, off = _divided(position, frequency.multiple)
    elif frequency.code in MONTHS:
        steps, off = _divided(month_of(at), MONTHS[frequency.code] * frequency.multiple)
    else:
        distance = np.diff(at, prepend=at[:1])
        steps = (distance + frequency.step // 2) // frequency.step
        off = np.abs(distance - steps * frequency.step) > TOLERANCE * frequency.step
        off |= steps < 1
    first = order.first
    return np.where(first, 1, np.maximum(steps, 1)), off & ~first


def inexact(frequency: Frequency, order: Order, zone: str | None) -> NDArray[np.bool_]:
    """Whether a row lies a little off the step, as clocks do that drift, [N]."""
    if frequency.code not in FIXED:
        return np.zeros(len(order.stamps), np.bool_)
    at = to_wall(order.stamps, zone) if frequency.on_wall else order.stamps
    return (np.diff(at, prepend=at[:1]) % frequency.step != 0) & ~order.first


def _divided(position: Stamps, multiple: int) -> tuple[Stamps, NDArray[np.bool_]]:
    distance = np.diff(position, prepend=position[:1])
    return distance // multiple, (distance % multiple != 0) | (distance < 1)


def settle(text: str, order: Order, zone: str | None, table: str) -> Frequency:
    """The frequency that the caller names, fitted to the stamps.

    Raises:
        ConfigError: no frequency is called so.
        DataError: the stamps do not step by it, or hardly a step would have a row.
    """
    asked = named(text)
    if asked.code in MONTHS:
        asked = of(asked.code, asked.multiple, anchor=anchor_of(to_wall(order.stamps, zone)))
    elif asked.code == "business day":
        asked = of(asked.code, asked.multiple, weekmask=weekmask_of(order, zone))
    elif asked.code == "irregular":
        inner = ~order.first
        distance = np.diff(order.stamps, prepend=order.stamps[:1])[inner]
        return irregular(int(np.median(distance)) if len(distance) else 1)
    steps, off = steps_between(asked, order, zone)
    if (missing := int((steps - 1).sum())) > EMPTY * len(order.rows):
        raise DataError(
            f"{table}: with frequency={text!r}, {missing:,} empty rows would stand beside "
            f"{len(order.rows):,} with values. Leave frequency out to have it found, name a longer "
            "one, or name frequency='irregular'."
        )
    if off.sum() > OFF * len(order.rows):
        at = int(np.flatnonzero(off)[0])
        one, two = (of("day").written(int(order.stamps[i]), zone) for i in (at - 1, at))
        rows = sorted((int(order.rows[at - 1]) + 1, int(order.rows[at]) + 1))
        raise DataError(
            f"{table}: the stamps do not step by {text!r}: rows {rows[0]:,} and {rows[1]:,} lie "
            f"at {one} and {two}. Leave frequency out to have it found, add up the rows of each "
            f"{text} first, or name frequency='irregular'. Rows count from 1, without the header."
        )
    return asked
