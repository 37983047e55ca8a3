"""AdamW with warm-up and cosine decay. Matrices decay; biases, norms and embeddings do not.

Source: Loshchilov, Hutter 2019, arXiv:1711.05101; cosine schedule without restarts, 2017.
"""

import math

import torch
from torch import nn


def make_optimizer(
    network: nn.Module, learning_rate: float, weight_decay: float, fused: bool = True
) -> torch.optim.Optimizer:
    """AdamW over two groups.

    Args:
        network: its parameters that want gradients.
        learning_rate: the peak, reached after warm-up.
        weight_decay: share of a matrix taken off at each step, times the rate.
        fused: one kernel for all weights, a third of the time of `foreach` on a CPU too.
    """
    embeddings = {id(m.weight) for m in network.modules() if isinstance(m, nn.Embedding)}
    weights = [p for p in network.parameters() if p.requires_grad]
    decayed = [p for p in weights if p.ndim >= 2 and id(p) not in embeddings]
    plain = [p for p in weights if p.ndim < 2 or id(p) in embeddings]
    groups = [
        {"params": decayed, "weight_decay": weight_decay},
        {"params": plain, "weight_decay": 0.0},
    ]
    groups = [group for group in groups if group["params"]]
    options = {"fused": True} if fused else {"foreach": True}
    return torch.optim.AdamW(groups, lr=learning_rate, betas=(0.9, 0.99), **options)  # type: ignore[arg-type]


def rate_at(step: int, total: int, warmup: float) -> float:
    """The schedule's factor in (0, 1] for a step.

    Args:
        step: steps done so far.
        total: steps planned, > 0.
        warmup: share of the steps that rise linearly.
    """
    rising = max(1, round(warmup * total))
    if step < rising:
        return (step + 1) / rising
    done = min(1.0, (step - rising) / max(1, total - rising))
    return 0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * done))
