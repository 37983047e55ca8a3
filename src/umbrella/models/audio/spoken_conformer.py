"""Symbols of speech by a small Conformer: attention for what is far, filters for what is near.

    frames → thinning → L × (½ network → attention → convolution → ½ network → norm)
           → linear → log-softmax

The convolution module: two linear maps, one gating the other → a filter of its own over time for
each number → norm → SiLU → linear. Places beyond a row's end are neither attended to nor heard by
the filters.

Source: Gulati et al. 2020, arXiv:2005.08100. Two things differ: the norm in the convolution module
is a layer norm, and attention is told no positions, which the filters tell it well enough.
Shapes: B rows, T frames, P places, K bands, W width, C outputs.
"""

from dataclasses import dataclass

from torch import Tensor, nn
from torch.nn import functional

from umbrella.models.audio.frames import BANDS
from umbrella.models.audio.spoken import Thinning, log_chances, places_of
from umbrella.models.blocks import check_size, check_sizes, make_head
from umbrella.models.transformer.attention import Attention
from umbrella.models.transformer.config import HEAD, TransformerConfig, check_heads
from umbrella.models.transformer.look import Look

LAYERS, REACH = 16, 15  # blocks at most; places that a filter spans
WIDER = 4  # times W in the hidden layer of the networks


@dataclass(frozen=True)
class SpokenConformerConfig:
    """Sizes of the network. Everything else follows from these."""

    bands: int  # K
    outputs: int  # C, the blank among them
    width: int = 96  # W, a multiple of HEAD
    layers: int = 3  # L
    dropout: float = 0.1

    def __post_init__(self) -> None:
        check_size("bands", self.bands, BANDS)
        check_size("layers", self.layers, LAYERS)
        check_sizes(self)
        check_heads(self.width)

    @property
    def heads(self) -> int:
        """Attention heads."""
        return self.width // HEAD


def _network(config: SpokenConformerConfig) -> nn.Sequential:
    width = config.width
    return nn.Sequential(
        nn.LayerNorm(width),
        nn.Linear(width, WIDER * width),
        nn.SiLU(),
        nn.Dropout(config.dropout),
        nn.Linear(WIDER * width, width),
        nn.Dropout(config.dropout),
    )


class Convolution(nn.Module):
    """The convolution module; see the top of this file."""

    def __init__(self, config: SpokenConformerConfig):
        super().__init__()
        width = config.width
        self.norm = nn.LayerNorm(width)
        self.mix_in = nn.Linear(width, 2 * width)
        self.filters = nn.Conv1d(width, width, REACH, padding=REACH // 2, groups=width)
        self.norm_filtered = nn.LayerNorm(width)
        self.mix_out = nn.Linear(width, width)

    def forward(self, x_BPW: Tensor, real_BP1: Tensor) -> Tensor:
        """[B, P, W] → [B, P, W]; filters meet zeros beyond a row's end."""
        gated_BPW = functional.glu(self.mix_in(self.norm(x_BPW)), dim=2) * real_BP1
        near_BPW = self.filters(gated_BPW.transpose(1, 2)).transpose(1, 2)
        mixed_BPW: Tensor = self.mix_out(functional.silu(self.norm_filtered(near_BPW)))
        return mixed_BPW


class ConformerBlock(nn.Module):
    """One block; see the top of this file."""

    def __init__(self, config: SpokenConformerConfig):
        super().__init__()
        self.before, self.after = _network(config), _network(config)
        self.norm_attention = nn.LayerNorm(config.width)
        self.attention = Attention(TransformerConfig.small(config.width, config.layers, 0.0))
        self.convolution = Convolution(config)
        self.norm = nn.LayerNorm(config.width)
        self.drop = nn.Dropout(config.dropout)

    def forward(self, x_BPW: Tensor, real_BP: Tensor) -> Tensor:
        """[B, P, W] → [B, P, W]."""
        x_BPW = x_BPW + self.before(x_BPW) / 2
        attended_BPW = self.attention(self.norm_attention(x_BPW), Look(real_BP[:, None, None, :]))
        x_BPW = x_BPW + self.drop(attended_BPW)
        x_BPW = x_BPW + self.drop(self.convolution(x_BPW, real_BP.unsqueeze(2)))
        normed_BPW: Tensor = self.norm(x_BPW + self.after(x_BPW) / 2)
        return normed_BPW


class SpokenConformer(nn.Module):
    """Score symbols place by place; see the module docstring for the design."""

    Config = SpokenConformerConfig
    places = staticmethod(places_of)

    def __init__(self, config: SpokenConformerConfig):
        super().__init__()
        self.config = config
        self.thin = Thinning(config.bands, config.width, max(4, config.width // 6))
        self.drop = nn.Dropout(config.dropout)
        self.blocks = nn.ModuleList(ConformerBlock(config) for _ in range(config.layers))
        self.head = make_head(config.width, config.outputs)

    def forward(self, mel: Tensor) -> Tensor:
        """Log-probabilities, float32 [B, P, C].

        Args:
            mel: float32 [B, T, K] as the codec "audio-mel" gives them.
        """
        x_BPW, real_BP = self.thin(mel)
        x_BPW = self.drop(x_BPW)
        for block in self.blocks:
            x_BPW = block(x_BPW, real_BP)
        return log_chances(self.head(x_BPW), real_BP)
