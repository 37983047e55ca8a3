"""A linear layer on the vectors of a frozen encoder: logistic regression, or ridge for a quantity.

Vectors are standardised by the training rows, which is folded into the layer, so that one grid of
strengths serves every encoder. The strength is the one with the least loss on training rows left
out in turn; the validation rows take no part.
Shapes: N rows, W width, C outputs.
"""

import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from umbrella.base.seeds import generator
from umbrella.fit.batches import Encoded
from umbrella.fit.device import Device
from umbrella.fit.loop import Data, outputs_of
from umbrella.fit.solve import Solved
from umbrella.fit.solve_table import solve_linear
from umbrella.tasks.task import Task

FROZEN = "vectors"  # the name of this solver
STRENGTHS = (3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1)  # C: the larger, the weaker the penalty
FOLDS, FOLDED = 5, 2_000  # parts left out in turn; above so many rows one part alone
SPEED_ROWS = 256  # rows read first where time is short, to foretell the others


class _Head(nn.Module):
    """The layer alone, under the input name that the solver of tables knows."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network, self.config = network, network.config

    def set_solution(self, coef_DW: NDArray, intercept_D: NDArray) -> None:
        self.network.set_solution(coef_DW, intercept_D)  # type: ignore[operator]

    def forward(self, numbers: Tensor) -> Tensor:
        scores: Tensor = self.network.head(numbers)  # type: ignore[operator]
        return scores


def solve_vectors(
    network: nn.Module,
    data: Data,
    task: Task,
    settings: Mapping[str, Any],
    seconds: float | None = None,
) -> Solved:
    """Find the layer on a frozen encoder.

    Args:
        network: has `features`, `head` and `set_solution(coef, intercept)`.
        data: encoded as the network reads it, or with its `vectors` known already.
        task: more than one output means classes.
        settings: C (inverse strengths of the penalty to choose from, or one), balance, seed.
        seconds: time budget; fewer rows are read when it is short.
    """
    rows = generator(int(settings.get("seed", 0)), "solve").permutation(data.train)
    vectors_NW = _vectors(network, data, rows, seconds)
    targets = data.targets[rows[: len(vectors_NW)]]
    middle, spread = vectors_NW.mean(axis=0), vectors_NW.std(axis=0) + 1e-6
    numbers = ((vectors_NW - middle) / spread).astype(np.float32)
    every = np.arange(len(numbers))
    table = Data({"numbers": numbers}, targets, every, every)
    head = _Head(network.eval())
    asked = settings.get("C", STRENGTHS)
    strengths = (float(asked),) if isinstance(asked, int | float) else tuple(map(float, asked))
    losses = [
        np.mean([_loss(head, fold, task, settings, C) for fold in _folds(table)])
        for C in strengths
        if len(strengths) > 1
    ]
    best = strengths[int(np.argmin(losses))] if losses else strengths[0]
    solve_linear(head, table, task, {**settings, "C": best})
    _unscale(network.head, middle, spread)  # type: ignore[arg-type]
    return Solved(len(numbers), len(data.train))


def _vectors(
    network: nn.Module, data: Data, rows: NDArray, seconds: float | None
) -> NDArray[np.float32]:
    """Vectors of the first of these rows: of all, but for want of time."""
    if data.vectors is not None:
        return np.asarray(data.vectors[rows], np.float32)
    return read_vectors(network, data, rows, Device("cpu"), seconds)


def read_vectors(
    network: nn.Module, data: Data, rows: NDArray, device: Device, seconds: float | None = None
) -> NDArray[np.float32]:
    """What a frozen encoder makes of rows, [n, W]; of the first ones alone where time is short."""
    start = time.monotonic()
    ask: Any = network.features
    if seconds is None or len(rows) <= SPEED_ROWS:
        return outputs_of(network, data.encoded, rows, device, ask=ask)
    first = outputs_of(network, data.encoded, rows[:SPEED_ROWS], device, ask=ask)
    spent = max(time.monotonic() - start, 1e-3)
    more = rows[SPEED_ROWS : int(0.7 * SPEED_ROWS * max(seconds, spent) / spent) + SPEED_ROWS]
    if not len(more):
        return first
    return np.concatenate([first, outputs_of(network, data.encoded, more, device, ask=ask)])


def answers_of(
    vectors_NW: NDArray | None, network: nn.Module, encoded: Encoded, rows: NDArray, device: Device
) -> NDArray[np.float32]:
    """A network's answers for the named rows, as `outputs_of`; from the vectors of all rows by its
    head alone, where they are known.
    """
    if vectors_NW is None:
        return outputs_of(network, encoded, rows, device)
    vectors = torch.from_numpy(np.asarray(vectors_NW[rows], np.float32))
    with torch.inference_mode():
        answers: Tensor = network.head(vectors.to(device.name))  # type: ignore[operator]
    return answers.cpu().numpy()


def _folds(table: Data) -> Iterator[Data]:
    """Some rows to learn from, the others to judge by."""
    many = len(table.train) > FOLDED
    part = table.train % FOLDS  # the rows are in random order
    for fold in range(1 if many else FOLDS):
        yield replace(table, train=table.train[part != fold], validation=table.train[part == fold])


def _loss(
    head: _Head, fold: Data, task: Task, settings: Mapping[str, Any], strength: float
) -> float:
    solve_linear(head, fold, task, {**settings, "C": strength})
    with torch.inference_mode():
        outputs = head(torch.from_numpy(np.asarray(fold.encoded["numbers"])[fold.validation]))
    return float(task.loss(outputs, torch.from_numpy(fold.targets[fold.validation])))


@torch.no_grad()
def _unscale(head: nn.Linear, middle: NDArray, spread: NDArray) -> None:
    """Let the layer read vectors as they are."""
    weights = head.weight.double() / torch.from_numpy(spread).double()
    head.bias.copy_(head.bias - weights @ torch.from_numpy(middle).double())
    head.weight.copy_(weights)
