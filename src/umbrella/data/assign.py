"""Send units of rows to train, validation and test: by class quotas, or in the order of time.

Shapes: N rows, U units, C classes. Parts are numbered 0 train, 1 validation, 2 test, 3 unused.
Everything that decides is a whole number, so two machines cannot disagree.
"""

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from umbrella.base.errors import DataError

TRAIN, VALIDATION, TEST, UNUSED = range(4)
MILLION = 1_000_000
FINE = 2**40  # fixed point for costs, which are divided by quotas


@dataclass(frozen=True)
class Units:
    """Rows that must stay together.

    Args:
        of_row: int64 [N], the unit of each row.
        sizes: int64 [U], rows of each unit.
        draws: uint64 [U], a seeded hash of what the unit holds: its place in the draw.
    """

    of_row: NDArray[np.int64]
    sizes: NDArray[np.int64]
    draws: NDArray[np.uint64]


def by_class(
    codes: NDArray[np.int64], units: Units, millionths: tuple[int, int]
) -> NDArray[np.int8]:
    """Assign every row so that each class keeps the shares.

    Args:
        codes: int64 [N], class of each row, from 0.
        units: what stays together.
        millionths: shares of validation and test.

    Returns:
        int8 [N], 0 to 2.
    """
    room = quotas(np.bincount(codes), millionths)
    part = np.full(len(units.sizes), -1, np.int8)
    _place_large(codes, units, millionths, room, part)
    first = np.empty(len(part), np.int64)
    first[units.of_row[::-1]] = np.arange(len(codes))[::-1]
    single = np.flatnonzero(units.sizes == 1)
    part[single] = _fill(codes[first[single]], units.draws[single], room)
    return part[units.of_row]


def quotas(sizes: NDArray[np.int64], millionths: tuple[int, int]) -> NDArray[np.int64]:
    """Rows that each class sends to each part, int64 [C, 3].

    Cascade rounding: the sums over the first c classes are rounded, for every c, so that each
    class is within a row of its share and so is the whole. Then a class of three or more rows
    gets one in each part, and a smaller one stays in train.
    """
    ends = np.cumsum(sizes)[:, None] * np.array(millionths)
    held_out = np.diff((ends + MILLION // 2) // MILLION, axis=0, prepend=0)
    held_out = np.where(sizes[:, None] >= 3, np.maximum(held_out, 1), 0)
    over = np.maximum(held_out.sum(1) - (sizes - 1), 0) * (sizes >= 3)  # train needs one as well
    less = np.minimum(over, np.maximum(held_out[:, 1] - 1, 0))
    held_out[:, 1] -= less
    held_out[:, 0] -= over - less
    return np.column_stack([sizes - held_out.sum(1), held_out])


def by_time(moments: NDArray, units: Units, millionths: tuple[int, int]) -> NDArray[np.int8]:
    """Assign the oldest rows to train, the next to validation, the newest to test.

    A unit stays in the part of its oldest row; its rows in later parts become 3, unused: left
    in, they would show a later part what an earlier one had learned.

    Args:
        moments: [N], numbers that rise with time.
        units: what must not lie in two parts.
        millionths: shares of validation and test.

    Raises:
        DataError: fewer than three different moments.
    """
    distinct, when = np.unique(moments, return_inverse=True)
    if len(distinct) < 3:
        raise DataError(
            f"The time column holds {len(distinct)} different moments; a split in time needs at "
            "least 3. Name a finer column with --time, or leave it out."
        )
    ends = np.cumsum(np.bincount(when))  # rows up to and with each moment
    validation, test = millionths
    to_train = _nearest(ends[:-2], len(moments) * (MILLION - validation - test))
    to_test = to_train + 1 + _nearest(ends[to_train + 1 : -1], len(moments) * (MILLION - test))
    part = np.searchsorted([to_train, to_test], when, side="left").astype(np.int8)
    earliest = np.full(len(units.sizes), UNUSED, np.int8)
    np.minimum.at(earliest, units.of_row, part)
    return np.where(part == earliest[units.of_row], part, UNUSED).astype(np.int8)


def _nearest(ends: NDArray[np.int64], wanted_millionths: int) -> int:
    """Which of the rising row counts is nearest to a wanted one; the earlier of two."""
    return int(np.argmin(np.abs(ends * MILLION - wanted_millionths)))


def _place_large(
    codes: NDArray[np.int64],
    units: Units,
    millionths: tuple[int, int],
    room: NDArray[np.int64],
    part: NDArray[np.int8],
) -> None:
    """Place units of several rows, largest first; takes their rows out of `room`."""
    large = np.flatnonzero(units.sizes > 1)
    large = large[np.lexsort((units.draws[large], -units.sizes[large]))]
    rows = np.argsort(units.of_row, kind="stable")
    starts = np.concatenate([[0], np.cumsum(units.sizes)])
    quota = np.maximum(room, 1).tolist()
    left, empty = len(part), {TRAIN, VALIDATION, TEST}
    free = room.tolist()
    for unit in large.tolist():
        mine = Counter(codes[rows[starts[unit] : starts[unit + 1]]].tolist())
        drawn = _drawn(int(units.draws[unit]), millionths)
        if left <= len(empty):  # every unit that is left must open a part
            chosen = min(sorted(empty), key=lambda at: _harm(mine, free, quota, at))
        elif all(free[code][drawn] >= count for code, count in mine.items()):
            chosen = drawn
        else:
            chosen = min(range(3), key=lambda at: _harm(mine, free, quota, at))
        for code, count in mine.items():
            free[code][chosen] -= count
        part[unit] = chosen
        empty.discard(chosen)
        left -= 1
    room[:] = free


def _drawn(draw: int, millionths: tuple[int, int]) -> int:
    """The part that a hash falls into: low ones into test, as in `_fill`."""
    validation, test = millionths
    place = draw * MILLION >> 64
    return TEST if place < test else VALIDATION if place < test + validation else TRAIN


def _harm(mine: Counter[int], free: list[list[int]], quota: list[list[int]], part: int) -> int:
    """How much a part's squared distance to its quotas, over the quotas, would grow."""
    return sum(
        count * (count - 2 * free[code][part]) * FINE // quota[code][part]
        for code, count in mine.items()
    )


def _fill(
    codes: NDArray[np.int64], draws: NDArray[np.uint64], room: NDArray[np.int64]
) -> NDArray[np.int8]:
    """Send single rows to the room that is left in their classes, in the order of their draws."""
    sizes = np.bincount(codes, minlength=len(room))
    take = np.maximum(room, 0)
    # A part overfilled by units is paid for by train first, and by the last row of a part last.
    for part, keep in ((TRAIN, 0), (VALIDATION, 1), (TEST, 1), (VALIDATION, 0), (TEST, 0)):
        over = take.sum(1) - sizes
        take[:, part] -= np.clip(over, 0, np.maximum(take[:, part] - keep, 0))
    order = np.lexsort((draws, codes))
    rank = np.empty(len(codes), np.int64)
    rank[order] = np.arange(len(codes)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    test = take[codes, TEST]
    held_out = test + take[codes, VALIDATION]
    return np.where(rank < test, TEST, np.where(rank < held_out, VALIDATION, TRAIN)).astype(np.int8)
