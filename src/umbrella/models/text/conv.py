"""A one-layer convolutional reader: which n-grams occur, wherever they stand.

Token ids → embeddings → filters of several spans → strongest match over the row → scores.
Source: Kim 2014, "Convolutional Neural Networks for Sentence Classification", arXiv:1408.5882.
Differs from it: embeddings start random, the loss carries no max-norm constraint, and rows keep
their length under "same" padding, so that a row may be shorter than the longest span.

Shapes: B rows, T tokens, W width (embedding size and filters per span), F = W · spans features.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from umbrella.base.errors import ConfigError
from umbrella.models.blocks import check_size, check_sizes, make_embedding, make_head, real_tokens


@dataclass(frozen=True)
class ConvConfig:
    """Sizes of the network. Everything else follows from these."""

    vocab: int
    outputs: int
    width: int = 64  # W
    spans: tuple[int, ...] = (2, 3, 4)  # n-gram lengths, in tokens
    dropout: float = 0.3

    def __post_init__(self) -> None:
        check_sizes(self)
        if not isinstance(self.spans, tuple) or not 1 <= len(self.spans) <= 8:
            raise ConfigError(f"spans={self.spans!r} is not 1 to 8 n-gram lengths, as (2, 3, 4).")
        for span in self.spans:
            check_size("spans", span, 64)


class Conv(nn.Module):
    """Score rows of tokens; see the module docstring for the design."""

    Config = ConvConfig

    def __init__(self, config: ConvConfig):
        super().__init__()
        self.config = config
        width = config.width
        self.embed = make_embedding(config.vocab, width)
        self.ngrams = nn.ModuleList(nn.Conv1d(width, width, span) for span in config.spans)
        self.drop = nn.Dropout(config.dropout)
        self.head = make_head(width * len(config.spans), config.outputs)

    def features(self, ids: Tensor) -> Tensor:
        """The strongest match of every filter in each row, float32 [B, F], at least 0.

        Args:
            ids: int64 [B, T] tokens in [0, vocab); 0 is padding.
        """
        real_B1T = real_tokens(ids).unsqueeze(1)
        x_BWT = self.embed(ids).transpose(1, 2) * real_B1T
        peaks_BW = []
        for span, conv in zip(self.config.spans, self.ngrams, strict=True):
            around = ((span - 1) // 2, span // 2)
            matches_BWT = conv(functional.pad(x_BWT, around)).relu()
            peaks_BW.append((matches_BWT * real_B1T).amax(dim=2))
        return torch.cat(peaks_BW, dim=1)

    def forward(self, ids: Tensor) -> Tensor:
        """Score each output, float32 [B, outputs]; arguments as in `features`."""
        return self.head(self.drop(self.features(ids)))
