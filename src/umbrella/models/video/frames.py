"""The mean of what is seen in each picture, whatever their order: which small shapes there are.

The honest baseline of videos: where it is as good as the networks that know the order, motion
tells nothing that a few photographs would not.

Shapes: B rows, T pictures of each, S edge of a picture, W width.
"""

from dataclasses import dataclass

from torch import Tensor, nn

from umbrella.models.blocks import make_head
from umbrella.models.video.planes import COLOURS, PictureReader, check, to_numbers


@dataclass(frozen=True)
class FramesConfig:
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
    dropout: float = 0.1

    def __post_init__(self) -> None:
        check(self)


class Frames(nn.Module):
    """Score videos; see the module docstring for the design."""

    Config = FramesConfig

    def __init__(self, config: FramesConfig):
        super().__init__()
        self.config = config
        self.reader = PictureReader(config.size, config.frames, COLOURS, config.width)
        self.drop = nn.Dropout(config.dropout)
        self.head = make_head(self.reader.features, config.outputs)

    def features(self, frames: Tensor) -> Tensor:
        """The mean over pictures of the strongest match of every filter, float32 [B, 4W].

        Args:
            frames: uint8 [B, T, S, S, 3].
        """
        return self.reader(to_numbers(frames)).mean(dim=1)

    def forward(self, frames: Tensor) -> Tensor:
        """Score each output, float32 [B, outputs]; arguments as in `features`."""
        return self.head(self.drop(self.features(frames)))
