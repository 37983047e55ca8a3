"""A whole encoder or decoder: embeddings, blocks, and rows that are padded, packed or cached.

Shapes: B rows, N places of all packed rows, T places of a row, W width, S places of a memory.
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from umbrella.base.errors import ConfigError, DataError
from umbrella.models.transformer.cache import Cache
from umbrella.models.transformer.config import TransformerConfig
from umbrella.models.transformer.embed import Embed
from umbrella.models.transformer.look import Look
from umbrella.models.transformer.packing import Packing, real_places
from umbrella.models.transformer.stack import Stack

Lengths = Tensor | Sequence[int]


class Transformer(nn.Module):
    """An encoder, or with `causal` a decoder, of tokens."""

    Config = TransformerConfig

    def __init__(self, config: TransformerConfig):
        super().__init__()
        if not config.vocab:
            raise ConfigError("vocab=0 reads no tokens. Give the number of tokens, or use Stack.")
        self.config = config
        self.embed = Embed(config)
        self.stack = Stack(config)

    def forward(
        self,
        ids: Tensor,
        lengths: Lengths | None = None,
        *,
        real: Tensor | None = None,
        types: Tensor | None = None,
        memory: Tensor | None = None,
        memory_lengths: Lengths | None = None,
        memory_real: Tensor | None = None,
        cache: Cache | None = None,
        maps: list[Tensor] | None = None,
    ) -> Tensor:
        """States of every token, [B, T, W] or packed [N, W]; those of padding mean nothing.

        Args:
            ids: int64 tokens, padded [B, T] (rows begin at the left) or packed [N].
            lengths: tokens of each row, [B]; needed where packed, else None means T or `real`.
            real: which places are tokens rather than padding, bool [B, T], for padded rows.
            types: parts, the shape of `ids`.
            memory: for a decoder with `cross`: states of an encoder, [B, S, M], packed where
                `ids` is. With a cache only the first time.
            memory_lengths, memory_real: as `lengths` and `real`, of the memory.
            cache: for a decoder: what was read before; padded rows only.
            maps: a list that is filled with every layer's weights, [B, H, T, S] each, those
                across following the own ones.

        Raises:
            DataError: shapes and lengths do not fit, a row is too long, or a memory is missing.
        """
        told = memory is not None or (cache is not None and bool(cache.memory))
        if told != self.config.cross:
            raise DataError(
                "This decoder looks at a memory, and none was given. Give the encoder's states."
                if self.config.cross
                else "A memory was given to a network that looks at none. Leave it out."
            )
        if ids.ndim == 1:
            return self._packed(ids, lengths, types, memory, memory_lengths, maps)
        if real is None and lengths is not None and not self.config.causal:
            real = real_places(_tensor(lengths, ids.device), ids.shape[1])
        if cache is not None:
            places = cache.begin(ids.shape[1])
        else:
            places = torch.arange(ids.shape[1], device=ids.device)
        look = self.stack.look(places, real=real, cache=cache, maps=maps)
        if memory_real is None and memory_lengths is not None and memory is not None:
            memory_real = real_places(_tensor(memory_lengths, ids.device), memory.shape[1])
        x = self.stack(
            self.embed(ids, places, types),
            look,
            memory=memory,
            look_across=_across(memory_real, cache, maps),
            cache=cache,
            places=places,
        )
        if cache is not None:
            cache.finish(ids.shape[1], None if lengths is None else _tensor(lengths, ids.device))
        return x  # type: ignore[no-any-return]

    def _packed(
        self,
        ids: Tensor,
        lengths: Lengths | None,
        types: Tensor | None,
        memory: Tensor | None,
        memory_lengths: Lengths | None,
        maps: list[Tensor] | None,
    ) -> Tensor:
        if lengths is None or (memory is not None and memory_lengths is None):
            raise DataError("Packed rows came without lengths. Give the length of every row.")
        packing = Packing(
            lengths,
            memory_lengths,
            device=ids.device,
            dense=maps is not None or ids.device.type != "cpu",
            places=len(ids),
        )
        moved, places = packing.is_moved, packing.places
        if moved:
            ids = ids[packing.take]
            types = None if types is None else types[packing.take]
            memory = None if memory is None else memory[packing.take_memory]
        own = self.stack.look(places, packing=packing, maps=maps)
        x = self.stack(
            self.embed(ids, places, types),
            own,
            memory=memory,
            look_across=Look(packing=packing, maps=maps),
        )
        return x[packing.back] if moved else x  # type: ignore[no-any-return]

    def make_cache(self, rows: int, places: int) -> Cache:
        """Room for what a decoder reads: `places` tokens of each row."""
        return Cache(self.stack.config, rows, places, self.embed.tokens.weight)


def _across(real: Tensor | None, cache: Cache | None, maps: list[Tensor] | None) -> Look:
    """What a decoder may look at in a memory."""
    if cache is not None:
        if real is not None:
            cache.memory_real = real
        real = cache.memory_real
    return Look(None if real is None else real[:, None, None, :], maps=maps)


def _tensor(lengths: Lengths, device: torch.device) -> Tensor:
    return torch.as_tensor(lengths, device=device)
