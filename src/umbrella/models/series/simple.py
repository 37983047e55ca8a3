"""The three forecasts that know nothing: the last value, its drift, and the last season.

They are what every other rung is measured against. None has a weight, so none is fitted.

Source: Hyndman, Athanasopoulos 2021, "Forecasting: Principles and Practice", section 5.2.
Shapes: B rows, L steps back, C channels, H steps ahead, K channels ahead, m steps of a season.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from umbrella.models.series.inputs import check_series


@dataclass(frozen=True)
class SimpleConfig:
    """Sizes of the network."""

    window: int  # L
    outputs: int  # H
    channels: int = 1  # C
    ahead: int = 0  # K
    season: int = 1  # m

    def __post_init__(self) -> None:
        check_series(self)


class LastValue(nn.Module):
    """All steps ahead are as the last one: the random walk."""

    Config = SimpleConfig

    def __init__(self, config: SimpleConfig):
        super().__init__()
        self.config = config

    def forward(self, past: Tensor, ahead: Tensor | None = None) -> Tensor:
        """The last value of the target, float32 [B, H].

        Args:
            past: float32 [B, L, C].
            ahead: not looked at.
        """
        del ahead
        return past[:, -1, :1].expand(-1, self.config.outputs)


class Drift(nn.Module):
    """Each step ahead adds the mean step of the window: the random walk with drift.

    Where a history is shorter than the window, its first step stands for those before it, and the
    mean step is smaller for it.
    """

    Config = SimpleConfig
    shares: Tensor

    def __init__(self, config: SimpleConfig):
        super().__init__()
        self.config = config
        shares_1H = torch.arange(1.0, config.outputs + 1).unsqueeze(0) / max(1, config.window - 1)
        self.register_buffer("shares", shares_1H, persistent=False)

    def forward(self, past: Tensor, ahead: Tensor | None = None) -> Tensor:
        """The last value and its drift, float32 [B, H]; arguments as in `LastValue`."""
        del ahead
        last_B1 = past[:, -1, :1]
        return last_B1 + (last_B1 - past[:, 0, :1]) * self.shares


class SeasonalNaive(nn.Module):
    """Each step ahead is as the same step of the last season.

    Where a season is longer than the window, its oldest step stands for those before it.
    """

    Config = SimpleConfig
    steps: Tensor

    def __init__(self, config: SimpleConfig):
        super().__init__()
        self.config = config
        begun = config.window - config.season
        steps_H = [max(0, begun + step % config.season) for step in range(config.outputs)]
        self.register_buffer("steps", torch.tensor(steps_H), persistent=False)

    def forward(self, past: Tensor, ahead: Tensor | None = None) -> Tensor:
        """The last season over again, float32 [B, H]; arguments as in `LastValue`."""
        del ahead
        return past[:, :, 0].index_select(1, self.steps)
