"""From a network's outputs to a forecast: levels and intervals of every step ahead. Numpy only.

Shapes: N origins, H steps ahead, Q levels of intervals.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from umbrella.score.tracking import Ends


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
    sizes: NDArray | None = None,
    ends: Ends | None = None,
) -> Fan:
    """Turn changes over scales into levels.

    Args:
        spec: of the task forecast: horizon, log, levels, low, high ([Q][H], distances in scales,
            in sizes where there are any).
        outputs: [N, H].
        base: [N] the target at the origins, its logarithm where `log`.
        scales: [N].
        sizes: of errors to either side, [N, 2 Q, H], as the network foresees them, in scales.
        ends: distances that have moved on since, of every origin, instead of those of `spec`.
    """
    middle = np.asarray(outputs, np.float64)
    ends = ends or plain(spec)
    low, high = (side.transpose(1, 0, 2) for side in (ends.low, ends.high))
    if sizes is not None:
        below, above = sides(sizes, len(spec["levels"]))
        low, high = low * below.transpose(1, 0, 2), high * above.transpose(1, 0, 2)
    low, high = middle + low, middle + high
    order = np.argsort(spec["levels"], kind="stable")
    low[order] = np.minimum.accumulate(low[order], axis=0)  # a surer interval holds the others
    high[order] = np.maximum.accumulate(high[order], axis=0)
    middle, low, high = (_level(z, base, scales, bool(spec["log"])) for z in (middle, low, high))
    return Fan(middle, low, high, tuple(spec["levels"]))


def sides(sizes: NDArray, levels: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Sizes of errors below and above a forecast, [N, Q, H] each.

    Args:
        sizes: as a network says them, for all levels there may be, inner ones first.
        levels: Q that a task has.
    """
    below, above = np.split(np.asarray(sizes, np.float64), 2, axis=1)
    return below[:, :levels], above[:, :levels]


def plain(spec: Mapping[str, Any]) -> Ends:
    """The distances that a task states, the same for every origin, S = 1."""
    shape = (1, len(spec["levels"]), int(spec["horizon"]))
    return Ends(*(np.asarray(spec[side], np.float64).reshape(shape) for side in ("low", "high")))


def _level(
    change: NDArray[np.float64], base: NDArray, scales: NDArray, log: bool
) -> NDArray[np.float64]:
    level = base[:, None] + change * scales[:, None]
    return np.exp(level) if log else level
