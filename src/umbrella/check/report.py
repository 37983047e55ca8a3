"""The report: every question asked of one run, and the verdict that follows from the answers."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from umbrella.base.catalogue import Sentence, sentence, sentences
from umbrella.base.errors import RunError
from umbrella.base.progress import Progress, Silent
from umbrella.base.wording import DASH
from umbrella.check import (
    answering,
    calibration,
    confusion,
    filling,
    forecast_doubt,
    forecast_intervals,
    forecast_lag,
    forecast_naive,
    forecast_parts,
    forecast_steps,
    forecast_unseen,
    forecast_worst,
    gap,
    giveaway,
    labels,
    meaning,
    modalities,
    noted,
    residuals,
    score,
    selection,
    tagging,
    tagging_sure,
    transcripts,
    twins,
    unseen,
    worst,
)
from umbrella.check.evidence import Evidence, examine
from umbrella.check.finding import Finding, plain
from umbrella.check.words import LABEL, clean, last_part

FORMAT = 1  # of report.json

Question = Callable[[Evidence], Finding]
FIRST: tuple[Question, ...] = (score.question, gap.question, selection.question, twins.question)
OF_TASK: dict[str, tuple[Question, ...]] = {
    "classify": (calibration.question, confusion.question, worst.mistakes),
    "regress": (residuals.question, worst.errors),
    "multilabel": (labels.chances, labels.missed, labels.wrong),
    "answer": (
        answering.found,
        answering.lengths,
        answering.sure,
        answering.misanswered,
    ),
    "tag": (
        tagging.slips,
        tagging.types,
        tagging.names,
        tagging_sure.question,
        worst.mismarked,
    ),
    "fill": (filling.guesses, filling.chances, worst.unguessed),
    "transcribe": (transcripts.slips, transcripts.voices, worst.misheard),
}
LAST: tuple[Question, ...] = (unseen.question,)
# Those above ask about rows that are drawn apart from each other; steps of a series are not.
OF_SERIES: tuple[Question, ...] = (
    forecast_naive.question,
    forecast_parts.carries,
    forecast_parts.cut,
    forecast_steps.by_step,
    forecast_steps.up_or_down,
    forecast_intervals.question,
    forecast_lag.question,
    forecast_doubt.question,
    forecast_worst.question,
    forecast_unseen.question,
)
OF_NAIVE: tuple[Question, ...] = (  # the naive forecast itself knows nothing to be asked about
    forecast_naive.question,
    forecast_parts.cut,
    forecast_steps.by_step,
    forecast_intervals.question,
    forecast_worst.question,
    forecast_unseen.question,
)


@dataclass(frozen=True)
class Report:
    """What is known about how a run will do on rows it has never seen.

    Args:
        name: the run's name.
        verdict: "pass", "warn", "fail" or "cannot tell", for the whole.
        findings: one a question, in reading order.
        form: how the headline score is written: "percent" or "number".
        ladder: one dict a rung, as in Evidence.
        facts: rows a part, source, columns, fingerprint, seed, versions, made, shrunk.
    """

    name: str
    verdict: str
    findings: tuple[Finding, ...]
    form: str = "percent"
    ladder: list[dict[str, Any]] = field(default_factory=list)
    facts: Mapping[str, Any] = field(default_factory=dict)

    def find(self, name: str) -> Finding | None:
        """The finding of one question, or None when it was not asked."""
        return next((finding for finding in self.findings if finding.name == name), None)

    @property
    def digest(self) -> str:
        """SHA-256 of everything the report says, to name it by."""
        return hashlib.sha256(json.dumps(self._body(), sort_keys=True).encode()).hexdigest()

    def to_json(self) -> dict[str, Any]:
        """What report.json holds."""
        return {**self._body(), "digest": self.digest}

    @classmethod
    def from_json(cls, stored: Any) -> "Report":
        """Build back from report.json.

        Raises:
            RunError: damaged, changed by hand, or made by a newer version.
        """
        if not isinstance(stored, dict) or type(stored.get("format")) is not int:
            raise RunError("This is no report of ours. Make it again: umbrella check RUN.")
        if stored["format"] > FORMAT:
            raise RunError(
                f"The report was made by a newer Umbrella (format {stored['format']}, this one "
                f"reads {FORMAT}). Make it again: umbrella check RUN."
            )
        try:
            findings = tuple(map(Finding.from_json, stored["findings"]))
            rest = {n: stored[n] for n in ("name", "verdict", "form", "ladder", "facts")}
        except (KeyError, TypeError) as error:
            raise RunError(
                f"The report is damaged ({error}). Make it again: umbrella check RUN."
            ) from error
        report = cls(findings=findings, **rest)
        if report.digest != stored.get("digest"):
            raise RunError(
                "The report does not match its own digest: it was changed after it was written. "
                "Make it again: umbrella check RUN."
            )
        return report

    def _body(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "name": self.name,
            "verdict": self.verdict,
            "form": self.form,
            "findings": [finding.to_json() for finding in self.findings],
            "ladder": plain(self.ladder),
            "facts": plain(self.facts),
        }


def check(evidence: Evidence, progress: Progress | None = None) -> Report:
    """Ask every question that fits the task.

    Args:
        evidence: what the fit left behind.
        progress: where the stages are shown.

    Raises:
        RunError: the evidence is incomplete, or the outputs hold NaN.
    """
    examine(evidence)
    questions = _questions(evidence)
    findings = []
    with (progress or Silent()).stage(sentence("stage.check"), len(questions)) as stage:
        for question in questions:
            findings.append(question(evidence))
            stage.advance(1)
    return Report(
        name=clean(evidence.name, LABEL),
        verdict=verdict_of(findings),
        findings=tuple(findings),
        form=evidence.form,
        ladder=[_rung(rung) for rung in evidence.ladder],
        facts=_facts(evidence),
    )


def _questions(evidence: Evidence) -> tuple[Question, ...]:
    told = (noted.question,) if noted.applies(evidence) else ()
    if evidence.origins is not None:
        asked = OF_NAIVE if evidence.origins.against.same else OF_SERIES
        daily = forecast_doubt.applies(evidence)
        asked = tuple(one for one in asked if daily or one is not forecast_doubt.question)
        return asked[:1] + told + asked[1:]
    kinds = () if evidence.modalities is None else (modalities.question,)
    alone = () if evidence.giveaways is None else (giveaway.question,)
    asked = FIRST[:1] + told + FIRST[1:] + _of_meaning(evidence) + alone
    return asked + OF_TASK[evidence.task.name] + kinds + LAST


def _of_meaning(evidence: Evidence) -> tuple[Question, ...]:
    if evidence.meaning is None:
        return ()
    return (meaning.pairs,) if evidence.meaning.targets is None else (meaning.pairs, meaning.noise)


def verdict_of(findings: list[Finding]) -> str:
    """One word for the whole: any red is red; without a score nothing can be told; else amber, if
    there is any.
    """
    verdicts = {finding.verdict for finding in findings}
    main = next((finding.verdict for finding in findings if finding.name == score.NAME), "pass")
    if "fail" in verdicts:
        return "fail"
    if main == "cannot tell":
        return main
    return "warn" if "warn" in verdicts else "pass"


def opening(report: Report) -> Sentence | None:
    """Of a forecast: whether it beats the naive one. None of anything else."""
    finding = report.find(score.NAME)
    told = finding.details.get("opening") if finding else None
    return Sentence.from_json(told) if told else None


def named(report: Report, name: str) -> str:
    """Key of a heading: of a forecast its own, where it has one, for its rows are origins."""
    own = f"forecast_page.{name}"
    return own if opening(report) and own in sentences() else f"report.{name}"


def naive_error(report: Report) -> float | None:
    """Of a forecast: the naive one's error on the validation origins that its ladder is scored on;
    None of anything else, and of a run that never wrote it down.
    """
    told = report.facts.get("chosen_by") or {}
    return told.get("naive") or None


def graded(report: Report) -> Sentence:
    """What was graded, on how many rows."""
    n = int(report.facts.get("rows", {}).get("test", 0))
    rung = next((rung["name"] for rung in report.ladder if rung["chosen"]), None)
    if report.facts.get("shrunk"):
        told = {"rung": rung or DASH, "n": n}
        return sentence(named(report, "graded_shrunk"), name=report.name, **told)
    if rung:
        return sentence(named(report, "graded_rung"), name=report.name, rung=rung, n=n)
    return sentence(named(report, "graded"), name=report.name, n=n)


def modelled(report: Report) -> Sentence | None:
    """Of a forecast: whether returns or levels are modelled, as the fit said. None of anything
    else, and of a run that never wrote it down.
    """
    told = report.facts.get("modelled")
    return Sentence.from_json(told) if told else None


def _facts(evidence: Evidence) -> dict[str, Any]:
    """The part of run.json that says where the figures come from."""
    facts = evidence.facts
    return {
        "rows": {
            part: len(evidence.parts.get(part, evidence.rows[part])) for part in evidence.rows
        },
        "source": last_part(facts.get("source")),
        "columns": [clean(column, LABEL) for column in facts.get("columns", ())],
        "fingerprint": clean(facts.get("fingerprint"), 80),
        "seed": plain(facts.get("plan", {}).get("seed")),
        "versions": {
            clean(k, LABEL): clean(v, LABEL) for k, v in facts.get("versions", {}).items()
        },
        "made": clean(facts.get("made"), LABEL),
        "sign": evidence.task.sign,
        "shrunk": bool(facts.get("shrunk")),  # its test rows were looked at more than once
        "chosen_by": facts.get("against_naive", {}).get("chosen_by"),  # of a forecast
        "modelled": (facts.get("modelled") or {}).get("says"),  # of a forecast
    }


def _rung(rung: Mapping[str, Any]) -> dict[str, Any]:
    """A rung's facts with its texts cleaned; an absent fact is None."""
    numbers = ("score", "low", "high", "bytes", "one_row_ms", "seconds", "p_against_best")
    error = rung.get("error")
    return {
        "name": clean(rung.get("name", ""), LABEL),
        "chosen": bool(rung.get("chosen")),
        "verdict": str(rung.get("verdict", "")),
        "error": clean(error, 200) if error else None,
        **{name: plain(rung.get(name)) for name in numbers},
    }
