"""A recurrent reader of log-mel frames in both directions, pooled by attention.

    frames → filters over time (stride 2) → ReLU → GRU, rightward and leftward → attention → scores

The stride halves the steps. The second direction reads each row reversed within its own length,
so that padding stays at the end for both and never changes an output; see models/text/recurrent.py.

Sources: Cho et al. 2014 (GRU); Schuster, Paliwal 1997 (two directions); Yang et al. 2016 (pooling).
Shapes: B rows, T frames, K bands, W width, F = 2 W features.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from umbrella.models.audio.frames import BANDS, real_frames
from umbrella.models.blocks import (
    AttentionPool,
    check_size,
    check_sizes,
    make_head,
    mirror,
    reorder,
)


@dataclass(frozen=True)
class RecurrentMelConfig:
    """Sizes of the network. Everything else follows from these."""

    bands: int  # K
    outputs: int
    width: int = 64  # W
    dropout: float = 0.3

    def __post_init__(self) -> None:
        check_size("bands", self.bands, BANDS)
        check_sizes(self)


class RecurrentMel(nn.Module):
    """Score rows of frames; see the module docstring for the design."""

    Config = RecurrentMelConfig

    def __init__(self, config: RecurrentMelConfig):
        super().__init__()
        self.config = config
        width = config.width
        self.filters = nn.Conv1d(config.bands, width, 5, stride=2, padding=2)
        self.rightward = nn.GRU(width, width, batch_first=True)
        self.leftward = nn.GRU(width, width, batch_first=True)
        self.pool = AttentionPool(2 * width)
        self.drop = nn.Dropout(config.dropout)
        self.head = make_head(2 * width, config.outputs)
        for reader in (self.rightward, self.leftward):
            for gate in reader.weight_hh_l0.data.split(width):  # type: ignore[operator]
                nn.init.orthogonal_(gate)

    def features(self, mel: Tensor) -> Tensor:
        """The pooled states of each row, float32 [B, F].

        Args:
            mel: float32 [B, T, K] as the codec "audio-mel" gives them.
        """
        frames_BTK, real_BT = real_frames(mel)
        x_BTW = self.filters(frames_BTK.transpose(1, 2)).relu().transpose(1, 2)
        x_BTW, real_BT = self.drop(x_BTW), real_BT[:, ::2]
        mirror_BT = mirror(real_BT)
        right_BTW, _ = self.rightward(x_BTW)
        left_BTW, _ = self.leftward(reorder(x_BTW, mirror_BT))
        states_BTF = torch.cat([right_BTW, reorder(left_BTW, mirror_BT)], dim=2)
        return self.pool(states_BTF, real_BT)

    def forward(self, mel: Tensor) -> Tensor:
        """Score each output, float32 [B, outputs]; arguments as in `features`."""
        return self.head(self.drop(self.features(mel)))
