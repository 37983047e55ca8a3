"""Did it learn or memorise? Training score against test score, as a difference with an interval."""

import numpy as np

from umbrella.base.catalogue import sentence
from umbrella.check.difference import matters, paired, unpaired
from umbrella.check.evidence import Evidence
from umbrella.check.finding import AMBER, RED, Finding

NAME = "gap"


def question(evidence: Evidence) -> Finding:
    """Compare the training rows with the test rows; the two are different rows, so unpaired.

    A gap is not by itself overfitting: it warns when it matters, and fails only when the model
    memorised and yet beats the simple rule on no test row worth the name. A test set that is
    easier than training is as strange, and warns too.
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
    lower, upper = sorted((task.sign * gap.low, task.sign * gap.high))
    verdict, advice = "pass", "check.gap.pass"
    if lower > small:
        verdict, advice = "warn", "check.gap.warn"
        more = paired(evidence, test, np.asarray(evidence.baseline["test"]), "test")
        if gap.p < RED and (task.sign * more.figure <= 0 or more.p >= 0.05):
            verdict, advice = "fail", "check.gap.fail"
    elif upper < -small and gap.p < AMBER:
        verdict, advice = "warn", "check.gap.easier"
    return Finding(
        NAME,
        verdict,
        sentence(
            "check.gap.line",
            form=form,
            train=float(train.mean()),
            test=float(test.mean()),
            gap=gap.figure,
            range=(gap.low, gap.high),
        ),
        figure=gap.figure,
        low=gap.low,
        high=gap.high,
        p=gap.p,
        would_have_seen=sentence("check.gap.power", n=n, seen=gap.seen + small, form=form),
        advice=sentence(advice),
        details={
            part: {"score": float(scores.mean()), "low": around.low, "high": around.high}
            for part, scores, around in (
                ("train", train, around_train),
                ("test", test, around_test),
            )
        },
    )
