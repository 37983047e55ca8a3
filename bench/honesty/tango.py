"""Tango's bound as a gate for shrunk models: how often a model that loses too much slips through.

A model is accepted when the one-sided 95 % lower bound of its difference lies above -margin.
Exact: the probabilities of all counts (b, c) that are accepted are added up.
"""

import numpy as np
from promise import Promise, show
from scipy.stats import binom

from umbrella.score import doubt

CUT = 1e-10  # counts less likely than this are left out


def accepts(n: int, margin: float, truth: float, changed: float) -> float:
    """Probability of acceptance when the true difference is `truth`.

    Args:
        n: rows of the proof.
        margin: loss allowed, a share of rows.
        truth: p_new - p_old.
        changed: share of rows where exactly one is right, at least |truth|.
    """
    total = 0.0
    for rows in range(n + 1):
        weight = binom.pmf(rows, n, changed)
        if weight > CUT:
            lost = _most_lost(rows, n, margin)
            total += weight * binom.cdf(lost, rows, (1 - truth / changed) / 2)
    return float(total)


def _most_lost(rows: int, n: int, margin: float) -> int:
    """Largest c of b + c = rows that is still accepted; -1 when none is."""
    low, high = -1, rows
    while low < high:
        middle = (low + high + 1) // 2
        accepted = doubt.tango(rows - middle, middle, n) > -margin
        low, high = (middle, high) if accepted else (low, middle - 1)
    return low


def main(quick: bool) -> list[Promise]:
    """False acceptance exactly at the margin; power when nothing is truly lost."""
    lines = []
    cells = [(500, 0.02), (1000, 0.01), (2000, 0.01), (3091, 0.01), (3091, 0.02)]
    for n, margin in cells[1:2] if quick else cells:
        for changed in (0.02,) if quick else (0.012, 0.02, 0.05, 0.1, 0.2):
            if changed <= margin:
                continue
            found = accepts(n, margin, -margin, changed)
            what = f"Tango at the margin, n={n}, margin {margin:.0%}, {changed:.1%} differ"
            lines.append(Promise(what, "accepted ≤ 5 % (± .1)", f"{found:.2%}", found <= 0.051))
    for n, margin, changed in ((1237, 0.01, 0.02), (3091, 0.01, 0.05), (773, 0.02, 0.05)):
        found = accepts(n, margin, 0.0, changed)
        what = f"Tango, nothing lost, n={n}, margin {margin:.0%}, {changed:.0%} differ"
        lines.append(Promise(what, "accepted ≥ .75 (sized for .80)", f"{found:.3f}", found >= 0.75))
    nothing = [doubt.tango(0, 0, n) + doubt.best_provable(n) for n in (100, 500, 2000)]
    worst = float(np.max(np.abs(nothing)))
    what = "best provable margin is Tango's bound without a change"
    return [*lines, Promise(what, "equal", f"apart by {worst:.0e}", worst < 1e-9)]


if __name__ == "__main__":
    show(main)
