"""A model's answers to the test rows with kinds of columns made missing, asked of it once."""

from collections.abc import Collection, Iterator
from typing import Any

from umbrella.check.evidence import Modalities
from umbrella.data.codecs.cells import count
from umbrella.fit.prepare import Prepared
from umbrella.fit.trained import Trained


def answers_without(trained: Trained, rows: Prepared) -> Modalities | None:
    """Ask a model of several kinds of columns; None for a model of one.

    Args:
        trained: the run.
        rows: its data.
    """
    names = trained.codecs.modalities
    if not names:
        return None
    every = {column for columns in names.values() for column in columns}
    return Modalities(
        names=names,
        without={n: trained.outputs(_emptied(rows, columns)) for n, columns in names.items()},
        only={n: trained.outputs(_emptied(rows, every - {*own})) for n, own in names.items()},
        weights=trained.weights(rows.batches("test")),
    )


def _emptied(rows: Prepared, columns: Collection[str]) -> Iterator[dict[str, list[Any]]]:
    """The test rows with every cell of some columns missing."""
    for batch in rows.batches("test"):
        yield batch | {name: [None] * count(batch) for name in columns}
