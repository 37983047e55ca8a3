"""Time on the wall and UTC: where clocks are changed, and which of two equal times came first.

Stamps are microseconds since 1970, [n] int64. A zone is None (unknown: nothing is moved), "UTC",
an offset such as "+08:00", or a name such as "Europe/Berlin".
"""

import re
from zoneinfo import available_timezones

import numpy as np
import polars as pl
from numpy.typing import NDArray

from umbrella.base.errors import ConfigError, unknown

Stamps = NDArray[np.int64]
OFFSET = re.compile(r"([+-])([0-9]{2}):?([0-9]{2})")
SECOND = 1_000_000
HOUR = 3_600 * SECOND
LIKELY = (  # zones to guess from, one for each way that clocks are changed
    "Europe/Berlin",
    "Europe/London",
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
    "Australia/Sydney",
    "America/Sao_Paulo",
)


def require_zone(zone: str | None) -> None:
    """Make sure that a zone is one.

    Raises:
        ConfigError: it is not; the message names the nearest one.
    """
    if zone is None or offset_of(zone) is not None:
        return
    try:
        _located(np.zeros(1, np.int64), zone, "earliest")
    except pl.exceptions.ComputeError as error:
        raise unknown("time zone", zone, available_timezones(), ConfigError) from error


def offset_of(zone: str) -> int | None:
    """Microseconds east of Greenwich, where they are the same all year and the name says so."""
    if zone == "UTC":
        return 0
    found = OFFSET.fullmatch(zone)
    if not found:
        return None
    size = int(found[2]) * HOUR + int(found[3]) * 60 * SECOND
    return -size if found[1] == "-" else size


def to_wall(stamps: Stamps, zone: str | None) -> Stamps:
    """What clocks there show at stamps in UTC."""
    fixed = 0 if zone is None else offset_of(zone)
    if fixed is not None:
        return stamps + fixed if fixed else stamps
    at = pl.Series(stamps).cast(pl.Datetime("us", "UTC")).dt.convert_time_zone(zone or "UTC")
    return at.dt.replace_time_zone(None).to_physical().to_numpy()


def to_utc(wall: Stamps, zone: str | None, *, later: NDArray[np.bool_] | None = None) -> Stamps:
    """When clocks there show a time; one that they leap over is taken as so much after the leap.

    Args:
        wall: [n] times on the wall.
        zone: where.
        later: [n] whether the second of two equal times is meant; the first by default.
    """
    fixed = 0 if zone is None else offset_of(zone)
    if fixed is not None:
        return wall - fixed if fixed else wall
    utc = _located(wall, zone, "earliest")
    if later is not None and later.any():
        utc = np.where(later, _located(wall, zone, "latest"), utc)
    leapt = utc == LEAPT
    if leapt.any():  # the offset of the hour before still holds, so 02:30 becomes 03:30
        before = wall[leapt] - _located(wall[leapt] - 2 * HOUR, zone, "latest") - 2 * HOUR
        utc = utc.copy()
        utc[leapt] = wall[leapt] - before
    return utc


LEAPT = np.iinfo(np.int64).min


def _located(wall: Stamps, zone: str | None, which: str) -> Stamps:
    at = pl.Series(wall).cast(pl.Datetime("us"))
    # Polars types `ambiguous` as a closed set of words.
    found = at.dt.replace_time_zone(zone, ambiguous=which, non_existent="null")  # type: ignore[arg-type]
    return found.to_physical().fill_null(LEAPT).to_numpy()


def is_twice(wall: Stamps, zone: str) -> NDArray[np.bool_]:
    """Whether clocks there show a time twice, [n]."""
    if offset_of(zone) is not None:
        return np.zeros(len(wall), np.bool_)
    return _located(wall, zone, "earliest") != _located(wall, zone, "latest")


def is_leapt(wall: Stamps, zone: str) -> NDArray[np.bool_]:
    """Whether clocks there never show a time, [n]."""
    if offset_of(zone) is not None:
        return np.zeros(len(wall), np.bool_)
    return _located(wall, zone, "earliest") == LEAPT


def guess_zone(twice: Stamps, absent: Stamps) -> str | None:
    """A zone whose clocks explain times that stand twice and times that are absent.

    Args:
        twice: times on the wall that stand twice in a series.
        absent: times on the wall that a series leaps over.

    Returns:
        The first of LIKELY that explains every one of them; None where none does or none was given.
    """
    if not len(twice) and not len(absent):
        return None
    fits = (z for z in LIKELY if is_twice(twice, z).all() and is_leapt(absent, z).all())
    return next(fits, None)


def zone_of_offsets(utc: Stamps, offsets: Stamps) -> str | None:
    """A zone whose clocks have the offsets that cells give.

    Args:
        utc: [n].
        offsets: [n] microseconds east of Greenwich.
    """
    return next((z for z in LIKELY if np.array_equal(to_wall(utc, z) - utc, offsets)), None)
