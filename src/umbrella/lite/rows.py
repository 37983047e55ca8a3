"""What people hand to `predict`, brought to one form: a list of cells for every needed column.

Accepted: one text, a list of texts (when the model reads one column), a list of dicts, a dict of
lists, or a frame (polars or pandas; neither is imported). Columns the model does not read are
ignored.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from umbrella.base.errors import DataError, unknown

Cells = list[str | None]
SHOWN = 60  # characters of a wrong cell in a message


def to_columns(rows: Any, needed: Sequence[str]) -> dict[str, Cells]:
    """Cells of the needed columns, all of one length.

    Args:
        rows: see the top of this file.
        needed: the columns that the model reads.

    Raises:
        DataError: a needed column is absent, columns differ in length, a cell is not a text or a
            number, or the rows have none of the accepted forms.
    """
    if isinstance(rows, str):
        rows = [rows]
    if isinstance(rows, Mapping) or hasattr(rows, "columns"):
        columns = {name: list(_pick(rows, name)) for name in needed}
    elif isinstance(rows, Iterable) and not isinstance(rows, bytes):
        columns = _from_list(list(rows), needed)
    else:
        raise DataError(
            f"predict takes texts, dicts, a dict of lists or a frame, not {type(rows).__name__}. "
            f"For one text: predict(['a text'])."
        )
    lengths = {name: len(cells) for name, cells in columns.items()}
    if len(set(lengths.values())) > 1:
        raise DataError(f"The columns differ in length: {lengths}. Give one cell a row in each.")
    return {name: [_cell(c, name, i) for i, c in enumerate(cs)] for name, cs in columns.items()}


def note(cells: Sequence[str | None]) -> str | None:
    """What to say about one row: that it holds no text at all, or nothing.

    Args:
        cells: one cell for every column that the model reads.
    """
    if any(cell is not None and cell.strip() for cell in cells):
        return None
    what = "missing" if all(cell is None for cell in cells) else "empty"
    return f"{what} text: the answer to no text at all"


def _from_list(rows: list[Any], needed: Sequence[str]) -> dict[str, list[Any]]:
    if not rows:
        return {name: [] for name in needed}
    if all(isinstance(row, Mapping) for row in rows):
        for name in needed:
            if not any(name in row for row in rows):
                raise _absent(name, {str(key) for row in rows for key in row})
        return {name: [row.get(name) for row in rows] for name in needed}
    if len(needed) == 1 and not any(isinstance(row, Mapping) for row in rows):
        return {needed[0]: rows}
    raise DataError(
        f"This model reads {len(needed)} columns ({', '.join(needed)}). "
        f"Give each row as a dict: {{{', '.join(f'{name!r}: …' for name in needed)}}}."
    )


def _pick(rows: Any, name: str) -> Iterable[Any]:
    names = list(rows) if isinstance(rows, Mapping) else list(rows.columns)
    if name not in names:
        raise _absent(name, map(str, names))
    cells = rows[name]
    if isinstance(cells, str) or not isinstance(cells, Iterable):
        raise DataError(f"Column {name!r} is one cell, not a list. Write {{{name!r}: [cell, …]}}.")
    return cells


def _absent(name: str, known: Iterable[str]) -> Exception:
    return unknown("column", name, known, DataError)


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
