"""What a chain of labels costs: minus the log-probability of the true labels. Torch.

With scores between labels it is that of a conditional random field (Lafferty, McCallum, Pereira
2001) over the paths that the scheme allows; without, the cross-entropy of every piece. Layout of
the outputs: base/chain.py.

Shapes: B rows, P pieces, M spans of the row with most, C labels.
"""

from dataclasses import dataclass
from functools import lru_cache

import torch
from torch import Tensor
from torch.nn import functional

from umbrella.base.chain import BEGIN, END, FORMS, INSIDE, MORE, NEVER, OUTSIDE, SINGLE, allowed

LEAST = 1e-37  # a sum of chances below this counts as this


@dataclass(frozen=True)
class Parts:
    """Outputs taken apart: scores of pieces [B, P, C], their bounds [B, P, 2], which are real
    [B, P], and the rules [C + 2, C].
    """

    pieces: Tensor
    bounds: Tensor
    real: Tensor
    rules: Tensor


def take_apart(outputs: Tensor) -> Parts:
    """Outputs [B, C + 2 + P, C + 2] as their parts."""
    labels = outputs.shape[2] - MORE
    places = outputs[:, labels + MORE :]
    bounds = places[:, :, labels:]
    return Parts(
        places[:, :, :labels], bounds, bounds[:, :, 1] > 0, outputs[0, : labels + MORE, :labels]
    )


def true_labels(bounds: Tensor, spans: Tensor, types: int) -> Tensor:
    """The label of every piece, int64 [B, P].

    A piece belongs to the first span that it shares a character with. Spans of a type that is not
    known count as outside.

    Args:
        bounds: first character and end of every piece, [B, P, 2].
        spans: start, end and type of every true span, [B, M, 3]; −1 where there are fewer.
        types: K.
    """
    start, end = bounds[:, :, 0, None], bounds[:, :, 1, None]
    within = (start < spans[:, None, :, 1]) & (end > spans[:, None, :, 0])
    known = (spans[:, :, 2] >= 0) & (spans[:, :, 2] < types)
    within = within & known[:, None]
    owner = torch.where(within.any(dim=2), within.int().argmax(dim=2), -1)
    same = functional.pad((owner[:, 1:] == owner[:, :-1]).int(), (1, 1)).bool()
    goes_on, comes_from = same[:, 1:], same[:, :-1]
    form = torch.where(
        comes_from,
        torch.where(goes_on, INSIDE, END),
        torch.where(goes_on, BEGIN, SINGLE),
    )
    kind = spans[:, :, 2].long().gather(1, owner.clamp_min(0))
    return torch.where(owner < 0, OUTSIDE, FORMS * kind + form)


def chain_loss(outputs: Tensor, spans: Tensor) -> Tensor:
    """Mean cost of a piece.

    Args:
        outputs: [B, C + 2 + P, C + 2].
        spans: as in `true_labels`.
    """
    parts = take_apart(outputs)
    count = parts.pieces.shape[2]
    labels = true_labels(parts.bounds, spans, (count - 1) // FORMS)
    size = parts.real.sum().clamp_min(1)
    if not bool(parts.rules.any()):  # a network that knows nothing of neighbours
        costs = functional.cross_entropy(parts.pieces.transpose(1, 2), labels, reduction="none")
        return (costs * parts.real).sum() / size
    return (log_sum(parts) - path_score(parts, labels)).sum() / size


@lru_cache(maxsize=8)
def _forbidden(count: int, device: str) -> Tensor:
    """What forbids labels, [C + 2, C]: 0 or NEVER."""
    follows, begins, ends = (torch.from_numpy(one) for one in allowed(count))
    rules = torch.cat([follows, begins[None], ends[None]])
    return torch.where(rules, 0.0, NEVER).to(device)


def path_score(parts: Parts, labels: Tensor) -> Tensor:
    """Score of one path of every row, [B].

    Args:
        parts: of the outputs.
        labels: int64 [B, P]; beyond a row's end they do not count.
    """
    count = parts.pieces.shape[2]
    rules = parts.rules + _forbidden(count, str(parts.rules.device))
    own = parts.pieces.gather(2, labels.unsqueeze(2)).squeeze(2)
    steps = rules[:count][labels[:, :-1], labels[:, 1:]] * parts.real[:, 1:]
    last = (parts.real.sum(dim=1) - 1).clamp_min(0)
    final = labels.gather(1, last.unsqueeze(1)).squeeze(1)
    score = (own * parts.real).sum(dim=1) + steps.sum(dim=1)
    some = parts.real[:, 0]
    return torch.where(some, score + rules[count][labels[:, 0]] + rules[count + 1][final], 0.0)


def log_sum(parts: Parts) -> Tensor:
    """Log-sum of the scores of all allowed paths of every row, [B]."""
    count = parts.pieces.shape[2]
    rules = parts.rules + _forbidden(count, str(parts.rules.device))
    follows = rules[:count].exp()
    score = rules[count] + parts.pieces[:, 0]
    for at in range(1, parts.pieces.shape[1]):
        top = score.detach().max(dim=1, keepdim=True).values
        grown = top + ((score - top).exp() @ follows).clamp_min(LEAST).log() + parts.pieces[:, at]
        score = torch.where(parts.real[:, at, None], grown, score)
    return torch.where(parts.real[:, 0], (score + rules[count + 1]).logsumexp(dim=1), 0.0)


def taught(outputs: Tensor, teacher: Tensor) -> Tensor:
    """How far a student's chain is from its teacher's, mean of a piece.

    The divergence of every piece's labels, and the squared distance of the rules between labels.

    Args:
        outputs: the student's, [B, C + 2 + P, C + 2].
        teacher: the teacher's over the same pieces; it may have more padding.
    """
    own, told = take_apart(outputs), take_apart(teacher[:, : outputs.shape[1]])
    far = functional.kl_div(
        own.pieces.log_softmax(dim=2),
        told.pieces.log_softmax(dim=2),
        reduction="none",
        log_target=True,
    ).sum(dim=2)
    rules = (own.rules - told.rules).square().mean()
    return (far * own.real).sum() / own.real.sum().clamp_min(1) + rules
