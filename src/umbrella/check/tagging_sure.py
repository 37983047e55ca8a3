"""Whether a span with a score of .9 is right nine times in ten.

Shapes: N test rows, S spans that are marked.
"""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from umbrella.base.catalogue import sentence
from umbrella.check.chances import LEAST, MISLEADS, bars_of, error_of, p_of_nought, summed
from umbrella.check.difference import smallest_seen
from umbrella.check.evidence import Evidence
from umbrella.check.finding import AMBER, RED, Finding
from umbrella.score import entities

NAME = "confidence"
SURE = 1e-4  # scores are kept from 0 and 1 by this before their log-odds


def question(evidence: Evidence) -> Finding:
    """Judge the scores of the spans that are marked in the test rows.

    Two figures are 0 on average where they mean what they say: right spans less their scores, and
    the same weighted by the log-odds, which tells too sure from too unsure. Both are summed by row
    or unit, so that spans of one text count once. Warns when one is off beyond doubt; fails when
    scores are also off by five points on average; cannot tell below `LEAST` spans.
    """
    task: Any = evidence.task
    outputs, targets = np.asarray(evidence.outputs["test"]), evidence.targets["test"]
    found = task.found(outputs, True)
    if len(found.sure) < LEAST:
        few = sentence("tag.sure.few", n=len(found.sure), least=LEAST)
        return Finding(NAME, "cannot tell", few)
    right = entities.match(found, targets).slip == entities.RIGHT
    sure = np.clip(found.sure, SURE, 1 - SURE)
    n, units = evidence.count("test"), evidence.groups_of("test")
    off = right - sure

    def by_row(each: NDArray) -> NDArray[np.float64]:
        return summed(np.bincount(found.rows, each, n), units)

    more, tilt = by_row(off), by_row(off * np.log(sure / (1 - sure)))
    p = min(1.0, 2 * min(p_of_nought(more), p_of_nought(tilt)))
    plain = replace(task, temperature=1.0).found(outputs, True)
    bars, before = bars_of(sure, right), bars_of(plain.sure, right)
    error = error_of(bars)
    verdict = "pass"
    if p < AMBER:
        verdict = "fail" if p < RED and error >= MISLEADS else "warn"
    spread = float(more.std(ddof=1)) * np.sqrt(len(more)) / len(sure)
    return Finding(
        NAME,
        verdict,
        sentence(
            "tag.sure.line",
            n=len(sure),
            said=float(sure.mean()),
            right=float(right.mean()),
            error=error,
            p=p,
            temperature=task.temperature,
        ),
        figure=error,
        p=p,
        would_have_seen=sentence("tag.sure.power", seen=smallest_seen(spread, AMBER / 2)),
        advice=sentence(f"tag.sure.{verdict}") if verdict in ("warn", "fail") else None,
        details={
            "temperature": task.temperature,
            "start": 0.0,
            "said": float(sure.mean()),
            "right": float(right.mean()),
            "error": {"before": error_of(before), "after": error},
            "bins": bars,
            "before": before,
        },
    )
