"""Several text columns read as one, alike in training and in a shipped file."""

from collections.abc import Sequence


def join_cells(columns: Sequence[Sequence[str | None]]) -> list[str | None]:
    """The cells of each row joined by a line break, missing and empty ones left out.

    Args:
        columns: one sequence of N cells a column.

    Returns:
        N texts; None where a row has no text in any column.
    """
    if len(columns) == 1:
        return list(columns[0])
    rows = zip(*columns, strict=True)
    return ["\n".join(cell for cell in row if cell) if any(row) else None for row in rows]
