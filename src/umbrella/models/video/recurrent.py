"""A recurrent reader of what is seen in each picture, and of what changed since the one before.

    pictures and changes → three convolutions each → GRU over time → mean of its states → scores

The changes are given as channels of their own, for a picture alone cannot say which way a thing in
it moves; a GRU over features without them must find motion in where filters matched, and their
strongest match does not say where.

Sources: Donahue et al. 2015, arXiv:1411.4389 (recurrence over convolutions); Wang et al. 2016,
arXiv:1608.00859 (differences of pictures); Cho et al. 2014 (GRU).
Shapes: B rows, T pictures of each, S edge of a picture, W width.
"""

from dataclasses import dataclass

from torch import Tensor, nn

from umbrella.models.blocks import make_head
from umbrella.models.video.planes import COLOURS, PictureReader, check, to_numbers, with_motion


@dataclass(frozen=True)
class RecurrentConfig:
    """Sizes of the network.

    Args:
        size: S.
        frames: T.
        outputs: scores of a row.
        width: W, channels of the first layer; each further one has twice as many.
        dropout: share of the features that training leaves out.
    """

    size: int
    frames: int
    outputs: int
    width: int = 12
    dropout: float = 0.2

    def __post_init__(self) -> None:
        check(self)


class Recurrent(nn.Module):
    """Score videos; see the module docstring for the design."""

    Config = RecurrentConfig

    def __init__(self, config: RecurrentConfig):
        super().__init__()
        self.config = config
        self.reader = PictureReader(config.size, config.frames, 2 * COLOURS, config.width)
        states = self.reader.features
        self.overtime = nn.GRU(states, states, batch_first=True)
        self.drop = nn.Dropout(config.dropout)
        self.head = make_head(states, config.outputs)
        for gate in self.overtime.weight_hh_l0.data.split(states):  # type: ignore[operator]
            nn.init.orthogonal_(gate)

    def features(self, frames: Tensor) -> Tensor:
        """The mean state over time, float32 [B, 4W].

        Args:
            frames: uint8 [B, T, S, S, 3].
        """
        seen_BTF = self.drop(self.reader(with_motion(to_numbers(frames))))
        states_BTF, _ = self.overtime(seen_BTF)
        out: Tensor = states_BTF.mean(dim=1)
        return out

    def forward(self, frames: Tensor) -> Tensor:
        """Score each output, float32 [B, outputs]; arguments as in `features`."""
        return self.head(self.drop(self.features(frames)))
