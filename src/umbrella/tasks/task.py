"""What every task offers, and the one table of tasks. `fit`, `check`, `shrink` and `ship` are
written against this, never against a kind of column.

Shapes: N rows, C outputs, T frames.
"""

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from umbrella.base.catalogue import Sentence
from umbrella.base.errors import RunError, unknown
from umbrella.score.doubt import Interval
from umbrella.tasks.accepted import holds_accepted
from umbrella.tasks.labels import holds_sets
from umbrella.tasks.spans import holds_spans

TASKS = {
    "classify": "umbrella.tasks.classify:Classify",
    "regress": "umbrella.tasks.regress:Regress",
    "transcribe": "umbrella.tasks.transcribe:Transcribe",
    "multilabel": "umbrella.tasks.multilabel:Multilabel",
    "tag": "umbrella.tasks.tag:Tag",
    "answer": "umbrella.tasks.answer:Answer",
    "forecast": "umbrella.tasks.forecast:Forecast",
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
        """Target cells → what the loss takes, [N], [N, L] for texts, [N, C] for several labels,
        [N, M, 3] for spans, [N, 1 + M, 2] for accepted answers.

        `rows` are the rows' numbers in the source, for messages.
        """

    def remarks(self, values: Sequence[str | None]) -> list[Sentence]:
        """What the user should know of all target cells before anything is fitted."""

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
        """Outputs [C], over frames [T, C], of the simple rule: the same answer for every row."""

    def calibrated(self, outputs: NDArray, targets: NDArray) -> "Task":
        """The same task with what needs held-out rows: its confidence, or how it searches."""

    def as_fitted(self) -> "Task":
        """The task as it was before `calibrated`: the one that scored the rungs."""

    def spec(self) -> dict[str, Any]:
        """JSON-safe settings, enough for `score.decode.decode` to word an answer."""


def for_all(simple: NDArray, rows: int) -> NDArray:
    """The simple rule's outputs for every row, [N, C] or [N, frames, C].

    Args:
        simple: as `Task.baseline` gives them.
        rows: N.
    """
    return np.broadcast_to(simple, (rows, *simple.shape))


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


def headline_of(spec: Mapping[str, Any]) -> str:
    """Name of the score that decides, from a task's spec."""
    return from_spec(spec).headline


def task_class(name: str) -> Any:
    """The class behind a task's name."""
    if name not in TASKS:
        raise unknown("task", name, TASKS)
    module, cls = TASKS[name].split(":")
    return getattr(import_module(module), cls)


def strata(name: str, values: Sequence[str | None], **told: Any) -> list[str | None] | None:
    """A class for every row, in whose proportions a split divides them; None where there are none.

    Args:
        name: of a task.
        values: target cells as written.
        told: what the user says of them, e.g. what separates several labels.
    """
    found = getattr(task_class(name), "strata", None)
    return None if found is None else found(values, **told)


def with_target(values: Sequence[str | None], name: str | None = None) -> NDArray[np.bool_]:
    """Which rows have a target, [N].

    An empty cell tells nothing, but where several labels are asked for by name it holds none.

    Args:
        values: every row's cell, None where missing.
        name: of the task that was asked for, or None when it is inferred.
    """
    if name is not None and getattr(task_class(name), "empty_is_none", False):
        return np.ones(len(values), dtype=bool)
    return np.array([value is not None and value != "" for value in values], dtype=bool)


def own_task(values: Sequence[str | None]) -> str | None:
    """A task with a ladder of its own that a target's cells alone ask for, or None.

    Args:
        values: cells as written.
    """
    if holds_accepted(values):
        return "answer"
    return "tag" if holds_spans(values) else None


def infer_task(kind: str, values: Sequence[str | None]) -> str:
    """Which task a target column asks for.

    A number column is a category when it holds at most 20 different whole numbers (stars, 0/1
    labels); any other number column is a quantity. Any other column is a category, or several of
    them where its cells can hardly mean anything else, see `labels.holds_sets`.

    Args:
        kind: the column's kind.
        values: its cells as written.
    """
    if kind != "number":
        return "multilabel" if holds_sets(values) else "classify"
    distinct = {value for value in values if value is not None}
    whole = all(_is_whole(value) for value in distinct) if len(distinct) <= 20 else False
    return "classify" if whole else "regress"


def _is_whole(value: str) -> bool:
    try:
        return float(value).is_integer()
    except ValueError:
        return False
