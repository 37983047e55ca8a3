"""A text and a question on it piece by piece, with places, and what both have in common.

Both are cut and known as "text-pieces" cuts and knows them. Beside its ids every piece of the text
says how the question has it: not at all, as it is, together with the next or the one before, or a
word of the same beginning; and whether it has a digit or begins with a capital (after the exact
matches and features of Chen et al. 2017, arXiv:1704.00051).

Shapes: N rows, S pieces of all texts, Q pieces of all questions.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any, ClassVar, Self

import numpy as np

from umbrella.base.errors import BundleError
from umbrella.data.codecs import specs
from umbrella.data.codecs.pieces import cut
from umbrella.data.codecs.places import Places, moved
from umbrella.data.codecs.ragged import Ragged
from umbrella.data.codecs.scripts import fold, mend
from umbrella.data.codecs.text_pieces import PiecesConfig, TextPieces
from umbrella.data.codecs.text_question import PROBES

SAME, NEXT, BEFORE, STEM, DIGIT, CAPITAL = 1, 2, 4, 8, 16, 32  # bits of "same"
WAYS = 64  # values of "same"
STEM_CHARS = 5  # of a word that make its beginning
ASKED = "asked_"  # prefix of the question's arrays
OPENS = frozenset(".!?:;\"“”(‘’'…*-–—")  # after these a capital says little
LONGEST = 200  # pieces of a question that are read


class TextAsked:
    """Codec "text-asked": see the module docstring. It reads two columns: texts, then questions.

    Args:
        settings: as of "text-pieces".
    """

    name = "text-asked"
    several: ClassVar[bool] = True
    Config = PiecesConfig
    probes = PROBES

    def __init__(self, **settings: Any) -> None:
        self.pieces = TextPieces(**settings)

    @property
    def config(self) -> PiecesConfig:
        """What a piece is, and how much is known."""
        return self.pieces.config

    @property
    def sizes(self) -> dict[str, Any]:
        """Sizes of the id spaces, as of "text-pieces"."""
        return self.pieces.sizes

    def fit(self, batches: Iterable[Sequence[Sequence[str | None]]]) -> Self:
        """Learn what is known from the training texts, each once, and the questions.

        Raises:
            DataError: there is no text at all.
        """
        self.pieces.fit(_texts(batches))
        return self

    def encode(self, values: Sequence[Sequence[str | None]]) -> dict[str, Ragged]:
        """Give every piece of texts and questions its ids.

        Args:
            values: two columns of N cells, texts and questions; None is an empty one.

        Returns:
            "ids", "bounds", and "pairs" or "letters", of the texts, as of "text-pieces"; "same":
            int64 [S], in [0, 64); "asked_ids", and "asked_pairs" or "asked_letters", int64 [Q].
        """
        texts, questions = ([mend(cell or "") for cell in column] for column in values)
        unit = self.pieces.config.unit
        questions = [_cut_off(text, unit) for text in questions]
        out = self.pieces.encode(texts)
        asked = self.pieces.encode(questions)
        same = [
            _common(_cut(text, unit), _cut(question, unit), unit == "word")
            for text, question in zip(texts, questions, strict=True)
        ]
        flat = np.concatenate([np.empty(0, np.int64), *same])
        told = {f"{ASKED}{name}": made for name, made in asked.items() if name != "bounds"}
        return out | {"same": Ragged(flat, out["ids"].offsets)} | told

    def places(self, cells: Sequence[str | None]) -> dict[str, Places]:
        """Where the pieces of a text and of its question lie."""
        text, question = (mend(cell or "") for cell in cells)
        asked = _cut_off(question, self.pieces.config.unit)
        there = self.pieces.places(asked).items()
        beside = {f"{ASKED}{n}": moved(one, len(question) - len(asked), 1) for n, one in there}
        return self.pieces.places(text) | beside

    def spec(self) -> dict[str, Any]:
        """JSON-safe form."""
        return {"codec": self.name, "pieces": self.pieces.spec()}

    @classmethod
    def from_spec(cls, spec: Any) -> Self:
        """Build the fitted codec from its stored form.

        Raises:
            BundleError: a field is absent, of a wrong type, out of range, or does not fit.
        """
        spec = specs.table(spec, cls.name)
        pieces = specs.field(spec, "pieces")
        if not isinstance(pieces, dict):
            raise BundleError("A stored text codec is damaged: it has no pieces. Copy it again.")
        codec = cls()
        codec.pieces = TextPieces.from_spec(pieces)
        return codec


def _texts(batches: Iterable[Sequence[Sequence[str | None]]]) -> Iterator[list[str | None]]:
    """Texts and questions, a text that several questions follow once."""
    last: str | None = None
    for texts, questions in batches:
        out: list[str | None] = []
        for text in texts:
            if text != last:
                out.append(text)
            last = text
        yield [*out, *questions]


def _cut_off(question: str, unit: str) -> str:
    """What of a question is read: its last pieces, where what is asked for stands."""
    bounds = cut(question, unit)
    return question if len(bounds) <= LONGEST else question[bounds[-LONGEST, 0] :]


def _cut(text: str, unit: str) -> list[str]:
    return [text[start:end] for start, end in cut(text, unit).tolist()]


def _common(text: list[str], question: list[str], words: bool) -> np.ndarray:
    """Bits of every piece of a text, int64."""
    asks = [fold(one) for one in question]
    asked, pairs = set(asks), set(pairwise(asks))
    stems = {one[:STEM_CHARS] for one in asks if len(one) >= STEM_CHARS} if words else set()
    folded = [fold(one) for one in text]
    out = np.zeros(len(text), np.int64)
    for at, one in enumerate(text):
        inside = at > 0 and text[at - 1] not in OPENS  # sentences begin with a capital anyway
        out[at] = DIGIT * one[0].isdigit() + CAPITAL * (inside and one[0].isupper())
    for at, one in enumerate(folded):
        if one in asked:
            out[at] |= SAME
            if at + 1 < len(folded) and (one, folded[at + 1]) in pairs:
                out[at] |= NEXT
                out[at + 1] |= BEFORE
        elif words and one[:STEM_CHARS] in stems:
            out[at] |= STEM
    return out
