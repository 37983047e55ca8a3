"""Blocks one after the other, and what each of their places may look at.

Shapes: B rows, N places of all packed rows, T places of a row, W width, S places of a memory.
"""

from dataclasses import replace

import torch
from torch import Tensor, nn

from umbrella.models.transformer.block import Block
from umbrella.models.transformer.cache import Cache
from umbrella.models.transformer.config import TransformerConfig
from umbrella.models.transformer.look import EVERYTHING, Look, backwards
from umbrella.models.transformer.norms import make_norm
from umbrella.models.transformer.packing import Packing
from umbrella.models.transformer.places import distance_buckets, rotations


class Stack(nn.Module):
    """All blocks and, where the config has one, the last norm.

    Args:
        config: sizes and kinds.
        causal, cross: in place of those of the config.
    """

    def __init__(
        self, config: TransformerConfig, causal: bool | None = None, cross: bool | None = None
    ):
        super().__init__()
        causal = config.causal if causal is None else causal
        cross = config.cross if cross is None else cross
        self.config = config = replace(config, causal=causal, cross=cross)
        self.blocks = nn.ModuleList(Block(config, layer=n) for n in range(config.layers))
        if config.positions == "relative":
            self.relative = nn.Embedding(config.buckets, config.heads)
        if config.final_norm:
            self.norm = make_norm(config, config.width)

    def forward(
        self,
        x: Tensor,
        look: Look = EVERYTHING,
        *,
        memory: Tensor | None = None,
        look_across: Look = EVERYTHING,
        cache: Cache | None = None,
        places: Tensor | None = None,
    ) -> Tensor:
        """States after all blocks.

        Args:
            x: padded [B, T, W] or packed [N, W].
            look: as `self.look` makes it.
            memory, look_across: what a decoder looks at, [B, S, M] or packed, and how.
            cache: of what was read before.
            places: of `x` in their rows.
        """
        for block in self.blocks:
            x = block(x, look, memory=memory, look_across=look_across, cache=cache, places=places)
        return self.norm(x) if self.config.final_norm else x

    def look(
        self,
        places: Tensor,
        *,
        real: Tensor | None = None,
        packing: Packing | None = None,
        cache: Cache | None = None,
        maps: list[Tensor] | None = None,
    ) -> Look:
        """What places may look at.

        Args:
            places: of all tokens in their rows: [T], [B, T] (with a cache) or packed [N].
            real: which places of padded rows are real, bool [B, T]; None for all.
            packing: how packed rows lie.
            cache: whose keys are looked at too.
            maps: filled with the weights of every layer.
        """
        config = self.config
        rotation = None
        if config.positions == "rotary":
            cosines, sines = rotations(config, places)
            rotation = cosines.unsqueeze(-2), sines.unsqueeze(-2)
        mask, causal = None, config.causal
        if cache is not None:
            causal = cache.longest == 0
            mask = self._cached_mask(places, cache)
        elif real is not None:
            mask = real[:, None, None, :]
            if causal:
                mask = mask & backwards(places, real.shape[1])
        if config.positions == "relative":
            mask = self._scores(places, mask, packing, cache)
        return Look(mask, causal, packing, rotation, maps)

    def _cached_mask(self, places: Tensor, cache: Cache) -> Tensor | None:
        """What new places may look at among all keys; None where that is plain."""
        new = places.shape[-1]
        if cache.is_even and (new == 1 or cache.longest == 0):
            return None
        seen = backwards(places, cache.longest + new)
        return seen if cache.is_even else seen.unsqueeze(1)

    def _scores(
        self, places: Tensor, mask: Tensor | None, packing: Packing | None, cache: Cache | None
    ) -> Tensor:
        """What distances add to the scores, and what may not be seen, float [B or 1, H, T, S]."""
        if packing is not None:
            places = torch.arange(int(packing.lengths.max(initial=1)), device=places.device)
        keys = places.shape[-1] + (cache.longest if cache is not None else 0)
        buckets = distance_buckets(self.config, places, torch.arange(keys, device=places.device))
        scores = self.relative(buckets)
        scores = scores.permute(2, 0, 1)[None] if scores.ndim == 3 else scores.permute(0, 3, 1, 2)
        if mask is None and self.config.causal:
            mask = backwards(places, keys)
        return scores if mask is None else scores.masked_fill(~mask, float("-inf"))
