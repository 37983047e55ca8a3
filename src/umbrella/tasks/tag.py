"""Tag: which stretches of a text are of a type that is asked for, e.g. names. Headline: F1.

    spans of characters → labels of pieces → a chain → the best path → spans of characters

A span is right with both bounds and the type. F1 is that of all spans together, 2 · right / (found
+ true). Rows are scored by `shares_of_f1`, so that their mean is the F1 and their spread is its
doubt. Targets are places in the raw text, so that networks that cut texts differently are compared.

Shapes: N rows, M spans of the row with most, K types, C = 1 + 4 K labels, P pieces.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from umbrella.base.catalogue import Sentence, sentence
from umbrella.base.chain import width_of
from umbrella.base.errors import DataError
from umbrella.data.codecs.ngrams import AUTO_SHARE
from umbrella.data.codecs.scripts import unspaced_share
from umbrella.score import chain, doubt, entities
from umbrella.score.resample import effective_units
from umbrella.tasks.spans import check_places, holds_spans, read_all

PAD = -1  # beyond a row's spans
TYPES = 60  # more would make the rules between labels larger than most texts
NAMES = 100_000  # of the training rows that are remembered
REMARKED = 8  # unseen types that are shown
TEMPERATURES = (0.5, 0.7, 0.85, 1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0)
UNSURE = 1e-6  # chances are kept from 0 and 1 by this before their logarithm


def shares_of_f1(right: NDArray, found: NDArray, true: NDArray) -> NDArray[np.float64]:
    """Every row's share in F = Σ 2 right / Σ (found + true), so that their mean is F and their
    spread F's.

    F + (2 right − F · (found + true)) / mean(found + true), as `transcribe.shares_of_rate`.

    Args:
        right, found, true: spans of every row, [N] each.
    """
    good, all_ = 2.0 * right, (found + true).astype(np.float64)
    total = float(all_.sum())
    if not total:
        return np.zeros(len(good))
    score = float(good.sum()) / total
    return score + (good - score * all_) * (len(good) / total)


@dataclass(frozen=True)
class Tag:
    """Types in a fixed order.

    Args:
        types: number k is types[k], see base/chain.py for the labels.
        temperature: by which a chain's scores are divided before chances are told, > 0.
        names: name in the training rows → the type that it has most often, commonest first.
    """

    types: tuple[str, ...]
    temperature: float = 1.0
    names: Mapping[str, int] | None = None

    name = "tag"
    headline = "f1"
    sign = 1
    reads_texts = True  # targets are places in the input: see `agree`

    @classmethod
    def recognises(cls, values: Sequence[str | None]) -> bool:
        """Whether a target column asks for this task."""
        return holds_spans(values)

    @classmethod
    def strata(cls, values: Sequence[str | None]) -> list[str]:
        """What a split keeps in proportion: the rarest type of every row."""
        rows = [{one[2] for one in spans} for spans in read_all(values)]
        counts = Counter(kind for kinds in rows for kind in kinds)
        return [min(kinds, key=lambda one: (counts[one], one), default="") for kinds in rows]

    @classmethod
    def agree(
        cls, values: Sequence[str | None], texts: Sequence[str | None], rows: NDArray
    ) -> list[Sentence]:
        """Make sure that spans lie within their texts, and say which can never be answered.

        Raises:
            DataError: a span ends beyond its text, or a cell holds no spans.
        """
        some = [text for text in texts[:2_000] if text]
        unit = "char" if unspaced_share(some) > AUTO_SHARE else "word"
        spans = read_all(values, rows)
        between, total = check_places(spans, texts, unit, rows), sum(map(len, spans))
        if not between:
            return []
        return [sentence("tag.between", count=between, total=total)]

    @classmethod
    def learn(
        cls,
        values: Sequence[str | None],
        train: NDArray,
        rows: NDArray | None = None,
        texts: Sequence[str | None] = (),
    ) -> "Tag":
        """Read types and names off the training rows.

        Args:
            values: every row's spans as written.
            train: positions of the training part.
            rows: each value's row number in the source, for messages.
            texts: of every row.

        Raises:
            DataError: no training row has a span, or there are more types than the limit.
        """
        spans = read_all([values[at] for at in train], None if rows is None else rows[train])
        counts = Counter(kind for own in spans for _, _, kind in own)
        if not counts:
            raise DataError(
                f"None of the {len(train):,} training rows has a span: there is nothing to learn. "
                f"Name the column of spans with --target, or add rows that have some."
            )
        if len(counts) > TYPES:
            shown = ", ".join(sorted(counts)[:8])
            raise DataError(
                f"The spans have {len(counts):,} different types ({shown} …); {TYPES} are allowed. "
                f"Is the type a name of a kind, and not the text itself? Join rare ones to one."
            )
        types = tuple(sorted(counts))
        own_texts = [texts[at] for at in train] if texts else [None] * len(spans)
        return cls(types, 1.0, _names_in(spans, own_texts, types))

    def narrowed(
        self, values: Sequence[str | None], train: NDArray, texts: Sequence[str | None]
    ) -> "Tag":
        """The same types, with the names of some rows alone.

        Args:
            values, texts: of every row.
            train: positions of the rows whose names are known.
        """
        spans = read_all([values[at] for at in train])
        own = [tuple(one for one in some if one[2] in self.types) for some in spans]
        return replace(self, names=_names_in(own, [texts[at] for at in train], self.types))

    @property
    def outputs(self) -> int:
        """Columns of a network's chain: C + 2."""
        return width_of(len(self.types))

    def tells(self, codec: str) -> dict[str, Any]:
        """What a codec is told of the training targets."""
        if codec != "text-names":
            return {}
        return {"names": dict(self.names or {}), "types": len(self.types)}

    def encode(
        self, values: Sequence[str | None], rows: NDArray | None = None
    ) -> NDArray[np.int32]:
        """Cells → start, end and number of the type of every span, [N, M, 3], ended by `PAD`; an
        unseen type is K.
        """
        index = {kind: number for number, kind in enumerate(self.types)}
        spans = read_all(values, rows)
        out = np.full((len(spans), max([1, *map(len, spans)]), 3), PAD, np.int32)
        for row, own in enumerate(spans):
            for at, (start, end, kind) in enumerate(own):
                out[row, at] = start, end, index.get(kind, len(self.types))
        return out

    def remarks(self, values: Sequence[str | None]) -> list[Sentence]:
        """How many spans there are, and types that no training row has: never answered."""
        spans = read_all(values)
        counts = Counter(kind for own in spans for _, _, kind in own)
        notes = [
            sentence(
                "tag.spans",
                count=sum(counts.values()),
                types=len(self.types),
                none=float(np.mean([not own for own in spans])),
            )
        ]
        if new := sorted(set(counts) - set(self.types)):
            shown = ", ".join(new[:REMARKED]) + (" …" if len(new) > REMARKED else "")
            told = {"count": len(new), "spans": sum(counts[one] for one in new), "shown": shown}
            notes.append(sentence("tag.unseen", **told))
        return notes

    def loss(self, outputs: Any, targets: Any, balance: bool = False) -> Any:  # noqa: ARG002
        """What the chain costs, a piece: see `chain_loss`."""
        from umbrella.score.chain_loss import chain_loss

        return chain_loss(outputs, targets)

    def taught(self, outputs: Any, teacher: Any) -> Any:
        """How far a student's chain is from its teacher's."""
        from umbrella.score import chain_loss

        return chain_loss.taught(outputs, teacher)

    def class_weights(self) -> Any:
        """None: how rare a label is says nothing about rows."""
        return None

    def found(self, outputs: NDArray, sure: bool = False) -> chain.Spans:
        """The spans that are answered, with how sure where that is asked for."""
        return chain.find(np.asarray(outputs), self.temperature, sure=sure)

    def row_scores(self, outputs: NDArray, targets: NDArray) -> NDArray[np.float64]:
        """Every row's share in the F1 of these rows, see `shares_of_f1`, [N]."""
        return shares_of_f1(*entities.row_counts(self.found(outputs), targets))

    def interval(self, scores: NDArray, groups: NDArray | None = None) -> doubt.Interval:
        """Bootstrap interval of F1 over rows; whole groups are drawn where there are any.

        It is never narrower than Wilson's for the share of rows that are worse than the mean, from
        the mean of the others to theirs: where few rows hold all errors, drawing among them finds
        too little doubt. Where all rows are alike, as many others as could be unseen might lack
        everything.
        """
        found = doubt.bootstrap(scores, groups=groups)
        if len(scores) < 2:
            return found
        score = float(scores.mean())
        worth = len(scores) if groups is None else effective_units(groups)
        worse = scores < score - 1e-9
        if worse.any():
            share = doubt.wilson(float(worse.mean()) * worth, worth)
            least, most = float(scores[worse].mean()), float(scores[~worse].mean())
            low, high = (most + (least - most) * one for one in (share.high, share.low))
        else:
            unseen = doubt.wilson(0, worth).high
            low, high = score - unseen * max(score, 0.0), score + unseen * (1 - score)
        return replace(
            found, low=max(min(found.low, low), 0.0), high=min(max(found.high, high), 1.0)
        )

    def compare(self, a: NDArray, b: NDArray, groups: NDArray | None = None) -> float:
        """Sign-flip permutation p on the rows' differences, two-sided."""
        return doubt.paired_p(a, b, groups)

    def metrics(self, outputs: NDArray, targets: NDArray) -> dict[str, float]:
        """F1, precision and recall of all spans, the mean F1 of the types, and the share of rows
        that are right altogether.
        """
        found = self.found(outputs)
        right, said, true = entities.row_counts(found, targets)
        table = entities.by_type(found, targets, len(self.types))
        some = table[table[:, 1:].sum(axis=1) > 0]
        return {
            "f1": entities.f1(right.sum(), said.sum(), true.sum()),
            "precision": float(right.sum() / max(said.sum(), 1)),
            "recall": float(right.sum() / max(true.sum(), 1)),
            "macro_f1": float(np.mean([entities.f1(*one) for one in some])) if len(some) else 0.0,
            "exact": float(np.mean((right == said) & (right == true))),
        }

    def baseline(self, targets: NDArray) -> NDArray[np.float32]:  # noqa: ARG002
        """Nothing is marked: a chain without a piece, [C + 2, C + 2]."""
        return np.zeros((self.outputs, self.outputs), np.float32)

    def calibrated(self, outputs: NDArray, targets: NDArray) -> "Tag":
        """The temperature at which held-out rows' spans are as likely right as they are said to
        be: the one with the least logarithmic loss. Which spans are found it does not change.
        """
        if not len(targets):
            return self
        told = entities.match(self.found(outputs), targets).slip == entities.RIGHT
        if not len(told):
            return self
        losses = []
        for temperature in TEMPERATURES:
            sure = replace(self, temperature=temperature).found(outputs, sure=True).sure
            sure = np.clip(sure, UNSURE, 1 - UNSURE)
            losses.append(float(-np.log(np.where(told, sure, 1 - sure)).mean()))
        return replace(self, temperature=TEMPERATURES[int(np.argmin(losses))])

    def as_fitted(self) -> "Tag":
        """The task by which the rungs were compared: a temperature changes no answer."""
        return self

    def spec(self) -> dict[str, Any]:
        """JSON-safe settings."""
        return {
            "task": self.name,
            "types": list(self.types),
            "temperature": self.temperature,
            "names": dict(self.names or {}),
        }

    @classmethod
    def from_spec(cls, spec: Mapping[str, Any]) -> "Tag":
        """Build back from `spec()`."""
        types = tuple(str(kind) for kind in spec["types"])
        names = {str(name): int(kind) for name, kind in dict(spec.get("names") or {}).items()}
        if not types or any(not 0 <= kind < len(types) for kind in names.values()):
            raise ValueError(f"{len(types)} types")
        temperature = float(spec["temperature"])
        if not temperature > 0:
            raise ValueError(f"temperature {temperature}")
        return cls(types, temperature, names)


def _names_in(
    spans: Sequence[Sequence[tuple[int, int, str]]],
    texts: Sequence[str | None],
    types: Sequence[str],
) -> dict[str, int]:
    """Name → the type that it has most often, commonest first; none where no text is known."""
    named = Counter(
        (text[start:end], kind)
        for own, text in zip(spans, texts, strict=True)
        for start, end, kind in own
        if text
    )
    best: dict[str, tuple[int, int]] = {}
    for (name, kind), count in named.items():
        if name not in best or count > best[name][0]:
            best[name] = (count, types.index(kind))
    order = sorted(best, key=lambda one: (-best[one][0], one))[:NAMES]
    return {name: best[name][1] for name in order}
