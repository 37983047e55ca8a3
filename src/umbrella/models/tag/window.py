"""Every piece is labelled by what stands around it, without regard to its neighbours' labels.

    pieces → vectors → a window of five → ReLU → linear

Source: the window approach of Collobert et al. 2011, "Natural language processing (almost) from
scratch". Shapes: B rows, P pieces, F features, C labels.
"""

from dataclasses import dataclass

from torch import Tensor, nn

from umbrella.base.chain import MORE
from umbrella.models.blocks import check_size, make_head
from umbrella.models.tag.pieces import PiecesConfig, Seen, as_chain


@dataclass(frozen=True)
class TagWindowConfig(PiecesConfig):
    """Sizes of the network.

    Args:
        reach: pieces on either side that are looked at.
    """

    reach: int = 2

    def __post_init__(self) -> None:
        super().__post_init__()
        check_size("reach", self.reach, 16)


class TagWindow(nn.Module):
    """Label pieces; see the module docstring for the design."""

    Config = TagWindowConfig

    def __init__(self, config: TagWindowConfig):
        super().__init__()
        self.config = config
        self.seen = Seen(config)
        self.drop = nn.Dropout(config.dropout)
        span = 2 * config.reach + 1
        self.window = nn.Conv1d(self.seen.features, config.width, span, padding=config.reach)
        self.head = make_head(config.width, config.outputs - MORE)

    def forward(
        self,
        ids: Tensor,
        bounds: Tensor,
        pairs: Tensor | None = None,
        letters: Tensor | None = None,
    ) -> Tensor:
        """The chain, float32 [B, C + 2 + P, C + 2].

        Args:
            ids, bounds, pairs, letters: as the codec "text-pieces" gives them.
        """
        real = (bounds[:, :, 1:] > 0).float()
        x_BPF = self.drop(self.seen(ids, pairs, letters)) * real
        x_BPF = self.window(x_BPF.transpose(1, 2)).relu().transpose(1, 2)
        return as_chain(self.head(self.drop(x_BPF)), bounds)
