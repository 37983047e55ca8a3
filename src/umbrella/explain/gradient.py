"""How much every element of a row moved a score: gradient × input at the table of vectors.

Gradient × input: Simonyan, Vedaldi, Zisserman 2013, arXiv:1312.6034; Shrikumar et al. 2016,
arXiv:1605.01713. Along a path from nothing to the row: integrated gradients, Sundararajan, Taly,
Yan 2017, arXiv:1703.01365, whose parts add up to the score's rise. Where a score is a weighted sum
of what is counted both are weight × value, exactly.

Every element gets a row of its own in the table that it is looked up in, so that the gradient of
that row is its own whatever the network does with it after, in padded, packed or unfolded rows.

Shapes: S elements of a row, B copies of it, W width of a table.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.func import functional_call

from umbrella.models.blocks import AttentionPool

CELLS = 2**14  # elements of all copies that go through a network at once
Feeds = Mapping[str, NDArray]  # input → one row without padding, [1, S, …]
Score = Callable[[Tensor], Tensor]


@dataclass(frozen=True)
class Table:
    """Where an input is looked up.

    Args:
        name: of the weights among the network's parameters.
        padding: the id that is no element.
    """

    name: str
    padding: int


def find_tables(
    network: nn.Module, feeds: Feeds, pads: Mapping[str, int]
) -> dict[str, Table]:
    """Which inputs are looked up, and where.

    Args:
        network: in evaluation mode.
        feeds: the row.
        pads: the id of padding of every input that may be looked up.
    """
    seen: list[tuple[str, Tensor]] = []

    def note(name: str) -> Callable[[nn.Module, tuple[Tensor, ...]], None]:
        return lambda _, given: seen.append((f"{name}.weight", given[0].unique()))

    found = [(n, one) for n, one in network.named_modules() if isinstance(one, nn.Embedding)]
    hooks = [table.register_forward_pre_hook(note(name)) for name, table in found]
    try:
        with torch.no_grad():
            network(**_tensors(feeds))
    finally:
        for hook in hooks:
            hook.remove()
    tables: dict[str, Table] = {}
    for name, padding in pads.items():
        own, taken = torch.from_numpy(feeds[name]).unique(), {one.name for one in tables.values()}
        match = (at for at, ids in seen if at not in taken and torch.equal(ids, own))
        if (table := next(match, None)) is not None:
            tables[name] = Table(table, padding)
    return tables


def contributions(
    network: nn.Module,
    feeds: Feeds,
    tables: Mapping[str, Table],
    score: Score,
    *,
    steps: int = 1,
    kept: Mapping[str, NDArray[np.bool_]] | None = None,
) -> dict[str, NDArray[np.float64]]:
    """What every element added to a score, of each input [S].

    Args:
        network: in evaluation mode.
        feeds: the row.
        tables: as `find_tables` gives them.
        score: of its outputs, copy by copy.
        steps: places on the path from nothing to the row; 1 is gradient × input at the row itself.
        kept: elements of an input that stay on the whole path and get nothing, [S].
    """
    shares = (torch.arange(steps) + 0.5) / steps if steps > 1 else torch.ones(1)
    size = max(feeds[name].size for name in tables)
    at_once = max(1, CELLS // max(size, 1))
    sums: dict[str, Tensor] = {}
    for some in shares.split(at_once):
        own, given, there = _own_rows(network, feeds, tables, some, kept or {})
        outputs = functional_call(network, own, (), given)
        grads = torch.autograd.grad(score(outputs).sum(), list(own.values()), allow_unused=True)
        for (name, table), grad in zip(tables.items(), grads, strict=True):
            rows, full = there[name]
            if grad is not None:
                moved = (grad[rows] * full).sum(dim=2).sum(dim=0)
                sums[name] = sums.get(name, torch.zeros(())) + moved
            assert table.name in own
    return {
        name: _by_element(sums[name], feeds[name]) / steps for name in tables if name in sums
    }


def _own_rows(
    network: nn.Module,
    feeds: Feeds,
    tables: Mapping[str, Table],
    shares: Tensor,
    kept: Mapping[str, NDArray[np.bool_]],
) -> tuple[dict[str, Tensor], dict[str, Tensor], dict[str, tuple[Tensor, Tensor]]]:
    """Tables in which every element of every copy has a row of its own, inputs that name these
    rows, and of each input the rows [B, S] with the vectors they have at the end of the path.
    """
    weights, copies = dict(network.named_parameters()), len(shares)
    given = {
        name: ids.expand(copies, *ids.shape[1:]).clone() for name, ids in _tensors(feeds).items()
    }
    own, there = {}, {}
    for name, table in tables.items():
        ids, whole = torch.from_numpy(feeds[name]).flatten(), weights[table.name].detach()
        count, padding = len(ids), table.padding
        numbers = torch.arange(copies * count).view(copies, count)
        numbers = numbers + (numbers >= padding)  # the row of padding stays where it is
        full = whole[ids]
        stays = _kept(kept.get(name), feeds[name])
        share = torch.where(stays, 1.0, shares[:, None])
        rows = whole.new_zeros(copies * count + 1 + padding, whole.shape[1])
        rows[numbers] = share.unsqueeze(2) * full
        rows[padding] = whole[padding] if padding < len(whole) else 0.0
        own[table.name] = rows.requires_grad_()
        named = torch.where(ids == padding, padding, numbers)
        given[name] = named.view(copies, *feeds[name].shape[1:])
        gone = stays | (ids == padding)
        there[name] = (numbers, torch.where(gone[:, None], 0.0, full))
    return own, given, there


def _kept(kept: NDArray[np.bool_] | None, array: NDArray) -> Tensor:
    """Which entries of a row stay, over all its numbers."""
    if kept is None:
        return torch.zeros(array.size, dtype=torch.bool)
    inner = array[0, 0].size
    return torch.from_numpy(np.repeat(kept, inner))


def _by_element(sums: Tensor, array: NDArray) -> NDArray[np.float64]:
    return np.asarray(sums.detach().double().numpy()).reshape(array.shape[1], -1).sum(axis=1)


def attention(network: nn.Module, feeds: Feeds) -> NDArray[np.float64] | None:
    """The weights of a network's only attention pool, [S]; None where it has none or several."""
    pools = [one for one in network.modules() if isinstance(one, AttentionPool)]
    if len(pools) != 1:
        return None
    seen: list[Tensor] = []

    def look(pool: nn.Module, given: Sequence[Tensor], _: Tensor) -> None:
        seen.append(pool.weights(*given))  # type: ignore[operator]

    hook = pools[0].register_forward_hook(look)
    try:
        with torch.no_grad():
            network(**_tensors(feeds))
    finally:
        hook.remove()
    return np.asarray(seen[0][0].double().numpy()) if len(seen) == 1 else None


def _tensors(feeds: Feeds) -> dict[str, Tensor]:
    return {name: torch.from_numpy(np.ascontiguousarray(array)) for name, array in feeds.items()}
