"""The simple rule of answering: a stretch of rare words between words that the question has.

    worth of a piece = rarity × whether the question has it, more where its neighbours are there too
    a stretch scores the worth around it, less what of it lies inside, and the rarity inside beyond
    the usual

After the sliding window of Richardson et al. 2013 (MCTest) and of Rajpurkar et al. 2016 (SQuAD),
whose windows are bags of words weighed by rarity; distance counts here as a decay. The sums over a
stretch are differences of running sums, so that a start and an end suffice.

Shapes: B rows, P pieces.
"""

from dataclasses import dataclass

import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from umbrella.base.errors import ConfigError
from umbrella.base.stretch import NEVER, WIDTH
from umbrella.models.blocks import check_size, check_sizes

SAME, SHAPED = 1, 16  # values of "same": the piece itself; from here on with a capital or digit
REACH = 24  # pieces on either side


@dataclass(frozen=True)
class AnswerOverlapConfig:
    """Sizes of the network.

    Args:
        vocab: ids of pieces.
        outputs: as base/stretch.py has them.
        pairs, alphabet, letters: of the codec; not looked at.
        reach: pieces on either side of a stretch that count.
    """

    vocab: int
    outputs: int = WIDTH
    pairs: int = 0
    alphabet: int = 0
    letters: int = 0
    reach: int = REACH

    def __post_init__(self) -> None:
        check_sizes(self)
        check_size("reach", self.reach, 256)
        if self.outputs != WIDTH:
            raise ConfigError(f"outputs={self.outputs} where an answer takes {WIDTH}.")


class AnswerOverlap(nn.Module):
    """Answer by the rule; the solver "overlap" finds rarities and the rule's constants."""

    Config = AnswerOverlapConfig

    def __init__(self, config: AnswerOverlapConfig):
        super().__init__()
        self.config = config
        self.rarity = nn.Embedding(config.vocab, 1)
        self.rule = nn.Parameter(torch.tensor([1.0, 1.0, 1.0, 0.5, 1.0, 1.0, 1.0]))
        self.fall = nn.Parameter(0.8 ** torch.arange(1, config.reach + 1))
        self.silence = nn.Parameter(torch.tensor(NEVER))
        nn.init.uniform_(self.rarity.weight, 0.2, 1.0)

    @torch.no_grad()
    def set_rarity(self, rarity: NDArray) -> None:
        """Take over how rare pieces are, [vocab], in [0, 1]."""
        self.rarity.weight.copy_(torch.from_numpy(rarity).float()[:, None])

    @torch.no_grad()
    def set_rule(self, rule: tuple[float, ...], silence: float | None = None) -> None:
        """Take over the constants.

        Args:
            rule: what worth around, worth inside, rarity inside count; the usual rarity; what the
                rarity of the first and last piece counts, how common those are that stand before
                and after, and a capital or digit inside; the decay.
            silence: the score above which a stretch is answered; None answers always.
        """
        *told, decay = rule
        self.rule.copy_(torch.tensor(told))
        self.fall.copy_(decay ** torch.arange(1, len(self.fall) + 1))
        self.silence.fill_(NEVER if silence is None else silence / 2)

    def forward(self, ids: Tensor, bounds: Tensor, same: Tensor, **others: Tensor) -> Tensor:
        """Judge every piece, float32 [B, 1 + P, 4]; layout: base/stretch.py.

        Args:
            ids, bounds, same: as the codec "text-asked" gives them.
            others: its other arrays, not looked at.
        """
        del others
        around, within, rare, usual, edge, border, shape = self.rule.unbind()
        real = bounds[:, :, 1] > 0
        rarity = self.rarity(ids).squeeze(2) * real
        hit = torch.remainder(same, 2).float()
        joined = torch.gt(torch.remainder(same, 8), SAME).float()
        worth = rarity * hit * (1 + joined)
        left = functional.conv1d(
            functional.pad(worth[:, None], (self.config.reach, 0)), self.fall.flip(0)[None, None]
        )[:, 0, :-1]
        right = functional.conv1d(
            functional.pad(worth[:, None], (0, self.config.reach)), self.fall[None, None]
        )[:, 0, 1:]
        shaped = torch.ge(same, SHAPED).float() * (1 - hit)
        gain = rare * (rarity - usual) * (1 - hit) - within * worth - usual * hit + shape * shaped
        gain = gain * real
        running = gain.cumsum(dim=1)
        rim = edge * rarity * (1 - hit)
        before = functional.pad(rarity[:, :-1], (1, 0))
        after = functional.pad(rarity[:, 1:], (0, 1))
        starts = around * left - (running - gain) + rim + border * (1 - before)
        ends = around * right + running + rim + border * (1 - after)
        told = torch.stack([starts, ends], dim=2)
        told = torch.where(real[:, :, None], told, NEVER)
        silent = self.silence.expand(ids.shape[0], 1, 2)
        whole = torch.cat([silent, told], dim=1)
        places = functional.pad(bounds, (0, 0, 1, 0)).to(whole.dtype)
        return torch.cat([whole, places], dim=2)
