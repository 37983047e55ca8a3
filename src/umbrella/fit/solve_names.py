"""How far a list of names can be trusted: counted on the training rows.

Shapes: C labels.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import nn

from umbrella.base.chain import MORE
from umbrella.data.codecs.ragged import Ragged
from umbrella.fit.loop import Data
from umbrella.fit.solve import Solved
from umbrella.score.chain_loss import true_labels
from umbrella.tasks.task import Task

ROWS = 1024  # at a time


def solve_names(
    network: nn.Module,
    data: Data,
    task: Task,
    settings: Mapping[str, Any] | None = None,
    seconds: float | None = None,
) -> Solved:
    """Set a lookup's trust to how often each label was right where the list said each.

    Args:
        network: has `set_counts(counts)`.
        data: encoded as "names" and "bounds"; targets are spans [N, M, 3].
        task: its outputs are C + 2.
        settings, seconds: not needed.
    """
    del settings, seconds
    count = task.outputs - MORE
    names, bounds = data.encoded["names"], data.encoded["bounds"]
    assert isinstance(names, Ragged)
    assert isinstance(bounds, Ragged)
    counts = np.zeros((count, count))
    for start in range(0, len(data.train), ROWS):
        rows = data.train[start : start + ROWS]
        places = torch.from_numpy(bounds.padded(rows))
        true = true_labels(places, torch.from_numpy(data.targets[rows]), (count - 1) // 4)
        real = (places[:, :, 1] > 0).numpy()
        np.add.at(counts, (names.padded(rows)[real], true.numpy()[real]), 1)
    network.set_counts(counts)  # type: ignore[operator]
    return Solved(len(data.train), len(data.train))
