"""Text as a sequence of ids, for networks that read in order.

Id 0 is padding, 1 an unknown token, 2 the start of every text; known tokens follow from 3.
Shapes: N texts, S ids of all of them, K tokens of a block.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import chain
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from umbrella.base.errors import BundleError, ConfigError, DataError
from umbrella.base.limits import LIMITS
from umbrella.data.codecs import specs
from umbrella.data.codecs.ngrams import UNITS, Tokens, blocks, token_bounds, tokenize
from umbrella.data.codecs.places import Places, one_each, raw_bounds, traced
from umbrella.data.codecs.ragged import Ragged
from umbrella.data.codecs.scripts import FOLD
from umbrella.data.codecs.subwords import MAX_VOCAB, Subwords
from umbrella.data.codecs.vocabulary import HELD, Counter, Vocabulary, tallied

PAD, UNKNOWN, START, FIRST = 0, 1, 2, 3
CHARS_PER_TOKEN = 32  # of a long text this many characters are looked at for every id kept


@dataclass(frozen=True)
class TokensConfig:
    """What a token is, and how many are kept."""

    unit: str = "auto"  # "word" (as "auto"), "char", "segment": see ngrams.tokenize; or "subword"
    vocab: int = 30_000  # ids at most, the three special ones included
    length: int = 256  # ids of a text at most, the start included; the rest is left out
    min_count: int = 2  # occurrences that make a token known; a rarer one teaches "unknown"

    def __post_init__(self) -> None:
        if self.unit not in ("auto", "subword", *UNITS):
            raise ConfigError(
                f"unit={self.unit!r} is not one of auto, subword, {', '.join(UNITS)}."
            )
        least, most = (FIRST + 256, MAX_VOCAB) if self.unit == "subword" else (FIRST, 2**24)
        for name, number, low, high in (
            ("vocab", self.vocab, least, most),
            ("length", self.length, 2, LIMITS.cell_chars),
            ("min_count", self.min_count, 1, 2**53),
        ):
            if not low <= number <= high:
                raise ConfigError(f"{name}={number} is not a whole number from {low} to {high}.")


class TextTokens:
    """Codec "text-tokens": see the module docstring. `TextTokens(length=64).fit(batches)`.

    Args:
        settings: the fields of `TokensConfig`.
    """

    name = "text-tokens"
    several: ClassVar[bool] = False  # columns of text are joined
    Config = TokensConfig

    def __init__(self, **settings: Any) -> None:
        self.config = TokensConfig(**settings)
        self.known = Vocabulary(np.empty(0, np.uint64), 1)
        self.subwords: Subwords | None = None

    @property
    def vocab(self) -> int:
        """Size of the id space, at least 3."""
        return FIRST + (len(self.known) if self.subwords is None else len(self.subwords))

    @property
    def sizes(self) -> dict[str, Any]:
        """What a network must know: the size of the id space."""
        return {"vocab": self.vocab}

    def fit(self, batches: Iterable[Sequence[str | None]]) -> Self:
        """Learn the vocabulary from the training texts, in one pass and bounded memory.

        Raises:
            DataError: there is no text at all.
            MissingExtraError: unit "segment" without rjieba.
        """
        stream = blocks(batches)
        first = next(stream, None)
        if first is None:
            raise DataError("A text codec was given no rows to fit on. Give at least one text.")
        stream = chain([first], stream)
        if self.config.unit == "auto":  # words suit mixed text too: unspaced letters stay single
            self.config = replace(self.config, unit="word")
        room = self.config.vocab - FIRST
        if self.config.unit == "subword":
            self.subwords = Subwords.train(chain.from_iterable(stream), room)
            return self
        counter = Counter(max(HELD, 2 * self.config.vocab))
        for texts in stream:
            counter.add(*tallied(tokenize(texts, self.config.unit).keys))
        self.known = Vocabulary.of(counter.frequent(self.config.min_count, room)[0])
        return self

    def encode(self, values: Sequence[str | None]) -> dict[str, Ragged]:
        """Give every text its ids.

        Args:
            values: N texts; None is an empty text, whose row is the start alone.

        Returns:
            "ids": int64 [S]; every row begins with 2 and has 1 to `length` ids.
        """
        longest = CHARS_PER_TOKEN * self.config.length
        parts = [self._encode_block(texts) for texts in blocks([values], longest)]
        lengths = [np.zeros(1, np.int64), *(lengths for _, lengths in parts)]
        ids = np.concatenate([np.empty(0, np.int64), *(ids for ids, _ in parts)])
        return {"ids": Ragged(ids, np.cumsum(np.concatenate(lengths)), PAD)}

    def _encode_block(self, texts: list[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Ids of a block, and how many each text has."""
        most = self.config.length - 1
        if self.subwords is not None:
            rows = [[START - FIRST, *ids[:most]] for ids in self.subwords.encode(texts)]
            lengths = np.fromiter(map(len, rows), np.int64, len(rows))
            return np.fromiter(chain.from_iterable(rows), np.int64, lengths.sum()) + FIRST, lengths
        tokens = _head(tokenize(texts, self.config.unit), most)
        ids = np.full(len(tokens.keys), UNKNOWN, np.int64)
        places, known = self.known.find(tokens.keys)
        ids[places] = known + FIRST
        return np.insert(ids, tokens.offsets[:-1], START), np.diff(tokens.offsets) + 1

    def places(self, cell: str | None) -> dict[str, Places]:
        """Where the tokens of a text lie; the start stands nowhere."""
        folded, origins = traced((cell or "")[: CHARS_PER_TOKEN * self.config.length])
        if self.subwords is not None:
            found = self.subwords.bounds(folded)
        else:
            found = token_bounds(folded, self.config.unit)
        bounds = raw_bounds(origins, found[: self.config.length - 1])
        return {"ids": one_each(bounds, first=1)}

    def spec(self) -> dict[str, Any]:
        """JSON-safe form: hashes of the known tokens (two to three bytes each), or the merges."""
        learned = self.known if self.subwords is None else self.subwords
        return {"codec": self.name, "fold": FOLD, **asdict(self.config), "known": learned.spec()}

    @classmethod
    def from_spec(cls, spec: Any) -> Self:
        """Build the fitted codec from its stored form.

        Raises:
            BundleError: a field is absent, of a wrong type, out of range, or does not fit.
        """
        spec = specs.table(spec, cls.name)
        specs.choice(spec, "fold", (FOLD,))
        try:
            codec = cls(
                unit=specs.choice(spec, "unit", ("subword", *UNITS)),
                vocab=specs.whole(spec, "vocab", FIRST, 2**24),
                length=specs.whole(spec, "length", 2, LIMITS.cell_chars),
                min_count=specs.whole(spec, "min_count", 1, 2**53),
            )
        except ConfigError as error:
            raise BundleError(f"A stored text codec is damaged: {error}") from error
        known = specs.field(spec, "known")
        if codec.config.unit == "subword":
            codec.subwords = Subwords.from_spec(known)
        else:
            codec.known = Vocabulary.from_spec(known)
        if codec.vocab > codec.config.vocab:
            raise specs.damaged(cls.name, "known", codec.vocab, f"{codec.config.vocab} ids")
        return codec


def _head(tokens: Tokens, most: int) -> Tokens:
    """The first `most` tokens of every text."""
    lengths = np.diff(tokens.offsets)
    if lengths.max(initial=0) <= most:
        return tokens
    place = np.arange(len(tokens.keys)) - np.repeat(tokens.offsets[:-1], lengths)
    offsets = np.append(0, np.cumsum(np.minimum(lengths, most)))
    return Tokens(tokens.keys[place < most], offsets)
