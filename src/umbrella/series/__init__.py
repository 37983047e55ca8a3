"""Averages and features of series: causal, vectorised over [T, S], numpy alone.

Every function looks at a row and the rows before it, never at later ones: `ema` and its state,
the plain indicators of prices and volumes, and `features`, their table with the look-back of each.
"""

from umbrella.series.exponential import ema
from umbrella.series.indicators import (
    atr,
    bollinger,
    drawdown,
    ema_gap,
    macd,
    on_balance,
    returns,
    rsi,
    sma_gap,
    true_range,
    volatility,
    volume_ratio,
)
from umbrella.series.rolling import rolling_std, sma, z_score
from umbrella.series.state import EmaState

__all__ = [
    "EmaState",
    "atr",
    "bollinger",
    "drawdown",
    "ema",
    "ema_gap",
    "macd",
    "on_balance",
    "returns",
    "rolling_std",
    "rsi",
    "sma",
    "sma_gap",
    "true_range",
    "volatility",
    "volume_ratio",
    "z_score",
]
