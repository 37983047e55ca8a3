"""The best stretch of a text for every question, and how sure: read off starts and ends.

A stretch scores its start plus its end (Devlin et al. 2019, arXiv:1810.04805); it begins no later
than it ends and is no longer than the longest allowed. Chances are shares of all such stretches and
of silence together. Layout of the outputs: base/stretch.py. numpy only.

Shapes: N rows, P pieces of the longest.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from umbrella.base.stretch import NEVER

AREA = 2**18  # places of all rows of a batch together, with padding
ROWS = 256  # of a batch
UNSURE = 1e-6  # chances are kept from 0 and 1 by this before their log-odds


@dataclass(frozen=True)
class Stretches:
    """The best stretch of every row.

    Args:
        start, end: characters, int64 [N]; −1 where a text has no piece.
        gap: by how much it scores above silence, [N].
        chance: its share of all stretches and silence, in [0, 1], [N].
        silence: the share of silence, [N].
        lead: by how much it scores above the next best, [N].
    """

    start: NDArray[np.int64]
    end: NDArray[np.int64]
    gap: NDArray[np.float64]
    chance: NDArray[np.float64]
    silence: NDArray[np.float64]
    lead: NDArray[np.float64]


def find(outputs: NDArray, longest: int) -> Stretches:
    """The best stretch of every row.

    Args:
        outputs: [N, 1 + P, 4].
        longest: characters of a stretch, at most, ≥ 1. A piece by itself is always allowed.
    """
    n = len(outputs)
    places = np.full((2, n), -1, np.int64)
    told = np.zeros((4, n))
    told[0], told[2], told[3] = -np.inf, 1.0, np.inf  # of a text without a piece
    for rows in _batches(outputs):
        places[:, rows], told[:, rows] = _best(outputs[rows], longest)
    told[0] = np.maximum(told[0], 4 * NEVER)
    return Stretches(places[0], places[1], *told)


def _batches(outputs: NDArray) -> Iterator[NDArray[np.int64]]:
    """Rows of like length together, [n] each; rows without a piece are left out."""
    lengths = (outputs[:, 1:, 3] > 0).sum(axis=1)
    order = np.argsort(lengths, kind="stable")
    order = order[lengths[order] > 0]
    start = 0
    for at in range(1, len(order) + 1):
        full = at < len(order) and (
            at - start >= ROWS or (at - start + 1) * int(lengths[order[at]]) > AREA
        )
        if at == len(order) or full:
            yield order[start:at]
            start = at


def _best(outputs: NDArray, longest: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """First character and end, [2, n]; gap, chance, silence and lead, [4, n]."""
    real = outputs[:, 1:, 3] > 0
    wide = int(real.sum(axis=1).max())
    pieces, real = outputs[:, 1 : 1 + wide].astype(np.float64), real[:, :wide]
    starts = np.where(real, pieces[:, :, 0], NEVER)
    ends = np.where(real, pieces[:, :, 1], NEVER)
    first, last = pieces[:, :, 2], pieces[:, :, 3]
    silent = outputs[:, 0, :2].astype(np.float64).sum(axis=1)
    every, high = np.arange(len(outputs)), silent.copy()
    total = np.ones(len(outputs))  # of exp(score − high), silence first
    best, second = np.full(len(outputs), -np.inf), np.full(len(outputs), -np.inf)
    found = np.zeros((2, len(outputs)), np.int64)
    for more in range(wide):
        width = wide - more
        fits = real[:, more:] & ((last[:, more:] - first[:, :width] <= longest) | (more == 0))
        if not fits.any():
            break
        score = np.where(fits, starts[:, :width] + ends[:, more:], -np.inf)
        at = score.argmax(axis=1)
        top = score[every, at]
        higher = np.maximum(high, top)
        total = total * np.exp(high - higher) + np.exp(score - higher[:, None]).sum(axis=1)
        high = higher
        score[every, at] = -np.inf
        better = top > best
        second = np.maximum(np.maximum(second, score.max(axis=1)), np.where(better, best, top))
        best = np.where(better, top, best)
        found[:, better] = np.stack([at, at + more])[:, better]
    out = np.stack([first[every, found[0]], last[every, found[1]]]).astype(np.int64)
    lead = np.where(np.isfinite(second), best - second, np.inf)
    shares = np.exp(best - high) / total, np.exp(silent - high) / total
    return out, np.stack([best - silent, *shares, lead])


def told(
    outputs: NDArray, longest: int, margin: float | None, slope: float, shift: float
) -> dict[str, Any]:
    """Every row's answer.

    Args:
        outputs: [N, 1 + P, 4].
        longest: as in `find`.
        margin: by how much a stretch must beat silence; None where silence is no answer.
        slope, shift: how the log-odds of a chance become those of being right.

    Returns:
        "start" and "end" (lists, None for silence), and "score" [N], in [0, 1].
    """
    found = find(outputs, longest)
    said = found.start >= 0
    if margin is not None:
        said &= found.gap > margin
    sure = slope * odds(np.where(said, found.chance, found.silence)) + shift
    sides = {"start": found.start, "end": found.end}
    every = said.tolist()
    places = {
        name: [at if one else None for at, one in zip(side.tolist(), every, strict=True)]
        for name, side in sides.items()
    }
    return {**places, "score": 1 / (1 + np.exp(-np.clip(sure, -500, 500)))}


def lead(outputs: NDArray, longest: int, margin: float | None) -> NDArray[np.float64]:
    """By how much every row's answer is decided, [N]; arguments as of `told`."""
    found = find(outputs, longest)
    return found.lead if margin is None else np.minimum(found.lead, np.abs(found.gap - margin))


def odds(chance: NDArray) -> NDArray[np.float64]:
    """Log-odds of chances, those of 0 and 1 finite."""
    kept = np.clip(np.asarray(chance, dtype=np.float64), UNSURE, 1 - UNSURE)
    return np.asarray(np.log(kept) - np.log1p(-kept))


def even(outputs: NDArray) -> NDArray[np.float64]:
    """Outputs on one scale, [N, 1 + P, 2]: the chances of beginning and of ending at each place."""
    real = outputs[:, :, 3:] > 0
    real[:, 0] = True
    scores = np.where(real, outputs[:, :, :2].astype(np.float64), -np.inf)
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))
