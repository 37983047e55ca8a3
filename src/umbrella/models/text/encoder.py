"""A small Transformer encoder: every token looks at every other one.

Token ids → embeddings + positions → pre-norm blocks → attention pooling → scores.
Sources: Vaswani et al. 2017, arXiv:1706.03762 (blocks, sinusoidal positions); Xiong et al. 2020,
arXiv:2002.04745 (norms first); Yang et al. 2016 (pooling, in place of a class token).
Positions are computed, not stored, so a row may have any length.

Rules: heads of 32 features; one block for every 64 of width, as nanochat's depth dial.

Shapes: B rows, T tokens, W width, H heads, E width of a head.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from umbrella.models.blocks import (
    AttentionPool,
    check_sizes,
    make_embedding,
    make_head,
    real_tokens,
)
from umbrella.models.transformer import HEAD, Block, check_heads

WIDTH_PER_BLOCK = 64


@dataclass(frozen=True)
class EncoderConfig:
    """Sizes of the network. Everything else follows from these."""

    vocab: int
    outputs: int
    width: int = 64  # W, a multiple of HEAD
    dropout: float = 0.1

    def __post_init__(self) -> None:
        check_sizes(self)
        check_heads(self.width)

    @property
    def heads(self) -> int:
        """H."""
        return self.width // HEAD

    @property
    def depth(self) -> int:
        """Number of blocks."""
        return math.ceil(self.width / WIDTH_PER_BLOCK)


class Encoder(nn.Module):
    """Score rows of tokens; see the module docstring for the design."""

    Config = EncoderConfig
    frequencies: Tensor

    def __init__(self, config: EncoderConfig):
        super().__init__()
        self.config = config
        self.embed = make_embedding(config.vocab, config.width)
        self.blocks = nn.ModuleList(Block(config) for _ in range(config.depth))
        self.norm = nn.LayerNorm(config.width)
        self.pool = AttentionPool(config.width)
        self.drop = nn.Dropout(config.dropout)
        self.head = make_head(config.width, config.outputs)
        steps = torch.arange(0, config.width, 2) / config.width
        self.register_buffer("frequencies", 10_000.0**-steps, persistent=False)

    def features(self, ids: Tensor) -> Tensor:
        """The pooled states of each row, float32 [B, W].

        Args:
            ids: int64 [B, T] tokens in [0, vocab); 0 is padding.
        """
        real_BT = real_tokens(ids)
        # Scaled as in section 3.4 of Vaswani et al., so that tokens and positions weigh alike.
        x_BTW = self.embed(ids) * math.sqrt(self.config.width) + self._positions(ids.shape[1])
        x_BTW = self.drop(x_BTW)
        for block in self.blocks:
            x_BTW = block(x_BTW, real_BT[:, None, None, :])
        return self.pool(self.norm(x_BTW), real_BT)

    def forward(self, ids: Tensor) -> Tensor:
        """Score each output, float32 [B, outputs]; arguments as in `features`."""
        return self.head(self.drop(self.features(ids)))

    def _positions(self, places: int) -> Tensor:
        """Sines and cosines of every place at every frequency, float32 [T, W]."""
        places_T1 = torch.arange(places, device=self.frequencies.device).unsqueeze(1)
        angles = places_T1 * self.frequencies
        return torch.cat([angles.sin(), angles.cos()], dim=1)
