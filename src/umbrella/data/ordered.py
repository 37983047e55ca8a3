"""Rows that look like a time series, split at random: near copies then lie on both sides."""

import numpy as np

from umbrella.base.catalogue import Sentence, sentence
from umbrella.data.table import Table

NEAR = 0.25  # of the mean distance of any two rows: neighbours that near are almost copies
LEAST, MOST = 50, 20_000  # rows: fewer tell nothing; more are not looked at


def looks_ordered(table: Table, target: str) -> list[Sentence]:
    """A note where neighbours in time have nearly the same target; empty where they do not.

    Args:
        table: its rows are about to be split at random.
        target: a column of numbers is looked at; labels are not.
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
    return [sentence("forecast.shuffled", time=times[0], target=target, share=beside / apart)]
