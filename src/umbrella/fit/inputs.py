"""Which columns of a table go into a model, and what names the ladder that they climb."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from umbrella.base.catalogue import Sentence, sentence
from umbrella.base.errors import ConfigError, DataError
from umbrella.data.numbering import numbers_rows
from umbrella.data.table import Table
from umbrella.fit.passages import find_columns
from umbrella.fit.settings import NO_GROUP, FitSettings
from umbrella.fit.steps import FUSION, modalities
from umbrella.models.ladders import LADDERS, OWN_LADDERS, input_kind
from umbrella.tasks.task import own_task

ASKED = ("answer",)  # tasks that read a text and a question on it


def with_task(table: Table, settings: FitSettings) -> FitSettings:
    """The same settings with a task that has its own ladder, where the target's cells ask for it.

    Args:
        table: the rows.
        settings: with the target's name.
    """
    several = settings.wide or settings.horizon is not None
    if settings.task is not None or several:
        return settings
    return replace(settings, task=own_task(table.raw(settings.target).to_list()))


def input_columns(
    table: Table, settings: FitSettings, rows: NDArray[np.int64], grouped: str | None = None
) -> tuple[str, tuple[str, ...], list[Sentence]]:
    """Choose the input columns.

    Columns without any value, and those that tell rows apart and nothing else (1, 2, 3 …, or a code
    that never comes twice), are left out unless they are named.

    Args:
        table: the rows.
        settings: what is used, and what stands apart.
        rows: which rows count [n].
        grouped: a column that names groups, which a new group could not be known by.

    Returns:
        Kind of input ("fusion" where several kinds come together), columns, and notes on what was
        left out.

    Raises:
        ConfigError: no column is left that a model can read.
        DataError: a named column is absent.
    """
    apart = {settings.target, settings.group, settings.time, grouped}
    for name in (
        *settings.use,
        *(n for n in (settings.group, settings.time) if n and n != NO_GROUP),
    ):
        table.require(name)
    asked = settings.use or tuple(name for name in table.columns if name not in apart)
    if settings.task in ASKED:
        return _text_and_question(table, settings, rows, asked)
    if settings.task in OWN_LADDERS:
        return _for_task(settings.task, asked, table)
    readable = tuple(name for name in asked if input_kind(table.kinds[name]) in LADDERS)
    empty = _empty(table, readable, rows)
    filled = [name for name in readable if name not in empty]
    telling = tuple(name for name in filled if not numbers_rows(table, name, rows))
    columns = readable if settings.use or not filled else telling or tuple(filled)
    if not columns:
        refuse_equal(table, asked, np.arange(table.rows))
        seen = ", ".join(f"{name} ({table.kinds[name]})" for name in asked) or "none"
        raise ConfigError(
            f"No input column that a model can read: {seen}. Readable kinds: {_readable()}. If one "
            f"of them is such a column, say so: --kind COLUMN=text."
        )
    notes = []
    if gone := [name for name in empty if name not in columns]:
        notes.append(sentence("data.empty_columns", names=", ".join(gone)))
    if idle := [name for name in filled if name not in columns]:
        notes.append(sentence("data.numbering_columns", names=", ".join(idle)))
    if unread := [name for name in asked if name not in readable]:
        notes.append(sentence("data.unused_columns", names=", ".join(unread)))
    parts = modalities(columns, table.kinds)
    return parts[0].kind if len(parts) == 1 else FUSION, columns, notes


def _counted(table: Table, names: Sequence[str], rows: NDArray[np.int64]) -> Iterator[pl.DataFrame]:
    """The rows that count, batch by batch: memory stays flat however long the texts are."""
    counts, start = np.zeros(table.rows, dtype=bool), 0
    counts[rows] = True
    for frame in table.raw_batches(names):
        yield frame.filter(counts[start : start + frame.height])
        start += frame.height


def _empty(table: Table, names: Sequence[str], rows: NDArray[np.int64]) -> list[str]:
    """Columns without a value in any of the rows that count, in one pass as short as can be."""
    left = list(names)
    for frame in _counted(table, names, rows):
        left = [name for name in left if frame[name].null_count() == frame.height]
        if not left:
            break
    return left


def _for_task(
    task: str, asked: Sequence[str], table: Table
) -> tuple[str, tuple[str, ...], list[Sentence]]:
    """The one column that a task with a ladder of its own reads, and the others in a note.

    Raises:
        ConfigError: there is no such column, or several.
    """
    ladder, kind = OWN_LADDERS[task]
    found = tuple(name for name in asked if table.kinds[name] == kind)
    if len(found) != 1:
        seen = ", ".join(f"{name} ({table.kinds[name]})" for name in asked) or "none"
        raise ConfigError(
            f"--task {task} reads one column of kind {kind}; there are {len(found)}: {seen}. Name "
            f"it with --use COLUMN, and if its kind was not found, with --kind COLUMN={kind}."
        )
    others = ", ".join(name for name in asked if name not in found)
    return ladder, found, [sentence("data.unused_columns", names=others)] if others else []


def _text_and_question(
    table: Table, settings: FitSettings, rows: NDArray[np.int64], asked: Sequence[str]
) -> tuple[str, tuple[str, ...], list[Sentence]]:
    """The two columns that a task of questions on texts reads, and what was taken for them."""
    found = find_columns(table, settings, rows, asked)
    notes = [sentence("answer.columns", text=found[0], question=found[1])]
    others = ", ".join(name for name in asked if name not in found)
    if others:
        notes.append(sentence("data.unused_columns", names=others))
    return OWN_LADDERS[str(settings.task)][0], found, notes


def _readable() -> str:
    own = {FUSION, *(ladder for ladder, _ in OWN_LADDERS.values())}
    return ", ".join(kind for kind in LADDERS if kind not in own)


def refuse_equal(table: Table, columns: Sequence[str], rows: NDArray) -> None:
    """Refuse inputs that are the same in every row.

    Raises:
        DataError: they are; with what to do.
    """
    first: list[Any] = []
    for name in columns:
        cells: set[str | None] = set()
        for frame in _counted(table, [name], rows):
            cells |= set(frame[name].unique().to_list())
            if len(cells) > 1:
                return
        first += cells
    if first:
        what = "empty" if not any(first) else f"the same ({str(first[0])[:40]!r})"
        raise DataError(
            f"Column {', '.join(columns)} is {what} in all {len(rows):,} rows: nothing can "
            f"be learned from it. Choose another with --use."
        )
