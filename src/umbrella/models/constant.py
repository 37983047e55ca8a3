"""The rung below all others: one answer for every row, whatever the row holds.

It is the simple baseline as a network, so that it is scored, exported and shipped like the rest.

Shapes: B rows, C outputs, P places of an answer that has several.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from umbrella.models.blocks import SIZES, check_size, check_sizes


@dataclass(frozen=True)
class ConstantConfig:
    """Sizes of the network.

    Args:
        outputs: C.
    """

    outputs: int

    def __post_init__(self) -> None:
        check_sizes(self)


class Constant(nn.Module):
    """Answer `bias` for every row; the solver "mean" sets it."""

    Config = ConstantConfig

    def __init__(self, config: ConstantConfig):
        super().__init__()
        self.config = config
        self.bias = nn.Parameter(torch.zeros(config.outputs))

    def forward(self, **named: Tensor) -> Tensor:
        """Repeat the answer.

        Args:
            named: any tensors whose first dimension is B.

        Returns:
            The same scores in every row, float32 [B, C].
        """
        rows = next(iter(named.values())).shape[0]
        return self.bias.unsqueeze(0).expand(rows, self.config.outputs)


@dataclass(frozen=True)
class ConstantPlacesConfig:
    """Sizes of the network.

    Args:
        outputs: C.
        places: P, as many as the simple rule of `transcribe` has.
    """

    outputs: int
    places: int = 64

    def __post_init__(self) -> None:
        check_sizes(self)
        check_size("places", self.places, SIZES["width"])


class ConstantPlaces(nn.Module):
    """Answer `bias` for every row, place by place; the solver "mean" sets it."""

    Config = ConstantPlacesConfig

    def __init__(self, config: ConstantPlacesConfig):
        super().__init__()
        self.config = config
        self.bias = nn.Parameter(torch.zeros(config.places, config.outputs))

    def forward(self, **named: Tensor) -> Tensor:
        """Repeat the answer; arguments as in `Constant`. float32 [B, P, C]."""
        rows = next(iter(named.values())).shape[0]
        return self.bias.unsqueeze(0).expand(rows, *self.bias.shape)
