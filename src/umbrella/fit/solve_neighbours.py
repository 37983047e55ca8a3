"""What stands beside what, counted on the training rows, and how far each count is believed.

Shapes: V vocabulary, K companions that are remembered.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from umbrella.base.seeds import generator
from umbrella.data.codecs.ragged import Ragged
from umbrella.fit.batches import collate
from umbrella.fit.loop import Data
from umbrella.fit.solve import Solved
from umbrella.tasks.task import Task

DISCOUNT = 0.75  # taken off every count, for what was not seen (Ney, Essen, Kneser 1994)
ASIDE = 0.1  # of the training rows, by which the weights are found
MOST_ASIDE = 100
STEPS, RATE = 30, 0.1


def solve_neighbours(
    network: nn.Module,
    data: Data,
    task: Task,
    settings: Mapping[str, Any],
    seconds: float | None = None,
) -> Solved:
    """Count neighbours, find the weights on training rows that were not counted, count all.

    Args:
        network: has `set_counts(side, ids, chances)`, `common` and `weights`.
        data: encoded by "text-blanks".
        task: gives the loss.
        settings: seed.
        seconds: not needed.
    """
    del seconds
    order = generator(int(settings.get("seed", 0)), "neighbours").permutation(data.train)
    aside = order[: max(1, min(MOST_ASIDE, int(ASIDE * len(order))))]
    _count(network, data, order[len(aside) :])
    given = collate(data.encoded, aside)
    inputs = {name: torch.from_numpy(array) for name, array in given.items()}
    network.train()
    optimizer = torch.optim.Adam(network.parameters(), lr=RATE)
    for _ in range(STEPS):
        optimizer.zero_grad()
        task.loss(network(**inputs), None).backward()
        optimizer.step()
    _count(network, data, order)
    network.eval()
    return Solved(len(data.train), len(data.train))


@torch.no_grad()
def _count(network: nn.Module, data: Data, rows: NDArray) -> None:
    config: Any = network.config
    vocab, most = config.vocab, config.width
    tokens, words = _read(data, rows)
    inside = tokens[words > 0]
    counts = np.bincount(inside, minlength=vocab) + 0.5
    network.common.copy_(torch.from_numpy(counts / counts.sum()))  # type: ignore[operator,union-attr]
    for side, beside, asked, is_asked in (
        ("after", tokens[:-1], tokens[1:], words[1:] > 0),
        ("before", tokens[1:], tokens[:-1], words[:-1] > 0),
    ):
        ids, chances = _companions(beside[is_asked], asked[is_asked], vocab, most)
        network.set_counts(side, ids, chances)  # type: ignore[operator]


def _read(data: Data, rows: NDArray) -> tuple[NDArray, NDArray]:
    """Tokens of all rows one behind the other, nothing hidden, and their words; row ends are
    tokens themselves, so that hardly a pair spans two rows.
    """
    ids, places, truth, words = (data.encoded[name] for name in ("ids", "places", "truth", "words"))
    assert isinstance(ids, Ragged)
    assert isinstance(places, Ragged)
    assert isinstance(truth, Ragged)
    assert isinstance(words, Ragged)
    some, at, true, numbers = (one.take(rows) for one in (ids, places, truth, words))
    tokens = some.values.copy()
    tokens[np.repeat(some.offsets[:-1], at.lengths) + at.values] = true.values
    return tokens, numbers.values


def _companions(
    beside: NDArray, asked: NDArray, vocab: int, most: int
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """The commonest tokens beside each, and their discounted chances, [V, K] each."""
    pairs, counts = np.unique(beside.astype(np.int64) * vocab + asked, return_counts=True)
    left, right = pairs // vocab, pairs % vocab
    totals = np.bincount(left, counts, vocab)
    order = np.lexsort((right, -counts, left))
    left, right, counts = left[order], right[order], counts[order]
    starts = np.searchsorted(left, np.arange(vocab))
    rank = np.arange(len(left)) - starts[left]
    kept = rank < most
    ids = np.zeros((vocab, most), np.int32)
    chances = np.zeros((vocab, most), np.float32)
    ids[left[kept], rank[kept]] = right[kept]
    chances[left[kept], rank[kept]] = (counts[kept] - DISCOUNT) / totals[left[kept]]
    return ids, chances
