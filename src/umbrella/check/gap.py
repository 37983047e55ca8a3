"""Did it learn or memorise? Training score against test score, as a difference with an interval."""

import numpy as np
from numpy.typing import NDArray

from umbrella.base.catalogue import sentence
from umbrella.check.difference import Difference, matters, paired, unpaired
from umbrella.check.evidence import Evidence
from umbrella.check.finding import AMBER, RED, Finding

NAME = "gap"
HALF = 0.5  # of the advantage over the simple rule: with less, most of it is memory


def question(evidence: Evidence) -> Finding:
    """Compare the training rows with the test rows; the two are different rows, so unpaired.

    A gap is not by itself overfitting. It warns when the gap matters and less than half of the
    advantage over the simple rule carries over, and fails when none does beyond doubt. A test set
    that is easier than training is as strange, and warns too.
    """
    n, n_train = evidence.count("test"), evidence.count("train")
    if min(n, n_train) < 2:
        return Finding(NAME, "cannot tell", sentence("check.gap.few", n=n, n_train=n_train))
    task, form = evidence.task, evidence.form
    train, test = evidence.scores("train"), evidence.scores("test")
    around_train = task.interval(train, groups=evidence.groups_of("train"))
    around_test = task.interval(test, groups=evidence.groups_of("test"))
    gap = unpaired(train.mean(), around_train, test.mean(), around_test)
    small = matters(evidence, float(test.mean()))
    carried = _carried(evidence, train, test)
    verdict, advice = _verdict(evidence, gap, small, carried)
    return Finding(
        NAME,
        verdict,
        sentence(
            "check.gap.line_none" if carried is None else "check.gap.line",
            form=form,
            carried=carried,
            train=float(train.mean()),
            test=float(test.mean()),
            gap=gap.figure,
            range=(gap.low, gap.high),
        ),
        figure=gap.figure,
        low=gap.low,
        high=gap.high,
        p=gap.p,
        would_have_seen=sentence("check.gap.power", seen=gap.seen + small, form=form),
        advice=sentence(advice),
        details={
            part: {"score": float(scores.mean()), "low": around.low, "high": around.high}
            for part, scores, around in (
                ("train", train, around_train),
                ("test", test, around_test),
            )
        },
    )


def _carried(evidence: Evidence, train: NDArray, test: NDArray) -> float | None:
    """Share of the training rows' advantage over the simple rule that the test rows keep."""
    learned = float(np.mean(train - evidence.baseline["train"])) * evidence.task.sign
    kept = float(np.mean(test - evidence.baseline["test"])) * evidence.task.sign
    return min(max(kept / learned, 0.0), 1.0) if learned > 0 else None


def _verdict(
    evidence: Evidence, gap: Difference, small: float, carried: float | None
) -> tuple[str, str]:
    sign = evidence.task.sign
    lower, upper = sorted((sign * gap.low, sign * gap.high))
    if upper < -small and gap.p < AMBER:
        return "warn", "check.gap.easier"
    if lower <= small:
        return "pass", "check.gap.pass"
    more = paired(evidence, evidence.scores("test"), evidence.baseline["test"], "test")
    if gap.p < RED and (sign * more.figure <= 0 or more.p >= 0.05):
        return "fail", "check.gap.fail"
    if carried is not None and carried < HALF and gap.p < AMBER:
        return "warn", "check.gap.warn"
    return "pass", "check.gap.known"
