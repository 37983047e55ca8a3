"""Multilabel: any number of labels out of a fixed list for every row. Headline: rows' mean F1.

Every label is a yes or a no by the sigmoid of its own output. While rungs are compared, as many
labels are named as training rows have on average; afterwards held-out rows choose from which
chance on each label is named (score/sets.py).

Shapes: N rows, B rows of a batch, C labels, O outputs.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from umbrella.base.catalogue import Sentence, sentence
from umbrella.base.errors import DataError
from umbrella.base.limits import LIMITS
from umbrella.score import doubt, sets
from umbrella.score.decode import logit, sigmoid, width
from umbrella.score.resample import effective_units
from umbrella.tasks.classify import natural, row_number
from umbrella.tasks.labels import SEPARATORS, find_separator, rarest, split_cell

CERTAIN = 1000.0  # the simple rule's outputs: named, or not, under every threshold there can be
RULES_TRIED, RULE_ROWS = 20, 20_000  # whole sets tried as the simple rule, and rows to try them on
HEAVIEST = 100.0  # most that a rare label's rows weigh in a balanced loss


@dataclass(frozen=True)
class Multilabel:
    """Labels in a fixed order, and from which chance on each is named.

    Args:
        labels: a network's output c is the log-odds of labels[c].
        separator: what stands between the labels of a cell, `LISTS` for JSON lists.
        shares: share of the training rows that have each label, [C].
        temperature: outputs are divided by it before the sigmoid, > 0.
        offsets: added to each label's output then, [C]; empty before held-out rows told.
        thresholds: chance from which each label is named, [C]; empty before held-out rows chose.
    """

    labels: tuple[str, ...]
    separator: str = ";"
    shares: tuple[float, ...] = ()
    temperature: float = 1.0
    offsets: tuple[float, ...] = ()
    thresholds: tuple[float, ...] = ()

    name = "multilabel"
    headline = "mean_f1"
    sign = 1
    empty_is_none = True  # an empty cell is a row without labels, when the task is asked for

    @classmethod
    def learn(
        cls,
        values: Sequence[str | None],
        train: NDArray,
        rows: NDArray | None = None,  # noqa: ARG003
        separator: str | None = None,
    ) -> "Multilabel":
        """Read separator and labels off a target column.

        Args:
            values: every row's cell as written; an empty one holds no label.
            train: positions of the training part, for the labels' shares.
            rows: each value's row number in the source, for messages.
            separator: what stands between labels, where it need not be found.

        Raises:
            DataError: fewer than two labels, more than the limit, or the same set in all rows;
                here or among the training rows.
        """
        given, separator = separator, find_separator(values, separator)
        cells = [split_cell(value, separator) for value in values]
        counts = Counter(label for some in cells for label in some)
        if len(counts) > 1 and max(map(len, cells)) < 2:
            raise _single(next(value for value in values if value), given)
        if len(counts) < 2:
            only = next(iter(counts), "nothing")
            raise DataError(
                f"The target holds one label only ({only!r}) in its {len(values):,} rows; several "
                f"are needed. For a yes or no, write it out in every row and leave out --task; or "
                f"choose another column with --target."
            )
        if len(counts) > LIMITS.classes:
            raise DataError(
                f"The target holds {len(counts):,} different labels; {LIMITS.classes:,} are "
                f"allowed. Do its cells hold labels with {separator!r} between them? Otherwise "
                f"add --task classify, or choose another column with --target."
            )
        if len({frozenset(cells[at]) for at in train}) < 2:
            shown = separator.join(cells[int(train[0])]) if len(train) else "nothing"
            raise DataError(
                f"Every training row has the same labels ({shown!r}): there is nothing to tell "
                f"apart. Choose another column with --target, or split another way: without "
                f"--time or --group, or with more rows."
            )
        labels = tuple(sorted(counts, key=natural))
        seen = Counter(label for at in train for label in cells[at])
        return cls(labels, separator, tuple(seen[label] / len(train) for label in labels))

    @classmethod
    def strata(cls, values: Sequence[str | None], separator: str | None = None) -> list[str]:
        """What a split keeps in proportion: the rarest label of every row."""
        return rarest(values, separator)

    @property
    def outputs(self) -> int:
        """O: one output a label, three at least (see `decode.width`)."""
        return width(len(self.labels))

    def encode(
        self, values: Sequence[str | None], rows: NDArray | None = None
    ) -> NDArray[np.uint8]:
        """Cells → 0 or 1 for every label, [N, C].

        Args:
            values: cells as written.
            rows: each value's row number in the source, for the message.

        Raises:
            DataError: a label that is not in the list.
        """
        index = {label: number for number, label in enumerate(self.labels)}
        out = np.zeros((len(values), len(self.labels)), dtype=np.uint8)
        for row, value in enumerate(values):
            for label in split_cell(value, self.separator):
                if label not in index:
                    raise DataError(
                        f"Row {row_number(rows, row)}: label {label!r} is not one of the run's "
                        f"{len(index)} labels ({', '.join(self.labels[:8])}…)."
                    )
                out[row, index[label]] = 1
        return out

    def remarks(self, values: Sequence[str | None]) -> list[Sentence]:
        """How cells were read, and which labels no training row has."""
        counts = np.array([len(split_cell(value, self.separator)) for value in values])
        told = sentence("fit.sets.lists" if self.separator == "[]" else "fit.sets.mark",
                        mark=self.separator.strip() or self.separator)  # fmt: skip
        notes = [
            sentence(
                "fit.sets",
                how=told,
                labels=len(self.labels),
                mean=float(counts.mean()),
                several=float((counts > 1).mean()),
                none=float((counts == 0).mean()),
            )
        ]
        unseen = [label for label, share in zip(self.labels, self.shares, strict=True) if not share]
        if unseen:
            shown = ", ".join(unseen[:8]) + (" …" if len(unseen) > 8 else "")
            notes.append(sentence("fit.sets.unseen", count=len(unseen), shown=shown))
        return notes

    def loss(self, outputs: Any, targets: Any, balance: bool = False) -> Any:
        """Binary cross-entropy; a rare label's rows weigh as much as the others when balanced."""
        from umbrella.score import losses

        return losses.yes_or_no(outputs, targets, self.class_weights() if balance else None)

    def class_weights(self) -> Any:
        """Weight of every label's own rows in a balanced loss, a tensor [C]."""
        import torch

        shares = torch.tensor(self.shares)
        return ((1 - shares) / shares.clamp_min(1e-6)).clamp(1 / HEAVIEST, HEAVIEST)

    def start(self) -> NDArray[np.float32]:
        """Log-odds [O] at which a network's outputs begin: the labels' shares, none certain."""
        out = np.zeros(self.outputs, dtype=np.float32)
        out[: len(self.labels)] = logit(np.clip(self.shares, 1e-3, 1 - 1e-3))
        return out

    def named(self, outputs: NDArray) -> NDArray[np.bool_]:
        """Which labels are answered, [N, C]."""
        if not self.thresholds:
            own = np.asarray(outputs)[:, : len(self.labels)].astype(np.float64)
            return sets.most(own, sum(self.shares))
        return self._odds(outputs) >= logit(np.array(self.thresholds))

    def chances(self, outputs: NDArray) -> NDArray[np.float64]:
        """Probability of every label, [N, C]."""
        return sigmoid(self._odds(outputs))

    def _odds(self, outputs: NDArray) -> NDArray[np.float64]:
        own = np.asarray(outputs)[:, : len(self.labels)].astype(np.float64) / self.temperature
        return own + np.array(self.offsets or 0.0)

    def row_scores(self, outputs: NDArray, targets: NDArray) -> NDArray[np.float64]:
        """F1 of the labels named for each row, [N]; 1 where none is named and none is true."""
        return sets.row_f1(self.named(outputs), targets)

    def interval(self, scores: NDArray, groups: NDArray | None = None) -> doubt.Interval:
        """Bootstrap interval of the mean F1; whole groups are drawn where there are any.

        It is never narrower than Wilson's for the share of rows with a fault, times what such a
        row lacks: where no row has one yet, drawing among them would find no doubt at all.
        """
        found = doubt.bootstrap(scores, groups=groups)
        if not len(scores):
            return found
        faulty = scores < 1
        worth = len(scores) if groups is None else effective_units(groups)
        share = doubt.wilson(float(faulty.mean()) * worth, worth)
        lacks = float(1 - scores[faulty].mean()) if faulty.any() else 1.0
        low, high = min(found.low, 1 - lacks * share.high), max(found.high, 1 - lacks * share.low)
        return replace(found, low=max(low, 0.0), high=min(high, 1.0))

    def compare(self, a: NDArray, b: NDArray, groups: NDArray | None = None) -> float:
        """Sign-flip permutation p on the rows' differences, two-sided."""
        return doubt.paired_p(a, b, groups)

    def metrics(self, outputs: NDArray, targets: NDArray) -> dict[str, float]:
        """Mean F1 of rows and of labels, F1, precision and recall of all together, exact matches.

        Shares are over rows; "labels" and "named" count labels a row.
        """
        named = self.named(outputs)
        counts = {"labels": float(targets.sum(axis=1).mean()), "named": float(named.sum(1).mean())}
        return sets.scores(named, targets) | counts

    def baseline(self, targets: NDArray) -> NDArray[np.float32]:
        """Always the same set: of the commonest sets, and of the k commonest labels for every k,
        the one with the best mean F1, as outputs [O].
        """
        some = targets[:RULE_ROWS].astype(bool)
        kinds, counts = np.unique(some, axis=0, return_counts=True)
        tried = [*kinds[np.argsort(-counts, kind="stable")[:RULES_TRIED]]]
        order = np.argsort(-some.sum(axis=0), kind="stable")
        for size in range(min(len(order), int(some.sum(axis=1).max(initial=0))) + 1):
            tried.append(np.isin(np.arange(len(order)), order[:size]))
        best = max(tried, key=lambda one: sets.row_f1(np.broadcast_to(one, some.shape), some).sum())
        out = np.full(self.outputs, -CERTAIN, dtype=np.float32)
        out[: len(order)][best] = CERTAIN
        return out

    def calibrated(self, outputs: NDArray, targets: NDArray) -> "Multilabel":
        """Temperature, offsets and thresholds chosen on held-out rows, see `sets.read`.

        The simple rule's outputs tell nothing but its set: that set stays, and each label's chance
        is its share of these rows.
        """
        own = np.asarray(outputs)[:, : len(self.labels)]
        if len(own) and (np.abs(own) > CERTAIN / 2).all() and (own == own[0]).all():
            return self._told(np.sign(own[0]).astype(np.float64), targets)
        found = sets.read(own, targets)
        return replace(
            self,
            temperature=found.temperature,
            offsets=found.offsets,
            thresholds=found.thresholds,
        )

    def _told(self, side: NDArray[np.float64], targets: NDArray) -> "Multilabel":
        """How the simple rule is read: `side` is +1 for the labels that it names, else −1, [C]."""
        odds = logit((np.asarray(targets).sum(axis=0) + 0.5) / (len(targets) + 1))
        return replace(
            self,
            temperature=CERTAIN,  # which leaves ±1 of an output
            offsets=tuple((odds - side).tolist()),
            thresholds=tuple(sigmoid(odds - side).tolist()),
        )

    def as_fitted(self) -> "Multilabel":
        """The task by which the rungs were compared: without thresholds."""
        return replace(self, temperature=1.0, offsets=(), thresholds=())

    def spec(self) -> dict[str, Any]:
        """JSON-safe settings."""
        return {
            "task": self.name,
            "labels": list(self.labels),
            "separator": self.separator,
            "shares": list(self.shares),
            "temperature": self.temperature,
            "offsets": list(self.offsets),
            "thresholds": list(self.thresholds),
        }

    @classmethod
    def from_spec(cls, spec: Mapping[str, Any]) -> "Multilabel":
        """Build back from `spec()`."""
        labels = tuple(str(label) for label in spec["labels"])
        shares, offsets, thresholds = (
            tuple(map(float, spec[name])) for name in ("shares", "offsets", "thresholds")
        )
        if len(shares) != len(labels) or not len(offsets) == len(thresholds) in (0, len(labels)):
            raise ValueError(f"{len(shares)} shares for {len(labels)} labels")
        separator, temperature = str(spec["separator"]), float(spec["temperature"])
        return cls(labels, separator, shares, temperature, offsets, thresholds)


def _single(shown: str, given: str | None) -> DataError:
    """The refusal of a target of which no cell holds two labels."""
    said = f"No cell of the target holds several labels, e.g. {shown[:40]!r}: "
    if given is not None:
        return DataError(
            f"{said}none holds --separator {given!r} between two. Name what stands there, or leave "
            f"it out to have it found."
        )
    return DataError(
        f"{said}they may stand with {' '.join(SEPARATORS)} between them, or as a JSON list "
        f'["a", "b"]. Name another mark with --separator, or leave out --task multilabel.'
    )
