"""A small vision Transformer: the picture as 8 × 8 patches, each of which looks at all others.

Patches → vectors + learned positions → pre-norm blocks → attention pooling → scores.
Sources: Dosovitskiy et al. 2021, arXiv:2010.11929 (patches as tokens); Xiong et al. 2020,
arXiv:2002.04745 (norms first). Differs from the first: pooled by attention, without a class token.

Rules: heads of 32 features; one block for every 32 of width.

Shapes: B rows, S edge of a picture, T patches, W width, H heads, E width of a head.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from umbrella.models.blocks import AttentionPool, make_head
from umbrella.models.image.planes import CHANNELS, check, to_planes
from umbrella.models.transformer.block import Block
from umbrella.models.transformer.config import HEAD, TransformerConfig, check_heads

WIDTH_PER_BLOCK = 32
ACROSS = 8  # patches along an edge


@dataclass(frozen=True)
class VitConfig:
    """Sizes of the network.

    Args:
        size: S.
        outputs: scores of a row.
        width: W, a multiple of HEAD.
        dropout: share of the states that training leaves out.
    """

    size: int
    outputs: int
    width: int = 96
    dropout: float = 0.1

    def __post_init__(self) -> None:
        check(self)
        check_heads(self.width)

    @property
    def heads(self) -> int:
        """H."""
        return self.width // HEAD

    @property
    def patch(self) -> int:
        """Edge of a patch; pixels left over at the right and below are not looked at."""
        return self.size // ACROSS

    @property
    def patches(self) -> int:
        """T."""
        return (self.size // self.patch) ** 2


class Vit(nn.Module):
    """Score pictures; see the module docstring for the design."""

    Config = VitConfig

    def __init__(self, config: VitConfig):
        super().__init__()
        self.config = config
        width = config.width
        self.embed = nn.Conv2d(CHANNELS, width, config.patch, stride=config.patch)
        self.places = nn.Parameter(0.02 * torch.randn(config.patches, width))
        body = TransformerConfig.small(width, -(-width // WIDTH_PER_BLOCK), config.dropout)
        self.blocks = nn.Sequential(*(Block(body) for _ in range(body.layers)))
        self.norm = nn.LayerNorm(width)
        self.pool = AttentionPool(width)
        self.drop = nn.Dropout(config.dropout)
        self.head = make_head(width, config.outputs)

    def features(self, pixels: Tensor) -> Tensor:
        """The pooled states of each row, float32 [B, W].

        Args:
            pixels: uint8 [B, S, S, 3].
        """
        x_BTW = self.embed(to_planes(pixels)).flatten(2).transpose(1, 2) + self.places
        x_BTW = self.norm(self.blocks(self.drop(x_BTW)))
        return self.pool(x_BTW, torch.ones_like(x_BTW[:, :, 0], dtype=torch.bool))

    def forward(self, pixels: Tensor) -> Tensor:
        """Score each output, float32 [B, outputs]; arguments as in `features`."""
        return self.head(self.drop(self.features(pixels)))
