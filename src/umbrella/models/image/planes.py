"""What networks of pictures share: from the codec's pixels to planes, and the usual convolution.

Shapes: B rows, S edge of a picture, H height and width of planes, C and D channels.
"""

from typing import Any

from torch import Tensor, nn

from umbrella.base.errors import ConfigError
from umbrella.models.blocks import check_size, check_sizes

LEAST, MOST = 8, 1024  # edges of a picture, in pixels
CHANNELS = 3
PEAK = 4.0  # the largest of many normed values is about this; divided by it, a head starts quiet
MIDDLE, SCALE = 127.5, 63.75  # near the mean and the deviation of pixels in photographs
PLENTY = 32  # edge of the planes that convolutions begin with; more costs time and says little


def check(config: Any) -> None:
    """Refuse a config whose sizes are out of range; its `size` is the edge of the pictures.

    Raises:
        ConfigError: names the setting, the value and the range.
    """
    check_sizes(config)
    check_size("size", config.size, MOST)
    if config.size < LEAST:
        raise ConfigError(
            f"size={config.size} is not in {LEAST}..{MOST:,}. Give the codec a larger size."
        )


def to_planes(pixels_BSSC: Tensor) -> Tensor:
    """Bring pixels near mean 0 and deviation 1.

    The planes keep the order of the pixels in memory, channels last, in which convolutions run
    a third faster on a CPU.

    Args:
        pixels_BSSC: [B, S, S, 3] in 0..255, of any dtype.

    Returns:
        float32 [B, 3, S, S].
    """
    return ((pixels_BSSC.float() - MIDDLE) / SCALE).permute(0, 3, 1, 2)


class ConvNorm(nn.Module):
    """A 3 × 3 convolution, a maximum over 2 × 2 where asked, batch norm, and what is above 0.

    The maximum comes before the norm: it then has a quarter of the work, and the norm's scale
    stays above 0 in practice, so that little changes.

    Args:
        channels: C that come in.
        out: D that go out.
        halve: whether height and width are halved.
    """

    def __init__(self, channels: int, out: int, halve: bool = False):
        super().__init__()
        self.conv = nn.Conv2d(channels, out, 3, padding=1, bias=False)
        self.halve = nn.MaxPool2d(2) if halve else nn.Identity()
        self.norm = nn.BatchNorm2d(out)

    def forward(self, planes_BCHH: Tensor) -> Tensor:
        """[B, C, H, H] → [B, D, H or H // 2, the same]."""
        out: Tensor = self.norm(self.halve(self.conv(planes_BCHH))).relu()
        return out


class Stem(nn.Module):
    """The first convolution, in steps that leave about PLENTY × PLENTY planes of a large picture.

    Args:
        size: S.
        out: D.
    """

    def __init__(self, size: int, out: int):
        super().__init__()
        step = max(1, size // PLENTY)
        self.conv = nn.Conv2d(CHANNELS, out, step + 2, stride=step, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(out)

    def forward(self, planes_BCSS: Tensor) -> Tensor:
        """[B, 3, S, S] → [B, D, H, H] with H in S // step, which is 8 or more."""
        out: Tensor = self.norm(self.conv(planes_BCSS)).relu()
        return out
