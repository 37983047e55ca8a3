"""An LSTM that fills blanks: one reads rightward, one leftward, and a blank is asked of both.

Token ids → vectors → LSTM rightward and leftward, side by side → linear → scores of every token, by
the same vectors that tokens come in by. Sources: Peters et al. 2018, arXiv:1802.05365 (both ways);
Press, Wolf 2017, arXiv:1608.05859 (shared vectors).

Shapes: B rows, T tokens, M blanks of a row, Q of all rows, W width, V vocabulary.
"""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from umbrella.models.blocks import check_sizes, make_embedding, mirror, reorder
from umbrella.models.text.guess import answer, check_width


@dataclass(frozen=True)
class FillerRecurrentConfig:
    """Sizes of the network."""

    vocab: int
    outputs: int
    padding: int = 0
    width: int = 128  # W, of vectors and of the states of each direction
    dropout: float = 0.2

    def __post_init__(self) -> None:
        check_sizes(self)
        check_width(self.outputs, self.vocab)


class FillerRecurrent(nn.Module):
    """Fill blanks; see the module docstring for the design."""

    Config = FillerRecurrentConfig

    def __init__(self, config: FillerRecurrentConfig):
        super().__init__()
        self.config = config
        width = config.width
        self.embed = make_embedding(config.vocab, width, config.padding)
        self.drop = nn.Dropout(config.dropout)
        self.rightward = nn.LSTM(width, width, batch_first=True)
        self.leftward = nn.LSTM(width, width, batch_first=True)
        self.mix = nn.Linear(2 * width, width)
        self.head = _Head(config.vocab)
        for reader in (self.rightward, self.leftward):
            weights: Any = dict(reader.named_parameters())
            weights["bias_ih_l0"].data[width : 2 * width] = 1.0  # forget gates start open
            for gate in weights["weight_hh_l0"].data.split(width):
                nn.init.orthogonal_(gate)

    def forward(
        self, ids: Tensor, places: Tensor, truth: Tensor, words: Tensor | None = None
    ) -> Tensor:
        """Answers to all blanks, float32 [B, M, WIDTH].

        Args:
            ids, places, truth: as the codec "text-blanks" gives them.
            words: not looked at.
        """
        del words
        real_BT = torch.ne(ids, self.config.padding)
        real_BT = real_BT | (torch.arange(ids.shape[1], device=ids.device) == 0)
        mirror_BT = mirror(real_BT)
        x_BTW = self.drop(self.embed(ids))
        right_BTW, _ = self.rightward(x_BTW)
        left_BTW, _ = self.leftward(reorder(x_BTW, mirror_BT))
        states = torch.cat([right_BTW, reorder(left_BTW, mirror_BT)], dim=2)
        at_blanks = states.gather(1, places.unsqueeze(2).expand(-1, -1, states.shape[2]))
        if not torch.jit.is_tracing():
            at_blanks = at_blanks[truth >= 0]
        return answer(at_blanks, truth, self._scores, self.training)

    def _scores(self, states: Tensor) -> Tensor:
        mixed = self.drop(functional.gelu(self.mix(states)))
        return functional.linear(mixed, self.embed.weight, self.head.bias)


class _Head(nn.Module):
    """A score of its own for every token."""

    def __init__(self, vocab: int):
        super().__init__()
        self.bias = nn.Parameter(torch.zeros(vocab))
