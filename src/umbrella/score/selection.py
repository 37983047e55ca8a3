"""Choosing among models on the same rows: what looking is worth, and which rung is light enough.

The best of K scores looks better than it is: some of its lead is luck with these rows. `best_of`
measures the luck and takes it off; `choose` picks the lightest rung that the best one does not
beat beyond doubt. In both a higher score is better: negate errors before the call.

Shapes: K models, N rows, G units (groups, or rows where there are none), R draws.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from umbrella.base.errors import ConfigError
from umbrella.base.seeds import generator
from umbrella.score import doubt
from umbrella.score.resample import unit_index

DRAWS = 1000
TIMES = 3.0  # how often a row is drawn on average: see `best_of`
CELLS = 8_000_000  # weights held at once


@dataclass(frozen=True)
class Selection:
    """The best of several models, with the luck of being best taken off.

    Args:
        best: number of the winner; the first where several tie.
        looks: K, how many were looked at.
        raw: the winner's mean score on the rows that chose it.
        optimism: how much of it is luck, ≥ 0, in the score's unit.
        corrected: raw - optimism, what to expect on new rows.
        interval: around the corrected score.
    """

    best: int
    looks: int
    raw: float
    optimism: float
    corrected: float
    interval: doubt.Interval


@dataclass(frozen=True)
class Choice:
    """Which rung is taken, and why.

    Args:
        chosen: number of the lightest rung within doubt of the best.
        best: number of the rung with the highest mean; of several, the lightest.
        scores: mean score of every rung, [K].
        p: two-sided p of every rung against the best, [K]; 1.0 for the best itself.
        names: the rungs' names, in the order given.
    """

    chosen: int
    best: int
    scores: tuple[float, ...]
    p: tuple[float, ...]
    names: tuple[str, ...]

    @property
    def name(self) -> str:
        """Name of the chosen rung."""
        return self.names[self.chosen]


def best_of(
    scores_KN: NDArray, groups: NDArray | None = None, *, level: float = 0.95, seed: int = 0
) -> Selection:
    """How much the best of K models flatters itself on the rows that chose it.

    The choice is repeated on redrawn rows and judged on the rows left out, as in bootstrap
    bias-corrected cross-validation. We differ in drawing every row Poisson(3) times, not once: a
    choice made on a plain bootstrap sample is as shaky as one on half of the rows, and so misses
    a clear winner; this one is as good as on three quarters of the rows, at the price of few rows
    left out (5 %) a draw. bench/honesty/best_of.py compares the two with the alternatives.

    Args:
        scores_KN: score of every model on every row, higher is better.
        groups: group of every row, [N]; whole groups are drawn.
        level: coverage of the interval.
        seed: for the draws.

    Raises:
        ConfigError: no models, no rows, or a score that is not finite.

    Source: Tsamardinos, Greasidou & Borboudakis 2018, Machine Learning 107:1895; Poisson weights:
    Hanley & MacGibbon 2006, Comput. Methods Programs Biomed. 83:57.
    """
    scores_KN = _checked(scores_KN)
    means = scores_KN.mean(axis=1)
    best = int(np.argmax(means))
    raw = float(means[best])
    sums_KG, sizes_G = _units(scores_KN, groups, seed)
    optimism = _luck(sums_KG, sizes_G, best, seed) if len(scores_KN) > 1 else 0.0
    corrected = raw - optimism
    return Selection(
        best,
        len(scores_KN),
        raw,
        optimism,
        corrected,
        _around(corrected, optimism, scores_KN[best], groups, level, seed),
    )


def choose(
    scores_KN: NDArray,
    names: Sequence[str],
    weights_order: Sequence[int] | None = None,
    alpha: float = 0.05,
    paired_test: Callable[[NDArray, NDArray], float] | None = None,
    groups: NDArray | None = None,
) -> Choice:
    """Take the lightest rung that the best one does not beat beyond doubt.

    Args:
        scores_KN: score of every rung on every validation row, higher is better.
        names: the rungs' names, [K].
        weights_order: rung numbers from lightest to heaviest; as listed when left out.
        alpha: a rung whose p against the best is smaller counts as worse.
        paired_test: two rows of scores → two-sided p. Left out: McNemar's exact test for scores
            that are all 0 or 1, a sign-flip permutation test for others and for groups.
        groups: group of every row, [N].

    Raises:
        ConfigError: names or order do not fit the scores, or a score is not finite.
    """
    scores_KN = _checked(scores_KN)
    count = len(scores_KN)
    order = list(range(count)) if weights_order is None else [int(i) for i in weights_order]
    if len(names) != count or sorted(order) != list(range(count)):
        raise ConfigError(
            f"{count} rungs were scored, but {len(names)} names and the order {order} came. Give "
            f"one name a rung, and each number from 0 to {count - 1} once."
        )
    means = scores_KN.mean(axis=1)
    best = max(order, key=lambda rung: means[rung])  # max keeps the first, so the lightest, of ties
    test = paired_test or _usual_test(scores_KN, groups)
    p = [test(scores_KN[rung], scores_KN[best]) if rung != best else 1.0 for rung in range(count)]
    chosen = next(rung for rung in order if p[rung] >= alpha or rung == best)
    return Choice(chosen, best, tuple(map(float, means)), tuple(map(float, p)), tuple(names))


def _usual_test(scores_KN: NDArray, groups: NDArray | None) -> Callable[[NDArray, NDArray], float]:
    if groups is None and doubt.is_right_or_wrong(scores_KN):
        return lambda a, b: doubt.mcnemar(a > 0.5, b > 0.5)
    return lambda a, b: doubt.paired_p(a, b, groups)


def _luck(sums_KG: NDArray, sizes_G: NDArray, best: int, seed: int) -> float:
    """The winner's lead over what the winner on the units drawn scores on the units left out.

    Both are read on the units left out, where the overall winner's mean is `raw` on average:
    so nothing but changes of winner adds noise.
    """
    rng, lost, rows = generator(seed, "looks"), 0.0, 0.0
    units, size = len(sizes_G), max(1, CELLS // len(sizes_G))
    for start in range(0, DRAWS, size):
        times_GR = rng.poisson(TIMES, (units, min(size, DRAWS - start))).astype(np.float64)
        # Counts stay whole numbers in float64, so ties go to the first model, as in the choice.
        winners = np.argmax(sums_KG @ times_GR, axis=0)
        out_GR = (times_GR == 0).astype(np.float64)
        out_KR = sums_KG @ out_GR
        lost += float(np.sum(out_KR[best] - out_KR[winners, np.arange(len(winners))]))
        rows += float((sizes_G @ out_GR).sum())
    return max(0.0, lost / rows) if rows else 0.0


def _units(
    scores_KN: NDArray, groups: NDArray | None, seed: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Sums [K, G] and sizes [G] of the units."""
    index, units = unit_index(scores_KN.shape[1], groups, seed)
    sums = np.stack([np.bincount(index, row, units) for row in scores_KN]).astype(np.float64)
    return sums, np.bincount(index, minlength=units).astype(np.float64)


def _around(
    corrected: float,
    optimism: float,
    winner: NDArray,
    groups: NDArray | None,
    level: float,
    seed: int,
) -> doubt.Interval:
    """The interval of one score moved to the corrected one, and wider by the correction's doubt.

    The correction is about as uncertain as half its size (simulated, bench/honesty/best_of.py).
    """
    share = groups is None and doubt.is_right_or_wrong(winner)
    if share:
        rows, middle = len(winner), min(max(corrected, 0.0), 1.0)
        found = doubt.wilson(middle * rows, rows, level)
    else:
        found = doubt.bootstrap(winner, groups=groups, level=level, seed=seed)
        middle = float(winner.mean())
    low = corrected - float(np.hypot(middle - found.low, optimism / 2))
    high = corrected + float(np.hypot(found.high - middle, optimism / 2))
    if share:
        low, high = max(low, 0.0), min(high, 1.0)
    return doubt.Interval(low, high, level, f"{found.method}, corrected for the choice")


def _checked(scores_KN: NDArray) -> NDArray[np.float64]:
    scores = np.asarray(scores_KN, dtype=np.float64)
    if scores.ndim != 2 or scores.size == 0:
        raise ConfigError(
            f"Scores of shape {scores.shape} came; give one row a model and one column a "
            f"validation row, at least one of each."
        )
    if not np.isfinite(scores).all():
        bad = int(np.flatnonzero(~np.isfinite(scores).all(axis=1))[0])
        raise ConfigError(
            f"Model {bad} has scores that are not finite numbers. Leave it out of the choice."
        )
    return scores
