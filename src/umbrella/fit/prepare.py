"""From a source to what every rung needs: typed rows, a task, targets and one honest split."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from umbrella.base.catalogue import Sentence, sentence
from umbrella.base.errors import ConfigError, DataError
from umbrella.base.progress import Progress
from umbrella.data.arrays import text_batches
from umbrella.data.split import Split, split
from umbrella.data.table import Table
from umbrella.data.twins import Twins, find_twins
from umbrella.fit.settings import FitSettings
from umbrella.models.ladders import LADDERS, rung
from umbrella.tasks.task import Task, infer_task, task_class

COPIES = 0.02  # how much wider (in variance) units may make an interval before they are drawn whole
LEAST_ROWS = 20  # fewer cannot fill three parts with anything to learn from or to judge by


@dataclass(frozen=True)
class Prepared:
    """The data of one fit.

    Args:
        table: every row of the source.
        kind: the kind of the input columns, which names the ladder.
        columns: input columns.
        task: what is asked.
        keep: [N] whether a row of the table has a target; the other arrays hold only these.
        rows: [n] row numbers in the table.
        targets: [n] as the task encodes them.
        split: parts of the n rows.
        twins: which of the n rows are copies; None when a run is opened again.
        notes: things the user should know.
    """

    table: Table
    kind: str
    columns: tuple[str, ...]
    task: Task
    keep: NDArray[np.bool_]
    rows: NDArray[np.int64]
    targets: NDArray
    split: Split
    twins: Twins | None = None
    notes: list[Sentence] = field(default_factory=list)

    def part(self, name: str) -> NDArray[np.int64]:
        """Positions of a part among the n rows."""
        return self.split.rows(name)

    def dependent(self, part: str) -> NDArray[np.int64] | None:
        """Unit of every row of a part, where rows are no independent witnesses; else None.

        Rows of one group, or copies of one text, are right or wrong together: intervals and tests
        must then draw whole units. A few copies change nothing and are let pass.
        """
        units = self.split.unit[self.part(part)]
        sizes = np.unique(units, return_counts=True)[1]
        design_effect = float((sizes**2).sum()) / max(len(units), 1)
        return units if design_effect > 1 + COPIES else None

    def batches(self, part: str | None = None) -> Iterator[list[str | None]]:
        """The input cells of a part (of all n rows by default), joined, batch by batch."""
        keep = self.keep
        if part is not None:
            keep = np.zeros(len(self.keep), dtype=bool)
            keep[self.rows[self.part(part)]] = True
        return text_batches(self.table, self.columns, keep)

    def cells(self, part: str) -> list[str | None]:
        """A part's input cells at once, in row order."""
        return [cell for batch in self.batches(part) for cell in batch]

    def part_targets(self, part: str) -> NDArray:
        """A part's targets, in row order."""
        return self.targets[self.part(part)]


def prepare(table: Table, settings: FitSettings, progress: Progress) -> Prepared:
    """Check a table against the settings and split it.

    Raises:
        ConfigError, DataError: a column that is absent, a target that cannot be learned, too few
            rows; each with what to type next.
    """
    raw = table.raw(settings.target).to_list()
    keep = with_target(raw)
    rows = np.flatnonzero(keep)
    labels = [raw[row] for row in rows]
    if len(rows) < LEAST_ROWS:
        raise DataError(
            f"{table.name} has {len(rows)} rows with a target; at least {LEAST_ROWS} are needed to "
            f"train on some and judge by others. Add rows, or check --target {settings.target}."
        )
    kind, columns, notes = input_columns(table, settings)
    for step in settings.rungs:
        rung(kind, step)  # a typo is found now, not after an hour
    if len(rows) < len(raw):
        notes.append(sentence("data.no_target", count=len(raw) - len(rows)))
    name = settings.task or infer_task(table.kinds[settings.target], labels)
    cls = task_class(name)
    with progress.stage(sentence("stage.twins")):
        texts = [cell for batch in text_batches(table, columns, keep) for cell in batch]
        _refuse_equal(texts, columns)
        twins = find_twins(texts, seed=settings.seed)
    parts = split(
        len(rows),
        seed=settings.seed,
        shares=settings.shares,
        labels=labels if name == "classify" else None,
        clusters=twins.cluster,
        keys=twins.key,
        groups=_column(table, settings.group, rows),
        times=_column(table, settings.time, rows),
    )
    task = cls.learn(labels, parts.rows("train"), rows)
    return Prepared(
        table,
        kind,
        columns,
        task,
        keep,
        rows,
        task.encode(labels, rows),
        parts,
        twins,
        notes,
    )


def with_target(raw: list[str | None]) -> NDArray[np.bool_]:
    """Which rows have a target, [N]."""
    return np.array([value is not None and value != "" for value in raw], dtype=bool)


def input_columns(
    table: Table, settings: FitSettings
) -> tuple[str, tuple[str, ...], list[Sentence]]:
    """Which columns go in, of which kind.

    Returns:
        Kind, columns, and notes on what was left out.
    """
    apart = {settings.target, settings.group, settings.time}
    for name in (*settings.use, *(n for n in (settings.group, settings.time) if n)):
        table.require(name)
    asked = settings.use or tuple(name for name in table.columns if name not in apart)
    readable = tuple(name for name in asked if table.kinds[name] in LADDERS)
    if not readable:
        for name in asked:
            _refuse_equal(table.raw(name).to_list(), (name,))
        seen = ", ".join(f"{name} ({table.kinds[name]})" for name in asked) or "none"
        raise ConfigError(
            f"No input column that a model can read yet: {seen}. Readable kinds: "
            f"{', '.join(LADDERS)}. If one of them is such a column, say so: --kind COLUMN=text."
        )
    kind = table.kinds[readable[0]]
    columns = tuple(name for name in readable if table.kinds[name] == kind)
    others = [name for name in asked if name not in columns]
    notes = [sentence("data.unused_columns", names=", ".join(others))] if others else []
    return kind, columns, notes


def _refuse_equal(texts: list[str | None], columns: tuple[str, ...]) -> None:
    if len(set(texts)) == 1:
        what = "empty" if not texts[0] else f"the same ({texts[0][:40]!r})"
        raise DataError(
            f"Column {', '.join(columns)} is {what} in all {len(texts):,} rows: nothing can "
            f"be learned from it. Choose another with --use."
        )


def _column(table: Table, name: str | None, rows: NDArray) -> list[Any] | None:
    if name is None:
        return None
    values = table.raw(name).to_list()
    return [values[row] for row in rows]
