"""Which classes does it miss, and which does it take for which?"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from umbrella.base.catalogue import Sentence, sentence
from umbrella.check.difference import NORMAL, POINTS, POWER
from umbrella.check.evidence import Evidence
from umbrella.check.finding import Finding
from umbrella.check.words import LABEL, clean
from umbrella.score import doubt

NAME = "classes"
DRAWN = 20  # classes in the drawn matrix: with more, the ones most often confused
FEW = 5  # rows below which nothing is said of a class
DROP = 2 * POINTS  # a class this far below the score of all rows is worth a warning


def question(evidence: Evidence) -> Finding:
    """Find the class that is found least often.

    Its interval is widened for having looked at all classes. Warns when it lies a tenth below
    the accuracy of all rows beyond doubt; fails when it is found no more often than by drawing
    lots among the classes.
    """
    labels = [clean(label, LABEL) for label in evidence.labels]
    truth = np.asarray(evidence.targets["test"], dtype=np.int64)
    said = np.argmax(evidence.outputs["test"], axis=1) if len(truth) else truth
    counts = np.zeros((len(labels), len(labels)), dtype=np.int64)
    np.add.at(counts, (truth, said), 1)
    per_class = counts.sum(axis=1)
    judged = np.flatnonzero(per_class >= FEW)
    details = _details(labels, counts)
    if len(judged) < 2:
        key = "check.classes.few" if len(judged) else "check.classes.no_class"
        says = sentence(key, few=FEW, classes=len(judged))
        return Finding(NAME, "cannot tell", says, details=details)
    recalls = counts.diagonal() / np.maximum(per_class, 1)
    worst = int(judged[np.argmin(recalls[judged])])
    interval = doubt.wilson(int(counts[worst, worst]), int(per_class[worst]))
    sure = doubt.wilson(int(counts[worst, worst]), int(per_class[worst]), 1 - 0.05 / len(judged))
    accuracy = float(counts.diagonal().sum() / len(truth))
    verdict = "warn" if sure.high < accuracy - DROP else "pass"
    if sure.high <= 1 / len(labels):
        verdict = "fail"
    pairs = details["pairs"]
    mixed = (
        sentence("check.classes.mixed", truth=pairs[0][0], said=pairs[0][1], count=pairs[0][2])
        if pairs
        else sentence("check.classes.none")
    )
    return Finding(
        NAME,
        verdict,
        _with_unjudged(
            len(labels) - len(judged),
            label=labels[worst],
            recall=float(recalls[worst]),
            range=(interval.low, interval.high),
            n=int(per_class[worst]),
            mixed=mixed,
        ),
        figure=float(recalls[worst]),
        low=interval.low,
        high=interval.high,
        would_have_seen=sentence(
            "check.classes.power",
            n=int(np.median(per_class[judged])),
            drop=min(1.0, drop_seen(accuracy, per_class[judged])),
        ),
        advice=None if verdict == "pass" else sentence(f"check.classes.{verdict}"),
        details=details,
    )


def _with_unjudged(unjudged: int, **values: Any) -> Sentence:
    line = sentence("check.classes.line", **values)
    if not unjudged:
        return line
    return sentence("check.classes.unjudged", line=line, count=unjudged, few=FEW)


def drop_seen(accuracy: float, per_class: NDArray) -> float:
    """Fall below the accuracy of all rows that a class of median size shows 8 times in 10."""
    lower = max(accuracy - DROP, 0.02)
    spread = math.sqrt(lower * (1 - lower) / float(np.median(per_class)))
    level = 1 - 0.025 / len(per_class)
    return DROP + (NORMAL.inv_cdf(level) + NORMAL.inv_cdf(POWER)) * spread


def _details(labels: list[str], counts: NDArray) -> dict[str, list]:
    wrong = counts - np.diag(counts.diagonal())
    flat = [int(at) for at in np.argsort(-wrong, axis=None, kind="stable")[:8]]
    cells = [divmod(at, len(labels)) for at in flat]
    drawn = np.arange(len(labels))
    if len(labels) > DRAWN:
        trouble = wrong.sum(axis=0) + wrong.sum(axis=1)
        drawn = np.sort(np.argsort(-trouble, kind="stable")[:DRAWN])
    return {
        "labels": [labels[i] for i in drawn],
        "matrix": counts[np.ix_(drawn, drawn)].tolist(),
        "pairs": [[labels[i], labels[j], int(wrong[i, j])] for i, j in cells if wrong[i, j]],
        "recalls": [_recall(label, row[i], row.sum()) for i, (label, row) in
                    enumerate(zip(labels, counts, strict=True))],
    }  # fmt: skip


def _recall(label: str, found: int, n: int) -> dict[str, object]:
    interval = doubt.wilson(int(found), int(n)) if n else None
    return {
        "label": label,
        "n": int(n),
        "found": int(found),
        "low": interval and interval.low,
        "high": interval and interval.high,
    }
