"""Every pixel votes for every answer: the simplest network that looks at a picture.

Shapes: B rows, S edge of a picture, G cells along an edge.
"""

from dataclasses import dataclass

from torch import Tensor, nn
from torch.nn import functional

from umbrella.models.blocks import check_size
from umbrella.models.image.planes import CHANNELS, MOST, check, to_planes


@dataclass(frozen=True)
class LinearConfig:
    """Sizes of the network.

    Args:
        size: S.
        outputs: scores of a row.
        grid: most cells along an edge; the pixels of a cell are averaged first.
    """

    size: int
    outputs: int
    grid: int = 32

    def __post_init__(self) -> None:
        check(self)
        check_size("grid", self.grid, MOST)

    @property
    def cell(self) -> int:
        """Edge of a cell in pixels; what is left over at the right and below is not looked at."""
        return -(-self.size // self.grid)


class Linear(nn.Module):
    """Score pictures by a weighted sum of their pixels."""

    Config = LinearConfig

    def __init__(self, config: LinearConfig):
        super().__init__()
        self.config = config
        cells = config.size // config.cell
        self.votes = nn.Linear(CHANNELS * cells**2, config.outputs)
        nn.init.normal_(self.votes.weight, std=1e-3)  # there are thousands of pixels
        nn.init.zeros_(self.votes.bias)

    def forward(self, pixels: Tensor) -> Tensor:
        """Score each output, float32 [B, outputs].

        Args:
            pixels: uint8 [B, S, S, 3].
        """
        planes_B3SS = to_planes(pixels)
        if self.config.cell > 1:
            planes_B3SS = functional.avg_pool2d(planes_B3SS, self.config.cell)
        return self.votes(planes_B3SS.flatten(1))
