"""Does it beat the naive forecast? The verdict that a report on a forecast opens with."""

from umbrella.base.catalogue import sentence
from umbrella.check.difference import matters, smallest_seen
from umbrella.check.evidence import Evidence
from umbrella.check.finding import Finding
from umbrella.check.score import NAME, headline
from umbrella.fit.against_naive import DOUBT
from umbrella.score.blocks import block_mean


def question(evidence: Evidence) -> Finding:
    """Hold the test origins against two naive forecasts, and tell of the one harder to beat.

    Passes when the model is better beyond doubt (Diebold and Mariano, over moments); fails when it
    is not and these origins would have shown an advantage worth having; cannot tell when they
    would not, or where moments are too few to compare. A model that is the naive forecast itself
    warns: it was the best there is, and nothing was compared.
    """
    origins = evidence.origins
    assert origins is not None
    n, against = evidence.count("test"), origins.against
    if n < 2:
        return Finding(NAME, "cannot tell", sentence("check.score.few", n=n))
    scores, dates = evidence.scores("test"), origins.dates["test"]
    naive = evidence.task.row_scores(origins.reference("test"), evidence.targets["test"])
    interval = evidence.task.interval(scores, groups=dates)
    more = block_mean(scores - naive, dates=dates)
    seen = smallest_seen(against.spread, DOUBT)
    verdict = "pass" if against.beats else "fail"
    if against.same:
        verdict = "warn"
    elif not against.beats and against.found.p_worse >= DOUBT / 2:
        blind = against.found.few or not seen <= 2 * matters(evidence, against.naive)
        verdict = "cannot tell" if blind else "fail"
    key = "forecast.score" if against.told else "forecast.score.few"
    advice = "same" if against.same else verdict.split()[0]
    return Finding(
        NAME,
        verdict,
        sentence(
            "forecast.score.alike" if against.same else key,
            **against.counts(),
            verdict=against.verdict(),
            headline=headline(evidence),
            score=against.model,
            range=(interval.low, interval.high),
            n=n,
            naive=sentence(f"forecast.naive.{against.reference}"),
            base=against.naive,
            more=against.found.mean,
            more_range=(more.low, more.high),
            p=against.found.p,
        ),
        figure=against.model,
        low=interval.low if origins.enough() else None,
        high=interval.high if origins.enough() else None,
        p=against.found.p if against.told else None,
        would_have_seen=sentence("forecast.score.power", seen=seen) if against.told else None,
        advice=None if verdict == "pass" else sentence(f"forecast.score.{advice}"),
        details={
            "opening": against.says().to_json(),
            "method": interval.method,
            "baseline": against.naive,
            "reference": against.reference,
            "more": [against.found.mean, more.low, more.high],
            "metrics": evidence.task.metrics(evidence.outputs["test"], evidence.targets["test"]),
        },
    )
