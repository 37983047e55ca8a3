"""Columns that give the target away: one of them alone tells it in (nearly) every row.

A row's target is told from the other training rows: from those with the same value, where there
are enough, and else, in a column of numbers, from the nearest values below and above. So a column
that only tells rows apart gives nothing away, and a copy, a code or another unit of the target
does. Whether such a column may be used is for the user to say: it may be known beforehand.

Shapes: N rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from umbrella.base.catalogue import Sentence, sentence
from umbrella.data.table import Table

NEARLY = 0.02  # share of the simple rule's error that a column may leave and yet be named
ROWS, FEWEST = 10_000, 1_000  # training rows that are looked at, evenly drawn: at most, at least
CELLS = 2**22  # cells that are looked at, where columns are many
LEAST, OTHERS = 20, 10  # rows that must be told, and those of them outside the commonest class
SEVERAL = 3  # rows of one value, from which on the others tell of each
SHOWN = 5  # further names in a sentence
JUDGED = ("number", "category", "text", "time")  # kinds whose cells can be compared


@dataclass(frozen=True)
class Giveaway:
    """A column that tells the target alone.

    Args:
        column: its name.
        left: share of the simple rule's error that is left, in [0, NEARLY].
        right: share of rows told rightly, where targets are labels; None where they are numbers.
    """

    column: str
    left: float
    right: float | None

    def says(self) -> Sentence:
        """What it gives away, and of how many rows."""
        if self.right is None:
            return sentence("giveaway.value", name=self.column, left=self.left)
        key = "giveaway.every" if self.right == 1 else "giveaway.most"
        return sentence(key, name=self.column, right=self.right)


@dataclass(frozen=True)
class Giveaways:
    """What was found.

    Args:
        judged: how many columns could be judged.
        found: those that tell the target, the surest first.
    """

    judged: int
    found: tuple[Giveaway, ...]

    def says(self) -> Sentence | None:
        """The surest in words, and the names of the others; None where there is none."""
        if not self.found:
            return None
        first, *others = self.found
        if not others:
            return first.says()
        names = ", ".join(one.column for one in others[:SHOWN])
        more = " …" if len(others) > SHOWN else ""
        return sentence("giveaway.more", line=first.says(), names=names + more, count=len(others))

    def notes(self) -> list[Sentence]:
        """The question that a fit puts to the user; empty where nothing was found."""
        line = self.says()
        return [] if line is None else [sentence("giveaway.note", line=line)]


def find_giveaways(
    table: Table, columns: Sequence[str], rows: NDArray[np.int64], targets: NDArray
) -> Giveaways | None:
    """Judge every input column by itself.

    Args:
        table: holds the columns.
        columns: inputs.
        rows: numbers of the training rows in the table [N].
        targets: class numbers or quantities (floats) [N], or a 0 or 1 for every label [N, C].

    Returns:
        None where no column can be judged, as where rows are files, or texts that never recur.
    """
    names = [name for name in columns if table.kinds[name] in JUDGED]
    if not names or len(rows) < LEAST:
        return None
    most = min(ROWS, max(FEWEST, CELLS // len(names)), len(rows))
    at = np.unique(np.linspace(0, len(rows) - 1, most).astype(np.int64))
    frame, goals = table.take(rows[at]), _plain(targets[at])
    looks = {name: _look(frame[name], goals) for name in names}
    judged = {name: look for name, look in looks.items() if look is not None}
    if not judged:
        return None
    found = [Giveaway(name, *look) for name, look in judged.items() if look[0] <= NEARLY]
    return Giveaways(len(judged), tuple(sorted(found, key=lambda one: one.left)))


def _plain(targets: NDArray) -> NDArray:
    """Quantities as float64, everything else as class numbers; a set of labels is a class."""
    if targets.ndim > 1:
        numbers: dict[bytes, int] = {}
        return np.array([numbers.setdefault(row.tobytes(), len(numbers)) for row in targets])
    if targets.dtype.kind == "f":
        return targets.astype(np.float64)
    return np.unique(targets, return_inverse=True)[1]


def _look(cells: pl.Series, targets: NDArray) -> tuple[float, float | None] | None:
    """Error left, and share right, by the rows that have a value, or with "missing" as a value."""
    there = cells.is_not_null().to_numpy()
    filled, whole = cells.drop_nulls(), len(cells)
    values = filled.to_numpy() if filled.dtype == pl.Float64 else None
    codes = filled.rank("dense").to_numpy().astype(np.int64)  # from 1 on, in the order of values
    steps = None if values is None else np.unique(values)
    tell = _tell_numbers if targets.dtype.kind == "f" else _tell_labels
    looks = [tell(codes - 1, targets[there], steps, whole)]
    if not there.all():
        with_missing = np.zeros(whole, np.int64)
        with_missing[there] = codes
        looks.append(tell(with_missing, targets, None, whole))
    return min((look for look in looks if look is not None), default=None, key=lambda one: one[0])


def _tell_labels(
    codes: NDArray, labels: NDArray, steps: NDArray | None, whole: int
) -> tuple[float, float | None] | None:
    """Tell each row's label by the commonest of the other rows with its value.

    Args:
        codes: number of each row's value [N].
        labels: class numbers [N].
        steps: the values by their number, where they are numbers.
        whole: rows of which half must be told.
    """
    if not len(codes):
        return None
    classes = int(labels.max()) + 1
    pairs, own, counts = np.unique(
        codes * classes + labels, return_inverse=True, return_counts=True
    )
    order = np.lexsort((-counts, pairs // classes))  # by value, its commonest label first
    value, ranked = (pairs // classes)[order], counts[order]
    first = np.flatnonzero(np.r_[True, np.diff(value) > 0])
    second = np.zeros(len(first), np.int64)
    several = first[np.diff(np.r_[first, len(value)]) > 1]
    second[np.isin(first, several)] = ranked[several + 1]
    top, commonest = ranked[first], (pairs % classes)[order][first]
    same = counts[own]
    right = same - 1 > np.where(same == top[codes], second[codes], top[codes])
    told = np.bincount(codes)[codes] >= SEVERAL
    if steps is not None and len(steps) > 1:
        right = np.where(told, right, commonest[_nearest(steps)][codes] == labels)
        told[:] = True
    outside = told.sum() - np.bincount(labels[told], minlength=1).max()
    if told.sum() < max(LEAST, whole / 2) or outside < OTHERS:
        return None
    wrong = int((told & ~right).sum())
    return wrong / float(outside), 1 - wrong / float(told.sum())


def _nearest(steps: NDArray) -> NDArray[np.int64]:
    """Number of the value that is nearest to each value."""
    gaps = np.r_[np.inf, np.diff(steps), np.inf]
    return np.arange(len(steps)) + np.where(gaps[:-1] < gaps[1:], -1, 1)


def _tell_numbers(
    codes: NDArray, targets: NDArray, steps: NDArray | None, whole: int
) -> tuple[float, float | None] | None:
    """Tell each row's number by the mean of the other rows with its value, or by the line between
    the values below and above; the lowest and the highest have no such line.

    Args: as `_tell_labels`, with numbers for labels.
    """
    if not len(codes):
        return None
    sizes = np.bincount(codes)
    sums = np.bincount(codes, weights=targets)
    told = sizes[codes] >= SEVERAL
    guess = (sums[codes] - targets) / np.maximum(sizes[codes] - 1, 1)
    if steps is not None and len(steps) > 2:
        means = sums / np.maximum(sizes, 1)
        share = (steps[1:-1] - steps[:-2]) / (steps[2:] - steps[:-2])
        between = np.r_[np.nan, means[:-2] + share * (means[2:] - means[:-2]), np.nan]
        guess = np.where(told, guess, between[codes])
        told |= np.isfinite(guess)
    if told.sum() < max(LEAST, whole / 2):
        return None
    simple = float(np.abs(targets[told] - np.median(targets[told])).mean())
    if not simple:
        return None
    return float(np.abs(targets[told] - guess[told]).mean()) / simple, None
