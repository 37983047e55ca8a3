"""Rows that look like a time series: at random split, near copies lie on both sides; split by time,
each is still answered from what stands in the same row.
"""

import numpy as np

from umbrella.base.catalogue import Sentence, sentence
from umbrella.data.table import Table

NEAR = 0.25  # of the mean distance of any two rows: neighbours that near are almost copies
LEAST, MOST = 50, 20_000  # rows: fewer tell nothing; more are not looked at
MOVED = 0.95  # share of rows that repeat a neighbour's values, one column on
COLUMNS = 64  # that are looked at for windows


def looks_ordered(table: Table, target: str, by_time: bool = False) -> list[Sentence]:
    """A note where neighbours in time have nearly the same target; empty where they do not.

    Args:
        table: its rows are about to be split.
        target: a column of numbers is looked at; labels are not.
        by_time: whether they are split by time, and not at random.
    """
    times = [name for name in table.columns if table.kinds[name] == "time" and name != target]
    if table.kinds[target] != "number" or not times:
        return []
    frame = table.take(np.arange(min(table.rows, MOST))).select(times[0], target).drop_nulls()
    values = frame.sort(times[0])[target].to_numpy().astype(np.float64)
    if len(values) < LEAST or frame[times[0]].n_unique() < 0.9 * len(values):
        return []  # many rows a moment: neighbours are then of other series
    ordered = np.sort(values)
    weights = 2 * np.arange(1, len(values) + 1) - len(values) - 1
    apart = 2 * float(weights @ ordered) / len(values) / (len(values) - 1)  # Gini's mean difference
    beside = float(np.abs(np.diff(values)).mean())
    if not apart > 0 or beside > NEAR * apart:
        return []
    key = "leak.same_row" if by_time else "forecast.shuffled"
    return [sentence(key, time=times[0], target=target, share=beside / apart)]


def looks_overlapping(table: Table, target: str) -> list[Sentence]:
    """A note where rows are overlapping windows of one series: each repeats the row before it, one
    column on. Split at random, the same values lie on both sides.

    Args:
        table: its rows are about to be split at random; they are looked at in their own order.
        target: a column of numbers; labels are not looked at.
    """
    names = [name for name in table.columns if table.kinds[name] == "number"][:COLUMNS]
    if target not in names or len(names) < 3 or table.rows < LEAST:
        return []
    frame = table.take(np.arange(min(table.rows, MOST))).select(names)
    values = frame.to_numpy().astype(np.float64)
    moved = (values[:-1, None, :] == values[1:, :, None]).mean(axis=0)  # [column after, before]
    still = (values[1:] == values[:-1]).mean(axis=0)
    moved[:, still > 1 - MOVED] = 0.0  # a column that hardly changes repeats anything
    np.fill_diagonal(moved, 0.0)
    after, before = np.nonzero(moved > MOVED)
    if len(after) < 2:
        return []
    shown = {
        name: None for at in zip(before, after, strict=True) for name in (names[i] for i in at)
    }
    return [sentence("leak.windows", columns=", ".join(list(shown)[:8]), target=target)]
