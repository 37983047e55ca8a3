"""Words of a text, and what was found of elements handed on to them by their places.

A word is a run of letters and digits, a mark, or, of scripts without spaces, a word as rjieba cuts
it where that is installed and a character where it is not.

Shapes: W words, M stretches, S elements, N characters.
"""

from collections.abc import Callable
from importlib.util import find_spec

import numpy as np
from numpy.typing import NDArray

from umbrella.base.errors import need
from umbrella.data.codecs.pieces import cut
from umbrella.data.codecs.places import Places
from umbrella.data.codecs.scripts import LETTER, MARK, UNSPACED, classify, code_points, mend

HIDDEN = {LETTER: "\N{LATIN LETTER BILABIAL CLICK}", MARK: "\N{REFERENCE MARK}", UNSPACED: "\u3400"}
HIDDEN_ELSE = " "  # what a character is hidden by: one of its own class that hardly any text has


def words(text: str) -> NDArray[np.int64]:
    """First character and end of every word, [W, 2]."""
    pieces = cut(text, "word")
    if not len(pieces) or find_spec("rjieba") is None:
        return pieces
    classes = classify(code_points(mend(text)))
    single = classes[pieces[:, 0]] == UNSPACED
    if not single.any():
        return pieces
    joins = np.zeros(len(pieces), bool)  # goes on with the piece before it
    touching = pieces[1:, 0] == pieces[:-1, 1]
    runs = single[1:] & single[:-1] & touching
    segment: Callable[[str], list[str]] = need("rjieba", "words").cut
    at = 0
    while at < len(pieces):
        end = at + 1
        while single[at] and end < len(pieces) and runs[end - 1]:
            end += 1
        if end - at > 1:
            lengths = [len(word) for word in segment(text[pieces[at, 0] : pieces[end - 1, 1]])]
            begins = at + np.cumsum([0, *lengths])[:-1]
            joins[at:end] = True
            joins[begins] = False
        at = end
    first = np.flatnonzero(~joins)
    last = np.append(first[1:], len(pieces)) - 1
    return np.stack([pieces[first, 0], pieces[last, 1]], axis=1)


def on_words(
    places: Places, values: NDArray, bounds: NDArray[np.int64], column: int = 0
) -> NDArray[np.float64]:
    """What was found of elements as sums over words, [W]; what lies between words is left out.

    Args:
        places: of the elements.
        values: of every element, [S].
        bounds: of the words, [W, 2].
        column: whose text the words are of.
    """
    own = places.column == column
    element, stretch = places.element[own], places.bounds[own]
    length = int(max(stretch[:, 1].max(initial=0), bounds[:, 1].max(initial=0)))
    inside = np.zeros(length + 1)
    inside[bounds[:, 0]] += 1
    np.add.at(inside, bounds[:, 1], -1)
    before = np.concatenate([[0], np.cumsum(np.cumsum(inside)[:length])])
    count = before[stretch[:, 1]] - before[stretch[:, 0]]
    each = np.where(count > 0, values[element] * places.share[own] / np.maximum(count, 1), 0.0)
    steps = np.zeros(length + 1)
    np.add.at(steps, stretch[:, 0], each)
    np.add.at(steps, stretch[:, 1], -each)
    chars = np.cumsum(steps)[:length] * (np.cumsum(inside)[:length] > 0)
    along = np.concatenate([[0], np.cumsum(chars)])
    return np.asarray(along[bounds[:, 1]] - along[bounds[:, 0]])


def without(text: str, bounds: NDArray[np.int64]) -> str:
    """The text with some words taken out, and the blanks beside them that are one too many."""
    parts, at = [], 0
    for start, end in bounds[np.argsort(bounds[:, 0])].tolist():
        parts.append(text[at:start])
        if text[end : end + 1] == " " and (start == 0 or text[start - 1 : start] == " "):
            end += 1
        at = end
    return "".join([*parts, text[at:]])


def hidden(text: str, bounds: NDArray[np.int64]) -> str:
    """The text with every character of some words made one that hardly any text has, so that all
    others stay where they are.
    """
    chars, classes = list(text), classify(code_points(mend(text)))
    for start, end in bounds.tolist():
        for at in range(start, end):
            chars[at] = HIDDEN.get(int(classes[at]), HIDDEN_ELSE)
    return "".join(chars)
