"""From a network's outputs to a forecast: levels and intervals of every step ahead. Numpy only.

Shapes: N origins, H steps ahead, Q levels of intervals.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Fan:
    """A forecast with its intervals, in the target's own unit.

    Args:
        middle: [N, H].
        low, high: [Q, N, H], the ends of the interval of each level.
        levels: [Q], shares of later values that an interval should hold.
    """

    middle: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    levels: tuple[float, ...]


def fan(
    spec: Mapping[str, Any],
    outputs: NDArray,
    base: NDArray[np.float64],
    scales: NDArray[np.float64],
) -> Fan:
    """Turn changes over scales into levels.

    Args:
        spec: of the task forecast: horizon, log, levels, low, high ([Q][H], distances in scales).
        outputs: [N, H].
        base: [N] the target at the origins, its logarithm where `log`.
        scales: [N].
    """
    middle = np.asarray(outputs, np.float64)
    low = middle + np.asarray(spec["low"], np.float64)[:, None, :]
    high = middle + np.asarray(spec["high"], np.float64)[:, None, :]
    middle, low, high = (_level(z, base, scales, bool(spec["log"])) for z in (middle, low, high))
    return Fan(middle, low, high, tuple(spec["levels"]))


def _level(
    change: NDArray[np.float64], base: NDArray, scales: NDArray, log: bool
) -> NDArray[np.float64]:
    level = base[:, None] + change * scales[:, None]
    return np.exp(level) if log else level
