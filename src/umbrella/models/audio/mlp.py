"""Two hidden layers over the numbers that describe a clip.

    numbers → dropout → linear → ReLU → dropout → linear → ReLU → dropout → scores

Shapes: B rows, F numbers, W width.
"""

from dataclasses import dataclass

from torch import Tensor, nn

from umbrella.models.audio.frames import NUMBERS
from umbrella.models.blocks import check_size, check_sizes, make_head


@dataclass(frozen=True)
class StatsMLPConfig:
    """Sizes of the network. Everything else follows from these."""

    numbers: int  # F
    outputs: int
    width: int = 128  # W
    dropout: float = 0.3

    def __post_init__(self) -> None:
        check_size("numbers", self.numbers, NUMBERS)
        check_sizes(self)


class StatsMLP(nn.Module):
    """Score rows of numbers; see the module docstring for the design."""

    Config = StatsMLPConfig

    def __init__(self, config: StatsMLPConfig):
        super().__init__()
        self.config = config
        self.drop = nn.Dropout(config.dropout)
        self.first = nn.Linear(config.numbers, config.width)
        self.second = nn.Linear(config.width, config.width)
        self.head = make_head(config.width, config.outputs)

    def features(self, stats: Tensor) -> Tensor:
        """The last hidden layer, float32 [B, W].

        Args:
            stats: float32 [B, F].
        """
        hidden_BW = self.first(self.drop(stats)).relu()
        return self.second(self.drop(hidden_BW)).relu()

    def forward(self, stats: Tensor) -> Tensor:
        """Score each output, float32 [B, outputs]; arguments as in `features`."""
        return self.head(self.drop(self.features(stats)))
