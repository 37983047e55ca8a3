"""Blanks filled by what stood between the same neighbours in the training rows, counted.

    chance = softmax over tokens of  a · log p(token | left) + b · log p(token | right)
                                       + c · log p(token)

The commonest companions of every token are kept; the rest of their chance goes by how common a
token is by itself, as does all of it beside a neighbour that is hidden or never was seen
(back-off). The three weights are learned. Sources: the product of experts, Hinton 2002; Katz 1987.

Shapes: B rows, T tokens, M blanks of a row, Q of all rows, K companions, V vocabulary.
"""

from dataclasses import dataclass

import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from umbrella.models.blocks import SIZES, check_size
from umbrella.models.text.guess import answer, check_width


@dataclass(frozen=True)
class NeighboursConfig:
    """Sizes of the network.

    Args:
        vocab: V.
        outputs: the width of an answer.
        padding: not looked at.
        width: K, companions of every token that are remembered on each side.
    """

    vocab: int
    outputs: int
    padding: int = 0
    width: int = 32

    def __post_init__(self) -> None:
        for name in ("vocab", "outputs", "width"):
            check_size(name, getattr(self, name), SIZES[name])
        check_width(self.outputs, self.vocab)


class Neighbours(nn.Module):
    """Look up companions; the solver "neighbours" counts them and finds the weights."""

    Config = NeighboursConfig

    def __init__(self, config: NeighboursConfig):
        super().__init__()
        self.config = config
        shape = (config.vocab, config.width)
        for side in ("after", "before"):  # a left neighbour, before a right one
            self.register_buffer(f"{side}_ids", torch.zeros(shape, dtype=torch.int32))
            self.register_buffer(f"{side}_chances", torch.zeros(shape))
        self.register_buffer("common", torch.full((config.vocab,), 1.0 / config.vocab))
        self.weights = nn.Parameter(torch.tensor([0.7, 0.7, -0.4]))

    @torch.no_grad()
    def set_counts(self, side: str, ids_VK: NDArray, chances_VK: NDArray) -> None:
        """Take over the companions of every token on one side, "after" or "before" it.

        Args:
            ids_VK: the commonest ones.
            chances_VK: of each, 0 where there are fewer.
        """
        getattr(self, f"{side}_ids").copy_(torch.from_numpy(ids_VK))
        getattr(self, f"{side}_chances").copy_(torch.from_numpy(chances_VK))

    def forward(
        self, ids: Tensor, places: Tensor, truth: Tensor, words: Tensor | None = None
    ) -> Tensor:
        """Answers to all blanks, float32 [B, M, WIDTH].

        Args:
            ids, places, truth: as the codec "text-blanks" gives them.
            words: not looked at.
        """
        del words
        last = ids.shape[1] - 1
        left = ids.gather(1, (places - 1).clamp(0, last))
        right = ids.gather(1, (places + 1).clamp(0, last))
        both = torch.stack([left, right], dim=2)
        if not torch.jit.is_tracing():
            both = both[truth >= 0]
        return answer(both, truth, self._scores, self.training)

    def _scores(self, both: Tensor) -> Tensor:
        after = self._beside("after", both[..., 0])
        before = self._beside("before", both[..., 1])
        a, b, c = self.weights.unbind()
        common: Tensor = self.common  # type: ignore[assignment]
        return a * after.log() + b * before.log() + c * common.log()

    def _beside(self, side: str, tokens: Tensor) -> Tensor:
        """Chances of every token beside one, [..., V]."""
        ids, chances = (getattr(self, f"{side}_{name}") for name in ("ids", "chances"))
        known = chances[tokens]
        rest = 1.0 - known.sum(dim=-1, keepdim=True)
        return (rest * self.common).scatter_add(-1, ids[tokens].long(), known)
