"""The Diebold-Mariano test: how often equal forecasters are told apart, and unequal ones found.

Loss differences of mean zero: independent, autoregressive (AR), sums over h shocks as overlapping
windows give (MA), squared errors of two equally good forecasters of h overlapping steps, and
panels of 20 series whose shocks share half of their variance, averaged by date. Fewer than 5 h
dates are refused. An AR of .8 remembers for tens of dates: nothing is promised there, and its
figures are printed as they are.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from promise import Promise, show, slack, table
from scipy.signal import lfilter
from scipy.stats import t as student

from umbrella.base.seeds import generator
from umbrella.score import diebold

Draw = Callable[[np.random.Generator, int], NDArray[np.float64]]
SERIES, BURN = 20, 200
TABLES: dict[str, str] = {}  # filled by main, for the results page


def autoregressive(strength: float) -> Draw:
    """AR(1) differences, [n]."""

    def draw(rng: np.random.Generator, n: int) -> NDArray[np.float64]:
        return lfilter([1], [1, -strength], rng.standard_normal(n + BURN))[BURN:]

    return draw


def overlapping(h: int) -> Draw:
    """Sums of h shocks, [n]: dependence ends after h - 1 dates."""
    return lambda rng, n: _sums(rng.standard_normal(n + h), h)


def squared(h: int) -> Draw:
    """Difference of squared errors of two equally good forecasters whose windows overlap, [n]."""

    def draw(rng: np.random.Generator, n: int) -> NDArray[np.float64]:
        shared, a, b = (_sums(rng.standard_normal(n + h), h) for _ in range(3))
        return (shared + a / 2) ** 2 - (shared + b / 2) ** 2

    return draw


def panel(h: int) -> Draw:
    """The same in a panel: half of every shock is the date's, rows averaged by date, [n]."""

    def draw(rng: np.random.Generator, n: int) -> NDArray[np.float64]:
        errors = []
        for _ in range(3):
            shocks = rng.standard_normal((n + h, SERIES)) + rng.standard_normal((n + h, 1))
            errors.append(_sums(shocks, h))
        rows = (errors[0] + errors[1] / 2) ** 2 - (errors[0] + errors[2] / 2) ** 2
        return diebold.by_date(rows.ravel(), np.repeat(np.arange(n), SERIES))

    return draw


def _sums(shocks: NDArray[np.float64], h: int) -> NDArray[np.float64]:
    total = np.cumsum(shocks, axis=0)
    return total[h:] - total[:-h]


CASES: tuple[tuple[str, int, Draw, bool], ...] = (  # name, h, draw, whether 5.5 % is promised
    ("independent", 1, autoregressive(0.0), True),
    ("AR .3", 1, autoregressive(0.3), True),
    ("AR .5", 1, autoregressive(0.5), True),
    ("AR .8", 1, autoregressive(0.8), False),
    ("AR .8", 5, autoregressive(0.8), False),
    ("MA", 5, overlapping(5), True),
    ("MA", 20, overlapping(20), True),
    ("squared errors", 1, squared(1), True),
    ("squared errors", 5, squared(5), True),
    ("squared errors", 20, squared(20), True),
    ("panel", 1, panel(1), True),
    ("panel", 5, panel(5), True),
)


def alarms(draw: Draw, n: int, h: int, runs: int, shift: float = 0.0) -> tuple[float, float]:
    """Share of runs with p < .05, two-sided, and one-sided for "a is better"."""
    rng, two, one = generator(0, "diebold", n, h), 0, 0
    for _ in range(runs):
        found = diebold.mean_test(draw(rng, n) - shift, h)
        two, one = two + (found.p < 0.05), one + (found.p_better < 0.05)
    return two / runs, one / runs


def main(quick: bool) -> list[Promise]:
    """False alarms at three lengths; power at three standard errors of the mean."""
    runs, lines = (300 if quick else 4000), []
    for n in (250,) if quick else (50, 250, 1000):
        for name, h, draw, promised in CASES:
            if n < diebold.LEAST_WINDOWS * h:
                continue
            of = min(runs, 1500) if name == "panel" else runs
            two, one = alarms(draw, n, h, of)
            what = f"Diebold-Mariano, equal forecasters, {name}, h={h}, n={n}"
            words = f"{two:.1%} (one-sided {one:.1%})"
            limit = 0.055 + slack(0.055, of)
            kept = not promised or max(two, one) <= limit
            lines.append(Promise(what, "alarms ≤ 5.5 %" if promised else "nothing", words, kept))
    if not quick:
        TABLES["False alarms of the peers and of ours, %"] = beside(runs // 2)
    return [*lines, *power(runs // 2)]


def textbook(d: NDArray[np.float64], h: int) -> float:
    """Two-sided p of the test with Harvey, Leybourne and Newbold's correction alone."""
    return float(2 * student.sf(abs(diebold.mean_test(d, h).statistic), len(d) - 1))


def newey_west(d: NDArray[np.float64], h: int) -> float:
    """The same with Bartlett weights and the automatic bandwidth of Newey and West 1994."""
    n = len(d)
    first = int(4 * (n / 100) ** (2 / 9))
    covariances = diebold.autocovariances(d, n - 1)
    lags = np.arange(1, first + 1)
    flat = covariances[0] + 2 * covariances[1 : first + 1].sum()
    slope = 2 * lags @ covariances[1 : first + 1]
    width = int(1.1447 * ((slope / flat) ** 2) ** (1 / 3) * n ** (1 / 3))
    width = min(max(width, h - 1), n // 2)
    weights = 1 - np.arange(1, width + 1) / (width + 1)
    variance = covariances[0] + 2 * weights @ covariances[1 : width + 1]
    return float(2 * student.sf(abs(d.mean()) / np.sqrt(variance / n), n - 1))


def beside(runs: int) -> str:
    """Markdown: false alarms of the textbook test, of Newey and West's, and of ours."""
    rows = []
    for n in (50, 250, 1000):
        for name, h, draw, _ in CASES:
            if n < diebold.LEAST_WINDOWS * h or name == "panel":
                continue
            rng = generator(0, "beside", n, h)
            several = [draw(rng, n) for _ in range(min(runs, 1000))]
            tests = (textbook, newey_west, lambda d, h: diebold.mean_test(d, h).p)
            shares = [np.mean([test(d, h) < 0.05 for d in several]) for test in tests]
            rows.append([name, h, n, *(f"{share:.1%}" for share in shares)])
    return table(rows, ["losses", "h", "n", "textbook (HLN)", "Newey-West, automatic", "ours"])


def power(runs: int) -> list[Promise]:
    """How often a true gain of three standard errors is found; .85 were the variance known."""
    lines = []
    for n, least in ((50, 0.55), (250, 0.7), (1000, 0.75)):
        for name, strength in (("independent", 0.0), ("AR .5", 0.5)):
            shift = 3 / (1 - strength) / np.sqrt(n)
            two, one = alarms(autoregressive(strength), n, 1, runs, shift)
            what = f"Diebold-Mariano, a gain of three standard errors, {name}, n={n}"
            words = f"{two:.3f} (one-sided {one:.3f})"
            lines.append(Promise(what, f"power ≥ {least:.2f}", words, two >= least))
    return lines


if __name__ == "__main__":
    show(main)
    print(*TABLES.values())
