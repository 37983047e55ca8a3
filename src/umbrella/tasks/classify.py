"""Classify: one label out of a fixed list for every row. Headline: accuracy.

Shapes: N rows, B rows of a batch, C classes.
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
from umbrella.score import calibration, doubt, metrics
from umbrella.score.decode import softmax
from umbrella.score.resample import effective_units

FEW_ROWS = 3  # rows a class on average, below which the user is told


@dataclass(frozen=True)
class Classify:
    """Labels in a fixed order, and how sharp the model's confidence is.

    Args:
        labels: class names; a network's output c scores labels[c].
        temperature: outputs are divided by it before the softmax, > 0.
        shares: share of each class among the training rows, [C]; weighs the loss when balanced.
    """

    labels: tuple[str, ...]
    temperature: float = 1.0
    shares: tuple[float, ...] = ()

    name = "classify"
    headline = "accuracy"
    sign = 1

    @classmethod
    def learn(
        cls,
        values: Sequence[str | None],
        train: NDArray,
        rows: NDArray | None = None,  # noqa: ARG003
    ) -> "Classify":
        """Read the label list off a target column.

        Args:
            values: every row's label as written (none missing).
            train: positions of the training part, for the class shares.
            rows: each value's row number in the source, for messages.

        Raises:
            DataError: one label only, or more than the limit; here or among the training rows.
        """
        counts = Counter(str(value) for value in values)
        if len(counts) < 2:
            only = next(iter(counts), "nothing")
            raise DataError(
                f"The target holds one label only ({only!r} in all {len(values):,} rows): there "
                f"is nothing to tell apart. Choose another column with --target."
            )
        if len(counts) > LIMITS.classes:
            raise DataError(
                f"The target holds {len(counts):,} different labels; {LIMITS.classes:,} are "
                f"allowed. If it is a quantity, add --task regress; if an id, choose another "
                f"column with --target."
            )
        labels = tuple(sorted(counts, key=natural))
        seen = Counter(str(values[row]) for row in train)
        if len(seen) < 2:
            raise DataError(
                f"Every training row has the same label ({next(iter(seen))!r}); the others lie in "
                f"validation and test. Split another way: without --time or --group, or with more "
                f"rows."
            )
        return cls(labels, shares=tuple(seen[label] / max(len(train), 1) for label in labels))

    @classmethod
    def strata(cls, values: Sequence[str | None]) -> list[str | None]:
        """What a split keeps in proportion: the labels themselves."""
        return list(values)

    @property
    def outputs(self) -> int:
        """C, one output a class."""
        return len(self.labels)

    def encode(
        self, values: Sequence[str | None], rows: NDArray | None = None
    ) -> NDArray[np.int64]:
        """Labels → class numbers [N].

        Args:
            values: labels as written.
            rows: each value's row number in the source, for the message.

        Raises:
            DataError: a label that is not in the list.
        """
        index = {label: number for number, label in enumerate(self.labels)}
        try:
            return np.array([index[str(value)] for value in values], dtype=np.int64)
        except KeyError as error:
            row = next(i for i, value in enumerate(values) if str(value) not in index)
            raise DataError(
                f"Row {row_number(rows, row)}: label {error.args[0]!r} is not one of the run's "
                f"{len(index)} labels ({', '.join(self.labels[:8])}…)."
            ) from error

    def remarks(self, values: Sequence[str | None]) -> list[Sentence]:
        """That there are hardly any rows a class, where it is so."""
        classes, rows = len(self.labels), len(values)
        if rows >= FEW_ROWS * classes:
            return []
        return [sentence("fit.many_classes", classes=classes, rows=rows, few=FEW_ROWS)]

    def loss(self, outputs: Any, targets: Any, balance: bool = False) -> Any:
        """Cross-entropy; rare classes weigh as much as common ones when balanced."""
        from umbrella.score import losses

        return losses.cross_entropy(
            outputs, targets, weights=self.class_weights() if balance else None
        )

    def row_scores(self, outputs: NDArray, targets: NDArray) -> NDArray[np.float64]:
        """1.0 where the top label is right, else 0.0; [N]."""
        return (np.argmax(outputs, axis=1) == targets).astype(np.float64)

    def interval(self, scores: NDArray, groups: NDArray | None = None) -> doubt.Interval:
        """Wilson's. Where rows come in units, whole units are drawn, and the interval is never
        narrower than Wilson's for as many rows as the units are worth.
        """
        if groups is None or not len(scores):
            return doubt.wilson(int(scores.sum()), len(scores))
        worth = effective_units(groups)
        least = doubt.wilson(float(scores.mean()) * worth, worth)
        drawn = doubt.bootstrap(scores, groups=groups)
        low, high = max(min(drawn.low, least.low), 0.0), min(max(drawn.high, least.high), 1.0)
        return doubt.Interval(low, high, least.level, "units drawn, at least Wilson's")

    def compare(self, a: NDArray, b: NDArray, groups: NDArray | None = None) -> float:
        """McNemar's exact p, two-sided; sign flips of whole groups where there are any."""
        if groups is not None:
            return doubt.paired_p(a, b, groups)
        return doubt.mcnemar(a > 0.5, b > 0.5)

    def metrics(self, outputs: NDArray, targets: NDArray) -> dict[str, float]:
        """Accuracy, macro F1, balanced accuracy, log loss and Brier score."""
        top = np.argmax(outputs, axis=1)
        return {
            "accuracy": metrics.accuracy(top, targets),
            "macro_f1": metrics.macro_f1(top, targets, self.outputs),
            "balanced_accuracy": metrics.balanced_accuracy(top, targets, self.outputs),
            "log_loss": metrics.log_loss(outputs / self.temperature, targets),
            "brier": metrics.brier(softmax(outputs, self.temperature), targets),
        }

    def baseline(self, targets: NDArray) -> NDArray[np.float32]:
        """Log shares of the classes: always answers the most common one, [C]."""
        counts = np.bincount(targets, minlength=self.outputs) + 1e-3
        return np.log(counts / counts.sum()).astype(np.float32)

    def calibrated(self, outputs: NDArray, targets: NDArray) -> "Classify":
        """Temperature scaling (Guo et al. 2017) fitted on the given held-out rows."""
        return replace(self, temperature=float(calibration.fit_temperature(outputs, targets)))

    def as_fitted(self) -> "Classify":
        """Itself: confidence changes no score of a row."""
        return self

    def spec(self) -> dict[str, Any]:
        """JSON-safe settings."""
        return {
            "task": self.name,
            "labels": list(self.labels),
            "temperature": self.temperature,
            "shares": list(self.shares),
        }

    @classmethod
    def from_spec(cls, spec: Mapping[str, Any]) -> "Classify":
        """Build back from `spec()`."""
        labels = tuple(str(label) for label in spec["labels"])
        return cls(labels, float(spec["temperature"]), tuple(map(float, spec.get("shares", ()))))

    def class_weights(self) -> Any:
        """Weight of every class in a balanced loss, a tensor [C]."""
        import torch

        shares = torch.tensor(self.shares).clamp_min(1e-6)
        return 1.0 / (shares * len(self.labels))


def row_number(rows: NDArray | None, at: int) -> int:
    """A row's number as people count, from 1."""
    return int(at if rows is None else rows[at]) + 1


def natural(label: str) -> tuple[int, float, str]:
    """Numbers in numeric order before words in alphabetical order."""
    try:
        return (0, float(label), label)
    except ValueError:
        return (1, 0.0, label)
