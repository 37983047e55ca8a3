"""Choosing the lightest rung within doubt: how often chance alone buys a heavier one.

K rungs of the same true score answer the same rows. The lightest should be kept; it is passed
over when McNemar's p against the best of K falls below alpha. The best was picked for its luck,
so the test at alpha alone cries wolf more often than alpha; at alpha / (K - 1) it does not.
"""

import numpy as np
from best_of import draw
from promise import Promise, show, slack

from umbrella.base.seeds import generator
from umbrella.score import selection

NAMES = [str(rung) for rung in range(8)]


def passed_over(looks: int, n: int, runs: int, alpha: float, lead: float = 0.0) -> float:
    """Share of runs in which the lightest of `looks` rungs is not chosen.

    Args:
        looks: rungs.
        n: validation rows.
        runs: simulations.
        alpha: what `choose` is given.
        lead: true lead of the last rung, a share of rows.
    """
    rng = generator(0, "choice", looks, n, str(lead))
    truth = np.full(looks, 0.80)
    truth[-1] += lead
    chosen = [
        selection.choose(draw(rng, truth, n), NAMES[:looks], alpha=alpha).chosen
        for _ in range(runs)
    ]
    return float(np.mean(np.array(chosen) > 0))


def main(quick: bool) -> list[Promise]:
    """Equal rungs at both alphas, and a rung that is truly better."""
    runs, lines = (200, []) if quick else (1000, [])
    for looks in (6,) if quick else (2, 6, 8):
        for n in (500,) if quick else (500, 2000):
            alpha = 0.05 / (looks - 1)
            found = passed_over(looks, n, runs, alpha)
            plain = passed_over(looks, n, runs, 0.05)
            words = f"{found:.1%} (at .05 itself: {plain:.1%})"
            what = f"{looks} equal rungs, n={n}, alpha=.05/{looks - 1}"
            kept = found <= 0.05 + slack(0.05, runs)
            lines.append(Promise(what, "lightest passed over ≤ 5 %", words, kept))
    found = passed_over(6, 1000, runs, 0.01, lead=0.05)
    what = "6 rungs, the last 5 points better, n=1000, alpha=.05/5"
    return [*lines, Promise(what, "better one seen ≥ 70 %", f"{found:.1%}", found >= 0.7)]


if __name__ == "__main__":
    show(main)
