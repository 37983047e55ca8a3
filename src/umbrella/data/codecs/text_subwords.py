"""Text as the pieces of a published tokenizer, for encoders that were trained elsewhere.

The tokenizer is taken whole, as `tokenizers` reads it, with the start and the end that it puts
around a text; nothing is fitted. It lies in the spec, so that no folder is needed afterwards.
Shapes: N texts, S ids of all of them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from umbrella.base.errors import ConfigError
from umbrella.data.codecs import specs
from umbrella.data.codecs.fewer_tokens import fewer_tokens
from umbrella.data.codecs.places import Places, one_each
from umbrella.data.codecs.published import read_engine, require_tokenizer, stored, taken
from umbrella.data.codecs.ragged import Ragged

CHARS_PER_TOKEN = 32  # of a long text this many characters are looked at for every id kept
MOST_LENGTH = 2**16
AT_ONCE = 1024  # texts that are tokenised at a time


@dataclass(frozen=True)
class PiecesConfig:
    """How much of a text is read."""

    length: int = 256  # ids of a text at most, start and end among them; the rest is left out

    def __post_init__(self) -> None:
        if not 3 <= self.length <= MOST_LENGTH:
            raise ConfigError(
                f"length={self.length} is not a whole number from 3 to {MOST_LENGTH}."
            )


class TextSubwords:
    """Codec "text-subwords": see above. `TextSubwords(length=64).take(json, 0, 30522)`.

    Args:
        settings: the fields of `PiecesConfig`.
    """

    name = "text-subwords"
    several: ClassVar[bool] = False  # columns of text are joined
    Config = PiecesConfig

    def __init__(self, **settings: Any) -> None:
        self.config = PiecesConfig(**settings)
        self.padding, self.vocab, self.json = 0, 0, ""

    @classmethod
    def within(cls, places: int, length: int) -> Self:
        """One for an encoder of so many places; 0 where nothing limits them."""
        return cls(length=min(length, places or length))

    def take(self, json: str, padding: int, vocab: int) -> Self:
        """Read by a tokenizer.

        Args:
            json: as `Tokenizer.to_str` writes it.
            padding: the id that fills short rows.
            vocab: rows of the table of token vectors; no id reaches it.

        Raises:
            BundleError: not a tokenizer, or one with ids beyond the table.
        """
        self.engine = read_engine(self.name, json, vocab)
        self.engine.enable_truncation(self.config.length)
        self.padding, self.vocab, self.json = padding, vocab, json
        return self

    def cut(self, wanted: Iterable[int]) -> tuple[Self, NDArray[np.int64]]:
        """The same codec with fewer tokens, and the old id of every new one [V], rising.

        Args:
            wanted: ids to keep; others that texts need stay too, see fewer_tokens.py.

        Raises:
            ConfigError: a kind of tokenizer that cannot be cut.
        """
        made, old = fewer_tokens(self.json, {*wanted, self.padding})
        padding = int(np.searchsorted(old, self.padding))
        return type(self)(length=self.config.length).take(made, padding, len(old)), old

    @property
    def sizes(self) -> dict[str, Any]:
        """What a network must know: the size of the id space."""
        return {"vocab": self.vocab}

    def fit(self, batches: Iterable[Sequence[str | None]]) -> Self:
        """Nothing is learned from texts.

        Raises:
            ConfigError: no tokenizer was taken.
        """
        require_tokenizer(self.json)
        for _ in batches:
            pass
        return self

    def encode(self, values: Sequence[str | None]) -> dict[str, Ragged]:
        """Give every text its ids.

        Args:
            values: N texts; None is an empty text, whose row is start and end alone.

        Returns:
            "ids": int64 [S]; a row has `length` ids at most.
        """
        most = CHARS_PER_TOKEN * self.config.length
        rows: list[list[int]] = []
        for start in range(0, len(values), AT_ONCE):
            texts = [(text or "")[:most] for text in values[start : start + AT_ONCE]]
            rows += [found.ids for found in self.engine.encode_batch_fast(texts)]
        lengths = np.fromiter(map(len, rows), np.int64, len(rows))
        ids: NDArray[np.int64] = np.fromiter(chain.from_iterable(rows), np.int64, lengths.sum())
        return {"ids": Ragged(ids, np.append(0, np.cumsum(lengths)), self.padding)}

    def places(self, cell: str | None) -> dict[str, Places]:
        """Where the pieces of a text lie; start and end stand nowhere."""
        found = self.engine.encode((cell or "")[: CHARS_PER_TOKEN * self.config.length])
        bounds = np.array(found.offsets, np.int64).reshape(-1, 2)
        bounds[np.array(found.special_tokens_mask, bool)] = 0
        return {"ids": one_each(bounds)}

    def spec(self) -> dict[str, Any]:
        """JSON-safe form: the tokenizer whole."""
        return {"codec": self.name, "length": self.config.length, **stored(self)}

    @classmethod
    def from_spec(cls, spec: Any) -> Self:
        """Build the codec from its stored form.

        Raises:
            BundleError: a field is absent, of a wrong type, out of range, or does not fit.
        """
        spec = specs.table(spec, cls.name)
        return cls(length=specs.whole(spec, "length", 3, MOST_LENGTH)).take(*taken(spec))
