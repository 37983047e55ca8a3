"""Where is it most wrong? Origins whose forecasts were farthest off, to look at."""

import numpy as np
from numpy.typing import NDArray

from umbrella.base.catalogue import sentence
from umbrella.check.evidence import Evidence
from umbrella.check.finding import Finding
from umbrella.check.origins import Origins
from umbrella.check.words import clean_cells
from umbrella.check.worst import HEAVY, NAME, SHOWN, TAIL
from umbrella.score.blocks import block_mean

LEAST = 20  # origins, fewer have no worst


def question(evidence: Evidence) -> Finding:
    """How much of all error the worst 5 % of the origins carry, and which these are.

    Warns above half, fails above nine tenths, beyond doubt over moments.
    """
    origins, n = evidence.origins, evidence.count("test")
    assert origins is not None
    sizes = evidence.scores("test")
    dates = len(np.unique(origins.dates["test"]))
    if n < LEAST or not sizes.any() or not origins.enough():
        return Finding(NAME, "cannot tell", sentence("forecast.worst.few", n=n, dates=dates))
    limit = float(np.sort(sizes)[-max(1, round(TAIL * n))])
    tail = np.maximum(sizes - limit, 0.0) + TAIL * limit
    share = float(tail.mean() / sizes.mean())
    found = block_mean(tail, sizes, dates=origins.dates["test"])
    low, high = max(0.0, found.low), min(1.0, found.high)
    verdict = "pass" if low <= HEAVY else "fail" if low > 0.9 else "warn"
    return Finding(
        NAME,
        verdict,
        sentence("forecast.worst", tail=TAIL, share=share, range=(low, high), n=n),
        figure=share,
        low=low,
        high=high,
        would_have_seen=sentence("forecast.worst.power", tail=TAIL, seen=HEAVY + share - low),
        advice=sentence("forecast.worst.look" if verdict == "pass" else "forecast.worst.heavy"),
        details={"examples": _examples(evidence, origins, sizes), "note": "forecast.worst.note"},
    )


def _examples(
    evidence: Evidence, origins: Origins, sizes: NDArray[np.float64]
) -> list[dict[str, object]]:
    """The worst origins, no two of which forecast the same step of a series."""
    steps, series = origins.steps("test"), origins.series("test")
    picked: list[int] = []
    for one in np.argsort(-sizes, kind="stable").tolist():
        near = [
            k for k in picked
            if series[k] == series[one] and abs(int(steps[k] - steps[one])) < origins.horizon
        ]  # fmt: skip
        if not near:
            picked.append(one)
        if len(picked) == SHOWN:
            break
    at = np.array(picked)
    told = origins.levels("test", evidence.outputs["test"][at], at)
    true = origins.levels("test", evidence.targets["test"][at], at)
    cells = evidence.show(steps[at])
    examples: list[dict[str, object]] = []
    for row, origin in enumerate(at.tolist()):
        off = np.abs(true[row] - told[row])
        step = int(np.nanargmax(off))
        line = int(origins.panel.rows[steps[origin]])
        examples.append(
            {
                "row": (line if line >= 0 else int(steps[origin])) + 1,
                "truth": float(true[row, step]),
                "said": float(told[row, step]),
                "cells": clean_cells(cells[row]),
            }
        )
    return examples
