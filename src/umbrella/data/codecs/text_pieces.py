"""Text piece by piece, with places, for networks that say something of every piece.

Of texts in scripts without spaces a piece is a character, seen by itself and with the next; of
others a word or a mark, seen as a word, digits alike, and letter by letter as it was written. Id 0
is padding, 1 unknown; known pieces, pairs and letters follow from 2.

Shapes: N texts, S pieces of all of them, K letters of a piece.
"""

import re
from collections import Counter as Counts
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from hashlib import blake2b
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from umbrella.base.errors import BundleError, ConfigError, DataError
from umbrella.data.codecs import specs
from umbrella.data.codecs.ngrams import AUTO_SHARE, blocks
from umbrella.data.codecs.pieces import RULE, UNITS, cut
from umbrella.data.codecs.places import Places, one_each, with_next
from umbrella.data.codecs.ragged import Ragged
from umbrella.data.codecs.scripts import fold, mend, unspaced_share
from umbrella.data.codecs.vocabulary import Counter, Keys, Vocabulary, tallied

PAD, UNKNOWN, FIRST = 0, 1, 2
OUT = -1  # bounds of padding
DIGIT = re.compile(r"\d")
CACHED = 200_000  # distinct pieces whose hashes are remembered
LETTERS_AT_MOST = 4_000  # different letters that are known
_PAIR = np.uint64(0xF1357AEA2E62A9C5)
_END = np.uint64(0x9E3779B97F4A7C15)  # what follows the last piece of a text


@dataclass(frozen=True)
class PiecesConfig:
    """What a piece is, and how much is known."""

    unit: str = "auto"  # "word" or "char"; found from the training texts
    vocab: int = 30_000  # ids at most, the two special ones included
    pairs: int = 30_000  # the same of pairs of neighbours, where a piece is a character
    letters: int = 16  # of a word that are looked at
    min_count: int = 2  # occurrences that make a piece, a pair or a letter known

    def __post_init__(self) -> None:
        if self.unit not in ("auto", *UNITS):
            raise ConfigError(f"unit={self.unit!r} is not one of auto, {', '.join(UNITS)}.")
        for name, low, high in (
            ("vocab", FIRST, 2**24),
            ("pairs", FIRST, 2**24),
            ("letters", 1, 64),
            ("min_count", 1, 2**53),
        ):
            number = getattr(self, name)
            if type(number) is not int or not low <= number <= high:
                raise ConfigError(f"{name}={number} is not a whole number from {low} to {high}.")


class TextPieces:
    """Codec "text-pieces": see the module docstring.

    Args:
        settings: the fields of `PiecesConfig`.
    """

    name = "text-pieces"
    several: ClassVar[bool] = False
    Config = PiecesConfig

    def __init__(self, **settings: Any) -> None:
        self.config = PiecesConfig(**settings)
        self.known = self.pairs = Vocabulary(np.empty(0, np.uint64), 1)
        self.alphabet = ""
        self._hashes: dict[str, int] = {}

    @property
    def sizes(self) -> dict[str, Any]:
        """Sizes of the id spaces, and K; 0 for what is not looked at."""
        words = self.config.unit == "word"
        return {
            "vocab": FIRST + len(self.known),
            "pairs": 0 if words else FIRST + len(self.pairs),
            "alphabet": FIRST + len(self.alphabet) if words else 0,
            "letters": self.config.letters if words else 0,
        }

    def fit(self, batches: Iterable[Sequence[str | None]]) -> Self:
        """Learn what is known from the training texts, in one pass.

        Raises:
            DataError: there is no text at all.
        """
        pieces, pairs, letters = Counter(), Counter(), Counts[str]()
        for texts in blocks(batches):
            if self.config.unit == "auto":
                unit = "char" if unspaced_share(texts) > AUTO_SHARE else "word"
                self.config = replace(self.config, unit=unit)
            for text in texts:
                found = self._pieces(text, cut(text, self.config.unit))
                keys = self._keys(found)
                if not len(keys):
                    continue
                pieces.add(*tallied(keys))
                if self.config.unit == "char":
                    pairs.add(*tallied(_paired(keys)))
                else:
                    letters.update("".join(found))
        if self.config.unit == "auto":
            raise DataError("A text codec was given no rows to fit on. Give at least one text.")
        least = self.config.min_count
        self.known = Vocabulary.of(pieces.frequent(least, self.config.vocab - FIRST)[0])
        self.pairs = Vocabulary.of(pairs.frequent(least, self.config.pairs - FIRST)[0])
        common = [one for one, count in letters.most_common(LETTERS_AT_MOST) if count >= least]
        self.alphabet = "".join(sorted(common))
        return self

    def encode(self, values: Sequence[str | None]) -> dict[str, Ragged]:
        """Give every piece its ids and places.

        Args:
            values: N texts; None is an empty text.

        Returns:
            "ids": int64 [S]; "bounds": int64 [S, 2], first character and end in the raw text, −1 in
            padding; of words "letters": int64 [S, K]; of characters "pairs": int64 [S].
        """
        texts = ["" if value is None else mend(value) for value in values]
        bounds = [cut(text, self.config.unit) for text in texts]
        found = [self._pieces(text, at) for text, at in zip(texts, bounds, strict=True)]
        offsets = np.cumsum([0, *map(len, bounds)]).astype(np.int64)
        keys = [self._keys(pieces) for pieces in found]
        out = {
            "ids": Ragged(_ids(self.known, _joined(keys)), offsets, PAD),
            "bounds": Ragged(np.concatenate([np.empty((0, 2), np.int64), *bounds]), offsets, OUT),
        }
        if self.config.unit == "char":
            pairs = _joined([_paired(one) for one in keys])
            out["pairs"] = Ragged(_ids(self.pairs, pairs), offsets, PAD)
        else:
            out["letters"] = Ragged(self._letters([p for some in found for p in some]), offsets)
        return out

    def places(self, cell: str | None) -> dict[str, Places]:
        """Where the pieces of a text lie; a pair lies half in its second piece."""
        bounds = cut(mend(cell or ""), self.config.unit)
        if self.config.unit == "char":
            return {"ids": one_each(bounds), "pairs": with_next(bounds)}
        return {"ids": one_each(bounds), "letters": one_each(bounds)}

    def _pieces(self, text: str, bounds: NDArray) -> list[str]:
        return [text[start:end] for start, end in bounds.tolist()]

    def _keys(self, pieces: list[str]) -> Keys:
        """A hash of every piece as it is compared: folded, digits of words alike."""
        if len(self._hashes) > CACHED:
            self._hashes.clear()
        known = self._hashes
        out = np.empty(len(pieces), np.uint64)
        for at, piece in enumerate(pieces):
            key = known.get(piece)
            if key is None:
                plain = fold(piece)
                plain = DIGIT.sub("0", plain) if self.config.unit == "word" else plain
                digest = blake2b(plain.encode(), digest_size=8).digest()
                key = known[piece] = int.from_bytes(digest, "little")
            out[at] = key
        return out

    def _letters(self, pieces: list[str]) -> NDArray[np.int64]:
        """Ids of the first K letters of every piece, [S, K]; of a longer one its first and last."""
        width, index = self.config.letters, {c: FIRST + n for n, c in enumerate(self.alphabet)}
        out = np.full((len(pieces), width), PAD, np.int64)
        half = width // 2
        for at, piece in enumerate(pieces):
            short = (
                piece if len(piece) <= width else piece[: width - half] + piece[len(piece) - half :]
            )
            out[at, : len(short)] = [index.get(char, UNKNOWN) for char in short]
        return out

    def spec(self) -> dict[str, Any]:
        """JSON-safe form: hashes of what is known, two to three bytes each."""
        return {
            "codec": self.name,
            "rule": RULE,
            **asdict(self.config),
            "known": self.known.spec(),
            "neighbours": self.pairs.spec(),
            "alphabet": self.alphabet,
        }

    @classmethod
    def from_spec(cls, spec: Any) -> Self:
        """Build the fitted codec from its stored form.

        Raises:
            BundleError: a field is absent, of a wrong type, out of range, or does not fit.
        """
        spec = specs.table(spec, cls.name)
        specs.choice(spec, "rule", (RULE,))
        try:
            codec = cls(
                unit=specs.choice(spec, "unit", UNITS),
                vocab=specs.whole(spec, "vocab", FIRST, 2**24),
                pairs=specs.whole(spec, "pairs", FIRST, 2**24),
                letters=specs.whole(spec, "letters", 1, 64),
                min_count=specs.whole(spec, "min_count", 1, 2**53),
            )
        except ConfigError as error:
            raise BundleError(f"A stored text codec is damaged: {error}") from error
        codec.known = Vocabulary.from_spec(specs.field(spec, "known"))
        codec.pairs = Vocabulary.from_spec(specs.field(spec, "neighbours"))
        alphabet = specs.field(spec, "alphabet")
        if not isinstance(alphabet, str) or len(set(alphabet)) != len(alphabet):
            raise specs.damaged(cls.name, "alphabet", alphabet, "a text of different letters")
        if FIRST + len(codec.known) > codec.config.vocab:
            raise specs.damaged(cls.name, "known", len(codec.known), f"{codec.config.vocab} ids")
        codec.alphabet = alphabet
        return codec


def _paired(keys: Keys) -> Keys:
    """A key of every piece and the one after it."""
    with np.errstate(over="ignore"):
        return np.asarray(keys * _PAIR + np.append(keys[1:], _END), dtype=np.uint64)


def _joined(keys: list[Keys]) -> Keys:
    return np.concatenate([np.empty(0, np.uint64), *keys])


def _ids(known: Vocabulary, keys: Keys) -> NDArray[np.int64]:
    ids = np.full(len(keys), UNKNOWN, np.int64)
    places, found = known.find(keys)
    ids[places] = found + FIRST
    return ids
