"""What a report says of transcripts: kinds of errors, groups, and the rows to listen to first."""

from dataclasses import replace
from io import StringIO

import numpy as np
import pytest
from rich.console import Console

from umbrella.check.evidence import PARTS, Evidence
from umbrella.check.html import page
from umbrella.check.report import Report, check
from umbrella.check.terminal import screen
from umbrella.check.transcripts import slips, voices
from umbrella.check.worst import misheard
from umbrella.score.ctc import NEVER
from umbrella.tasks.task import for_all
from umbrella.tasks.transcribe import Transcribe

WORDS = ["one", "two", "three", "four", "five", "six"]
SIZES = {"train": 90, "validation": 90, "test": 120}


def certain(task, texts):
    """Outputs that read as the texts."""
    out = np.full((len(texts), 80, task.outputs), NEVER, dtype=np.float32)
    for row, text in enumerate(texts):
        path = []
        for char in text:
            number = task.symbols.index(char) + 1
            path += [0, number] if path and path[-1] == number else [number]
        out[row, np.arange(80), path + [0] * (80 - len(path))] = 0.0
    return out


def spoiled(words, rng, taken, lost, added):
    """Words as a model hears them that mistakes, drops and adds some."""
    out = []
    for word in words:
        if rng.random() < lost:
            continue
        out.append(rng.choice([w for w in WORDS if w != word]) if rng.random() < taken else word)
        out += ["one"] if rng.random() < added else []
    return " ".join(out)


def made(*, taken=0.1, lost=0.02, added=0.02, hard=None, speakers=6, seed=0, **more):
    """Evidence of a recogniser whose slips are known; `hard` is a speaker it mistakes often."""
    rng = np.random.default_rng(seed)
    total = sum(SIZES.values())
    said = [" ".join(rng.choice(WORDS, rng.integers(3, 7))) for _ in range(total)]
    names = np.array([f"speaker {row % speakers}" for row in range(total)], dtype=object)
    heard = [
        spoiled(text.split(), rng, 0.7 if name == hard else taken, lost, added)
        for text, name in zip(said, names, strict=True)
    ]
    task = Transcribe.learn(said, np.arange(SIZES["train"]))
    parts = np.split(np.arange(total), np.cumsum(list(SIZES.values()))[:-1])
    rows = dict(zip(PARTS, parts, strict=True))
    targets = {part: task.encode([said[row] for row in at]) for part, at in rows.items()}
    simple = task.baseline(targets["train"])
    outputs = {part: certain(task, [heard[row] for row in at]) for part, at in rows.items()}
    seen = task.row_scores(outputs["validation"], targets["validation"]).mean()
    chosen = {"name": "gru", "score": float(seen), "chosen": True, "verdict": "best"}
    evidence = Evidence(
        name="made",
        task=task,
        outputs=outputs,
        targets=targets,
        rows=rows,
        baseline={
            part: task.row_scores(for_all(simple, len(goals)), goals)
            for part, goals in targets.items()
        },
        show=lambda at: [{"clip": f"clip {row}.wav"} for row in at],
        units=np.arange(total),
        names=names,
        texts=False,
        ladder=[chosen],
        selection={"looks": 2, "optimism": 0.01, "corrected": 0.1},
        facts={"plan": {"seed": 0}},
    )
    return replace(evidence, **more)


def test_errors_are_counted_by_kind():
    found = slips(made(taken=0.2, lost=0.0, added=0.0))
    assert found.verdict == "pass"
    assert found.details["deletions"] == found.details["insertions"] == 0
    share = found.details["substitutions"] / found.details["said"]
    assert share == pytest.approx(0.2, abs=0.06)
    assert found.details["right"] + found.details["substitutions"] == found.details["said"]


@pytest.mark.parametrize(
    ("slip", "verdict", "words"),
    [
        ({"lost": 0.25, "added": 0.0}, "warn", "leaves out more"),
        ({"lost": 0.0, "added": 0.3}, "warn", "adds more"),
        ({"lost": 0.75, "added": 0.0}, "fail", "more than half"),
        ({"lost": 0.1, "added": 0.1}, "pass", None),
    ],
)
def test_answers_that_are_too_short_or_too_long_are_noticed(slip, verdict, words):
    found = slips(made(**slip))
    assert found.verdict == verdict
    assert (words is None) == (found.advice is None)
    if words:
        assert words in found.advice.say("en")


def test_a_speaker_who_is_understood_worse_is_named():
    found = voices(made(hard="speaker 3"))
    assert found.verdict == "warn"
    assert "speaker 3" in found.says.say("en")
    table = found.details["groups"]
    assert table[0]["name"] == "speaker 3"
    assert len(table) == 6
    assert all(one["low"] <= one["rate"] <= one["high"] for one in table)
    assert sum(one["rows"] for one in table) == SIZES["test"]


def test_a_few_noisy_rows_do_not_hide_a_group_that_is_clearly_worse():
    counts = {"A": 9, "B": 100, "C": 400}
    names = np.repeat(list(counts), list(counts.values())).astype(object)
    total = len(names)
    rng = np.random.default_rng(0)
    said = [" ".join(rng.choice(WORDS, 5)) for _ in range(total)]
    taken = np.where(names == "A", 0.0, np.where(names == "B", 0.36, 0.19))
    taken[:4] = 1.0  # of the nine, four are all wrong and the others right
    heard = [spoiled(t.split(), rng, share, 0, 0) for t, share in zip(said, taken, strict=True)]
    task = Transcribe.learn(said, np.arange(total))
    evidence = made(
        task=task,
        outputs={"test": certain(task, heard)},
        targets={"test": task.encode(said)},
        rows={"test": np.arange(total)},
        names=names,
    )
    found = voices(evidence)
    assert found.details["groups"][0]["name"] == "A"
    assert found.verdict == "warn"
    assert "groups B stands out" in found.says.say("en")
    assert 0.1 < found.figure < 0.25


def test_equal_speakers_pass_and_one_or_none_cannot_be_compared():
    assert [voices(made(seed=seed)).verdict for seed in range(6)].count("pass") >= 5
    assert voices(made(speakers=1)).verdict == "cannot tell"
    unnamed = voices(made(names=None))
    assert unnamed.verdict == "cannot tell"
    assert "--group" in unnamed.says.say("en")


def test_the_rows_with_the_most_errors_are_shown_with_what_was_answered():
    examples = misheard(made(taken=0.3)).details["examples"]
    counts = [one["errors"] for one in examples]
    assert counts == sorted(counts, reverse=True)
    assert all(one["said"] != one["truth"] for one in examples)
    assert examples[0]["cells"]["clip"].endswith(".wav")
    assert misheard(made(taken=0.0, lost=0.0, added=0.0)).details["examples"] == []


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_report_is_whole_in_both_languages_and_survives_json(lang):
    report = check(made(hard="speaker 3", taken=0.2))
    assert [one.name for one in report.findings] == [
        "score", "gap", "selection", "twins", "slips", "voices", "worst", "unseen",
    ]  # fmt: skip
    again = Report.from_json(report.to_json())
    html = page(again, lang)
    assert "speaker 3" in html
    assert ("错误率（95%）" if lang == "zh" else "error rate (95 %)") in html
    console = Console(file=StringIO(), width=100)
    console.print(screen(again, lang))
    assert ("嗓音" if lang == "zh" else "Voices") in console.file.getvalue()


def test_a_search_that_was_chosen_later_does_not_pass_for_changed_weights():
    evidence = made()
    settled = evidence.task.calibrated(
        evidence.outputs["validation"], evidence.targets["validation"]
    )
    assert check(replace(evidence, task=settled)).find("score") is not None
