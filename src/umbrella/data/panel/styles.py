"""Ways to write a moment in words and digits, and what they mean on the wall.

A style is a pattern whose named groups are parts of a moment; `to_moments` puts them together.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

SECOND = 1_000_000
DAY = 86_400 * SECOND
CLOCK = (
    r"(?:(?:[Tt]|\s+|\s*,\s*)(?<early>上午|下午)?\s*(?<hour>\d{1,2})(?::|时|点)(?<minute>\d{1,2})?"
    r"(?:[:分](?:(?<second>\d{1,2})(?:[.,](?<fraction>\d{1,9}))?秒?)?)?"
    r"\s*(?<half>[AaPp]\.?[Mm]\.?)?\s*(?<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})?)?"
)
CHINESE_CLOCK = CLOCK.replace(r"(?:[Tt]|\s+|\s*,\s*)", r"\s*", 1)
WORDS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4}
EARLIEST, LATEST = 1, 9999  # years that can be told


@dataclass(frozen=True)
class Style:
    """One way to write moments.

    Args:
        example: what it is called in messages.
        pattern: with groups year, month, day, first, second_of_day, word, quarter, week, weekday,
            hour, minute, second, fraction, half, early, zone; those that are absent are nothing.
        step: the code of the frequency that it is made for, where it says no day.
        swapped: whether day or month comes first is open: groups first and other.
        counted: whether its years are counted from 1 and are no dates.
    """

    example: str
    pattern: str
    step: str = ""
    swapped: bool = False
    counted: bool = False


def _styles() -> tuple[Style, ...]:
    styles = []
    for mark, sign in (("-", "-"), ("/", "/"), (r"\.", ".")):
        ahead = rf"(?<year>\d{{4}}){mark}(?<month>\d{{1,2}}){mark}(?<day>\d{{1,2}})"
        behind = rf"(?<first>\d{{1,2}}){mark}(?<other>\d{{1,2}}){mark}(?<year>\d{{4}})"
        styles += [
            Style(f"2024{sign}01{sign}05 13:30", ahead + CLOCK),
            Style(f"05{sign}01{sign}2024 13:30", behind + CLOCK, swapped=True),
        ]
    year = r"(?<year>\d{4})"
    word = r"(?<word>[A-Za-z]{3,9})\.?"
    return (
        *styles,
        Style(
            "2024年1月5日 13时30分",
            year + r"\s*年\s*(?<month>\d{1,2})\s*月\s*(?<day>\d{1,2})\s*[日号]" + CHINESE_CLOCK,
        ),
        Style("2024年1月", year + r"\s*年\s*(?<month>\d{1,2})\s*月(?:份)?", "month"),
        Style("2024年", year + r"\s*年", "year"),
        Style("2024-01", year + r"-(?<month>\d{1,2})", "month"),
        Style("2024/01", year + r"/(?<month>\d{1,2})", "month"),
        Style("1-01", r"(?<year>\d{1,3})-(?<month>\d{2})", "month", counted=True),
        Style("2019Q3", year + r"\s*-?\s*[Qq](?<quarter>[1-4])", "quarter"),
        Style("Q3 2019", r"[Qq](?<quarter>[1-4])[\s/-]*" + year, "quarter"),
        Style("2019年3季度", year + r"\s*年\s*第?(?<quarter>[1-4一二三四])\s*季度?", "quarter"),
        Style("2019-W03", year + r"-?W(?<week>\d{1,2})(?:-?(?<weekday>[1-7]))?", "week"),
        Style("5 Jan 2024", r"(?<day>\d{1,2})[-\s/]" + word + r"[-,\s/]+" + year + CLOCK),
        Style(
            "Jan 5, 2024",
            word + r"\s+(?<day>\d{1,2})(?:st|nd|rd|th)?,?\s+" + year + CLOCK,
        ),
        Style("Jan 2024", word + r"[-\s,]+" + year, "month"),
        Style("2024 Jan", year + r"[-\s]+" + word, "month"),
    )


STYLES = _styles()


def whole(style: Style) -> str:
    """The style's pattern for a whole cell."""
    return rf"^(?:{style.pattern})$"


@dataclass(frozen=True)
class Moments:
    """What cells of one style mean.

    Args:
        wall: [U] microseconds since 1970 on the wall.
        right: [U] whether the calendar has such a moment.
        offset: [U] microseconds east of Greenwich; 0 where the cell gives no zone.
        zoned: [U] whether the cell gives a zone.
        zone: [U] the zone as it is written.
    """

    wall: NDArray[np.int64]
    right: NDArray[np.bool_]
    offset: NDArray[np.int64]
    zoned: NDArray[np.bool_]
    zone: pl.Series


def day_and_month(cells: pl.Series, style: Style) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The two numbers before the year, of a style that leaves open which is the day."""
    fields = cells.str.extract_groups(whole(style)).struct.unnest()
    return _number(fields, "first"), _number(fields, "other")


def to_moments(cells: pl.Series, style: Style, day_first: bool = True) -> Moments:
    """Put the parts together.

    Args:
        cells: U strings that the style matches.
        style: which.
        day_first: of a swapped style.
    """
    fields = cells.str.extract_groups(whole(style)).struct.unnest()
    if style.swapped:
        names = ("day", "month") if day_first else ("month", "day")
        fields = fields.rename(dict(zip(("first", "other"), names, strict=True)))
    day, right = _days(fields)
    clock, fits = _clock(fields)
    zone = (
        fields["zone"]
        if "zone" in fields.columns
        else pl.Series([None] * len(cells), dtype=pl.String)
    )
    offset, known = _offset(zone)
    return Moments(
        day * DAY + clock, right & fits & known, offset, zone.is_not_null().to_numpy(), zone
    )


def _number(fields: pl.DataFrame, name: str, default: int = 0) -> NDArray[np.int64]:
    if name not in fields.columns:
        return np.full(fields.height, default, np.int64)
    return fields[name].cast(pl.Int64, strict=False).fill_null(default).to_numpy()


def _days(fields: pl.DataFrame) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Days since 1970, and whether there are such days."""
    year = _number(fields, "year")
    in_range = (year >= EARLIEST) & (year <= LATEST)
    month = _month(fields)
    right = in_range & (month >= 1) & (month <= 12)
    months = np.where(right, (year - 1970) * 12 + month - 1, 0).astype("datetime64[M]")
    first = months.astype("datetime64[D]").astype(np.int64)
    if "week" in fields.columns:  # the week of the year's first Thursday is its first
        week, weekday = _number(fields, "week", 1), _number(fields, "weekday", 1)
        fourth = first + 3
        monday = fourth - (fourth + 3) % 7
        return monday + (week - 1) * 7 + weekday - 1, in_range & (week >= 1) & (week <= 53)
    length = (months + 1).astype("datetime64[D]").astype(np.int64) - first
    day = _number(fields, "day", 1)
    return first + day - 1, right & (day >= 1) & (day <= length)


def _month(fields: pl.DataFrame) -> NDArray[np.int64]:
    if "quarter" in fields.columns:
        quarter = fields["quarter"].replace(QUARTERS)
        return quarter.cast(pl.Int64, strict=False).fill_null(0).to_numpy() * 3 - 2
    if "word" in fields.columns:
        word = fields["word"].str.to_lowercase().str.slice(0, 3)
        numbers = {name: at for at, name in enumerate(WORDS, 1)}
        return word.replace_strict(numbers, default=0, return_dtype=pl.Int64).to_numpy()
    return _number(fields, "month", 1)


def _clock(fields: pl.DataFrame) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Microseconds since midnight, and whether a clock can show them."""
    none = np.zeros(fields.height, np.int64)
    if "hour" not in fields.columns:
        return none, np.ones(fields.height, np.bool_)
    hour, minute, second = (_number(fields, name) for name in ("hour", "minute", "second"))
    fraction = fields["fraction"].fill_null("").str.pad_end(9, "0").str.slice(0, 6)
    right = (hour <= 24) & (minute <= 59) & (second <= 60)
    half = fields["half"].str.to_lowercase().str.slice(0, 1)
    early = fields["early"]
    after = (half.eq_missing("p") | early.eq_missing("下午")).to_numpy()
    before = (half.eq_missing("a") | early.eq_missing("上午")).to_numpy()
    right &= ~((after | before) & (hour > 12))
    hour = np.where(after & (hour < 12), hour + 12, np.where(before & (hour == 12), 0, hour))
    seconds = hour * 3_600 + minute * 60 + second
    return seconds * SECOND + fraction.cast(pl.Int64).to_numpy(), right


def _offset(zone: pl.Series) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Microseconds east of Greenwich, and whether there is such an offset."""
    digits = zone.fill_null("").str.replace_all("[^0-9]", "").str.pad_end(4, "0")
    number = digits.cast(pl.Int64).to_numpy()
    sign = np.where(zone.str.starts_with("-").fill_null(False).to_numpy(), -1, 1)
    seconds = number // 100 * 3_600 + number % 100 * 60
    return sign * seconds * SECOND, (seconds <= 15 * 3_600) & (number % 100 < 60)
