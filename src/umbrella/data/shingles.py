"""Texts folded to one form, cut into hashed shingles, and MinHash signatures of those sets.

Shapes: N texts, S shingles of all of them laid end to end, H hash functions, B bands.

A shingle is a run of code points. It begins at every code point of a text and spans 3 of them
where the first belongs to a dense script (Chinese, Japanese, Korean, Thai, Lao, Khmer, Burmese)
and 5 elsewhere: about one word either way. The width follows the code point, not the text, so a
mixed text needs no verdict about its language, and an edit spoils at most five shingles a letter.
"""

import hashlib
import unicodedata
from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from umbrella.data.codecs.ragged import Ragged
from umbrella.data.codecs.scripts import UNSPACED_BLOCKS

SPACED, DENSE = 5, 3  # code points in a shingle
DENSE_BLOCKS = (  # first and last code point; Korean has spaces, but a syllable a character
    *UNSPACED_BLOCKS,
    (0x1100, 0x11FF),  # Hangul letters
    (0xAC00, 0xD7AF),  # Hangul syllables
    (0x3000, 0x303F),  # punctuation of Chinese and Japanese
)


def canonical(text: str) -> str:
    """The form in which two copies of a text are equal, however they were typed.

    NFKC (so full and half width agree), case folding, runs of white space to one space, none in
    front, and no white space or punctuation at the end. A text of nothing but punctuation keeps
    it; symbols and emoji at the end stay, for they carry meaning.
    """
    # One text at a time the standard library is faster than `codecs.scripts.fold`, its equal.
    text = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    end = len(text)
    while end and (text[end - 1] == " " or unicodedata.category(text[end - 1])[0] == "P"):
        end -= 1
    return text[:end] or text


def content_key(text: str) -> bytes:
    """Eight bytes of BLAKE2b: equal for equal texts, else equal once in 2**64 pairs."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()


def mix(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Scatter 64-bit integers evenly, one to one (the finaliser of splitmix64).

    Source: Steele, Lea, Flood 2014, "Fast splittable pseudorandom number generators".
    """
    out = values + np.uint64(0x9E3779B97F4A7C15)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        out ^= out >> np.uint64(shift)
        out *= np.uint64(factor)
    out ^= out >> np.uint64(31)
    return out


def shingles(texts: Sequence[str]) -> Ragged:
    """Hash every shingle of every text, repeats included, in text order.

    Args:
        texts: N canonical texts.

    Returns:
        uint64 hashes [S]; a row is empty when its text is shorter than one shingle.
    """
    lengths = np.fromiter(map(len, texts), np.int64, len(texts))
    data = "".join(texts).encode("utf-32-le", "surrogatepass")
    points = np.frombuffer(data, np.uint32).astype(np.uint64)
    where = np.arange(len(points))
    width = np.where(_dense()[points], DENSE, SPACED)
    whole = where + width <= np.repeat(np.cumsum(lengths), lengths)
    ahead = np.concatenate([points, np.zeros(SPACED, np.uint64)])
    size = len(points)
    # Three code points of 21 bits fit into 63 bits without loss; two more take a second round.
    hashes = mix(_pack(ahead[:size], ahead[1 : size + 1], ahead[2 : size + 2]))
    tail = _pack(ahead[3 : size + 3], ahead[4 : size + 4], np.uint64(1))
    hashes = np.where(width == DENSE, hashes, mix(hashes + tail))
    starts = np.concatenate([[0], np.cumsum(whole)])
    ends = np.concatenate([[0], np.cumsum(lengths)])
    return Ragged(hashes[whole], starts[ends].astype(np.int64))


def without(sets: Ragged, left_out: NDArray[np.uint64]) -> Ragged:
    """The same rows, without the shingles that are in `left_out`."""
    if not len(left_out) or not len(sets.values):
        return sets
    keep = ~np.isin(sets.values, left_out)
    starts = np.concatenate([[0], np.cumsum(keep)])
    return Ragged(sets.values[keep], starts[sets.offsets].astype(np.int64))


def distinct(sets: Ragged) -> tuple[Ragged, NDArray[np.uint64]]:
    """Every row as a set: sorted numbers without repeats, and the hash each number stands for."""
    hashes, numbers = np.unique(sets.values, return_inverse=True)
    rows = np.repeat(np.arange(len(sets)), sets.lengths)
    cells = np.unique(rows * max(len(hashes), 1) + numbers)
    rows, numbers = np.divmod(cells, max(len(hashes), 1))
    sizes = np.bincount(rows, minlength=len(sets))
    return Ragged(numbers, np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)), hashes


def jaccard(sets: Ragged, left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.float64]:
    """Shared over all shingles of pairs of rows, exactly (up to equal hashes, 2**-64 a pair).

    Args:
        sets: rows of hashes, repeats allowed.
        left: row numbers [P].
        right: row numbers [P].

    Returns:
        Float64 [P] in [0, 1]; 0 where both rows are empty.
    """
    unique, hashes = distinct(sets)
    span = max(len(hashes), 1)
    cells = np.repeat(np.arange(len(unique)), unique.lengths) * span + unique.values
    asked = unique.take(left)
    pair = np.repeat(np.arange(len(left)), asked.lengths)
    sought = right[pair] * span + asked.values
    at = np.searchsorted(cells, sought)
    found = cells[np.minimum(at, len(cells) - 1)] == sought if len(cells) else at == -1
    shared = np.bincount(pair[found], minlength=len(left))
    union = unique.lengths[left] + unique.lengths[right] - shared
    return shared / np.maximum(union, 1)


def band_keys(sets: Ragged, seeds: NDArray[np.uint32], rows_per_band: int) -> NDArray[np.uint32]:
    """MinHash of every row, folded to one number a band; rows that share one are candidates.

    Args:
        sets: N rows of hashes, none of them empty.
        seeds: uint32 [H, 2], one hash function a line; H = B * rows_per_band.
        rows_per_band: minima that must all agree.

    Returns:
        uint32 [B, N].

    Source: Broder 1997, "On the resemblance and containment of documents"; banding after Indyk
    and Motwani 1998. Minima are over 32 bits: pairs are verified, so a collision only costs time.
    """
    short = (sets.values >> np.uint64(32)).astype(np.uint32)
    starts = sets.offsets[:-1]
    out = np.empty((len(seeds) // rows_per_band, len(sets)), np.uint32)
    scratch = np.empty_like(short)
    for band in range(len(out)):
        folded = np.full(len(sets), band, np.uint64)
        for flip, factor in seeds[band * rows_per_band : (band + 1) * rows_per_band]:
            np.bitwise_xor(short, flip, out=scratch)
            np.multiply(scratch, factor | np.uint32(1), out=scratch)  # odd: one to one
            folded = mix(folded ^ np.minimum.reduceat(scratch, starts))
        out[band] = folded >> np.uint64(32)
    return out


def _pack(first: NDArray, second: NDArray, third: NDArray | np.uint64) -> NDArray[np.uint64]:
    return first | (second << np.uint64(21)) | (third << np.uint64(42))


@cache
def _dense() -> NDArray[np.bool_]:
    table = np.zeros(0x110000, bool)
    for first, last in DENSE_BLOCKS:
        table[first : last + 1] = True
    return table
