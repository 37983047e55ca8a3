"""A recurrent reader in both directions, pooled by attention: RNN, GRU or LSTM by one setting.

Token ids → embeddings → states read left to right and right to left → attention → scores.
Sources: Elman 1990 (rnn), Cho et al. 2014 (gru), Hochreiter, Schmidhuber 1997 (lstm); Schuster,
Paliwal 1997 for two directions; Yang et al. 2016 for the pooling.

The second direction reads each row reversed within its own length, so that padding stays at the
end for both and never changes an output. Packed sequences would do the same, at half the speed
on a CPU, and do not export.

Shapes: B rows, T tokens, W width (embedding size and states per direction), F = 2 W features.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from umbrella.base.errors import unknown
from umbrella.models.blocks import (
    AttentionPool,
    check_sizes,
    make_embedding,
    make_head,
    mirror,
    real_tokens,
    reorder,
)

CELLS = {"rnn": nn.RNN, "gru": nn.GRU, "lstm": nn.LSTM}


@dataclass(frozen=True)
class RecurrentConfig:
    """Sizes of the network. Everything else follows from these."""

    vocab: int
    outputs: int
    width: int = 64  # W
    cell: str = "lstm"  # one of CELLS
    dropout: float = 0.3

    def __post_init__(self) -> None:
        check_sizes(self)
        if self.cell not in CELLS:
            raise unknown("cell", str(self.cell), CELLS)


class Recurrent(nn.Module):
    """Score rows of tokens; see the module docstring for the design."""

    Config = RecurrentConfig

    def __init__(self, config: RecurrentConfig):
        super().__init__()
        self.config = config
        width, cell = config.width, CELLS[config.cell]
        self.embed = make_embedding(config.vocab, width)
        self.rightward = cell(width, width, batch_first=True)
        self.leftward = cell(width, width, batch_first=True)
        self.pool = AttentionPool(2 * width)
        self.drop = nn.Dropout(config.dropout)
        self.head = make_head(2 * width, config.outputs)
        _start_gently(self)

    def features(self, ids: Tensor) -> Tensor:
        """The pooled states of each row, float32 [B, F].

        Args:
            ids: int64 [B, T] tokens in [0, vocab); 0 is padding.
        """
        real_BT = real_tokens(ids)
        mirror_BT = mirror(real_BT)
        x_BTW = self.drop(self.embed(ids))
        right_BTW, _ = self.rightward(x_BTW)
        left_BTW, _ = self.leftward(reorder(x_BTW, mirror_BT))
        states_BTF = torch.cat([right_BTW, reorder(left_BTW, mirror_BT)], dim=2)
        return self.pool(states_BTF, real_BT)

    def forward(self, ids: Tensor) -> Tensor:
        """Score each output, float32 [B, outputs]; arguments as in `features`."""
        return self.head(self.drop(self.features(ids)))


def _start_gently(network: Recurrent) -> None:
    """Orthogonal recurrence, and forget gates that start open (Jozefowicz et al. 2015)."""
    width = network.config.width
    for reader in (network.rightward, network.leftward):
        for gate in reader.weight_hh_l0.data.split(width):
            nn.init.orthogonal_(gate)
        if network.config.cell == "lstm":
            reader.bias_ih_l0.data[width : 2 * width] = 1.0
