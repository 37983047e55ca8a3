"""A recurrent reader of steps or of patches of steps: RNN, GRU or LSTM by one setting.

    patches of P steps → linear → RNN, GRU or LSTM → last state, or attention → head

The head answers all steps ahead at once, so no answer is fed back and no error of one step becomes
the input of the next. With P steps at a time the recurrence is L / P long, which is what makes it
learn: on ETTh1 (336 steps back, 96 ahead, see bench/ett.py) patches of 24 are much better than
single steps, at a fraction of the time.

Sources: Elman 1990 (rnn), Cho et al. 2014 (gru), Hochreiter, Schmidhuber 1997 (lstm); Lin et al.
2023, arXiv:2308.11200 (recurrence over segments); Yang et al. 2016 (pooling).
Shapes: B rows, L steps back, C channels, H steps ahead, K channels ahead, P steps of a patch,
N patches, W width, F = W features.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from umbrella.base.errors import unknown
from umbrella.models.blocks import AttentionPool, make_head
from umbrella.models.series.inputs import answer, check_series, make_known, patches
from umbrella.models.series.spread import make_spread

CELLS = {"rnn": nn.RNN, "gru": nn.GRU, "lstm": nn.LSTM}


@dataclass(frozen=True)
class SeriesRecurrentConfig:
    """Sizes of the network.

    Args:
        cell: one of CELLS.
        patch: steps read at once; 1 reads step by step.
        attention: whether all states are pooled rather than the last one taken.
        depth: readers, one over the states of the other.
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
    cell: str = "lstm"
    patch: int = 8  # P
    attention: bool = False
    dropout: float = 0.1
    instance: bool = False
    swing: float = 0.0
    spread: bool = False
    depth: int = 1

    def __post_init__(self) -> None:
        check_series(self)
        if self.cell not in CELLS:
            raise unknown("cell", str(self.cell), CELLS)

    @property
    def length(self) -> int:
        """P, never more than half the window."""
        return max(1, min(self.patch, self.window // 2))


class SeriesRecurrent(nn.Module):
    """Read a window in its order; see the module docstring for the design."""

    Config = SeriesRecurrentConfig

    def __init__(self, config: SeriesRecurrentConfig):
        super().__init__()
        self.config = config
        width = config.width
        self.embed = nn.Linear(config.length * config.channels, width)
        self.reader = CELLS[config.cell](width, width, config.depth, batch_first=True)
        self.pool = AttentionPool(width) if config.attention else None
        self.drop = nn.Dropout(config.dropout)
        self.head = make_head(width, config.outputs)
        self.known = make_known(config, width)
        _start_gently(self)
        self.spread = make_spread(config, width)

    def features(self, past: Tensor, ahead: Tensor | None = None) -> Tensor:
        """The last state, or the pooled ones, float32 [B, F]; arguments as in `forward`."""
        del ahead  # its part is added to the answer
        config = self.config
        patch_BNP = patches(past, config.window, config.length, config.length)
        states_BNW, _ = self.reader(self.drop(self.embed(patch_BNP)))
        if self.pool is None:
            last_BW: Tensor = states_BNW[:, -1]
            return last_BW
        real_BN = torch.ones_like(states_BNW[:, :, 0]) > 0
        pooled_BW: Tensor = self.pool(states_BNW, real_BN)
        return pooled_BW

    def forward(self, past: Tensor, ahead: Tensor | None = None) -> Tensor:
        """All steps ahead, float32 [B, H].

        Args:
            past: float32 [B, L, C].
            ahead: float32 [B, H, K], or None.
        """
        return answer(self, past, ahead)


def _start_gently(network: SeriesRecurrent) -> None:
    """Orthogonal recurrence, and forget gates that start open (Jozefowicz et al. 2015)."""
    width, reader = network.config.width, network.reader
    for layer in range(network.config.depth):
        for gate in reader.get_parameter(f"weight_hh_l{layer}").data.split(width):
            nn.init.orthogonal_(gate)
        if network.config.cell == "lstm":
            reader.get_parameter(f"bias_ih_l{layer}").data[width : 2 * width] = 1.0
