"""Texts that mean nearly the same, whatever their letters: pairs far nearer than neighbours are.

A pair's margin is its cosine less the mean cosine of both with their next neighbours, so that texts
of a crowded subject must be nearer than those of a rare one (Artetxe, Schwenk 2019,
arXiv:1811.01136, with a difference in place of the ratio). The margin that counts is found in the
data: second neighbours, which are seldom twins, say how often so large a margin comes by chance
(Benjamini, Hochberg 1995). Only pairs count in which each is the other's nearest.

Cosines are made in blocks: memory grows with the rows, not with their square.
Shapes: N texts, W width, K neighbours.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from umbrella.base.seeds import generator

NEAR = 5  # K: the nearest, and those that say how crowded it is
CELLS = 2**24  # cosines in memory at a time
CHANCE = 0.02  # share of the pairs that chance may bring
RANDOM, RARE = 20_000, 0.999  # pairs drawn, and the share of them that a pair must be nearer than
LEAST = 4 * NEAR  # texts


@dataclass(frozen=True)
class Pairs:
    """Pairs of texts that are close in meaning, the closest first.

    Args:
        left, right: row numbers of each pair [P], left < right.
        similarity: cosine [P].
        margin: by how much it is nearer than neighbours are [P].
        least: margin from which pairs count; infinite where nothing stands out.
        floor: cosine that pairs reach at least, by pairs drawn at random.
    """

    left: NDArray[np.int64]
    right: NDArray[np.int64]
    similarity: NDArray[np.float64]
    margin: NDArray[np.float64]
    least: float
    floor: float


def close_pairs(
    vectors_NW: NDArray[np.float32], units_N: NDArray[np.int64] | None = None, seed: int = 0
) -> Pairs:
    """Find them.

    Args:
        vectors_NW: norm 1.
        units_N: rows of one unit are known to belong together and are no pair.
        seed: draws the random pairs.
    """
    units = (
        np.arange(len(vectors_NW))
        if units_N is None
        else np.unique(units_N, return_inverse=True)[1]
    )
    none = np.empty(0, np.int64)
    if len(np.unique(units)) < LEAST:
        return Pairs(none, none, np.empty(0), np.empty(0), np.inf, 1.0)
    near_NK, cosine_NK = neighbours(vectors_NW, units)
    crowd_N = cosine_NK[:, 1:].mean(axis=1)
    first, second = (cosine_NK[:, k] - (crowd_N + crowd_N[near_NK[:, k]]) / 2 for k in (0, 1))
    rows = np.arange(len(units))
    least, floor = _least(first, second), _floor(vectors_NW, seed)
    other = near_NK[:, 0]
    taken = (near_NK[other, 0] == rows) & (rows < other)
    taken &= (first >= least) & (cosine_NK[:, 0] >= floor)
    found = np.flatnonzero(taken)
    found = found[np.argsort(-first[found], kind="stable")]
    return Pairs(
        found, other[found], cosine_NK[found, 0].astype(np.float64), first[found], least, floor
    )


def neighbours(
    vectors_NW: NDArray[np.float32], units_N: NDArray[np.int64], count: int = NEAR
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """The nearest rows of other units and their cosines, [N, K] each, the nearest first.

    Args:
        vectors_NW: norm 1.
        units_N: one number a unit; more than K of them.
        count: K.
    """
    step = max(1, CELLS // len(vectors_NW))
    near = np.empty((len(vectors_NW), count), np.int64)
    cosines = np.empty((len(vectors_NW), count), np.float32)
    for start in range(0, len(vectors_NW), step):
        end = min(start + step, len(vectors_NW))
        cosine = vectors_NW[start:end] @ vectors_NW.T
        cosine[units_N[start:end, None] == units_N[None, :]] = -2.0
        best = np.argpartition(-cosine, count, axis=1)[:, :count]
        told = np.take_along_axis(cosine, best, axis=1)
        order = np.lexsort((best, -told), axis=1)
        near[start:end] = np.take_along_axis(best, order, axis=1)
        cosines[start:end] = np.take_along_axis(told, order, axis=1)
    return near, cosines


def _least(first: NDArray, second: NDArray) -> float:
    """The margin above which second neighbours are at most `CHANCE` as many as first ones."""
    ordered = np.sort(first)[::-1]
    by_chance = len(second) - np.searchsorted(np.sort(second), ordered, "left")
    held = np.flatnonzero((by_chance + 1) / np.arange(1, len(ordered) + 1) <= CHANCE)
    return float(ordered[held[-1]]) if len(held) else np.inf


def _floor(vectors: NDArray[np.float32], seed: int) -> float:
    draw = generator(seed, "random pairs").integers(0, len(vectors), (2, RANDOM))
    cosine = np.einsum("nw,nw->n", vectors[draw[0]], vectors[draw[1]])
    return float(np.quantile(cosine[draw[0] != draw[1]], RARE))
