"""Where the pieces of a text stand in it: words and marks, or single characters.

Nothing here is learned, so training, answering and scoring cut alike. Places are numbers of code
points, as Python counts characters.

Shapes: N characters, P pieces.
"""

import re

import numpy as np
from numpy.typing import NDArray

from umbrella.data.codecs.scripts import LETTER, MARK, SPACE, UNSPACED, classify, code_points, mend

RULE = "pieces-1"  # the name of these cuts in a spec; one that names another is refused
UNITS = ("word", "char")
LONGEST = 64  # characters of a run of letters beyond which it is cut
ADDRESS = re.compile(r"(?:https?://|www\.)\S+")
HANDLES = ("@", "#")


def cut(text: str, unit: str) -> NDArray[np.int64]:
    """First character and end of every piece, [P, 2].

    Args:
        text: raw.
        unit: "word": a run of letters, digits and accents is a piece, and so is every mark, every
            letter of a script that is written without spaces, a web address, and a name after
            @ or #. "char": every character but white space.
    """
    points = code_points(mend(text))
    classes = classify(points)
    if unit == "char":
        first = np.flatnonzero(classes != SPACE)
        return np.stack([first, first + 1], axis=1)
    single, inside = (classes == MARK) | (classes == UNSPACED), classes == LETTER
    first, last = single.copy(), single
    first[:1] |= inside[:1]
    first[1:] |= inside[1:] & ~inside[:-1]
    last[-1:] |= inside[-1:]
    last[:-1] |= inside[:-1] & ~inside[1:]
    _join_handles(text, classes, first, last)
    if "://" in text or "www." in text:
        for found in ADDRESS.finditer(text):
            start, end = found.span()
            first[start + 1 : end] = last[start : end - 1] = False
            first[start] = last[end - 1] = True
    return _short(np.flatnonzero(first), np.flatnonzero(last) + 1)


def _join_handles(text: str, classes: NDArray, first: NDArray, last: NDArray) -> None:
    """Make one piece of a mark that begins a name and the name."""
    for mark in HANDLES:
        at = text.find(mark)
        while at >= 0:
            begins = at == 0 or classes[at - 1] == SPACE
            if begins and at + 1 < len(text) and classes[at + 1] == LETTER:
                last[at] = first[at + 1] = False
            at = text.find(mark, at + 1)


def _short(starts: NDArray, ends: NDArray) -> NDArray[np.int64]:
    """Pieces of at most LONGEST characters."""
    parts = (ends - starts + LONGEST - 1) // LONGEST
    if parts.max(initial=1) > 1:
        step = np.arange(parts.sum()) - np.repeat(np.cumsum(parts) - parts, parts)
        starts = np.repeat(starts, parts) + LONGEST * step
        ends = np.minimum(starts + LONGEST, np.repeat(ends, parts))
    return np.stack([starts, ends], axis=1).astype(np.int64)
