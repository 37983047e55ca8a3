"""What networks that fill blanks share: chances of the truth and of the likeliest tokens.

Scores of the whole vocabulary are made at blanks alone, and of few blanks at a time where nothing
is learned. Layout of an answer: base/guess.py.

Shapes: B rows, T places, M blanks of a row, Q blanks of all rows, W width, V vocabulary.
"""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional

from umbrella.base.errors import ConfigError
from umbrella.base.guess import BEST, NEVER, WIDTH

AT_ONCE = 512  # blanks whose scores are held at a time where nothing is learned
Head = Callable[[Tensor], Tensor]


def check_width(outputs: int, vocab: int) -> None:
    """Refuse a width that no answer has, or a vocabulary that it cannot be chosen from.

    Raises:
        ConfigError: with what is allowed.
    """
    if outputs != WIDTH:
        raise ConfigError(f"outputs={outputs!r} is not {WIDTH}, the numbers that tell of a blank.")
    if vocab < BEST:
        raise ConfigError(f"vocab={vocab!r} is below {BEST}, the tokens told of a blank. Use more.")


def answer(at_blanks: Tensor, truth: Tensor, head: Head, learns: bool) -> Tensor:
    """Answers to all blanks, float32 [B, M, WIDTH].

    Args:
        at_blanks: what the head takes, of real blanks alone [Q, …] in the order of rows; where a
            graph is traced of all places [B, M, …].
        truth: int64 [B, M], −1 beyond a row's blanks.
        head: scores [Q, V] or [B, M, V].
        learns: whether only the truth's chance is needed.
    """
    real = truth > -1
    if torch.jit.is_tracing():
        found = _told(head(at_blanks), truth.clamp_min(0))
        return torch.where(real.unsqueeze(2), found, _nothing(found))
    asked = truth[real]
    if learns:
        chances = -functional.cross_entropy(head(at_blanks).float(), asked, reduction="none")
        rest = chances.new_zeros(len(asked), WIDTH - 2)
        told = torch.cat([torch.stack([asked + 1.0, chances], dim=1), rest], dim=1)
    else:
        parts = zip(at_blanks.split(AT_ONCE), asked.split(AT_ONCE), strict=True)
        told = torch.cat([_told(head(some), true) for some, true in parts])
    out = _nothing(told).expand(*truth.shape, WIDTH)
    return out.masked_scatter(real.unsqueeze(2), told)


def _told(scores: Tensor, truth: Tensor) -> Tensor:
    """[…, WIDTH] of scores […, V]."""
    chances = scores.float().log_softmax(dim=-1)
    true = chances.gather(-1, truth.unsqueeze(-1))
    best = chances.topk(BEST, dim=-1)
    return torch.cat([truth.unsqueeze(-1) + 1.0, true, best.indices.float(), best.values], dim=-1)


def _nothing(like: Tensor) -> Tensor:
    """The answer where there is no blank, [WIDTH]."""
    return torch.cat([like.new_zeros(1), like.new_full((WIDTH - 1,), NEVER)])
