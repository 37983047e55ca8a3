"""Of several labels a row: which does it miss, are its chances right, and where is it quite wrong?

Labels of one row depend on each other, so rows (or units of rows) are what is counted, not labels.

Shapes: N test rows, C labels.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from umbrella.base.catalogue import sentence
from umbrella.base.wording import DASH
from umbrella.check.chances import LEAST, MISLEADS, bars_of, error_of, p_of_nought, summed
from umbrella.check.confusion import DROP, FEW, drop_seen
from umbrella.check.difference import smallest_seen
from umbrella.check.evidence import Evidence
from umbrella.check.finding import AMBER, RED, Finding
from umbrella.check.illustrated import illustrated
from umbrella.check.words import CELL, LABEL, clean, clean_cells
from umbrella.check.worst import NAME as WORST
from umbrella.check.worst import SHOWN, at_least, least_seen
from umbrella.score import doubt
from umbrella.score.decode import join, sigmoid
from umbrella.score.resample import effective_units
from umbrella.score.sets import row_f1


def missed(evidence: Evidence) -> Finding:
    """Find the label that is found least often where it is true.

    Its interval is widened for having looked at all labels; where rows come in units, a label's
    rows count as many as they are worth, and at least `FEW` must be. Warns when it lies a tenth
    below the share found of all labels together beyond doubt; fails when it is named no more often
    where it is true than elsewhere.
    """
    truth, named, _ = _answers(evidence)
    both, rows = (named & truth).sum(axis=0), truth.sum(axis=0)
    units = evidence.groups_of("test")
    worth, worth_named = _worth(truth, units), _worth(named, units)
    table = [_counted(*one) for one in zip(evidence.labels, rows, named.sum(axis=0), both, worth,
                                           worth_named, strict=True)]  # fmt: skip
    details = {"labels": table}
    judged = np.flatnonzero(worth >= FEW)
    if not len(judged):
        return Finding("labels", "cannot tell", sentence("labels.few", few=FEW),
                       details=details)  # fmt: skip
    found = both / np.maximum(rows, 1)
    worst = int(judged[np.argmin(found[judged])])
    hits, n = int(both[worst]), int(rows[worst])
    there = float(worth[worst])
    interval = doubt.wilson(hits / n * there, there)
    sure = doubt.wilson(hits / n * there, there, 1 - 0.05 / len(judged))
    whole = float(both.sum() / max(rows.sum(), 1))
    elsewhere = (int(named[:, worst].sum()) - hits) / max(len(truth) - n, 1)
    verdict = "warn" if sure.high < whole - DROP else "pass"
    if sure.high <= elsewhere or (not hits and verdict == "warn"):
        verdict = "fail"
    false = named.sum(axis=0) - both
    other = int(np.argmax(false))
    return Finding(
        "labels",
        verdict,
        sentence(
            "labels.line",
            label=table[worst]["label"],
            recall=float(found[worst]),
            range=(interval.low, interval.high),
            n=n,
            false=sentence("labels.false", label=table[other]["label"],
                           count=int(false[other])) if false[other]
            else sentence("labels.none"),
        ),
        figure=float(found[worst]),
        low=interval.low,
        high=interval.high,
        would_have_seen=sentence(
            "labels.power",
            n=int(np.median(rows[judged])),
            drop=min(1.0, drop_seen(whole, worth[judged])),
        ),
        advice=None if verdict == "pass" else sentence(f"labels.{verdict}"),
        details=details,
    )  # fmt: skip


def chances(evidence: Evidence) -> Finding:
    """Whether a chance of .7 means seven in ten, over every yes and no of the test rows.

    Two figures are 0 on average where it does: labels a row less their chances, and the same
    weighted by the log-odds, which tells too sure from too unsure. Both are summed by row or unit,
    so that labels that come together count once. Warns when one is off beyond doubt; fails when the
    chances are also off by five points on average.
    """
    truth, _, likely = _answers(evidence)
    n = len(truth)
    if n < LEAST:
        return Finding("confidence", "cannot tell", sentence("check.confidence.few", n=n))
    task: Any = evidence.task
    raw = np.asarray(evidence.outputs["test"], dtype=np.float64)[:, : truth.shape[1]]
    units = evidence.groups_of("test")
    off = truth - likely
    more, tilt = summed(off.sum(axis=1), units), summed((off * raw).sum(axis=1), units)
    p = min(1.0, 2 * min(p_of_nought(more), p_of_nought(tilt)))
    bars, before = bars_of(likely, truth), bars_of(sigmoid(raw), truth)
    error = error_of(bars)
    verdict = "pass"
    if p < AMBER:
        verdict = "fail" if p < RED and error >= MISLEADS else "warn"
    said, right = float(likely.sum(axis=1).mean()), float(truth.sum(axis=1).mean())
    return Finding(
        "confidence",
        verdict,
        sentence("labels.chances", error=error, said=said, right=right, p=p,
                 temperature=task.temperature),
        figure=error,
        p=p,
        would_have_seen=sentence(
            "labels.chances_power",
            seen=smallest_seen(float(more.std(ddof=1)) * np.sqrt(len(more)) / n, AMBER / 2),
        ),
        advice=sentence(f"check.confidence.{verdict}") if verdict in ("warn", "fail") else None,
        details={
            "temperature": task.temperature,
            "start": 0.0,
            "said": float(likely.mean()),
            "right": float(truth.mean()),
            "error": {"before": error_of(before), "after": error},
            "bins": bars,
            "before": before,
        },
    )  # fmt: skip


def wrong(evidence: Evidence) -> Finding:
    """Count rows of which no label is right, against what its own chances allow.

    The chance that none of the labels named is right is at most one less that of the likeliest,
    however labels depend on each other; that none is true where none is named, at most the sum of
    their chances. The number allowed is the sum of these; its tail is taken as Poisson's, which is
    wider, so the p is on the safe side.
    """
    truth, named, likely = _answers(evidence)
    n = len(truth)
    if n < 2:
        return Finding(WORST, "cannot tell", sentence("check.worst.few", n=n))
    sure = np.where(
        named.any(axis=1),
        np.where(named, likely, 0.0).max(axis=1),
        1 - np.minimum(likely.sum(axis=1), 1.0),
    )
    f1 = row_f1(named, truth)
    count, allowed = int((f1 == 0).sum()), float((1 - sure).sum())
    p = at_least(count, allowed)
    verdict = "pass" if p >= AMBER else "fail" if p < RED and count > 2 * allowed else "warn"
    seen = least_seen(allowed)
    power = sentence("check.worst.power", seen=seen)
    if verdict == "pass" and seen > n:
        verdict, power = "cannot tell", sentence("check.worst.blind")
    worst = np.lexsort((-sure, f1))
    worst, best = worst[f1[worst] < 1][:SHOWN], np.lexsort((-sure, -f1))[:SHOWN]
    return Finding(
        WORST,
        verdict,
        sentence("labels.wrong", count=count, n=n, allowed=allowed, p=p),
        figure=float(count),
        p=p,
        would_have_seen=power,
        advice=sentence(f"check.worst.{'more' if verdict in ('warn', 'fail') else 'look'}"),
        details=illustrated(evidence, *(_rows(evidence, at, named, sure) for at in (worst, best)))
        | {"note": "report.examples_labels"},
    )


def _answers(evidence: Evidence) -> tuple[NDArray, NDArray, NDArray[np.float64]]:
    """True labels, labels named and chances of the test rows, [N, C] each."""
    task: Any = evidence.task
    outputs, truth = evidence.outputs["test"], np.asarray(evidence.targets["test"], dtype=bool)
    return truth, task.named(outputs), task.chances(outputs)


def _worth(some: NDArray, units: NDArray | None) -> NDArray[np.int64]:
    """How many independent rows every label's rows are worth, [C]."""
    if units is None:
        return np.asarray(some.sum(axis=0), dtype=np.int64)
    return np.array([effective_units(units[rows]) if rows.any() else 0 for rows in some.T])


def _counted(
    label: str, rows: int, named: int, both: int, worth: int, worth_named: int
) -> dict[str, object]:
    recall = doubt.wilson(both / rows * worth, worth) if rows else None
    precision = doubt.wilson(both / named * worth_named, worth_named) if named else None
    return {
        "label": clean(label, LABEL),
        "rows": int(rows),
        "found": int(both),
        "missed": int(rows - both),
        "false": int(named - both),
        "recall": [recall.low, recall.high] if recall else None,
        "precision": [precision.low, precision.high] if precision else None,
    }


def _rows(
    evidence: Evidence, at: NDArray, named: NDArray, sure: NDArray
) -> list[dict[str, object]]:
    separator = evidence.task.spec()["separator"]
    labels = [clean(label, LABEL) for label in evidence.labels]
    truth = np.asarray(evidence.targets["test"])
    rows = np.asarray(evidence.rows["test"])[at]

    def written(some: NDArray) -> str:
        told = [labels[label] for label in np.flatnonzero(some)]
        return clean(join(told, separator), CELL) or DASH

    return [
        {
            "row": int(row) + 1,
            "truth": written(truth[i]),
            "said": written(named[i]),
            "confidence": float(sure[i]),
            "cells": clean_cells(cells),
        }
        for i, row, cells in zip(at, rows, evidence.show(rows), strict=True)
    ]
