"""A linear layer on vectors, asked about rows that it did not learn from.

Logistic regression on standardised vectors. Its strength is chosen once, on all rows by the loss of
rows left out; what is given back are chances of rows in a fold apart.
Shapes: N rows, W width, C classes.
"""

import warnings
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from umbrella.base.seeds import generator

FOLDS = 5
STRENGTHS = (3e-4, 3e-3, 3e-2, 3e-1)  # C: the larger, the weaker the penalty
TRIED = 2_000  # rows at most by which the strength is chosen
LEAST_CHANCE = 1e-12


def out_of_fold(
    vectors_NW: NDArray[np.float32],
    targets_N: NDArray[np.int64],
    units_N: NDArray | None = None,
    seed: int = 0,
) -> NDArray[np.float64]:
    """Chances [N, C] of every row by a layer that learned from other folds.

    Args:
        vectors_NW: of the rows.
        targets_N: classes from 0 to C - 1, at least two of them.
        units_N: rows of one unit (copies, groups) stay in one fold; every row its own by default.
        seed: draws the folds.
    """
    units = np.arange(len(targets_N)) if units_N is None else units_N
    fold_N = _folds(units, targets_N, seed)
    strength = _strength(vectors_NW, targets_N, fold_N, seed)
    chances = np.zeros((len(targets_N), int(targets_N.max()) + 1))
    for fold in range(FOLDS):
        out = fold_N == fold
        if out.any():
            chances[out] = _ask(vectors_NW, targets_N, ~out, out, strength, chances.shape[1])
    return chances


def _folds(units: NDArray, targets: NDArray[np.int64], seed: int) -> NDArray[np.int64]:
    """A fold for every row: classes share themselves out over the folds, by their first rows."""
    _, first, unit_N = np.unique(units, return_index=True, return_inverse=True)
    draw = generator(seed, "out of fold").permutation(len(first))
    of_unit = np.empty(len(first), np.int64)
    of_unit[draw[np.argsort(targets[first][draw], kind="stable")]] = np.arange(len(first)) % FOLDS
    return np.asarray(of_unit[unit_N], np.int64)


def _strength(
    vectors: NDArray[np.float32], targets: NDArray[np.int64], fold: NDArray[np.int64], seed: int
) -> float:
    rows = generator(seed, "strength").permutation(len(targets))[:TRIED]
    losses = []
    for strength in STRENGTHS:
        lost = [
            -np.log(np.maximum(told[np.arange(len(told)), goals], LEAST_CHANCE))
            for told, goals in _tried(vectors[rows], targets[rows], fold[rows], strength)
        ]
        losses.append(float(np.concatenate(lost).mean()) if lost else np.inf)
    return STRENGTHS[int(np.argmin(losses))]


def _tried(
    vectors: NDArray[np.float32], targets: NDArray[np.int64], fold: NDArray[np.int64], C: float
) -> Iterator[tuple[NDArray[np.float64], NDArray[np.int64]]]:
    for number in range(FOLDS):
        out = fold == number
        if out.any() and not out.all():
            yield _ask(vectors, targets, ~out, out, C, int(targets.max()) + 1), targets[out]


def _ask(
    vectors: NDArray[np.float32],
    targets: NDArray[np.int64],
    learn: NDArray[np.bool_],
    out: NDArray[np.bool_],
    strength: float,
    classes: int,
) -> NDArray[np.float64]:
    from sklearn.linear_model import LogisticRegression

    chances = np.zeros((int(out.sum()), classes))
    seen = np.unique(targets[learn])
    if len(seen) < 2:  # nothing to tell apart
        chances[:, seen] = 1.0
        return chances
    middle, spread = vectors[learn].mean(axis=0), vectors[learn].std(axis=0) + 1e-6
    layer = LogisticRegression(C=strength, max_iter=300, tol=1e-3)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a layer that is nearly found is found
        layer.fit((vectors[learn] - middle) / spread, targets[learn])
    chances[:, seen] = layer.predict_proba((vectors[out] - middle) / spread)
    return chances
