"""Keys and values of what a decoder has read, so that it reads nothing twice.

The room is taken once. Rows may differ in length: each goes on behind its own last token.

Shapes: B rows, K heads of keys and values, P places of room, T new places, E width of a head.
"""

from collections.abc import Sequence

import torch
from torch import Tensor

from umbrella.base.errors import DataError
from umbrella.models.transformer.config import TransformerConfig


class Cache:
    """Room for one batch.

    Args:
        config: of the decoder.
        rows: B.
        places: P, the longest that rows may grow.
        like: a tensor of the device and type that the network computes in.
    """

    def __init__(self, config: TransformerConfig, rows: int, places: int, like: Tensor):
        shape = (config.layers, rows, config.kv_heads, places, config.head_width)
        # zeros, not whatever was there: unread places are masked, and NaN times 0 is NaN
        self.keys, self.values = like.new_zeros(shape), like.new_zeros(shape)
        self.room = places
        self.lengths = torch.zeros(rows, dtype=torch.int64, device=like.device)
        self.longest = 0  # of all rows
        self.is_even = True  # whether all rows are equally long
        self.memory: dict[int, tuple[Tensor, Tensor]] = {}  # layer → keys and values across
        self.memory_real: Tensor | None = None  # bool [B, S]

    def begin(self, new: int) -> Tensor:
        """Places of new tokens: [T] where all rows are equally long, else [B, T].

        Raises:
            DataError: the room does not hold them.
        """
        if self.longest + new > self.room:
            raise DataError(
                f"A cache of {self.room} places holds {self.longest}; {new} more do not fit. "
                f"Give it more places when it is made."
            )
        steps = torch.arange(new, device=self.lengths.device)
        return self.longest + steps if self.is_even else self.lengths.unsqueeze(1) + steps

    def store(
        self, layer: int, places: Tensor, key_BTKE: Tensor, value_BTKE: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Keep new keys and values; return all so far, [B, K, S, E] each."""
        keys, values = self.keys[layer], self.values[layer]
        new = key_BTKE.shape[1]
        end = self.longest + new
        if places.ndim == 1:
            keys[:, :, self.longest : end] = key_BTKE.transpose(1, 2)
            values[:, :, self.longest : end] = value_BTKE.transpose(1, 2)
        else:
            rows = torch.arange(len(places), device=places.device).unsqueeze(1)
            keys[rows, :, places] = key_BTKE
            values[rows, :, places] = value_BTKE
        return keys[:, :, :end], values[:, :, :end]

    def finish(self, new: int, lengths: Tensor | None) -> None:
        """Count the tokens just kept.

        Args:
            new: places of the batch.
            lengths: how many of them each row really has, [B]; None for all.
        """
        self.longest += new
        self.lengths = self.lengths + (new if lengths is None else lengths)
        if lengths is not None:
            self.longest = int(self.lengths.max())
            self.is_even = bool((self.lengths == self.longest).all())

    def pick(self, rows: Sequence[int] | Tensor) -> None:
        """Go on with these rows only, in this order; a row may come twice (search by beams)."""
        index = torch.as_tensor(rows, device=self.lengths.device)
        self.keys, self.values = self.keys[:, index], self.values[:, index]
        self.lengths = self.lengths[index]
        self.memory = {n: (k[index], v[index]) for n, (k, v) in self.memory.items()}
        if self.memory_real is not None:
            self.memory_real = self.memory_real[index]
