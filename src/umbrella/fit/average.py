"""Exponential moving average of a network's weights, in one flat float32 buffer.

    shadow ← d·shadow + (1 − d)·weights,   d = min(decay, (1 + t) / (10 + t)),   t updates so far

The warm-up of d (as in TensorFlow's ExponentialMovingAverage) keeps the start from weighing on
the average. The shadow is float32 whatever the weights are: in bfloat16 an average with decay
.9999 stands still. Floating buffers (running means and variances) are averaged like weights,
since they are averages themselves; integer buffers (counters) are copied, because truncation
would freeze them.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn


class Average:
    """The shadow of a network.

    Args:
        network: weights that learn and buffers to follow; the shadow starts as their copy.
        decay: d's limit, in [0, 1); half-life in steps is ln 2 / −ln d.
    """

    def __init__(self, network: nn.Module, decay: float) -> None:
        self.network, self.decay, self.updates = network, decay, 0
        learned = [weight for weight in network.parameters() if weight.requires_grad]
        state = [*learned, *network.buffers()]
        self.live = [tensor for tensor in state if tensor.is_floating_point()]
        self.copied = [tensor for tensor in state if not tensor.is_floating_point()]
        self.flat = torch.cat([t.detach().reshape(-1).float() for t in self.live])
        self.views = _views(self.flat, self.live)
        self.copies = [tensor.detach().clone() for tensor in self.copied]

    @torch.no_grad()
    def update(self) -> None:
        """Follow the weights by one step."""
        decay = min(self.decay, (1 + self.updates) / (10 + self.updates))
        self.updates += 1
        weights = [t if t.dtype == torch.float32 else t.float() for t in self.live]
        torch._foreach_lerp_(self.views, weights, 1 - decay)
        for copy, tensor in zip(self.copies, self.copied, strict=True):
            copy.copy_(tensor)

    @contextmanager
    def shown(self) -> Iterator[None]:
        """The network wears the shadow inside the block, and its own weights after it."""
        self._swap()
        try:
            yield
        finally:
            self._swap()

    @torch.no_grad()
    def _swap(self) -> None:
        pairs = [*zip(self.live, self.views, strict=True)]
        for tensor, other in [*pairs, *zip(self.copied, self.copies, strict=True)]:
            kept: Tensor = tensor.detach().clone()
            tensor.copy_(other)
            other.copy_(kept)


def _views(flat: Tensor, like: list[Tensor]) -> list[Tensor]:
    parts = flat.split([tensor.numel() for tensor in like])
    return [part.view(tensor.shape) for part, tensor in zip(parts, like, strict=True)]
