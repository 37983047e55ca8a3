"""What people hand to `predict`, brought to one form: a list of cells for every needed column.

Accepted: one cell, a list of cells (when the model reads one column), a list of dicts, a dict of
lists, or a frame (polars or pandas; neither is imported). A cell is a text or a number; where the
model reads files, a path, the bytes of a file, or the {"bytes", "path"} of published data sets.
Columns the model does not read are ignored.
"""

import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from umbrella.base.errors import DataError, listed, unknown

Cells = list[str | bytes | None]
SHOWN_NAMES = 20  # absent columns in a message
SHOWN = 60  # characters of a wrong cell in a message


def to_columns(rows: Any, needed: Sequence[str], files: Collection[str] = ()) -> dict[str, Cells]:
    """Cells of the needed columns, all of one length.

    Args:
        rows: see the top of this file.
        needed: the columns that the model reads.
        files: those of them whose cells are files; only these take bytes and path objects.

    Raises:
        DataError: a needed column is absent, columns differ in length, a cell is not a text or a
            number, or the rows have none of the accepted forms.
    """
    if isinstance(rows, str) or (files and isinstance(rows, bytes | os.PathLike)):
        rows = [rows]
    if isinstance(rows, Mapping) or hasattr(rows, "columns"):
        _require(needed, list(rows) if isinstance(rows, Mapping) else list(rows.columns))
        columns = {name: list(_pick(rows, name)) for name in needed}
    elif isinstance(rows, Iterable) and not isinstance(rows, bytes):
        columns = _from_list(list(rows), needed)
    else:
        raise DataError(
            f"predict takes texts, paths, dicts, a dict of lists or a frame, not "
            f"{type(rows).__name__}. For one text: predict(['a text'])."
        )
    lengths = {name: len(cells) for name, cells in columns.items()}
    if len(set(lengths.values())) > 1:
        raise DataError(f"The columns differ in length: {lengths}. Give one cell a row in each.")
    return {
        name: [
            _file(cell, name, row) if name in files else _cell(cell, name, row)
            for row, cell in enumerate(cells)
        ]
        for name, cells in columns.items()
    }


def note(cells: Sequence[str | bytes | None]) -> str | None:
    """What to say about one row: that it holds nothing at all; None for any other.

    Args:
        cells: one cell for every column that the model reads.
    """
    if any(cell is not None and cell.strip() for cell in cells):
        return None
    what = "missing" if all(cell is None for cell in cells) else "empty"
    return f"{what} input: the answer to nothing at all"


def _from_list(rows: list[Any], needed: Sequence[str]) -> dict[str, list[Any]]:
    if not rows:
        return {name: [] for name in needed}
    if all(isinstance(row, Mapping) for row in rows):
        _require(needed, {key for row in rows for key in row})
        return {name: [row.get(name) for row in rows] for name in needed}
    if len(needed) == 1 and not any(isinstance(row, Mapping) for row in rows):
        return {needed[0]: rows}
    raise DataError(
        f"This model reads {len(needed)} columns ({', '.join(needed)}). "
        f"Give each row as a dict: {{{', '.join(f'{name!r}: …' for name in needed)}}}."
    )


def _pick(rows: Any, name: str) -> Iterable[Any]:
    cells = rows[name]
    if isinstance(cells, str | bytes | os.PathLike) or not isinstance(cells, Iterable):
        raise DataError(f"Column {name!r} is one cell, not a list. Write {{{name!r}: [cell, …]}}.")
    return cells


def _require(needed: Sequence[str], there: Collection[Any]) -> None:
    """Name all absent columns at once, each with the nearest that is there."""
    known = sorted(map(str, there))
    absent = [name for name in needed if name not in there]
    if len(absent) == 1:
        raise unknown("column", absent[0], known, DataError)
    if absent:
        near = [get_close_matches(name, known, n=1) for name in absent]
        told = ", ".join(
            f"{name!r} (did you mean {close[0]!r}?)" if close else repr(name)
            for name, close in zip(absent[:SHOWN_NAMES], near[:SHOWN_NAMES], strict=True)
        )
        more = f", … ({len(absent)} in all)" if len(absent) > SHOWN_NAMES else ""
        raise DataError(
            f"No columns named {told}{more}. This model reads {listed(needed)}; the rows have "
            f"{listed(known) or 'no column'}. Rename or add what is missing; cells may be empty."
        )


def _cell(value: Any, column: str, row: int) -> str | None:
    """Text stays, numbers are written out, None and NaN are missing."""
    if isinstance(value, str):
        return str(value)
    if value is None or value != value:
        return None
    if isinstance(value, bool | int | float) or type(value).__module__ == "numpy":
        return str(value)
    raise DataError(
        f"Row {row + 1}, column {column!r}: {repr(value)[:SHOWN]} is a {type(value).__name__}. "
        f"Give a text, a number, or None where it is missing."
    )


def _file(value: Any, column: str, row: int) -> str | bytes | None:
    """Paths are written out, bytes stay, None, NaN and nothing at all are missing."""
    if isinstance(value, Mapping) and {"bytes", "path"} & set(value):
        value = value.get("bytes") or value.get("path")
    if isinstance(value, str):
        return str(value) or None
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value)
    if isinstance(value, os.PathLike):
        return os.fsdecode(value)
    if value is None or (isinstance(value, float) and value != value):
        return None
    raise DataError(
        f"Row {row + 1}, column {column!r}: {repr(value)[:SHOWN]} is a {type(value).__name__}. "
        f"Give the path of a file, its bytes, or None where it is missing."
    )
