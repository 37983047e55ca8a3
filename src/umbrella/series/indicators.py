"""The plain indicators of prices and volumes, each from a row and the rows before it alone.

Arrays are [T] or [T, S] with time first and NaN where a value is missing; answers have the same
shape in float64 and are NaN until there is enough to answer from. A price of 0 or below has no
logarithm: NaN. "Look-back" is how many rows before a row its answer needs; averages that never
forget wholly need as many as hold all but a share of the weight (see features.py).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from umbrella.series.exponential import ema
from umbrella.series.recursion import wilder
from umbrella.series.rolling import (
    bands,
    by_columns,
    divide,
    rolling_max,
    rolling_std,
    rolling_sum,
    sma,
    whole,
)

Floats = NDArray[np.float64]


class Macd(NamedTuple):
    """Fast less slow average, its own average, and the first less the second."""

    line: Floats
    signal: Floats
    histogram: Floats


class Bands(NamedTuple):
    """Mean of the window, and so many deviations below and above it."""

    lower: Floats
    middle: Floats
    upper: Floats


def returns(values: ArrayLike, steps: int = 1, *, log: bool = True) -> Floats:
    """The return over the last `steps` rows: ln(x_t / x_{t−k}), or x_t / x_{t−k} − 1.

    Look-back `steps`.
    """
    steps = whole("steps", steps)

    def work(x_TS: Floats) -> Floats:
        out_TS = np.full_like(x_TS, np.nan)
        if steps < len(x_TS):
            old_TS, new_TS = _positive(x_TS[:-steps]), x_TS[steps:]
            ratio_TS = new_TS / old_TS
            out_TS[steps:] = np.log(_positive(ratio_TS)) if log else ratio_TS - 1.0
        return out_TS

    return by_columns(work, values)


def change(values: ArrayLike, steps: int = 1) -> Floats:
    """x_t − x_{t−k}, k = `steps`. Look-back `steps`."""
    steps = whole("steps", steps)

    def work(x_TS: Floats) -> Floats:
        out_TS = np.full_like(x_TS, np.nan)
        out_TS[steps:] = x_TS[steps:] - x_TS[: max(0, len(x_TS) - steps)]
        return out_TS

    return by_columns(work, values)


def volatility(
    values: ArrayLike, window: int = 20, *, min_count: int | None = None, ddof: int = 1
) -> Floats:
    """The standard deviation of the last `window` log returns, per row, not annualised.

    Look-back `window`. `min_count` counts returns.
    """
    return rolling_std(returns(values), window, min_count=min_count, ddof=ddof)


def ema_gap(values: ArrayLike, span: int = 20) -> Floats:
    """ln(x / EMA of span): how far a price stands above its average. Look-back that of the EMA."""
    return _log_ratio(values, _average(values, span))


def sma_gap(values: ArrayLike, window: int = 20) -> Floats:
    """ln(x / mean of the window). Look-back window − 1."""
    return _log_ratio(values, sma(values, window))


def volume_ratio(volume: ArrayLike, span: int = 20) -> Floats:
    """ln(volume / EMA of volume); NaN where nothing was traded. Look-back that of the EMA."""
    return _log_ratio(volume, _average(volume, span))


def on_balance(close: ArrayLike, volume: ArrayLike, window: int = 20) -> Floats:
    """Share of the volume that came with rising prices, less that with falling ones, in [−1, 1].

    The change of on-balance volume (Granville 1963) over the window, by the volume of the window.
    Look-back `window`.
    """

    def signed(price_TS: Floats, volume_TS: Floats) -> Floats:
        move_TS = np.full_like(price_TS, np.nan)
        move_TS[1:] = np.sign(price_TS[1:] - price_TS[:-1]) * volume_TS[1:]
        return move_TS

    flow = rolling_sum(by_columns(signed, close, volume), window)
    return by_columns(divide, flow, rolling_sum(volume, window))


def macd(values: ArrayLike, fast: int = 12, slow: int = 26, signal: int = 9) -> Macd:
    """Appel's moving average convergence and divergence, of adjusted averages.

    Look-back that of the slow EMA and of the signal's together. TA-Lib begins its averages with
    plain means; after a few slow spans the two agree.
    """
    line = _average(values, fast) - _average(values, slow)
    smooth = _average(line, signal)
    return Macd(line, smooth, line - smooth)


def rsi(values: ArrayLike, window: int = 14) -> Floats:
    """Wilder's relative strength index, 0 to 100, as in his book of 1978 and TA-Lib.

    100 · U / (U + D) of Wilder's averages of the rises and of the falls; 50 where nothing moved
    (TA-Lib says 0 there). Look-back that of Wilder's average, and one row.
    """
    window = whole("window", window)

    def work(x_TS: Floats) -> Floats:
        move_TS = np.full_like(x_TS, np.nan)
        move_TS[1:] = x_TS[1:] - x_TS[:-1]
        gap_TS = np.isnan(move_TS)
        up_TS = wilder(np.where(gap_TS, np.nan, np.maximum(move_TS, 0.0)), window)
        down_TS = wilder(np.where(gap_TS, np.nan, np.maximum(-move_TS, 0.0)), window)
        both_TS = up_TS + down_TS
        return np.where(both_TS == 0, 50.0, 100.0 * divide(up_TS, both_TS))

    return by_columns(work, values)


def true_range(high: ArrayLike, low: ArrayLike, close: ArrayLike) -> Floats:
    """Wilder's true range: high less low, the close before counted in; NaN at the first row.

    Look-back 1.
    """

    def work(high_TS: Floats, low_TS: Floats, close_TS: Floats) -> Floats:
        out_TS = np.full_like(high_TS, np.nan)
        before_TS = close_TS[:-1]
        out_TS[1:] = np.maximum(high_TS[1:], before_TS) - np.minimum(low_TS[1:], before_TS)
        return out_TS

    return by_columns(work, high, low, close)


def atr(high: ArrayLike, low: ArrayLike, close: ArrayLike, window: int = 14) -> Floats:
    """Wilder's average of the true range, as TA-Lib's. Look-back as `rsi`."""
    window = whole("window", window)
    return by_columns(lambda range_TS: wilder(range_TS, window), true_range(high, low, close))


def bollinger(values: ArrayLike, window: int = 20, width: float = 2.0, ddof: int = 0) -> Bands:
    """Bollinger's bands: the mean of the window, and `width` deviations (of all the window) off it.

    Look-back window − 1.
    """
    lower, middle, upper = bands(values, window, width, ddof)
    return Bands(lower, middle, upper)


def drawdown(values: ArrayLike, window: int | None = None) -> Floats:
    """The fall from the highest value of the window, or so far: x / max − 1, in [−1, 0].

    Look-back window − 1; without a window, all that came before.
    """

    def work(x_TS: Floats, top_TS: Floats) -> Floats:
        return x_TS / _positive(top_TS) - 1.0

    return by_columns(work, values, rolling_max(values, window))


def _average(values: ArrayLike, span: int) -> Floats:
    """The adjusted EMA, NaN until `span` values were seen."""
    span = whole("span", span)
    return ema(np.asarray(values, dtype=np.float64), span=span, min_count=span)


def _log_ratio(values: ArrayLike, average: Floats) -> Floats:
    def work(x_TS: Floats, average_TS: Floats) -> Floats:
        return np.log(_positive(x_TS) / _positive(average_TS))

    return by_columns(work, values, average)


def _positive(x_TS: Floats) -> Floats:
    """NaN for what is not above 0."""
    return np.where(x_TS > 0, x_TS, np.nan)
