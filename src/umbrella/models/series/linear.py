"""One linear map from the window to all steps ahead, shared by all series: whole, or in two parts.

`Linear` is what autoregression of every horizon at once, NLinear (Zeng et al. 2023) and closed-form
ridge regression have in common; its weights come from fit/solve_series.py. `DLinear` splits the
window into a moving average and the rest and maps each by itself (same source); that is one linear
map too, but one that gradient steps reach by another way.

Sources: Zeng et al. 2023, "Are Transformers Effective for Time Series Forecasting?", AAAI; Toner,
Darlow 2024, arXiv:2403.14587, who show that these are one regression.
Shapes: B rows, L steps back, C channels, H steps ahead, K channels ahead, V = L + others * (C − 1)
numbers of a window.
"""

from dataclasses import dataclass

import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from umbrella.base.errors import ConfigError
from umbrella.models.blocks import check_size
from umbrella.models.series.inputs import Known, check_series, make_known
from umbrella.models.series.spread import make_spread

SMOOTH = 25  # steps of DLinear's moving average, odd


@dataclass(frozen=True)
class LinearConfig:
    """Sizes of the network.

    Args:
        others: last steps of the channels beside the target that are looked at.
    """

    window: int  # L
    outputs: int  # H
    channels: int = 1  # C
    ahead: int = 0  # K
    season: int = 1
    others: int = 1

    def __post_init__(self) -> None:
        check_series(self)
        check_size("others", self.others, self.window)

    @property
    def numbers(self) -> int:
        """V."""
        return self.window + self.others * (self.channels - 1)


class Linear(nn.Module):
    """A weighted sum of the window for each step ahead."""

    Config = LinearConfig

    def __init__(self, config: LinearConfig):
        super().__init__()
        self.config = config
        self.weights = nn.Parameter(torch.zeros(config.numbers, config.outputs))
        self.bias = nn.Parameter(torch.zeros(config.outputs))
        if config.ahead:
            self.known = nn.Parameter(torch.zeros(config.outputs, config.ahead))

    def design(self, past: Tensor) -> Tensor:
        """The numbers that are weighed: all of the target, the end of the rest; [B, V].

        Args:
            past: [B, L, C].
        """
        target_BL = past[:, :, 0]
        if self.config.channels == 1:
            return target_BL
        return torch.cat([target_BL, past[:, -self.config.others :, 1:].flatten(1)], dim=1)

    @torch.no_grad()
    def set_solution(
        self, weights_VH: NDArray, bias_H: NDArray, known_HK: NDArray | None = None
    ) -> None:
        """Take over what a solver found.

        Args:
            weights_VH: of every number of the window.
            bias_H: added to every answer.
            known_HK: of what is known ahead, of each step its own.

        Raises:
            ConfigError: the shapes are not those of this network.
        """
        if weights_VH.shape != self.weights.shape or bias_H.shape != self.bias.shape:
            raise ConfigError(
                f"A solution of shapes {weights_VH.shape} and {bias_H.shape} does not fit a "
                f"network of {tuple(self.weights.shape)}. Solve with the same window and horizon."
            )
        self.weights.copy_(torch.from_numpy(weights_VH))
        self.bias.copy_(torch.from_numpy(bias_H))
        if known_HK is not None:
            self.known.copy_(torch.from_numpy(known_HK))

    def forward(self, past: Tensor, ahead: Tensor | None = None) -> Tensor:
        """Weigh and add, float32 [B, H].

        Args:
            past: float32 [B, L, C].
            ahead: float32 [B, H, K], or None.
        """
        out_BH = self.design(past) @ self.weights + self.bias
        if ahead is not None and self.config.ahead:
            out_BH = out_BH + (ahead * self.known).sum(dim=2)
        return out_BH


@dataclass(frozen=True)
class DLinearConfig:
    """Sizes of the network.

    Args:
        spread: whether it says how large its errors may be, see spread.py.
    """

    window: int  # L
    outputs: int  # H
    channels: int = 1  # C
    ahead: int = 0  # K
    season: int = 1
    spread: bool = False

    def __post_init__(self) -> None:
        check_series(self)


class DLinear(nn.Module):
    """A map of the moving average, a map of the rest, and the last step of the other channels."""

    Config = DLinearConfig

    def __init__(self, config: DLinearConfig):
        super().__init__()
        self.config = config
        self.trend = nn.Linear(config.window, config.outputs)
        self.rest = nn.Linear(config.window, config.outputs, bias=False)
        for part in (self.trend, self.rest):
            nn.init.normal_(part.weight, std=0.1 / config.window**0.5)
        nn.init.zeros_(self.trend.bias)
        more = config.channels - 1
        self.others = nn.Linear(more, config.outputs, bias=False) if more else None
        if self.others is not None:
            nn.init.normal_(self.others.weight, std=0.02)
        self.known: Known | None = make_known(config, config.window)
        self.spread = make_spread(config, config.window)

    def forward(self, past: Tensor, ahead: Tensor | None = None) -> Tensor:
        """Split, map and add, float32 [B, H]; arguments as in `Linear`."""
        target_BL = past[:, :, 0]
        edge = SMOOTH // 2
        start_BE, end_BE = target_BL[:, :1].expand(-1, edge), target_BL[:, -1:].expand(-1, edge)
        long_B1L = torch.cat([start_BE, target_BL, end_BE], dim=1).unsqueeze(1)
        trend_BL = nn.functional.avg_pool1d(long_B1L, SMOOTH, stride=1).squeeze(1)
        out_BH: Tensor = self.trend(trend_BL) + self.rest(target_BL - trend_BL)
        if self.others is not None:
            out_BH = out_BH + self.others(past[:, -1, 1:])
        if self.known is not None and ahead is not None:
            out_BH = out_BH + self.known(ahead, target_BL)
        return out_BH
