"""A reader that learns from scratch: the text, read with the question in mind, by LSTMs.

    question → vectors → LSTM both ways;  text → vectors, the question's vectors most like each of
    its pieces, what both have in common → LSTM both ways → what of the question each state looks at
    → LSTM both ways → starts and ends, beside the question as a whole

Sources: Chen et al. 2017, arXiv:1704.00051 (DrQA: aligned vectors, exact matches, the question as a
whole); Seo et al. 2017, arXiv:1611.01603 (BiDAF: attention between states, a layer after it).
Shapes: B rows, P pieces, Q pieces of a question, F features, W width.
"""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from umbrella.base.errors import ConfigError
from umbrella.base.stretch import NEVER, WIDTH
from umbrella.models.blocks import (
    AttentionPool,
    check_size,
    check_sizes,
    make_head,
    mirror,
    real_tokens,
    reorder,
)
from umbrella.models.tag.pieces import Seen

WAYS, WAY_WIDTH = 64, 16  # values of "same", and the vector of each


@dataclass(frozen=True)
class AnswerReaderConfig:
    """Sizes that the codec "text-asked" and the task decide, and the one dial.

    Args:
        vocab, pairs, alphabet, letters: as of `tag.pieces.PiecesConfig`.
        outputs: as base/stretch.py has them.
        width: the dial.
        dropout: share of features left out while learning.
        forget: share of pieces taken for unknown while learning.
    """

    vocab: int
    outputs: int = WIDTH
    pairs: int = 0
    alphabet: int = 0
    letters: int = 0
    width: int = 64
    dropout: float = 0.3
    forget: float = 0.02

    def __post_init__(self) -> None:
        check_sizes(self)
        for name in ("pairs", "alphabet", "letters"):
            if getattr(self, name):
                check_size(name, getattr(self, name), 2**24)
        if not 0 <= self.forget < 1:
            raise ConfigError(f"forget={self.forget!r} is not in [0, 1). Use 0 to switch it off.")
        if self.outputs != WIDTH:
            raise ConfigError(f"outputs={self.outputs} where an answer takes {WIDTH}.")


class BothWays(nn.Module):
    """An LSTM rightward and one leftward, side by side, [B, P, F] → [B, P, 2 W]."""

    def __init__(self, features: int, width: int):
        super().__init__()
        self.rightward = nn.LSTM(features, width, batch_first=True)
        self.leftward = nn.LSTM(features, width, batch_first=True)
        for reader in (self.rightward, self.leftward):
            weights: Any = dict(reader.named_parameters())
            weights["bias_ih_l0"].data[width : 2 * width] = 1.0  # forget gates open
            for gate in weights["weight_hh_l0"].data.split(width):
                nn.init.orthogonal_(gate)

    def forward(self, x_BPF: Tensor, mirror_BP: Tensor) -> Tensor:
        """Read rows both ways; `mirror_BP` turns each round within its length."""
        right, _ = self.rightward(x_BPF)
        left, _ = self.leftward(reorder(x_BPF, mirror_BP))
        return torch.cat([right, reorder(left, mirror_BP)], dim=2)


class AnswerReader(nn.Module):
    """Find answers; see the module docstring for the design."""

    Config = AnswerReaderConfig

    def __init__(self, config: AnswerReaderConfig):
        super().__init__()
        self.config = config
        self.seen = Seen(config)
        self.ways = nn.Embedding(WAYS, WAY_WIDTH)
        self.align = nn.Linear(self.seen.features, config.width)
        self.drop = nn.Dropout(config.dropout)
        self.ask = BothWays(self.seen.features, config.width)
        self.read = BothWays(2 * self.seen.features + WAY_WIDTH, config.width)
        self.look = nn.Linear(2 * config.width, 2 * config.width)
        self.again = BothWays(6 * config.width + WAY_WIDTH, config.width)
        self.whole = AttentionPool(2 * config.width)
        self.judge = nn.Linear(2 * config.width, 4 * config.width)
        self.head = make_head(2 * config.width, 2)
        self.silence = make_head(2 * config.width, 2)

    def forward(
        self,
        ids: Tensor,
        bounds: Tensor,
        same: Tensor,
        asked_ids: Tensor,
        pairs: Tensor | None = None,
        letters: Tensor | None = None,
        asked_pairs: Tensor | None = None,
        asked_letters: Tensor | None = None,
    ) -> Tensor:
        """Judge every piece, float32 [B, 1 + P, 4]; layout: base/stretch.py.

        Args:
            ids, bounds, same, pairs, letters: as the codec "text-asked" gives them.
            asked_ids, asked_pairs, asked_letters: of the question, likewise.
        """
        real_BP, real_BQ = bounds[:, :, 1] > 0, real_tokens(asked_ids)
        mirror_BP, mirror_BQ = mirror(real_BP), mirror(real_BQ)
        asked_BQF = self.drop(self.seen(asked_ids, asked_pairs, asked_letters))
        text_BPF = self.drop(self.seen(ids, pairs, letters))
        way_BPF = self.ways(same)
        near_BPF = self._most_alike(text_BPF, asked_BQF, real_BQ)
        asked_BQW = self.ask(asked_BQF, mirror_BQ)
        state_BPW = self.read(torch.cat([text_BPF, near_BPF, way_BPF], dim=2), mirror_BP)
        scores_BPQ = self.look(self.drop(state_BPW)) @ asked_BQW.transpose(1, 2)
        looked_BPW = _weighed(scores_BPQ, real_BQ) @ asked_BQW
        joined = torch.cat([state_BPW, looked_BPW, state_BPW * looked_BPW, way_BPF], dim=2)
        state_BPW = self.again(self.drop(joined), mirror_BP)
        whole_BW = self.whole(asked_BQW, real_BQ)
        for_start, for_end = self.judge(self.drop(whole_BW)).chunk(2, dim=1)
        state_BPW = self.drop(state_BPW)
        both = torch.stack([for_start, for_end], dim=2) / (2 * self.config.width) ** 0.5
        told_BP2 = state_BPW @ both + self.head(state_BPW)
        told_BP2 = torch.where(real_BP[:, :, None], told_BP2.float(), NEVER)
        silent_B2 = self.silence(whole_BW).float()
        whole = torch.cat([silent_B2[:, None], told_BP2], dim=1)
        places = functional.pad(bounds, (0, 0, 1, 0)).to(whole.dtype)
        return torch.cat([whole, places], dim=2)

    def _most_alike(self, text_BPF: Tensor, asked_BQF: Tensor, real_BQ: Tensor) -> Tensor:
        """For every piece the question's vectors, weighed by likeness, [B, P, F]."""
        one, other = self.align(text_BPF).relu(), self.align(asked_BQF).relu()
        return _weighed(one @ other.transpose(1, 2), real_BQ) @ asked_BQF


def _weighed(scores_BPQ: Tensor, real_BQ: Tensor) -> Tensor:
    return scores_BPQ.masked_fill(~real_BQ[:, None], NEVER).softmax(dim=2)
