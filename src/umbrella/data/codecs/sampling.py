"""A fair sample of cells, drawn in one pass over their batches, and words for a useless one."""

from collections.abc import Iterable, Sequence
from typing import Any

from umbrella.base.errors import DataError
from umbrella.base.seeds import generator

Cell = str | bytes | None


def sample(batches: Iterable[Sequence[Cell]], most: int, name: str) -> list[str | bytes]:
    """Some of the cells that are there, each with the same chance, however they are batched.

    Args:
        batches: cells, None where missing.
        most: how many are kept.
        name: of what is sampled; the draw follows from it.

    Source: Vitter 1985, algorithm R.
    """
    draw = generator(0, name)
    kept: list[str | bytes] = []
    there = (cell for batch in batches for cell in batch if cell is not None)
    for count, cell in enumerate(there):
        if count < most:
            kept.append(cell)
        elif (place := int(draw.integers(count + 1))) < most:
            kept[place] = cell
    return kept


def unreadable(results: Iterable[Any], file: str) -> DataError:
    """Word a column of files in which nothing can be read.

    Args:
        results: of a sample of its files: the DataError of one that cannot be read.
        file: what was looked for, e.g. "picture".
    """
    first = next((str(one) for one in results if isinstance(one, DataError)), "All are missing.")
    return DataError(
        f"None of the training rows holds a {file} that can be read. The first: {first} "
        f"Look at the paths, or choose other columns with --use."
    )
