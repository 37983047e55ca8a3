"""Which rows are to be explained: texts as given, rows of a table, or of the run's own data."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from umbrella.base.errors import ConfigError, DataError
from umbrella.base.seeds import generator
from umbrella.data.codecs.cells import Cells, count
from umbrella.data.read import read
from umbrella.data.table import Table
from umbrella.explain.explain import Explained, Explainer
from umbrella.fit.trained import Trained, read_rows

ROWS = 10  # that are explained where none are named
MOST = 200  # of one call


@dataclass(frozen=True)
class Asked:
    """Rows to explain.

    Args:
        cells: column → texts.
        numbers: of each its row in the source, from 0; None of texts without one.
        truths: of each what the target says, "" where nobody knows.
    """

    cells: Cells
    numbers: tuple[int | None, ...]
    truths: tuple[str, ...]

    @classmethod
    def of(cls, cells: Cells) -> "Asked":
        """Texts as given."""
        many = count(cells)
        _limit(many)
        return cls(cells, (None,) * many, ("",) * many)


def of_table(trained: Trained, data: Any, rows: Sequence[int], reading: Mapping[str, Any]) -> Asked:
    """Rows of a table, the first ones where none are named.

    Args:
        trained: the run.
        data: as `fit` takes it.
        rows: numbers from 1.
        reading: further arguments of the reader.

    Raises:
        DataError: a column is absent, or there is no such row.
    """
    table = read(data, answering=list(trained.codecs.columns), **reading)
    for name in trained.codecs.columns:
        table.require(name)
    every = np.arange(min(table.rows, ROWS))
    return _taken(trained, table, _numbers(rows, table) if rows else every)


def of_run(trained: Trained, rows: Sequence[int], data: Any = None) -> Asked:
    """Rows of the run's own data, some test rows drawn at random where none are named.

    Args:
        trained: the run.
        rows: numbers from 1, as the report has them.
        data: where the data is now, when it has moved.

    Raises:
        DataError: the data is gone or changed, or there is no such row.
    """
    prepared = read_rows(trained, data)
    if rows:
        return _taken(trained, prepared.table, _numbers(rows, prepared.table))
    test = prepared.rows[prepared.split.rows("test")]
    rng = generator(trained.facts["plan"]["seed"], "explain", "rows")
    some = rng.choice(test, min(ROWS, len(test)), replace=False)
    return _taken(trained, prepared.table, np.sort(some))


def looker(
    trained: Trained, table: Table, draws: int, most: int
) -> Callable[[NDArray[np.int64]], list[Explained]] | None:
    """What explains rows of a table by their numbers from 0; None where words move no answer.

    Args:
        trained: the run.
        table: its data.
        draws: of random words for each row.
        most: labels or spans of a row that are explained.
    """
    try:
        explainer = Explainer(trained, draws=draws, most=most)
    except ConfigError:
        return None
    return lambda at: explainer.explain(_taken(trained, table, at).cells, [int(n) for n in at])


def _numbers(rows: Sequence[int], table: Table) -> NDArray[np.int64]:
    _limit(len(rows))
    wrong = [row for row in rows if not 1 <= row <= table.rows]
    if wrong:
        raise DataError(
            f"--row {wrong[0]:,} is not a row of {table.name}, which has {table.rows:,}. Rows are "
            f"counted from 1, without the line of names, as in the report."
        )
    return np.array(rows, np.int64) - 1


def _limit(rows: int) -> None:
    if rows > MOST:
        raise DataError(
            f"{rows:,} rows are asked for; a page explains {MOST} at most. Choose some with --row."
        )


def _taken(trained: Trained, table: Table, numbers: NDArray[np.int64]) -> Asked:
    frame = table.take(numbers)
    cells = {
        name: [None if cell is None else str(cell) for cell in frame[name].to_list()]
        for name in trained.codecs.columns
    }
    target = trained.facts["plan"]["target"]
    known = frame[target].to_list() if target in frame.columns else [None] * len(numbers)
    truths = tuple("" if one is None else str(one) for one in known)
    return Asked(cells, tuple(int(number) for number in numbers), truths)
