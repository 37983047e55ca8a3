"""How large the errors of a forecast may be, said by the network that makes it: a quantile head.

Distances from the forecast to the ends of its intervals, each level's added to the level within, so
that no two ends cross:

    s_q = s_(q - 1) + squareplus(head(features, how much the window moves, what is known ahead))

It learns by the pinball loss of the ends (Koenker & Bassett 1978) around a forecast that it does
not move: what the forecast reads and answers is passed on without gradient. The ends are then
stretched by what held-out errors ask for (conformalised quantile regression: Romano, Patterson &
Candès 2019, NeurIPS; stretched, not shifted: Sesia & Candès 2020, Stat 9:e261, "CQR-m").
Squareplus, (x + √(x² + 1)) / 2, is Barron's (2021, arXiv:2112.11687): above 0, of plain operations.

Beside plain split-conformal intervals, `mlp` on 50 shares, 5 days ahead: 95 % intervals held .941,
not .918, at a pinball loss .9 % lower (p .29); on daily temperatures, 7 days ahead, which know no
calm and no storm, 3.3 % higher (p .01), on ETTh1, a day ahead, .7 % (p .06). So it is for those who
ask.

Shapes: B rows, L steps back, C channels, H steps ahead, K channels ahead, F features, R rank,
Q levels.
"""

from typing import Any

import torch
from torch import Tensor, nn

from umbrella.models.series.inputs import reading

LEVELS = 3  # Q, of a forecast's intervals
RANK = 16  # R
RECENT = (3, 10, 30)  # steps over which the window's moves are told, and the whole window
LEAST = 1e-3  # of a size, in scales
START = -0.2  # squareplus of it is .4


class Spread(nn.Module):
    """Sizes of errors to either side; see the module docstring."""

    def __init__(self, window: int, horizon: int, ahead: int, features: int):
        super().__init__()
        self.window, self.horizon = window, horizon
        moves = len(RECENT) + 1 if window > 1 else 0
        self.look = nn.Sequential(nn.Linear(features + moves, RANK), nn.GELU())
        self.answer = nn.Linear(RANK, 2 * LEVELS * horizon)
        self.known = nn.Linear(ahead, 2 * LEVELS, bias=False) if ahead else None
        nn.init.normal_(self.answer.weight, std=0.02)
        nn.init.constant_(self.answer.bias, START)

    def forward(self, features_BF: Tensor, past_BLC: Tensor, ahead_BHK: Tensor | None) -> Tensor:
        """Sizes [B, 2 Q, H]: of the low ends from the innermost level on, then of the high ones."""
        told = [features_BF]
        if self.window > 1:
            move_BL = (past_BLC[:, 1:, 0] - past_BLC[:, :-1, 0]).abs()
            spans = [move_BL[:, -n:] for n in (*RECENT, self.window)]
            told += [(span.mean(dim=1, keepdim=True) + LEAST).log() for span in spans]
        free_BQH = self.answer(self.look(torch.cat(told, dim=1)))
        free_BQH = free_BQH.reshape(-1, 2 * LEVELS, self.horizon)
        if self.known is not None and ahead_BHK is not None:
            free_BQH = free_BQH + self.known(ahead_BHK).transpose(1, 2)
        grown_BQH = (free_BQH + (free_BQH.square() + 1).sqrt()) / 2 + LEAST
        sides = []
        for side_BQH in (grown_BQH[:, :LEVELS], grown_BQH[:, LEVELS:]):
            sides += [side_BQH[:, : at + 1].sum(dim=1, keepdim=True) for at in range(LEVELS)]
        return torch.cat(sides, dim=1)

    def fans(
        self, network: Any, past: Tensor, ahead: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        """Forecast and sizes of its errors: float32 [B, H] and [B, 2 Q, H].

        Args:
            network: whose head this is.
            past, ahead: as for its `forward`.
        """
        if hasattr(network, "features"):
            out_BH, seen_BF = reading(network, past, ahead)
        else:
            out_BH, seen_BF = network(past, ahead), past[:, :, 0]
        sizes: Tensor = self(seen_BF.detach(), past, ahead)
        return out_BH, sizes


def make_spread(config: Any, features: int) -> Spread | None:
    """What says how large errors may be, or None where it is not asked for."""
    if not config.spread:
        return None
    return Spread(config.window, config.outputs, config.ahead, features)
