"""From a source to what every rung needs: typed rows, a task, targets and one honest split."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from umbrella.base.catalogue import Sentence, sentence
from umbrella.base.errors import ConfigError, DataError, listed
from umbrella.base.progress import Progress
from umbrella.data import codecs
from umbrella.data.arrays import cell_batches
from umbrella.data.codecs.cells import stack
from umbrella.data.codecs.columns import Part
from umbrella.data.codecs.history import History
from umbrella.data.copies import find_copies
from umbrella.data.giveaway import find_giveaways
from umbrella.data.groups import names_a_source, propose, propose_columns
from umbrella.data.kinds import FILES
from umbrella.data.lines import read_lines
from umbrella.data.regular import looks_like_series
from umbrella.data.split import Split
from umbrella.data.table import Table
from umbrella.data.twins import Twins
from umbrella.fit.inputs import input_columns, refuse_equal
from umbrella.fit.parts import Given, divide, kept, unseen
from umbrella.fit.passages import copies, keep_together
from umbrella.fit.settings import NO_GROUP, FitSettings
from umbrella.fit.steps import steps
from umbrella.tasks.task import Task, infer_task, strata, task_class, with_target

if TYPE_CHECKING:
    from umbrella.data.panel.panel import Panel

Grouped = tuple[str | None, list[Any] | None, list[Sentence]]  # whose names, of each row, said
FEW_GROUPS = 3  # units in a part below which their spread cannot be told
COPIES = 0.02  # how much wider (in variance) units may make an interval before they are drawn whole
EXAMPLES, REMEMBERED = 200, 1_000  # origins to try a model on, steps of their histories
SPOKEN = "transcribe"
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
        grouped: what the groups are that no part of the split shares, or None.
        panel: the series, where rows are origins: numbers of their steps.
        shared: settings of their codec that all rungs share.
        earlier: the same series cut at earlier moments, oldest first, in a walk forward; what is
            chosen by the validation rows is chosen by theirs too.
        roles: of the columns that the series were made of, as `make_panel` takes them.
        features: what was tried and is read beside the target, for run.json.
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
    grouped: str | None = None
    panel: "Panel | None" = None
    shared: Mapping[str, Any] = field(default_factory=dict)
    roles: Mapping[str, Any] = field(default_factory=dict)
    features: Mapping[str, Any] = field(default_factory=dict)
    earlier: "tuple[Prepared, ...]" = ()

    def part(self, name: str) -> NDArray[np.int64]:
        """Positions of a part among the n rows."""
        return self.split.rows(name)

    def dependent(self, part: str) -> NDArray[np.int64] | None:
        """Unit of every row of a part, where rows are no independent witnesses; else None.

        Rows of one group, or copies of one text, are right or wrong together: intervals and tests
        must then draw whole units. A few copies change nothing and are let pass. Of fewer than
        `FEW_GROUPS` units nothing can be said beyond them: rows then stand for themselves, and a
        note says that the ranges tell of these groups alone. Of series every moment is a unit.
        """
        walk = (*self.earlier, self) if part == "validation" else (self,)
        units = np.concatenate([one.split.unit[one.part(part)] for one in walk])
        if self.panel is not None:  # moments, which follow each other
            return units
        sizes = np.unique(units, return_counts=True)[1]
        if len(sizes) < FEW_GROUPS:
            return None
        design_effect = float((sizes**2).sum()) / max(len(units), 1)
        return units if design_effect > 1 + COPIES else None

    def batches(
        self,
        part: str | NDArray[np.bool_] | None = None,
        columns: Sequence[str] | None = None,
    ) -> Iterator[dict[str, Any]]:
        """The input cells of a part by column, batch by batch; origins all at once, an array.

        Args:
            part: its name, or which of the n rows, [n]; all of them by default.
            columns: which of the input columns; all of them by default.
        """
        if self.panel is not None:
            some = self.rows if part is None else self._origins(part)
            return iter([{self.columns[0]: some}])
        keep = self.keep
        if part is not None:
            keep = np.zeros(len(self.keep), dtype=bool)
            keep[self.rows[self.part(part) if isinstance(part, str) else part]] = True
        return cell_batches(self.table, self.columns if columns is None else columns, keep)

    def _origins(self, part: str | NDArray[np.bool_]) -> NDArray[np.int64]:
        return self.rows[self.part(part) if isinstance(part, str) else part]

    def cells(self, part: str, columns: Sequence[str] | None = None) -> dict[str, list[Any]]:
        """A part's input cells at once, column → cells in row order; all columns by default."""
        return stack(self.batches(part, columns))

    def examples(self, part: str, columns: Sequence[str] | None = None) -> dict[str, list[Any]]:
        """Some rows of a part as they are asked in use: of series the history up to an origin."""
        if self.panel is None:
            return self.cells(part, columns)
        out = []
        for origin in self.rows[self.part(part)][:EXAMPLES].tolist():
            at = int(np.searchsorted(self.panel.offsets, origin, side="right")) - 1
            steps = slice(max(int(self.panel.offsets[at]), origin + 1 - REMEMBERED), origin + 1)
            values, stamps = self.panel.values[steps], self.panel.stamps[steps]
            out.append(History(self.panel.ids[at], values, stamps))
        return {self.columns[0]: out}

    def part_for(
        self, codec: str, settings: Mapping[str, Any], columns: Sequence[str] | None = None
    ) -> Part:
        """A codec that is not fitted yet, on some of the input columns; all by default."""
        names = self.columns if columns is None else tuple(columns)
        if self.panel is not None:
            made = codecs.make(codec, **{**self.shared, **settings})
            return Part(names, made.bind(self.panel))
        kinds = [self.table.kinds[name] for name in names]
        tells = getattr(self.task, "tells", None)  # what a codec learns from targets
        more = {} if tells is None else tells(codec)
        return Part(names, codecs.make(codec, kinds=kinds, **more, **settings))

    def judged(self) -> NDArray:
        """Targets of all rows that models are chosen by, oldest first."""
        return np.concatenate([one.part_targets("validation") for one in (*self.earlier, self)])

    def part_targets(self, part: str) -> NDArray:
        """A part's targets, in row order."""
        return self.targets[self.part(part)]

    def baseline(self, task: Task) -> NDArray:
        """What the task's simple rule answers, from the training targets; that of series, as now,
        needs none of theirs, and they would not fit into memory.
        """
        train = self.part("train")
        return task.baseline(self.targets[train if self.panel is None else train[:0]])


def prepare(
    table: Table,
    settings: FitSettings,
    progress: Progress,
    given: Given = None,
    taught: Mapping[str, Any] | None = None,
) -> Prepared:
    """Check a table against the settings and split it.

    Args:
        table: the rows.
        settings: what is asked.
        progress: where to show it.
        given: the part of every row as the user gave it, see `read_parts`; None to divide all.
        taught: what the task is told beside what the settings say.

    Raises:
        ConfigError, DataError: a column that is absent, a target that cannot be learned, too few
            rows; each with what to type next.
    """
    raw = table.raw(settings.target).to_list()
    keep = with_target(raw, settings.task)
    rows, given = kept(given, keep, settings.parts)
    labels = [raw[row] for row in rows]
    _require_rows(table, settings, len(rows))
    found = find_groups(table, settings, rows, labels)
    kind, columns, notes = input_columns(table, settings, rows, found[0])
    steps(kind, columns, table.kinds, settings.rungs, settings.pretrained is not None)  # a typo?
    if len(rows) < len(raw):
        notes.append(sentence("data.no_target", count=len(raw) - len(rows)))
    name = settings.task or infer_task(table.kinds[settings.target], labels)
    cls, more = task_class(name), told(name, settings) | dict(taught or {})
    aside = _with_texts(cls, table, columns, labels, rows, notes)
    with progress.stage(sentence("stage.twins")):
        refuse_equal(table, columns, rows)
        (grouped, groups, said), twins = _belonging(cls, table, settings, columns, keep, found)
    notes += said
    parts = divide(
        given,
        seed=settings.seed,
        shares=settings.shares,
        labels=strata(name, labels, **more),
        clusters=twins.cluster,
        keys=twins.key,
        groups=groups,
        times=_column(table, settings.time, rows) if settings.time else None,
        notes=notes,
    )
    if grouped is not None:
        notes += _few_groups(parts)
    train = parts.rows("train")
    task = cls.learn(labels, train, rows, **more, **aside)
    notes += [*unseen(given, parts, labels, name), *task.remarks(labels)]
    if groups is None:
        notes += looks_like_series(table, settings.target, by_time=settings.time is not None)
    targets = task.encode(labels, rows)
    if alone := find_giveaways(table, columns, rows[train], targets[train]):
        notes += alone.notes()
    own = (task, keep, rows, targets, parts, twins, notes, grouped)
    return Prepared(table, kind, columns, *own)


def _belonging(
    cls: Any,
    table: Table,
    settings: FitSettings,
    columns: tuple[str, ...],
    keep: NDArray,
    found: Grouped,
) -> tuple[Grouped, Twins]:
    """Which rows a split must not part: groups with what is said of them, and copies."""
    if not getattr(cls, "by_text", False):
        return found, find_copies(table, columns, keep, seed=settings.seed)
    rows = np.flatnonzero(keep)
    grouped = keep_together(table, settings, columns, rows)
    return grouped, copies(table, columns, rows, settings.seed)


def require_rows(table: Table) -> None:
    """Refuse a table without any row.

    Raises:
        DataError: it has none.
    """
    if not table.rows:
        header = f" below its header ({listed(table.columns)})" if table.columns else ""
        raise DataError(
            f"{table.name} has no rows{header}, so there is nothing to learn from. Give a file "
            f"with data, or see whether its rows were lost on the way."
        )


def _few_groups(parts: Split) -> list[Sentence]:
    """Whether a part holds too few groups to tell their spread."""
    held = [len(np.unique(parts.unit[parts.rows(name)])) for name in ("validation", "test")]
    if min(held) >= FEW_GROUPS:
        return []
    return [sentence("data.few_groups", validation=held[0], test=held[1])]


def _with_texts(
    cls: Any,
    table: Table,
    columns: Sequence[str],
    labels: list[str],
    rows: NDArray,
    notes: list[Sentence],
) -> dict[str, Any]:
    """What a task whose targets are places in the input is told of it; nothing for others.

    Raises:
        DataError: a place lies outside.
    """
    told = texts_of(cls, table, columns, rows)
    if not told:
        return {}
    try:
        notes += cls.agree(labels, told["texts"], rows)
    except DataError as error:
        raise DataError(f"{table.source or table.name}: {error}") from error
    return told


def texts_of(
    cls: Any, table: Table, columns: Sequence[str], rows: NDArray[np.int64]
) -> dict[str, Any]:
    """The texts of rows, for a task whose targets are places in them; nothing for others."""
    if not getattr(cls, "reads_texts", False):
        return {}
    return {"texts": _column(table, columns[0], rows)}


def _require_rows(table: Table, settings: FitSettings, rows: int) -> None:
    if rows < LEAST_ROWS:
        raise DataError(
            f"{table.name} has {rows} rows with a target; at least {LEAST_ROWS} are needed to "
            f"train on some and judge by others. Add rows, or check --target {settings.target}."
        )


def told(task: str, settings: FitSettings) -> dict[str, Any]:
    """What a task is told beside the targets: the sentences of a file of the user's, or what
    stands between several labels.

    Raises:
        ConfigError: the task learns nothing from sentences.
        DataError: the file cannot be read.
    """
    if not settings.sentences:
        return {} if settings.separator is None else {"separator": settings.separator}
    if task != SPOKEN:
        raise ConfigError(
            f"--sentences teaches the language model of {SPOKEN}; the task here is {task}. Leave "
            f"it out."
        )
    return {"sentences": read_lines(settings.sentences)}


def find_groups(table: Table, settings: FitSettings, rows: NDArray, labels: list[str]) -> Grouped:
    """What must stay together: a column that was named, or what the rows' own names tell.

    Args:
        table: the rows.
        settings: `group` names a column; "none" forbids looking.
        rows: which rows count [n].
        labels: their targets as written [n].

    Returns:
        A name for the groups, the group of each row [n], and notes; None where there is none.
    """
    if settings.group is not None and settings.group != NO_GROUP:
        return settings.group, _column(table, settings.group, rows), []
    if settings.group == NO_GROUP or settings.time is not None:
        return None, None, []
    others = [name for name in table.columns if name != settings.target]
    sources = [name for name in others if names_a_source(name)]
    found = propose_columns({name: _column(table, name, rows) for name in sources}, labels)
    for name in (name for name in others if table.kinds[name] in FILES):
        found += propose(_column(table, name, rows), labels)
    if not found:
        return None, None, []
    first = found[0]
    values = {"name": first.called, "groups": first.groups, "why": first.why}
    note = sentence("data.group_found", **values)
    return first.column or first.name, list(first.values), [note]


def _column(table: Table, name: str, rows: NDArray) -> list[Any]:
    values = table.raw(name).to_list()
    return [values[row] for row in rows]
