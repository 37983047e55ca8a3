"""Parts that the user gives, on their way into a fit."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from umbrella.base.catalogue import Sentence
from umbrella.data.parts import ACROSS, read_parts, split_given
from umbrella.data.split import Split, split
from umbrella.data.table import Table
from umbrella.fit.corpus import kept_together, read_part, reads_text
from umbrella.fit.settings import FitSettings

Given = NDArray[np.int8] | None


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
