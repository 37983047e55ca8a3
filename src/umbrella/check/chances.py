"""Whether chances are right that several things of one row have: sums by row, bars of a figure."""

import numpy as np
from numpy.typing import NDArray

from umbrella.check.difference import NORMAL
from umbrella.score import doubt

BINS, LEAST = 10, 50  # bars of the figure; answers below which chances are not judged
MISLEADS = 0.05  # mean distance from which chances mislead


def summed(each: NDArray, units: NDArray | None) -> NDArray[np.float64]:
    """Sums by unit; the rows' own where they stand for themselves."""
    if units is None:
        return each
    return np.bincount(np.unique(units, return_inverse=True)[1], each).astype(np.float64)


def p_of_nought(sums: NDArray) -> float:
    """Two-sided p that the sums are 0 on average."""
    spread = float(sums.std(ddof=1)) * np.sqrt(len(sums))
    return 2 * NORMAL.cdf(-abs(float(sums.sum())) / spread) if spread > 0 else 1.0


def bars_of(likely: NDArray, truth: NDArray) -> list[dict[str, float]]:
    """Every yes and no by its chance in equal steps: mean chance, share true, how many."""
    chances, true = likely.ravel(), truth.ravel()
    at = np.minimum((chances * BINS).astype(np.int64), BINS - 1)
    out = []
    for number in np.unique(at):
        some = at == number
        around = doubt.wilson(int(true[some].sum()), int(some.sum()))
        out.append(
            {
                "n": int(some.sum()),
                "said": float(chances[some].mean()),
                "right": float(true[some].mean()),
                "low": around.low,
                "high": around.high,
            }
        )
    return out


def error_of(bars: list[dict[str, float]]) -> float:
    """Mean distance between chance and share true, over bars by how many each holds."""
    return sum(b["n"] * abs(b["said"] - b["right"]) for b in bars) / sum(b["n"] for b in bars)
