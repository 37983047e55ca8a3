"""A residual network whose every convolution is one over space and then one over time.

    pictures and changes → stem → halve → block → halve space and time → block
        → strongest match over space, mean over time → scores

Source: Tran et al. 2018, arXiv:1711.11248 (a 3 × 3 × 3 convolution as 1 × 3 × 3 and 3 × 1 × 1 of
as many weights, with a norm and a ReLU between). Differs from it: two stages, not four; a
maximum over 2 × 2 places instead of steps of two; the maximum over places at the end; what changed
since the picture before is given beside each picture. Without that, little data teach it nothing:
.54 of 100 clips of surv_fight_video right, .62 with it (one seed of five-fold cross-validation).

Both are written as convolutions over planes, of channels last: those over three dimensions take
more than twice as long on a CPU.

Shapes: B rows, T pictures of each, S edge of a picture, W width, C, M and D channels, H height and
width of planes; N = B · T.
"""

from dataclasses import dataclass

from torch import Tensor, nn

from umbrella.models.blocks import make_head
from umbrella.models.video.planes import (
    COLOURS,
    PEAK,
    Stem,
    check,
    to_numbers,
    to_planes,
    with_motion,
)


@dataclass(frozen=True)
class Conv21dConfig:
    """Sizes of the network.

    Args:
        size: S.
        frames: T.
        outputs: scores of a row.
        width: W, channels of the first layer.
        dropout: share of the features that training leaves out.
    """

    size: int
    frames: int
    outputs: int
    width: int = 6
    dropout: float = 0.2

    def __post_init__(self) -> None:
        check(self)


class SpaceTime(nn.Module):
    """A convolution over 3 × 3 places, then one over three pictures.

    Args:
        channels: C that come in.
        out: D that go out.
        frames: T that come in.
        halve: whether height and width are halved.
        step: 2 where every second picture is left out.
    """

    def __init__(self, channels: int, out: int, frames: int, halve: bool = False, step: int = 1):
        super().__init__()
        self.frames = frames
        between = max(1, 27 * channels * out // (9 * channels + 3 * out))  # M, of the paper
        self.space = nn.Conv2d(channels, between, 3, padding=1, bias=False)
        self.halve = nn.MaxPool2d(2) if halve else nn.Identity()
        self.norm = nn.BatchNorm2d(between)
        self.time = nn.Conv2d(between, out, (3, 1), stride=(step, 1), padding=(1, 0), bias=False)
        self.last = nn.BatchNorm2d(out)

    def forward(self, planes_NCHH: Tensor) -> Tensor:
        """[N, C, H, H] → [N, D, H or H // 2, the same]; fewer rows where pictures are left out."""
        x_NMHH: Tensor = self.norm(self.halve(self.space(planes_NCHH))).relu()
        edge = x_NMHH.shape[2]
        x_BMTP = x_NMHH.permute(0, 2, 3, 1).unflatten(0, (-1, self.frames)).flatten(2, 3)
        x_BDTP = self.last(self.time(x_BMTP.permute(0, 3, 1, 2)))
        x_NHHD = x_BDTP.permute(0, 2, 3, 1).flatten(0, 1).unflatten(1, (edge, edge))
        return x_NHHD.permute(0, 3, 1, 2)


class Block(nn.Module):
    """Two convolutions over space and time whose result is added to what came in.

    Args:
        channels: C.
        frames: T.
    """

    def __init__(self, channels: int, frames: int):
        super().__init__()
        self.first = SpaceTime(channels, channels, frames)
        self.second = SpaceTime(channels, channels, frames)

    def forward(self, planes_NCHH: Tensor) -> Tensor:
        """[N, C, H, H] → the same."""
        out: Tensor = (planes_NCHH + self.second(self.first(planes_NCHH).relu())).relu()
        return out


class Conv21d(nn.Module):
    """Score videos; see the module docstring for the design."""

    Config = Conv21dConfig

    def __init__(self, config: Conv21dConfig):
        super().__init__()
        self.config = config
        width, frames = config.width, config.frames
        self.left = (frames + 1) // 2  # pictures after the step over every second
        self.layers = nn.Sequential(
            Stem(config.size, 2 * COLOURS, width),
            SpaceTime(width, 2 * width, frames, halve=True),
            nn.ReLU(),
            Block(2 * width, frames),
            SpaceTime(2 * width, 4 * width, frames, halve=True, step=2),
            nn.ReLU(),
            Block(4 * width, self.left),
        )
        self.drop = nn.Dropout(config.dropout)
        self.head = make_head(4 * width, config.outputs)

    def features(self, frames: Tensor) -> Tensor:
        """The mean over time of the strongest match of every filter, float32 [B, 4W], at least 0.

        Args:
            frames: uint8 [B, T, S, S, 3].
        """
        planes_NCSS = to_planes(with_motion(to_numbers(frames)))
        matches_NF = self.layers(planes_NCSS).amax(dim=(2, 3)) / PEAK
        out: Tensor = matches_NF.unflatten(0, (-1, self.left)).mean(dim=1)
        return out

    def forward(self, frames: Tensor) -> Tensor:
        """Score each output, float32 [B, outputs]; arguments as in `features`."""
        return self.head(self.drop(self.features(frames)))
