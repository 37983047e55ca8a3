"""Short series, 144 months and twelve to forecast: what is chosen, where nothing is and where much.

Whole fits on the light rungs. On random walks choosing anything but a naive forecast is an error of
luck; on series with a season or a pull to their mean, smoothing and ridge err less, and are to be
chosen. Latency does not matter here: a constant stands for it.
"""

import tempfile
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray
from promise import Promise, show
from scipy.signal import lfilter

import umbrella
from umbrella.base.seeds import generator

STEPS, HORIZON = 144, 12
RUNGS = ("last-value", "drift", "seasonal-naive", "smoothing", "ridge")
NAIVE = RUNGS[:3]
Maker = Callable[[np.random.Generator], NDArray[np.float64]]
MONTHS = [f"{1990 + step // 12}-{step % 12 + 1:02d}-01" for step in range(STEPS)]


def walk(rng: np.random.Generator) -> NDArray[np.float64]:
    """A random walk, [STEPS]."""
    return 50 + rng.standard_normal(STEPS).cumsum()


def travellers(rng: np.random.Generator) -> NDArray[np.float64]:
    """Growth, a season that grows with it, and noise that fades by a fifth a month, [STEPS]."""
    t = np.arange(STEPS)
    noise = lfilter([1], [1, -0.8], rng.standard_normal(STEPS + 100))[100:]
    season = 0.2 * np.sin(2 * np.pi * t / 12) + 0.1 * np.cos(4 * np.pi * t / 12)
    return np.exp(5 + 0.01 * t + season + 0.04 * noise)


def seasonal(rng: np.random.Generator) -> NDArray[np.float64]:
    """A season and noise that fades by half a month, [STEPS]."""
    noise = lfilter([1], [1, -0.5], rng.standard_normal(STEPS + 100))[100:]
    return 10 + 2 * np.sin(2 * np.pi * np.arange(STEPS) / 12) + noise


def chosen(values: NDArray[np.float64]) -> tuple[str, float, bool]:
    """The rung a fit takes, its test error as a share of the naive one, whether it claims more."""
    with tempfile.TemporaryDirectory() as folder:
        made = umbrella.fit(
            {"month": MONTHS, "value": values.tolist()}, "value", time="month", horizon=HORIZON,
            rungs=RUNGS, out=Path(folder) / "run", progress=False,
        )  # fmt: skip
        found = made.facts["against_naive"]
        return made.facts["rung"], found["model"] / found["naive"], found["beats"]


def many(make: Maker, runs: int) -> tuple[float, float, float]:
    """Share of runs where something else than a naive forecast is chosen, its mean share of the
    naive error, and the share of runs that claim to beat it.
    """
    told = [chosen(make(generator(0, "short", make.__name__, run))) for run in range(runs)]
    picked = [share for name, share, _ in told if name not in NAIVE]
    claims = float(np.mean([beats for _, _, beats in told]))
    return len(picked) / runs, float(np.mean(picked)) if picked else float("nan"), claims


def main(quick: bool) -> list[Promise]:
    """False choices on random walks, and good ones found."""
    lines = []
    with patch("umbrella.fit.rung.measure", lambda *_: SimpleNamespace(bytes=1, milliseconds=1.0)):
        share, _, claims = many(walk, 20 if quick else 200)
        what = f"random walk of {STEPS} months, {HORIZON} ahead"
        words = f"{share:.1%} (claims {claims:.1%})"
        lines.append(Promise(what, "not naive ≤ 5 %, no claim", words, share <= 0.05 >= claims))
        for make in (travellers, seasonal):
            share, error, _ = many(make, 10 if quick else 40)
            words = f"{share:.0%}, then {error:.0%} of the naive error on the test"
            lines.append(Promise(f"{make.__name__}, {STEPS} months", "chosen ≥ 40 %", words,
                                 share >= 0.4 and error < 1))  # fmt: skip
    return lines


if __name__ == "__main__":
    show(main)
