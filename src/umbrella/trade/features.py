"""What an agent sees of the past: features of bars, each computed from bars gone by, on one scale.

The features are those of `umbrella.series.features`. Each is centred and scaled by its own mean and
spread so far, so that 1 is one usual deviation, whatever the price's unit and the market's mood.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from umbrella.base.errors import DataError
from umbrella.series import ema
from umbrella.series.features import compute, look_back
from umbrella.trade.prices import Prices

DEFAULT = ("return_1", "return_5", "return_20", "ema_gap_12", "ema_gap_26", "volatility_20")
SPAN = 250  # bars over which a feature's usual mean and spread are averaged
SETTLE = 20  # bars of a feature after which its spread is known well enough
LIMIT = 10.0  # features are cut off here, so that the space of observations has bounds
QUIET = 1e-8  # a spread below this is rounding


def features_of(
    prices: Prices, wanted: Sequence[str] | NDArray = DEFAULT
) -> tuple[NDArray[np.float32], int]:
    """Features of every bar.

    Args:
        prices: N bars.
        wanted: K names as `umbrella.series.features.compute` takes them, e.g. "ema_gap_12"; or
            numbers of your own, [N] or [N, K] in the order of `prices`, each known at its bar's
            close. Those are not scaled, only cut off.

    Returns:
        The features [N, K] in [-LIMIT, LIMIT], 0 where there is nothing to compute one from, and
        how many first bars of a series are too early to be judged by.

    Raises:
        ConfigError: a name that is no feature.
        DataError: own numbers of another length or not finite, or a feature of a column that the
            prices lack, e.g. of volume.
    """
    if not isinstance(wanted, np.ndarray):
        columns = {"close": prices.close, **prices.beside}
        if prices.open is not None:
            columns["open"] = prices.open
        parts = []
        for series in range(prices.count):
            at = prices.bars(series)
            parts.append(_scaled(compute(wanted, {name: c[at] for name, c in columns.items()})))
        return _cut(np.concatenate(parts)), look_back(wanted) + SETTLE
    own = wanted.reshape(len(wanted), -1).astype(np.float64)
    if len(own) != len(prices.close) or not np.isfinite(own).all():
        raise DataError(
            f"features are [{len(prices.close)}, K] finite numbers, a row a bar; these are "
            f"{list(wanted.shape)}, {int((~np.isfinite(own)).sum())} of them not finite. Fill gaps "
            "with 0 and leave out what is not known at the bar's close."
        )
    return _cut(own), 0


def _cut(values: NDArray) -> NDArray[np.float32]:
    return np.ascontiguousarray(np.clip(values, -LIMIT, LIMIT), dtype=np.float32)


def _scaled(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Features of one series, [T, K], in usual deviations from their usual value so far."""
    away = values - ema(values, span=SPAN)
    spread = np.sqrt(ema(away**2, span=SPAN))
    return np.nan_to_num(away / np.maximum(spread, QUIET), nan=0.0)
