"""The loss of a fusion: every encoder is taught by itself, and judged on rows it never saw.

    most training rows  → each modality's own answer, the joint answer, the answer to nothing
    a fixed few of them → the fusion's answer, which teaches the weights of modalities alone

Encoders that memorise would be weighed by how well they know their own rows; the few rows tell what
they are worth elsewhere, so that a modality of noise loses its weight (Wolpert 1992, "Stacked
Generalization"). Taught by itself, none goes to sleep beside a stronger one (Wang, Tran, Feiszli
2020, arXiv:1905.12681).

Shapes: B rows of a batch, M modalities.
"""

from collections.abc import Mapping

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from umbrella.fit.augment import Mix
from umbrella.fit.loop import Objective
from umbrella.models.fusion.encoders import Read
from umbrella.tasks.task import Task

HELD = 0.12  # share of the training rows that judge
JOINT = 0.3  # weight of the joint answer: its encoders listen to their own answers first


def with_own_answers(task: Task, weight: float, balance: bool) -> Objective:
    """A fusion's objective.

    Args:
        task: gives the loss of an answer.
        weight: of the loss of every modality's own answer.
        balance: whether rare classes weigh as much as common ones.
    """

    def loss_of(answers: Tensor, targets: Tensor, some: Tensor) -> Tensor:
        """Mean loss of some rows; 0 when there is none."""
        if not bool(some.any()):
            return answers.sum() * 0.0
        loss: Tensor = task.loss(answers[some], targets[some], balance)
        return loss

    def objective(
        network: nn.Module,
        inputs: Mapping[str, Tensor],
        targets: Tensor,
        rows: NDArray,
        mix: Mix | None,
    ) -> Tensor:
        del mix  # rows of several kinds are not varied
        judges = torch.from_numpy(judging(rows)).to(targets.device)
        read: Read = network.encoders(inputs)  # type: ignore[operator]
        weights = network.weigh(read.detached())  # type: ignore[operator]
        joint = network.join(read, weights.detach())  # type: ignore[operator]
        nothing = network.rest.expand(len(targets), -1)  # type: ignore[operator]
        loss = loss_of(nothing, targets, ~judges)
        there = (inputs["present"] > 0.5) & ~judges.unsqueeze(1)
        for number in range(read.alone.shape[1]):
            loss = loss + weight * loss_of(read.alone[:, number], targets, there[:, number])
        if joint is not None:
            several = read.there.sum(dim=1) > 1
            loss = loss + JOINT * loss_of(joint, targets, several & ~judges)
            joint = joint.detach()
        outputs = network.settle(read.detached(), weights, joint)  # type: ignore[operator]
        return loss + loss_of(outputs, targets, judges)

    return objective


def judging(rows: NDArray) -> NDArray[np.bool_]:
    """Which rows judge, the same ones in every epoch and on every machine.

    Args:
        rows: their numbers.
    """
    scattered = rows.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)  # Knuth's golden ratio
    return (scattered >> np.uint64(40)).astype(np.float64) < HELD * 2**24
