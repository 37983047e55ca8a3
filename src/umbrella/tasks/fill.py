"""Fill: which words stood where a text has blanks. The text is its own target. Headline: the loss.

    text → tokens, a share of the words hidden → the truth's chance at every blank

The loss is the mean of −log(chance of the truth) over all blanks, in nats a token. Rows are scored
by `shares_of_loss`, so that their mean is the loss and their spread is its doubt. While networks
learn, other words are hidden at every step (Liu et al. 2019, arXiv:1907.11692); held-out rows have
the same blanks for every model and every time.

Shapes: N rows, M blanks of the row with most, V tokens; layout of an answer: base/guess.py.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from umbrella.base.catalogue import Sentence, sentence
from umbrella.base.errors import DataError, need_installed
from umbrella.base.guess import BEST, CHANCE, FIRST, LENGTH, TRUTH, WIDTH
from umbrella.base.tensors import pack, unpack
from umbrella.data.codecs.ngrams import AUTO_SHARE
from umbrella.data.codecs.packed import pack_text, unpack_text
from umbrella.data.codecs.scripts import unspaced_share
from umbrella.data.codecs.text_blanks import NONE, TextBlanks
from umbrella.data.codecs.wordpieces import train as learn_pieces
from umbrella.score import doubt

VOCAB = 8_000  # pieces of a tokenizer that is learned from the training rows, at most
ROWS = 4_096  # that are counted at a time
LEAST_WORDS = 200  # of all training rows; fewer tell nothing


def shares_of_loss(nats: NDArray, blanks: NDArray) -> NDArray[np.float64]:
    """Every row's share in L = Σ nats / Σ blanks, so that their mean is L and their spread L's.

    L + (nats − L · blanks) / mean(blanks), as `transcribe.shares_of_rate`.

    Args:
        nats: loss of each row, over all its blanks, [N].
        blanks: how many it has, [N].
    """
    total = float(blanks.sum())
    if not total:
        return np.zeros(len(nats))
    loss = float(nats.sum()) / total
    return loss + (nats - loss * blanks) * (len(nats) / total)


@dataclass(frozen=True, eq=False)
class Fill:
    """One tokenizer, and how often each token stands in the training rows.

    Args:
        tokenizer: JSON; of a checkpoint, or learned from the training rows.
        padding: the id that fills short rows.
        vocab: V.
        length: ids of a row that are read, at most.
        seed: the blanks of held-out rows follow from it and the text.
        cut: what a word is, see `text_blanks.CUTS`.
        counts: int64 [V], of the training rows.
        own: whether the tokenizer was learned from them.
    """

    tokenizer: str
    padding: int
    vocab: int
    length: int
    seed: int
    cut: str
    counts: NDArray[np.int64]
    own: bool = True

    name = "fill"
    headline = "masked_loss"
    sign = -1
    own_text = True  # no other column is the target
    outputs = WIDTH

    @classmethod
    def learn(
        cls,
        values: Sequence[str | None],
        train: NDArray,
        rows: NDArray | None = None,  # noqa: ARG003
        *,
        seed: int = 0,
        tokenizer: str = "",
        padding: int = 0,
        vocab: int = 0,
        places: int = 0,
    ) -> "Fill":
        """Learn a tokenizer from the training rows, or take one, and count.

        Args:
            values: every row's text.
            train: positions of the training part.
            rows: not needed.
            seed: for the blanks of held-out rows.
            tokenizer, padding, vocab: of a checkpoint.
            places: tokens of a row that its network reads, 0 for any number.

        Raises:
            DataError: there are no words to speak of.
        """
        texts = [values[at] or "" for at in train]
        own = not tokenizer
        if own:
            tokenizer = learn_pieces(texts, VOCAB)
            codec = TextBlanks(tokenizer, 0, 2**24)
            vocab = codec.engine.get_vocab_size(with_added_tokens=True)
        chinese = unspaced_share(texts[:2_000]) > AUTO_SHARE
        cut = "rjieba" if chinese and find_spec("rjieba") else "pieces"
        length = min(LENGTH, places or LENGTH)
        empty = np.zeros(vocab, np.int64)
        made = cls(tokenizer, padding, vocab, length, seed, cut, empty, own)
        words = 0
        for start in range(0, len(texts), ROWS):
            for one in made.codec.tokens(texts[start : start + ROWS]):
                words += int(one.words.max(initial=0))
                np.add.at(empty, one.ids[one.words > 0], 1)
        if words < LEAST_WORDS:
            raise DataError(
                f"The {len(texts):,} training texts hold {words:,} words that the tokenizer knows; "
                f"at least {LEAST_WORDS} are needed to learn how they follow each other. Give "
                f"more text, or another checkpoint with --pretrained."
            )
        return made

    @cached_property
    def codec(self) -> TextBlanks:
        """What reads texts, for every network alike."""
        return TextBlanks(self.tokenizer, self.padding, self.vocab, **self._settings)

    @property
    def _settings(self) -> dict[str, Any]:
        return {"length": self.length, "seed": self.seed, "cut": self.cut}

    def again(self, values: Sequence[str | None], train: NDArray) -> "Fill":
        """The same task learned from other rows; a checkpoint's tokenizer stays."""
        given: dict[str, Any] = {"seed": self.seed, "places": self.length}
        if not self.own:
            given |= {"tokenizer": self.tokenizer, "padding": self.padding, "vocab": self.vocab}
        return self.learn(values, train, **given)

    def tells(self, codec: str) -> dict[str, Any]:
        """What a codec is told."""
        if codec != TextBlanks.name:
            return {}
        told = {"tokenizer": self.tokenizer, "padding": self.padding, "vocab": self.vocab}
        return told | self._settings

    def encode(
        self,
        values: Sequence[str | None],
        rows: NDArray | None = None,  # noqa: ARG002
    ) -> NDArray[np.int32]:
        """Texts → ids of what their blanks hide, [N, M], ended by `NONE`.

        Raises:
            MissingExtraError: Chinese was cut by rjieba, which is not installed here.
        """
        if self.cut == "rjieba":
            need_installed("rjieba", "words")
        return self.codec.encode(values)["truth"].padded().astype(np.int32)

    def remarks(self, values: Sequence[str | None]) -> list[Sentence]:
        """What is read, and how words are hidden."""
        some = self.codec.tokens(values[:ROWS])
        known = np.bincount(np.concatenate([one.ids for one in some]), minlength=self.vocab)
        unknown = self.codec.engine.token_to_id(self._unknown) if self._unknown else None
        special = known[self.codec.special].sum() - (known[unknown] if unknown is not None else 0)
        cut = float(np.mean([len(one.ids) >= self.length for one in some]))
        whose = sentence(f"fill.tokens.{'own' if self.own else 'taken'}", count=self.vocab)
        notes = [sentence("fill.tokens", whose=whose, count=int(self.counts.sum()))]
        if unknown is not None and known[unknown]:
            share = known[unknown] / max(known.sum() - special, 1)
            notes.append(sentence("fill.unknown", share=float(share)))
        if cut:
            notes.append(sentence("fill.cut", share=cut, length=self.length))
        if unspaced_share([one or "" for one in values[:2_000]]) > AUTO_SHARE:
            notes.append(sentence(f"fill.words.{self.cut}"))
        return notes

    @property
    def _unknown(self) -> str:
        return str(getattr(self.codec.engine.model, "unk_token", "") or "")

    def loss(self, outputs: Any, targets: Any, balance: bool = False) -> Any:  # noqa: ARG002
        """Mean of −log(chance of the truth) over the blanks of a batch."""
        real = (outputs[..., TRUTH] > 0).to(outputs.dtype)
        return -(outputs[..., CHANCE] * real).sum() / real.sum().clamp_min(1)

    def class_weights(self) -> Any:
        """None: words have no classes."""
        return

    def start(self) -> NDArray[np.float32]:
        """Logarithm of every token's share of the training rows: where scores begin, [V]."""
        return self._shares().astype(np.float32)

    def row_scores(self, outputs: NDArray, targets: NDArray) -> NDArray[np.float64]:
        """Every row's share in the loss, see `shares_of_loss`.

        Args:
            outputs: [N, M, WIDTH]; or [N, V], the same chances for every blank.
            targets: [N, M], used in the second case.
        """
        return shares_of_loss(*self._losses(outputs, targets))

    def _losses(self, outputs: NDArray, targets: NDArray) -> tuple[NDArray, NDArray]:
        """Nats of every row and its blanks, [N] each."""
        if outputs.ndim == 2:
            real, chances = targets != NONE, outputs[0] if len(outputs) else np.zeros(self.vocab)
            told = np.where(real, chances.astype(np.float64)[np.maximum(targets, 0)], 0.0)
        else:
            real = outputs[:, :, TRUTH] > 0
            told = np.where(real, outputs[:, :, CHANCE].astype(np.float64), 0.0)
        return -told.sum(axis=1), real.sum(axis=1)

    def interval(self, scores: NDArray, groups: NDArray | None = None) -> doubt.Interval:
        """BCa bootstrap over rows or documents."""
        return doubt.bootstrap(scores, groups=groups)

    def compare(self, a: NDArray, b: NDArray, groups: NDArray | None = None) -> float:
        """Sign-flip permutation p on the rows' differences, two-sided."""
        return doubt.paired_p(a, b, groups)

    def metrics(self, outputs: NDArray, targets: NDArray) -> dict[str, float]:
        """Loss, perplexity, and how often the truth is the likeliest token, or among five."""
        nats, blanks = self._losses(outputs, targets)
        loss = float(nats.sum() / max(blanks.sum(), 1))
        return {
            "masked_loss": loss,
            "perplexity": float(np.exp(min(loss, 700.0))),
            "top_1": float(hits(outputs, 1).mean()) if blanks.any() else 0.0,
            "top_5": float(hits(outputs, 5).mean()) if blanks.any() else 0.0,
        }

    def baseline(self, targets: NDArray) -> NDArray[np.float32]:  # noqa: ARG002
        """How common each token is in the training rows, whatever stands around: logarithms [V]."""
        return self.start()

    def _shares(self) -> NDArray[np.float64]:
        counts = self.counts.astype(np.float64) + 0.5  # what was never seen is not impossible
        counts[self.codec.special] = 1e-6  # never asked for
        return np.asarray(np.log(counts) - np.log(counts.sum()))

    def calibrated(self, outputs: NDArray, targets: NDArray) -> "Fill":  # noqa: ARG002
        """The task itself: chances are what is scored."""
        return self

    def as_fitted(self) -> "Fill":
        """The task itself."""
        return self

    def taught(self, outputs: Any, teacher: Any) -> Any:  # noqa: ARG002
        """What a small network learns beside the truth: nothing, for its blanks are others at
        every step than those that the large one answered.
        """
        return self.loss(outputs, None)

    def spec(self) -> dict[str, Any]:
        """JSON-safe settings."""
        return {
            "task": self.name,
            "best": BEST,
            "tokenizer": pack_text(self.tokenizer),
            "padding": self.padding,
            "vocab": self.vocab,
            "own": self.own,
            "counts": pack(self.counts.astype(np.uint32)),
            **self._settings,
        }

    @classmethod
    def from_spec(cls, spec: Mapping[str, Any]) -> "Fill":
        """Build back from `spec()`."""
        return cls(
            unpack_text(spec["tokenizer"]),
            int(spec["padding"]),
            int(spec["vocab"]),
            int(spec["length"]),
            int(spec["seed"]),
            str(spec["cut"]),
            unpack(spec["counts"]).astype(np.int64),
            bool(spec["own"]),
        )


def hits(outputs: NDArray, among: int) -> NDArray[np.bool_]:
    """Of every blank whether the truth is among the likeliest tokens, [Q] in the order of rows.

    Args:
        outputs: [N, M, WIDTH].
        among: how many are looked at, at most K.
    """
    some = outputs[outputs[:, :, TRUTH] > 0]
    return np.asarray((some[:, FIRST : FIRST + among] == some[:, TRUTH, None] - 1).any(axis=1))
