"""Rows that the user divided: files for validation and test beside the one to learn from.

They are laid under the training rows in one table, so that whatever reads a table reads them too;
which part each row is of is told beside it. Nothing is left out: copies that stand in two parts are
counted and said.

Shapes: N rows of all files.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from umbrella.base.catalogue import Sentence, sentence
from umbrella.base.errors import DataError, UmbrellaError
from umbrella.data.kinds import FILES
from umbrella.data.read import read
from umbrella.data.split import PARTS, Split, split, units_of
from umbrella.data.table import Table

Reader = Callable[..., Table]

FREE = -1  # of the file to learn from: divided where a part was not given
GIVEN = ("validation", "test")
ACROSS = "data.parts.across"  # begins the keys of what is said of copies


def read_parts(
    table: Table, files: Mapping[str, Any], reading: Mapping[str, Any], reader: Reader = read
) -> tuple[Table, NDArray[np.int8]]:
    """Lay the user's parts under the rows to learn from.

    Args:
        table: the rows to learn from, whose columns and kinds hold for all.
        files: "validation" or "test" → what `read` takes.
        reading: further arguments of `read`, as for the first file.
        reader: what reads a part, where it is not `read`.

    Returns:
        All rows, and the part of each, int8 [N]: an index into PARTS, or `FREE`.

    Raises:
        DataError: a file cannot be read, is empty, or lacks a column.
    """
    tables, parts = [table], [np.full(table.rows, FREE, np.int8)]
    for name in (one for one in GIVEN if one in files):
        other = _read(name, files[name], table, reading, reader)
        tables.append(other)
        parts.append(np.full(other.rows, PARTS.index(name), np.int8))
    cells = {name: pl.concat([_cells(one, name) for one in tables]) for name in table.columns}
    whole = read(pl.DataFrame(cells), kinds=table.kinds, missing=table.missing)
    if whole.rows != sum(map(len, parts)):
        raise DataError(
            f"Of the rows of {', '.join(str(file) for file in files.values())} "
            f"{sum(map(len, parts)) - whole.rows:,} name files that cannot be used. Mend them, or "
            f"leave these rows out."
        )
    bad = [row for one in tables for row in one.bad]
    notes = [*table.notes, *(_note(name, one) for name, one in _named(files, tables))]
    counted = sum(one.bad_rows for one in tables)
    made = replace(whole, name=table.name, notes=notes, bad=bad, bad_rows=counted)
    return made, np.concatenate(parts)


def _named(files: Mapping[str, Any], tables: list[Table]) -> list[tuple[str, Table]]:
    return list(zip([one for one in GIVEN if one in files], tables[1:], strict=True))


def _note(name: str, table: Table) -> Sentence:
    return sentence(f"data.parts.{name}", name=table.name, rows=table.rows)


def _read(name: str, file: Any, table: Table, reading: Mapping[str, Any], reader: Reader) -> Table:
    """One part, with the columns of the training rows."""
    try:
        found = reader(file, **reading)
        if lacking := [one for one in table.columns if one not in found.columns]:
            raise DataError(
                f"it has no column {', '.join(lacking)} as {table.name} has; its columns are "
                f"{', '.join(found.columns)}. Give it the same columns, called the same."
            )
        if not found.rows:
            raise DataError("it has no rows. Give a file with data, or leave the flag out.")
    except UmbrellaError as error:
        raise DataError(f"--{name} {file}: {error}") from error
    return found


def _cells(table: Table, name: str) -> pl.Series:
    """A column as it was written; files by their whole paths."""
    written = table.raw(name)
    if table.kinds[name] not in FILES:
        return written
    return pl.Series(name, table.resolve(name, written.to_list()), pl.String)


def split_given(given: NDArray[np.int8], *, seed: int, shares: tuple[float, float, float], labels:
                Any, clusters: NDArray[np.int64], keys: NDArray[np.uint64],
                groups: Any = None) -> Split:  # fmt: skip
    """Parts as they were given; one that was not is cut from the rows to learn from.

    Args:
        given: int8 [N], as `read_parts` tells it.
        seed, shares, labels, clusters, keys, groups: as `split` takes them; shares are of the rows
            to learn from.

    Raises:
        DataError: a part would be empty.
    """
    part, free = given.copy(), np.flatnonzero(given == FREE)
    named = [name for name in GIVEN if (given == PARTS.index(name)).any()]
    part[free] = PARTS.index("train")
    notes: tuple[Sentence, ...] = ()
    if len(named) < len(GIVEN):
        made = split(
            len(free),
            seed=seed,
            shares=shares,
            labels=None if labels is None else [labels[row] for row in free],
            clusters=clusters[free],
            keys=keys[free],
            groups=None if groups is None else [groups[row] for row in free],
        )
        cut = [PARTS.index(name) for name in GIVEN if name not in named]
        part[free] = np.where(np.isin(made.part, cut), made.part, PARTS.index("train"))
        notes = tuple(note for note in made.notes if note.key != "data.split.parts")
    sizes = np.bincount(part, minlength=len(PARTS)).tolist()
    for name, size in zip(PARTS[:3], sizes, strict=False):
        if not size:
            raise DataError(f"No row for {name} has a target. Give rows that have one.")
    unit = units_of(len(given), clusters, groups)
    parts = sentence("data.split.parts", **dict(zip(PARTS[:3], sizes, strict=False)))
    across = [_across(part, unit, name) for name in named]
    return Split(part, unit, {}, (parts, *notes, *(note for note in across if note)))


def _across(part: NDArray[np.int8], unit: NDArray[np.int64], name: str) -> Sentence | None:
    """How many rows of a given part have a copy, or one of their group, in another part."""
    own = part == PARTS.index(name)
    others = np.isin(unit[own], unit[~own])
    if not others.any():
        return None
    key = f"{ACROSS}_{name}"
    return sentence(key, count=int(others.sum()), rows=int(own.sum()))
