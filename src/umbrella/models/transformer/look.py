"""What the places of a batch may look at; made once, used by every block.

Shapes: B rows, H heads, T places of queries, S of keys.
"""

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from umbrella.models.transformer.packing import Packing


@dataclass(frozen=True)
class Look:
    """What attention needs to know beside the states.

    Args:
        mask: what may be looked at (bool) or what is added to scores (float), [B or 1, H or 1,
            T or 1, S]; None is everything.
        causal: whether places look backwards only; a float mask already says so.
        packing: how packed rows lie; None for padded rows.
        rotation: cosines and sines for queries and keys, [..., T, 1, E]; None turns nothing.
        maps: filled with the weights of every layer, [B, H, T, S] each; None keeps none.
    """

    mask: Tensor | None = None
    causal: bool = False
    packing: Packing | None = None
    rotation: tuple[Tensor, Tensor] | None = None
    maps: list[Tensor] | None = None

    def dense(self, across: bool) -> "Look":
        """The same for packed rows that were padded for attention alone."""
        assert self.packing is not None
        mask, real = self.mask, self.packing.real(memory=across)[:, None, None, :]
        if mask is not None:
            mask = mask.masked_fill(~real, float("-inf"))
        elif self.causal:
            mask = real & backwards(torch.arange(real.shape[3], device=real.device), real.shape[3])
        else:
            mask = real
        return replace(self, mask=mask, packing=None)

    def cut(self, places: int, keys: int) -> "Look":
        """The same for the first places only: rows of a packed group."""
        mask = None if self.mask is None else self.mask[..., :places, :keys]
        return replace(self, mask=mask, packing=None)


EVERYTHING = Look()


def backwards(queries: Tensor, keys: int) -> Tensor:
    """Which keys lie at or before each query, bool [..., T, S].

    Args:
        queries: their places, [..., T].
        keys: S.
    """
    return torch.arange(keys, device=queries.device) <= queries.unsqueeze(-1)
