"""Is it any better than the simple rule? The score on the test rows, with its interval."""

from umbrella.base.catalogue import Sentence, sentence
from umbrella.check.difference import Difference, matters, paired
from umbrella.check.evidence import Evidence
from umbrella.check.finding import AMBER, Finding

NAME = "score"


def question(evidence: Evidence) -> Finding:
    """Score the test rows and hold them against the simple rule, row by row.

    Passes when it is better beyond doubt; fails when it is not and these rows would have shown
    an advantage worth having; cannot tell when they would not.
    """
    n = evidence.count("test")
    if n < 2:
        return Finding(NAME, "cannot tell", sentence("check.score.few", n=n))
    task, form = evidence.task, evidence.form
    scores, rule = evidence.scores("test"), evidence.baseline["test"]
    interval = task.interval(scores, groups=evidence.groups_of("test"))
    more = paired(evidence, scores, rule, "test")
    better = task.sign * more.figure > 0
    verdict = _verdict(better, more, 2 * matters(evidence, float(rule.mean())))
    return Finding(
        NAME,
        verdict,
        sentence(
            "check.score.line",
            headline=headline(evidence),
            form=form,
            score=float(scores.mean()),
            range=(interval.low, interval.high),
            n=n,
            rule=simple_rule(evidence),
            base=float(rule.mean()),
            more=more.figure,
            more_range=(more.low, more.high),
            p=more.p,
        ),
        figure=float(scores.mean()),
        low=interval.low,
        high=interval.high,
        p=more.p,
        would_have_seen=sentence("check.score.power", seen=more.seen, form=form),
        advice=None if verdict == "pass" else sentence(f"check.score.{verdict.split()[0]}"),
        details={
            "method": interval.method,
            "baseline": float(rule.mean()),
            "more": [more.figure, more.low, more.high],
            "metrics": task.metrics(evidence.outputs["test"], evidence.targets["test"]),
        },
    )


def _verdict(better: bool, more: Difference, worth: float) -> str:
    if better and more.p < AMBER:
        return "pass"
    if better and more.p < 0.05:
        return "warn"
    return "cannot tell" if more.seen > worth and not (more.p < AMBER) else "fail"


def headline(evidence: Evidence) -> Sentence:
    """The headline score's name."""
    return sentence(f"terms.headline.{evidence.task.headline}")


def simple_rule(evidence: Evidence) -> Sentence:
    """The baseline's name."""
    return sentence(f"terms.rule.{evidence.task.name}")
