"""A first line that was read as data though it seems to name the columns: what to say of it."""

import re
from collections.abc import Sequence

from umbrella.base.errors import listed

NUMBERED = re.compile(r"column_[0-9]+")
DIGIT = re.compile(r"[0-9]")


def header_hint(columns: Sequence[str], first: Sequence[str | None], name: str = "") -> str:
    """A remedy, where columns have no names and the first row looks like them; "" elsewhere.

    Args:
        columns: of the table.
        first: cells of the first row as they were written.
        name: a column that was asked for and is not there; any words will do without it.
    """
    if not all(NUMBERED.fullmatch(column) for column in columns) or not first:
        return ""
    cells = [(cell or "").strip() for cell in first]
    words = all(cell and not DIGIT.search(cell) for cell in cells)
    if name.strip() not in cells if name else not words:
        return ""
    return (
        f" The first line holds {listed(cells, 8)} and was read as data: if it names the columns, "
        f"add --header."
    )
