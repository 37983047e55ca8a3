"""Labels that may be wrong: rows whose text speaks for another label than the one they bear.

A linear layer on a frozen encoder's vectors is asked about every row by folds that did not learn
from it (Northcutt, Jiang, Chuang 2021, arXiv:1911.00068). Labels turned on purpose say how many of
the wrong ones are found so; with that, the rows found bound how many labels can be wrong at all.
Neighbours are shown beside: alone they find far fewer (bench/unlabelled.py).
Shapes: N rows, W width, C classes.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from umbrella.base.seeds import generator
from umbrella.score import doubt
from umbrella.unlabelled.head import out_of_fold
from umbrella.unlabelled.pairs import neighbours

SURE = 0.8  # chance of another label from which a row is looked at
PLANTED = 0.05  # share of the labels that are turned to see how many are found
AROUND = 10  # neighbours that are shown
LEAST = 100  # rows


@dataclass(frozen=True)
class Suspects:
    """Rows to look at, the most suspect first.

    Args:
        rows: their numbers [P].
        said: the label that their text speaks for [P].
        chance: of it [P].
        agree: of the `AROUND` nearest rows, how many bear it [P].
        planted, found: labels turned on purpose, and how many of them were among the suspects.
        most: share of all labels that can be wrong at most (95 %), 1 where too little is found.
    """

    rows: NDArray[np.int64]
    said: NDArray[np.int64]
    chance: NDArray[np.float64]
    agree: NDArray[np.int64]
    planted: int
    found: int
    most: float


def suspects(
    vectors_NW: NDArray[np.float32],
    targets_N: NDArray[np.int64],
    units_N: NDArray[np.int64],
    seed: int = 0,
) -> Suspects:
    """Find them.

    Args:
        vectors_NW: norm 1, `LEAST` rows or more.
        targets_N: classes from 0 on, two or more.
        units_N: rows of one unit never judge each other.
        seed: draws folds and what is planted.
    """
    chances = out_of_fold(vectors_NW, targets_N, units_N, seed)
    rows = _suspect(chances, targets_N)
    said = chances[rows].argmax(axis=1)
    units = np.unique(units_N, return_inverse=True)[1]
    near, _ = neighbours(vectors_NW, units, min(AROUND, len(np.unique(units)) - 1))
    agree = (targets_N[near[rows]] == said[:, None]).sum(axis=1)
    turned, at = turn(targets_N, PLANTED, seed)
    again = _suspect(out_of_fold(vectors_NW, turned, units_N, seed), turned)
    found = int(np.isin(at, again).sum())
    return Suspects(
        rows, said, chances[rows].max(axis=1), agree, len(at), found,
        _most(len(rows), len(targets_N), found, len(at)),
    )  # fmt: skip


def turn(
    targets: NDArray[np.int64], share: float, seed: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Labels with a share of them made another one, and the rows where that was done."""
    draw = generator(seed, "turned labels")
    at = np.sort(draw.permutation(len(targets))[: max(1, round(share * len(targets)))])
    classes = int(targets.max()) + 1
    turned = targets.copy()
    turned[at] = (targets[at] + draw.integers(1, classes, len(at))) % classes
    return turned, at


def _suspect(chances: NDArray[np.float64], targets: NDArray[np.int64]) -> NDArray[np.int64]:
    """Rows with another label beyond `SURE`, the surest first."""
    best = chances.max(axis=1)
    rows = np.flatnonzero((chances.argmax(axis=1) != targets) & (best >= SURE))
    return rows[np.argsort(-best[rows], kind="stable")]


def _most(suspects: int, rows: int, found: int, planted: int) -> float:
    """Were more labels than this wrong, more rows would have been suspect: their number by the
    least share of planted ones that is found, 97.5 % sure each.
    """
    least = doubt.clopper_pearson(found, planted).low
    share = doubt.clopper_pearson(suspects, rows).high
    return 1.0 if least <= 0 else min(1.0, share / least)
