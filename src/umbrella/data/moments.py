"""Points in time as whole numbers that sort: dates as people write them, in one format a column."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from umbrella.base.errors import DataError

CLOCK = r"(?:[T ]\s*([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:[.,]([0-9]{1,9}))?)?\s*ZONE)"
CHINESE_CLOCK = r"(?:\s*([0-9]{1,2})(?:时|点|:)([0-9]{1,2})(?:分|:)?(?:([0-9]{1,2})秒?)?()())"
ZONE = r"(Z|[+-][0-9]{2}:?[0-9]{2})"
NUMBER = r"^\s*[+-]?[0-9]+(?:\.[0-9]+)?\s*$"
ALLOWED = "2024-01-05, 2024-01-05 13:30, 2024/1/5, 2024年1月5日, or seconds since 1970"


@dataclass(frozen=True)
class Style:
    """One way to write a moment: a name for messages, and a pattern of eight groups.

    The groups: year, month, day, hour, minute, second, fraction, zone; any after the month
    may be empty.
    """

    name: str
    pattern: str


def _styles() -> tuple[Style, ...]:
    styles = []
    for mark, name in (("-", "2024-01-05"), ("/", "2024/1/5"), (r"\.", "2024.1.5")):
        day = rf"^\s*([0-9]{{4}}){mark}([0-9]{{1,2}}){mark}([0-9]{{1,2}})"
        styles += [
            Style(name, day + r"()()()()()\s*$"),
            Style(f"{name} 13:30", day + CLOCK.replace("ZONE", "()") + r"\s*$"),
            Style(f"{name} 13:30+08:00", day + CLOCK.replace("ZONE", ZONE) + r"\s*$"),
        ]
    chinese = r"^\s*([0-9]{4})\s*年\s*([0-9]{1,2})\s*月\s*([0-9]{1,2})\s*[日号]"
    return (
        *styles,
        Style("2024-01", r"^\s*([0-9]{4})-([0-9]{1,2})()()()()()()\s*$"),
        Style("2024年1月", r"^\s*([0-9]{4})\s*年\s*([0-9]{1,2})\s*月()()()()()()\s*$"),
        Style("2024年1月5日", chinese + r"()()()()()\s*$"),
        Style("2024年1月5日 13时30分", chinese + CHINESE_CLOCK + r"\s*$"),
    )


STYLES = _styles()


def read_moments(values: Sequence[Any] | pl.Series) -> NDArray[np.int64] | NDArray[np.float64]:
    """Numbers in the order of time.

    Args:
        values: N dates or datetimes, texts of one style (see STYLES), or numbers that rise with
            time (years, seconds or milliseconds since 1970, a step count).

    Returns:
        [N]: nanoseconds since 1970 for texts, what polars stores for its dates and datetimes,
        else the numbers themselves.

    Raises:
        DataError: a value is missing, is no date, or is written in another style than the rest.
    """
    column = _column(values)
    if column.dtype in (pl.Categorical, pl.Enum):
        column = column.cast(pl.String)
    _refuse(column, column.is_null(), "is empty")
    if column.dtype == pl.String:
        return _numbers(column) if column.str.contains(NUMBER).all() else _texts(column)
    if column.dtype.is_temporal():
        return column.to_physical().cast(pl.Int64).to_numpy()
    if column.dtype.is_numeric():
        return _numbers(column)
    raise DataError(f"A time column cannot hold {column.dtype}. Write it like {ALLOWED}.")


def _column(values: Sequence[Any] | pl.Series) -> pl.Series:
    if isinstance(values, pl.Series):
        return values
    values = list(values)
    some_float = any(isinstance(value, float) for value in values)
    try:
        return pl.Series(values, dtype=pl.Float64 if some_float else None, strict=True)
    except (TypeError, pl.exceptions.PolarsError) as error:
        raise DataError(
            f"The time column mixes numbers, texts or dates. Write all of them one way: {ALLOWED}."
        ) from error


def _numbers(column: pl.Series) -> NDArray[np.int64] | NDArray[np.float64]:
    if column.dtype == pl.String:
        column = column.str.strip_chars()
        whole = not column.str.contains(".", literal=True).any()
        column = column.cast(pl.Int64 if whole else pl.Float64, strict=False)
        _refuse(column, column.is_null(), "is too long for a number")
    if column.dtype.is_float():
        _refuse(column, ~column.is_finite(), "is no moment")
    numbers = column.to_numpy()
    # Beyond 1e8 numbers are seconds since 1970 or finer; no column spans a factor of 100 of those.
    if len(numbers) and numbers.min() > 1e8 and numbers.max() / numbers.min() > 100:
        raise DataError(
            f"The time column runs from {numbers.min()} to {numbers.max()}: seconds and "
            "milliseconds seem mixed. Write all of them in one unit."
        )
    return numbers


def _texts(column: pl.Series) -> NDArray[np.int64]:
    fits = [column.str.contains(style.pattern) for style in STYLES]
    counts = [int(fit.sum()) for fit in fits]
    best = int(np.argmax(counts))
    if counts[best] == 0:
        _refuse(column, ~column.is_null(), "is no date")
    for style, fit in zip(STYLES, fits, strict=True):
        if style is not STYLES[best]:
            _refuse(
                column,
                fit,
                f"is written like {style.name}, most others like "
                f"{STYLES[best].name}; mixed formats cannot be put in order safely",
            )
    _refuse(column, ~fits[best], f"is no date like {STYLES[best].name}, which most others are")
    return _nanoseconds(column, STYLES[best].pattern)


def _nanoseconds(column: pl.Series, pattern: str) -> NDArray[np.int64]:
    fields = column.str.extract_groups(pattern).struct.unnest()
    texts = [fields.to_series(at).fill_null("") for at in range(8)]
    year, month, day, hour, minute, second = (
        text.cast(pl.Int64, strict=False).fill_null(1 if at in (1, 2) else 0).to_numpy()
        for at, text in enumerate(texts[:6])
    )
    months = ((year - 1970) * 12 + month - 1).astype("datetime64[M]")
    first = months.astype("datetime64[D]")
    length = ((months + 1).astype("datetime64[D]") - first).astype(np.int64)
    wrong = (month < 1) | (month > 12) | (day < 1) | (day > length)
    wrong |= (hour > 24) | (minute > 59) | (second > 60)
    wrong |= (year < 1678) | (year > 2261)  # what 64 bits of nanoseconds hold
    _refuse(column, pl.Series(wrong), "is not in the calendar")
    seconds = (first.astype(np.int64) + day - 1) * 86_400 + hour * 3_600 + minute * 60 + second
    fraction = texts[6].str.pad_end(9, "0").cast(pl.Int64, strict=False).fill_null(0).to_numpy()
    return (seconds - _offset(texts[7])) * 1_000_000_000 + fraction


def _offset(zone: pl.Series) -> NDArray[np.int64]:
    """Seconds east of Greenwich."""
    digits = zone.str.replace_all("[^0-9]", "").str.pad_start(4, "0").cast(pl.Int64).to_numpy()
    sign = np.where(zone.str.starts_with("-").to_numpy(), -1, 1)
    return sign * (digits // 100 * 3_600 + digits % 100 * 60)


def _refuse(column: pl.Series, wrong: pl.Series, why: str) -> None:
    """Raise for the first row where `wrong` is true."""
    rows = np.flatnonzero(wrong.fill_null(True).to_numpy())
    if len(rows):
        more = f" (and {len(rows) - 1:,} more rows)" if len(rows) > 1 else ""
        raise DataError(
            f"The time of row {rows[0] + 1:,}, {column[int(rows[0])]!r}, {why}{more}. "
            f"Rows count from 1, without the header. Write times like {ALLOWED}; "
            "or leave out --time."
        )
