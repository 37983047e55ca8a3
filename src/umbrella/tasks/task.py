"""What every task offers, and the one table of tasks. `fit`, `check`, `shrink` and `ship` are
written against this, never against a kind of column.

Shapes: N rows, C outputs.
"""

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from umbrella.base.errors import RunError, unknown
from umbrella.score.doubt import Interval

TASKS = {
    "classify": "umbrella.tasks.classify:Classify",
    "regress": "umbrella.tasks.regress:Regress",
}


class Task(Protocol):
    """A target column's meaning: its codec, loss, headline score and simple baseline."""

    @property
    def name(self) -> str:
        """Its name in the table above."""

    @property
    def headline(self) -> str:
        """Name of the score that decides, e.g. "accuracy"."""

    @property
    def sign(self) -> int:
        """+1 when a higher headline is better, −1 when a lower one is."""

    @property
    def outputs(self) -> int:
        """C, the width of a network's answer."""

    def encode(self, values: Sequence[str | None], rows: NDArray | None = None) -> NDArray:
        """Target cells → what the loss takes, [N]; `rows` are their numbers, for messages."""

    def loss(self, outputs: Any, targets: Any, balance: bool = False) -> Any:
        """Mean training loss of a batch, a scalar tensor."""

    def class_weights(self) -> Any:
        """Weight of every class in a balanced loss, a tensor [C]; None where there are none."""

    def row_scores(self, outputs: NDArray, targets: NDArray) -> NDArray[np.float64]:
        """The headline score of every single row [N]; its mean is the headline."""

    def interval(self, scores: NDArray, groups: NDArray | None = None) -> Interval:
        """95 % interval of the mean of row scores."""

    def compare(self, a: NDArray, b: NDArray, groups: NDArray | None = None) -> float:
        """Two-sided p of a paired test on the same rows' scores."""

    def metrics(self, outputs: NDArray, targets: NDArray) -> dict[str, float]:
        """Further scores for the report, by name."""

    def baseline(self, targets: NDArray) -> NDArray[np.float32]:
        """Outputs [C] of the simple rule: the same answer for every row."""

    def calibrated(self, outputs: NDArray, targets: NDArray) -> "Task":
        """The same task with its confidence fitted on held-out rows."""

    def spec(self) -> dict[str, Any]:
        """JSON-safe settings, enough for `score.decode.decode` to word an answer."""


def bounds(interval: Interval) -> dict[str, float | None]:
    """An interval's limits for JSON: null where the rows cannot tell."""
    limits = {"low": interval.low, "high": interval.high}
    return {name: limit if np.isfinite(limit) else None for name, limit in limits.items()}


def from_spec(spec: Mapping[str, Any]) -> Task:
    """Build a task back from its spec.

    Raises:
        RunError: the spec is damaged or names no task of ours.
    """
    name = spec.get("task") if isinstance(spec, Mapping) else None
    if name not in TASKS:
        raise unknown("task", str(name), TASKS, RunError)
    try:
        return task_class(name).from_spec(spec)
    except (KeyError, TypeError, ValueError) as error:
        raise RunError(f"The stored task is damaged ({error}). Fit again with --fresh.") from error


def task_class(name: str) -> Any:
    """The class behind a task's name."""
    if name not in TASKS:
        raise unknown("task", name, TASKS)
    module, cls = TASKS[name].split(":")
    return getattr(import_module(module), cls)


def infer_task(kind: str, values: Sequence[str | None]) -> str:
    """Which task a target column asks for.

    A number column is a category when it holds at most 20 different whole numbers (stars, 0/1
    labels); any other number column is a quantity.

    Args:
        kind: the column's kind.
        values: its cells as written.
    """
    if kind != "number":
        return "classify"
    distinct = {value for value in values if value is not None}
    whole = all(_is_whole(value) for value in distinct) if len(distinct) <= 20 else False
    return "classify" if whole else "regress"


def _is_whole(value: str) -> bool:
    try:
        return float(value).is_integer()
    except ValueError:
        return False
