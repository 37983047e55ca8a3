"""A small Transformer encoder: every token looks at every other one.

Token ids → embeddings + positions → pre-norm blocks → attention pooling → scores.
Sources: Vaswani et al. 2017, arXiv:1706.03762 (blocks, sinusoidal positions); Xiong et al. 2020,
arXiv:2002.04745 (norms first); Yang et al. 2016 (pooling, in place of a class token).
Positions are computed, not stored, so a row may have any length.

Rules: heads of 32 features; one block for every 64 of width, as nanochat's depth dial.

Shapes: B rows, T tokens, W width, H heads.
"""

import math
from dataclasses import dataclass

from torch import Tensor, nn

from umbrella.models.blocks import AttentionPool, check_sizes, make_head, real_tokens
from umbrella.models.transformer.config import HEAD, TransformerConfig, check_heads
from umbrella.models.transformer.transformer import Transformer

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

    @property
    def body(self) -> TransformerConfig:
        """The Transformer inside."""
        # Scaled as in section 3.4 of Vaswani et al., so that tokens and positions weigh alike.
        return TransformerConfig.small(
            self.width,
            self.depth,
            self.dropout,
            vocab=self.vocab,
            positions="sinusoidal",
            embed_scale=True,
            final_norm=True,
        )


class Encoder(nn.Module):
    """Score rows of tokens; see the module docstring for the design."""

    Config = EncoderConfig

    def __init__(self, config: EncoderConfig):
        super().__init__()
        self.config = config
        self.body = Transformer(config.body)
        self.pool = AttentionPool(config.width)
        self.drop = nn.Dropout(config.dropout)
        self.head = make_head(config.width, config.outputs)

    def features(self, ids: Tensor) -> Tensor:
        """The pooled states of each row, float32 [B, W].

        Args:
            ids: int64 [B, T] tokens in [0, vocab); 0 is padding.
        """
        real_BT = real_tokens(ids)
        return self.pool(self.body(ids, real=real_BT), real_BT)  # type: ignore[no-any-return]

    def forward(self, ids: Tensor) -> Tensor:
        """Score each output, float32 [B, outputs]; arguments as in `features`."""
        return self.head(self.drop(self.features(ids)))  # type: ignore[no-any-return]
