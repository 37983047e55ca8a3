"""Bag of words, linear: a score per class is a weighted sum over the n-grams of a row.

The weights come from a convex solver (a linear support vector machine), not from gradient steps.
Source: Joachims 1998, "Text Categorization with Support Vector Machines". Its size dial is the
number of features of its codec; the network itself has none.

Shapes: B rows, T features of the longest row, V features known, C outputs, D directions stored.
"""

from dataclasses import dataclass

import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from umbrella.base.errors import ConfigError
from umbrella.models.blocks import both_sides, check_sizes, directions


@dataclass(frozen=True)
class LinearBagConfig:
    """Sizes of the network."""

    vocab: int  # V
    outputs: int  # C

    def __post_init__(self) -> None:
        check_sizes(self)

    @property
    def directions(self) -> int:
        """D."""
        return directions(self.outputs)


class LinearBag(nn.Module):
    """Score rows of weighted features; see the module docstring for the design."""

    Config = LinearBagConfig

    def __init__(self, config: LinearBagConfig):
        super().__init__()
        self.config = config
        self.table = nn.Embedding(config.vocab, config.directions)
        self.bias = nn.Parameter(torch.zeros(config.directions))
        nn.init.zeros_(self.table.weight)

    @torch.no_grad()
    def set_solution(self, coef_DV: NDArray, intercept_D: NDArray) -> None:
        """Take over what a solver found.

        Args:
            coef_DV: weight of every feature, as scikit-learn's `coef_`: one row for two classes
                (positive means the second class) or for a number, else a row per class.
            intercept_D: as scikit-learn's `intercept_`.

        Raises:
            ConfigError: the shapes are not those of this network.
        """
        coef_VD, bias_D = torch.from_numpy(coef_DV).T, torch.from_numpy(intercept_D)
        if coef_VD.shape != self.table.weight.shape or bias_D.shape != self.bias.shape:
            raise ConfigError(
                f"A solution of shapes {coef_DV.shape} and {intercept_D.shape} does not fit a bag "
                f"of {self.config.directions} directions over {self.config.vocab} features. Solve "
                f"with the same codec and classes."
            )
        self.table.weight.copy_(coef_VD)
        self.bias.copy_(bias_D)

    def forward(self, ids: Tensor, weights: Tensor) -> Tensor:
        """Score each output.

        Args:
            ids: int64 [B, T] features in [0, V).
            weights: float32 [B, T], their weights; 0 is padding.

        Returns:
            float32 [B, C]. With two classes the signed distance z is given as (-z/2, z/2), whose
            softmax is the sigmoid of z.
        """
        scores_BD = (weights.unsqueeze(1) @ self.table(ids)).squeeze(1) + self.bias
        return both_sides(scores_BD, self.config.outputs)
