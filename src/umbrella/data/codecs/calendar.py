"""Where a moment stands in the hour, day, week and year, as pairs of sine and cosine.

Shapes: N moments, K numbers of each.
"""

import numpy as np
from numpy.typing import NDArray

DAY = 86_400_000_000  # microseconds
YEAR = 365 * DAY
CYCLES = {"day": DAY, "week": 7 * DAY}  # a cycle counts where a step is shorter than half of it


def cycles(step: int, span: int) -> tuple[str, ...]:
    """Which cycles tell anything of series.

    Months and quarters move on by about as much as their step: they are told by the year alone.
    A cycle that training saw less than twice would stand for what happened to happen then.

    Args:
        step: from one stamp to the next, in microseconds.
        span: from the first training stamp to the last.
    """
    fine = {**CYCLES, "year": 240 * DAY}
    long = {**CYCLES, "year": YEAR}
    return tuple(n for n, most in fine.items() if 2 * step <= most and 2 * long[n] <= span)


def calendar(stamps: NDArray[np.int64], names: tuple[str, ...]) -> NDArray[np.float64]:
    """Sine and cosine of the part of each cycle that has passed, [N, 2 · cycles].

    Args:
        stamps: [N] microseconds since 1970.
        names: as `cycles` gives them.
    """
    out = np.empty((len(stamps), 2 * len(names)))
    for at, name in enumerate(names):
        turn = 2 * np.pi * _passed(stamps, name)
        out[:, 2 * at], out[:, 2 * at + 1] = np.sin(turn), np.cos(turn)
    return out


def _passed(stamps: NDArray[np.int64], name: str) -> NDArray[np.float64]:
    """Share of a cycle that has passed, in [0, 1)."""
    if name == "year":
        moments = stamps.astype("datetime64[us]")
        start = moments.astype("datetime64[Y]")
        end = (start + 1).astype("datetime64[us]").astype(np.int64)
        begun = start.astype("datetime64[us]").astype(np.int64)
        return (stamps - begun) / (end - begun)
    shift = 3 * DAY if name == "week" else 0  # 1970 began on a Thursday, a week on a Monday
    length = CYCLES[name]
    return ((stamps + shift) % length) / length
