"""The two-layer network of every place, plain or gated.

Gates: Shazeer 2020, "GLU Variants Improve Transformer", arXiv:2002.05202.
"""

from torch import Tensor, nn

from umbrella.models.transformer.config import GATED, TransformerConfig


class Gated(nn.Module):
    """The first half of the features, through an activation, times the second half."""

    def __init__(self, activation: nn.Module):
        super().__init__()
        self.activation = activation

    def forward(self, x: Tensor) -> Tensor:
        """[..., 2 F] → [..., F]."""
        gate, value = x.chunk(2, dim=-1)
        return self.activation(gate) * value  # type: ignore[no-any-return]


def make_activation(name: str) -> nn.Module:
    """The activation of a config's name."""
    if name in GATED:
        return Gated(make_activation(GATED[name]))
    plain: dict[str, type[nn.Module]] = {"gelu": nn.GELU, "relu": nn.ReLU, "silu": nn.SiLU}
    return plain[name]() if name in plain else nn.GELU(approximate="tanh")


def make_mlp(config: TransformerConfig) -> nn.Sequential:
    """W → mlp_width (twice as many rows where gated: gates first) → W."""
    hidden = config.mlp_width * (2 if config.gated else 1)
    return nn.Sequential(
        nn.Linear(config.width, hidden, bias=config.bias_mlp),
        make_activation(config.activation),
        nn.Linear(config.mlp_width, config.width, bias=config.bias_mlp),
    )
