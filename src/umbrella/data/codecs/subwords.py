"""Byte-level byte-pair encoding, stored as nothing but its list of merges.

Training and encoding are those of the `tokenizers` library. Runs of scripts without spaces are
capped before training: uncapped, nearly every sentence is one "word", each different, and memory
grows with the text. Source: Sennrich, Haddow, Birch 2016, "Neural machine translation of rare
words with subword units"; bytes as in Radford et al. 2019 (GPT-2).
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Regex, Tokenizer, models, pre_tokenizers, trainers

from umbrella.base.errors import BundleError
from umbrella.base.tensors import pack, unpack
from umbrella.data.codecs import specs
from umbrella.data.codecs.scripts import fold

ALPHABET = sorted(pre_tokenizers.ByteLevel.alphabet())  # one character for each of 256 bytes
MAX_VOCAB = 2**16
TOKEN_BYTES = 48  # no merge makes a longer token
LEAST_COUNT = 2  # a pair seen once is no pattern

CAP = 2  # characters of an unspaced run that may merge; measured beside 3, 4 and none: bench/bag.py
MAX_CAP = 64

_UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"


def spaced(text: str) -> str:
    """Folded text with every run of white space made one space, and none at the ends."""
    return " ".join(fold(text).split())


def _pre_tokenizer(cap: int) -> pre_tokenizers.PreTokenizer:
    """Cut text into the pieces that merges stay inside of."""
    pattern = (
        rf" ?[{_UNSPACED}]{{1,{cap}}}"
        rf"| ?[^\s\p{{P}}\p{{S}}{_UNSPACED}]{{1,32}}"
        r"| ?[\p{P}\p{S}]{1,8}"
    )
    return pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(pattern), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )


class Subwords:
    """A byte-pair encoding: ids 0 to 255 are bytes, then one id a merge, in order.

    Args:
        merges: [M, 2] ids of the two tokens that merge m joins.
        cap: characters of a run without spaces that may be merged, 1 to 64.

    Raises:
        BundleError: a merge names a token that does not exist yet, or makes one too long.
    """

    def __init__(self, merges: NDArray[np.integer[Any]], cap: int = CAP) -> None:
        self.cap = cap
        self.merges = merges.astype(np.uint16)
        self.tokens = list(ALPHABET)
        known = set(ALPHABET)
        for left, right in merges.tolist():
            if not max(left, right) < len(self.tokens) < MAX_VOCAB:
                raise _damaged(f"merge {left}, {right} comes before its parts")
            token = self.tokens[left] + self.tokens[right]
            if len(token) > TOKEN_BYTES:
                raise _damaged(f"a token is longer than {TOKEN_BYTES} bytes")
            if token not in known:  # two merges can spell one token; it has one id
                known.add(token)
                self.tokens.append(token)

    def __len__(self) -> int:
        return len(self.tokens)

    @classmethod
    def train(cls, texts: Iterable[str], vocab: int, cap: int = CAP) -> "Subwords":
        """Learn merges; the same texts give the same merges.

        Args:
            texts: any stream; it is read once.
            vocab: tokens at most, the 256 bytes included.
            cap: as for `Subwords`.
        """
        learner = Tokenizer(models.BPE())
        learner.pre_tokenizer = _pre_tokenizer(cap)
        trainer = trainers.BpeTrainer(
            vocab_size=vocab,
            min_frequency=LEAST_COUNT,
            initial_alphabet=ALPHABET,
            max_token_length=TOKEN_BYTES,
            show_progress=False,
        )
        learner.train_from_iterator((spaced(text) for text in texts), trainer)
        model = json.loads(learner.to_str())["model"]
        ids = {token: number for number, token in enumerate(ALPHABET)}
        merges = []
        for left, right in model["merges"]:
            merges.append((ids[left], ids[right]))
            ids.setdefault(left + right, len(ids))
        return cls(np.array(merges, np.uint16).reshape(-1, 2), cap)

    @cached_property
    def _engine(self) -> Tokenizer:
        ids = {token: number for number, token in enumerate(self.tokens)}
        pairs = [(self.tokens[left], self.tokens[right]) for left, right in self.merges.tolist()]
        engine = Tokenizer(models.BPE(vocab=ids, merges=pairs))
        engine.pre_tokenizer = _pre_tokenizer(self.cap)
        return engine

    def encode(self, texts: Sequence[str]) -> Iterator[list[int]]:
        """Ids of every text, in order."""
        found = self._engine.encode_batch_fast([spaced(text) for text in texts])
        return (encoding.ids for encoding in found)

    def bounds(self, folded: str) -> NDArray[np.int64]:
        """First character and end of every token in the folded text, [K, 2]; blanks left out."""
        places = np.array([at for at, char in enumerate(folded) if not char.isspace()], np.int64)
        tight = spaced(folded)
        before = np.cumsum([0, *(char != " " for char in tight)])  # characters that are no blanks
        out = []
        for start, end in self._engine.encode(tight).offsets:
            first, last = before[start], before[end] - 1
            out.append((places[first], places[last] + 1))
        return np.array(out, np.int64).reshape(-1, 2)

    def spec(self) -> dict[str, Any]:
        """JSON-safe form, four bytes a merge."""
        merges = self.merges.astype("<u2").view(np.uint8).reshape(-1)
        return {"cap": self.cap, "merges": pack(merges)}

    @classmethod
    def from_spec(cls, spec: Any) -> "Subwords":
        """Read back what `spec` made.

        Raises:
            BundleError: not such a list of merges.
        """
        spec = specs.table(spec, "subwords")
        cap = specs.whole(spec, "cap", 1, MAX_CAP)
        data = unpack(specs.field(spec, "merges"))
        if data.dtype != np.uint8 or data.ndim != 1 or data.size % 4:
            raise _damaged(f"an array of shape {data.shape} is not a list of pairs")
        return cls(data.view("<u2").reshape(-1, 2), cap)


def _damaged(what: str) -> BundleError:
    return BundleError(f"Stored subwords are damaged: {what}. Use an intact copy of the file.")
