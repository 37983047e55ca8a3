"""A weighted sum over the signals of a table, with one weight for every level of a category.

The weights come from a convex solver (fit/solve_table.py): logistic regression for classes, ridge
regression for a quantity. Its size dial is how many levels the codec keeps.
Shapes: B rows, F signals, G category columns, L codes of all of them, C outputs, D directions.
"""

from dataclasses import dataclass

import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from umbrella.base.errors import ConfigError
from umbrella.models.blocks import both_sides, directions
from umbrella.models.table.inputs import Levels, check_table


@dataclass(frozen=True)
class LinearTableConfig:
    """Sizes of the network."""

    numbers: int  # F
    levels: tuple[int, ...]  # [G]
    outputs: int  # C

    def __post_init__(self) -> None:
        check_table(self)

    @property
    def directions(self) -> int:
        """D."""
        return directions(self.outputs)


class LinearTable(nn.Module):
    """Score rows of a table; see the module docstring for the design."""

    Config = LinearTableConfig

    def __init__(self, config: LinearTableConfig):
        super().__init__()
        self.config = config
        if config.numbers:
            self.weights = nn.Parameter(torch.zeros(config.numbers, config.directions))
        if config.levels:
            self.levels = Levels(config.levels, config.directions)
        self.bias = nn.Parameter(torch.zeros(config.directions))

    @torch.no_grad()
    def set_solution(self, coef_DV: NDArray, intercept_D: NDArray) -> None:
        """Take over what a solver found.

        Args:
            coef_DV: a weight for each of the F signals, then for each of the L codes: one row for
                two classes (positive means the second) or for a number, else a row per class.
            intercept_D: added to every score.

        Raises:
            ConfigError: the shapes are not those of this network.
        """
        config = self.config
        expected = (config.directions, config.numbers + sum(config.levels))
        if coef_DV.shape != expected or intercept_D.shape != expected[:1]:
            raise ConfigError(
                f"A solution of shapes {coef_DV.shape} and {intercept_D.shape} does not fit a "
                f"network of {expected}. Solve with the same codec and classes."
            )
        coef_VD = torch.from_numpy(coef_DV).T
        if config.numbers:
            self.weights.copy_(coef_VD[: config.numbers])
        if config.levels:
            self.levels.table.weight.copy_(coef_VD[config.numbers :])
        self.bias.copy_(torch.from_numpy(intercept_D))

    def forward(self, numbers: Tensor | None = None, codes: Tensor | None = None) -> Tensor:
        """Score each output.

        Args:
            numbers: float32 [B, F]; None where F is 0.
            codes: int64 [B, G]; None where G is 0.

        Returns:
            float32 [B, C]. With two classes the log-odds z are given as (-z/2, z/2).
        """
        scores_BD: Tensor = self.bias
        if numbers is not None:
            scores_BD = scores_BD + numbers @ self.weights
        if codes is not None:
            scores_BD = scores_BD + self.levels(codes).sum(dim=1)
        return both_sides(scores_BD, self.config.outputs)
