"""Differences with their doubt, and how large a difference a number of rows would show."""

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

from umbrella.check.evidence import Evidence
from umbrella.check.finding import AMBER
from umbrella.score import doubt
from umbrella.score.doubt import Interval

NORMAL = NormalDist()
POWER = 0.8  # "8 times in 10"

# What matters to a user, whatever the number of rows: 5 points of a share, a tenth of an error.
POINTS, SHARE = 0.05, 0.10


@dataclass(frozen=True)
class Difference:
    """Mean of a minus mean of b, its 95 % interval, p, and the smallest one that would show.

    Args:
        figure, low, high: in the score's unit.
        p: two-sided.
        seen: the difference that these rows show 8 times in 10 at p < AMBER.
    """

    figure: float
    low: float
    high: float
    p: float
    seen: float

    def told(self) -> dict[str, Any]:
        """What a finding on this difference shows: its figure, range and p."""
        return {"figure": self.figure, "low": self.low, "high": self.high, "p": self.p}


def paired(evidence: Evidence, a: NDArray, b: NDArray, part: str) -> Difference:
    """Two scores of the same rows, by resampling the rows' differences.

    Args:
        evidence: gives the task's paired test, and groups.
        a, b: row scores [N], N ≥ 2.
        part: whose rows these are.
    """
    groups = evidence.groups_of(part)
    d = np.asarray(a, dtype=np.float64) - b
    p = doubt.paired_p(a, b, groups=groups) if groups is not None else evidence.task.compare(a, b)
    interval = doubt.bootstrap(d, groups=groups) if np.ptp(d) else None
    low, high = (interval.low, interval.high) if interval else (float(d[0]), float(d[0]))
    spread = max(float(d.std(ddof=1)), 0.5 * float(np.std(a)))  # equal rows are not certainty
    return Difference(float(d.mean()), low, high, p, smallest_seen(spread / math.sqrt(len(d))))


def unpaired(a: float, around_a: Interval, b: float, around_b: Interval) -> Difference:
    """Two scores of different rows: each interval lends its side (MOVER; Newcombe 1998, method 10;
    Zou and Donner 2008), p from the same spread.

    Args:
        a, b: the two means.
        around_a, around_b: their 95 % intervals.
    """
    d = a - b
    low = d - math.hypot(a - around_a.low, around_b.high - b)
    high = d + math.hypot(around_a.high - a, b - around_b.low)
    spread = (high - low) / 2 / NORMAL.inv_cdf(0.975)
    toward_zero = (d - low if d > 0 else high - d) / NORMAL.inv_cdf(0.975)
    p = 2 * NORMAL.cdf(-abs(d) / toward_zero) if toward_zero > 0 else float(d == 0)
    return Difference(d, low, high, p, smallest_seen(spread))


def smallest_seen(spread: float, alpha: float = AMBER) -> float:
    """The difference that a two-sided test at alpha finds 8 times in 10.

    Args:
        spread: standard error of the difference.
        alpha: level of the test.
    """
    return (NORMAL.inv_cdf(1 - alpha / 2) + NORMAL.inv_cdf(POWER)) * spread


def matters(evidence: Evidence, reference: float) -> float:
    """The smallest difference of the headline that a user would act on.

    Args:
        evidence: tells a share from a plain number.
        reference: the score it is held against, in the headline's unit.
    """
    return POINTS if evidence.form == "percent" else SHARE * abs(reference)
