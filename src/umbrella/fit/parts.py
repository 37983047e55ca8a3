"""Parts that the user gives, on their way into a fit."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from umbrella.base.catalogue import Sentence, sentence
from umbrella.base.errors import DataError
from umbrella.data.parts import ACROSS, FREE, GIVEN, read_parts, split_given
from umbrella.data.split import PARTS, Split, split
from umbrella.data.table import Table
from umbrella.fit.corpus import kept_together, read_part, reads_text
from umbrella.fit.settings import FitSettings

Given = NDArray[np.int8] | None
ROW = re.compile(r"^(?:[^\n]*?: )?Row ([\d,]+)(?=[:,])")  # how errors of a row begin
SHOWN = 5  # labels that a note names


def with_parts(
    table: Table, settings: FitSettings, reading: Mapping[str, Any]
) -> tuple[Table, FitSettings, Given]:
    """Rows with those of the user's parts, settings that keep their kinds, and each row's part.

    Args:
        table: the rows to learn from.
        settings: name the files.
        reading: further arguments of `read`.

    Raises:
        DataError: as `read_parts`.
    """
    if not settings.parts:
        return table, settings, None
    if reads_text(settings.task):
        return _with_texts(table, settings, reading)
    table, given = read_parts(table, settings.parts, reading)
    return table, replace(settings, kinds=table.kinds), given  # a part's cells change none of them


def _with_texts(
    table: Table, settings: FitSettings, reading: Mapping[str, Any]
) -> tuple[Table, FitSettings, Given]:
    """The same of raw text: the parts are cut into pieces as the corpus was."""
    reader = partial(read_part, column=str(settings.target), kinds=settings.kinds)
    table, given = read_parts(table, settings.parts, reading, reader)
    return table, replace(settings, kinds=table.kinds, group=kept_together(table)), given


def divide(given: Given, times: Sequence[Any] | None, notes: list[Sentence], **how: Any) -> Split:
    """The split, by rule or as given.

    Args:
        given: as `split_given` takes it; None to divide all rows.
        times: as `split` takes them.
        notes: is told of copies among the user's parts, since reports look there.
        how: what both take.
    """
    if given is None:
        return split(len(how["clusters"]), times=times, **how)
    made = split_given(given, **how)
    notes += [note for note in made.notes if note.key.startswith(ACROSS)]
    return replace(made, notes=tuple(n for n in made.notes if not n.key.startswith(ACROSS)))


@contextmanager
def by_file(given: Given, files: Mapping[str, Any]) -> Iterator[None]:
    """Have errors of a row that a part brought name its file, and its row there.

    Args:
        given: the part of every row, as `with_parts` tells it.
        files: of the parts.

    Raises:
        DataError: in place of the one that counts through the rows of all files.
    """
    try:
        yield
    except DataError as error:
        found = ROW.match(str(error))
        row = int(found[1].replace(",", "")) - 1 if found else 0
        if found is None or given is None or row >= len(given) or given[row] == FREE:
            raise
        name = PARTS[int(given[row])]
        own = row - int(np.argmax(given == given[row])) + 1
        told = f"--{name} {files[name]}: Row {own:,}{str(error)[found.end() :]}"
        raise DataError(told) from error


def kept(
    given: Given, keep: NDArray[np.bool_], files: Mapping[str, Any]
) -> tuple[NDArray[np.int64], Given]:
    """Numbers of the rows that have a target, and their parts.

    Args:
        given: the part of every row, as `with_parts` tells it.
        keep: whether a row has one.
        files: of the parts.

    Raises:
        DataError: of a file, none has.
    """
    rows = np.flatnonzero(keep)
    if given is None:
        return rows, None
    for name in (one for one in GIVEN if one in files):
        own = given == PARTS.index(name)
        if not own[rows].any():
            raise DataError(
                f"--{name} {files[name]}: none of its {int(own.sum()):,} rows has a target, so "
                f"nothing can be judged by them. Give rows that have one, or leave the flag out."
            )
    return rows, given[rows]


def unseen(given: Given, parts: Split, labels: Sequence[Any], task: str) -> list[Sentence]:
    """What is said of classes that the user's parts have and the training rows lack.

    Args:
        given: of the split's rows.
        parts: the split.
        labels: of its rows.
        task: its name; only classify has classes.
    """
    if given is None or task != "classify":
        return []
    known, notes = {labels[row] for row in parts.rows("train")}, []
    for name in GIVEN:
        own = [labels[row] for row in np.flatnonzero(given == PARTS.index(name)).tolist()]
        strange = [label for label in own if label not in known]
        if strange:
            names = sorted(set(map(str, strange)))
            shown = ", ".join(names[:SHOWN]) + (", …" if len(names) > SHOWN else "")
            counts = {"count": len(strange), "rows": len(own), "names": shown}
            notes.append(sentence(f"data.parts.unseen_{name}", **counts))
    return notes
