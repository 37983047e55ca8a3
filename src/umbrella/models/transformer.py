"""The block of every Transformer here: attention, then a small network at each place, norms first.

Sources: Vaswani et al. 2017, arXiv:1706.03762; Xiong et al. 2020, arXiv:2002.04745 (norms first).

A config names `width` (W, a multiple of HEAD), `heads` (H = W / HEAD) and `dropout`.
Shapes: B rows, T places, W width, H heads, E width of a head.
"""

from typing import Any

from torch import Tensor, nn
from torch.nn import functional

from umbrella.base.errors import ConfigError

HEAD = 32  # E


def check_heads(width: int) -> None:
    """Refuse a width that heads do not fill.

    Raises:
        ConfigError: names the nearest width that they do.
    """
    if width % HEAD:
        near = max(1, round(width / HEAD)) * HEAD
        raise ConfigError(f"width={width} is not a multiple of {HEAD}. Use {near}.")


class Attention(nn.Module):
    """Multi-head self-attention that never looks at padding."""

    def __init__(self, config: Any):
        super().__init__()
        self.heads = config.heads
        self.mix_in = nn.Linear(config.width, 3 * config.width)
        self.mix_out = nn.Linear(config.width, config.width)

    def forward(self, x_BTW: Tensor, real_B11T: Tensor | None = None) -> Tensor:
        """[B, T, W] → [B, T, W]; only real places are looked at; None means all."""
        split = self.mix_in(x_BTW).unflatten(2, (3, self.heads, HEAD)).permute(2, 0, 3, 1, 4)
        query_BHTE, key_BHTE, value_BHTE = split.unbind(0)
        mixed_BHTE = functional.scaled_dot_product_attention(
            query_BHTE, key_BHTE, value_BHTE, attn_mask=real_B11T
        )
        mixed_BTW: Tensor = self.mix_out(mixed_BHTE.transpose(1, 2).flatten(2))
        return mixed_BTW


class Block(nn.Module):
    """Attention, then a two-layer network at every place, each added to what came in."""

    def __init__(self, config: Any):
        super().__init__()
        width = config.width
        self.norm_attention = nn.LayerNorm(width)
        self.attention = Attention(config)
        self.norm_mlp = nn.LayerNorm(width)
        self.mlp = nn.Sequential(
            nn.Linear(width, 2 * width), nn.GELU(), nn.Linear(2 * width, width)
        )
        self.drop = nn.Dropout(config.dropout)

    def forward(self, x_BTW: Tensor, real_B11T: Tensor | None = None) -> Tensor:
        """[B, T, W] → [B, T, W]; arguments as in `Attention`."""
        x_BTW = x_BTW + self.drop(self.attention(self.norm_attention(x_BTW), real_B11T))
        mixed_BTW: Tensor = x_BTW + self.drop(self.mlp(self.norm_mlp(x_BTW)))
        return mixed_BTW
