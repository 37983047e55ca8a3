"""What is lacking: cells of the target and of other columns, series that the test never meets.

Shapes: S series, N steps of all of them, n origins.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from umbrella.base.catalogue import Sentence, sentence
from umbrella.data.panel import Panel
from umbrella.data.panel.finding import SHOWN, shown


def find_blanks(panel: Panel, covariates: Sequence[int], known: Sequence[int]) -> list[Sentence]:
    """A note for each column with empty cells; rows that were put in for gaps do not count.

    Args:
        panel: the series.
        covariates: places of the columns that may be read.
        known: those of them that are known ahead.
    """
    notes = []
    for at in covariates:
        empty = np.flatnonzero(np.isnan(panel.values[:, at]) & (panel.rows >= 0))
        if not len(empty):
            continue
        first = panel.written(int(panel.stamps[empty[0]]))
        told = {"count": len(empty), "first": first, "row": int(panel.rows[empty[0]]) + 1}
        key = "known" if at in known else "column"
        notes.append(sentence(f"forecast_fit.blank.{key}", name=panel.columns[at], **told))
    return notes


def find_unknown(panel: Panel) -> list[Sentence]:
    """A note on empty cells of the target; rows that were put in for gaps do not count.

    Args:
        panel: the series, the target first.
    """
    real = panel.rows >= 0
    empty = np.flatnonzero(np.isnan(panel.values[:, 0]) & real)
    if not len(empty):
        return []
    known = np.flatnonzero(~np.isnan(panel.values[:, 0]))
    ends = known[np.searchsorted(known, panel.offsets[1:]) - 1]  # of the last series or before it
    own = np.searchsorted(panel.offsets, empty, side="right") - 1
    newest = int((empty > ends[own]).sum())
    at = empty[np.lexsort((empty, panel.stamps[empty]))]
    told = {"count": len(empty), "share": len(empty) / int(real.sum()), "name": panel.columns[0]}
    told |= {"first": panel.written(int(panel.stamps[at[0]])), "row": int(panel.rows[at[0]]) + 1}
    notes = [sentence("forecast_fit.blank.target", **told)]
    if newest:
        notes.append(sentence("forecast_fit.blank.newest", count=newest))
    return notes


def find_untested(panel: Panel, tested: NDArray[np.int64]) -> list[Sentence]:
    """A note on series without an origin in the test: too short, or they end before it.

    Args:
        panel: the series.
        tested: test origins, rising, [n].
    """
    begins = np.searchsorted(tested, panel.offsets)
    absent = np.flatnonzero(begins[1:] == begins[:-1])
    if not len(absent):
        return []
    names = shown(tuple(panel.ids[at] for at in absent[: SHOWN + 1]))
    told = {"count": len(absent), "series": len(panel.ids), "names": names}
    return [sentence("forecast_fit.untested", **told)]
