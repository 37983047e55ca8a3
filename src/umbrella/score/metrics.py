"""Scores of a whole set of answers; their intervals are in doubt.py.

Shapes: N rows, C classes.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from umbrella.base.errors import ConfigError
from umbrella.score import doubt


@dataclass(frozen=True)
class ClassScore:
    """How one class is answered.

    Args:
        precision: share of the answers "this class" that are right; 0 when never answered.
        recall: share of this class's rows that are found; 0 when there are none.
        f1: harmonic mean of the two.
        answered, rows: the numbers that the two shares are of.
        precision_interval, recall_interval: Wilson's; [0, 1] when there is nothing to count.
    """

    precision: float
    recall: float
    f1: float
    answered: int
    rows: int
    precision_interval: doubt.Interval
    recall_interval: doubt.Interval


def accuracy(top: NDArray, targets: NDArray) -> float:
    """Share of rows answered rightly, in [0, 1].

    Args:
        top: answered class numbers, [N].
        targets: true class numbers, [N].
    """
    return float(np.mean(_rows(top, targets)[0] == np.asarray(targets)))


def confusion(top: NDArray, targets: NDArray, classes: int) -> NDArray[np.int64]:
    """Counts [C, C]: row t, column p holds the rows of class t that were answered p.

    Args:
        top, targets: answered and true class numbers, [N].
        classes: C.
    """
    top, targets = _rows(top, targets)
    cells = np.bincount(targets.astype(np.int64) * classes + top, minlength=classes * classes)
    return cells.reshape(classes, classes)


def balanced_accuracy(top: NDArray, targets: NDArray, classes: int) -> float:
    """Mean recall over the classes that occur, in [0, 1]; arguments as for `confusion`."""
    table = confusion(top, targets, classes)
    rows = table.sum(axis=1)
    return float(np.mean(np.diag(table)[rows > 0] / rows[rows > 0]))


def macro_f1(top: NDArray, targets: NDArray, classes: int) -> float:
    """Mean F1 over the classes that occur or are answered, in [0, 1]; as for `confusion`."""
    table = confusion(top, targets, classes)
    both = table.sum(axis=0) + table.sum(axis=1)
    return float(np.mean(2 * np.diag(table)[both > 0] / both[both > 0]))


def per_class(
    top: NDArray, targets: NDArray, classes: int, level: float = 0.95
) -> list[ClassScore]:
    """Precision, recall and F1 of every class, [C]; arguments as for `confusion`."""
    table = confusion(top, targets, classes)
    scores = []
    for one in range(classes):
        right, answered, rows = table[one, one], table[:, one].sum(), table[one].sum()
        scores.append(
            ClassScore(
                float(right / max(answered, 1)),
                float(right / max(rows, 1)),
                float(2 * right / max(answered + rows, 1)),
                int(answered),
                int(rows),
                doubt.wilson(int(right), int(answered), level),
                doubt.wilson(int(right), int(rows), level),
            )
        )
    return scores


def log_loss(outputs_NC: NDArray, targets: NDArray) -> float:
    """Mean negative log-likelihood of the true class, in nats.

    Args:
        outputs_NC: raw outputs; divide by the temperature first.
        targets: true class numbers, [N].
    """
    return float(np.mean(row_log_loss(outputs_NC, targets)))


def row_log_loss(outputs_NC: NDArray, targets: NDArray) -> NDArray[np.float64]:
    """The same of every row, [N]."""
    outputs = np.asarray(outputs_NC, dtype=np.float64)
    _rows(outputs[:, 0], targets)
    shifted = outputs - outputs.max(axis=1, keepdims=True)
    return np.log(np.exp(shifted).sum(axis=1)) - shifted[np.arange(len(shifted)), targets]


def brier(probabilities_NC: NDArray, targets: NDArray) -> float:
    """Mean squared distance between probabilities and truth, summed over classes, in [0, 2].

    Args:
        probabilities_NC: rows sum to 1.
        targets: true class numbers, [N].

    Source: Brier 1950, the original form with all classes.
    """
    chances = np.asarray(probabilities_NC, dtype=np.float64)
    _rows(chances[:, 0], targets)
    right = chances[np.arange(len(chances)), targets]
    return float(np.mean((chances**2).sum(axis=1) - 2 * right + 1))


def mae(values: NDArray, truth: NDArray) -> float:
    """Mean absolute error, in the target's unit.

    Args:
        values, truth: answered and true numbers, [N].
    """
    values, truth = _rows(values, truth)
    return float(np.mean(np.abs(values - truth)))


def median_absolute_error(values: NDArray, truth: NDArray) -> float:
    """Half of the rows have a smaller absolute error; arguments as for `mae`."""
    values, truth = _rows(values, truth)
    return float(np.median(np.abs(values - truth)))


def rmse(values: NDArray, truth: NDArray) -> float:
    """Root of the mean squared error, in the target's unit; arguments as for `mae`."""
    values, truth = _rows(values, truth)
    return float(np.sqrt(np.mean((values - truth) ** 2)))


def r2(values: NDArray, truth: NDArray) -> float:
    """Share of the truth's variance explained, in (-∞, 1]; arguments as for `mae`.

    A truth that never varies gives 1 when it is met exactly, else 0.
    """
    values, truth = _rows(values, truth)
    missed = float(np.sum((values - truth) ** 2))
    varied = float(np.sum((truth - truth.mean()) ** 2))
    if varied == 0:
        return float(missed == 0)
    return 1 - missed / varied


def spearman(values: NDArray, truth: NDArray) -> float:
    """Rank correlation in [-1, 1], ties at their mean rank; 0 when one side never varies."""
    values, truth = _rows(values, truth)
    a, b = _ranks(values), _ranks(truth)
    a, b = a - a.mean(), b - b.mean()
    scale = np.sqrt(np.sum(a**2) * np.sum(b**2))
    return float(np.clip(np.sum(a * b) / scale, -1, 1)) if scale > 0 else 0.0


def _ranks(values: NDArray) -> NDArray[np.float64]:
    _, index, counts = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(counts) - (counts - 1) / 2)[index]


def _rows(answers: NDArray, truth: NDArray) -> tuple[NDArray, NDArray]:
    answers, truth = np.asarray(answers), np.asarray(truth)
    if answers.shape != truth.shape or answers.ndim != 1 or len(answers) == 0:
        raise ConfigError(
            f"Answers of shape {answers.shape} cannot be scored against a truth of shape "
            f"{truth.shape}. Give one of each a row, and at least one row."
        )
    return answers, truth
