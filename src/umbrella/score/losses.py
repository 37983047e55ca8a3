"""What training minimises: losses over a batch, and what a student learns from its teacher.

Everything is computed in float32, whatever precision the network ran in.

Shapes: B rows of a batch, C classes, F and G hidden widths.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

from umbrella.base.errors import ConfigError


def cross_entropy(
    outputs_BC: Tensor, targets_B: Tensor, weights: Tensor | None = None, smoothing: float = 0.0
) -> Tensor:
    """Mean negative log-likelihood of the true class, in nats.

    Args:
        outputs_BC: raw outputs.
        targets_B: true class numbers, int64.
        weights: of every class, [C]; the mean is weighted by them. On any device.
        smoothing: share of the target spread evenly over all classes, in [0, 1).
    """
    if weights is not None:
        weights = weights.to(outputs_BC.device, torch.float32)
    return functional.cross_entropy(
        outputs_BC.float(), targets_B, weights, label_smoothing=smoothing
    )


def huber(outputs_B1: Tensor, targets_B: Tensor, delta: float = 1.0) -> Tensor:
    """Mean Huber loss: half the squared error up to `delta`, a straight line beyond.

    Args:
        outputs_B1: one output a row.
        targets_B: standardised targets.
        delta: in standard deviations of the target, > 0.

    Source: Huber 1964, Ann. Math. Stat. 35:73.
    """
    return functional.huber_loss(_column(outputs_B1), targets_B.float(), delta=delta)


def mean_squared(outputs_B1: Tensor, targets_B: Tensor) -> Tensor:
    """Mean squared error of standardised targets; arguments as for `huber`."""
    return functional.mse_loss(_column(outputs_B1), targets_B.float())


def distill(
    student_BC: Tensor,
    teacher_BC: Tensor,
    targets_B: Tensor,
    temperature: float = 2.0,
    trust: float = 0.5,
    weights: Tensor | None = None,
) -> Tensor:
    """Mix the teacher's soft targets with the true labels.

        loss = trust · T² · KL(teacher/T || student/T)  +  (1 - trust) · cross-entropy

    T² keeps the soft term's gradient at the scale of the hard term's as T grows.

    Args:
        student_BC: raw outputs of the model being trained.
        teacher_BC: raw outputs of the fixed model; no gradient reaches it.
        targets_B: true class numbers, int64.
        temperature: T > 0. Higher shows more of the teacher's ranking of wrong answers.
        trust: weight of the teacher in [0, 1]. 0 is plain training, 1 ignores the labels.
        weights: of every class, [C], for the hard term.

    Raises:
        ConfigError: outputs of different shapes, or a setting out of range.

    Source: Hinton, Vinyals, Dean 2015, arXiv:1503.02531, section 2.
    """
    _check_pair(student_BC, teacher_BC)
    _check_trust(trust)
    if not temperature > 0:
        raise ConfigError(f"temperature={temperature} is not above 0. 2 is usual.")
    soft = functional.kl_div(
        functional.log_softmax(student_BC.float() / temperature, dim=1),
        functional.log_softmax(teacher_BC.detach().float() / temperature, dim=1),
        reduction="batchmean",
        log_target=True,
    )
    hard = cross_entropy(student_BC, targets_B, weights)
    return trust * temperature**2 * soft + (1 - trust) * hard


def distill_values(
    student_B1: Tensor, teacher_B1: Tensor, targets_B: Tensor, trust: float = 0.5
) -> Tensor:
    """Mix the teacher's numbers with the true ones.

        loss = trust · mean (student - teacher)²  +  (1 - trust) · Huber(student, target)

    Args:
        student_B1, teacher_B1: one output a row; no gradient reaches the teacher.
        targets_B: standardised targets.
        trust: weight of the teacher in [0, 1].

    Raises:
        ConfigError: outputs of different shapes, or a trust out of range.
    """
    _check_pair(student_B1, teacher_B1)
    _check_trust(trust)
    soft = mean_squared(student_B1, _column(teacher_B1.detach()))
    return trust * soft + (1 - trust) * huber(student_B1, targets_B)


def hidden_match(student_BF: Tensor, teacher_BG: Tensor, projector: nn.Module) -> Tensor:
    """How far the student's hidden state is from the teacher's, in the teacher's variances.

    The projector learns with the student and is thrown away after. Each of the teacher's features
    is standardised over the batch, so that a few loud ones do not drown the rest.

    Args:
        student_BF: hidden state of the model being trained.
        teacher_BG: hidden state of the fixed model; no gradient reaches it.
        projector: maps width F to G, e.g. `nn.Linear(F, G)`.

    Returns:
        Mean squared distance, a scalar; about 1 for a projector that only knows the mean.

    Raises:
        ConfigError: the projector's width is not the teacher's.

    Source: Romero et al. 2015 (FitNets), arXiv:1412.6550, with the standardising added.
    """
    teacher = teacher_BG.detach().float()
    middle = teacher.mean(dim=0)
    spread = teacher.std(dim=0, correction=0).clamp_min(1e-3 * teacher.abs().mean().clamp_min(1e-6))
    guess = projector(student_BF).float()
    _check_pair(guess, teacher)
    return functional.mse_loss((guess - middle) / spread, (teacher - middle) / spread)


def _column(outputs_B1: Tensor) -> Tensor:
    if outputs_B1.dim() == 2 and outputs_B1.shape[1] == 1:
        return outputs_B1[:, 0].float()
    raise ConfigError(
        f"Outputs of shape {tuple(outputs_B1.shape)} came for a number; [rows, 1] is needed. "
        f"Build the network with outputs=1."
    )


def _check_pair(student: Tensor, teacher: Tensor) -> None:
    if student.shape != teacher.shape:
        raise ConfigError(
            f"The student gives {tuple(student.shape)} and the teacher {tuple(teacher.shape)}. "
            f"Both need the same rows and the same labels (or the projector the teacher's width)."
        )


def _check_trust(trust: float) -> None:
    if not 0 <= trust <= 1:
        raise ConfigError(f"trust={trust} is not between 0 (labels only) and 1 (teacher only).")
