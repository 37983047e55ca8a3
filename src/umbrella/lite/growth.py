"""How errors grow where a model is asked turn by turn, beyond the horizon it was trained for.

Some errors add up, as those of prices do; those of a temperature are no larger in a month than in a
week. Which it is, is measured: forecasts of several turns are made from the past of the history and
held against what came. Taking them all for errors that add up, as theory has it for a random walk,
held .99 of daily temperatures and .93 of sunspots in intervals of 95 %, over four horizons of later
months; with measured growth .96 and .95 (bench/coverage.py).

Shapes: S series, H steps of a turn, K turns, n origins.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from umbrella.data.codecs.history import History

TURNS = 4  # that are measured, at most
ORIGINS = 100  # from which, at most
APART = 2  # lengths of such a forecast that half of a history must hold
GOLDEN = 0.6180339887
ADDED = 2.0  # what a turn adds to the square of the first one's errors where errors add up

Forecaster = Callable[[list[History], int], NDArray[np.float64]]


def growth(
    make: Forecaster, codec: Any, histories: Sequence[History], horizon: int, turns: int
) -> NDArray[np.float64]:
    """The size of errors in each turn, as a multiple of the first one's; never falling, [K].

    Where the histories are too short to measure a turn, errors are taken to grow on as before, and
    to add up where nothing was measured.

    Args:
        make: histories and steps → forecasts, [n, steps].
        codec: of the model.
        histories: of the series, each up to its last known step.
        horizon: H.
        turns: K.
    """
    lengths = np.array([len(one.stamps) for one in histories])
    most = int(np.median(lengths)) // 2 // (APART * horizon) if len(lengths) else 0
    measured = min(turns, TURNS, most)
    squares = 1 + ADDED * np.arange(float(turns))
    if measured > 1:
        found = _measured(make, codec, histories, horizon, measured)
        if np.isfinite(found).all():
            squares[:measured] = found**2
            each = (found[-1] ** 2 - 1) / (measured - 1)
            squares[measured:] = squares[measured - 1] + each * np.arange(1, turns - measured + 1)
    return np.sqrt(squares)


def _measured(
    make: Forecaster, codec: Any, histories: Sequence[History], horizon: int, turns: int
) -> NDArray[np.float64]:
    """The same of the turns that fit into the second half of the histories."""
    far = turns * horizon
    long = [one for one in histories if len(one.stamps) - one.after >= 2 * APART * far]
    picked = np.linspace(0, len(long) - 1, min(len(long), ORIGINS), dtype=int)
    each, cut, truth = max(1, ORIGINS // max(len(picked), 1)), [], []
    for number, one in enumerate(long[at] for at in picked):
        end = len(one.stamps) - one.after
        share = (np.arange(each) + number * GOLDEN % 1) / each  # series differ in their moments
        places = end // 2 + (share * (end - far - end // 2)).astype(int)
        for at in np.unique(places).tolist():
            if np.isfinite(one.values[at, 0]):
                start = max(0, at + 1 - codec.reach) if one.name in codec.scales else 0
                past = slice(start, at + 1)
                cut.append(replace(one, values=one.values[past], stamps=one.stamps[past], after=0))
                truth.append(one.values[at + 1 : at + 1 + far, 0])
    if not cut:
        return np.full(turns, np.nan)
    came, told = np.array(truth), make(cut, far)
    if codec.config.log:
        with np.errstate(invalid="ignore", divide="ignore"):
            came, told = np.log(came), np.log(told)
    errors = np.abs(came - told) / codec.anchor(cut)[1][:, None]
    errors = errors.reshape(len(cut), turns, horizon)
    known = np.isfinite(errors)
    sizes = np.where(known, errors, 0.0).sum(axis=(0, 2)) / np.maximum(known.sum(axis=(0, 2)), 1)
    if not sizes[0] > 0:
        return np.full(turns, np.nan)
    return np.asarray(np.maximum.accumulate(sizes / sizes[0]))
