"""Columns that tell rows apart and say no more: 1, 2, 3 …, or a code that never comes twice."""

import re

import numpy as np
from numpy.typing import NDArray

from umbrella.data.table import Table

WHOLE = re.compile(r"[+-]?[0-9]{1,15}(\.0*)?")


def numbers_rows(table: Table, name: str, rows: NDArray[np.int64]) -> bool:
    """Whether a column only tells rows apart: no value twice, and no more than a code or a count.

    Whole numbers without a gap are a count, in whatever order. Measured values do not come so.

    Args:
        table: holds the column.
        name: of the column.
        rows: which rows count [n].
    """
    kind = table.kinds[name]
    if kind not in ("number", "category"):
        return False
    cells = table.raw(name).gather(rows).drop_nulls()
    if len(cells) < len(rows) or cells.n_unique() < len(cells):
        return False
    if kind == "category":
        return True
    values = cells.to_list()
    if not all(WHOLE.fullmatch(value.strip()) for value in values):
        return False
    numbers = [int(float(value)) for value in values]
    return max(numbers) - min(numbers) == len(numbers) - 1
