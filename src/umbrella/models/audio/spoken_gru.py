"""Symbols of speech by layers of GRUs in both directions.

    frames → thinning → L × (GRU rightward and leftward, side by side) → linear → log-softmax

Each direction is a GRU of its own: the leftward one reads each row reversed within its length, so
that padding stays at the end for both.

Sources: Cho et al. 2014 (GRU); Graves, Mohamed, Hinton 2013 (both directions under CTC); Amodei et
al. 2016, "Deep Speech 2" (filters below).
Shapes: B rows, T frames, P places, K bands, W width, C outputs.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from umbrella.models.audio.frames import BANDS
from umbrella.models.audio.spoken import Thinning, log_chances, places_of
from umbrella.models.blocks import check_size, check_sizes, make_head, mirror, reorder

LAYERS = 8  # at most


@dataclass(frozen=True)
class SpokenGruConfig:
    """Sizes of the network. Everything else follows from these."""

    bands: int  # K
    outputs: int  # C, the blank among them
    width: int = 96  # W
    layers: int = 2  # L
    dropout: float = 0.2

    def __post_init__(self) -> None:
        check_size("bands", self.bands, BANDS)
        check_size("layers", self.layers, LAYERS)
        check_sizes(self)


class SpokenGru(nn.Module):
    """Score symbols place by place; see the module docstring for the design."""

    Config = SpokenGruConfig
    places = staticmethod(places_of)

    def __init__(self, config: SpokenGruConfig):
        super().__init__()
        self.config = config
        width = config.width
        self.thin = Thinning(config.bands, width, max(4, width // 6))
        entering = [width, *[2 * width] * (config.layers - 1)]
        self.rightward = nn.ModuleList(nn.GRU(n, width, batch_first=True) for n in entering)
        self.leftward = nn.ModuleList(nn.GRU(n, width, batch_first=True) for n in entering)
        self.drop = nn.Dropout(config.dropout)
        self.head = make_head(2 * width, config.outputs)
        for reader in (*self.rightward, *self.leftward):
            for gate in reader.weight_hh_l0.data.split(width):  # type: ignore[operator,union-attr]
                nn.init.orthogonal_(gate)

    def forward(self, mel: Tensor) -> Tensor:
        """Log-probabilities, float32 [B, P, C].

        Args:
            mel: float32 [B, T, K] as the codec "audio-mel" gives them.
        """
        x_BPW, real_BP = self.thin(mel)
        mirror_BP = mirror(real_BP)
        for rightward, leftward in zip(self.rightward, self.leftward, strict=True):
            x_BPW = self.drop(x_BPW)
            right_BPW, _ = rightward(x_BPW)
            left_BPW, _ = leftward(reorder(x_BPW, mirror_BP))
            x_BPW = torch.cat([right_BPW, reorder(left_BPW, mirror_BP)], dim=2)
        return log_chances(self.head(self.drop(x_BPW)), real_BP)
