"""A history that is too short for its horizon: what is missing, where the hole is, what would work.

Shapes: N steps of all series, H steps ahead.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from umbrella.base.errors import DataError
from umbrella.data.panel import Panel

HOLE = 2  # steps in a row without a value that are worth a word
TOLD = ("closed", "short")  # findings that explain a short history too


@dataclass(frozen=True)
class Asked:
    """What a forecast was to be.

    Args:
        horizon: H.
        moments: that the history has.
        needed: moments that H steps ahead need, all values known.
    """

    horizon: int
    moments: int
    needed: int


def refusal(panel: Panel, asked: Asked, works: Callable[[int], bool]) -> DataError:
    """The error, with the hole that takes the most, and the farthest horizon that would work.

    Args:
        panel: the series.
        asked: the horizon, and what it needs.
        works: whether every part has an origin at a horizon; tried on this very history.
    """
    horizon, moments = asked.horizon, asked.moments
    ahead = f"{horizon:,} step{'s' if horizon > 1 else ''}"
    enough = moments >= asked.needed
    why = "too few of them are known" if enough else f"{asked.needed:,} or more are needed"
    farthest = _farthest(min(horizon - 1, moments), works)
    smaller = f", or forecast at most {farthest} ahead: --horizon {farthest}" if farthest else ""
    filled = "Fill the hole, give" if (hole := _hole(panel)) else "Give"
    return DataError(
        f"{panel.name}: the history is too short: {moments:,} moments, where to learn from some, "
        f"choose by later ones and test on the last, {ahead} ahead each, {why}.{hole} {filled} a "
        f"longer history{smaller}."
    )


def _farthest(most: int, works: Callable[[int], bool]) -> int:
    """A horizon that works where the next one does not; 0 where none does."""
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if works(middle) else (low, middle - 1)
    return low


def _hole(panel: Panel) -> str:
    """The longest stretch without a value, and what else was found that shortens the history."""
    found = (one.text.say("en") for one in panel.findings if one.kind in TOLD)
    said = [f" {text[0].upper()}{text[1:]}." for text in found]
    absent = np.isnan(panel.values[:, 0])
    starts = np.zeros(len(absent), bool)
    starts[panel.offsets[:-1]] = True
    begins = np.flatnonzero(absent & (starts | ~np.concatenate([[False], absent[:-1]])))
    ends_of = np.concatenate([starts[1:], [True]])
    ends = np.flatnonzero(absent & (ends_of | ~np.concatenate([absent[1:], [False]])))
    lengths = ends - begins + 1
    if not len(lengths) or lengths.max() < HOLE:
        return "".join(said)
    at = int(np.argmax(lengths))
    series = panel.ids[int(np.searchsorted(panel.offsets, begins[at], side="right")) - 1]
    first, last = (panel.written(int(panel.stamps[place])) for place in (begins[at], ends[at]))
    of = f" of {series!r}" if series else ""
    whole = f" ({int(absent.sum()):,} lack one in all)" if absent.sum() > lengths[at] else ""
    said.append(
        f" {int(lengths[at]):,} steps in a row{of} have no value, {first} to {last}{whole}."
    )
    return "".join(said)
