"""Where the elements of an encoded text lie in the raw text: what explanations point at.

A codec of texts has `places(cell)`: input name → `Places` of a row that it encodes. Places are
numbers of code points of the raw text, as it came; what a codec reads is often folded before.

Shapes: M stretches, S elements of a row, F characters of the folded text.
"""

import re
import unicodedata
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from umbrella.data.codecs.scripts import fold, mend

RUNS = re.compile(r"\s+|\S+")
JAMO = ("\u1100", "\u11ff")  # Hangul letters, which compose though each begins by itself


@dataclass(frozen=True)
class Places:
    """Stretches of a raw text, each with the element that was read there.

    Args:
        element: its number in the row, int64 [M]; one that stands for no characters is absent.
        bounds: first character and end, int64 [M, 2].
        share: of the element that lies here, [M]; those of one element sum to 1.
        column: which of the codec's columns the text is from, int64 [M]; 0 by default.
    """

    element: NDArray[np.int64]
    bounds: NDArray[np.int64]
    share: NDArray[np.float64]
    column: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))

    def __post_init__(self) -> None:
        if not len(self.column):
            object.__setattr__(self, "column", np.zeros(len(self.element), np.int64))


def one_each(bounds: NDArray[np.int64], first: int = 0) -> Places:
    """Elements that lie in one stretch each.

    Args:
        bounds: [M, 2]; an element whose stretch is empty stands for no characters.
        first: number of the first one.
    """
    some = bounds[:, 1] > bounds[:, 0]
    element = first + np.flatnonzero(some)
    return Places(element, bounds[some], np.ones(len(element)))


def moved(places: Places, by: int, column: int, first: int = 0) -> Places:
    """The same in another column, some characters further on, after some more elements."""
    return Places(
        places.element + first,
        places.bounds + by,
        places.share,
        np.full(len(places.element), column, np.int64),
    )


def with_next(bounds: NDArray[np.int64]) -> Places:
    """Elements that lie half in their own stretch and half in the next one's."""
    count = len(bounds)
    own = np.arange(count)
    left = np.where(own < count - 1, 0.5, 1.0)
    return Places(
        np.concatenate([own, own[:-1]]),
        np.concatenate([bounds, bounds[1:]]),
        np.concatenate([left, np.full(max(count - 1, 0), 0.5)]),
    )


def traced(text: str) -> tuple[str, NDArray[np.int64]]:
    """The folded text, and the stretch of the raw text that each of its characters is from, [F, 2].

    Folding is followed character by character together with the marks that compose with it; where
    that would fold otherwise, word by word.
    """
    folded = fold(text)
    if text.isascii():
        at = np.arange(len(text))
        return folded, np.stack([at, at + 1], axis=1)
    text = mend(text)
    for starts in (_clusters(text), [found.start() for found in RUNS.finditer(text)]):
        ends = [*starts[1:], len(text)]
        parts = [fold(text[a:b]) for a, b in zip(starts, ends, strict=True)]
        if "".join(parts) == folded:
            whole = np.stack([np.array(starts, np.int64), np.array(ends, np.int64)], axis=1)
            return folded, np.repeat(whole, [len(part) for part in parts], axis=0)
    return folded, np.tile(np.array([[0, len(text)]]), (len(folded), 1))


def _clusters(text: str) -> list[int]:
    """Where a character begins that composes with none before it."""
    return [at for at, char in enumerate(text) if at == 0 or not _composes(char)]


def _composes(char: str) -> bool:
    if char.isascii():
        return False
    head = unicodedata.normalize("NFKC", char)[:1]
    return unicodedata.category(head)[0] == "M" or JAMO[0] <= head <= JAMO[1]


def raw_bounds(origins: NDArray[np.int64], folded: NDArray[np.int64]) -> NDArray[np.int64]:
    """Stretches of the folded text as stretches of the raw one.

    Args:
        origins: as `traced` gives them.
        folded: first character and end in the folded text, [M, 2]; none is empty.
    """
    if not len(folded):
        return np.zeros((0, 2), np.int64)
    return np.stack([origins[folded[:, 0], 0], origins[folded[:, 1] - 1, 1]], axis=1)
