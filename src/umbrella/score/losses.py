"""What training minimises: losses over a batch, and what a student learns from its teacher.

Everything is computed in float32, whatever precision the network ran in.

Shapes: B rows of a batch, C classes or labels, O outputs, F and G hidden widths, T frames,
L symbols.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

from umbrella.base.errors import ConfigError
from umbrella.score.ctc import NEVER


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


def yes_or_no(outputs_BO: Tensor, targets_BC: Tensor, weights: Tensor | None = None) -> Tensor:
    """Mean negative log-likelihood of a yes or no for every label, in nats.

    Args:
        outputs_BO: log-odds; outputs beyond the labels' are not looked at.
        targets_BC: 0 or 1 for every label.
        weights: of every label's rows with it, [C]. On any device.
    """
    labels = targets_BC.shape[1]
    if weights is not None:
        weights = weights.to(outputs_BO.device, torch.float32)
    return functional.binary_cross_entropy_with_logits(
        outputs_BO[:, :labels].float(), targets_BC.float(), pos_weight=weights
    )


def distill_yes_or_no(
    student_BO: Tensor,
    teacher_BO: Tensor,
    targets_BC: Tensor,
    temperature: float = 2.0,
    trust: float = 0.5,
    weights: Tensor | None = None,
) -> Tensor:
    """Mix the teacher's chance of every label with the true yes or no.

        loss = trust · T² · KL(teacher/T || student/T)  +  (1 - trust) · yes or no

    Args:
        student_BO, teacher_BO: log-odds; no gradient reaches the teacher.
        targets_BC: 0 or 1 for every label.
        temperature: T > 0.
        trust: weight of the teacher in [0, 1].
        weights: of every label's rows with it, [C], for the hard term.

    Raises:
        ConfigError: outputs of different shapes, or a setting out of range.

    Source: Hinton, Vinyals, Dean 2015, each label a question of two answers.
    """
    _check_pair(student_BO, teacher_BO)
    _check_trust(trust)
    if not temperature > 0:
        raise ConfigError(f"temperature={temperature} is not above 0. 2 is usual.")
    labels = targets_BC.shape[1]
    goal = torch.sigmoid(teacher_BO[:, :labels].detach().float() / temperature)
    mine = student_BO[:, :labels].float() / temperature
    least = functional.binary_cross_entropy(goal, goal)  # the teacher's own entropy
    soft = functional.binary_cross_entropy_with_logits(mine, goal) - least
    hard = yes_or_no(student_BO, targets_BC, weights)
    return trust * temperature**2 * soft + (1 - trust) * hard


def huber(outputs_B1: Tensor, targets_B: Tensor, delta: float = 1.0) -> Tensor:
    """Mean Huber loss: half the squared error up to `delta`, a straight line beyond.

    Args:
        outputs_B1: one output a row.
        targets_B: standardised targets.
        delta: in standard deviations of the target, > 0.

    Source: Huber 1964, Ann. Math. Stat. 35:73.
    """
    return functional.huber_loss(_column(outputs_B1), targets_B.float(), delta=delta)


def pinball(outputs: Tensor, targets: Tensor, share: float) -> Tensor:
    """Mean pinball loss, least where the outputs are the quantile of the targets.

    Args:
        outputs: [B].
        targets: [B].
        share: of targets that lie below, in (0, 1).

    Source: Koenker & Bassett 1978, Econometrica 46:33.
    """
    under = targets - outputs
    return torch.maximum(share * under, (share - 1) * under).mean()


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


def ctc(outputs_BTC: Tensor, targets_BL: Tensor) -> Tensor:
    """Mean over rows of the negative log-likelihood of the symbols, in nats a symbol.

    A row with too few frames for its symbols has no path, and says nothing: its share is zero.

    Args:
        outputs_BTC: log-probabilities, class 0 the blank; frames that are padding are certain
            blanks, as networks write them.
        targets_BL: class numbers; below 0 beyond a row's end. Symbols that have no class are
            passed over.

    Source: Graves et al. 2006; `torch.nn.functional.ctc_loss`.
    """
    outputs = outputs_BTC.float()
    real = (targets_BL > 0) & (targets_BL < outputs.shape[2])
    order = torch.argsort((~real).byte(), dim=1, stable=True)
    symbols = torch.where(real, targets_BL, 0).gather(1, order)
    lengths, frames = real.sum(dim=1), own_frames(outputs)
    each = functional.ctc_loss(
        outputs.transpose(0, 1), symbols, frames, lengths, reduction="none", zero_infinity=True
    )
    return (each / lengths.clamp_min(1)).mean()


def distill_frames(student_BTC: Tensor, teacher_BTC: Tensor) -> Tensor:
    """Mean over real frames of KL(teacher || student), in nats.

    Args:
        student_BTC: log-probabilities of the model being trained.
        teacher_BTC: of the fixed model, of as many frames or more; no gradient reaches it.

    Raises:
        ConfigError: other classes, or fewer frames: the two cut time into steps of another length.
    """
    frames = student_BTC.shape[1]
    if teacher_BTC.shape[2] != student_BTC.shape[2] or teacher_BTC.shape[1] < frames:
        raise ConfigError(
            f"The student gives {tuple(student_BTC.shape[1:])} frames and classes and the teacher "
            f"{tuple(teacher_BTC.shape[1:])}. Both need the same steps in time and characters."
        )
    teacher = teacher_BTC[:, :frames].detach().float()
    far = (teacher.exp() * (teacher - student_BTC.float())).sum(dim=2)
    real = torch.arange(frames, device=far.device) < own_frames(student_BTC).unsqueeze(1)
    return (far * real).sum() / real.sum()


def own_frames(outputs_BTC: Tensor) -> Tensor:
    """How many frames of each row are its own, not padding, int64 [B]."""
    if outputs_BTC.shape[2] < 2:
        return torch.full((len(outputs_BTC),), outputs_BTC.shape[1], device=outputs_BTC.device)
    return (outputs_BTC[:, :, 1:].amax(dim=2) > NEVER / 2).sum(dim=1)
