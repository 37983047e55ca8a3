"""Two hidden layers over all pixels: a network that knows nothing of neighbours.

Each layer is normed over the batch, which on digits is worth half a point of accuracy.

Shapes: B rows, S edge of a picture, W width.
"""

from dataclasses import dataclass

from torch import Tensor, nn

from umbrella.models.blocks import make_head
from umbrella.models.image.planes import CHANNELS, check, to_planes


@dataclass(frozen=True)
class MLPConfig:
    """Sizes of the network.

    Args:
        size: S.
        outputs: scores of a row.
        width: W.
        dropout: share of the states that training leaves out.
    """

    size: int
    outputs: int
    width: int = 128
    dropout: float = 0.3

    def __post_init__(self) -> None:
        check(self)


class MLP(nn.Module):
    """Score pictures; see the module docstring for the design."""

    Config = MLPConfig

    def __init__(self, config: MLPConfig):
        super().__init__()
        self.config = config
        self.first = nn.Linear(CHANNELS * config.size**2, config.width)
        self.norm_first = nn.BatchNorm1d(config.width)
        self.second = nn.Linear(config.width, config.width)
        self.norm_second = nn.BatchNorm1d(config.width)
        self.drop = nn.Dropout(config.dropout)
        self.head = make_head(config.width, config.outputs)

    def features(self, pixels: Tensor) -> Tensor:
        """States of the second hidden layer, float32 [B, W], at least 0.

        Args:
            pixels: uint8 [B, S, S, 3].
        """
        states_BW = self.norm_first(self.first(to_planes(pixels).flatten(1))).relu()
        out: Tensor = self.norm_second(self.second(self.drop(states_BW))).relu()
        return out

    def forward(self, pixels: Tensor) -> Tensor:
        """Score each output, float32 [B, outputs]; arguments as in `features`."""
        return self.head(self.drop(self.features(pixels)))
