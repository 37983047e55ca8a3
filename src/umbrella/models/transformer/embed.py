"""Token ids to vectors: what the token is, where it stands, which part it belongs to.

Shapes: B rows, N places of all packed rows, T places of a row, W width.
"""

import math

import torch
from torch import Tensor, nn

from umbrella.base.errors import DataError
from umbrella.models.blocks import make_embedding
from umbrella.models.transformer.config import TransformerConfig
from umbrella.models.transformer.norms import make_norm
from umbrella.models.transformer.places import waves


class Embed(nn.Module):
    """The sum of the vectors of tokens, places and types, normed and widened where asked."""

    def __init__(self, config: TransformerConfig):
        super().__init__()
        self.config = config
        width = config.embed_width
        self.tokens = make_embedding(config.vocab, width, config.padding)
        if config.positions == "learned":
            self.places = nn.Embedding(config.places + config.place_offset, width)
            nn.init.normal_(self.places.weight, std=0.02)
        if config.types:
            self.types = nn.Embedding(config.types, width)
            nn.init.normal_(self.types.weight, std=0.02)
        if config.embed_norm:
            self.norm = make_norm(config, width)
        if width != config.width:
            self.widen = nn.Linear(width, config.width)
        self.drop = nn.Dropout(config.dropout)

    def forward(self, ids: Tensor, places: Tensor, types: Tensor | None = None) -> Tensor:
        """Vectors [B, T, W] or [N, W].

        Args:
            ids: int64 [B, T] or packed [N], in [0, vocab).
            places: of the tokens in their rows, [T], [B, T] or [N].
            types: which part each belongs to, the shape of `ids`; None for the first.

        Raises:
            DataError: a row is longer than there are places.
        """
        config = self.config
        self._check(ids, places)
        x = self.tokens(ids)
        if config.embed_scale:
            x = x * math.sqrt(config.embed_width)
        if config.positions == "learned":
            x = x + self.places(places + config.place_offset)
        elif config.positions == "sinusoidal":
            x = x + waves(places, config.embed_width, config.places).to(x.dtype)
        if config.types:
            x = x + (self.types.weight[0] if types is None else self.types(types))
        if config.embed_norm:
            x = self.norm(x)
        x = self.drop(x)
        return self.widen(x) if hasattr(self, "widen") else x

    def _check(self, ids: Tensor, places: Tensor) -> None:
        if not self.config.places or torch.jit.is_tracing() or not ids.numel():
            return
        if (longest := int(places.max()) + 1) > self.config.places:
            raise DataError(
                f"A row has {longest:,} tokens; this network reads at most "
                f"{self.config.places:,}. Cut it, or read it in overlapping windows."
            )
