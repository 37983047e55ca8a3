"""What a report says of several labels a row: every label, its chances, and the worst rows."""

from dataclasses import replace
from io import StringIO

import numpy as np
import pytest
from made import texts
from rich.console import Console

from umbrella.check.evidence import PARTS, Evidence
from umbrella.check.html import page
from umbrella.check.labels import chances, missed, wrong
from umbrella.check.report import Report, check
from umbrella.check.selection import question
from umbrella.check.terminal import screen
from umbrella.tasks.multilabel import Multilabel
from umbrella.tasks.task import for_all

LABELS = ("rain", "sport", "food", "money")
SIZES = {"train": 600, "validation": 500, "test": 500}


def made(*, skill=3.0, sure=1.0, blind=None, seed=0, sizes=SIZES, copies=1):
    """Evidence of a model that is calibrated when `sure` is 1; `blind` is a label it cannot see.

    Args:
        skill: spread of the log-odds.
        copies: rows of one unit, which are alike.
    """
    rng = np.random.default_rng(seed)
    total = sum(sizes.values())
    logits = rng.normal(-0.8, skill, (total // copies + 1, 4)).repeat(copies, axis=0)[:total]
    drawn = rng.random((total // copies + 1, 4)).repeat(copies, axis=0)[:total]
    truth = (drawn < 1 / (1 + np.exp(-logits))).astype(np.uint8)
    outputs = sure * logits
    if blind is not None:
        outputs[:, blind] = -4 + 0.1 * rng.normal(size=total)
    parts = np.split(np.arange(total), np.cumsum(list(sizes.values()))[:-1])
    rows = dict(zip(PARTS, parts, strict=True))
    shares = tuple(truth[rows["train"]].mean(axis=0).tolist()) if sizes["train"] else (0.3,) * 4
    task = Multilabel(LABELS, "|", shares, 1.0, (0.0,) * 4, (0.45,) * 4)
    simple = task.baseline(truth[rows["train"]]) if sizes["train"] else np.zeros(4)
    scored = {p: task.as_fitted().row_scores(outputs[at], truth[at]) for p, at in rows.items()}
    cells = texts(total, seed)
    return Evidence(
        name="made",
        task=task,
        outputs={part: outputs[at] for part, at in rows.items()},
        targets={part: truth[at] for part, at in rows.items()},
        rows=rows,
        baseline={p: task.row_scores(for_all(simple, len(at)), truth[at])
                  for p, at in rows.items()},
        show=lambda at: [{"text": cells[row]} for row in at],
        units=np.arange(total) // copies,
        by_unit=copies > 1,
        ladder=[{"name": "bag", "score": float(scored["validation"].mean()), "low": 0.5,
                 "high": 0.9, "chosen": True, "verdict": "best", "p_against_best": 1.0}],
        selection={"looks": 3, "optimism": 0.004},
        facts={"source": "/data/made.csv", "plan": {"seed": 0}},
    )  # fmt: skip


def test_a_sound_model_passes_every_question():
    report = check(made())
    verdicts = {finding.name: finding.verdict for finding in report.findings}
    for name in ("score", "gap", "selection", "confidence", "labels", "worst"):
        assert verdicts[name] == "pass", name
    assert report.form == "percent"


def test_a_label_that_it_cannot_see_is_named():
    finding = missed(made(blind=2))
    assert finding.verdict == "fail"
    assert "food" in finding.says.say("en")
    table = {row["label"]: row for row in finding.details["labels"]}
    assert table["food"]["found"] == 0
    assert table["food"]["missed"] == table["food"]["rows"] > 50
    assert table["food"]["precision"] is None
    sport = table["sport"]
    assert sport["recall"][0] < sport["found"] / sport["rows"] < sport["recall"][1]


def test_counts_of_a_label_add_up():
    evidence = made()
    truth, named = evidence.targets["test"] > 0, evidence.task.named(evidence.outputs["test"])
    for at, row in enumerate(missed(evidence).details["labels"]):
        assert row["found"] == (truth & named)[:, at].sum()
        assert row["false"] == (~truth & named)[:, at].sum()
        assert row["found"] + row["missed"] == truth[:, at].sum()


@pytest.mark.parametrize(("sure", "verdict"), [(1.0, "pass"), (3.0, "fail"), (0.2, "fail")])
def test_chances_that_are_off_are_seen(sure, verdict):
    finding = chances(made(skill=2.0, sure=sure))
    assert finding.verdict == verdict
    assert sum(bar["n"] for bar in finding.details["bins"]) == 4 * SIZES["test"]


def test_sound_chances_are_seldom_called_wrong_even_where_rows_come_in_copies():
    few = {"train": 100, "validation": 100, "test": 300}
    for copies in (1, 6):
        alarms = sum(chances(made(seed=s, sizes=few, copies=copies)).verdict != "pass"
                     for s in range(120))  # fmt: skip
        assert alarms <= 5


def test_a_label_is_seldom_called_missed_for_rows_that_come_in_copies():
    sizes = {"train": 100, "validation": 100, "test": 500}
    found = [missed(made(seed=s, sizes=sizes, copies=25)) for s in range(40)]
    assert sum(one.verdict not in ("pass", "cannot tell") for one in found) <= 1
    sizes["test"] = 600
    alone, copied = (missed(made(blind=2, sizes=sizes, copies=copies)) for copies in (1, 6))
    assert alone.verdict == copied.verdict == "fail"
    wide = [row["recall"][1] - row["recall"][0] for row in copied.details["labels"]]
    assert max(row["recall"][1] - row["recall"][0] for row in alone.details["labels"]) < max(wide)
    assert copied.high - copied.low > 2 * (alone.high - alone.low)


def test_thresholds_chosen_on_the_validation_rows_do_not_make_the_test_rows_fall_short():
    evidence = made(skill=0.7, seed=3, sizes={"train": 200, "validation": 60, "test": 400})
    outputs, truth = evidence.outputs, evidence.targets
    task = evidence.task.as_fitted()
    chosen = task.calibrated(outputs["validation"], truth["validation"])
    found = question(replace(evidence, task=chosen)).details
    seen, test = (task.row_scores(outputs[p], truth[p]).mean() for p in ("validation", "test"))
    assert found["corrected"] == pytest.approx(seen - 0.004)
    assert found["short"] == pytest.approx(test - seen + 0.004)
    flattered = chosen.row_scores(outputs["validation"], truth["validation"]).mean()
    assert flattered > seen + 0.05  # what is not to be counted


def test_rows_that_are_wrong_altogether_are_counted_against_its_own_chances():
    assert wrong(made()).verdict == "pass"
    evidence = made(skill=4.0)
    test = evidence.outputs["test"].copy()
    test[:150] = -test[:150]  # answers the opposite, and is sure of it
    finding = wrong(replace(evidence, outputs={**evidence.outputs, "test": test}))
    assert finding.verdict == "fail"
    first = finding.details["examples"][0]
    assert set(first) >= {"row", "truth", "said", "confidence", "cells"}
    assert not set(first["truth"].split("|")) & set(first["said"].split("|")) - {""}


def test_too_few_rows_are_said_to_be_too_few():
    few = made(sizes={"train": 30, "validation": 20, "test": 12})
    assert chances(few).verdict == "cannot tell"
    one = made(sizes={"train": 30, "validation": 20, "test": 1})
    assert missed(one).verdict == wrong(one).verdict == "cannot tell"
    assert check(one).verdict == "cannot tell"


def test_the_page_and_the_screen_show_labels_and_rows_in_both_languages():
    report = Report.from_json(check(made(blind=1)).to_json())
    for lang, title in (("en", "Every label"), ("zh", "每个标签")):
        shown = page(report, lang)
        assert title in shown
        assert all(label in shown for label in LABELS)
        assert "right when named" in shown or lang == "zh"
        console = Console(file=StringIO(), width=120)
        console.print(screen(report, lang))
        assert "sport" in console.file.getvalue()
