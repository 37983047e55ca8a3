"""What looks odd in the values of a panel: constant series, empty ones, prices of zero or below."""

import numpy as np
from numpy.typing import NDArray

from umbrella.base.catalogue import sentence
from umbrella.data.panel.finding import Finding, shown
from umbrella.data.panel.panel import Panel


def look(panel: Panel, prices: tuple[str, ...] = ()) -> tuple[Finding, ...]:
    """Findings on values.

    Args:
        panel: judged.
        prices: columns that hold prices.
    """
    found: list[Finding] = []
    for at in range(panel.targets):
        low = np.fmin.reduceat(panel.values[:, at], panel.offsets[:-1])
        high = np.fmax.reduceat(panel.values[:, at], panel.offsets[:-1])
        found += _say(panel, "empty", np.isnan(low), panel.columns[at])
        found += _say(panel, "constant", (low == high) & (panel.lengths > 1), panel.columns[at])
    for name in prices:
        found += _not_positive(panel, name)
    return tuple(found)


def _say(panel: Panel, kind: str, which: NDArray[np.bool_], column: str) -> list[Finding]:
    if not which.any():
        return []
    names = tuple(panel.ids[at] for at in np.flatnonzero(which))
    if len(panel.ids) == 1:
        return [Finding(kind, sentence(f"series.{kind}", name=column), names)]
    text = sentence(f"series.{kind}_in", name=column, count=len(names), names=shown(names))
    return [Finding(kind, text, names)]


def _not_positive(panel: Panel, name: str) -> list[Finding]:
    at = np.flatnonzero(panel.values[:, panel.columns.index(name)] <= 0)
    if not len(at):
        return []
    series = np.searchsorted(panel.offsets, at, side="right") - 1
    names = tuple(panel.ids[s] for s in np.unique(series))
    first = panel.written(int(panel.stamps[at[0]]))
    row = int(panel.rows[at[0]]) + 1
    text = sentence("series.not_positive", name=name, count=len(at), first=first, row=row)
    stamps = tuple(int(stamp) for stamp in panel.stamps[at[:100]])
    return [Finding("not positive", text, names, stamps)]
