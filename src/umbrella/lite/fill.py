"""Fill the blanks of texts: where they stand, what is likeliest there, and the text filled in.

A blank is written [MASK], <mask>, or as a run of two underscores or more; in scripts without
spaces every underscore is a blank, a character each, as a network has learned them. A single
underscore that stands alone is one too. Blanks of one text are answered each by itself, with the
others left open.

Shapes: N rows.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from umbrella.data.codecs.cells import Cells, count, slices
from umbrella.data.codecs.ngrams import AUTO_SHARE
from umbrella.data.codecs.scripts import unspaced_share
from umbrella.data.codecs.text_blanks import ASKED, TextBlanks
from umbrella.score.decode import decode

Run = Callable[[Cells], Iterable[tuple[NDArray[np.int64], NDArray]]]

TASK, FILLS, FILLED = "fill", "fills", "filled"
TOLD = 5  # tokens of a blank that are told
DIGITS = 4  # of a chance
MARK = re.compile(r"\[MASK\]|<mask>|_{2,}|(?<![^\W_])_(?![^\W_])")
MARK_UNSPACED = re.compile(r"\[MASK\]|<mask>|[_＿]")
LEADS = ("##",)  # what a piece begins with that goes on a word
SPACES = "Ġ▁"  # what a piece begins with where a space stands before it
NONE = "no blank: write [MASK] or ___ where a word is missing"
FAR = "too long: of its blanks only the first {} are answered, those that one reading holds"


def fills(spec: Mapping[str, Any]) -> bool:
    """Whether a bundle's answers are what its texts have blanks for."""
    return bool(spec["task"].get("task") == TASK)


def blanks(text: str) -> list[tuple[int, int]]:
    """First character and end of every blank."""
    unspaced = unspaced_share([MARK.sub(" ", text)]) > AUTO_SHARE
    return [found.span() for found in (MARK_UNSPACED if unspaced else MARK).finditer(text)]


def fill(
    spec: Mapping[str, Any], columns: Cells, run: Run, rows: int, *, codec: TextBlanks
) -> dict[str, list[Any]]:
    """The likeliest tokens of every blank, in order, and every text filled in by the first ones.

    Args:
        spec: of the bundle.
        columns: the column that it reads.
        run: gives numbers and outputs of every batch of some rows.
        rows: of a slice that is encoded at once.
        codec: that reads the texts.

    Returns:
        "filled": a text a row; "fills": for every blank a list of {"token", "score"}, the likeliest
        first; "note" where a row has one. A row without a blank has neither.
    """
    [(name, texts)] = columns.items()
    places = [blanks(text or "") for text in texts]
    asked = [at for at, some in enumerate(places) if some]
    given: Cells = {name: [_asked(texts[at], places[at]) for at in asked]}
    filled: list[Any] = [None] * len(texts)
    told: list[Any] = [None] * len(texts)
    notes: list[Any] = [None if some else NONE for some in places]
    for start, some in enumerate(slices(given, rows)):
        if not count(some):
            break
        for numbers, outputs in run(some):
            for number, likely in zip(
                numbers, decode(spec["task"], outputs)["likely"], strict=True
            ):
                row = asked[start * rows + int(number)]
                own = [_worded(codec, pairs) for pairs in likely]
                told[row] = [
                    [{"token": word.strip(), "score": p} for word, p in one] for one in own
                ]
                words = [one[0][0] for one in own]
                filled[row] = _filled(texts[row], places[row], words)
                if len(own) < len(places[row]):
                    notes[row] = FAR.format(len(own))
    answers = {FILLED: filled, FILLS: told}
    return answers | {"note": notes} if any(notes) else answers


def _asked(text: str, places: Sequence[tuple[int, int]]) -> str:
    """The text as the codec is asked: every blank one sign."""
    out, at = list[str](), 0
    for start, end in places:
        out += [text[at:start].replace(ASKED, " "), ASKED]
        at = end
    return "".join([*out, text[at:].replace(ASKED, " ")])


def _worded(codec: TextBlanks, pairs: Sequence[tuple[int, float]]) -> list[tuple[str, float]]:
    """Words and chances, the likeliest first, without signs that are no words."""
    special = set(codec.special.tolist())
    some = [(token, chance) for token, chance in pairs if token not in special][:TOLD]
    return [(_word(codec, token), float(np.round(chance, DIGITS))) for token, chance in some]


def _word(codec: TextBlanks, token: int) -> str:
    """What a token writes; what goes on a word begins with "##"."""
    piece = str(codec.engine.id_to_token(token))
    if piece[:1] and piece[:1] in SPACES:
        return str(codec.engine.decode([token])).strip()
    return piece if piece.startswith(LEADS) else str(codec.engine.decode([token]))


def _filled(text: str, places: Sequence[tuple[int, int]], words: Sequence[str]) -> str:
    out, at = list[str](), 0
    for (start, end), word in zip(places, words, strict=False):
        before = text[at:start]
        goes_on = word.startswith(LEADS)
        out += [before.rstrip() if goes_on else before, word.removeprefix("##")]
        at = end
    return "".join([*out, text[at:]])
