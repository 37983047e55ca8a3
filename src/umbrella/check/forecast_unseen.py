"""What can these series not show? Said of every forecast."""

import numpy as np

from umbrella.base.catalogue import Sentence, sentence
from umbrella.check.difference import smallest_seen
from umbrella.check.evidence import Evidence
from umbrella.check.finding import Finding
from umbrella.check.unseen import NAME
from umbrella.check.words import last_part
from umbrella.fit.against_naive import DOUBT


def question(evidence: Evidence) -> Finding:
    """List what the series hold no trace of, and the smallest difference from the naive forecast
    that the paired test would have shown 8 times in 10.
    """
    origins, n = evidence.origins, evidence.count("test")
    assert origins is not None
    panel = origins.panel
    end = int(np.argmax(panel.stamps))
    gaps: list[Sentence] = [
        sentence("forecast.unseen.later", date=origins.when(end)),
        sentence("forecast.unseen.times", n=len(np.unique(origins.dates["test"]))),
        sentence("forecast.unseen.series", count=len(panel.ids)),
    ]
    source = last_part(evidence.facts.get("source"))
    if source:
        gaps.append(sentence("check.unseen.source", source=source))
    if origins.kind:
        gaps.append(sentence("forecast.unseen.prices"))
    against = origins.against
    key, seen = "forecast.unseen", None
    if against.same:
        key = "forecast.unseen.same"
    elif not against.told:
        key = "forecast.unseen.few"
    else:
        seen = smallest_seen(against.spread, DOUBT)
    return Finding(
        NAME,
        "cannot tell",
        sentence(
            key,
            n=n,
            seen=seen,
            share=seen / against.naive if seen is not None and against.naive > 0 else None,
            naive=sentence(f"forecast.naive.{against.reference}"),
            dates=len(np.unique(origins.dates["test"])),
        ),
        figure=seen,
        advice=sentence("forecast.unseen.advice"),
        details={"gaps": [gap.to_json() for gap in gaps]},
    )
