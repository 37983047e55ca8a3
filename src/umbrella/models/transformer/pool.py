"""One vector a row from the states of its tokens, padded or packed.

Shapes: B rows, N places of all packed rows, T places of a row, W width.
"""

import torch
from torch import Tensor

from umbrella.models.transformer.packing import real_places
from umbrella.models.transformer.transformer import Lengths


def first(states: Tensor, lengths: Lengths | None = None) -> Tensor:
    """The states of first tokens, [B, W].

    Args:
        states: padded [B, T, W], or packed [N, W] of rows that are not empty.
        lengths: tokens of each row; needed where packed.
    """
    if states.ndim == 3:
        return states[:, 0]
    ends = torch.as_tensor(lengths, device=states.device).cumsum(0)
    return states[torch.cat([ends.new_zeros(1), ends[:-1]])]


def mean(states: Tensor, lengths: Lengths | None = None, real: Tensor | None = None) -> Tensor:
    """The mean over each row's tokens, [B, W]; zeros for an empty row.

    Args:
        states: padded [B, T, W] or packed [N, W].
        lengths: tokens of each row; needed where packed.
        real: in place of lengths where padded, bool [B, T]; with neither all places count.
    """
    if states.ndim == 2:
        counts = torch.as_tensor(lengths, device=states.device)
        rows = torch.arange(len(counts), device=states.device).repeat_interleave(counts)
        sums = states.new_zeros(len(counts), states.shape[1]).index_add(0, rows, states)
        return sums / counts.clamp_min(1).unsqueeze(1).to(states.dtype)
    if real is None:
        if lengths is None:
            return states.mean(dim=1)
        real = real_places(torch.as_tensor(lengths, device=states.device), states.shape[1])
    shares = real.to(states.dtype)
    shares = shares / shares.sum(dim=1, keepdim=True).clamp_min(1)
    return (shares.unsqueeze(1) @ states).squeeze(1)
