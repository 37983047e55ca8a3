"""Bootstrap intervals: how often they hold the truth, for errors, for macro F1 and for groups.

Absolute errors of a normal and of a skewed (exponential) model, the root mean squared error, the
macro F1 of a three-class model, and rows in groups whose members share their error.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from promise import Promise, show, slack

from umbrella.base.seeds import generator
from umbrella.score import doubt, metrics

Draw = Callable[[np.random.Generator, int], NDArray]


def normal_errors(rng: np.random.Generator, n: int) -> NDArray[np.float64]:
    """Absolute values of normal errors, [n]; mean √(2/π)."""
    return np.abs(rng.standard_normal(n))


def skewed_errors(rng: np.random.Generator, n: int) -> NDArray[np.float64]:
    """Exponential errors, [n]; mean 1."""
    return rng.standard_exponential(n)


def three_classes(rng: np.random.Generator, n: int) -> NDArray[np.float64]:
    """Truth and answer, [n, 2]: classes of 60, 30 and 10 %, right 85 % of the time."""
    truth = rng.choice(3, n, p=[0.6, 0.3, 0.1])
    wrong = (truth + rng.integers(1, 3, n)) % 3
    return np.stack([truth, np.where(rng.random(n) < 0.85, truth, wrong)], axis=1).astype(float)


def macro_f1(rows: NDArray) -> float:
    """Macro F1 of rows of truth and answer."""
    return metrics.macro_f1(rows[:, 1].astype(int), rows[:, 0].astype(int), 3)


def root_mean_square(rows: NDArray) -> float:
    """Root of the mean square of errors."""
    return float(np.sqrt(np.mean(rows**2)))


def held(
    draw: Draw, statistic: Callable[[NDArray], float] | None, truth: float, n: int, runs: int
) -> float:
    """Share of runs whose interval holds the truth."""
    rng, hits = generator(0, "intervals", n), 0
    for _ in range(runs):
        hits += doubt.bootstrap(draw(rng, n), statistic, resamples=2000).holds(truth)
    return hits / runs


def held_in_groups(groups: int, runs: int) -> float:
    """The same for groups of 5 to 15 rows; half of the variance is the group's."""
    rng, hits = generator(0, "groups", groups), 0
    for _ in range(runs):
        index = np.repeat(np.arange(groups), rng.integers(5, 16, groups))
        rows = rng.standard_normal(groups)[index] + rng.standard_normal(len(index))
        hits += doubt.bootstrap(rows, groups=index, resamples=2000).holds(0.0)
    return hits / runs


def main(quick: bool) -> list[Promise]:
    """Coverage .93-.97 from 200 rows on, .91 and above below that."""
    runs = 150 if quick else 600
    lines = []
    for n in (100,) if quick else (50, 100, 200, 1000):
        for name, draw, truth in (
            ("mean error, normal", normal_errors, float(np.sqrt(2 / np.pi))),
            ("mean error, skewed", skewed_errors, 1.0),
        ):
            lines.append(_judge(f"{name}, n={n}", held(draw, None, truth, n, runs), n, runs))
    for groups in (10,) if quick else (10, 30, 200):
        found = held_in_groups(groups, runs)
        lines.append(_judge(f"mean of {groups} groups", found, groups, runs))
    if not quick:
        truth = macro_f1(three_classes(generator(0, "truth"), 4_000_000))
        for n in (200, 1000):
            f1 = held(three_classes, macro_f1, truth, n, 300)
            lines.append(_judge(f"macro F1, n={n}", f1, n, 300))
            rmse = held(normal_errors, root_mean_square, 1.0, n, 300)
            lines.append(_judge(f"root mean squared error, n={n}", rmse, n, 300))
    return lines


def _judge(what: str, found: float, units: int, runs: int) -> Promise:
    least, most, room = (0.93, 0.97, slack(0.95, runs)) if units >= 200 else (0.91, 1.0, 0.0)
    room = room or slack(0.91, runs)
    kept = least - room <= found <= most + room
    return Promise(f"BCa 95 %, {what}", f"{least:.2f}-{most:.2f}", f"{found:.3f}", kept)


if __name__ == "__main__":
    show(main)
