"""THE table of features: name → what it is computed from, how, and how far it looks back.

A feature is written as its name and its window, "ema_gap_20"; "macd" has none. All of them are
free of the price's unit, so that one model can learn from many series. Letters: T rows, S series,
K features.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from umbrella.base.errors import ConfigError, DataError, unknown
from umbrella.series import indicators
from umbrella.series.exponential import alpha_of, ema, half_life_rows
from umbrella.series.rolling import rolling_max, rolling_std, sma, z_score

Floats = NDArray[np.float64]
Columns = Mapping[str, Floats]
TAIL = 0.01  # share of an endless average's weight that may lie before its look-back


@dataclass(frozen=True)
class Feature:
    """One row of the table.

    Args:
        needs: the columns it is computed from.
        compute: columns [T] or [T, S] and the window → shaped like them.
        rows: the window and a share of weight → rows looked back.
        source: where it comes from.
        windowed: whether its name carries a window.
        level: the same of levels that need not be above 0, in their unit; None where `compute`
            serves them too.
    """

    needs: tuple[str, ...]
    compute: Callable[[Columns, int], Floats]
    rows: Callable[[int, float], int]
    source: str
    windowed: bool = True
    level: Callable[[Columns, int], Floats] | None = None


def _span_rows(span: int, tail: float) -> int:
    return max(half_life_rows(tail, alpha_of(span=span)), span - 1)


def _wilder_rows(window: int, tail: float) -> int:
    return max(half_life_rows(tail, 1.0 / window), window - 1) + 1


FEATURES: dict[str, Feature] = {
    "return": Feature(
        ("close",),
        lambda c, n: indicators.returns(c["close"], n),
        lambda n, _: n,
        "log return",
        level=lambda c, n: indicators.change(c["close"], n),
    ),
    "ema_gap": Feature(
        ("close",),
        lambda c, n: indicators.ema_gap(c["close"], n),
        _span_rows,
        "log price over EMA",
        level=lambda c, n: c["close"] - ema(c["close"], span=n, min_count=n),
    ),
    "sma_gap": Feature(
        ("close",),
        lambda c, n: indicators.sma_gap(c["close"], n),
        lambda n, _: n - 1,
        "log price over mean",
        level=lambda c, n: c["close"] - sma(c["close"], n),
    ),
    "z_score": Feature(
        ("close",), lambda c, n: z_score(c["close"], n), lambda n, _: n - 1, "deviations off mean"
    ),
    "bollinger": Feature(
        ("close",),
        lambda c, n: _place_in_bands(c["close"], n),
        lambda n, _: n - 1,
        "Bollinger 2001: 0 at the lower band, 1 at the upper",
    ),
    "volatility": Feature(
        ("close",),
        lambda c, n: indicators.volatility(c["close"], n),
        lambda n, _: n,
        "deviation of log returns",
        level=lambda c, n: rolling_std(indicators.change(c["close"]), n),
    ),
    "drawdown": Feature(
        ("close",),
        lambda c, n: indicators.drawdown(c["close"], n),
        lambda n, _: n - 1,
        "fall from the window's highest",
        level=lambda c, n: c["close"] - rolling_max(c["close"], n),
    ),
    "rsi": Feature(
        ("close",), lambda c, n: indicators.rsi(c["close"], n), _wilder_rows, "Wilder 1978"
    ),
    "macd": Feature(
        ("close",),
        lambda c, _: indicators.macd(c["close"]).histogram / c["close"],
        lambda _, tail: _span_rows(26, tail) + _span_rows(9, tail),
        "Appel 1979: histogram of 12, 26, 9 by the price",
        windowed=False,
        level=lambda c, _: indicators.macd(c["close"]).histogram,
    ),
    "atr": Feature(
        ("high", "low", "close"),
        lambda c, n: indicators.atr(c["high"], c["low"], c["close"], n) / c["close"],
        _wilder_rows,
        "Wilder 1978, by the price",
        level=lambda c, n: indicators.atr(c["high"], c["low"], c["close"], n),
    ),
    "volume_ratio": Feature(
        ("volume",),
        lambda c, n: indicators.volume_ratio(c["volume"], n),
        _span_rows,
        "log volume over EMA",
    ),
    "on_balance": Feature(
        ("close", "volume"),
        lambda c, n: indicators.on_balance(c["close"], c["volume"], n),
        lambda n, _: n,
        "Granville 1963: change of on-balance volume by volume",
    ),
}


def compute(
    names: Sequence[str], columns: Mapping[str, ArrayLike], unit: ArrayLike | None = None
) -> Floats:
    """Features of every row, from that row and the rows before it alone.

    Args:
        names: K names such as ("return_1", "ema_gap_20", "rsi_14", "macd").
        columns: what they need of "open", "high", "low", "close", "volume": each [T] or [T, S], all
            alike; NaN where a value is missing. Series that end early are filled up with NaN.
        unit: what a usual change of levels is, above 0, shaped to go with the columns: "close" need
            then not be above 0, and changes are taken as they are, over this. None: of prices.

    Returns:
        [T, K] or [T, S, K]; NaN where there is not yet enough to answer from.

    Raises:
        ConfigError: a name that is no feature.
        DataError: a column that is missing or of another shape, or infinite values.
    """
    asked = [(*_parsed(name), name) for name in names]
    if not asked:
        raise ConfigError(f"No feature was named. Name some, e.g. return_1, ema_gap_20; there are: "
                          f"{', '.join(FEATURES)}.")  # fmt: skip
    held: dict[str, Floats] = {}
    for feature, _, name in asked:
        for column in feature.needs:
            if column not in columns:
                raise DataError(f"{name} needs the column {column!r}; there are: "
                                f"{', '.join(columns) or 'none'}. Give it, or leave {name} out."
                                )  # fmt: skip
            held[column] = np.asarray(columns[column], dtype=np.float64)
    shapes = {column: array.shape for column, array in held.items()}
    if len(set(shapes.values())) != 1:
        raise DataError(
            f"Columns of different shapes came: {shapes}. Give one row and series in all."
        )
    for column, array in held.items():
        if np.isinf(array).any():
            at = tuple(np.argwhere(np.isinf(array))[0].tolist())
            raise DataError(f"{column} is {array[at]} at row {at[0]}. Give finite numbers, and NaN "
                            f"where one is missing.")  # fmt: skip
    with np.errstate(over="ignore", invalid="ignore", divide="ignore", under="ignore"):
        made = [_made(feature, held, window, unit) for feature, window, _ in asked]
        return np.stack(made, axis=-1)


def needs(name: str) -> tuple[str, ...]:
    """The columns that a feature is computed from, of "close", "high", "low", "volume".

    Raises:
        ConfigError: no feature is called so.
    """
    return _parsed(name)[0].needs


def look_back(names: Sequence[str], tail: float = TAIL) -> int:
    """How many rows before a row its features need.

    Args:
        names: as in `compute`.
        tail: exponential averages never forget wholly; so much of their weight, in (0, 1), may
            lie further back. Windows are exact.

    Returns:
        The largest of the features' look-backs: rows before it move the answer by no more than
        `tail` of the weight.
    """
    if not 0 < tail < 1:
        raise ConfigError(f"tail={tail} is not possible: tail must lie in (0, 1).")
    return max((f.rows(window, tail) for f, window in map(_parsed, names)), default=0)


def _made(feature: Feature, held: Columns, window: int, unit: ArrayLike | None) -> Floats:
    if unit is None or feature.level is None:
        return feature.compute(held, window)
    return feature.level(held, window) / np.asarray(unit, dtype=np.float64)


def _parsed(name: str) -> tuple[Feature, int]:
    """ "ema_gap_20" → its row of the table, and 20."""
    found = re.fullmatch(r"([a-z_]+?)(?:_([1-9][0-9]*))?", name)
    base = found[1] if found else name
    if base not in FEATURES:
        raise unknown("feature", name, FEATURES)
    feature, window = FEATURES[base], found[2] if found else None
    if feature.windowed != (window is not None):
        want = f"{base}_20" if feature.windowed else base
        raise ConfigError(f"The feature {name!r} {'lacks its' if feature.windowed else 'has no'} "
                          f"window. Write e.g. {want}.")  # fmt: skip
    return feature, int(window or 0)


def _place_in_bands(close: Floats, window: int) -> Floats:
    lower, _, upper = indicators.bollinger(close, window)
    return (close - lower) / np.where(upper == lower, np.nan, upper - lower)
