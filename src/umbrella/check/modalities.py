"""What does each kind of column bring? A model of several kinds, with each of them taken away.

Nothing is trained again: the model's own answers to the test rows are taken once as they are, once
with a kind made missing in every row, and once with all others made missing.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from umbrella.base.catalogue import Sentence, sentence
from umbrella.check.difference import Difference, matters, paired
from umbrella.check.evidence import Evidence, Modalities
from umbrella.check.finding import AMBER, Finding
from umbrella.check.words import LABEL, clean
from umbrella.fit.steps import ORDER

NAME = "modalities"
LEAST = 20  # test rows below which nothing is said


def question(evidence: Evidence) -> Finding:
    """Score the test rows without each kind of column, and with it alone.

    Passes when every kind is missed beyond doubt, at a level that the kinds share; warns when one
    is not though these rows would have shown it, for it may be left out; else it cannot tell.
    """
    kinds, n = evidence.modalities, evidence.count("test")
    assert kinds is not None
    if n < LEAST:
        return Finding(NAME, "cannot tell", sentence("modalities.few", n=n))
    whole, sign = evidence.scores("test"), evidence.task.sign
    lost = {name: _lost(evidence, whole, kinds.without[name]) for name in kinds.names}
    rows = [_row(evidence, kinds, name, lost[name]) for name in kinds.names]
    unseen = [n for n, one in lost.items() if not (one.figure > 0 and one.p * len(lost) < AMBER)]
    worth = 2 * matters(evidence, float(whole.mean()))
    idle = [name for name in unseen if lost[name].high < worth]
    most = max(lost, key=lambda name: lost[name].figure)
    verdict = "warn" if idle else "cannot tell" if unseen else "pass"
    return Finding(
        NAME,
        verdict,
        sentence(
            "modalities.line",
            name=called(most),
            score=float(whole.mean()),
            left=float(whole.mean()) - sign * lost[most].figure,
            p=min(1.0, lost[most].p * len(lost)),
            form=evidence.form,
        ),
        figure=lost[most].figure,
        low=lost[most].low,
        high=lost[most].high,
        p=min(1.0, lost[most].p * len(lost)),
        would_have_seen=sentence(
            "modalities.power",
            seen=max(one.seen for one in lost.values()),
            form=evidence.form,
        ),
        advice=sentence("modalities.idle", names=_all(idle)) if idle else None,
        details={"rows": rows, "weighed": kinds.weights is not None},
    )


def called(name: str) -> Sentence:
    """What a kind of column is called in the language of the report: "image", "image-kitchen"."""
    kind, _, column = name.partition("-")
    if kind not in ORDER:
        return sentence("modalities.other", name=clean(name, LABEL))
    noun = sentence(f"modalities.kind.{kind}")
    return sentence("modalities.one", kind=noun, column=clean(column, LABEL)) if column else noun


def _all(names: list[str]) -> Sentence:
    """The names one after the other."""
    *first, last = map(called, names)
    for one in reversed(first):
        last = sentence("modalities.and", first=one, rest=last)
    return last


def _lost(evidence: Evidence, whole: NDArray, outputs: NDArray) -> Difference:
    """How much worse other answers to the test rows are; positive is worse, whatever the score."""
    other = evidence.task.row_scores(outputs, evidence.targets["test"])
    sign = evidence.task.sign
    return paired(evidence, sign * whole, sign * other, "test")


def _row(evidence: Evidence, kinds: Modalities, name: str, lost: Difference) -> dict[str, Any]:
    sign, whole = evidence.task.sign, float(evidence.scores("test").mean())
    only = evidence.task.row_scores(kinds.only[name], evidence.targets["test"])
    best = _best_alone(evidence, kinds, name)
    row: dict[str, Any] = {
        "name": name,
        "columns": list(kinds.names[name]),
        "alone": best and best["score"],
        "alone_rung": best and best["name"],
        "only": float(only.mean()),
        "without": whole - sign * lost.figure,
        "lost": [lost.figure, lost.low, lost.high],
        "p": lost.p,
    }
    if kinds.weights is not None:
        column = kinds.weights[:, list(kinds.names).index(name)]
        low, high = np.quantile(column, [0.05, 0.95])
        row |= {"weight": float(column.mean()), "weights": [float(low), float(high)]}
    return row


def _best_alone(evidence: Evidence, kinds: Modalities, name: str) -> dict[str, Any] | None:
    """The ladder's best rung that read this kind alone, by its validation score."""
    own = [
        rung
        for rung in evidence.ladder
        if rung.get("score") is not None and _whose(rung["name"], kinds) == name
    ]
    sign = evidence.task.sign
    return max(own, key=lambda rung: sign * rung["score"], default=None)


def _whose(rung: str, kinds: Modalities) -> str | None:
    """The kind that a rung is named after: the longest name that fits."""
    fitting = [name for name in kinds.names if rung.startswith(f"{name}-")]
    return max(fitting, key=len, default=None)
