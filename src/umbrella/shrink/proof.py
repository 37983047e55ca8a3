"""Is the small model no worse than allowed? A paired non-inferiority test on unseen rows.

Right-or-wrong scores: Tango's score bound on the difference of paired proportions (Tango 1998,
Statistics in Medicine 17). Others: a bootstrap bound, on the difference of scores that have a
highest value, on what is left of the allowance for errors, less what no row has shown. Rows that
follow each other in time are no independent witnesses: forecasts are bounded by blocks of moments
and by the test that compares them (`Forecast.least`). A candidate that fails may be followed by
another; the error allowance of 5 % is then shared among the looks, half of what is left for each,
so that all looks together keep to it.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from umbrella.base.catalogue import Sentence, sentence
from umbrella.base.errors import BudgetError
from umbrella.score import doubt
from umbrella.score.resample import effective_units
from umbrella.tasks.task import Task

MOST_LOOKS = 20  # proofs on the same rows; by then the level is 1 − 5e-8
ERROR = 0.05  # chance, over all looks together, of accepting a model that is worse than allowed


@dataclass(frozen=True)
class Proof:
    """What one look at the proof rows showed.

    Args:
        accepted: whether the bound stays within the allowed drop.
        rows: proof rows.
        gained, lost: rows that only the small model, and only the large one, got right; None for
            scores that are not all right or wrong.
        before, after: headline scores on the proof rows.
        change: after − before, signed so that below 0 is a loss; for errors as a share of before.
        bound: the change is above this with confidence `level`.
        allowed: the drop asked for.
        level: confidence of this look's bound.
        look: 1 for the first look at these rows.
    """

    accepted: bool
    rows: int
    gained: int | None
    lost: int | None
    before: float
    after: float
    change: float
    bound: float
    allowed: float
    level: float
    look: int

    def to_json(self) -> dict[str, Any]:
        """JSON-safe."""
        return dict(self.__dict__)

    def says(self, task: Any) -> Sentence:
        """What it showed: a drop of a share in points, a rise of an error as a share of it.

        Args:
            task: tells which of the two, and what a row is.
        """
        verdict = "accepted" if self.accepted else "refused"
        kind = "points" if task.sign > 0 else "ahead" if getattr(task, "ahead", False) else "error"
        return sentence(
            f"shrink.{verdict}.{kind}",
            n=self.rows,
            before=self.before,
            after=self.after,
            change=abs(self.change),
            moved=sentence(f"shrink.{'less' if self.change >= 0 else 'more'}"),
            gained=self.change,
            bound=max(0.0, -self.bound),
            allowed=self.allowed,
            level=self.level,
        )


def level_of(look: int) -> float:
    """Confidence of a look: 1 − 0.05/2 for the first, 1 − 0.05/4 for the second, and so on."""
    return 1 - ERROR / 2**look


def best_margin(task: Task, rows: int, look: int) -> float | None:
    """The smallest drop that these rows could prove at a look, with no answer changed.

    Args:
        task: tells whether scores are errors.
        rows: independent proof rows, see `independent`.
        look: number of the look, from 1.

    Returns:
        None for errors, where it depends on the errors themselves. A score's highest value is 1.

    Raises:
        BudgetError: so many looks were taken that the rows can prove nothing any more.
    """
    if look > MOST_LOOKS:
        raise BudgetError(
            f"The test rows were looked at {look - 1} times to prove smaller models; nothing more "
            f"can be proven on them. Fit again with new rows."
        )
    return doubt.best_provable(rows, level_of(look)) if task.sign > 0 else None


def independent(rows: int, units: NDArray | None) -> int:
    """How many independent rows there are; copies and groups count for what they are worth."""
    return rows if units is None else effective_units(units)


def prove(
    task: Task,
    old: NDArray,
    new: NDArray,
    allowed: float,
    look: int,
    units: NDArray | None = None,
) -> Proof:
    """Look at the proof rows once.

    Args:
        task: tells whether higher scores are better.
        old, new: the large and the small model's scores of the same rows [n].
        allowed: drop, in (0, 1).
        look: number of this look, from 1.
        units: [n] rows of one unit are copies or of one group; whole units are then drawn.
    """
    level = level_of(look)
    gained: int | None = None
    lost: int | None = None
    if task.sign > 0 and not doubt.is_right_or_wrong(np.stack([old, new])):
        change = float((new - old).mean())
        bound = _shares(old, new, level, units)
    elif task.sign > 0:
        gained = int(((new > 0.5) & (old < 0.5)).sum())
        lost = int(((new < 0.5) & (old > 0.5)).sum())
        bound = _right_or_wrong(old, new, gained, lost, level, units)
        change = (gained - lost) / len(old)
    else:
        scale = float(old.mean()) or 1.0
        change = -float((new - old).mean()) / scale
        bound = -allowed + _room(task, old, new, allowed, level, units) / scale
    return Proof(
        bool(bound > -allowed),
        len(old),
        gained,
        lost,
        float(old.mean()),
        float(new.mean()),
        float(change),
        float(bound),
        allowed,
        level,
        look,
    )


def _right_or_wrong(
    old: NDArray, new: NDArray, gained: int, lost: int, level: float, units: NDArray | None
) -> float:
    """Tango's bound. With units, the lower of two: on as many rows as the units are worth, with as
    many of them changed as units changed, and by drawing whole units.
    """
    if units is None:
        return doubt.tango(gained, lost, len(old), level)
    index = np.unique(units, return_inverse=True)[1]
    moved = np.bincount(index, new - old)
    worth = effective_units(units)
    up, down = int((moved > 0).sum()), int((moved < 0).sum())
    down = min(down, worth)
    by_worth = doubt.tango(min(up, worth - down), down, worth, level)
    if not moved.any():
        return by_worth
    return min(by_worth, doubt.paired_bound(new, old, units, level=level))


def _shares(old: NDArray, new: NDArray, level: float, units: NDArray | None) -> float:
    """Lower bound of mean(new − old) for scores from 0 to 1, with what no row has shown yet allowed
    for as in `_room`: each such row might lose the largest old score.
    """
    draws = max(4000, int(50 / (1 - level)))
    drawn = 0.0
    if (new != old).any():
        drawn = doubt.paired_bound(new, old, units, level=level, resamples=draws)
    unseen = doubt.best_provable(independent(len(old), units), level)
    return drawn - unseen * float(np.max(old, initial=0.0))


def _room(
    task: Task, old: NDArray, new: NDArray, allowed: float, level: float, units: NDArray | None
) -> float:
    """Lower bound of mean((1 + allowed) · old − new): above 0, the new errors are small enough.

    What no row has shown yet is allowed for: as many rows (moments, of forecasts) as could go
    unseen at this level might each lose the largest old error, as Tango's bound does for right and
    wrong.
    """
    slack = (1 + allowed) * old - new
    unseen = doubt.best_provable(independent(len(old), units), level)
    return _least(task, slack, level, units) - unseen * float(np.max(old, initial=0.0))


def _least(task: Task, values: NDArray, level: float, units: NDArray | None) -> float:
    """What the mean of one number a row is above: as the task knows, else by drawing units."""
    if hasattr(task, "least"):
        return float(task.least(values, units, level))
    draws = max(4000, int(50 / (1 - level)))
    return doubt.paired_bound(values, 0 * values, units, level=level, resamples=draws)


def too_few(task: Task, rows: int, units: NDArray | None) -> bool:
    """Whether rows follow each other in time and span too little of it to prove anything."""
    told = hasattr(task, "least")
    return told and not np.isfinite(_least(task, np.ones(rows), level_of(1), units))


def changed_share(task: Task, old: NDArray, new: NDArray) -> float:
    """How much answers moved: the smaller, the easier a proof. For ranking candidates."""
    if task.sign > 0:
        return float(np.mean(np.abs(new - old)))
    return float(np.mean(np.abs(new - old)) / (float(old.mean()) or 1.0))
