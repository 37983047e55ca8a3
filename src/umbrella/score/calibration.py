"""Whether a model that says "80 % sure" is right 80 % of the time, and one number to mend it.

The expected calibration error of a *perfect* model is not 0 but about .03 on 1,000 rows, because
every bin's share of right answers is noisy. So it is never shown alone: beside it stand what a
calibrated model with the same confidences would show, and the p that ours is one.

Shapes: N rows, C classes, R draws.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from umbrella.base.errors import ConfigError
from umbrella.base.seeds import generator
from umbrella.score import doubt

DRAWS = 2000
CELLS = 4_000_000  # numbers held at once
LARGE = 20_000  # rows from which a bin's count is drawn as normal, not row by row
COLDEST, HOTTEST = 0.02, 50.0  # temperatures searched


@dataclass(frozen=True)
class Calibration:
    """A calibration error with all that is needed to read it.

    Args:
        ece: mean distance between confidence and share right, over bins, in [0, 1].
        expected: the ece that a calibrated model with these confidences shows on average.
        excess: ece - expected; 0 on average for a calibrated model.
        corrected: estimate of the true error, √(ece² - expected²): noise adds to a true error as
            the sides of a right angle, not end to end, so `excess` is too small once there is one.
        p: share of calibrated models that show at least this ece.
        bins: bins used.
        scheme: "mass" (as many rows a bin) or "width".
    """

    ece: float
    expected: float
    excess: float
    corrected: float
    p: float
    bins: int
    scheme: str


@dataclass(frozen=True)
class Bin:
    """One bar of a reliability figure.

    Args:
        low, high: smallest and largest confidence in it.
        confidence: mean confidence.
        right: share of its rows answered rightly.
        rows: how many rows.
        interval: Wilson's, around `right`.
    """

    low: float
    high: float
    confidence: float
    right: float
    rows: int
    interval: doubt.Interval


def ece(probabilities_NC: NDArray, targets: NDArray, bins: int = 15, scheme: str = "mass") -> float:
    """Expected calibration error of the top answer, in [0, 1]; arguments as for `calibration`.

    Source: Naeini et al. 2015 (equal width: Guo et al. 2017; equal mass: Nixon et al. 2019).
    """
    confidence, right = _top(probabilities_NC, targets)
    edges = _edges(confidence, bins, scheme)
    return float(_errors(np.add.reduceat(right - confidence, edges)[None], len(right))[0])


def calibration(
    probabilities_NC: NDArray,
    targets: NDArray,
    bins: int = 15,
    scheme: str = "mass",
    *,
    draws: int = DRAWS,
    seed: int = 0,
) -> Calibration:
    """The calibration error beside its own expectation under calibration.

    Labels are redrawn from the predicted probabilities: then the model is calibrated by
    construction, and whatever error still shows is noise. For the top answer a redrawn label is
    right with the probability that the model gave.

    Args:
        probabilities_NC: rows sum to 1.
        targets: true class numbers, [N].
        bins: at most this many, with at least one row each.
        scheme: "mass" (as many rows a bin) or "width" (equal steps of confidence).
        draws: redrawn label sets.
        seed: for the draws.

    Raises:
        ConfigError: shapes that do not fit, or another scheme.

    Source: the resampling: Bröcker & Smith 2007, Weather and Forecasting 22:651; Vaicenavicius
    et al. 2019.
    """
    confidence, right = _top(probabilities_NC, targets)
    edges = _edges(confidence, bins, scheme)
    seen = float(_errors(np.add.reduceat(right - confidence, edges)[None], len(right))[0])
    drawn = _errors(_redrawn(confidence, edges, draws, seed), len(right))
    expected = float(drawn.mean())
    return Calibration(
        seen,
        expected,
        seen - expected,
        float(np.sqrt(max(0.0, seen**2 - expected**2))),
        float((np.sum(drawn >= seen - 1e-12) + 1) / (draws + 1)),
        len(edges),
        scheme,
    )


def reliability(
    probabilities_NC: NDArray,
    targets: NDArray,
    bins: int = 15,
    scheme: str = "mass",
    level: float = 0.95,
) -> list[Bin]:
    """The bars of a reliability figure, least sure first; arguments as for `calibration`."""
    confidence, right = _top(probabilities_NC, targets)
    edges = _edges(confidence, bins, scheme)
    bars = []
    for part, hit in zip(np.split(confidence, edges[1:]), np.split(right, edges[1:]), strict=True):
        found = doubt.wilson(int(hit.sum()), len(hit), level)
        mean, share = float(part.mean()), float(hit.mean())
        bars.append(Bin(float(part[0]), float(part[-1]), mean, share, len(hit), found))
    return bars


def fit_temperature(outputs_NC: NDArray, targets: NDArray) -> float:
    """The one number T > 0 that outputs are divided by, so that confidence means what it says.

    Minimises the negative log-likelihood of labels that lend 1/(N + 1) of their weight evenly to
    all classes, as Platt did: when every row is right, the plain likelihood would make the model
    infinitely sure of rows it has never seen. The loss is convex in 1/T, so the zero of its
    slope is found by halving.

    Args:
        outputs_NC: raw outputs on rows that were not trained on.
        targets: true class numbers, [N].

    Returns:
        T in [0.02, 50]; 1.0 when the outputs do not differ between classes.

    Raises:
        ConfigError: shapes that do not fit, or an output that is not finite.

    Source: Guo et al. 2017, arXiv:1706.04599, section 4.2; Platt 1999.
    """
    outputs = np.asarray(outputs_NC, dtype=np.float64)
    targets = _checked(outputs, targets)
    outputs = outputs - outputs.max(axis=1, keepdims=True)
    if np.ptp(outputs) == 0:
        return 1.0
    count = len(outputs)
    labelled = outputs[np.arange(count), targets].mean()
    wanted = (count * labelled + outputs.mean()) / (count + 1)
    low, high = np.log(1 / HOTTEST), np.log(1 / COLDEST)
    for _ in range(50):
        middle = (low + high) / 2
        weights = np.exp(outputs * np.exp(middle))
        given = np.mean(np.sum(weights * outputs, axis=1) / weights.sum(axis=1))
        low, high = (middle, high) if given < wanted else (low, middle)
    return float(np.exp(-(low + high) / 2))


def _top(
    probabilities_NC: NDArray, targets: NDArray
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Confidence in the top answer and whether it is right, [N] each, by rising confidence."""
    chances = np.asarray(probabilities_NC, dtype=np.float64)
    targets = _checked(chances, targets)
    if (chances < 0).any() or not np.allclose(chances.sum(axis=1), 1, atol=1e-3):
        raise ConfigError(
            "These are not probabilities: rows must be ≥ 0 and sum to 1. "
            "Raw outputs become probabilities by score.decode.softmax."
        )
    top = np.argmax(chances, axis=1)
    confidence = np.minimum(chances[np.arange(len(top)), top], 1.0)
    order = np.argsort(confidence, kind="stable")
    return confidence[order], (top == targets)[order].astype(np.float64)


def _edges(confidence: NDArray, bins: int, scheme: str) -> NDArray[np.int64]:
    """First row of every bin that has rows, [bins] or fewer."""
    count = len(confidence)
    if bins < 1:
        raise ConfigError(f"bins={bins} came; give at least 1. 15 is usual.")
    if scheme == "mass":
        return np.unique(np.arange(min(bins, count)) * count // min(bins, count))
    if scheme == "width":
        number = np.minimum((confidence * bins).astype(np.int64), bins - 1)
        return np.unique(number, return_index=True)[1]
    raise ConfigError(f"No scheme named {scheme!r}. Choose one of: mass, width.")


def _errors(gaps: NDArray, rows: int) -> NDArray[np.float64]:
    """Summed gaps of every bin [R, bins] → calibration error [R]."""
    return np.abs(gaps).sum(axis=1) / rows


def _redrawn(confidence: NDArray, edges: NDArray, draws: int, seed: int) -> NDArray[np.float64]:
    """Summed gaps of every bin [R, bins] when the confidences are the truth."""
    rng, count = generator(seed, "calibration"), len(confidence)
    if count >= LARGE:
        spread = np.sqrt(np.add.reduceat(confidence * (1 - confidence), edges))
        return rng.standard_normal((draws, len(edges))) * spread
    parts, size = [], max(1, CELLS // count)
    for start in range(0, draws, size):
        hits = rng.random((min(size, draws - start), count)) < confidence
        parts.append(np.add.reduceat(hits - confidence, edges, axis=1))
    return np.concatenate(parts)


def _checked(rows_NC: NDArray, targets: NDArray) -> NDArray[np.int64]:
    targets = np.asarray(targets)
    if rows_NC.ndim != 2 or len(rows_NC) == 0 or targets.shape != rows_NC.shape[:1]:
        raise ConfigError(
            f"Outputs of shape {rows_NC.shape} and targets of shape {targets.shape} do not fit: "
            f"give one row of C numbers and one class number a row, and at least one row."
        )
    if not np.isfinite(rows_NC).all():
        raise ConfigError("Some outputs are not finite numbers: the model that gave them failed.")
    if targets.min() < 0 or targets.max() >= rows_NC.shape[1]:
        raise ConfigError(
            f"Class numbers from {targets.min()} to {targets.max()} came for {rows_NC.shape[1]} "
            f"outputs; they count from 0."
        )
    return targets.astype(np.int64)


NEWTON = 50  # steps at most


def platt(odds: NDArray, right: NDArray) -> tuple[float, float]:
    """Slope and shift of a logistic curve, drawn to 1 and 0 by the weight of one row each (Platt
    1999, with a Gaussian prior); the slope is never below 0.
    """
    seen = np.stack([odds, np.ones_like(odds)], axis=1)
    usual = np.array([1.0, 0.0])
    weights = usual.copy()
    for _ in range(NEWTON):
        chances = 1 / (1 + np.exp(-np.clip(seen @ weights, -30, 30)))
        slope = seen.T @ (chances - right) + (weights - usual)
        bend = (seen * (chances * (1 - chances))[:, None]).T @ seen + np.eye(2)
        step = np.linalg.solve(bend, slope)
        weights = weights - np.clip(step, -2, 2)
        if np.abs(step).max() < 1e-6:
            break
    if weights[0] < 0:
        share = (right.sum() + 0.5) / (len(right) + 1)
        return 0.0, float(np.log(share / (1 - share)))
    return float(weights[0]), float(weights[1])
