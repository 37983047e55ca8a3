"""A residual network of eight convolutions, small enough to train on a CPU.

    stem → halve to 2W → block → halve to 4W → halve to 4W → block → strongest match → scores

Sources: He et al. 2016, arXiv:1512.03385 (blocks); Page 2018, "How to train your ResNet" (this
order of layers, and the maximum at the end). Differs from it: half as many channels towards the
end, and the maximum over 2 × 2 comes before the norm.

Shapes: B rows, S edge of a picture, W width, C channels, H height and width of planes.
"""

from dataclasses import dataclass

from torch import Tensor, nn

from umbrella.models.blocks import make_head
from umbrella.models.image.planes import PEAK, ConvNorm, Stem, check, to_planes


@dataclass(frozen=True)
class ResidualConfig:
    """Sizes of the network.

    Args:
        size: S.
        outputs: scores of a row.
        width: W, channels of the first layer.
        dropout: share of the features that training leaves out.
    """

    size: int
    outputs: int
    width: int = 24
    dropout: float = 0.0

    def __post_init__(self) -> None:
        check(self)


class Block(nn.Module):
    """Two convolutions whose result is added to what came in.

    Args:
        channels: C.
    """

    def __init__(self, channels: int):
        super().__init__()
        self.first = ConvNorm(channels, channels)
        self.second = ConvNorm(channels, channels)

    def forward(self, planes_BCHH: Tensor) -> Tensor:
        """[B, C, H, H] → the same."""
        out: Tensor = planes_BCHH + self.second(self.first(planes_BCHH))
        return out


class Residual(nn.Module):
    """Score pictures; see the module docstring for the design."""

    Config = ResidualConfig

    def __init__(self, config: ResidualConfig):
        super().__init__()
        self.config = config
        width = config.width
        self.layers = nn.Sequential(
            Stem(config.size, width),
            ConvNorm(width, 2 * width, halve=True),
            Block(2 * width),
            ConvNorm(2 * width, 4 * width, halve=True),
            ConvNorm(4 * width, 4 * width, halve=True),
            Block(4 * width),
        )
        self.drop = nn.Dropout(config.dropout)
        self.head = make_head(4 * width, config.outputs)

    def features(self, pixels: Tensor) -> Tensor:
        """The strongest match of every filter, float32 [B, 4W], at least 0.

        Args:
            pixels: uint8 [B, S, S, 3].
        """
        matches: Tensor = self.layers(to_planes(pixels))
        return matches.amax(dim=(2, 3)) / PEAK

    def forward(self, pixels: Tensor) -> Tensor:
        """Score each output, float32 [B, outputs]; arguments as in `features`."""
        return self.head(self.drop(self.features(pixels)))
