"""Whether a network's own word on its errors makes better intervals than one width for all origins.

Both are held against validation origins that they were not stretched by: half of the moments tell
the ends, the other half judges, and the other way round. The better interval score is kept.

Shapes: n origins, H steps ahead, Q levels.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from umbrella.base.catalogue import Sentence
from umbrella.tasks.forecast import LEVELS, Forecast
from umbrella.tasks.task import Task


@dataclass(frozen=True)
class Ends:
    """The task with its intervals, and what they are made of.

    Args:
        task: with intervals.
        own: whether they are as wide as the network says; False where it says nothing, or where
            that was no better than one width.
        says: which was kept, for a network that says something.
    """

    task: Task
    own: bool = False
    says: Sentence | None = None


def held_out_scores(
    task: Any, outputs: NDArray, targets: NDArray, sizes: NDArray, moments: NDArray
) -> tuple[float, float] | None:
    """Interval scores with a network's own sizes, and with one width; less is better.

    Args:
        task: whose intervals they are.
        outputs, targets: [n, H].
        sizes: of errors, as the network expects them, [n, 2 Q, H].
        moments: of each origin, [n].

    Returns:
        Means over origins, steps and levels, in scales; None where origins are too few for both
        halves to have an interval.
    """
    early = moments <= np.median(moments)
    found: list[tuple[float, float]] = []
    for told in (early, ~early):
        if not told.any() or told.all():
            return None
        both = []
        for own in (sizes, None):
            made = task.calibrated(outputs[told], targets[told], None if own is None else own[told])
            rest = None if own is None else own[~told]
            both.append(_interval_scores(made, outputs[~told], targets[~told], rest))
        levels = set(both[0]) & set(both[1])
        found += [(both[0][level], both[1][level]) for level in sorted(levels)]
    if not found or not np.isfinite(found).all():
        return None
    own_score, plain = np.mean(found, axis=0)
    return float(own_score), float(plain)


def _interval_scores(
    task: Forecast, outputs: NDArray, targets: NDArray, sizes: NDArray | None
) -> dict[float, float]:
    """Mean interval score of each level: width, and 2 / (1 - level) times what lies outside.

    Source: Gneiting & Raftery 2007, Strictly proper scoring rules, section 6.2; Winkler 1972.
    """
    out = {}
    for level, low, high in zip(task.levels, task.low, task.high, strict=True):
        at = LEVELS.index(level)
        down, up = (1.0, 1.0) if sizes is None else (sizes[:, at], sizes[:, len(LEVELS) + at])
        bottom, top = outputs + np.array(low) * down, outputs + np.array(high) * up
        outside = np.maximum(bottom - targets, 0) + np.maximum(targets - top, 0)
        out[level] = float(np.nanmean(top - bottom + 2 / (1 - level) * outside))
    return out
