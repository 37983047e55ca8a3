"""Rows of all series laid end to end, rising in time; rows that stand twice dropped or refused.

Legend: N rows, S series, U different stamps.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from umbrella.base.catalogue import sentence
from umbrella.data.panel.finding import Finding, shown
from umbrella.data.panel.zones import is_leapt, is_twice, to_utc


@dataclass(frozen=True)
class Order:
    """Where each row goes.

    Args:
        rows: [N] row numbers of the table, series after series, rising in time.
        stamps: [N] of those rows.
        offsets: [S + 1]: series s is offsets[s]:offsets[s + 1].
    """

    rows: NDArray[np.int64]
    stamps: NDArray[np.int64]
    offsets: NDArray[np.int64]

    @property
    def series(self) -> NDArray[np.int32]:
        """Number of the series of each row, [N]."""
        return np.repeat(np.arange(len(self.offsets) - 1, dtype=np.int32), np.diff(self.offsets))

    @property
    def first(self) -> NDArray[np.bool_]:
        """Whether a row is the first of its series, [N]."""
        first = np.zeros(len(self.rows), np.bool_)
        first[self.offsets[:-1]] = True  # no series is empty
        return first

    @property
    def again(self) -> NDArray[np.bool_]:
        """Whether a row has the stamp of the row before it in its series, [N]."""
        same = np.zeros(len(self.rows), np.bool_)
        same[1:] = self.stamps[1:] == self.stamps[:-1]
        return same & ~self.first

    def only(self, keep: NDArray[np.bool_]) -> "Order":
        """Some of the rows; every series must keep one."""
        before = np.concatenate([[0], np.cumsum(keep)])
        return Order(self.rows[keep], self.stamps[keep], before[self.offsets])

    def without(self, series: NDArray[np.bool_]) -> "Order":
        """All but some series.

        Args:
            series: [S] which ones go.
        """
        lengths = np.diff(self.offsets)
        kept = np.repeat(~series, lengths)
        offsets = np.concatenate([[0], np.cumsum(lengths[~series])])
        return Order(self.rows[kept], self.stamps[kept], offsets)


def put_in_order(
    series: NDArray[np.int32], stamps: NDArray[np.int64], codes: NDArray[np.int32]
) -> Order:
    """Sort rows by series and stamp; rows equal in both stay as they came.

    Args:
        series: [N] in [0, S), each at least once.
        stamps: [U].
        codes: [N] which stamp each row has.
    """
    moments, rank = np.unique(stamps, return_inverse=True)
    key = series.astype(np.int64)
    key *= len(moments)
    key += rank[codes]
    rows = np.arange(len(key))
    if len(key) and (key[1:] < key[:-1]).any():
        rows = np.argsort(key, kind="stable")
        key = key[rows]
    lengths = np.bincount(series, minlength=int(series.max(initial=-1)) + 1)
    return Order(rows, moments[key % len(moments)], np.concatenate([[0], np.cumsum(lengths)]))


def say_unsorted(order: Order, ids: tuple[str, ...]) -> tuple[Finding, ...]:
    """A note where rows did not rise in time in the file."""
    fell = np.zeros(len(order.rows), np.bool_)
    fell[1:] = order.rows[1:] < order.rows[:-1]
    fell &= ~order.first
    if not fell.any():
        return ()
    moved = np.unique(order.series[fell])
    names = tuple(ids[at] for at in moved)
    count = int(fell.sum()) + len(moved)
    if len(ids) == 1:
        return (Finding("sorted", sentence("series.sorted", count=count), names),)
    text = sentence("series.sorted_in", count=count, series=len(names), names=shown(names))
    return (Finding("sorted", text, names),)


def localise(order: Order, zone: str) -> tuple[Order, tuple[Finding, ...]]:
    """Times on the wall become UTC, hours that stand twice and hours leapt over included.

    Of two rows with one time, the one that is later by the order of the file is the later one.

    Args:
        order: its stamps are times on the wall.
        zone: where.
    """
    later = _second_of_two(order, zone)
    leapt = is_leapt(order.stamps, zone)
    moved = replace(order, stamps=to_utc(order.stamps, zone, later=later))
    by_time = np.lexsort((moved.stamps, moved.series))
    moved = Order(moved.rows[by_time], moved.stamps[by_time], moved.offsets)
    findings = [Finding("zone", sentence("series.zone.local", zone=zone))]
    for kind, which in (("twice", later), ("leapt", leapt)):
        if which.any():
            count = int(which.sum())
            findings.append(
                Finding("clock", sentence(f"series.clock.{kind}", count=count, zone=zone))
            )
    return moved, tuple(findings)


def _second_of_two(order: Order, zone: str) -> NDArray[np.bool_]:
    """Whether a row is the later of two with one time that clocks there show twice."""
    again = order.again & is_twice(order.stamps, zone)
    if not again.any():
        return again
    last = order.offsets[1:] - 1
    newest_first = (order.rows[order.offsets[:-1]] > order.rows[last])[order.series]
    second = again & ~newest_first
    swapped = np.flatnonzero(again & newest_first)
    second[swapped - 1] = True
    return second


def same_values(values: NDArray[np.float64], at: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether rows have the values of the row before them, missing ones too, [n].

    Args:
        values: [N, F].
        at: [n] row numbers, 1 or more.
    """
    one, two = values[at - 1], values[at]
    return ((one == two) | (np.isnan(one) & np.isnan(two))).all(axis=1)
