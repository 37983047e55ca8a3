"""A weighted sum over the numbers that describe a clip.

The weights come from a convex solver (fit/solve_stats.py). Its size dial is into how many parts
the codec cuts a clip; the network itself has none.

Shapes: B rows, F numbers, C outputs, D directions stored.
"""

from dataclasses import dataclass

import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from umbrella.base.errors import ConfigError
from umbrella.models.audio.frames import NUMBERS
from umbrella.models.blocks import both_sides, check_size, check_sizes, directions


@dataclass(frozen=True)
class LinearStatsConfig:
    """Sizes of the network."""

    numbers: int  # F
    outputs: int  # C

    def __post_init__(self) -> None:
        check_size("numbers", self.numbers, NUMBERS)
        check_sizes(self)

    @property
    def directions(self) -> int:
        """D."""
        return directions(self.outputs)


class LinearStats(nn.Module):
    """Score rows of numbers; see the module docstring for the design."""

    Config = LinearStatsConfig

    def __init__(self, config: LinearStatsConfig):
        super().__init__()
        self.config = config
        self.weights = nn.Parameter(torch.zeros(config.numbers, config.directions))
        self.bias = nn.Parameter(torch.zeros(config.directions))

    @torch.no_grad()
    def set_solution(self, coef_DF: NDArray, intercept_D: NDArray) -> None:
        """Take over what a solver found.

        Args:
            coef_DF: as scikit-learn's `coef_`: one row for two classes (positive means the second)
                or for a number, else a row per class.
            intercept_D: as scikit-learn's `intercept_`.

        Raises:
            ConfigError: the shapes are not those of this network.
        """
        coef_FD, bias_D = torch.from_numpy(coef_DF).T, torch.from_numpy(intercept_D)
        if coef_FD.shape != self.weights.shape or bias_D.shape != self.bias.shape:
            raise ConfigError(
                f"A solution of shapes {coef_DF.shape} and {intercept_D.shape} does not fit "
                f"{self.config.directions} directions over {self.config.numbers} numbers. Solve "
                f"with the same codec and classes."
            )
        self.weights.copy_(coef_FD)
        self.bias.copy_(bias_D)

    def forward(self, stats: Tensor) -> Tensor:
        """Score each output.

        Args:
            stats: float32 [B, F].

        Returns:
            float32 [B, C]. With two classes the log-odds z are given as (-z/2, z/2).
        """
        scores_BD = stats @ self.weights + self.bias
        return both_sides(scores_BD, self.config.outputs)
