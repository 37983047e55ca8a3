"""What did the fit warn of? Data that tells what is to come flatters every score below."""

from umbrella.base.catalogue import Sentence, sentence
from umbrella.check.evidence import Evidence
from umbrella.check.finding import Finding

NAME = "noted"
SHOWN = 3
LEAKS = (
    "forecast.foreknown",
    "forecast.shuffled",
    "leak.scaled.z",
    "leak.scaled.range",
    "leak.windows",
    "leak.same_row",
)


def applies(evidence: Evidence) -> bool:
    """Whether the fit said that the data may tell what is to come."""
    return bool(_notes(evidence))


def question(evidence: Evidence) -> Finding:
    """Repeat it, for whoever reads the report did not see the fit's screen. Always warns."""
    first, *more = _notes(evidence)[:SHOWN]
    line = sentence("leak.noted", what=first)
    for one in more:
        line = sentence("leak.noted.more", line=line, what=one)
    return Finding(NAME, "warn", line, advice=sentence("leak.noted.advice"))


def _notes(evidence: Evidence) -> list[Sentence]:
    notes = evidence.facts.get("notes") or []
    return [Sentence.from_json(one) for one in notes if one["key"] in LEAKS]
