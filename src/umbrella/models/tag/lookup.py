"""Pieces are labelled as they are found in a list of names: nothing is learned but how far to
trust the list.

Shapes: B rows, P pieces, C labels.
"""

from dataclasses import dataclass

import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from umbrella.base.chain import MORE
from umbrella.base.errors import ConfigError
from umbrella.models.blocks import check_sizes
from umbrella.models.tag.pieces import as_chain, check_chain


@dataclass(frozen=True)
class TagLookupConfig:
    """Sizes of the network.

    Args:
        labels: C, as the codec "text-names" says.
        outputs: C + 2.
    """

    labels: int
    outputs: int

    def __post_init__(self) -> None:
        check_sizes(self)
        check_chain(self.outputs)
        if self.labels != self.outputs - MORE:
            raise ConfigError(f"{self.labels} labels do not fit {self.outputs} outputs.")


class TagLookup(nn.Module):
    """Answer what the list says; the solver "names" sets the trust."""

    Config = TagLookupConfig

    def __init__(self, config: TagLookupConfig):
        super().__init__()
        self.config = config
        self.trust = nn.Embedding(config.labels, config.labels)
        nn.init.zeros_(self.trust.weight)

    @torch.no_grad()
    def set_counts(self, counts_CC: NDArray) -> None:
        """Take over how often each label was right where the list said each.

        Args:
            counts_CC: pieces by what the list says (rows) and what is true (columns).
        """
        counts = torch.from_numpy(counts_CC).float() + 0.01
        own = torch.eye(len(counts)) * 0.5  # what was never seen keeps to the list
        self.trust.weight.copy_(((counts + own) / (counts + own).sum(1, keepdim=True)).log())

    def forward(self, names: Tensor, bounds: Tensor) -> Tensor:
        """The chain, float32 [B, C + 2 + P, C + 2].

        Args:
            names: int64 [B, P] labels, and bounds, as the codec "text-names" gives them.
            bounds: int64 [B, P, 2].
        """
        return as_chain(self.trust(names), bounds)
