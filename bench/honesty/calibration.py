"""Calibration: does the excess error flag only models that deserve it, and by how much?

A model's logits are normal, its labels are drawn from its own probabilities: calibrated by
construction. Dividing all logits by a temperature below 1 makes it over-confident; "T=1.5" is the
model whose outputs must be divided by 1.5 to be calibrated again.
"""

import numpy as np
from numpy.typing import NDArray
from promise import Promise, show, slack

from umbrella.base.seeds import generator
from umbrella.score import calibration
from umbrella.score.decode import softmax

FLAG = 0.05  # p below this is flagged


def draw(
    rng: np.random.Generator, n: int, classes: int, temperature: float
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Outputs [n, C] that are too sure by `temperature`, and labels [n]."""
    honest = 2.0 * rng.standard_normal((n, classes))
    chances = softmax(honest).cumsum(axis=1)
    labels = (rng.random((n, 1)) > chances[:, :-1]).sum(axis=1)
    return honest * temperature, labels


def main(quick: bool) -> list[Promise]:
    """Flags, the corrected error and the fitted temperature over many draws."""
    runs = 150 if quick else 1000
    lines = []
    for classes in (2,) if quick else (2, 10):
        for n in (300,) if quick else (100, 300, 1000, 5000):
            p = [one.p for one, _ in _draws(runs, n, classes, 1.0)]
            found, room = float(np.mean(np.array(p) < FLAG)), slack(FLAG, runs)
            what = f"calibrated, {classes} classes, n={n}"
            lines.append(Promise(what, "flagged ≤ 5 %", f"{found:.1%}", found <= FLAG + room))
        lines += _overconfident(classes, 1000, 60 if quick else 400)
    return lines


def _overconfident(classes: int, n: int, runs: int) -> list[Promise]:
    drawn = _draws(runs, n, classes, 1.5)
    outputs, labels = draw(generator(0, "truth"), 400_000, classes, 1.5)
    truth = calibration.ece(softmax(outputs), labels, bins=15)
    flagged = float(np.mean([one.p < FLAG for one, _ in drawn]))
    corrected = float(np.mean([one.corrected for one, _ in drawn]))
    raw = float(np.mean([one.ece for one, _ in drawn]))
    fitted = np.array([temperature for _, temperature in drawn])
    what = f"over-confident T=1.5, {classes} classes, n={n}"
    words = f"{corrected:.3f}, truth {truth:.3f} (raw {raw:.3f})"
    middle = f"mean {fitted.mean():.3f}, 90 % in {np.quantile(fitted, 0.05):.2f}-"
    middle += f"{np.quantile(fitted, 0.95):.2f}"
    return [
        Promise(what, "flagged ≥ 95 %", f"{flagged:.1%}", flagged >= 0.95),
        Promise(what, "corrected error within .01", words, abs(corrected - truth) <= 0.01),
        Promise(what, "fitted T within .05 on average", middle, abs(fitted.mean() - 1.5) <= 0.05),
    ]


def _draws(
    runs: int, n: int, classes: int, temperature: float
) -> list[tuple[calibration.Calibration, float]]:
    rng, found = generator(0, "draw", n, classes, str(temperature)), []
    for run in range(runs):
        outputs, labels = draw(rng, n, classes, temperature)
        # Redrawn labels of its own for every run: shared ones would move all p the same way.
        one = calibration.calibration(softmax(outputs), labels, draws=400, seed=run)
        found.append((one, calibration.fit_temperature(outputs, labels)))
    return found


if __name__ == "__main__":
    show(main)
