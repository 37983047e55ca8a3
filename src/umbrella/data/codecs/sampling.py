"""A fair sample of cells that come in batches, drawn in one pass."""

from collections.abc import Iterable, Sequence

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
