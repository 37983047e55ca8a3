"""Random walks: how often a fitted forecaster is said to beat the last value where nothing can.

Ridge regression on the last ten changes, refitted as time goes on, against "no change", judged by
the one-sided Diebold-Mariano test. On a random walk every claim is false; where changes depend on
the one before by .3 the gain is real, an out-of-sample R² of about .09.
"""

import numpy as np
from numpy.typing import NDArray
from promise import Promise, show
from scipy.signal import lfilter

from umbrella.base.seeds import generator
from umbrella.score import diebold, forecast

LAGS, FIRST, EVERY, STRENGTH = 10, 250, 50, 10.0  # ridge's strength is in rows


def ridge(changes: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Forecast changes of the steps from FIRST on and the true ones, [n, 1] each.

    Every forecast comes from coefficients that were fitted on earlier steps only.
    """
    lags = np.lib.stride_tricks.sliding_window_view(changes[:-1], LAGS)
    truth, found = changes[LAGS:], []
    for now in range(FIRST, len(truth), EVERY):
        x, y = lags[:now], truth[:now]
        weights = np.linalg.solve(x.T @ x + STRENGTH * x.var() * np.eye(LAGS), x.T @ y)
        found.append(lags[now : now + EVERY] @ weights)
    return np.concatenate(found)[:, None], truth[FIRST:, None]


def claims(strength: float, steps: int, runs: int, level: float = 0.05) -> tuple[float, float]:
    """Share of runs where ridge is said to be better, and its mean gain in MSE."""
    rng, hits, gains = generator(0, "walks", steps), 0, []
    for _ in range(runs):
        changes = lfilter([1], [1, -strength], rng.standard_normal(steps + 100))[100:]
        ours, truth = ridge(changes)
        still = np.zeros_like(truth)
        a, b = (forecast.row_errors(one, truth, "squared") for one in (ours, still))
        hits += diebold.diebold_mariano(a, b).p_better < level
        gains.append(forecast.skill(ours, truth, still))
    return hits / runs, float(np.mean(gains))


def main(quick: bool) -> list[Promise]:
    """False claims on random walks, and true ones found."""
    lines, runs = [], 200
    for steps in (1000,) if quick else (400, 1000, 3000):
        found, gain = claims(0.0, steps, runs)
        what = f"random walk of {steps} steps, ridge against the last value"
        words = f"{found:.1%} of {runs} (mean gain {gain:+.2%})"
        lines.append(Promise(what, "claimed better ≤ 5 %", words, found <= 0.05))
    found, gain = claims(0.3, 1000, runs)
    what = "changes with AR .3, 1000 steps, ridge against the last value"
    words = f"{found:.1%} of {runs} (mean gain {gain:+.2%})"
    return [*lines, Promise(what, "found ≥ 90 %", words, found >= 0.9)]


if __name__ == "__main__":
    show(main)
