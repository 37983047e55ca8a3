"""What networks of videos share: from the codec's frames to planes, and a reader of one picture.

Planes keep the order of the pixels in memory, channels last, in which convolutions run faster on a
CPU, and in which all pictures of all clips are one batch at no cost.

Shapes: B rows, T pictures of each, S edge of a picture, H height and width of planes, C and D
channels, W width.
"""

from typing import Any

import torch
from torch import Tensor, nn

from umbrella.base.errors import ConfigError
from umbrella.models.blocks import check_size, check_sizes

LEAST, MOST = 8, 512  # edges of a picture, in pixels
MANIEST = 256  # pictures of a clip
COLOURS = 3
PEAK = 4.0  # the largest of many normed values is about this; divided by it, a head starts quiet
MIDDLE, SCALE = 127.5, 63.75  # near the mean and the deviation of pixels in photographs
PLENTY = 16  # edge of the planes that convolutions begin with: a clip has many pictures


def check(config: Any) -> None:
    """Refuse a config whose sizes are out of range; `size` and `frames` are those of the codec.

    Raises:
        ConfigError: names the setting, the value and the range.
    """
    check_sizes(config)
    check_size("size", config.size, MOST)
    check_size("frames", config.frames, MANIEST)
    if config.size < LEAST:
        raise ConfigError(
            f"size={config.size} is not in {LEAST}..{MOST:,}. Give the codec a larger size."
        )


def to_numbers(frames_BTSSC: Tensor) -> Tensor:
    """Pixels near mean 0 and deviation 1, float32 [B, T, S, S, 3], from 0..255 of any dtype."""
    return (frames_BTSSC.float() - MIDDLE) / SCALE


def with_motion(numbers_BTSSC: Tensor) -> Tensor:
    """Each picture with what changed since the one before it, [B, T, S, S, 6]; 0 at the first."""
    change = numbers_BTSSC[:, 1:] - numbers_BTSSC[:, :-1]
    still = torch.zeros_like(numbers_BTSSC[:, :1])
    return torch.cat([numbers_BTSSC, torch.cat([still, change], dim=1)], dim=4)


def to_planes(numbers_BTSSC: Tensor) -> Tensor:
    """All pictures as one batch, [B · T, C, S, S], channels last in memory."""
    return numbers_BTSSC.flatten(0, 1).permute(0, 3, 1, 2)


class Stem(nn.Module):
    """The first convolution, in steps that leave about PLENTY × PLENTY planes of a large picture.

    Args:
        size: S.
        channels: C that come in.
        out: D that go out.
    """

    def __init__(self, size: int, channels: int, out: int):
        super().__init__()
        step = max(1, size // PLENTY)
        self.conv = nn.Conv2d(channels, out, step + 2, stride=step, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(out)

    def forward(self, planes_BCSS: Tensor) -> Tensor:
        """[B, C, S, S] → [B, D, H, H] with H near S // step, which is 8 or more."""
        out: Tensor = self.norm(self.conv(planes_BCSS)).relu()
        return out


class Halve(nn.Module):
    """A 3 × 3 convolution, a maximum over 2 × 2, batch norm, and what is above 0.

    Args:
        channels: C that come in.
        out: D that go out.
    """

    def __init__(self, channels: int, out: int):
        super().__init__()
        self.conv = nn.Conv2d(channels, out, 3, padding=1, bias=False)
        self.pool = nn.MaxPool2d(2)
        self.norm = nn.BatchNorm2d(out)

    def forward(self, planes_BCHH: Tensor) -> Tensor:
        """[B, C, H, H] → [B, D, H // 2, H // 2]."""
        out: Tensor = self.norm(self.pool(self.conv(planes_BCHH))).relu()
        return out


class PictureReader(nn.Module):
    """Three convolutions over each picture alone; the strongest match of every filter.

    Args:
        size: S.
        frames: T.
        channels: C of a picture.
        width: W, channels of the first layer; each further one has twice as many.
    """

    def __init__(self, size: int, frames: int, channels: int, width: int):
        super().__init__()
        self.frames, self.features = frames, 4 * width
        self.layers = nn.Sequential(
            Stem(size, channels, width), Halve(width, 2 * width), Halve(2 * width, 4 * width)
        )

    def forward(self, numbers_BTSSC: Tensor) -> Tensor:
        """[B, T, S, S, C] → [B, T, 4W], at least 0."""
        matches: Tensor = self.layers(to_planes(numbers_BTSSC)).amax(dim=(2, 3)) / PEAK
        return matches.view(-1, self.frames, self.features)
