"""Intervals from a forecaster's own errors on origins that it never learned from.

Errors are signed (truth - forecast), so that the two sides may differ, and kept apart for every
step ahead. Numpy only. How ends go on from there as later errors come: tracking.py.

Shapes: n origins, H steps ahead, m calibration origins.
"""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from umbrella.base.errors import ConfigError

EPSILON = 1e-9  # .05 x 40 / 2 must count as 1
Limits = tuple[NDArray[np.float64], NDArray[np.float64]]


def split(errors: NDArray, level: float = 0.95) -> Limits:
    """Distances from a forecast to the ends of its interval, from errors it never learned from.

    Args:
        errors: truth - forecast of later origins than the training's, over their scale where one
            is used, [m, H]; NaN = unknown.
        level: share of later truths that an interval holds at least, were errors exchangeable.

    Returns:
        Low and high distance, [H] each; infinite where m is too small for the level
        (below 39 for 95 %).

    Source: Vovk, Gammerman & Shafer 2005, Algorithmic Learning in a Random World; two-sided with
    signs: Romano, Patterson & Candès 2019, NeurIPS, theorem 2.
    """
    errors = _matrix(errors, "errors")
    if not 0 < level < 1:
        raise ConfigError(f"level={level}: it lies between 0 and 1 (0.95 is usual).")
    ends = np.array([_ends(np.sort(_known(one)), 1 - level) for one in errors.T])
    return ends[:, 0], ends[:, 1]


def around(forecast: NDArray, distances: Limits, scale: NDArray | None = None) -> Limits:
    """Ends of intervals, [n, H] each.

    Args:
        forecast: [n, H].
        distances: of `split`.
        scale: size of an error at every origin, [n], e.g. the recent volatility; 1 without it.
    """
    forecast = _matrix(forecast, "forecast")
    size = _scales(scale, len(forecast))[:, None]
    return forecast + distances[0] * size, forecast + distances[1] * size


def _ends(ordered: Sequence[float] | NDArray, aside: float) -> tuple[float, float]:
    """The two ends that leave out a share of errors, half of it on each side.

    Args:
        ordered: known errors, smallest first.
        aside: the share; too few errors for it: infinite ends.
    """
    count = len(ordered)
    rank = math.floor((count + 1) * aside / 2 + EPSILON)
    if rank < 1:
        return -math.inf, math.inf
    rank = min(rank, (count + 1) // 2)
    return float(ordered[rank - 1]), float(ordered[count - rank])


def _known(errors: NDArray[np.float64]) -> NDArray[np.float64]:
    return errors[~np.isnan(errors)]


def _matrix(values: NDArray, name: str) -> NDArray[np.float64]:
    values = np.asarray(values, np.float64)
    if values.ndim != 2 or values.shape[1] == 0:
        raise ConfigError(f"{name} has shape {values.shape}. Give [origins, steps ahead].")
    return values


def _scales(scale: NDArray | None, rows: int) -> NDArray[np.float64]:
    scales = np.ones(rows) if scale is None else np.asarray(scale, np.float64)
    if scales.shape != (rows,) or not (scales > 0).all():
        raise ConfigError(f"Scales of shape {scales.shape}: give one above zero an origin, {rows}.")
    return scales
