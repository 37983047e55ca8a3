"""The loss of a fusion: that of its answer, and a little of every modality's own.

Each encoder is thereby taught by itself, and none goes to sleep beside a stronger one (Wang, Tran,
Feiszli 2020, arXiv:1905.12681).
"""

from collections.abc import Mapping

from numpy.typing import NDArray
from torch import Tensor, nn

from umbrella.fit.augment import Mix
from umbrella.fit.loop import Objective
from umbrella.tasks.task import Task


def with_own_answers(task: Task, weight: float, balance: bool) -> Objective:
    """A fusion's objective.

    Args:
        task: gives the loss of an answer.
        weight: of the mean loss of all modalities' own answers.
        balance: whether rare classes weigh as much as common ones.
    """

    def objective(
        network: nn.Module,
        inputs: Mapping[str, Tensor],
        targets: Tensor,
        rows: NDArray,
        mix: Mix | None,
    ) -> Tensor:
        del rows, mix  # rows of several kinds are not varied
        outputs, _, read = network.read(**inputs)  # type: ignore[operator]
        loss: Tensor = task.loss(outputs, targets, balance)
        there = inputs["present"] > 0.5
        for number in range(read.alone.shape[1]):
            some = there[:, number]
            if bool(some.any()):
                own = task.loss(read.alone[some, number], targets[some], balance)
                loss = loss + weight / read.alone.shape[1] * own
        return loss

    return objective
