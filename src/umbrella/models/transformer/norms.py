"""Layer norm and root-mean-square norm.

Sources: Ba, Kiros, Hinton 2016, arXiv:1607.06450; Zhang, Sennrich 2019, arXiv:1910.07467.
"""

import torch
from torch import Tensor, nn

from umbrella.models.transformer.config import TransformerConfig


class RootMeanSquare(nn.Module):
    """x / √(mean x² + ε), times a weight for every feature."""

    def __init__(self, features: int, epsilon: float):
        super().__init__()
        self.epsilon = epsilon
        self.weight = nn.Parameter(torch.ones(features))

    def forward(self, x: Tensor) -> Tensor:
        """Norm over the last dimension, in float32 at least."""
        exact = x if x.dtype == torch.float64 else x.float()
        power = exact.square().mean(-1, keepdim=True)
        return self.weight * (exact * (power + self.epsilon).rsqrt()).to(x.dtype)


def make_norm(config: TransformerConfig, features: int) -> nn.Module:
    """The norm that a config asks for."""
    if config.norm == "rms":
        return RootMeanSquare(features, config.epsilon)
    return nn.LayerNorm(features, eps=config.epsilon)
