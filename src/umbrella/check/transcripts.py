"""What goes wrong in transcripts: words taken for others, left out or added, and whose voices fare
worse.

Shapes: N test rows.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from umbrella.base.catalogue import sentence
from umbrella.check.answers import Read, read
from umbrella.check.difference import POINTS, Difference, paired, unpaired
from umbrella.check.evidence import Evidence
from umbrella.check.finding import AMBER, RED, Finding
from umbrella.check.words import LABEL, clean
from umbrella.score import doubt
from umbrella.tasks.transcribe import shares_of_rate

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
    sizes = [one.pieces for one in heard]
    added = shares_of_rate([one.edits.insertions for one in heard], sizes)
    lost = shares_of_rate([one.edits.deletions for one in heard], sizes)
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
        **more.told(),
        would_have_seen=sentence("check.slips.power", seen=seen, unit=unit),
        advice=sentence(advice) if advice else None,
        details={**counts, "right": right, "said": said},
    )


def voices(evidence: Evidence) -> Finding:
    """The error rate of every group of the test rows, and whether one is clearly worse.

    Each group is held against the rest; p is shared among the groups. The clearest of those that
    are worse by enough to matter is told of; where none is, the one farthest above the rest.
    Cannot tell without two groups of a few rows each.
    """
    if evidence.names is None:
        return Finding("voices", "cannot tell", sentence("check.voices.none"))
    names = np.asarray(evidence.names)[evidence.rows["test"]]
    heard = read(evidence, "test")
    groups = {name: np.flatnonzero(names == name) for name in sorted(set(names.tolist()))}
    shown = {name: _group(evidence, name, rows, heard) for name, rows in groups.items()}
    table = sorted(shown.values(), key=lambda one: -float(one["rate"]))
    judged = [name for name, rows in groups.items() if len(rows) >= FEW]
    details = {"groups": table}
    if len(judged) < 2:
        line = sentence("check.voices.few", count=len(groups), few=FEW)
        return Finding("voices", "cannot tell", line, details=details)
    compared = {name: _apart(evidence, groups[name], len(judged), heard) for name in judged}
    name = min(judged, key=lambda one: _clearness(compared[one]))
    told, more = shown[name], compared[name]
    warned = more.p < AMBER and more.figure > POINTS
    return Finding(
        "voices",
        "warn" if warned else "pass",
        sentence(
            "check.voices.line",
            name=told["name"],
            rate=told["rate"],
            range=(told["low"], told["high"]),
            n=told["rows"],
            more=more.figure,
            count=len(judged),
            p=more.p,
        ),
        figure=more.figure,
        p=more.p,
        would_have_seen=sentence("check.voices.power", seen=more.seen + POINTS),
        advice=sentence("check.voices.warn") if warned else None,
        details=details,
    )


def _clearness(more: Difference) -> tuple[float, float]:
    """Orders groups: those that matter by their p, then the others, the farthest above first."""
    return more.p if more.figure > POINTS else 2.0, -more.figure


def _scores(heard: list[Read], rows: NDArray) -> NDArray[np.float64]:
    """Every row's share in the error rate of these rows."""
    some = [heard[row] for row in rows]
    return shares_of_rate([one.edits.errors for one in some], [one.pieces for one in some])


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


def _apart(evidence: Evidence, rows: NDArray, groups: int, heard: list[Read]) -> Difference:
    """How much worse a group is than the rest, p shared among the groups."""
    rest = np.setdiff1d(np.arange(len(heard)), rows)
    own, others = _scores(heard, rows), _scores(heard, rest)
    found = unpaired(
        float(own.mean()),
        evidence.task.interval(own),
        float(others.mean()),
        evidence.task.interval(others),
    )
    return replace(found, p=min(1.0, groups * found.p))
