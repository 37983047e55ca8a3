"""How much every element of a row moved a score: gradient × input at the table of vectors.

Gradient × input: Simonyan, Vedaldi, Zisserman 2013, arXiv:1312.6034; Shrikumar et al. 2016,
arXiv:1605.01713. Along a path from nothing to the row: integrated gradients, Sundararajan, Taly,
Yan 2017, arXiv:1703.01365, whose parts add up to the score's rise. Where a score is a weighted sum
of what is counted both are weight × value, exactly.

Every element gets a row of its own at the end of the table that it is looked up in, so that the
gradient of that row is its own whatever the network does with it after, in rows that are padded,
packed, joined or unfolded.

Shapes: S elements of a row, B copies of it, W width of a table.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

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
        padding: the id that stands for nothing, where there is one; its vector is where a path
            begins. Without it a path begins at zeros.
    """

    name: str
    padding: int | None


def find_tables(network: nn.Module, feeds: Feeds, names: Iterable[str]) -> dict[str, Table]:
    """Which inputs are looked up, and where.

    Args:
        network: in evaluation mode.
        feeds: the row.
        names: of the inputs that may be looked up.
    """
    seen: list[tuple[Table, Tensor]] = []

    def note(name: str, table: nn.Embedding) -> Any:
        found = Table(f"{name}.weight", table.padding_idx)
        return lambda _, given: seen.append((found, given[0]))

    hooks = [
        one.register_forward_pre_hook(note(name, one))
        for name, one in network.named_modules()
        if isinstance(one, nn.Embedding)
    ]
    fed = _tensors(feeds)
    try:
        with torch.no_grad():
            network(**fed)
    finally:
        for hook in hooks:
            hook.remove()
    tables: dict[str, Table] = {}
    for name in names:
        own = fed[name].flatten()
        # Looked up as it came; else by its numbers, which two inputs of a short row may share.
        itself = [table for table, ids in seen if _same_memory(ids, fed[name])]
        whole = [table for table, ids in seen if torch.equal(ids.flatten(), own)]
        part = [table for table, ids in seen if torch.isin(own, ids).all()]
        free = [table for table in (*whole, *part) if table not in tables.values()]
        for table in (*itself, *free[:1], *whole, *part)[:1]:
            tables[name] = table
    return tables


def _same_memory(one: Tensor, other: Tensor) -> bool:
    return one.untyped_storage().data_ptr() == other.untyped_storage().data_ptr() != 0


def contributions(
    network: nn.Module,
    feeds: Feeds,
    tables: Mapping[str, Table],
    score: Score,
    *,
    kept: Mapping[str, NDArray[np.bool_]],
    steps: int = 1,
) -> dict[str, NDArray[np.float64]]:
    """What every element added to a score, of each input [S].

    Args:
        network: in evaluation mode.
        feeds: the row.
        tables: as `find_tables` gives them.
        score: of its outputs, copy by copy.
        kept: elements of every input that stay on the whole path and get nothing, [S].
        steps: places on the path from nothing to the row; 1 is gradient × input at the row itself.
    """
    shares = (torch.arange(steps) + 0.5) / steps if steps > 1 else torch.ones(1)
    at_once = max(1, CELLS // max(feeds[name].size for name in tables))
    sums: dict[str, Tensor] = {}
    for some in shares.split(at_once):
        own, given, there = _own_rows(network, feeds, tables, some, kept)
        outputs = functional_call(network, own, (), given)
        found = torch.autograd.grad(score(outputs).sum(), list(own.values()))
        grads = dict(zip(own, found, strict=True))
        for name, (rows, away) in there.items():
            moved = (grads[tables[name].name][rows] * away).sum(dim=2).sum(dim=0)
            sums[name] = sums.get(name, torch.zeros(())) + moved
    return {name: _by_element(total, feeds[name]) / steps for name, total in sums.items()}


def _own_rows(
    network: nn.Module,
    feeds: Feeds,
    tables: Mapping[str, Table],
    shares: Tensor,
    kept: Mapping[str, NDArray[np.bool_]],
) -> tuple[dict[str, Tensor], dict[str, Tensor], dict[str, tuple[Tensor, Tensor]]]:
    """Tables with a row more for every element of every copy, inputs that name these rows, and of
    each input the rows [B, S] with the way that each goes on the path, [S, W].
    """
    weights, copies = dict(network.named_parameters()), len(shares)
    given = {
        name: ids.expand(copies, *ids.shape[1:]).clone() for name, ids in _tensors(feeds).items()
    }
    own: dict[str, Tensor] = {}
    there = {}
    for name, table in tables.items():
        ids, whole = torch.from_numpy(feeds[name]).flatten(), weights[table.name].detach()
        before = own.get(table.name, whole)
        base = torch.zeros(whole.shape[1]) if table.padding is None else whole[table.padding]
        nothing = torch.zeros_like(ids, dtype=torch.bool)
        if table.padding is not None:
            nothing = ids == table.padding
        stays = _entries(kept[name], feeds[name]) | nothing
        share = torch.where(stays, 1.0, shares[:, None]).unsqueeze(2)
        away = whole[ids] - base
        numbers = len(before) + torch.arange(copies * len(ids)).view(copies, len(ids))
        own[table.name] = torch.cat([before, (base + share * away).flatten(0, 1)])
        named = torch.where(nothing, ids, numbers)
        given[name] = named.view(copies, *feeds[name].shape[1:])
        there[name] = (numbers, torch.where(stays[:, None], 0.0, away))
    return {name: rows.requires_grad_() for name, rows in own.items()}, given, there


def _entries(kept: NDArray[np.bool_], array: NDArray) -> Tensor:
    """The same of every number of a row, of which an element may have several."""
    return torch.from_numpy(np.repeat(kept, array[0, 0].size))


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
