"""What kind of character each code point is, and folding of text to one canonical spelling.

Folding is NFKC, then case folding: "Ｆｕｌｌ Ｗｉｄｔｈ" and "full width" become equal, and so do
"STRASSE" and "straße". It works on whole blocks of text; no loop visits single characters.
"""

import re
import unicodedata

import numpy as np
from numpy.typing import NDArray

FOLD = "nfkc-casefold"  # the name of `fold` in a spec; a spec that names another is refused
SPACE, LETTER, MARK = 0, 1, 2  # separates words; belongs to a word; is a token by itself
UNSPACED, UNKNOWN = 3, 255  # letter of a script written without spaces; not looked up yet
STAYS, SWAP, NEIGHBOURS = 0, 1, 2  # what NFKC does to a character

# Scripts that write no space between words: first and last code point of their blocks.
# Hangul is absent: Korean has spaces.
UNSPACED_BLOCKS = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Myanmar
    (0x1780, 0x17FF),  # Khmer
    (0x19E0, 0x19FF),  # Khmer symbols
    (0x3005, 0x3007),  # iteration mark, ideographic zero
    (0x3040, 0x30FF),  # Hiragana, Katakana
    (0x31F0, 0x31FF),  # Katakana phonetic extensions
    (0x3400, 0x4DBF),  # Han extension A
    (0x4E00, 0x9FFF),  # Han
    (0xA9E0, 0xA9FF),  # Myanmar extended B
    (0xAA60, 0xAA7F),  # Myanmar extended A
    (0xF900, 0xFAFF),  # Han compatibility ideographs
    (0x1B000, 0x1B16F),  # Kana supplement and extensions
    (0x20000, 0x323AF),  # Han extensions B to H
)
SURROGATES = re.compile("[\ud800-\udfff]")
SWAPS_AT_MOST = 64  # distinct characters replaced one by one before whole-text NFKC is faster
Points = NDArray[np.uint8] | NDArray[np.uint32]

_classes = np.full(0x110000, UNKNOWN, np.uint8)  # filled as code points are met
_changes = np.full(0x110000, UNKNOWN, np.uint8)  # likewise


def code_points(text: str) -> Points:
    """Code point of every character: uint8 for ASCII, else uint32; no lone surrogates."""
    if text.isascii():
        return np.frombuffer(text.encode(), np.uint8)
    return np.frombuffer(text.encode("utf-32-le"), np.uint32)


def classify(points: Points) -> NDArray[np.uint8]:
    """Class of every code point: SPACE, LETTER, MARK or UNSPACED.

    Letters, digits, "_" and the vowel signs and accents of any script are LETTER, punctuation,
    symbols and emoji MARK; white space, control and format characters, joiners and variation
    selectors are SPACE.

    Args:
        points: [N], each below 0x110000; uint8 is taken for ASCII.
    """
    if points.dtype == np.uint8:
        return np.frombuffer(points.tobytes().translate(ASCII_CLASSES), np.uint8)
    classes = _classes[points]
    if (classes == UNKNOWN).any():
        fresh = np.unique(points[classes == UNKNOWN])
        _classes[fresh] = [_class_of(point) for point in fresh.tolist()]
        classes = _classes[points]
    return classes


def _class_of(point: int) -> int:
    category = unicodedata.category(chr(point))
    if category[0] in "ZC" or 0xFE00 <= point <= 0xFE0F:
        return SPACE
    if category[0] in "LNM":
        unspaced = any(low <= point <= high for low, high in UNSPACED_BLOCKS)
        return UNSPACED if unspaced else LETTER
    return LETTER if point == ord("_") else MARK


ASCII_CLASSES = bytes(_class_of(point) for point in range(128)) + bytes(128)


def fold(text: str) -> str:
    """Canonical spelling: NFKC, then case folding; lone surrogates become U+FFFD.

    Equal to `unicodedata.normalize("NFKC", text).casefold()`, and about five times as fast on
    Chinese text.
    """
    if text.isascii():
        return text.lower()
    return _compose(mend(text)).casefold()


def mend(text: str) -> str:
    """Replace lone surrogates, which no encoding can carry, by U+FFFD."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return SURROGATES.sub("\ufffd", text)
    return text


def _compose(text: str) -> str:
    """NFKC; characters that change by themselves are swapped one kind at a time."""
    points = code_points(text)
    changes = _changes[points]
    if (changes == UNKNOWN).any():
        fresh = np.unique(points[changes == UNKNOWN])
        _changes[fresh] = [_change_of(chr(point)) for point in fresh.tolist()]
        changes = _changes[points]
    if (changes == NEIGHBOURS).any():
        return unicodedata.normalize("NFKC", text)
    swaps = np.unique(points[changes == SWAP]).tolist()
    if len(swaps) > SWAPS_AT_MOST:
        return unicodedata.normalize("NFKC", text)
    for char in map(chr, swaps):
        text = text.replace(char, unicodedata.normalize("NFKC", char))
    return text


def _change_of(char: str) -> int:
    """What NFKC does to one character: nothing, a swap, or a change that its neighbours decide."""
    form = unicodedata.normalize("NFKC", char)
    if any(unicodedata.category(c)[0] == "M" or "\u1100" <= c <= "\u11ff" for c in form):
        return NEIGHBOURS
    return STAYS if form == char else SWAP


def unspaced_share(texts: list[str]) -> float:
    """Share of the letters, in [0, 1], that belong to scripts written without spaces."""
    joined = mend("".join(texts))
    classes = classify(code_points(joined))
    unspaced, letters = (classes == UNSPACED).sum(), (classes == LETTER).sum()
    return float(unspaced / max(unspaced + letters, 1))
