"""Where an axis of dates has its ticks, and what stands below: whole hours, days, months, years.

Dates come as they are written for people, one a step: 2019Q3, 1949-01, 2024-01-05 13:30, or a
number of a step. Steps may leave days out, as those of business days do.

Letters: T steps, n ticks.
"""

import re
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

LETTERS = 56  # that stand side by side below the axis
LEFT, RIGHT = 9, 2  # letters that may stick out of it
FEW, MANY = 3, 7  # ticks of an axis
DAY = 86_400
WRITTEN = re.compile(
    r"(\d{4,})(?:Q([1-4])|-(\d\d)(?:-(\d\d)(?:[ T](\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?)?)?)?"
)
CLOCK = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200)
DAYS = (1, 2, 4, 7, 14)
MONTHS = (1, 3, 6, *(12 * years for k in (1, 10, 100, 1_000) for years in (k, 2 * k, 5 * k)))
Made = tuple[NDArray[np.int64], list[str]]


def ticks(dates: Sequence[str]) -> tuple[NDArray[np.int64], list[str], str]:
    """Places and labels of ticks, and how the last label is aligned.

    Args:
        dates: [T], one or more.

    Returns:
        Places [n], labels [n], and "center" or "right".
    """
    for places, labels in _choices(dates):
        if FEW <= len(places) <= MANY and (side := _side(places, labels, len(dates))):
            return places, labels, side
    ends = np.unique([0, len(dates) - 1])
    return ends, [dates[at] for at in ends.tolist()], "right" if len(ends) > 1 else "center"


def _side(places: NDArray[np.int64], labels: Sequence[str], steps: int) -> str:
    """How the last label is aligned; "" where labels would run into each other."""
    middle = places / max(steps - 1, 1) * LETTERS
    sizes = np.array([len(label) for label in labels])
    starts, stops = middle - sizes / 2, middle + sizes / 2
    over = stops[-1] > LETTERS + RIGHT
    if over:
        starts[-1], stops[-1] = middle[-1] - sizes[-1], middle[-1]
    apart = bool((starts[1:] - stops[:-1] >= 2).all()) and bool(starts[0] >= -LEFT)
    return ("right" if over else "center") if apart else ""


def _choices(dates: Sequence[str]) -> Iterator[Made]:
    """Ways to set ticks, the finest first."""
    found = [WRITTEN.fullmatch(date) for date in dates]
    if all(date.isdecimal() for date in dates) and not _are_years(dates):
        yield from _counted(np.array([int(date) for date in dates]))
        return
    parts = [one.groups() for one in found if one]
    if len(parts) < len(dates):
        return
    quarters = parts[0][1] is not None
    texts = [
        f"{year}-{f'{3 * int(quarter) - 2:02}' if quarter else month or '01'}-{day or '01'}"
        f"T{hour or '00'}:{minute or '00'}:{second or '00'}"
        for year, quarter, month, day, hour, minute, second in parts
    ]
    moments = np.array(texts, "datetime64[s]")
    by_day = parts[0][2] is not None and parts[0][3] is not None
    if by_day:
        yield from _by_clock(moments, "year")
    months = moments.astype("datetime64[M]").astype(np.int64)
    whole = moments == moments.astype("datetime64[M]")
    for each in MONTHS:
        places = _turns(months // each, bool(whole[0]) and months[0] % each == 0)
        yield places, [_month(int(months[at]), each, quarters) for at in places.tolist()]
    if by_day:  # rather no year than two ticks
        yield from _by_clock(moments, "")


def _are_years(dates: Sequence[str]) -> bool:
    return all(len(date) == 4 for date in dates) and 1_500 < int(dates[0]) < 2_500


def _counted(steps: NDArray[np.int64]) -> Iterator[Made]:
    """Round numbers of steps."""
    for each in (k * 10**power for power in range(12) for k in (1, 2, 5)):
        places = _turns(steps // each, steps[0] % each == 0)
        yield places, [str(steps[at]) for at in places.tolist()]


def _by_clock(moments: NDArray[np.datetime64], begun: str) -> Iterator[Made]:
    """Whole seconds to fortnights; weeks begin on Mondays. A year is named where it begins."""
    seconds = moments.astype(np.int64) + 3 * DAY  # 1970 began on a Thursday
    for each in (*CLOCK, *(DAY * days for days in DAYS)):
        places = _turns(seconds // each, seconds[0] % each == 0)
        labels, last = [], ""
        for at in places.tolist():
            date, clock = str(moments[at]).split("T")
            new = date[:4] != last[:4] if begun else False
            told = [date if new else date[5:]] if date != last else []
            if not told or (each < DAY and clock.strip("0:") and not last):
                told.append(clock if each < 60 else clock[:5])
            labels.append(" ".join(told))
            last = date
        yield places, labels


def _month(month: int, each: int, quarters: bool) -> str:
    year, number = 1970 + month // 12, month % 12
    if each >= 12:
        return str(year)
    return f"{year}Q{number // 3 + 1}" if quarters else f"{year}-{number + 1:02}"


def _turns(bucket: NDArray[np.int64], begins: bool) -> NDArray[np.int64]:
    """Where a step lies in another bucket than the one before; the first where it begins one."""
    places = np.flatnonzero(np.diff(bucket)) + 1
    return np.concatenate([[0], places]) if begins else places
