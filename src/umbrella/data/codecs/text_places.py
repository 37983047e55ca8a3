"""Text as the tokens of a published tokenizer, and at which of them each of its pieces begins.

Pieces are those of "text-pieces": words and marks, or single characters. So what is said of pieces
never depends on how a tokenizer cuts words, and the places of spans are those of the raw text
whatever it does to a text before. Where it drops capitals, the shape of every token's piece is kept
beside it. Nothing is cut off, and the tokens that begin and end a text are left to the network.

Shapes: N texts, S tokens of all of them, Q pieces of all of them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import chain
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

from umbrella.base.errors import BundleError, ConfigError, DataError
from umbrella.data.codecs import specs
from umbrella.data.codecs.ngrams import AUTO_SHARE, blocks
from umbrella.data.codecs.pieces import RULE, UNITS, cut
from umbrella.data.codecs.places import Places, one_each
from umbrella.data.codecs.published import read_engine, require_tokenizer, stored, taken
from umbrella.data.codecs.ragged import Ragged
from umbrella.data.codecs.scripts import mend, unspaced_share
from umbrella.data.codecs.text_pieces import OUT

PLAIN, TITLE, CAPITALS, MIXED, CAPITAL = range(5)  # x or no letters, Xx, XX, xX, X
SHAPES = 5
AT_ONCE = 256  # texts that are tokenised at a time


@dataclass(frozen=True)
class PlacesConfig:
    """What a piece is."""

    unit: str = "auto"  # "word" or "char"; found from the training texts

    def __post_init__(self) -> None:
        if self.unit not in ("auto", *UNITS):
            raise ConfigError(f"unit={self.unit!r} is not one of auto, {', '.join(UNITS)}.")


class TextPlaces:
    """Codec "text-places": see above. `TextPlaces(unit="word").take(json, 0, 30522)`.

    Args:
        settings: the fields of `PlacesConfig`.
    """

    name = "text-places"
    several: ClassVar[bool] = False  # columns of text are joined
    Config = PlacesConfig

    def __init__(self, **settings: Any) -> None:
        self.config = PlacesConfig(**settings)
        self.padding, self.vocab, self.json = 0, 0, ""
        self.begin: tuple[int, ...] = ()
        self.end: tuple[int, ...] = ()
        self.lowers = False
        self._shapes: dict[str, int] = {}

    def take(self, json: str, padding: int, vocab: int) -> Self:
        """Read by a tokenizer; arguments and errors as those of `TextSubwords.take`."""
        self.engine = read_engine(self.name, json, vocab)
        self.begin, self.end = _around(self.engine)
        self.lowers = self.engine.normalizer is not None and (
            self.engine.normalizer.normalize_str("Aa").strip(" ▁") == "aa"
        )
        self.engine.encode_special_tokens = True  # what a text says is never taken for padding
        self.padding, self.vocab, self.json = padding, vocab, json
        return self

    @property
    def unsettled(self) -> bool:
        """Whether training texts must say what a piece is."""
        return self.config.unit == "auto"

    @property
    def sizes(self) -> dict[str, Any]:
        """What a network must know."""
        return {
            "vocab": self.vocab,
            "begin": self.begin,
            "end": self.end,
            "shapes": SHAPES if self.lowers else 0,
        }

    def fit(self, batches: Iterable[Sequence[str | None]]) -> Self:
        """Find out from the training texts what a piece is.

        Raises:
            ConfigError: no tokenizer was taken.
            DataError: there is no text at all.
        """
        require_tokenizer(self.json)
        for texts in blocks(batches):
            if self.unsettled:
                unit = "char" if unspaced_share(texts) > AUTO_SHARE else "word"
                self.config = replace(self.config, unit=unit)
        if self.unsettled:
            raise DataError("A text codec was given no rows to fit on. Give at least one text.")
        return self

    def encode(self, values: Sequence[str | None]) -> dict[str, Ragged]:
        """Give every text its tokens, and its pieces their places.

        Args:
            values: N texts; None is an empty text.

        Returns:
            "ids": int64 [S]; "bounds": int64 [Q, 2], as "text-pieces" gives them; "firsts": int64
            [Q], the number of the token in which a piece begins, among those of its text; where the
            tokenizer drops capitals "shapes": int64 [S], of the piece that a token is of.
        """
        texts = ["" if value is None else mend(value) for value in values]
        ids: list[list[int]] = []
        bounds, firsts, shapes = [], [], []
        for start in range(0, len(texts), AT_ONCE):
            some = texts[start : start + AT_ONCE]
            told = self.engine.encode_batch(some, add_special_tokens=False)
            for text, encoding in zip(some, told, strict=True):
                at = cut(text, self.config.unit)
                ids.append(encoding.ids)
                bounds.append(at)
                places = np.array(encoding.offsets, np.int64).reshape(-1, 2)
                firsts.append(_firsts(at, places))
                if self.lowers:
                    shapes.append(self._shapes_of(text, at, places))
        tokens, pieces = _offsets(ids), _offsets(bounds)
        flat = np.fromiter(chain.from_iterable(ids), np.int64, int(tokens[-1]))
        out = {
            "ids": Ragged(flat, tokens, self.padding),
            "bounds": Ragged(np.concatenate([np.empty((0, 2), np.int64), *bounds]), pieces, OUT),
            "firsts": Ragged(np.concatenate([np.empty(0, np.int64), *firsts]), pieces),
        }
        if self.lowers:
            out["shapes"] = Ragged(np.concatenate([np.empty(0, np.int64), *shapes]), tokens)
        return out

    def places(self, cell: str | None) -> dict[str, Places]:
        """Where the tokens of a text lie; shapes move with the words that they are of."""
        found = self.engine.encode(mend(cell or ""), add_special_tokens=False)
        return {"ids": one_each(np.array(found.offsets, np.int64).reshape(-1, 2))}

    def _shapes_of(self, text: str, at: NDArray, places: NDArray) -> NDArray[np.int64]:
        """The shape of the piece that every token is of."""
        if not len(at):
            return np.zeros(len(places), np.int64)
        own = np.array([self._shape(text[start:end]) for start, end in at.tolist()], np.int64)
        piece = np.searchsorted(at[:, 1], places[:, 0], side="right")
        return own[np.minimum(piece, len(at) - 1)]

    def _shape(self, piece: str) -> int:
        known = self._shapes.get(piece)
        if known is None:
            if len(self._shapes) > 200_000:
                self._shapes.clear()
            known = self._shapes[piece] = _shape(piece)
        return known

    def spec(self) -> dict[str, Any]:
        """JSON-safe form: the tokenizer whole."""
        return {"codec": self.name, "rule": RULE, **asdict(self.config), **stored(self)}

    @classmethod
    def from_spec(cls, spec: Any) -> Self:
        """Build the codec from its stored form.

        Raises:
            BundleError: a field is absent, of a wrong type, out of range, or does not fit.
        """
        spec = specs.table(spec, cls.name)
        specs.choice(spec, "rule", (RULE,))
        return cls(unit=specs.choice(spec, "unit", UNITS)).take(*taken(spec))


def _around(engine: Tokenizer) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The tokens that a tokenizer puts before and after a text.

    Raises:
        BundleError: it puts some inside.
    """
    bare: Encoding = engine.encode("a", add_special_tokens=False)
    whole: Encoding = engine.encode("a")
    for before in range(len(whole.ids) - len(bare.ids) + 1):
        after = before + len(bare.ids)
        if whole.ids[before:after] == bare.ids:
            return tuple(whole.ids[:before]), tuple(whole.ids[after:])
    raise BundleError(
        f"The tokenizer reads 'a' as {bare.tokens} and a whole text of it as {whole.tokens}: the "
        f"one is not in the other. Take the tokenizer of a bert, roberta, distilbert or electra."
    )


def _firsts(at: NDArray, places: NDArray) -> NDArray[np.int64]:
    """The first token that ends after a piece begins; the last one where there is none.

    A token without a place of its own (what a tokenizer adds) ends where the one before does.
    """
    ends = np.maximum.accumulate(places[:, 1]) if len(places) else places[:, 1]
    found = np.searchsorted(ends, at[:, 0], side="right")
    return np.minimum(found, max(len(places) - 1, 0)).astype(np.int64)


def _shape(piece: str) -> int:
    capitals = sum(char.isupper() for char in piece)
    if not capitals:
        return PLAIN
    letters = sum(char.isalpha() for char in piece)
    if capitals == letters:
        return CAPITAL if letters == 1 else CAPITALS
    first = next(char for char in piece if char.isalpha())
    return TITLE if capitals == 1 and first.isupper() else MIXED


def _offsets(rows: Sequence[Sequence[Any] | NDArray]) -> NDArray[np.int64]:
    return np.cumsum([0, *map(len, rows)]).astype(np.int64)
