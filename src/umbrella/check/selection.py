"""How much does choosing flatter? Best of K looks at the validation rows, held against the test."""

from umbrella.base.catalogue import sentence
from umbrella.base.wording import write
from umbrella.check.difference import matters, unpaired
from umbrella.check.evidence import Evidence
from umbrella.check.finding import AMBER, RED, Finding

NAME = "selection"


def question(evidence: Evidence) -> Finding:
    """Say how many looks the choice took, what looking alone is worth, and whether the test rows
    fall short of the validation score by more than that.

    Both are scored as the fit scored them, before thresholds or a search were chosen. Warns when
    they do and it matters, fails when that is beyond the doubt of a red line. Of a shrunk run it
    says that the test rows accepted it, for its choice ended there.
    """
    looks = int(evidence.selection.get("looks", 1))
    n, n_seen = evidence.count("test"), evidence.count("validation")
    if min(n, n_seen) < 2:
        return Finding(NAME, "cannot tell", sentence("check.selection.few", looks=looks))
    task, form = evidence.task, evidence.form
    optimism = abs(float(evidence.selection.get("optimism", 0.0)))
    fitted = task.as_fitted()  # what was chosen on the validation rows afterwards flatters there
    seen, test = (
        fitted.row_scores(evidence.outputs[part], evidence.targets[part])
        for part in ("validation", "test")
    )
    around_seen = task.interval(seen, groups=evidence.groups_of("validation"))
    around_test = task.interval(test, groups=evidence.groups_of("test"))
    flattered = float(seen.mean()) - task.sign * optimism
    short = unpaired(float(test.mean()), around_test, flattered, around_seen)
    worse = task.sign * short.figure < -matters(evidence, flattered) / 2
    verdict = "pass"
    if worse and short.p < AMBER:
        verdict = "fail" if short.p < RED else "warn"
    return Finding(
        NAME,
        verdict,
        sentence(
            f"check.selection.{_key(evidence, looks, optimism)}",
            looks=looks,
            candidates=len(evidence.ladder),
            n=n_seen,
            form=form,
            optimism=optimism,
            corrected=flattered,
            short=short.figure,
            range=(short.low, short.high),
            p=short.p,
        ),
        figure=optimism,
        low=short.low,
        high=short.high,
        p=short.p,
        would_have_seen=sentence("check.selection.power", seen=short.seen, form=form),
        advice=None if verdict == "pass" else sentence("check.selection.short"),
        details={"looks": looks, "corrected": flattered, "short": short.figure},
    )


def noticeable(optimism: float, form: str) -> bool:
    """Whether a flattery, in the headline's unit, is more than zero as it would be written."""
    return any(digit in "123456789" for digit in write(optimism, f"size_{form}", "en"))


def _key(evidence: Evidence, looks: int, optimism: float) -> str:
    if evidence.facts.get("shrunk"):
        return "shrunk"
    if looks < 2:
        return "one"
    return "line" if noticeable(optimism, evidence.form) else "line_plain"
