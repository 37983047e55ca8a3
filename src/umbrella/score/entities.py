"""Spans that were found beside those that are there: right only with both bounds and the type.

Counts and scores are those of CoNLL's conlleval and of seqeval (Tjong Kim Sang, De Meulder 2003).
numpy only.

Shapes: N rows, M true spans of the row with most, S found spans of all rows, K types.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from umbrella.score.chain import Spans

RIGHT, TYPE, BOUNDS, BOTH, INVENTED = range(5)  # what a found span is
FOUND, WRONG, MISSED = range(3)  # what becomes of a true one
KINDS_OF_SLIP = ("right", "type", "bounds", "both", "invented")


@dataclass(frozen=True)
class Matched:
    """Found spans against true ones.

    Args:
        slip: RIGHT, TYPE, BOUNDS, BOTH or INVENTED of every found span, [S].
        fate: FOUND, WRONG (touched by a found span) or MISSED of every true span, [G].
        rows: row of every true span, [G].
        kind: number of its type, [G].
        start: its first character, [G].
        end: its end, [G].
    """

    slip: NDArray[np.int64]
    fate: NDArray[np.int64]
    rows: NDArray[np.int64]
    kind: NDArray[np.int64]
    start: NDArray[np.int64]
    end: NDArray[np.int64]


def match(found: Spans, true: NDArray) -> Matched:
    """Tell what every found and every true span is.

    Args:
        found: of N rows.
        true: start, end and type [N, M, 3]; −1 where a row has fewer.
    """
    rows, places = np.nonzero(true[:, :, 0] >= 0)
    start, end, kind = true[rows, places].astype(np.int64).T.reshape(3, -1)
    slip = np.full(len(found.rows), INVENTED)
    fate = np.full(len(rows), MISSED)
    first = np.searchsorted(rows, np.arange(len(true) + 1))
    for at, row in enumerate(found.rows.tolist()):
        own = slice(first[row], first[row + 1])
        touch = (start[own] < found.end[at]) & (end[own] > found.start[at])
        same = touch & (start[own] == found.start[at]) & (end[own] == found.end[at])
        typed = touch & (kind[own] == found.kind[at])
        fate[own] = np.where(touch & (fate[own] == MISSED), WRONG, fate[own])
        if (same & typed).any():
            slip[at] = RIGHT
            fate[own] = np.where(same & typed, FOUND, fate[own])
        elif touch.any():
            slip[at] = TYPE if same.any() else BOUNDS if typed.any() else BOTH
    return Matched(slip, fate, rows, kind, start, end)


def row_counts(found: Spans, true: NDArray) -> tuple[NDArray, NDArray, NDArray]:
    """Right, found and true spans of every row, [N] each."""
    told = match(found, true)
    n = len(true)
    right = np.bincount(found.rows[told.slip == RIGHT], minlength=n)
    return right, np.bincount(found.rows, minlength=n), np.bincount(told.rows, minlength=n)


def f1(right: float, found: float, true: float) -> float:
    """2 · right / (found + true); 0 where nothing is there and nothing was found."""
    return 2 * right / (found + true) if found + true else 0.0


def by_type(found: Spans, true: NDArray, types: int) -> NDArray[np.int64]:
    """Right, found and true spans of every type, [K, 3].

    Args:
        found: of N rows.
        true: as in `match`; a type beyond K is left out.
        types: K.
    """
    told = match(found, true)
    known = told.kind[told.kind < types]
    return np.stack(
        [
            np.bincount(found.kind[told.slip == RIGHT], minlength=types),
            np.bincount(found.kind, minlength=types),
            np.bincount(known, minlength=types),
        ],
        axis=1,
    )
