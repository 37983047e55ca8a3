"""Columns that know the future: one that moves today as the target will move in k steps.

A level says little: levels of neighbouring days are alike. So moves are compared: the column's own
value and its change, with the change of the target from step to step, k steps later. A column whose
moves are the target's later ones, to rounding, is refused, because whoever has it needs no
forecast; one that almost tells them is asked about. Where the target's own past tells its moves as
well (a pure wave), a column that does gives nothing away.

Values that were scaled before they came know the future too: of the rows to come, their mean and
spread, or their least and largest.

Shapes: N steps of all series, n of them in the training part, H steps ahead.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from umbrella.base.catalogue import Sentence, sentence
from umbrella.base.errors import DataError
from umbrella.data.panel import Panel

SURELY, ALMOST = 0.9999, 0.95  # correlation of moves from which a column is refused, is asked about
MOST = 20_000  # training steps that are looked at, the last ones
LEAST = 20  # moves, fewer tell nothing
EXACT = 1e-4  # from a mean of 0 and a deviation of 1, as rounded figures lie


@dataclass(frozen=True)
class Foreknown:
    """A column that tells what is to come.

    Args:
        column: its name.
        ahead: k, how many steps later the target moves as it does.
        tells: correlation of the moves, in [ALMOST, 1].
    """

    column: str
    ahead: int
    tells: float

    def says(self) -> Sentence:
        """For the user to decide."""
        return sentence("forecast.foreknown", column=self.column, k=self.ahead, tells=self.tells)


def find_foreknown(
    panel: Panel, train: NDArray[np.int64], horizon: int, columns: Sequence[int], log: bool
) -> list[Foreknown]:
    """Columns that move as the target will, each with the k that tells most.

    Args:
        panel: the series, the target first.
        train: training origins, [n].
        horizon: H, the farthest k.
        columns: places of the columns to judge.
        log: whether the target is forecast as its logarithm.
    """
    steps = _looked_at(panel, train)
    series = np.searchsorted(panel.offsets, steps, side="right") - 1
    later = (series[1:] == series[:-1]) & (np.diff(steps) == 1)
    target = panel.values[steps, 0]
    with np.errstate(invalid="ignore", divide="ignore"):
        moves = [_moves(target, later)] + ([_moves(np.log(target), later)] if log else [])
    found = []
    for column in columns:
        cells = panel.values[steps, column]
        best = max(
            (
                (_tells(seen, move, series, k), -k)
                for seen in (cells, _moves(cells, later))
                for move in moves
                for k in range(1, horizon + 1)
            ),
            default=(0.0, 0),
        )
        tells, k = best[0], -best[1]
        own = max(_tells(move, move, series, k) for move in moves)
        if tells >= ALMOST and own < ALMOST:
            found.append(Foreknown(panel.columns[column], k, tells))
    return found


def refuse_foreknown(found: Sequence[Foreknown], known: Sequence[str]) -> list[Sentence]:
    """Refuse the first column that surely knows the future; ask about the others.

    Args:
        found: by `find_foreknown`.
        known: columns that the user said are known ahead: these are only asked about.

    Raises:
        DataError: a column is the target's future.
    """
    for one in found:
        if one.tells >= SURELY and one.column not in known:
            raise DataError(
                f"Column {one.column} knows the future: at every step it moves as the target will "
                f"{one.ahead} step{'s' * (one.ahead > 1)} later (correlation {one.tells:.4f}). "
                f"Name the other columns with --use, or add --known {one.column} if it is "
                f"truly known that early."
            )
    return [one.says() for one in found]


def find_scaled(panel: Panel, train: NDArray[np.int64]) -> list[Sentence]:
    """Columns that seem to have been scaled on all rows, those of the test among them.

    Of all rows the mean is 0 and the deviation 1, or the least value is 0 (or -1) and the largest
    1, and one of the two comes after the training part. Scaled on training rows alone, later rows
    would not fit so exactly.

    Args:
        panel: the series.
        train: training origins, [n].
    """
    seen = np.zeros(len(panel.values), bool)
    seen[_looked_at(panel, train, len(panel.values))] = True
    found = []
    for name, values in zip(panel.columns, panel.values.T, strict=True):
        known = np.isfinite(values)
        some = values[known]
        if len(some) < LEAST or len(np.unique(some)) < LEAST:
            continue
        low, high = some.min(), some.max()
        inside = values[known & seen]
        later = len(inside) < len(some) and (low < inside.min() or high > inside.max())
        exact = abs(some.mean()) < EXACT and abs(some.std() - 1) < EXACT + 1 / len(some)
        if exact or (later and high == 1 and low in (0, -1)):
            found.append(sentence("leak.scaled.z" if exact else "leak.scaled.range",
                                  column=name, low=float(low)))  # fmt: skip
    return found


def _looked_at(panel: Panel, train: NDArray[np.int64], most: int = MOST) -> NDArray[np.int64]:
    """The training steps, the last ones where there are many."""
    seen = np.zeros(len(panel.values), bool)
    ends = np.full(len(panel.ids), -1, np.int64)
    np.maximum.at(ends, np.searchsorted(panel.offsets, train, side="right") - 1, train)
    for start, end in zip(panel.offsets[:-1].tolist(), ends.tolist(), strict=True):
        if end >= 0:
            seen[start : end + 1] = True
    return np.flatnonzero(seen)[-most:]


def _moves(values: NDArray[np.float64], later: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Change since the step before, NaN at a series' first, [n]."""
    return np.concatenate([[np.nan], np.where(later, np.diff(values), np.nan)])


def _tells(
    seen: NDArray[np.float64], moves: NDArray[np.float64], series: NDArray[np.int64], k: int
) -> float:
    """Size of the correlation of what is seen with the move k steps later; 0 where none is told."""
    if k >= len(moves):
        return 0.0
    a, b = seen[:-k], moves[k:]
    used = np.isfinite(a) & np.isfinite(b) & (series[:-k] == series[k:])
    a, b = a[used], b[used]
    if len(a) < LEAST or min(np.ptp(a), np.ptp(b)) <= 0:
        return 0.0
    spread = float(a.std() * b.std())
    if not spread > 0:
        return 0.0
    return float(min(1.0, abs(((a - a.mean()) * (b - b.mean())).mean()) / spread))
