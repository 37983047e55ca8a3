"""Text with blanks: some words are hidden, and what stood there is kept as the truth.

    text → token ids, word by word → a share of the words hidden → ids, places, truth, words

Which words are hidden depends on the text and a seed alone, so that every model is asked the same.
Whole words are hidden (Cui et al. 2021, arXiv:1906.08101): all pieces of a word, and in Chinese all
characters of a word that rjieba finds, where it is installed. A text that holds `ASKED` is a
question of a user's: nothing but what stands there is hidden, and nobody knows the truth.

Shapes: N texts, S ids of all of them, Q blanks of all of them.
"""

import json as plain_json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from tokenizers import Encoding

from umbrella.base.errors import BundleError, ConfigError, need
from umbrella.base.guess import LENGTH
from umbrella.data.codecs import specs
from umbrella.data.codecs.published import read_engine, stored, taken
from umbrella.data.codecs.ragged import Ragged
from umbrella.data.codecs.scripts import UNSPACED, classify, code_points, mend

ASKED = "\0"  # stands where a user's text has a blank; no reader lets it into a text
NONE = -1  # the truth of no blank: what fills short rows
MASKS = ("[MASK]", "<mask>")  # what hides a token, by whose tokenizer it is
CUTS = ("pieces", "rjieba")  # what a word is: the pieces of one, or also words of Chinese
CHARS_PER_TOKEN = 32  # of a long text this many characters are looked at for every id kept
MOST_LENGTH = 2**12
AT_ONCE = 1024  # texts that are tokenised at a time
_STEP, _MIX_1, _MIX_2 = (
    np.uint64(one) for one in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB)
)


@dataclass(frozen=True)
class BlanksConfig:
    """How much of a text is read, and how much of it is hidden."""

    length: int = LENGTH  # ids of a text at most, start and end among them; the rest is left out
    share: float = 0.15  # of its words that are hidden, one at least
    seed: int = 0
    cut: str = "pieces"  # one of CUTS

    def __post_init__(self) -> None:
        if not 3 <= self.length <= MOST_LENGTH:
            raise ConfigError(
                f"length={self.length} is not a whole number from 3 to {MOST_LENGTH}."
            )
        if not 0 < self.share < 1:
            raise ConfigError(f"share={self.share} is not in (0, 1). Use 0.15.")
        if self.cut not in CUTS:
            raise ConfigError(f"cut={self.cut!r} is not one of {', '.join(CUTS)}.")


@dataclass(frozen=True)
class Tokens:
    """One text's ids, and which word each is of: numbers from 1, 0 for what is never hidden."""

    ids: NDArray[np.int64]
    words: NDArray[np.int64]


class TextBlanks:
    """Codec "text-blanks": see above.

    Args:
        tokenizer: JSON, as `Tokenizer.to_str` writes it; nothing is fitted.
        padding: the id that fills short rows.
        vocab: rows of the table of token vectors; no id reaches it.
        settings: the fields of `BlanksConfig`.

    Raises:
        BundleError: not a tokenizer, one with ids beyond the table, or without a token that hides.
    """

    name = "text-blanks"
    several: ClassVar[bool] = False  # columns of text are joined
    Config = BlanksConfig
    probes: ClassVar[tuple[str, ...]] = (
        f"the best of {ASKED} is not in the",
        f"今天天{ASKED}很好，我们",
        f"{ASKED} was a very good {ASKED} .",
        f"不{ASKED}可以 1 2 3",
    )

    def __init__(self, tokenizer: str, padding: int, vocab: int, **settings: Any) -> None:
        self.config = BlanksConfig(**settings)
        self.json, self.padding, self.vocab = tokenizer, padding, vocab
        self.engine, self.asked = (read_engine(self.name, tokenizer, vocab) for _ in range(2))
        try:
            known = plain_json.loads(tokenizer)
            added, model = known["added_tokens"], known["model"]
        except (KeyError, ValueError) as error:  # one that `tokenizers` reads all the same
            raise specs.damaged(self.name, "tokenizer", tokenizer, "a tokenizer") from error
        found = [self.engine.token_to_id(mask) for mask in MASKS]
        if not any(one is not None for one in found):
            raise BundleError(
                f"The tokenizer has no token that hides others ({' or '.join(MASKS)}), so nothing "
                f"can be learned from blanks. Choose another checkpoint, such as a BERT."
            )
        self.mask = next(one for one in found if one is not None)
        unknown = self.engine.token_to_id(str(model.get("unk_token")))
        special = {one["id"] for one in added if one.get("special")}
        special |= set() if unknown is None else {unknown}
        self.special = np.array(sorted(special), np.int64)
        self.engine.enable_truncation(self.config.length)
        self.engine.encode_special_tokens = True  # "[MASK]" in a text is text

    @property
    def sizes(self) -> dict[str, Any]:
        """What a network must know: the size of the id space, and which id pads."""
        return {"vocab": self.vocab, "padding": self.padding}

    def fit(self, batches: Iterable[Sequence[str | None]]) -> Self:
        """Nothing is learned from texts here: the tokenizer is."""
        for _ in batches:
            pass
        return self

    def tokens(self, values: Sequence[str | None]) -> list[Tokens]:
        """Every text's ids and words, nothing hidden.

        Raises:
            MissingExtraError: Chinese was cut by rjieba, and it is not installed here.
        """
        out: list[Tokens] = []
        most = CHARS_PER_TOKEN * self.config.length
        for start in range(0, len(values), AT_ONCE):
            texts = [mend(text or "")[:most] for text in values[start : start + AT_ONCE]]
            found = self.engine.encode_batch(texts)
            out += [self._tokens(*one) for one in zip(found, texts, strict=True)]
        return out

    def encode(self, values: Sequence[str | None]) -> dict[str, Ragged]:
        """Hide words.

        Args:
            values: N texts; None is an empty text, whose row is start and end alone.

        Returns:
            "ids": int64 [S], hidden ones replaced by the mask; "places": int64 [Q] of the blanks in
            their rows; "truth": int64 [Q] ids that stood there, the mask's own where nobody knows;
            "words": int64 [S], see `Tokens`.
        """
        given = [text or "" for text in values]
        known = iter(self.tokens([text for text in given if ASKED not in text]))
        ids, places, truth, words = [], [], [], []
        for text in given:
            if ASKED in text:
                row = self._asked(text)
                at = np.flatnonzero(row == self.mask)
                true, word = row[at], np.zeros_like(row)
            else:
                one = next(known)
                at = self.hidden(text, one.words)
                row, word, true = one.ids.copy(), one.words, one.ids[at]
                row[at] = self.mask
            ids.append(row)
            places.append(at)
            truth.append(true)
            words.append(word)
        return {
            "ids": _ragged(ids, self.padding),
            "places": _ragged(places, 0),
            "truth": _ragged(truth, NONE),
            "words": _ragged(words, 0),
        }

    def hidden(self, text: str, words: NDArray[np.int64]) -> NDArray[np.int64]:
        """Places of the words that are hidden in a text, rising."""
        count = int(words.max(initial=0))
        if not count:
            return np.empty(0, np.int64)
        seed = blake2b(f"{self.config.seed}\x1f{mend(text)}".encode(), digest_size=8).digest()
        keys = np.frombuffer(seed, "<u8")[0] + np.arange(1, count + 1, dtype=np.uint64) * _STEP
        keys = (keys ^ (keys >> np.uint64(30))) * _MIX_1
        keys = (keys ^ (keys >> np.uint64(27))) * _MIX_2
        drawn = np.argsort(keys ^ (keys >> np.uint64(31)), kind="stable")
        chosen = 1 + drawn[: max(1, round(self.config.share * count))]
        return np.flatnonzero(np.isin(words, chosen))

    def _tokens(self, found: Encoding, text: str) -> Tokens:
        ids = np.array(found.ids, np.int64)
        of_word = np.array([-1 if one is None else one for one in found.word_ids], np.int64)
        if self.config.cut == "rjieba":
            of_word = _joined(of_word, text, found.offsets)
        silent = (of_word < 0) | np.isin(ids, self.special)
        # a word with an unknown piece cannot be asked for, its other pieces neither
        silent |= np.isin(of_word, of_word[silent & (of_word >= 0)])
        words = np.zeros_like(ids)
        words[~silent] = 1 + np.unique(of_word[~silent], return_inverse=True)[1]
        return Tokens(ids, words)

    def _asked(self, text: str) -> NDArray[np.int64]:
        """Ids of a text with blanks; of a long one a stretch that begins before the first."""
        mask = str(self.engine.id_to_token(self.mask))
        ids = np.array(self.asked.encode(mend(text).replace(ASKED, mask)).ids, np.int64)
        length = self.config.length
        if len(ids) <= length:
            return ids
        blanks = np.flatnonzero(ids == self.mask)
        middle = int(blanks[0] + min(blanks[-1], blanks[0] + length // 2)) // 2
        start = min(max(1, middle - length // 2), len(ids) - length + 1)
        return np.concatenate([ids[:1], ids[start : start + length - 2], ids[-1:]])

    def spec(self) -> dict[str, Any]:
        """JSON-safe form, the tokenizer whole."""
        config = self.config
        return {
            "codec": self.name,
            "length": config.length,
            "share": config.share,
            "seed": config.seed,
            "cut": config.cut,
            **stored(self),
        }

    @classmethod
    def from_spec(cls, spec: Any) -> Self:
        """Build the codec from its stored form.

        Raises:
            BundleError: a field is absent, of a wrong type, out of range, or does not fit.
        """
        spec = specs.table(spec, cls.name)
        share = specs.field(spec, "share")
        if not isinstance(share, float) or not 0 < share < 1:
            raise specs.damaged(cls.name, "share", share, "a number in (0, 1)")
        return cls(
            *taken(spec),
            length=specs.whole(spec, "length", 3, MOST_LENGTH),
            share=share,
            seed=specs.whole(spec, "seed", 0, 2**63),
            cut=specs.choice(spec, "cut", CUTS),
        )


def _ragged(rows: Sequence[NDArray[np.int64]], pad: int) -> Ragged:
    lengths = np.fromiter(map(len, rows), np.int64, len(rows))
    values = np.concatenate([np.empty(0, np.int64), *rows])
    return Ragged(values, np.append(0, np.cumsum(lengths)), pad)


def _joined(
    of_word: NDArray[np.int64], text: str, offsets: Sequence[tuple[int, int]]
) -> NDArray[np.int64]:
    """Characters of one word of Chinese, by rjieba, made one word."""
    starts = np.array([first for first, _ in offsets], np.int64)
    inside = (of_word >= 0) & (starts < len(text))
    letters = classify(code_points(text)) == UNSPACED
    inside[inside] = letters[starts[inside]]
    if not inside.any():
        return of_word
    ends = np.cumsum([len(one) for one in need("rjieba", "words").cut(text)])
    cut = np.searchsorted(ends, starts[inside], side="right")
    out = of_word.copy()
    out[inside] = len(offsets) + cut  # beyond all numbers of the tokenizer's words
    return out
