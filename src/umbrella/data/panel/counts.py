"""Moments written as numbers: 20130208, 1949, seconds since 1970, days of a spreadsheet, steps."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from umbrella.data.panel.styles import DAY, SECOND, Style, to_moments

NUMBER = r"^[+-]?\d+(?:\.\d+)?(?:[eE][+]?\d{1,2})?$"
COMPACT = (  # digits in a row: nobody reads 201302081330 as a count
    Style("20130208", r"(?<year>\d{4})(?<month>\d{2})(?<day>\d{2})"),
    Style("201302", r"(?<year>\d{4})(?<month>\d{2})", "month"),
    Style("201302081330", r"(?<year>\d{4})(?<month>\d{2})(?<day>\d{2})(?<clock>\d{4})"),
    Style("20130208133000", r"(?<year>\d{4})(?<month>\d{2})(?<day>\d{2})(?<clock>\d{6})"),
)
CENTURIES = (1600, 2200)  # years that digits in a row may mean
YEARS = (1000, 3000)
SHEET = (20_000, 80_000)  # days since 1899-12-30: the years 1954 to 2119
SHEET_START = -25_569  # days since 1970
SINCE_1970 = (  # numbers below → what one is called, and how many microseconds it is
    (1e11, "seconds", 1e6),
    (1e14, "milliseconds", 1e3),
    (1e17, "microseconds", 1.0),
    (1e20, "nanoseconds", 1e-3),
)
LEAST_SECONDS = 1e8  # smaller numbers are days of a spreadsheet, years or steps


@dataclass(frozen=True)
class Counted:
    """What a column of numbers means.

    Args:
        stamps: [U] microseconds since 1970; of steps the steps themselves.
        means: "digits", "years", "seconds", "milliseconds", "microseconds", "nanoseconds",
            "sheet" or "step".
        step: code of the frequency where the numbers tell it.
        utc: whether the stamps are in UTC.
    """

    stamps: NDArray[np.int64]
    means: str
    step: str = ""
    utc: bool = False


def read_counts(cells: pl.Series) -> Counted | None:
    """What numbers mean, all of them alike; None where that cannot be told.

    Args:
        cells: U strings, all like NUMBER.
    """
    for style in COMPACT:
        if (found := _compact(cells, style)) is not None:
            return Counted(found, "digits", style.step)
    numbers = cells.cast(pl.Float64).to_numpy()
    low, high = float(np.abs(numbers).min()), float(np.abs(numbers).max())
    if not high < SINCE_1970[-1][0]:
        return None
    exact = bool((numbers == np.round(numbers)).all())
    if exact and low >= YEARS[0] and high < YEARS[1]:
        months = (numbers.astype(np.int64) - 1970) * 12
        days = months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
        return Counted(days * DAY, "years", "year")
    if low >= LEAST_SECONDS:
        return _since_1970(cells, low, high)
    if low >= SHEET[0] and high < SHEET[1]:
        # A day holds 86,400 seconds, and the fraction of a double is good to a millisecond.
        stamps = np.round((numbers + SHEET_START) * 86_400 * 1e3).astype(np.int64) * 1_000
        second = (stamps + SECOND // 2) // SECOND * SECOND  # 13:30 is stored as .5625 or nearly
        near = np.abs(stamps - second) <= 10_000
        return Counted(np.where(near, second, stamps), "sheet")
    return Counted(numbers.astype(np.int64), "step", "step") if exact else None


def _compact(cells: pl.Series, style: Style) -> NDArray[np.int64] | None:
    if not cells.str.contains(rf"^(?:{style.pattern})$").all():
        return None
    moments = to_moments(cells, style)
    year = cells.str.slice(0, 4).cast(pl.Int64).to_numpy()
    clock = cells.str.slice(8, 6).str.pad_end(6, "0").cast(pl.Int64).to_numpy()
    hour, minute, second = clock // 10_000, clock // 100 % 100, clock % 100
    right = moments.right & (year >= CENTURIES[0]) & (year < CENTURIES[1])
    right &= (hour < 24) & (minute < 60) & (second < 60)
    return moments.wall + (hour * 3_600 + minute * 60 + second) * SECOND if right.all() else None


def _since_1970(cells: pl.Series, low: float, high: float) -> Counted | None:
    below, unit, worth = next((s for s in SINCE_1970 if high < s[0]), SINCE_1970[-1])
    if low < below / 1e3 and below > SINCE_1970[0][0]:
        return None  # seconds and milliseconds in one column
    whole = cells.cast(pl.Int64, strict=False)
    if whole.null_count():
        stamps = np.round(cells.cast(pl.Float64).to_numpy() * worth).astype(np.int64)
    elif worth >= 1:
        stamps = whole.to_numpy() * int(worth)
    else:
        stamps = whole.to_numpy() // 1_000
    return Counted(stamps, unit, utc=True)
