"""Rows that come at regular moments, each once: a series in time, if the user says so."""

import numpy as np

from umbrella.base.catalogue import Sentence, sentence
from umbrella.base.errors import DataError
from umbrella.data.ordered import looks_ordered, looks_overlapping
from umbrella.data.panel.cells import read_cells
from umbrella.data.panel.stamps import Place, read_stamps
from umbrella.data.table import Table

LEAST, MOST = 50, 1_000_000  # rows: fewer tell nothing; more are not looked at
STEADY = 0.6  # share of rows that follow the one before them by one step: business days have .8


def looks_like_series(table: Table, target: str, by_time: bool) -> list[Sentence]:
    """What makes rows look like a series in time, for a fit of rows; empty where nothing does.

    Args:
        table, target: as for `looks_ordered`.
        by_time: whether the rows are split by time, and not at random.
    """
    told = looks_ordered(table, target, by_time=by_time)
    if by_time:
        return told
    return [*(told or looks_regular(table, target)), *looks_overlapping(table, target)]


def looks_regular(table: Table, target: str) -> list[Sentence]:
    """A note where rows are a step apart and no moment comes twice; empty elsewhere.

    Args:
        table: its rows are about to be split at random.
        target: a column of numbers is looked at; labels are not.
    """
    times = [name for name in table.columns if table.kinds[name] == "time" and name != target]
    if table.kinds[target] != "number" or not times or not LEAST <= table.rows <= MOST:
        return []
    cells = read_cells(table, times[:1])
    if len(cells.different) < table.rows:
        return []  # a moment comes twice, or is missing: rows of several series, or no series
    try:
        stamps = read_stamps(cells, Place(table.name, times[0], True)).stamps
    except DataError:
        return []
    counts = np.unique(np.diff(np.sort(stamps)), return_counts=True)[1]
    if counts.max() < STEADY * (table.rows - 1):
        return []
    return [sentence("data.regular", time=times[0], target=target)]
