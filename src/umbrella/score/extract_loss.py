"""What starts and ends of answers cost, and how far a student's are from its teacher's.

Layout of the outputs: base/stretch.py. Every accepted answer counts: what is learned is that a
stretch begins where one of them does, and ends where one does (the marginal likelihood of Clark,
Gardner 2018, arXiv:1710.10723, over starts and ends apart).

Shapes: B rows, M accepted answers of the row with most, P pieces.
"""

import torch
from torch import Tensor
from torch.nn import functional

from umbrella.base.stretch import NEVER

NOWHERE = -1  # state of a row that nothing is learned from


def shares(outputs: Tensor) -> Tensor:
    """Logarithms of the chances of beginning and of ending at each place, [B, 1 + P, 2]."""
    real = _real(outputs)
    return outputs[:, :, :2].float().masked_fill(~real[:, :, None], NEVER).log_softmax(dim=1)


def _real(outputs: Tensor) -> Tensor:
    """Silence and pieces rather than padding, bool [B, 1 + P]."""
    return functional.pad(outputs[:, 1:, 3] > 0, (1, 0), value=True)


def true_places(outputs: Tensor, targets: Tensor) -> Tensor:
    """Where the accepted answers begin and end, bool [B, 1 + P, 2].

    An answer begins at the first piece that ends after its first character, and ends at the last
    one that begins before its end. Silence is true where there is no answer.

    Args:
        outputs: [B, 1 + P, 4].
        targets: row and state, then first character and end of every answer, [B, 1 + M, 2]; −1
            beyond the last.
    """
    first, last = outputs[:, None, 1:, 2], outputs[:, None, 1:, 3]
    real = last > 0
    begins, ends = targets[:, 1:, :1].to(first.dtype), targets[:, 1:, 1:].to(first.dtype)
    known = targets[:, 1:, 0] >= 0
    start = 1 + (real & (last <= begins)).sum(dim=2)
    end = (real & (first < ends)).sum(dim=2)
    width = outputs.shape[1]
    known = known & (start <= end) & (start < width)
    out = torch.zeros(*outputs.shape[:2], 2, dtype=torch.bool, device=outputs.device)
    for side, at in enumerate((start, end)):
        told = functional.one_hot(at.clamp(0, width - 1), width).bool() & known[:, :, None]
        out[:, :, side] = told.any(dim=1)
    out[:, 0] |= (targets[:, 0, 1] == 0)[:, None]
    return out


def extract_loss(outputs: Tensor, targets: Tensor) -> Tensor:
    """Mean cost of a row's start and end.

    Args:
        outputs: [B, 1 + P, 4].
        targets: as in `true_places`; a row of state `NOWHERE` costs nothing.
    """
    true = true_places(outputs, targets)
    told = shares(outputs).masked_fill(~true, 2 * NEVER).logsumexp(dim=1).mean(dim=1)
    counts = (targets[:, 0, 1] != NOWHERE) & true.any(dim=1).all(dim=1)
    return -(told * counts).sum() / counts.sum().clamp_min(1)


def taught(outputs: Tensor, teacher: Tensor) -> Tensor:
    """Mean cross-entropy of a student's starts and ends with its teacher's, a row.

    What the teacher says of one of its pieces is told of the student's piece at the same
    character, so that both may cut texts differently.

    Args:
        outputs: the student's, [B, 1 + P, 4].
        teacher: the teacher's over the same texts, with as many places as it needs.
    """
    told = shares(teacher).exp() * _real(teacher)[:, :, None]
    real, own = _real(teacher), _real(outputs)
    beyond = torch.finfo(outputs.dtype).max
    lasts = torch.where(own[:, 1:], outputs[:, 1:, 3], beyond).contiguous()
    firsts = teacher[:, 1:, 2].to(lasts.dtype).contiguous()
    at = 1 + torch.searchsorted(lasts, firsts, right=True)
    at = functional.pad(at, (1, 0)).clamp_max(outputs.shape[1] - 1)
    at = torch.where(real, at, 0)
    goal = torch.zeros(*outputs.shape[:2], 2, dtype=told.dtype, device=outputs.device)
    goal.scatter_add_(1, at[:, :, None].expand(-1, -1, 2), told)
    goal = goal * own[:, :, None]
    return -(goal * shares(outputs)).sum(dim=1).mean()
