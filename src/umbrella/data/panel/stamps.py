"""Cells of a time column become stamps, one way for the whole column, or an error names two rows.

Nothing is guessed row by row: a column has one style, one order of day and month, one kind of
number. What was concluded is said in findings.
"""

from dataclasses import dataclass
from typing import NoReturn

import numpy as np
import polars as pl
from numpy.typing import NDArray

from umbrella.base.catalogue import sentence
from umbrella.base.errors import DataError
from umbrella.data.panel.cells import Cells
from umbrella.data.panel.counts import NUMBER, read_counts
from umbrella.data.panel.finding import Finding
from umbrella.data.panel.styles import STYLES, Style, day_and_month, to_moments, whole
from umbrella.data.panel.zones import zone_of_offsets

ALLOWED = (
    "2024-01-05, 2024-01-05 13:30, 2024-01-05T13:30:00+08:00, 2024/1/5, 20240105, 2024-01, "
    "2019Q3, 2024年1月5日, or seconds since 1970"
)
SAMPLE = 1_000
SHOWN = 60  # characters of a cell in a message


@dataclass(frozen=True)
class Stamped:
    """Different cells as stamps.

    Args:
        stamps: [U] microseconds since 1970: UTC where `zone` is not None, else on the wall; of
            steps the steps themselves.
        zone: "UTC", an offset or a name where the cells tell it.
        step: code of the frequency that the style is made for; "" where it leaves that open.
        findings: what was concluded.
    """

    stamps: NDArray[np.int64]
    zone: str | None = None
    step: str = ""
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Place:
    """Where cells come from, for messages.

    Args:
        table: its name.
        column: of the time.
        day_first: the caller's word on 03/04/2024, or None.
    """

    table: str
    column: str
    day_first: bool | None = None


def read_stamps(cells: Cells, place: Place) -> Stamped:
    """Read every different cell.

    Args:
        cells: of the time column; none missing.
        place: for messages.

    Raises:
        DataError: a cell is no moment, two are written in different ways, or day and month
            cannot be told apart.
    """
    different = cells.different
    if not len(different):
        raise DataError(f"{place.table}: column {place.column!r} has no value in any row. {_how()}")
    if different.str.contains(NUMBER).all():
        return _numbers(cells, place)
    style = _find_style(cells, place)
    day_first = _day_first(cells, style, place) if style.swapped else True
    moments = to_moments(different, style, day_first)
    if not moments.right.all():
        at = int(np.flatnonzero(~moments.right)[0])
        _refuse(cells, at, place, "is not in the calendar")
    findings: list[Finding] = []
    if style.counted:
        findings.append(Finding("format", sentence("series.counted_years", name=place.column)))
    if style.swapped:
        key = "series.day_first" if day_first else "series.month_first"
        findings.append(Finding("format", sentence(key, name=place.column)))
    if not moments.zoned.any():
        return Stamped(moments.wall, None, style.step, tuple(findings))
    if not moments.zoned.all():
        with_zone, without = (int(np.flatnonzero(z)[0]) for z in (moments.zoned, ~moments.zoned))
        _two(cells, with_zone, without, place, "one with a time zone and one without")
    utc = moments.wall - moments.offset
    zone, more = _zone(utc, moments.offset)
    return Stamped(utc, zone, style.step, (*findings, *more))


def _numbers(cells: Cells, place: Place) -> Stamped:
    found = read_counts(cells.different)
    if found is None:
        at = cells.different.cast(pl.Float64).to_numpy()
        low, high = int(np.argmin(np.abs(at))), int(np.argmax(np.abs(at)))
        if low == high:
            _refuse(cells, low, place, "is no date")
        _two(cells, low, high, place, "numbers that cannot be dates of one kind")
    key = f"series.number.{found.means}"
    finding = Finding("format", sentence(key, name=place.column))
    said = () if found.means in ("digits", "years") else (finding,)
    return Stamped(found.stamps, "UTC" if found.utc else None, found.step, said)


def _find_style(cells: Cells, place: Place) -> Style:
    """The one that most cells of a sample have; every cell must have it."""
    different = cells.different
    sample = different.gather_every(max(len(different) // SAMPLE, 1))
    counts = [int(sample.str.contains(whole(style)).sum()) for style in STYLES]
    best = STYLES[int(np.argmax(counts))]
    if not max(counts):
        _refuse(cells, 0, place, "is no date")
    fits = different.str.contains(whole(best))
    if not fits.all():
        _refuse_style(cells, best, fits, place)
    return best


def _refuse_style(cells: Cells, best: Style, fits: pl.Series, place: Place) -> NoReturn:
    right, wrong = int(fits.arg_max() or 0), int((~fits).arg_max() or 0)
    cell = cells.different.slice(wrong, 1)
    other = next((style for style in STYLES if cell.str.contains(whole(style)).all()), None)
    if other is None:
        _refuse(cells, wrong, place, f"is no date like {best.example}, which most others are")
    usual, odd = (_rows(cells, fits_one) for fits_one in (fits, ~fits))
    why = f"two formats: {usual:,} rows like {best.example}, {odd:,} of another, {other.example}"
    swapped = next((style.example for style in (best, other) if style.swapped), None)
    how = "Write all of them one way, best like 2024-01-05"
    if swapped is not None:
        how += f" (--day-first or --month-first says how {swapped} is read, and mends no other)"
    _two(cells, right, wrong, place, why, f"{how}; or name another column: --time COLUMN.")


def _day_first(cells: Cells, style: Style, place: Place) -> bool:
    """Whether 03/04/2024 is in April; by numbers beyond 12, else by the caller's word."""
    first, other = day_and_month(cells.different, style)
    if ((first > 12) & (other > 12)).any():
        at = int(np.flatnonzero((first > 12) & (other > 12))[0])
        _refuse(cells, at, place, "is not in the calendar")
    day, month = np.flatnonzero(first > 12), np.flatnonzero(other > 12)
    if len(day) and len(month):
        why = "one whose first number and one whose second number can only be a day"
        how = (
            "Write all of them one way, best like 2024-01-05; --day-first or --month-first would "
            "misread one half of them."
        )
        _two(cells, int(day[0]), int(month[0]), place, why, how)
    if len(day) or len(month):
        return bool(len(day))
    if place.day_first is None:
        one, two = 0, min(1, len(first) - 1)
        _two(
            cells,
            one,
            two,
            place,
            "no number beyond 12 in any row, so that day and month cannot be told apart",
            "Write the dates like 2024-01-05, or say which comes first: --day-first or "
            "--month-first; in Python, day_first=True or False.",
        )
    return place.day_first


def _zone(utc: NDArray[np.int64], offset: NDArray[np.int64]) -> tuple[str, tuple[Finding, ...]]:
    """The zone that the offsets have in common."""
    kinds = np.unique(offset)
    if len(kinds) == 1:
        zone = "UTC" if kinds[0] == 0 else _spelt(int(kinds[0]))
        return zone, (Finding("zone", sentence("series.zone.one", zone=zone)),)
    names = ", ".join(_spelt(int(kind)) for kind in kinds[:5])
    guess = zone_of_offsets(utc, offset)
    if guess:
        return guess, (Finding("zone", sentence("series.zone.named", zones=names, zone=guess)),)
    return "UTC", (Finding("zone", sentence("series.zone.mixed", zones=names)),)


def _spelt(offset: int) -> str:
    minutes = abs(offset) // 60_000_000
    return f"{'-' if offset < 0 else '+'}{minutes // 60:02}:{minutes % 60:02}"


def _rows(cells: Cells, which: pl.Series) -> int:
    """How many rows have one of these cells."""
    return int(which.to_numpy()[cells.codes[cells.codes >= 0]].sum())


def _row(cells: Cells, at: int) -> tuple[int, str]:
    return int(cells.first[at]) + 1, cells.different[at][:SHOWN]


def _how() -> str:
    return f"Write times like {ALLOWED}; or name another column as time."


def _refuse(cells: Cells, at: int, place: Place, why: str) -> NoReturn:
    row, cell = _row(cells, at)
    raise DataError(
        f"{place.table}: the time in row {row:,}, {cell!r} in column {place.column!r}, {why}. "
        f"Rows count from 1, without the header. {_how()}"
    )


def _two(cells: Cells, one: int, two: int, place: Place, why: str, how: str = "") -> NoReturn:
    (first, a), (second, b) = sorted((_row(cells, one), _row(cells, two)))
    raise DataError(
        f"{place.table}: column {place.column!r} cannot be read one way: rows {first:,} ({a!r}) "
        f"and {second:,} ({b!r}) show {why}. Rows count from 1, without the header. "
        f"{how or 'Write all of them one way. ' + _how()}"
    )
