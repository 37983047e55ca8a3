"""Teach a small network to answer as a large one does.

The student sees the teacher's soft outputs and, where both networks have a feature vector before
their head, tries to match that too through a linear map that is thrown away afterwards.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from umbrella.fit.augment import Mix
from umbrella.fit.batches import Encoded
from umbrella.fit.device import Device
from umbrella.fit.loop import Objective, outputs_of
from umbrella.fit.sized import is_sized
from umbrella.score import losses
from umbrella.tasks.task import Task


@dataclass(frozen=True)
class DistillConfig:
    """How much a student listens.

    Args:
        temperature: softens the teacher's outputs, > 0.
        trust: weight of the teacher against the labels, in [0, 1].
        hidden: weight of matching feature vectors; 0 leaves them alone.
    """

    temperature: float = 2.0
    trust: float = 0.7
    hidden: float = 0.1


class Student(nn.Module):
    """A network and the map from its features to the teacher's; only the network is kept.

    Args:
        network: the student.
        teacher_width: width of the teacher's features, or None when either has none.
    """

    def __init__(self, network: nn.Module, teacher_width: int | None):
        super().__init__()
        self.network = network
        own = getattr(network, "head", None)
        self.project = (
            nn.Linear(own.in_features, teacher_width)
            if teacher_width is not None and isinstance(own, nn.Linear)
            else None
        )

    def forward(self, **inputs: Tensor) -> Tensor:
        """The student's outputs [B, C]."""
        out: Tensor = self.network(**inputs)
        return out

    def heard(self, **inputs: Tensor) -> tuple[Tensor, Tensor | None]:
        """The same, and the feature vectors [B, F] that led to them, from one pass; None where
        they do not pass by on their way to the head.
        """
        gate, head = getattr(self.network, "drop", None), getattr(self.network, "head", None)
        gate = gate if isinstance(gate, nn.Dropout) else head
        if not isinstance(gate, nn.Module) or not isinstance(head, nn.Linear):
            return self(**inputs), None
        passed: list[Tensor] = []
        hook = gate.register_forward_pre_hook(lambda _, given: passed.append(given[0]))
        try:
            outputs = self(**inputs)
        finally:
            hook.remove()
        last = passed[-1] if passed else None
        fits = last is not None and last.shape == (len(outputs), head.in_features)
        return outputs, last if fits else None

    def depth_of(self, name: str) -> int:
        """How many layers lie above a weight, as the network knows; 0 of the map."""
        known = getattr(self.network, "depth_of", None)
        if known is None or not name.startswith("network."):
            return 0
        return int(known(name.removeprefix("network.")))


def features_of(
    network: nn.Module, encoded: Encoded, rows: NDArray, device: Device
) -> NDArray[np.float32] | None:
    """A network's feature vectors before its head [n, F], or None when it has none."""
    if not hasattr(network, "features"):
        return None
    return outputs_of(network, encoded, rows, device, ask=network.features)  # type: ignore[arg-type]


def make_objective(
    task: Task,
    config: DistillConfig,
    teacher_outputs: NDArray,
    teacher_features: NDArray | None,
    balance: bool = False,
) -> Objective:
    """The loss of a student's batch.

    Args:
        task: names the kind of loss.
        config: weights.
        teacher_outputs: [N, C], place by place [N, T, C], for every row of the table, calibrated.
        teacher_features: [N, F] for every row, or None.
        balance: whether rare classes weigh as much as common ones in the hard term.
    """
    soft = torch.from_numpy(teacher_outputs)
    goal = None if teacher_features is None else torch.from_numpy(teacher_features)

    def objective(
        student: nn.Module,
        inputs: Mapping[str, Tensor],
        targets: Tensor,
        rows: NDArray,
        mix: Mix | None = None,
    ) -> Tensor:
        assert isinstance(student, Student)
        outputs, own_doubt, own = _asked(task, student, inputs, targets)
        at = torch.from_numpy(rows)
        teacher = soft[at].to(outputs.device)
        if mix is not None:  # the teacher's answer to a mixture is the mixture of its answers
            teacher = mix.share * teacher + (1 - mix.share) * teacher[mix.order]
            if mix.share < 0.5:
                targets = targets[mix.order]
        loss = _as_taught(task, config, outputs, teacher, targets, balance) + own_doubt
        if goal is None or student.project is None or not config.hidden or mix is not None:
            return loss
        if own is None:
            own = student.network.features(**inputs)  # type: ignore[operator]
        far = losses.hidden_match(own, goal[at].to(outputs.device), student.project)
        return loss + config.hidden * far

    return objective


def _asked(
    task: Any, student: Student, inputs: Mapping[str, Tensor], targets: Tensor
) -> tuple[Tensor, Tensor | float, Tensor | None]:
    """A student's outputs, and the loss of how large it says their errors may be: that is learned
    from what came, for the large model's own errors are no longer what they were. Then its
    features, where one pass tells both.
    """
    if not is_sized(student.network):
        outputs, own = student.heard(**inputs)
        return outputs, 0.0, own
    spread: Any = student.network.spread
    outputs, sizes = spread.fans(student.network, **inputs)
    return outputs, task.size_loss(outputs.detach(), sizes, targets), None


def _as_taught(
    task: Task,
    config: DistillConfig,
    outputs: Tensor,
    teacher: Tensor,
    targets: Tensor,
    balance: bool,
) -> Tensor:
    """The loss of a batch's outputs beside the teacher's."""
    if (taught := getattr(task, "taught", None)) is not None:  # as the task itself compares them
        told: Tensor = taught(outputs, teacher)
        true: Tensor = task.loss(outputs, targets, balance)
        return config.trust * told + (1 - config.trust) * true
    if outputs.ndim == 3:  # place by place
        soft = losses.distill_frames(outputs, teacher)
        hard: Tensor = task.loss(outputs, targets, balance)
        return config.trust * soft + (1 - config.trust) * hard
    if getattr(task, "ahead", False):  # steps of a series, some of them unknown
        near = losses.huber(outputs.flatten()[:, None], teacher.flatten())
        known: Tensor = task.loss(outputs, targets, balance)
        return config.trust * near + (1 - config.trust) * known
    if targets.ndim == 2:  # several labels a row
        return losses.distill_yes_or_no(
            outputs,
            teacher,
            targets,
            temperature=config.temperature,
            trust=config.trust,
            weights=task.class_weights() if balance else None,
        )
    if task.outputs == 1:
        return losses.distill_values(outputs, teacher, targets, trust=config.trust)
    return losses.distill(
        outputs,
        teacher,
        targets,
        temperature=config.temperature,
        trust=config.trust,
        weights=task.class_weights() if balance else None,
    )
