"""A convolutional reader of log-mel frames: small patterns of time and pitch, wherever they stand.

    frames → 3 × (3×3 filters → batch norm → ReLU → halve) → filters over time → mean and maximum

The first two stages halve time and pitch, the third pitch alone. Places beyond a clip's end are
set to zero after every stage, and zero is the least that ReLU gives: so padding changes no output.

Source: Piczak 2015, "Environmental Sound Classification with Convolutional Neural Networks".
Shapes: B rows, T frames, K bands, W width, F = 8 W features.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from umbrella.models.audio.frames import BANDS, real_frames
from umbrella.models.blocks import check_size, check_sizes, make_head

HALVED = 3  # times that the bands are halved, rounded up


@dataclass(frozen=True)
class ConvMelConfig:
    """Sizes of the network. Everything else follows from these."""

    bands: int  # K
    outputs: int
    width: int = 16  # W
    dropout: float = 0.3

    def __post_init__(self) -> None:
        check_size("bands", self.bands, BANDS)
        check_sizes(self)


class ConvMel(nn.Module):
    """Score rows of frames; see the module docstring for the design."""

    Config = ConvMelConfig

    def __init__(self, config: ConvMelConfig):
        super().__init__()
        self.config = config
        width = config.width
        sizes = ((1, width), (width, width), (width, 2 * width))
        self.filters = nn.ModuleList(nn.Conv2d(a, b, 3, padding=1, bias=False) for a, b in sizes)
        self.norms = nn.ModuleList(nn.BatchNorm2d(b) for _, b in sizes)
        left = -(-config.bands // 2**HALVED)
        self.overtime = nn.Conv1d(2 * width * left, 4 * width, 3, padding=1, bias=False)
        self.norm = nn.BatchNorm1d(4 * width)
        self.drop = nn.Dropout(config.dropout)
        self.head = make_head(8 * width, config.outputs)

    def features(self, mel: Tensor) -> Tensor:
        """The pooled patterns of each row, float32 [B, F], at least 0.

        Args:
            mel: float32 [B, T, K] as the codec "audio-mel" gives them.
        """
        frames_BTK, real_BT = real_frames(mel)
        x_BWTK = frames_BTK.unsqueeze(1)
        for stage, (filters, norm) in enumerate(zip(self.filters, self.norms, strict=True)):
            x_BWTK = norm(filters(x_BWTK)).relu() * real_BT[:, None, :, None]
            last = stage == HALVED - 1
            x_BWTK = functional.max_pool2d(x_BWTK, (1, 2) if last else 2, ceil_mode=True)
            real_BT = real_BT if last else real_BT[:, ::2]
        x_BCT = x_BWTK.transpose(2, 3).flatten(1, 2)
        real_B1T = real_BT.unsqueeze(1)
        x_BCT = self.norm(self.overtime(x_BCT)).relu() * real_B1T
        mean_BC = x_BCT.sum(dim=2) / real_B1T.sum(dim=2)
        return torch.cat([mean_BC, x_BCT.amax(dim=2)], dim=1)

    def forward(self, mel: Tensor) -> Tensor:
        """Score each output, float32 [B, outputs]; arguments as in `features`."""
        return self.head(self.drop(self.features(mel)))
