"""Block bootstrap intervals: how often they hold the true mean of numbers that depend on the past.

Autoregressions of strength 0, .5 and .8; a ratio of two dependent means; and the mean of a panel
of ten series whose dates share half of their variance.
"""

import numpy as np
from diebold import autoregressive
from promise import Promise, show, slack

from umbrella.base.seeds import generator
from umbrella.score import blocks
from umbrella.score.doubt import Interval

RESAMPLES = 1000


def interval(
    rng: np.random.Generator, what: str, strength: float, n: int
) -> tuple[Interval, float]:
    """One interval and the truth that it should hold."""
    a = autoregressive(strength)(rng, n)
    if what == "mean":
        return blocks.block_mean(a, resamples=RESAMPLES), 0.0
    if what == "circular mean":
        return blocks.block_mean(a, kind="circular", resamples=RESAMPLES), 0.0
    if what == "ratio":
        b = 20 + a + autoregressive(strength)(rng, n)
        return blocks.block_mean(10 + a, b, resamples=RESAMPLES), 0.5
    rows = (a[:, None] + rng.standard_normal((n, 10))).ravel()
    dates = np.repeat(np.arange(n), 10)
    return blocks.block_mean(rows, dates=dates, resamples=RESAMPLES), 0.0


def held(what: str, strength: float, n: int, runs: int) -> float:
    """Share of runs whose interval holds the truth."""
    rng, hits = generator(0, "blocks", what, n), 0
    for _ in range(runs):
        found, truth = interval(rng, what, strength, n)
        hits += found.holds(truth)
    return hits / runs


def main(quick: bool) -> list[Promise]:
    """Coverage at 95 %, by strength and length."""
    runs, lines = (100 if quick else 500), []
    for n in (250,) if quick else (100, 250, 1000):
        for what in (
            ("mean",) if quick or n == 1000 else ("mean", "circular mean", "ratio", "panel")
        ):
            for strength in (0.0, 0.5, 0.8):
                found = held(what, strength, n, runs)
                least = 0.93 if n >= 1000 else 0.91 if strength < 0.8 else 0.9
                kept = found >= least - slack(least, runs)
                name = f"block bootstrap 95 %, {what}, AR {strength}, {n} dates"
                lines.append(Promise(name, f"≥ {least:.2f}", f"{found:.3f}", kept))
    return lines


if __name__ == "__main__":
    show(main)
