"""What goes wrong in transcripts: words taken for others, left out or added, and whose voices fare
worse.

Shapes: N test rows.
"""

import numpy as np
from numpy.typing import NDArray

from umbrella.base.catalogue import sentence
from umbrella.check.answers import Read, read
from umbrella.check.difference import POINTS, paired, unpaired
from umbrella.check.evidence import Evidence
from umbrella.check.finding import AMBER, RED, Finding
from umbrella.check.words import LABEL, clean
from umbrella.score import doubt

LOST = 0.5  # share of all words left out, beyond which a model is of no use
FEW = 5  # rows of a group below which it is not compared


def slips(evidence: Evidence) -> Finding:
    """Count errors by kind, and ask whether answers are too short or too long beyond doubt.

    Warns when words left out and words added differ by 5 in 100; fails when half are left out.
    """
    n = evidence.count("test")
    heard = read(evidence, "test")
    said = sum(one.pieces for one in heard)
    if n < 2 or not said:
        return Finding("slips", "cannot tell", sentence("check.slips.few", n=n))
    each = n / said
    added = np.array([one.edits.insertions * each for one in heard])
    lost = np.array([one.edits.deletions * each for one in heard])
    more = paired(evidence, added, lost, "test")
    verdict, advice = "pass", None
    if more.p < AMBER and abs(more.figure) > POINTS:
        gone = more.p < RED and lost.mean() > LOST
        verdict, advice = ("fail", "check.slips.gone") if gone else ("warn", "check.slips.short")
        advice = "check.slips.long" if more.figure > 0 else advice
    counts = {
        kind: sum(getattr(one.edits, kind) for one in heard)
        for kind in ("substitutions", "deletions", "insertions")
    }
    right = said - counts["substitutions"] - counts["deletions"]
    # Where no row has slipped, as many might as could have stayed unseen among so few.
    seen = POINTS + max(more.seen, doubt.wilson(0, n).high)
    unit = sentence(f"terms.unit.{evidence.task.spec()['unit']}")
    return Finding(
        "slips",
        verdict,
        sentence(
            "check.slips.line",
            unit=unit,
            said=said,
            right=right,
            net=more.figure,
            range=(more.low, more.high),
            p=more.p,
            **counts,
        ),
        figure=more.figure,
        low=more.low,
        high=more.high,
        p=more.p,
        would_have_seen=sentence("check.slips.power", seen=seen, unit=unit),
        advice=sentence(advice) if advice else None,
        details={**counts, "right": right, "said": said},
    )


def voices(evidence: Evidence) -> Finding:
    """The error rate of every group of the test rows, and whether the worst lies apart.

    Each group is held against the rest; p is shared among the groups. Cannot tell without two
    groups of a few rows each.
    """
    if evidence.names is None:
        return Finding("voices", "cannot tell", sentence("check.voices.none"))
    names = np.asarray(evidence.names)[evidence.rows["test"]]
    heard = read(evidence, "test")
    groups = {name: np.flatnonzero(names == name) for name in sorted(set(names.tolist()))}
    table = [_group(evidence, name, rows, heard) for name, rows in groups.items()]
    table.sort(key=lambda one: -float(one["rate"]))
    judged = [name for name, rows in groups.items() if len(rows) >= FEW]
    details = {"groups": table}
    if len(judged) < 2:
        line = sentence("check.voices.few", count=len(groups), few=FEW)
        return Finding("voices", "cannot tell", line, details=details)
    worst = next(one for one in table if one["name"] in {clean(name, LABEL) for name in judged})
    compared = [_apart(evidence, groups[name], len(judged), heard) for name in judged]
    figure, p, seen = max(compared)
    warned = p < AMBER and figure > POINTS
    return Finding(
        "voices",
        "warn" if warned else "pass",
        sentence(
            "check.voices.line",
            name=worst["name"],
            rate=worst["rate"],
            range=(worst["low"], worst["high"]),
            n=worst["rows"],
            more=figure,
            count=len(judged),
            p=p,
        ),
        figure=figure,
        p=p,
        would_have_seen=sentence("check.voices.power", seen=seen + POINTS),
        advice=sentence("check.voices.warn") if warned else None,
        details=details,
    )


def _scores(heard: list[Read], rows: NDArray) -> NDArray[np.float64]:
    """Errors of each row over the mean number of words of these rows."""
    said = sum(heard[row].pieces for row in rows)
    return np.array([heard[row].edits.errors * len(rows) / max(said, 1) for row in rows])


def _group(
    evidence: Evidence, name: str, rows: NDArray, heard: list[Read]
) -> dict[str, str | int | float]:
    scores = _scores(heard, rows)
    around = evidence.task.interval(scores)
    return {
        "name": clean(name, LABEL),
        "rows": len(rows),
        "pieces": sum(heard[row].pieces for row in rows),
        "rate": float(scores.mean()),
        "low": around.low,
        "high": around.high,
    }


def _apart(
    evidence: Evidence, rows: NDArray, groups: int, heard: list[Read]
) -> tuple[float, float, float]:
    """How much worse a group is than the rest, p shared among the groups, and what would show."""
    rest = np.setdiff1d(np.arange(len(heard)), rows)
    own, others = _scores(heard, rows), _scores(heard, rest)
    found = unpaired(
        float(own.mean()),
        evidence.task.interval(own),
        float(others.mean()),
        evidence.task.interval(others),
    )
    return found.figure, min(1.0, groups * found.p), found.seen
