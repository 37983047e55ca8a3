"""Low ranks beside frozen linear maps: little to learn, and merged into the weights at the end.

    y = W x + b + (α / r) · B A x,   A random, B zero at first

Source: Hu et al. 2021, arXiv:2106.09685. A map that holds several (queries, keys and values) gets a
rank for each. Merged, a network is as it was, with other numbers in W.
"""

import torch
from torch import Tensor, nn

ALPHA = 2.0  # α / r: what the product is multiplied by


class LowRank(nn.Module):
    """A frozen linear map and what is learned beside it.

    Args:
        frozen: the map.
        rank: r of every part.
        parts: outputs of each part, in order; together those of the map.
    """

    def __init__(self, frozen: nn.Linear, rank: int, parts: tuple[int, ...]):
        super().__init__()
        self.frozen, self.rank = frozen, rank
        self.down = nn.Parameter(torch.empty(rank * len(parts), frozen.in_features))
        nn.init.normal_(self.down, std=frozen.in_features**-0.5)
        self.up = nn.ParameterList(torch.zeros(outputs, rank) for outputs in parts)

    def forward(self, x: Tensor) -> Tensor:
        """[..., inputs] → [..., outputs]."""
        low = nn.functional.linear(x, self.down).split(self.rank, dim=-1)
        more = [nn.functional.linear(part, up) for part, up in zip(low, self.up, strict=True)]
        return self.frozen(x) + ALPHA * torch.cat(more, dim=-1)  # type: ignore[no-any-return]

    @torch.no_grad()
    def merged(self) -> nn.Linear:
        """The map with what was learned in it."""
        downs = self.down.split(self.rank)
        product = torch.cat([up @ down for up, down in zip(self.up, downs, strict=True)])
        self.frozen.weight += ALPHA * product
        return self.frozen


def adapt(network: nn.Module, rank: int) -> None:
    """Freeze a network but for what is new in it, and set low ranks beside its linear maps.

    Args:
        network: has `adaptable()` and `is_fresh(name)`.
        rank: r.
    """
    for name, weight in network.named_parameters():
        weight.requires_grad_(network.is_fresh(name))  # type: ignore[operator]
    for owner, name, parts in network.adaptable():  # type: ignore[operator]
        setattr(owner, name, LowRank(getattr(owner, name), rank, parts))


def merge(network: nn.Module) -> None:
    """Put what low ranks learned into the weights, and leave the network as it was built."""
    for owner in list(network.modules()):
        for name, part in list(owner.named_children()):
            if isinstance(part, LowRank):
                setattr(owner, name, part.merged())
    for weight in network.parameters():
        weight.requires_grad_(True)
