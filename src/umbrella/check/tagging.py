"""What goes wrong with spans: bounds, types, what is left out or made up; which types fare worse,
and how many names are found that training never showed.

Shapes: N test rows, K types.
"""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from umbrella.base.catalogue import sentence
from umbrella.check import marked
from umbrella.check.difference import POINTS, paired, unpaired
from umbrella.check.evidence import Evidence
from umbrella.check.finding import AMBER, RED, Finding
from umbrella.check.words import LABEL, clean
from umbrella.score import doubt, entities
from umbrella.score.chain import Spans
from umbrella.tasks.tag import shares_of_f1

FEW = 10  # spans of a type below which it is not compared
LOST = 0.5  # share of spans not found beyond which a model is of no use
SMALL = 20  # spans below which nothing is said of names


def found_in(evidence: Evidence, sure: bool = False) -> Spans:
    """What is answered for the test rows."""
    task: Any = evidence.task
    return task.found(np.asarray(evidence.outputs["test"]), sure)


def faults(evidence: Evidence, found: Spans) -> NDArray[np.int64]:
    """Spans of every test row that are wrong, and those that are not touched at all, [N]."""
    told = entities.match(found, evidence.targets["test"])
    n = evidence.count("test")
    wrong = np.bincount(found.rows[told.slip != entities.RIGHT], minlength=n)
    return wrong + np.bincount(told.rows[told.fate == entities.MISSED], minlength=n)


def slips(evidence: Evidence) -> Finding:
    """Count spans by what became of them, and ask whether too few or too many are marked.

    Warns when marked and true spans differ by 5 in 100 beyond doubt; fails when it marks hardly
    half of them.
    """
    found, true = found_in(evidence), evidence.targets["test"]
    told = entities.match(found, true)
    right, said, there = entities.row_counts(found, true)
    n, total = evidence.count("test"), int(there.sum())
    if n < 2 or not total:
        return Finding("spans", "cannot tell", sentence("tag.slips.few", n=n))
    counts = {
        name: int((told.slip == number).sum()) for number, name in enumerate(entities.KINDS_OF_SLIP)
    }
    counts["missed"] = int((told.fate == entities.MISSED).sum())
    more = paired(evidence, said * n / total, there * n / total, "test")
    recall = float(right.sum()) / total
    verdict, advice = "pass", None
    if more.p < AMBER and abs(more.figure) > POINTS:
        lost = more.p < RED and more.figure < -LOST
        verdict, advice = ("fail", "gone") if lost else ("warn", "short")
        advice = "long" if more.figure > 0 else advice
    seen = POINTS + max(more.seen, doubt.wilson(0, n).high)
    return Finding(
        "spans",
        verdict,
        sentence(
            "tag.slips.line",
            total=total,
            share=recall,
            net=more.figure,
            range=(more.low, more.high),
            p=more.p,
            **counts,
        ),
        **more.told(),
        would_have_seen=sentence("tag.slips.power", seen=seen),
        advice=sentence(f"tag.slips.{advice}") if advice else None,
        details={**counts, "total": total, "found": int(said.sum())},
    )


def types(evidence: Evidence) -> Finding:
    """F1 of every type, and whether one is clearly worse than the others together.

    p is shared among the types that are compared. Cannot tell without two types of a few spans
    each.
    """
    task: Any = evidence.task
    found, true = found_in(evidence), np.asarray(evidence.targets["test"])
    kinds = np.arange(len(task.types))
    scores = {kind: _shares(found, true, kinds == number) for number, kind in enumerate(task.types)}
    counts = entities.by_type(found, true, len(task.types))
    rows = [
        _type(evidence, kind, scores[kind], counts[number])
        for number, kind in enumerate(task.types)
    ]
    unseen = int((true[:, :, 2] >= len(task.types)).sum())
    details = {"types": sorted(rows, key=lambda one: float(one["f1"])), "unseen": unseen}
    judged = [number for number in range(len(task.types)) if counts[number, 2] >= FEW]
    if len(judged) < 2:
        line = sentence("tag.types.few", few=FEW)
        return Finding("types", "cannot tell", line, details=details)
    apart = {}
    for number in judged:
        own = scores[task.types[number]]
        rest = _shares(found, true, kinds != number)
        more = unpaired(
            float(own.mean()),
            task.interval(own),
            float(rest.mean()),
            task.interval(rest),
        )
        apart[number] = replace(more, p=min(1.0, len(judged) * more.p))
    number = min(judged, key=lambda one: apart[one].p if apart[one].figure < 0 else 2.0)
    if apart[number].figure >= -POINTS:
        number = min(judged, key=lambda one: apart[one].figure)
    more, row = apart[number], rows[number]
    warned = more.p < AMBER and more.figure < -POINTS
    return Finding(
        "types",
        "warn" if warned else "pass",
        sentence(
            "tag.types.line",
            name=row["name"],
            f1=row["f1"],
            range=(row["low"], row["high"]),
            n=row["true"],
            less=more.figure,
            p=more.p,
            count=len(judged),
        ),
        figure=more.figure,
        p=more.p,
        would_have_seen=sentence("tag.types.power", seen=more.seen + POINTS),
        advice=sentence("tag.types.warn") if warned else None,
        details=details,
    )


def names(evidence: Evidence) -> Finding:
    """How many of the names are found that no training row has, beside those that one has."""
    task: Any = evidence.task
    told = entities.match(found_in(evidence), evidence.targets["test"])
    if len(told.rows) < SMALL or not task.names:
        return Finding("names", "cannot tell", sentence("tag.names.few", few=SMALL))
    texts = marked.texts_of(evidence, evidence.rows["test"])
    pairs = zip(told.rows, told.start, told.end, strict=True)
    known = np.array([texts[row][start:end] in task.names for row, start, end in pairs])
    hit = told.fate == entities.FOUND
    if known.all() or not known.any():
        key = "tag.names.all" if known.all() else "tag.names.none"
        return Finding("names", "cannot tell", sentence(key, n=len(known)))
    new, old = hit[~known], hit[known]
    around = [doubt.wilson(float(some.sum()), len(some)) for some in (new, old)]
    more = unpaired(float(new.mean()), around[0], float(old.mean()), around[1])
    weak = around[0].high < LOST
    return Finding(
        "names",
        "warn" if weak else "pass",
        sentence(
            "tag.names.line",
            new=float(new.mean()),
            range=(around[0].low, around[0].high),
            n=len(new),
            share=float(np.mean(~known)),
            old=float(old.mean()),
            p=more.p,
        ),
        figure=float(new.mean()),
        low=around[0].low,
        high=around[0].high,
        p=more.p,
        would_have_seen=sentence("tag.names.power", seen=more.seen),
        advice=sentence("tag.names.warn") if weak else None,
        details={"new": len(new), "known": len(old)},
    )


def _shares(found: Spans, true: NDArray, which: NDArray) -> NDArray[np.float64]:
    """Shares of F1 of some types alone, [N].

    Args:
        found: of all types.
        true: spans [N, M, 3].
        which: types that count, [K].
    """
    own = which[found.kind]
    parts = (getattr(found, name)[own] for name in ("rows", "start", "end", "kind", "sure"))
    some = np.append(which, False)[np.minimum(true[:, :, 2], len(which))] & (true[:, :, 2] >= 0)
    kept = np.where(some[:, :, None], true, -1)
    return shares_of_f1(*entities.row_counts(Spans(*parts), kept))


def _type(evidence: Evidence, kind: str, scores: NDArray, counts: NDArray) -> dict[str, Any]:
    right, found, true = counts.tolist()
    around = evidence.task.interval(scores)
    return {
        "name": clean(kind, LABEL),
        "true": true,
        "found": found,
        "right": right,
        "precision": right / found if found else None,
        "recall": right / true if true else None,
        "f1": float(scores.mean()),
        "low": around.low,
        "high": around.high,
    }
