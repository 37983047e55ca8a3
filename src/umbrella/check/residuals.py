"""Is a predicted number off in a pattern? Bias, slope and spread of the errors."""

import numpy as np
from numpy.typing import NDArray

from umbrella.base.catalogue import sentence
from umbrella.check.answers import values
from umbrella.check.difference import NORMAL, SHARE, smallest_seen
from umbrella.check.evidence import Evidence
from umbrella.check.finding import AMBER, Finding

NAME = "residuals"
DRAWN = 800  # points in the drawing
BENT = 0.10  # a slope this far from 1 is worth a word


def question(evidence: Evidence) -> Finding:
    """Explained share of the variance, and the line of truth on prediction.

    That line has slope 1 and no offset when predictions mean what they say. Fails when nothing
    is explained; warns when offset or slope is off beyond doubt and by a tenth.
    """
    n = evidence.count("test")
    if n < 20 or not np.ptp(evidence.targets["test"]):
        return Finding(NAME, "cannot tell", sentence("check.residuals.few", n=n))
    predicted, truth = values(evidence, "test")
    error = truth - predicted
    r2, spread = _explained(error, truth)
    low, high = r2 - 1.96 * spread, min(1.0, r2 + 1.96 * spread)
    bias = float(error.mean())
    bias_spread = float(error.std(ddof=1)) / np.sqrt(n)
    slope, slope_spread = _slope(predicted, truth)
    p = min(1.0, 2 * min(_p(bias, bias_spread), _p(slope - 1, slope_spread)))
    tilted = abs(bias) > SHARE * np.abs(error).mean() and _p(bias, bias_spread) < AMBER / 2
    bent = abs(slope - 1) > BENT and _p(slope - 1, slope_spread) < AMBER / 2
    verdict = "fail" if high <= 0 or r2 <= 0 else "warn" if tilted or bent else "pass"
    return Finding(
        NAME,
        verdict,
        sentence("check.residuals.line", r2=r2, range=(low, high), bias=bias, slope=slope, p=p),
        figure=r2,
        low=low,
        high=high,
        p=p,
        would_have_seen=sentence(
            "check.residuals.power",
            bias=smallest_seen(bias_spread, AMBER / 2),
            slope=smallest_seen(slope_spread, AMBER / 2),
        ),
        advice=None if verdict == "pass" else sentence(f"check.residuals.{verdict}"),
        details={"bias": bias, "slope": slope, **_drawn(predicted, truth)},
    )


def _explained(error: NDArray, truth: NDArray) -> tuple[float, float]:
    """R² and its standard error by the delta method on the two sums of squares."""
    squared, around = error**2, (truth - truth.mean()) ** 2
    ratio = float(squared.sum() / around.sum())
    influence = (squared - ratio * around) / around.mean()
    return 1 - ratio, float(influence.std(ddof=1) / np.sqrt(len(truth)))


def _slope(predicted: NDArray, truth: NDArray) -> tuple[float, float]:
    """Least-squares slope and its standard error, robust to unequal spread (White 1980, HC1)."""
    x = predicted - predicted.mean()
    squares = float((x**2).sum())
    if not squares > 1e-12 * max(1.0, float((predicted**2).sum())):
        return 1.0, float("inf")  # one prediction for all rows has no slope
    slope = float((x * (truth - truth.mean())).sum() / squares)
    left = truth - truth.mean() - slope * x
    n = len(x)
    return slope, float(np.sqrt(((x * left) ** 2).sum() * n / (n - 2)) / squares)


def _p(figure: float, spread: float) -> float:
    return 2 * NORMAL.cdf(-abs(figure) / spread) if spread > 0 else float(figure == 0)


def _drawn(predicted: NDArray, truth: NDArray) -> dict[str, list[float]]:
    some = np.linspace(0, len(truth) - 1, min(DRAWN, len(truth))).astype(int)
    return {"predicted": predicted[some].tolist(), "truth": truth[some].tolist()}
