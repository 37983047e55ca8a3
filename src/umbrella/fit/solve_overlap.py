"""The simple rule of answering: how rare pieces are, and the few constants that suit training rows.

Rarity is the logarithm of how many texts hold a piece, over that of their number. The constants are
tried one after the other, each on a few values; the best F1 of the training rows wins.
"""

import itertools
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from umbrella.data.codecs.ragged import Ragged
from umbrella.fit.device import Device
from umbrella.fit.loop import Data, outputs_of
from umbrella.fit.solve import Solved
from umbrella.tasks.task import Task

ROWS = 300  # training rows that the constants are tried on
UNSEEN = 1.0  # rarity of what no training text holds
SWEEPS = 2  # over all constants
GRID = (  # see `set_rule`: where each begins is its first value
    (1.0, 0.3, 3.0),
    (1.0, 0.3, 3.0),
    (0.3, 0.1, 1.0, 3.0),
    (0.7, 0.5, 0.3, 0.9),
    (1.0, 0.0, 3.0),
    (1.0, 0.0, 3.0),
    (0.3, 0.0, 1.0, 3.0),
    (0.85, 0.6, 0.95),
)


def solve_overlap(
    network: nn.Module,
    data: Data,
    task: Task,
    settings: Mapping[str, Any],
    seconds: float | None = None,
) -> Solved:
    """Find the rule's constants.

    Args:
        network: has `set_rarity` and `set_rule`.
        data: encoded as "ids" and more; targets are accepted answers.
        task: scores what is answered.
        settings, seconds: not needed.
    """
    del settings, seconds
    some: Any = network
    ids = data.encoded["ids"]
    assert isinstance(ids, Ragged)
    some.set_rarity(rarities(ids, data.train, len(some.rarity.weight)))
    rows = data.train[:: max(1, len(data.train) // ROWS)][:ROWS]
    best = [values[0] for values in GRID]
    some.set_rule(tuple(best))
    score = _score(network, data, task, rows)
    for _, (at, values) in itertools.product(range(SWEEPS), enumerate(GRID)):
        for value in values:
            tried = [*best[:at], value, *best[at + 1 :]]
            if tried == best:
                continue
            some.set_rule(tuple(tried))
            found = _score(network, data, task, rows)
            if found > score:
                best, score = tried, found
    some.set_rule(tuple(best))
    if getattr(task, "silent", False):
        some.set_rule(tuple(best), _silence(network, data, task, rows))
    return Solved(len(data.train), len(data.train))


def rarities(ids: Ragged, rows: NDArray, vocab: int) -> NDArray[np.float64]:
    """How rare every piece is among these rows' texts, [vocab], in [0, 1]; padding's is 0.

    Args:
        ids: of all rows.
        rows: numbers of those that count; a text that comes again behind itself counts once.
        vocab: ids.
    """
    counts, texts, last = np.zeros(vocab), 0, np.empty(0, np.int64)
    for row in rows.tolist():
        own = ids.row(row)
        if len(own) == len(last) and np.array_equal(own, last):
            continue
        counts[np.unique(own)] += 1
        texts, last = texts + 1, own
    told = np.log((texts + 1) / np.maximum(counts, 1)) / np.log(texts + 2)
    told = np.where(counts > 0, told, UNSEEN)
    told[0] = 0.0
    return np.asarray(told)


def _score(network: nn.Module, data: Data, task: Task, rows: NDArray) -> float:
    outputs = outputs_of(network, data.encoded, rows, Device("cpu"))
    return float(task.row_scores(outputs, data.targets[rows]).mean())


@torch.no_grad()
def _silence(network: nn.Module, data: Data, task: Any, rows: NDArray) -> float:
    """The score that as many training rows stay below as have no answer."""
    outputs = outputs_of(network, data.encoded, rows, Device("cpu"))
    best = task.found(outputs)
    share = float((data.targets[rows][:, 0, 1] == 0).mean())
    silent = outputs[:, 0, :2].astype(np.float64).sum(axis=1)
    return float(np.quantile(best.gap + silent, share))
