"""McNemar's exact test: how rarely it cries wolf, and how often it sees a true gain.

Exact again: the discordant rows of n are binomial, and of those, the new model's share is too.
"""

import numpy as np
from promise import Promise, show
from scipy.stats import binom

from umbrella.score import doubt

CHANGED = 0.13  # share of rows where exactly one of the two models is right


def rejects(n: int, gain: float, changed: float = CHANGED, alpha: float = 0.05) -> float:
    """Probability that p < alpha when the true difference is `gain`."""
    total = 0.0
    for rows in range(n + 1):
        weight = binom.pmf(rows, n, changed)
        if weight < 1e-9:
            continue
        wins = np.arange(rows + 1)
        small = np.array([_p(int(win), rows) < alpha for win in wins])
        total += weight * binom.pmf(wins, rows, (1 + gain / changed) / 2)[small].sum()
    return float(total)


def _p(wins: int, rows: int) -> float:
    a = np.zeros(rows, dtype=bool)
    a[:wins] = True
    return doubt.mcnemar(a, ~a)


def main(quick: bool) -> list[Promise]:
    """False alarms at several sizes and shares; power at +3 points on 1,000 rows."""
    lines = []
    for n in (300,) if quick else (100, 300, 1000, 2000):
        for changed in (CHANGED,) if quick else (0.02, CHANGED, 0.3):
            found = rejects(n, 0.0, changed)
            what = f"McNemar, equal models, n={n}, {changed:.0%} of rows differ"
            lines.append(Promise(what, "alarms ≤ 5.5 %", f"{found:.2%}", found <= 0.055))
    found = rejects(1000, 0.03)
    what = f"McNemar, +3 points, n=1000, {CHANGED:.0%} of rows differ"
    return [*lines, Promise(what, "power ≥ .70", f"{found:.3f}", found >= 0.70)]


if __name__ == "__main__":
    show(main)
