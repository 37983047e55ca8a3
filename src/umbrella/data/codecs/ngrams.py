"""Texts → 64-bit token keys → n-gram keys, in bulk: whole blocks as arrays, no loop over tokens.

A word's key is a hash of its UTF-8 bytes, eight at a time, a character's of its code point
(finaliser of splitmix64: Steele, Lea, Flood 2014, "Fast splittable pseudorandom number
generators"); an n-gram's key is a polynomial in the keys of its tokens modulo 2^64. The upper
bits of a key are the best mixed.

Shapes: D texts of a block, N characters, K tokens, G n-grams.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from umbrella.base.errors import need
from umbrella.base.limits import LIMITS
from umbrella.data.codecs import scripts
from umbrella.data.codecs.scripts import LETTER, MARK, SPACE, UNSPACED, Points, code_points, fold

Keys = NDArray[np.uint64]

BLOCK_CHARS = 2**17  # characters worked on at once: temporaries stay in the processor's cache
BLOCK_ROWS = 2**12  # texts worked on at once; below 2^16, see vocabulary.ROW_BITS
TOKEN_CHARS = 64  # a longer run of letters counts as several tokens of this many characters
AUTO_SHARE = 0.5  # share of unspaced letters above which "auto" means "char"
UNITS = ("word", "char", "segment")

_CLASS_KEY, _BYTE_KEY = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xD6E8FEB86659FD93)
_NGRAM_KEY = np.uint64(0xF1357AEA2E62A9C5)  # odd, and 1 modulo 4: "x x" keeps 63 bits of "x"
_SPACE_KEY = np.uint64(0x20C5D7A1B9E36F4B)  # the key of a run of white space
_MASKS = np.array([(1 << (8 * n)) - 1 for n in range(9)], np.uint64)  # the first n of 8 bytes


@dataclass(frozen=True)
class Tokens:
    """Tokens of D texts, end to end: text i has `keys[offsets[i]:offsets[i + 1]]`."""

    keys: Keys
    offsets: NDArray[np.int64]

    @property
    def owners(self) -> NDArray[np.uint32]:
        """Number of the text that each token is from, [K]."""
        return np.repeat(np.arange(len(self.offsets) - 1, dtype=np.uint32), np.diff(self.offsets))


def blocks(
    batches: Iterable[Sequence[str | None]], longest: int = LIMITS.cell_chars
) -> Iterator[list[str]]:
    """Regroup texts into blocks whose size does not depend on how they were batched.

    Args:
        batches: texts; None counts as an empty text.
        longest: characters of a text that are looked at; the rest is left out.
    """
    block: list[str] = []
    chars = 0
    for text in chain.from_iterable(batches):
        kept = "" if text is None else text[:longest]
        block.append(kept)
        chars += len(kept)
        if chars >= BLOCK_CHARS or len(block) == BLOCK_ROWS:
            yield block
            block, chars = [], 0
    if block:
        yield block


def choose_unit(unit: str, stream: Iterator[list[str]]) -> tuple[str, Iterator[list[str]]]:
    """Settle "auto" on the first block: "char" where most letters are of unspaced scripts.

    Args:
        unit: a unit, or "auto".
        stream: blocks of texts.

    Returns:
        The unit ("word" if it is not "char") and the whole stream again.
    """
    if unit != "auto":
        return unit, stream
    first = next(stream, [])
    unit = "char" if scripts.unspaced_share(first) > AUTO_SHARE else "word"
    return unit, chain([first] if first else [], stream)


def tokenize(texts: list[str], unit: str) -> Tokens:
    """Cut a block of texts into tokens and hash them.

    White space, control characters and joiners only separate tokens, except under "char".

    Args:
        texts: D texts; every text is folded first (`scripts.fold`).
        unit: "word": a run of letters, digits and accents is a token, and so is every punctuation
            mark, symbol and emoji; letters of scripts without spaces (Han, Kana, Thai, …) are
            tokens one by one, so mixed text keeps its Latin words whole. "segment": the same, but
            Chinese is cut into words by rjieba. "char": every character is a token, and so is a
            run of white space between two of them, as in scikit-learn's analyzer="char".

    Raises:
        MissingExtraError: "segment" without rjieba installed.
    """
    joined = "\0".join(texts)
    if joined.count("\0") != len(texts) - 1:  # a NUL inside a text would look like a new text
        joined = "\0".join(text.replace("\0", " ") for text in texts)
    joined = fold(joined)
    if unit == "segment":
        joined = segment(joined)
    points = code_points(joined)
    classes = scripts.classify(points)
    offsets = np.zeros(len(texts) + 1, np.int64)
    ends = np.append(np.flatnonzero(points == 0), len(joined))
    if unit == "char":
        starts = np.flatnonzero(classes != SPACE)
        offsets[1:] = np.searchsorted(starts, ends)
        keys = points[starts] * _CLASS_KEY
        _mix(keys)
        return _fill(Tokens(keys, offsets), np.flatnonzero(np.diff(starts) > 1) + 1)
    starts, stops = _cut(classes, joins_unspaced=unit == "segment")
    offsets[1:] = np.searchsorted(starts, ends)
    if points.dtype != np.uint8:  # in ASCII a character is a byte
        places = _places(points)
        starts, stops = places[starts], places[stops]
    return Tokens(_hash(joined.encode(), starts, stops - starts), offsets)


def token_bounds(folded: str, unit: str) -> NDArray[np.int64]:
    """First character and end of every token that `tokenize` finds in one text, [K, 2].

    Args:
        folded: the text as `scripts.fold` gives it.
        unit: as for `tokenize`.
    """
    folded = folded.replace("\0", " ")
    if unit == "char":
        starts = np.flatnonzero(scripts.classify(code_points(folded)) != SPACE)
        gaps = np.flatnonzero(np.diff(starts) > 1) + 1
        spaces = np.stack([starts[gaps - 1] + 1, starts[gaps]], axis=1)
        return np.insert(np.stack([starts, starts + 1], axis=1), gaps, spaces, axis=0)
    joined, places = folded, np.arange(len(folded))
    if unit == "segment":
        joined = segment(folded)
        own = [mark for word in _words(folded) for mark in (*([1] * len(word)), 0)][:-1]
        places = np.cumsum(own, dtype=np.int64) - 1
    classes = scripts.classify(code_points(joined))
    starts, stops = _cut(classes, joins_unspaced=unit == "segment")
    return np.stack([places[starts], places[stops - 1] + 1], axis=1)


def segment(joined: str) -> str:
    """Put a separator between the words that rjieba finds."""
    return "\x1f".join(_words(joined))


def _words(joined: str) -> list[str]:
    cut: Callable[[str], list[str]] = need("rjieba", "words").cut
    return cut(joined)


def _places(points: Points) -> NDArray[np.int64]:
    """First byte of every code point in UTF-8, and the number of bytes."""
    widths = (points > 0x7F).view(np.uint8) + np.uint8(1)
    widths += points > 0x7FF
    widths += points > 0xFFFF
    places = np.zeros(len(points) + 1, np.int64)
    np.cumsum(widths, out=places[1:])
    return places


def _cut(
    classes: NDArray[np.uint8], joins_unspaced: bool
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """First and one-past-last character of every token."""
    single, inside = classes == MARK, classes == LETTER
    unspaced = classes == UNSPACED
    if joins_unspaced:
        inside |= unspaced
    else:
        single |= unspaced
    first, last = single.copy(), single
    first[:1] |= inside[:1]
    first[1:] |= inside[1:] & ~inside[:-1]
    last[-1:] |= inside[-1:]
    last[:-1] |= inside[:-1] & ~inside[1:]
    starts, stops = np.flatnonzero(first), np.flatnonzero(last) + 1
    pieces = (stops - starts + TOKEN_CHARS - 1) // TOKEN_CHARS
    if pieces.max(initial=1) > 1:
        step = np.arange(pieces.sum()) - np.repeat(np.cumsum(pieces) - pieces, pieces)
        starts = np.repeat(starts, pieces) + TOKEN_CHARS * step
        stops = np.minimum(starts + TOKEN_CHARS, np.repeat(stops, pieces))
    return starts, stops


def _fill(tokens: Tokens, gaps: NDArray[np.int64]) -> Tokens:
    """Put the token of white space before the tokens `gaps`, unless they open a text."""
    gaps = np.setdiff1d(gaps, tokens.offsets, assume_unique=False)
    keys = np.insert(tokens.keys, gaps, _SPACE_KEY)
    return Tokens(keys, tokens.offsets + np.searchsorted(gaps, tokens.offsets))


def _hash(data: bytes, starts: NDArray[np.int64], sizes: NDArray[np.int64]) -> Keys:
    """Key of every token from its bytes `data[start:start + size]`; sizes are at least 1."""
    padded = data + bytes(8)
    windows: Keys = np.ndarray(len(data) + 1, "<u8", padded, strides=(1,))  # 8 bytes at any place
    keys = windows[starts] & _MASKS[np.minimum(sizes, 8)]
    keys += sizes.view(np.uint64) * _CLASS_KEY
    _mix(keys)
    alive = np.flatnonzero(sizes > 8)
    done = 8
    while len(alive):
        left = np.minimum(sizes[alive] - done, 8)
        more = keys[alive] * _BYTE_KEY + (windows[starts[alive] + done] & _MASKS[left])
        _mix(more)
        keys[alive] = more
        done += 8
        alive = alive[sizes[alive] > done]
    return keys


def _mix(keys: Keys) -> None:
    """Spread every bit over all 64, in place; different keys stay different."""
    keys ^= keys >> np.uint64(30)
    keys *= np.uint64(0xBF58476D1CE4E5B9)
    keys ^= keys >> np.uint64(27)
    keys *= np.uint64(0x94D049BB133111EB)
    keys ^= keys >> np.uint64(31)


def ngrams(tokens: Tokens, low: int, high: int) -> tuple[Keys, NDArray[np.uint32]]:
    """Keys of all n-grams of `low` to `high` tokens that lie within one text.

    Returns:
        Keys [G] and the number of the text that each is from [G], shorter n-grams first.
    """
    owners, grams = tokens.owners, tokens.keys
    keys, texts = [], []
    for n in range(1, high + 1):
        if n > 1:
            grams = grams[:-1] * _NGRAM_KEY + tokens.keys[n - 1 :]
        if n >= low:
            within = owners[: len(grams)] == owners[n - 1 :]
            keys.append(grams[within])
            texts.append(owners[n - 1 :][within])
    return np.concatenate(keys), np.concatenate(texts)
