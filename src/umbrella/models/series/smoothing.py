"""Exponential smoothing with a level, a damped trend and a season: four weights for all series.

    e_t = y_t − (l + φ b + s)      what the last step got wrong
    l ← l + φ b + α e_t            the level takes a share α of it,
    b ← φ b + β e_t                the trend β = α · share,
    s ← s + γ e_t                  and the season's own step γ = (1 − α) · share

This is ETS(A, Ad, A), or ETS(A, Ad, N) where the window holds less than two seasons: with the same
weights and the same start its answers are those of statsmodels' `ETSModel`. It holds simple
smoothing (β → 0, a trend that begins at none), the damped trend of Holt, the additive method of
Holt and Winters, and the last value (α → 1).

The recursion is linear in the window, so it is run as a few matrix products: D = F − g w' takes
the state on by a step, and its powers follow from one another by doubling.

Sources: Hyndman, Koehler, Ord, Snyder 2008, "Forecasting with Exponential Smoothing", chapters 2
and 3; Gardner, McKenzie 1985 (damped trend).
Shapes: B rows, L steps back, C channels, H steps ahead, K channels ahead, m steps of a season,
S = 2 + m numbers of a state (S = 2 without a season).
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from umbrella.models.series.inputs import check_series

LONGEST = 400  # steps of a season; products of S × S cost more than they are worth beyond it
DAMPED = 0.998  # largest φ: a trend never runs on for ever
START = {"level": 0.0, "trend": -3.0, "damping": 2.0, "rhythm": -2.0}


@dataclass(frozen=True)
class SmoothingConfig:
    """Sizes of the network."""

    window: int  # L
    outputs: int  # H
    channels: int = 1  # C
    ahead: int = 0  # K
    season: int = 1  # m

    def __post_init__(self) -> None:
        check_series(self)

    @property
    def period(self) -> int:
        """The season if the window tells it, else 1: none."""
        told = 1 < self.season <= min(LONGEST, self.window // 2)
        return self.season if told else 1


class Smoothing(nn.Module):
    """Smooth the window and go on; see the module docstring for the design."""

    Config = SmoothingConfig
    shift: Tensor
    lean: Tensor

    def __init__(self, config: SmoothingConfig):
        super().__init__()
        self.config = config
        self.level = nn.Parameter(torch.tensor(START["level"]))
        self.trend = nn.Parameter(torch.tensor(START["trend"]))
        self.damping = nn.Parameter(torch.tensor(START["damping"]))
        turns = config.period if config.period > 1 else 0
        if turns:
            self.rhythm = nn.Parameter(torch.tensor(START["rhythm"]))
        shift_SS = torch.zeros(2 + turns, 2 + turns)
        shift_SS[0, 0] = 1.0
        shift_SS[2:, 2:] = torch.eye(turns).roll(1, dims=1)  # the step used next comes first
        lean_SS = torch.zeros_like(shift_SS)
        lean_SS[:2, 1] = 1.0  # the damped trend goes into the level, and on
        self.register_buffer("shift", shift_SS, persistent=False)
        self.register_buffer("lean", lean_SS, persistent=False)

    def shares(self) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """α, β, φ and γ, each in (0, 1); γ is 0 without a season."""
        level = self.level.sigmoid()
        trend = level * self.trend.sigmoid()
        damping = DAMPED * self.damping.sigmoid()
        if self.config.period == 1:
            return level, trend, damping, 0.0 * level
        return level, trend, damping, (1 - level) * self.rhythm.sigmoid()

    def start(self, target_BL: Tensor) -> Tensor:
        """The state before the first step of a window, [B, S].

        Its trend is the mean step between the window's first and last season, its season is how
        the first one stands out from its trend.
        """
        period = self.config.period
        centre = (period - 1) / 2
        mean_B1 = target_BL[:, :period].mean(dim=1, keepdim=True)
        last_B1 = target_BL[:, -period:].mean(dim=1, keepdim=True)
        slope_B1 = (last_B1 - mean_B1) / max(1, self.config.window - period)
        state = [mean_B1 - (centre + 1) * slope_B1, slope_B1]
        if period > 1:
            places = torch.arange(period, dtype=target_BL.dtype, device=target_BL.device) - centre
            state.append(target_BL[:, :period] - mean_B1 - places * slope_B1)
        return torch.cat(state, dim=1)

    def forward(self, past: Tensor, ahead: Tensor | None = None) -> Tensor:
        """Smooth and go on, float32 [B, H].

        Args:
            past: float32 [B, L, C]; only the target is looked at.
            ahead: not looked at.
        """
        del ahead
        level, trend, damping, rhythm = self.shares()
        size = len(self.shift)
        none = [torch.zeros_like(level)] * max(0, size - 3)
        season = size > 2
        gain_S1 = torch.stack([level, trend, *none, *([rhythm] if season else [])]).unsqueeze(1)
        one = torch.ones_like(level)
        look_S1 = torch.stack([one, damping, *([one] if season else []), *none]).unsqueeze(1)
        on_SS = self.shift + damping * self.lean
        kept_SS, taken_SL = _steps(on_SS - gain_S1 @ look_S1.T, gain_S1, self.config.window)
        _, looks_SH = _steps(on_SS.T, look_S1, self.config.outputs)
        target_BL = past[:, :, 0]
        state_BS = self.start(target_BL) @ kept_SS.T + target_BL @ taken_SL.T
        smoothed_BH: Tensor = state_BS @ looks_SH.flip(1)
        return smoothed_BH


def _steps(on_SS: Tensor, gain_S1: Tensor, count: int) -> tuple[Tensor, Tensor]:
    """What `count` steps x ← D x + g y do: Dᶜ, and Dᶜ⁻¹ g, …, D g, g side by side."""
    if count == 1:
        return on_SS, gain_S1
    half_SS, gains = _steps(on_SS, gain_S1, count // 2)
    whole_SS, both = half_SS @ half_SS, torch.cat([half_SS @ gains, gains], dim=1)
    if count % 2 == 0:
        return whole_SS, both
    return on_SS @ whole_SS, torch.cat([on_SS @ both, gain_S1], dim=1)
