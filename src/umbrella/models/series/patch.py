"""A Transformer over overlapping patches of the window, shared by all series.

    patches of P steps, P / 2 apart → linear + place → blocks → all places side by side → head

Source: Nie et al. 2023, "A Time Series is Worth 64 Words", ICLR (PatchTST). Norms come first here,
and are of a place rather than of a batch.
Shapes: B rows, L steps back, C channels, H steps ahead, K channels ahead, P steps of a patch,
N patches, W width, F = N W features.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from umbrella.models.blocks import check_size, make_head
from umbrella.models.series.inputs import answer, check_series, make_known, patches
from umbrella.models.series.spread import make_spread
from umbrella.models.transformer.block import Block
from umbrella.models.transformer.config import HEAD, TransformerConfig, check_heads


@dataclass(frozen=True)
class PatchTransformerConfig:
    """Sizes of the network.

    Args:
        width: W, a multiple of the width of a head.
        depth: blocks.
        patch: steps of a patch.
        instance: whether each window is read in its own mean and spread.
        swing: spread beyond which a window is read in its own, in scales; 0 is never.
        spread: whether it says how large its errors may be, see spread.py.
    """

    window: int  # L
    outputs: int  # H
    channels: int = 1  # C
    ahead: int = 0  # K
    season: int = 1
    width: int = 64  # W
    depth: int = 2
    patch: int = 16  # P
    dropout: float = 0.2
    instance: bool = False
    swing: float = 0.0
    spread: bool = False

    def __post_init__(self) -> None:
        check_series(self)
        check_heads(self.width)
        check_size("depth", self.depth, 100)

    @property
    def heads(self) -> int:
        """How many heads fill the width."""
        return self.width // HEAD

    @property
    def stride(self) -> int:
        """Half a patch, a patch being no longer than half the window."""
        return max(1, min(self.patch, self.window // 2) // 2)

    @property
    def length(self) -> int:
        """P: two strides, or the only step of a window of one."""
        return min(2 * self.stride, self.window)

    @property
    def count(self) -> int:
        """N."""
        return self.window // self.stride - self.length // self.stride + 1


class PatchTransformer(nn.Module):
    """Read a window patch by patch; see the module docstring for the design."""

    Config = PatchTransformerConfig

    def __init__(self, config: PatchTransformerConfig):
        super().__init__()
        self.config = config
        width = config.width
        self.embed = nn.Linear(config.length * config.channels, width)
        self.place = nn.Parameter(torch.randn(config.count, width) * 0.02)
        body = TransformerConfig.small(width, config.depth, config.dropout)
        self.blocks = nn.ModuleList(Block(body) for _ in range(config.depth))
        self.norm = nn.LayerNorm(width)
        self.drop = nn.Dropout(config.dropout)
        self.head = make_head(config.count * width, config.outputs)
        nn.init.normal_(self.head.weight, std=0.02 / config.count**0.5)
        self.known = make_known(config, config.count * width)
        self.spread = make_spread(config, config.count * width)

    def features(self, past: Tensor, ahead: Tensor | None = None) -> Tensor:
        """All places side by side, float32 [B, F]; arguments as in `forward`."""
        del ahead  # its part is added to the answer
        config = self.config
        patch_BNP = patches(past, config.window, config.length, config.stride)
        x_BNW = self.drop(self.embed(patch_BNP) + self.place)
        for block in self.blocks:
            x_BNW = block(x_BNW)
        placed_BF: Tensor = self.norm(x_BNW).flatten(1)
        return placed_BF

    def forward(self, past: Tensor, ahead: Tensor | None = None) -> Tensor:
        """All steps ahead, float32 [B, H].

        Args:
            past: float32 [B, L, C].
            ahead: float32 [B, H, K], or None.
        """
        return answer(self, past, ahead)
