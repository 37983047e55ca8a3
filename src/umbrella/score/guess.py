"""Answers to blanks, read: the likeliest tokens of each, and how far ahead the first one is.

Shapes: N rows, M blanks of a row, K tokens that are told of each; layout: base/guess.py.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from umbrella.base.guess import FIRST, TRUTH


def likely(outputs: NDArray, best: int) -> tuple[list[list[int]], NDArray[Any]]:
    """The likeliest token of every blank, and K pairs of token and chance.

    Args:
        outputs: [N, M, 2 + 2 K].
        best: K.

    Returns:
        Lists of ids, one a row; lists of lists of pairs, one a blank, in an array [N].
    """
    ids: list[list[int]] = []
    pairs = np.empty(len(outputs), dtype=object)  # measured, so no list: see ship/parity.py
    for at, row in enumerate(outputs):
        some = row[row[:, TRUTH] > 0]
        tokens = some[:, FIRST : FIRST + best].astype(np.int64).tolist()
        chances = np.exp(some[:, FIRST + best :].astype(np.float64)).tolist()
        ids.append([one[0] for one in tokens])
        pairs[at] = [list(zip(*both, strict=True)) for both in zip(tokens, chances, strict=True)]
    return ids, pairs


def lead(outputs: NDArray, best: int) -> NDArray[np.float64]:
    """By how much chance the likeliest token leads, in the closest blank of every row, [N]."""
    told = np.exp(outputs[:, :, FIRST + best : FIRST + best + 2].astype(np.float64))
    ahead = np.where(outputs[:, :, TRUTH] > 0, told[:, :, 0] - told[:, :, 1], 1.0)
    return np.asarray(ahead.min(axis=1, initial=1.0))
