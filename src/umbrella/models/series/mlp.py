"""Two hidden layers over the whole window.

    window → linear → GELU → (+ linear → GELU) → head

Shapes: B rows, L steps back, C channels, H steps ahead, K channels ahead, W width, F = W features.
"""

from dataclasses import dataclass

from torch import Tensor, nn

from umbrella.models.blocks import make_head
from umbrella.models.series.inputs import answer, check_series, make_known
from umbrella.models.series.spread import make_spread


@dataclass(frozen=True)
class SeriesMLPConfig:
    """Sizes of the network.

    Args:
        instance: whether each window is read in its own mean and spread.
        swing: spread beyond which a window is read in its own, in scales; 0 is never.
        spread: whether it says how large its errors may be, see spread.py.
    """

    window: int  # L
    outputs: int  # H
    channels: int = 1  # C
    ahead: int = 0  # K
    season: int = 1
    width: int = 128  # W
    dropout: float = 0.1
    instance: bool = False
    swing: float = 0.0
    spread: bool = False

    def __post_init__(self) -> None:
        check_series(self)


class SeriesMLP(nn.Module):
    """Read a window as one row of numbers; see the module docstring for the design."""

    Config = SeriesMLPConfig

    def __init__(self, config: SeriesMLPConfig):
        super().__init__()
        self.config = config
        width = config.width
        self.widen = nn.Sequential(nn.Linear(config.window * config.channels, width), nn.GELU())
        self.think = nn.Sequential(nn.Dropout(config.dropout), nn.Linear(width, width), nn.GELU())
        self.drop = nn.Dropout(config.dropout)
        self.head = make_head(width, config.outputs)
        self.known = make_known(config, width)
        self.spread = make_spread(config, width)

    def features(self, past: Tensor, ahead: Tensor | None = None) -> Tensor:
        """What the layers see in a window, float32 [B, F]; arguments as in `forward`."""
        del ahead  # its part is added to the answer
        wide_BW = self.widen(past.flatten(1))
        thought_BW: Tensor = wide_BW + self.think(wide_BW)
        return thought_BW

    def forward(self, past: Tensor, ahead: Tensor | None = None) -> Tensor:
        """All steps ahead, float32 [B, H].

        Args:
            past: float32 [B, L, C].
            ahead: float32 [B, H, K], or None.
        """
        return answer(self, past, ahead)
