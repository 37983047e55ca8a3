"""Rows one behind the other, without padding: where each begins, and which are equally long.

On a CPU rows are put in the order of their lengths, so that those of one length lie together and
are attended to as one batch, without a copy and without a mask. Elsewhere (`dense`) attention, and
nothing else, sees them padded.

Shapes: N places of all rows, B rows, T places of the longest row.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from torch import Tensor

from umbrella.base.errors import DataError


@dataclass(frozen=True)
class Group:
    """Rows that lie together and are equally long, and so is what they look at.

    Args:
        start, memory_start: first place of the first row, among queries and among keys.
        rows: how many.
        length, memory_length: places of each.
    """

    start: int
    rows: int
    length: int
    memory_start: int
    memory_length: int


class Packing:
    """How packed rows lie.

    Args:
        lengths: places of each row, [B]; 0 is allowed.
        memory: places of what each row looks at, where that is something else; None for itself.
        device: where the rows are.
        dense: see the top of this file.
        places: N, to be checked; None trusts the lengths.

    Raises:
        DataError: the lengths do not add up to the places.
    """

    def __init__(
        self,
        lengths: Tensor | Sequence[int],
        memory: Tensor | Sequence[int] | None = None,
        *,
        device: torch.device | str = "cpu",
        dense: bool = False,
        places: int | None = None,
    ):
        self.device, self.dense = torch.device(device), dense
        self.lengths = np.asarray(lengths.cpu() if isinstance(lengths, Tensor) else lengths)
        self.memory = np.asarray(memory.cpu() if isinstance(memory, Tensor) else memory)
        if memory is None:
            self.memory = self.lengths
        if places is not None and (self.lengths.sum() != places or (self.lengths < 0).any()):
            raise DataError(
                f"Packed rows of {places:,} places came with lengths that add up to "
                f"{self.lengths.sum():,}. Give the length of every row, none below 0."
            )
        rows = np.arange(len(self.lengths))
        self.order = rows if dense else np.lexsort((self.memory, self.lengths))
        self.is_moved = bool((self.order != rows).any())
        ordered = self.lengths[self.order]
        starts = np.cumsum(ordered) - ordered
        self._places = np.arange(ordered.sum()) - np.repeat(starts, ordered)

    @cached_property
    def places(self) -> Tensor:
        """The place of every token in its own row, in the order of rows here, int64 [N]."""
        return torch.from_numpy(self._places).to(self.device)

    @cached_property
    def take(self) -> Tensor:
        """Which place of the rows as given stands where, int64 [N]."""
        return torch.from_numpy(_spread(self.lengths, self.order)).to(self.device)

    @cached_property
    def take_memory(self) -> Tensor:
        """The same for the places of the memory."""
        return torch.from_numpy(_spread(self.memory, self.order)).to(self.device)

    @cached_property
    def back(self) -> Tensor:
        """Where each place as given stands now, int64 [N]."""
        taken = _spread(self.lengths, self.order)
        back = np.empty_like(taken)
        back[taken] = np.arange(len(taken))
        return torch.from_numpy(back).to(self.device)

    @cached_property
    def groups(self) -> list[Group]:
        """Rows of equal length that look at themselves."""
        return _groups(self.lengths[self.order], None)

    @cached_property
    def groups_across(self) -> list[Group]:
        """Rows of equal length that look at memories of equal length."""
        return _groups(self.lengths[self.order], self.memory[self.order])

    def scatter(self, x: Tensor, memory: bool = False) -> Tensor:
        """[N, ...] → padded [B, T, ...], zeros beyond each end; only where dense."""
        lengths, where = (self.memory, self.slots_memory) if memory else (self.lengths, self.slots)
        rows, longest = len(lengths), int(lengths.max(initial=1))
        padded = x.new_zeros(rows * longest, *x.shape[1:]).index_copy(0, where, x)
        return padded.unflatten(0, (rows, longest))

    def gather(self, x: Tensor) -> Tensor:
        """Padded [B, T, ...] → [N, ...]."""
        return x.flatten(0, 1).index_select(0, self.slots)

    @cached_property
    def slots(self) -> Tensor:
        """Where each place stands in the padded rows, int64 [N]."""
        return self._slots(self.lengths)

    @cached_property
    def slots_memory(self) -> Tensor:
        """The same for the memory."""
        return self._slots(self.memory)

    def real(self, memory: bool = False) -> Tensor:
        """Which places of the padded rows are real, bool [B, T]; the first always counts."""
        lengths = torch.from_numpy(self.memory if memory else self.lengths).to(self.device)
        return real_places(lengths.clamp_min(1), int(lengths.max().clamp_min(1)))

    def _slots(self, lengths: np.ndarray) -> Tensor:
        rows = np.repeat(np.arange(len(lengths)), lengths)
        within = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        return torch.from_numpy(rows * int(lengths.max(initial=1)) + within).to(self.device)


def real_places(lengths: Tensor, places: int) -> Tensor:
    """Which places of padded rows come before each row's end, bool [B, T]."""
    return torch.arange(places, device=lengths.device) < lengths.unsqueeze(1)


def _spread(lengths: np.ndarray, order: np.ndarray) -> np.ndarray:
    """Places of rows laid out in another order: for each the place it has in the given one."""
    starts = (np.cumsum(lengths) - lengths)[order]
    ordered = lengths[order]
    ends = np.cumsum(ordered) - ordered
    return np.repeat(starts - ends, ordered) + np.arange(ordered.sum())


def _groups(lengths: np.ndarray, memory: np.ndarray | None) -> list[Group]:
    other = lengths if memory is None else memory
    groups, start, start_other, row = [], 0, 0, 0
    while row < len(lengths):
        length, across, first = int(lengths[row]), int(other[row]), row
        while row < len(lengths) and lengths[row] == length and other[row] == across:
            row += 1
        rows = row - first
        if length:
            groups.append(Group(start, rows, length, start_other, across))
        start, start_other = start + rows * length, start_other + rows * across
    return groups
