"""Which rows of a table are copies of each other, sought as their columns ask for.

Texts are compared as texts (exact, folded, near). Rows of numbers, categories and times are copies
when every input cell is the same and chance does not explain it. Files are compared by what they
hold, see `twins_media.py`.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from umbrella.data.arrays import cell_batches
from umbrella.data.codecs.cells import join_cells, stack
from umbrella.data.kinds import FILES
from umbrella.data.table import Table
from umbrella.data.twins import Twins, find_twins

BY_CHANCE = 0.01  # other rows expected to equal a row, above which its equals are no copies
SEPARATOR = "\x1f"  # between the cells of a row; no reader lets it stand in a number


def find_copies(
    table: Table, columns: Sequence[str], keep: NDArray[np.bool_], *, seed: int
) -> Twins:
    """Find the copies among some rows.

    Args:
        table: the rows.
        columns: inputs; a target is none of them.
        keep: [N] which rows count.
        seed: for what is drawn at random.

    Returns:
        Clusters of the n rows that are kept.
    """
    kinds = [table.kinds[name] for name in columns]
    texts = [name for name, kind in zip(columns, kinds, strict=True) if kind == "text"]
    files = [name for name, kind in zip(columns, kinds, strict=True) if kind in FILES]
    if files:
        from umbrella.data.twins_media import find_media_twins

        return find_media_twins(table, files, keep, seed=seed)
    if texts:
        batches = cell_batches(table, texts, keep)
        cells = [cell for batch in batches for cell in join_cells([batch[n] for n in texts])]
        return find_twins(cells, seed=seed)
    whole = stack(cell_batches(table, columns, keep))
    return find_twins(improbable([whole[name] for name in columns]), seed=seed, near=False)


def are_texts(table: Table, columns: Sequence[str]) -> bool:
    """Whether all of these columns are text, so that near copies can be sought letter by letter."""
    return all(table.kinds[name] == "text" for name in columns)


def text_columns(table: Table, columns: Sequence[str]) -> list[str]:
    """Those of the columns that hold text."""
    return [name for name in columns if table.kinds[name] == "text"]


def improbable(columns: Sequence[Sequence[str | None]]) -> list[str | None]:
    """One text a row, or None for a row that others may well equal by chance.

    Two passengers of one class, sex and age are two people; two wines that agree in eleven
    measurements are one wine listed twice. A row counts as somebody's copy only when, were its
    columns independent, fewer than `BY_CHANCE` of the other rows would be expected to equal it.

    Args:
        columns: N cells each.
    """
    n = len(columns[0])
    expected = np.full(n, float(n))
    for cells in columns:
        named = np.array([cell or "" for cell in cells], dtype=object).astype(str)
        _, code, sizes = np.unique(named, return_inverse=True, return_counts=True)
        expected *= sizes[code] / n
    rows = zip(*columns, strict=True)
    return [
        SEPARATOR.join(cell or "" for cell in row) if chance < BY_CHANCE else None
        for row, chance in zip(rows, expected, strict=True)
    ]
