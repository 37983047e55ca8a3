"""A bag of learned n-gram vectors, averaged, with a linear head.

Source: Joulin et al. 2016, "Bag of Tricks for Efficient Text Classification", arXiv:1607.01759.
Differs from it: a feature counts by the codec's weight (TF-IDF by default) instead of by 1, the
vocabulary is exact instead of hashed, and the average is dropped out.

Shapes: B rows, T features of the longest row, F width.
"""

from dataclasses import dataclass

from torch import Tensor, nn

from umbrella.models.blocks import check_sizes, make_head


@dataclass(frozen=True)
class BagConfig:
    """Sizes of the network. Everything else follows from these."""

    vocab: int
    outputs: int
    width: int = 32  # F
    dropout: float = 0.2

    def __post_init__(self) -> None:
        check_sizes(self)


class Bag(nn.Module):
    """Score rows of weighted features; see the module docstring for the design."""

    Config = BagConfig

    def __init__(self, config: BagConfig):
        super().__init__()
        self.config = config
        self.embed = nn.Embedding(config.vocab, config.width)
        self.drop = nn.Dropout(config.dropout)
        self.head = make_head(config.width, config.outputs)
        nn.init.normal_(self.embed.weight, std=0.1)

    def features(self, ids: Tensor, weights: Tensor) -> Tensor:
        """The average vector of each row, float32 [B, F]; zero for a row without features.

        Args:
            ids: int64 [B, T] features in [0, vocab).
            weights: float32 [B, T], their weights; 0 is padding.
        """
        share_BT = weights / weights.abs().sum(dim=1, keepdim=True).clamp(min=1e-6)
        return (share_BT.unsqueeze(1) @ self.embed(ids)).squeeze(1)

    def forward(self, ids: Tensor, weights: Tensor) -> Tensor:
        """Score each output, float32 [B, outputs]; arguments as in `features`."""
        return self.head(self.drop(self.features(ids, weights)))
