"""Every piece is labelled by an LSTM that reads the text in both directions.

    pieces → vectors → LSTM rightward and leftward, side by side → linear → labels, or a chain of
    labels in which neighbours have a say (a conditional random field)

Sources: Huang, Xu, Yu 2015, "Bidirectional LSTM-CRF models for sequence tagging"; Lample et al.
2016. Shapes: B rows, P pieces, F features, W width, C labels.
"""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from umbrella.base.chain import MORE
from umbrella.models.blocks import make_head, mirror, reorder
from umbrella.models.tag.pieces import PiecesConfig, Seen, as_chain, make_rules


@dataclass(frozen=True)
class TagRecurrentConfig(PiecesConfig):
    """Sizes of the network.

    Args:
        chain: whether labels have a say in their neighbours'.
    """

    chain: bool = False


class TagRecurrent(nn.Module):
    """Label pieces; see the module docstring for the design."""

    Config = TagRecurrentConfig

    def __init__(self, config: TagRecurrentConfig):
        super().__init__()
        self.config = config
        self.seen = Seen(config)
        self.drop = nn.Dropout(config.dropout)
        self.rightward = nn.LSTM(self.seen.features, config.width, batch_first=True)
        self.leftward = nn.LSTM(self.seen.features, config.width, batch_first=True)
        self.head = make_head(2 * config.width, config.outputs - MORE)
        self.rules = make_rules(config.outputs) if config.chain else None
        for reader in (self.rightward, self.leftward):
            weights: Any = dict(reader.named_parameters())
            weights["bias_ih_l0"].data[config.width : 2 * config.width] = 1.0  # forget gates open
            for gate in weights["weight_hh_l0"].data.split(config.width):
                nn.init.orthogonal_(gate)

    def forward(
        self,
        ids: Tensor,
        bounds: Tensor,
        pairs: Tensor | None = None,
        letters: Tensor | None = None,
    ) -> Tensor:
        """The chain, float32 [B, C + 2 + P, C + 2].

        Args:
            ids, bounds, pairs, letters: as the codec "text-pieces" gives them.
        """
        mirror_BP = mirror(bounds[:, :, 1] > 0)
        x_BPF = self.drop(self.seen(ids, pairs, letters))
        right_BPW, _ = self.rightward(x_BPF)
        left_BPW, _ = self.leftward(reorder(x_BPF, mirror_BP))
        x_BPF = torch.cat([right_BPW, reorder(left_BPW, mirror_BP)], dim=2)
        return as_chain(self.head(self.drop(x_BPF)), bounds, self.rules)
