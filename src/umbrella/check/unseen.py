"""What can this data not show? Said of every run: no test from the same draw proves more."""

import numpy as np

from umbrella.base.catalogue import Sentence, sentence
from umbrella.check.evidence import PARTS, Evidence
from umbrella.check.finding import Finding
from umbrella.check.words import LABEL, clean, last_part

NAME = "unseen"


def question(evidence: Evidence) -> Finding:
    """List what the rows hold no trace of, and the smallest difference they could show."""
    n = evidence.count("test")
    gaps = [
        _sources(evidence),
        _times(evidence),
        _groups(evidence),
        *_naive(evidence),
        *_rare(evidence),
        *_labels(evidence),
    ]
    half = None
    if n >= 2:
        interval = evidence.task.interval(
            evidence.scores("test"), groups=evidence.groups_of("test")
        )
        half = (interval.high - interval.low) / 2
    return Finding(
        NAME,
        "cannot tell",
        sentence("check.unseen.line", n=n, half=half, form=evidence.form),
        figure=half,
        advice=sentence("check.unseen.advice"),
        details={"gaps": [gap.to_json() for gap in gaps]},
    )


def _labels(evidence: Evidence) -> list[Sentence]:
    """That targets were believed; nothing where a text is its own."""
    if getattr(evidence.task, "own_text", False):
        return []
    rows = sum(len(evidence.parts.get(part, evidence.rows[part])) for part in PARTS)
    return [sentence("check.unseen.labels", rows=rows)]


def _sources(evidence: Evidence) -> Sentence:
    source = last_part(evidence.facts.get("source"))
    if source:
        return sentence("check.unseen.source", source=source)
    return sentence("check.unseen.no_source")


def _times(evidence: Evidence) -> Sentence:
    column = evidence.facts.get("plan", {}).get("time")
    if column:
        return sentence("check.unseen.later", column=clean(column, LABEL))
    return sentence("check.unseen.time")


def _groups(evidence: Evidence) -> Sentence:
    if evidence.groups is None:
        return sentence("check.unseen.group")
    held = np.asarray(evidence.groups)[evidence.rows["test"]]
    return sentence("check.unseen.groups", count=len(set(held.tolist())))


def _naive(evidence: Evidence) -> list[Sentence]:
    """What a split that mixes the groups would have claimed."""
    naive = evidence.facts.get("naive")
    return [Sentence.from_json(naive["says"])] if naive else []


def _rare(evidence: Evidence) -> list[Sentence]:
    labels = evidence.labels
    if not labels:
        return []
    targets = np.asarray(evidence.targets["test"], int)
    several = targets.ndim == 2  # a yes or no for every label
    counts = targets.sum(axis=0) if several else np.bincount(targets, minlength=len(labels))
    rare = [clean(labels[i], LABEL) for i in np.flatnonzero(counts < 20)]
    if not rare:
        key = "labels.outside" if several else "check.unseen.outside"
        return [sentence(key, classes=len(labels))]
    named = ", ".join(rare[:5]) + (" …" if len(rare) > 5 else "")
    key = "labels.rare" if several else "check.unseen.rare"
    return [sentence(key, count=len(rare), labels=named)]
