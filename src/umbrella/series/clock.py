"""Averages by the clock: times as numbers, half-lives in their unit, and what a wait leaves.

Letters: T rows.
"""

import math
from datetime import timedelta
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from umbrella.base.errors import ConfigError


def as_stamps(times: ArrayLike, rows: int | None) -> tuple[NDArray, str | None]:
    """Times as numbers, and the unit of dates; None for plain numbers."""
    array, unit = np.asarray(times), None
    if array.dtype.kind == "M":
        unit = np.datetime_data(array.dtype)[0]
        if unit in ("Y", "M", "generic"):
            array, unit = array.astype("datetime64[s]"), "s"  # their steps are not of one length
        array = array.astype(f"datetime64[{unit}]")
        bad = np.isnat(array)
        array = array.astype(np.int64)
    elif array.dtype.kind in "iuf":
        bad = ~np.isfinite(array)
    else:
        raise ConfigError(
            f"times of type {array.dtype} came. Give numbers or datetime64, e.g. "
            f"np.array(texts, dtype='datetime64[s]')."
        )
    if array.ndim != 1 or (rows is not None and len(array) != rows):
        raise ConfigError(f"times of shape {array.shape} came for {rows} rows. Give one a row.")
    if bad.any():
        raise ConfigError(f"The time of row {int(bad.argmax())} (from 0) is missing. Leave the row "
                          f"out or give its time.")  # fmt: skip
    return array, unit


def in_unit(half_life: Any, unit: str | None) -> float:
    """A half-life as a number in the unit of the times."""
    is_stretch = isinstance(half_life, np.timedelta64 | timedelta)
    if is_stretch != (unit is not None):
        want = "a number" if unit is None else "np.timedelta64, e.g. np.timedelta64(7, 'D')"
        came = "dates" if unit else "numbers"
        raise ConfigError(f"half_life={half_life!r} does not fit times that are {came}: "
                          f"give {want}.")  # fmt: skip
    if unit is not None:
        one: Any = np.array(1, f"timedelta64[{unit}]")
        half_life = np.timedelta64(half_life) / one
    size = as_number("half_life", half_life)
    if not 0 < size < math.inf:
        raise ConfigError(f"half_life={half_life} is not possible: half_life must lie above 0.")
    return size


def decays(
    stamps_T: NDArray,
    unit: str | None,
    half_life: float,
    ours: str | None,
    last: float | int | None,
) -> tuple[NDArray[np.float64], float | int | None]:
    """What is left of earlier weights at every row, and the last time."""
    if unit != ours:
        raise ConfigError(
            f"times in {unit or 'plain numbers'} came, and the state goes on in "
            f"{ours or 'plain numbers'}. Give them so, e.g. times.astype('datetime64[s]')."
        )
    if not len(stamps_T):
        return np.zeros(0), last
    before = stamps_T[:1] if last is None else np.array([last], dtype=stamps_T.dtype)
    steps_T = np.diff(np.concatenate([before, stamps_T]))
    if (steps_T < 0).any():
        row = int((steps_T < 0).argmax())
        raise ConfigError(
            f"The time of row {row} (from 0) lies before the one above it. Sort the rows by time, "
            f"e.g. order = np.argsort(times, kind='stable')."
        )
    return np.exp2(-(steps_T / half_life)), stamps_T[-1].item()


def as_number(name: str, rate: Any) -> float:
    """A setting as a float, or a ConfigError that names it."""
    try:
        return float(rate)
    except (TypeError, ValueError) as error:
        raise ConfigError(f"{name}={rate!r} is not a number. Give one, e.g. {name}=0.5.") from error
