"""Days of the week and of the month that stamps lie on."""

import numpy as np
from numpy.typing import NDArray

from umbrella.data.panel.frequency import DAY
from umbrella.data.panel.order import Order
from umbrella.data.panel.zones import to_wall

RARE = 0.01  # share of rows on a weekday below which it has none: special sessions
LIKE = 0.8  # share of stamps on a weekday beside the month's end from which on it is their day


def weekdays_of(order: Order, zone: str | None) -> NDArray[np.bool_]:
    """Which weekdays each series has, [S, 7], Monday first."""
    size = len(order.offsets) - 1
    weekday = (to_wall(order.stamps, zone) // DAY + 3) % 7
    counts = np.bincount(order.series * np.int64(7) + weekday, minlength=7 * size).reshape(size, 7)
    return counts > RARE * counts.sum(axis=1, keepdims=True)


def weekmask_of(order: Order, zone: str | None) -> str:
    """The weekdays that any series has, as Frequency has them."""
    present = weekdays_of(order, zone).sum(axis=0)
    return "".join("1" if series else "0" for series in present)


def anchor_of(wall: NDArray[np.int64]) -> int:
    """The day of the month that stamps lie on; see Frequency."""
    days = (wall // DAY).astype("datetime64[D]")
    first = days.astype("datetime64[M]")
    last = (first + 1).astype("datetime64[D]") - 1
    start = first.astype("datetime64[D]")
    number = (days - start).astype(np.int64) + 1
    length = (last - start).astype(np.int64) + 1
    high = int(number.max())
    if (days == last).all():
        return 0
    if (number == np.minimum(high, length)).all():
        return high
    if (days == np.busday_offset(last, 0, roll="backward")).mean() >= LIKE:
        return -1
    if (days == np.busday_offset(start, 0, roll="forward")).mean() >= LIKE:
        return -2
    return int(np.argmax(np.bincount(number)))
