"""Wilson's interval by exact enumeration: how often it holds the truth, for every truth.

No chance is involved: for each true share p and n rows, the probabilities of all counts whose
interval holds p are added up. The goal was set on truths .50, .51, … .99; counts are whole
numbers, so coverage saws up and down between these too, and the extremes on a grid ten times as
fine are printed beside it.
"""

import numpy as np
from numpy.typing import NDArray
from promise import Promise, show
from scipy.stats import binom

from umbrella.score import doubt

SIZES = (50, 100, 200, 1000)


def coverage(n: int, truths: NDArray[np.float64]) -> NDArray[np.float64]:
    """Probability that Wilson's 95 % interval on n rows holds each truth."""
    limits = [doubt.wilson(count, n) for count in range(n + 1)]
    low, high = np.array([i.low for i in limits]), np.array([i.high for i in limits])
    held = (low[:, None] <= truths) & (truths <= high[:, None])
    return (binom.pmf(np.arange(n + 1)[:, None], n, truths) * held).sum(axis=0)


def main(quick: bool) -> list[Promise]:
    """Cover shares from .50 to .99; quick leaves the fine grid out."""
    lines = []
    for n in SIZES:
        found = coverage(n, np.linspace(0.5, 0.99, 50))
        least, most = (0.93, 0.97) if n >= 200 else (0.91, 1.0)
        kept = 0.94 <= found.mean() <= 0.965 and least <= found.min() and found.max() <= most
        promised = f"mean .940-.965, every cell {least:.2f}-{most:.2f}"
        words = f"mean {found.mean():.3f}, cells {found.min():.3f}-{found.max():.3f}"
        if not quick:
            fine = coverage(n, np.linspace(0.5, 0.99, 491))
            words += f" (between the cells {fine.min():.3f}-{fine.max():.3f})"
        lines.append(Promise(f"Wilson 95 %, n={n}", promised, words, bool(kept)))
    return lines


if __name__ == "__main__":
    show(main)
