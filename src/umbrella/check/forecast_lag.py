"""Is the prediction yesterday's value? The commonest way in which a good score says nothing."""

import numpy as np

from umbrella.base.catalogue import sentence
from umbrella.check.evidence import Evidence
from umbrella.check.finding import Finding
from umbrella.fit.against_naive import DOUBT
from umbrella.score.signal import ECHO, lag_test

NAME = "lag"
LEAST = 30  # steps of test origins, fewer tell nothing


def question(evidence: Evidence) -> Finding:
    """Hold the steps of forecasts against the step the series has just made, and the one to come.

    Warns when they follow the former and nothing is known of the change to come. Whoever knows
    something of it is no echo, however much of the last value is in the forecast.
    """
    origins = evidence.origins
    assert origins is not None
    last = origins.base("test") / origins.scales("test")
    first, truth = (
        one["test"][:, 0].astype(np.float64) for one in (evidence.outputs, evidence.targets)
    )
    dates = origins.dates["test"]
    found = lag_test(last + first, last + truth, last, origins.runs("test"), dates=dates)
    if found.rows < LEAST or not origins.enough(1):
        return Finding(NAME, "cannot tell", sentence("forecast.lag.few", n=found.rows))
    key = "copy" if found.copy else "line" if found.p <= DOUBT else "own"
    return Finding(
        NAME,
        "warn" if found.copy else "pass",
        sentence(
            f"forecast.lag.{key}",
            behind=found.behind,
            ahead=found.ahead,
            known=found.known,
            p=found.p,
            n=found.rows,
        ),
        figure=found.behind - found.ahead,
        p=found.p,
        would_have_seen=None if found.copy else sentence("forecast.lag.power", echo=ECHO),
        advice=sentence("forecast.lag.advice") if found.copy else None,
        details={"behind": found.behind, "ahead": found.ahead, "known": found.known,
                 "back": found.back},
    )  # fmt: skip
