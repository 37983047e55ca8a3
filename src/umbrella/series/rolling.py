"""Rolling sums, means, spreads and maxima without a running sum: each window is added up anew.

A running sum keeps the rounding of everything that ever passed through it, and one huge value
spoils all that follow. Here windows are put together from windows half as long (log2(n) passes),
spreads by the pairwise update of Chan, Golub and LeVeque (1979), so prices of 1e9 with moves of 1
keep their digits, and what left the window has left no trace. Letters: T rows, S series.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from umbrella.base.errors import ConfigError

Floats = NDArray[np.float64]
Parts = tuple[Floats, ...]
TOGETHER = 32_768  # values that are worked on together: their copies stay in the cache


def sma(values: ArrayLike, window: int, *, min_count: int | None = None) -> Floats:
    """The plain mean of the last `window` rows.

    Args:
        values: [T] or [T, S], NaN where a value is missing.
        window: rows, from 1; the look-back is window − 1.
        min_count: values that a window must hold for an answer; all of them by default. The rule
            of pandas' `min_periods`.

    Returns:
        Shaped like `values`; NaN where a window holds too few.
    """
    window = whole("window", window)
    least = window if min_count is None else whole("min_count", min_count)

    def work(x_TS: Floats) -> Floats:
        total_TS, count_TS = _sums(x_TS, window)
        return _where_enough(total_TS / np.maximum(count_TS, 1.0), count_TS, least)

    return by_columns(work, values)


def rolling_sum(values: ArrayLike, window: int) -> Floats:
    """The sum of the last `window` rows, NaN where one is missing; shapes as `sma`."""
    window = whole("window", window)

    def work(x_TS: Floats) -> Floats:
        total_TS, count_TS = _sums(x_TS, window)
        return _where_enough(total_TS, count_TS, window)

    return by_columns(work, values)


def rolling_std(
    values: ArrayLike, window: int, *, min_count: int | None = None, ddof: int = 1
) -> Floats:
    """The standard deviation of the last `window` rows; look-back window − 1.

    Args:
        values: [T] or [T, S], NaN where a value is missing.
        window: rows, from 1.
        min_count: as in `sma`.
        ddof: the sum of squares is divided by the count less this.

    Returns:
        Shaped like `values`; NaN where a window holds too few, or not more than `ddof`.
    """
    return _spread(values, window, min_count, ddof, lambda _, __, std_TS: std_TS)


def z_score(
    values: ArrayLike, window: int, *, min_count: int | None = None, ddof: int = 1
) -> Floats:
    """How many standard deviations a row lies above the mean of its window; as `rolling_std`.

    NaN where nothing in the window moves.
    """

    def work(x_TS: Floats, mean_TS: Floats, std_TS: Floats) -> Floats:
        return divide(x_TS - mean_TS, std_TS)

    return _spread(values, window, min_count, ddof, work)


def bands(values: ArrayLike, window: int, width: float, ddof: int) -> Floats:
    """Lower, middle and upper band as [3, …]: the mean of the window and `width` deviations."""

    def work(_: Floats, mean_TS: Floats, std_TS: Floats) -> Floats:
        return np.stack([mean_TS - width * std_TS, mean_TS, mean_TS + width * std_TS])

    return _spread(values, window, None, ddof, work)


def rolling_max(values: ArrayLike, window: int | None) -> Floats:
    """The largest value of the last `window` rows, or of all so far; missing ones are passed over.

    NaN until the first value; shapes as `sma`.
    """
    size = None if window is None else whole("window", window)

    def work(x_TS: Floats) -> Floats:
        if size is None:
            return np.fmax.accumulate(x_TS, axis=0)
        return _windowed((x_TS,), size, lambda new, old: (np.fmax(new[0], old[0]),))[0]

    return by_columns(work, values)


def whole(name: str, number: Any, least: int = 1) -> int:
    """A whole number from `least` on, or a ConfigError that names the setting."""
    if isinstance(number, bool) or not isinstance(number, int | np.integer) or number < least:
        raise ConfigError(f"{name}={number!r} is not possible: give a whole number from {least}.")
    return int(number)


def divide(over: Floats, under: Floats) -> Floats:
    """A quotient, NaN where the divisor is 0."""
    return over / np.where(under == 0, np.nan, under)


def by_columns(work: Callable[..., Floats], *values: ArrayLike) -> Floats:
    """Do the work on few series at a time, so that its copies stay in the cache.

    Args:
        work: takes [T, s] for each of `values` and gives [T, s], or [k, T, s].
        values: each [T] or [T, S], of one shape.

    Raises:
        ConfigError: not numbers, not such a shape, or shapes that differ.
    """
    panels = [_panel(one) for one in values]
    shape = np.shape(values[0])
    for one in values:
        if np.shape(one) != shape:
            raise ConfigError(f"Arrays of shapes {shape} and {np.shape(one)} came together. Give "
                              f"one row and one series for each in both.")  # fmt: skip
    rows, series = panels[0].shape
    step = max(1, TOGETHER // max(rows, 1))
    out: Floats | None = None
    with np.errstate(over="ignore", invalid="ignore", divide="ignore", under="ignore"):
        for start in range(0, max(series, 1), step):
            at = slice(start, start + step)
            part = work(*(np.ascontiguousarray(panel[:, at]) for panel in panels))
            if out is None:
                out = np.empty((*part.shape[:-1], series))
            out[..., at] = part
    assert out is not None
    return out.reshape(*out.shape[:-2], *shape)


def _panel(values: ArrayLike) -> Floats:
    array: NDArray = np.asarray(values)
    if array.dtype.kind not in "fiub" or array.ndim not in (1, 2):
        raise ConfigError(
            f"values of shape {array.shape} and type {array.dtype} came. Give numbers in an array "
            f"[T] of one series or [T, S] of several; NaN where one is missing."
        )
    array = array.astype(np.float64, copy=False)
    return array if array.ndim == 2 else array[:, None]


def _spread(
    values: ArrayLike,
    window: int,
    min_count: int | None,
    ddof: int,
    answer: Callable[[Floats, Floats, Floats], Floats],
) -> Floats:
    window = whole("window", window)
    least = window if min_count is None else whole("min_count", min_count)
    ddof = whole("ddof", ddof, 0)

    def work(x_TS: Floats) -> Floats:
        count_TS, mean_TS, squares_TS = _moments(x_TS, window)
        std_TS = np.sqrt(squares_TS / np.maximum(count_TS - ddof, 1.0))
        std_TS = _where_enough(std_TS, count_TS, max(least, ddof + 1))
        return answer(x_TS, _where_enough(mean_TS, count_TS, least), std_TS)

    return by_columns(work, values)


def _sums(x_TS: Floats, window: int) -> tuple[Floats, Floats]:
    """Sum and count of every window."""
    filled_TS, seen_TS = _seen(x_TS)
    if seen_TS.shape == x_TS.shape:
        total_TS, count_TS = _windowed((filled_TS, seen_TS), window, _add)
        return total_TS, count_TS
    (total_TS,) = _windowed((filled_TS,), window, _add)
    return total_TS, np.minimum(np.cumsum(seen_TS, axis=0), window)


def _add(new: Parts, old: Parts) -> Parts:
    return tuple(one + other for one, other in zip(new, old, strict=True))


def _moments(x_TS: Floats, window: int) -> tuple[Floats, Floats, Floats]:
    """Count, mean and sum of squared deviations of every window."""
    filled_TS, seen_TS = _seen(x_TS)

    def merge(new: Parts, old: Parts) -> Parts:
        count = new[0] + old[0]
        share = old[0] / np.maximum(count, 1.0)
        apart = old[1] - new[1]
        squares = new[2] + old[2] + (apart * (new[0] * share)) * apart
        return count, new[1] + apart * share, squares

    count_TS, mean_TS, squares_TS = _windowed(
        (seen_TS, filled_TS, np.zeros_like(filled_TS)), window, merge
    )
    return count_TS, mean_TS, squares_TS


def _seen(x_TS: Floats) -> tuple[Floats, Floats]:
    """Values with 0 for gaps, and 1 where there is one: [T, 1] where there are all."""
    gap_TS = np.isnan(x_TS)
    if not gap_TS.any():
        return x_TS, np.ones((len(x_TS), 1))
    return np.where(gap_TS, 0.0, x_TS), 1.0 - gap_TS


def _where_enough(answer_TS: Floats, count_TS: Floats, least: int) -> Floats:
    return np.where(count_TS < least, np.nan, answer_TS)


def _windowed(parts: Parts, window: int, merge: Callable[[Parts, Parts], Parts]) -> Parts:
    """Merge every row's last `window` rows: windows of 1, 2, 4, …, as its binary digits ask."""
    length, held, out = 1, 0, None
    while True:
        if window & length:
            out = parts if out is None else _reach(out, parts, held, merge)
            held += length
        if held == window:
            assert out is not None
            return out
        parts = _reach(parts, parts, length, merge)
        length *= 2


def _reach(new: Parts, old: Parts, back: int, merge: Callable[[Parts, Parts], Parts]) -> Parts:
    """What `old` held `back` rows ago, put before `new`; rows without such a row stay."""
    if back >= len(new[0]):
        return new
    merged = merge(tuple(part[back:] for part in new), tuple(part[:-back] for part in old))
    return tuple(
        np.concatenate([part[:back], whole_], axis=0)
        for part, whole_ in zip(new, merged, strict=True)
    )
