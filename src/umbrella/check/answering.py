"""What goes wrong with answers: taken from elsewhere, cut wrongly, given where the text is silent;
whether long texts fare worse, and whether it knows when it is right.

Shapes: N test rows.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from umbrella.base.catalogue import sentence
from umbrella.check.difference import POINTS, Difference, paired, unpaired
from umbrella.check.evidence import Evidence
from umbrella.check.finding import AMBER, RED, Finding
from umbrella.check.illustrated import illustrated
from umbrella.check.passages import examples
from umbrella.check.worst import NAME, at_least, least_seen
from umbrella.score import decode, doubt
from umbrella.tasks.answer import SILENT

FEW = 20  # rows below which nothing is told apart
LOST = 0.5  # share of answers elsewhere beyond which a model is of no use
SURE = 0.9  # share of rows that are less sure than those looked at


@dataclass(frozen=True)
class Given:
    """What is answered to the test rows.

    Args:
        exact, overlap: as judged, [N].
        score: how sure, [N].
        said: whether anything is answered, [N].
        silent: whether nothing should be, [N].
    """

    exact: NDArray[np.float64]
    overlap: NDArray[np.float64]
    score: NDArray[np.float64]
    said: NDArray[np.bool_]
    silent: NDArray[np.bool_]


def given(evidence: Evidence) -> Given:
    """Read the answers to the test rows."""
    task: Any = evidence.task
    outputs, targets = np.asarray(evidence.outputs["test"]), np.asarray(evidence.targets["test"])
    matches = task.matches(outputs, targets)
    told = decode.decode(task.spec(), outputs)
    return Given(
        np.array([one.exact for one in matches]),
        np.array([one.overlap for one in matches]),
        np.asarray(told["score"]),
        np.array([start is not None for start in told["start"]]),
        targets[:, 0, 1] == SILENT,
    )


def found(evidence: Evidence) -> Finding:
    """Count answers by what became of them; where texts may be silent, ask whether too few or too
    many are given.

    Fails when more than half of the answers are sought elsewhere beyond doubt.
    """
    n = evidence.count("test")
    if n < FEW:
        return Finding("answers", "cannot tell", sentence("answer.few", n=n))
    told = given(evidence)
    there = ~told.silent
    counts = {
        "exact": int((there & (told.exact == 1)).sum()),
        "part": int((there & (told.exact < 1) & (told.overlap > 0)).sum()),
        "elsewhere": int((there & told.said & (told.overlap == 0)).sum()),
        "kept": int((there & ~told.said).sum()),
        "invented": int((told.silent & told.said).sum()),
        "silent": int((told.silent & ~told.said).sum()),
    }
    lost = doubt.wilson(counts["elsewhere"], max(int(there.sum()), 1))
    share = counts["elsewhere"] / max(int(there.sum()), 1)
    verdict, advice = ("fail", "lost") if lost.low > LOST else ("pass", None)
    key, more = "answer.found", None
    if told.silent.any():
        key = "answer.found_silent"
        more = paired(evidence, told.said.astype(float), there.astype(float), "test")
        if verdict == "pass" and more.p < AMBER and abs(more.figure) > POINTS:
            verdict, advice = "warn", "many" if more.figure > 0 else "few_given"
    said = sentence(
        key,
        n=n,
        answers=int(there.sum()),
        share=counts["exact"] / max(int(there.sum()), 1),
        precision=counts["silent"] / max(int((~told.said).sum()), 1),
        **counts,
    )
    return Finding(
        "answers",
        verdict,
        said,
        figure=share,
        low=lost.low,
        high=lost.high,
        p=None if more is None else more.p,
        would_have_seen=sentence("answer.found_power", seen=LOST + lost.high - share),
        advice=sentence(f"answer.{advice}") if advice else None,
        details=counts,
    )


def lengths(evidence: Evidence) -> Finding:
    """F1 on the longer half of the texts beside the shorter half, and exact match of both."""
    n = evidence.count("test")
    if n < 2 * FEW:
        return Finding("lengths", "cannot tell", sentence("answer.few", n=n))
    task: Any = evidence.task
    told, targets = given(evidence), np.asarray(evidence.targets["test"])
    sizes = np.array([len(task.passages.texts[row]) for row in targets[:, 0, 0].tolist()])
    middle = float(np.median(sizes))
    longer = sizes > middle
    if not longer.any() or longer.all():
        return Finding("lengths", "cannot tell", sentence("answer.alike", chars=int(middle)))
    units = evidence.groups_of("test")
    halves = []
    for some in (longer, ~longer):
        own = told.overlap[some]
        halves.append(task.interval(own, groups=None if units is None else units[some]))
    more = unpaired(
        float(told.overlap[longer].mean()),
        halves[0],
        float(told.overlap[~longer].mean()),
        halves[1],
    )
    warned = more.p < AMBER and more.figure < -POINTS
    return Finding(
        "lengths",
        "warn" if warned else "pass",
        sentence(
            "answer.lengths",
            chars=int(middle),
            long=float(told.overlap[longer].mean()),
            long_range=(halves[0].low, halves[0].high),
            long_exact=float(told.exact[longer].mean()),
            short=float(told.overlap[~longer].mean()),
            short_range=(halves[1].low, halves[1].high),
            short_exact=float(told.exact[~longer].mean()),
            p=more.p,
        ),
        **more.told(),
        would_have_seen=sentence("answer.lengths_power", seen=more.seen + POINTS),
        advice=sentence("answer.lengths_warn") if warned else None,
    )


def sure(evidence: Evidence) -> Finding:
    """Whether answers are exactly right as often as they are said to be."""
    n = evidence.count("test")
    if n < FEW:
        return Finding("sure", "cannot tell", sentence("answer.few", n=n))
    told = given(evidence)
    more: Difference = paired(evidence, told.score, told.exact, "test")
    verdict = "pass"
    if more.p < AMBER and abs(more.figure) > POINTS:
        verdict = "fail" if more.p < RED and abs(more.figure) > 2 * POINTS else "warn"
    return Finding(
        "sure",
        verdict,
        sentence(
            "answer.sure",
            said=float(told.score.mean()),
            right=float(told.exact.mean()),
            off=more.figure,
            range=(more.low, more.high),
            p=more.p,
        ),
        **more.told(),
        would_have_seen=sentence("answer.sure_power", seen=more.seen + POINTS),
        advice=sentence("answer.sure_warn") if verdict != "pass" else None,
    )


def misanswered(evidence: Evidence) -> Finding:
    """Count the wrong answers among the surest, against what their scores allow; the surest wrong
    ones are shown in their texts.
    """
    n = evidence.count("test")
    if n < FEW:
        return Finding(NAME, "cannot tell", sentence("check.worst.few", n=n))
    told = given(evidence)
    wrong = told.exact < 1
    floor = float(np.quantile(told.score, SURE))
    chosen = told.score >= floor
    count, allowed = int((wrong & chosen).sum()), float((1 - told.score[chosen]).sum())
    p = at_least(count, allowed)
    verdict = "pass" if p >= AMBER else "fail" if p < RED and count > 2 * allowed else "warn"
    seen = least_seen(allowed)
    power = sentence("check.worst.power", seen=seen)
    if verdict == "pass" and seen > chosen.sum():
        verdict, power = "cannot tell", sentence("check.worst.blind")
    line = sentence(
        "check.worst.line", count=count, n=int(chosen.sum()), floor=floor, allowed=allowed, p=p
    )
    return Finding(
        NAME,
        verdict,
        line,
        figure=float(count),
        p=p,
        would_have_seen=power,
        advice=sentence(f"check.worst.{'more' if verdict in ('warn', 'fail') else 'look'}"),
        details=illustrated(evidence, examples(evidence, told.overlap, told.score), [])
        | {"note": "answer.examples"},
    )
