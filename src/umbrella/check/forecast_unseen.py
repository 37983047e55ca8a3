"""What can these series not show? Said of every forecast."""

import numpy as np

from umbrella.base.catalogue import Sentence, sentence
from umbrella.check.evidence import Evidence
from umbrella.check.finding import Finding
from umbrella.check.unseen import NAME
from umbrella.check.words import last_part


def question(evidence: Evidence) -> Finding:
    """List what the series hold no trace of, and the smallest difference they could show."""
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
    half = None
    if origins.enough():
        found = evidence.task.interval(evidence.scores("test"), groups=origins.dates["test"])
        half = (found.high - found.low) / 2
    return Finding(
        NAME,
        "cannot tell",
        sentence(
            "forecast.unseen" if origins.enough() else "forecast.unseen.few",
            n=n,
            half=half,
            dates=len(np.unique(origins.dates["test"])),
        ),
        figure=half,
        advice=sentence("forecast.unseen.advice"),
        details={"gaps": [gap.to_json() for gap in gaps]},
    )
