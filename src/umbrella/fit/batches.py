"""Batches of rows of similar length, in an order that depends on the seed and the epoch alone.

Rows are shuffled, cut into pools of many batches, sorted by length within a pool and cut into
batches; then the batches are shuffled. Padding nearly vanishes while every epoch still mixes.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from umbrella.base.seeds import generator
from umbrella.data.codecs.ragged import Ragged

POOL = 50  # batches sorted together: enough to make lengths even, few enough to mix well

Encoded = Mapping[str, Ragged | NDArray]


def row_lengths(encoded: Encoded) -> NDArray[np.int64]:
    """What each row costs: the sum of its ragged lengths, [N]."""
    ragged = [values.lengths for values in encoded.values() if isinstance(values, Ragged)]
    if ragged:
        return np.sum(ragged, axis=0)
    return np.zeros(count_rows(encoded), dtype=np.int64)


def count_rows(encoded: Encoded) -> int:
    """N, the rows of an encoded table."""
    return len(next(iter(encoded.values())))


def epoch_order(lengths: NDArray, batch: int, seed: int) -> list[NDArray[np.int64]]:
    """Positions of every batch of one epoch.

    Args:
        lengths: cost of each row [N].
        batch: rows in a batch, ≥ 1; the last one may be smaller, but never a single row when
            that can be avoided.
        seed: same seed, same order.

    Returns:
        Arrays of positions into `lengths` that cover each row once.
    """
    rng = generator(seed, "order")
    order = rng.permutation(len(lengths))
    batches: list[NDArray[np.int64]] = []
    for start in range(0, len(order), batch * POOL):
        pool = order[start : start + batch * POOL]
        pool = pool[np.argsort(lengths[pool], kind="stable")]
        batches += [pool[i : i + batch] for i in range(0, len(pool), batch)]
    if len(batches) > 1 and len(batches[-1]) == 1:
        single = batches.pop()
        batches[-1] = np.concatenate([batches[-1], single])
    return [batches[i] for i in rng.permutation(len(batches))]


def sorted_order(lengths: NDArray, batch: int) -> list[NDArray[np.int64]]:
    """Positions of every batch, shortest rows first: for scoring, where order is free."""
    order = np.argsort(lengths, kind="stable")
    return [order[i : i + batch] for i in range(0, len(order), batch)]


def collate(encoded: Encoded, rows: NDArray[np.int64]) -> dict[str, NDArray]:
    """The named rows as rectangles, padded to the longest among them."""
    return {
        name: values.padded(rows) if isinstance(values, Ragged) else values[rows]
        for name, values in encoded.items()
    }
