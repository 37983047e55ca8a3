"""Three convolutions, each over planes half as wide as the last: which small shapes there are.

Shapes: B rows, S edge of a picture, W width.
"""

from dataclasses import dataclass

from torch import Tensor, nn

from umbrella.models.blocks import make_head
from umbrella.models.image.planes import PEAK, ConvNorm, Stem, check, to_planes


@dataclass(frozen=True)
class ConvConfig:
    """Sizes of the network.

    Args:
        size: S.
        outputs: scores of a row.
        width: W, channels of the first layer; each further one has twice as many.
        dropout: share of the features that training leaves out.
    """

    size: int
    outputs: int
    width: int = 16
    dropout: float = 0.1

    def __post_init__(self) -> None:
        check(self)


class Conv(nn.Module):
    """Score pictures; see the module docstring for the design."""

    Config = ConvConfig

    def __init__(self, config: ConvConfig):
        super().__init__()
        self.config = config
        width = config.width
        self.layers = nn.Sequential(
            Stem(config.size, width),
            ConvNorm(width, 2 * width, halve=True),
            ConvNorm(2 * width, 4 * width, halve=True),
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
