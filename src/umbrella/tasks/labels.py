"""Cells that hold several labels: what stands between the labels, and which labels a cell holds.

A cell is a JSON list, or labels with one of `SEPARATORS` between them. Blanks around labels, stray
separators and a label said twice mean nothing. Whether a column holds such cells at all is told
from its cells alone, and only where hardly anything else can be meant.
"""

import json
from collections import Counter
from collections.abc import Sequence

from umbrella.score.decode import LISTS

SEPARATORS = ("|", ";", "\uff1b", "\u3001", ",", "\uff0c")  # also ；、，
LOOKED = 20_000  # cells that are looked at
SEVERAL = 0.2  # share of cells that hold two labels or more
UNEVEN = 0.05  # share of cells whose number of labels is not the usual one
RECUR, OFTEN = 3, 0.9  # nearly all labels stand in several cells
MORE_SETS = 2  # different cells for one different label
FREE = 0.5  # share of first labels that also stand alone or elsewhere: names have an order


def split_cell(cell: str | None, separator: str) -> tuple[str, ...]:
    """The labels of a cell, each once, in order.

    Args:
        cell: as written; None holds none.
        separator: as `find_separator` gives it.
    """
    text = "" if cell is None else str(cell)
    mark = separator.strip() or separator  # a blank may be the mark itself
    pieces = text.split(mark) if separator != LISTS else _listed(text) or []
    kept = (" ".join(piece.split()) for piece in pieces)
    return tuple(dict.fromkeys(piece for piece in kept if piece))


def find_separator(values: Sequence[str | None], given: str | None = None) -> str:
    """What stands between the labels of a column: a mark, with a blank where one is usual after it.

    Args:
        values: cells as written. Where none holds a separator, ";" is answered.
        given: the mark, where it need not be found.
    """
    cells = _some(values)
    if given is not None:
        return given if given == LISTS else _with_blank(cells, given.strip() or given)
    if cells and sum(_listed(cell) is not None for cell in cells) > len(cells) / 2:
        return LISTS
    counts = {mark: sum(mark in cell for cell in cells) for mark in SEPARATORS}
    mark = max(SEPARATORS, key=lambda one: counts[one])
    return _with_blank(cells, mark) if counts[mark] else ";"


def _with_blank(cells: Sequence[str], mark: str) -> str:
    """The mark, and a blank where most cells that hold it have one behind it."""
    if not mark.strip():
        return mark
    blank = sum(f"{mark} " in cell for cell in cells)
    return f"{mark} " if 2 * blank > sum(mark in cell for cell in cells) else mark


def holds_sets(values: Sequence[str | None]) -> bool:
    """Whether a column holds several labels a cell, and not names, sentences or plain labels.

    Many cells hold two labels or more, not all the same number; nearly all labels recur; there are
    many more different cells than labels; and a label may stand first or elsewhere, as the parts
    of "Smith, John" may not.

    Args:
        values: cells as written.
    """
    cells = _some(values)
    separator = find_separator(cells)
    sets = [split_cell(cell, separator) for cell in cells]
    lengths = Counter(map(len, sets))
    several = [some for some in sets if len(some) > 1]
    if len(several) < SEVERAL * len(cells) or not several:
        return False
    if len(sets) - max(lengths.values()) < UNEVEN * len(sets):
        return False
    counts = Counter(label for some in sets for label in some)
    recurring = sum(count for count in counts.values() if count >= RECUR)
    if recurring < OFTEN * counts.total() or len(set(sets)) < MORE_SETS * len(counts):
        return False
    elsewhere = {label for some in sets for label in (some[1:] if len(some) > 1 else some)}
    return sum(some[0] in elsewhere for some in several) >= FREE * len(several)


def rarest(values: Sequence[str | None], given: str | None = None) -> list[str]:
    """The rarest label of every cell, "" where it holds none: what a split keeps in proportion.

    Args:
        values: every row's cell as written.
        given: what stands between labels, where it need not be found.
    """
    separator = find_separator(values, given)
    sets = [split_cell(value, separator) for value in values]
    counts = Counter(label for some in sets for label in some)
    return [min(some, key=lambda label: (counts[label], label), default="") for some in sets]


def _listed(text: str) -> list[str] | None:
    """A JSON list's parts as text; None for anything else."""
    text = text.strip()
    if not (text.startswith("[") and text.endswith("]")):
        return None
    try:
        parts = json.loads(text)
    except (ValueError, RecursionError):
        return None
    plain = all(isinstance(part, str | int | float) for part in parts)
    return [str(part) for part in parts] if plain else None


def _some(values: Sequence[str | None]) -> list[str]:
    """Cells that hold anything, evenly drawn where there are very many."""
    step = max(1, len(values) // LOOKED)
    return [str(value) for value in values[::step] if value is not None and str(value).strip()]
