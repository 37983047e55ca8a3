"""Attention: every place asks, and takes from the places that it may look at by how they answer.

Source: Vaswani et al. 2017, arXiv:1706.03762; grouped keys and values: Ainslie et al. 2023,
arXiv:2305.13245; norms of queries and keys: Henry et al. 2020, arXiv:2010.04245.

Shapes: B rows, N places of all packed rows, T places of queries, S of keys, W width, H heads of
queries, K heads of keys and values, E width of a head.
"""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

from umbrella.models.transformer.cache import Cache
from umbrella.models.transformer.config import TransformerConfig
from umbrella.models.transformer.look import EVERYTHING, Look
from umbrella.models.transformer.norms import RootMeanSquare
from umbrella.models.transformer.places import rotate


class Attention(nn.Module):
    """Multi-head attention of places to themselves or, where `across`, to a memory."""

    def __init__(self, config: TransformerConfig, across: bool = False, layer: int = 0):
        super().__init__()
        self.config, self.across, self.layer = config, across, layer
        width, inner, shared, bias = config.width, config.inner, config.shared, config.bias_in
        if across:
            self.mix_query = nn.Linear(width, inner, bias=bias)
            self.mix_memory = nn.Linear(config.memory_width, 2 * shared, bias=bias)
        else:
            self.mix_in = nn.Linear(width, inner + 2 * shared, bias=bias)
        if config.qk_norm:
            self.norm_query = RootMeanSquare(config.head_width, config.epsilon)
            self.norm_key = RootMeanSquare(config.head_width, config.epsilon)
        self.mix_out = nn.Linear(inner, width, bias=config.bias_out)

    def forward(
        self,
        x: Tensor,
        look: Look = EVERYTHING,
        memory: Tensor | None = None,
        cache: Cache | None = None,
        places: Tensor | None = None,
    ) -> Tensor:
        """Mix states.

        Args:
            x: padded [B, T, W] or packed [N, W].
            look: who may look where; with its `packing`, `x` and `memory` are packed.
            memory: states that an `across` attention looks at, [B, S, M] or packed.
            cache: what was read before; keys and values of `x` are added to it.
            places: of `x` in their rows, as `Cache.begin` gave them.

        Returns:
            The shape of `x`.
        """
        known = cache.memory.get(self.layer) if self.across and cache is not None else None
        query, key, value = self._split(x, look, memory if known is None else None)
        if look.packing is not None:
            return self.mix_out(self._packed(query, key, value, look))  # type: ignore[no-any-return]
        key_BKSE, value_BKSE = known or (key.transpose(1, 2), value.transpose(1, 2))
        if cache is not None and self.across:
            cache.memory[self.layer] = key_BKSE, value_BKSE
        elif cache is not None:
            assert places is not None
            key_BKSE, value_BKSE = cache.store(self.layer, places, key, value)
        mixed = self._attend(query.transpose(1, 2), key_BKSE, value_BKSE, look)
        return self.mix_out(mixed.transpose(1, 2).flatten(2))  # type: ignore[no-any-return]

    def _split(self, x: Tensor, look: Look, memory: Tensor | None) -> tuple[Tensor, Tensor, Tensor]:
        """Queries [..., H, E], keys and values [..., K, E], normed and turned.

        Across without a memory (a cache holds what it told) keys and values are empty.
        """
        config, head = self.config, self.config.head_width
        if self.across:
            query = self.mix_query(x)
            told = x.new_empty(0, 2 * config.shared) if memory is None else self.mix_memory(memory)
            key, value = told.chunk(2, dim=-1)
        else:
            sizes = [config.inner, config.shared, config.shared]
            query, key, value = self.mix_in(x).split(sizes, dim=-1)
        query = query.unflatten(-1, (config.heads, head))
        key = key.unflatten(-1, (config.kv_heads, head))
        value = value.unflatten(-1, (config.kv_heads, head))
        if config.qk_norm:
            query, key = self.norm_query(query), self.norm_key(key)
        if look.rotation is not None and not self.across:
            cosines, sines = (turn.to(query.dtype) for turn in look.rotation)
            query, key = rotate(query, cosines, sines), rotate(key, cosines, sines)
        return query, key, value

    def _packed(self, query: Tensor, key: Tensor, value: Tensor, look: Look) -> Tensor:
        """Packed queries [N, H, E] → [N, H E], each row for itself."""
        packing = look.packing
        assert packing is not None
        if packing.dense:
            query = packing.scatter(query).transpose(1, 2)
            key, value = (packing.scatter(x, self.across).transpose(1, 2) for x in (key, value))
            mixed = self._attend(query, key, value, look.dense(self.across))
            return packing.gather(mixed.transpose(1, 2)).flatten(1)
        parts = []
        for group in packing.groups_across if self.across else packing.groups:
            rows, length, across = group.rows, group.length, group.memory_length
            asks = query.narrow(0, group.start, rows * length)
            if not across:  # nothing to look at: nothing is taken
                parts.append(asks.flatten(1) * 0)
                continue
            told = slice(group.memory_start, group.memory_start + rows * across)
            mixed = self._attend(
                asks.unflatten(0, (rows, length)).transpose(1, 2),
                key[told].unflatten(0, (rows, across)).transpose(1, 2),
                value[told].unflatten(0, (rows, across)).transpose(1, 2),
                look.cut(length, across),
            )
            parts.append(mixed.transpose(1, 2).reshape(rows * length, -1))
        return torch.cat(parts) if parts else query.flatten(1)

    def _attend(self, query: Tensor, key: Tensor, value: Tensor, look: Look) -> Tensor:
        """[B, H, T, E] of queries, [B, K, S, E] of keys and values → [B, H, T, E]."""
        if look.maps is not None:
            return self._plainly(query, key, value, look)
        key, value = self._unfold(key), self._unfold(value)
        return functional.scaled_dot_product_attention(
            query,
            key,
            value,
            attn_mask=look.mask,
            dropout_p=self.config.attention_dropout if self.training else 0.0,
            is_causal=look.causal and look.mask is None,
            scale=self.config.attention_scale or None,
        )

    def _plainly(self, query: Tensor, key: Tensor, value: Tensor, look: Look) -> Tensor:
        """The same, by products that hold the weights, which `look.maps` may keep."""
        key, value = self._unfold(key), self._unfold(value)
        scale = self.config.attention_scale or 1 / math.sqrt(self.config.head_width)
        scores_BHTS = (query * scale) @ key.transpose(2, 3)
        if look.mask is None and look.causal:
            shape = scores_BHTS.shape[2:]
            allowed = torch.ones(shape, dtype=torch.bool, device=query.device).tril()
            scores_BHTS = scores_BHTS.masked_fill(~allowed, float("-inf"))
        elif look.mask is not None and look.mask.dtype == torch.bool:
            scores_BHTS = scores_BHTS.masked_fill(~look.mask, float("-inf"))
        elif look.mask is not None:
            scores_BHTS = scores_BHTS + look.mask
        weights_BHTS = scores_BHTS.softmax(dim=-1)
        if look.maps is not None:
            look.maps.append(weights_BHTS)
        share = self.config.attention_dropout
        return functional.dropout(weights_BHTS, share, self.training) @ value

    def _unfold(self, x: Tensor) -> Tensor:
        """Keys or values for every head of queries, [B, H, S, E]."""
        shared = self.config.heads // self.config.kv_heads
        return x.repeat_interleave(shared, dim=1) if shared > 1 else x
