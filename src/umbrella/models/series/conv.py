"""A temporal convolutional network: dilated causal convolutions over patches of steps.

    patches of P steps → linear → blocks with gaps 1, 2, 4, … until all is seen → last place → head

A place sees itself and what came before it, never what comes after.

Sources: van den Oord et al. 2016, arXiv:1609.03499; Bai et al. 2018, arXiv:1803.01271.
Shapes: B rows, L steps back, C channels, H steps ahead, K channels ahead, P steps of a patch,
N patches, W width, F = W features.
"""

from dataclasses import dataclass

from torch import Tensor, nn

from umbrella.models.blocks import make_head
from umbrella.models.series.inputs import answer, check_series, make_known, patches
from umbrella.models.series.spread import make_spread

SPAN = 3  # places that a convolution sees


@dataclass(frozen=True)
class SeriesConvConfig:
    """Sizes of the network.

    Args:
        patch: steps read at once; 1 reads step by step.
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
    patch: int = 4  # P
    dropout: float = 0.1
    instance: bool = False
    swing: float = 0.0
    spread: bool = False

    def __post_init__(self) -> None:
        check_series(self)

    @property
    def length(self) -> int:
        """P, never more than half the window."""
        return max(1, min(self.patch, self.window // 2))

    @property
    def gaps(self) -> tuple[int, ...]:
        """Of each block, so that the last place sees the first one."""
        gaps, seen = [1], 1 + 2 * (SPAN - 1)
        while seen < self.window // self.length:
            gaps.append(2 * gaps[-1])
            seen += 2 * (SPAN - 1) * gaps[-1]
        return tuple(gaps)


class _Block(nn.Module):
    """Two causal convolutions, added to what came in."""

    def __init__(self, width: int, gap: int, dropout: float):
        super().__init__()
        reach = gap * (SPAN - 1)
        self.pad = nn.ConstantPad1d((reach, 0), 0.0)
        self.first = nn.Conv1d(width, width, SPAN, dilation=gap)
        self.second = nn.Conv1d(width, width, SPAN, dilation=gap)
        self.drop = nn.Dropout(dropout)

    def forward(self, x_BWN: Tensor) -> Tensor:
        """[B, W, N] → [B, W, N]."""
        inner_BWN = self.drop(self.first(self.pad(x_BWN)).relu())
        out_BWN: Tensor = x_BWN + self.second(self.pad(inner_BWN)).relu()
        return out_BWN


class SeriesConv(nn.Module):
    """Read a window by convolutions; see the module docstring for the design."""

    Config = SeriesConvConfig

    def __init__(self, config: SeriesConvConfig):
        super().__init__()
        self.config = config
        width = config.width
        self.embed = nn.Linear(config.length * config.channels, width)
        self.blocks = nn.Sequential(*(_Block(width, gap, config.dropout) for gap in config.gaps))
        self.drop = nn.Dropout(config.dropout)
        self.head = make_head(width, config.outputs)
        self.known = make_known(config, width)
        self.spread = make_spread(config, width)

    def features(self, past: Tensor, ahead: Tensor | None = None) -> Tensor:
        """What the last place sees, float32 [B, F]; arguments as in `forward`."""
        del ahead  # its part is added to the answer
        config = self.config
        patch_BNP = patches(past, config.window, config.length, config.length)
        seen_BWN = self.blocks(self.embed(patch_BNP).transpose(1, 2))
        last_BW: Tensor = seen_BWN[:, :, -1]
        return last_BW

    def forward(self, past: Tensor, ahead: Tensor | None = None) -> Tensor:
        """All steps ahead, float32 [B, H].

        Args:
            past: float32 [B, L, C].
            ahead: float32 [B, H, K], or None.
        """
        return answer(self, past, ahead)
