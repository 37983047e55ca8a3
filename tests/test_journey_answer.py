"""The whole journey of answers: fit, check, shrink, ship, predict; invented texts, then SQuAD's."""

import csv
import io
import json

import numpy as np
import pytest
import realdata
import tinyencoder
from rich.console import Console

import umbrella
from umbrella.api import predict_source
from umbrella.base.errors import ConfigError, DataError
from umbrella.check.html import page
from umbrella.check.terminal import screen

MADE = ("fine", "good", "great", "lovely", "awful", "bad", "dull", "poor")
ASKED = ("word3", "word7", "word9", "word11", "word13")


def invented(rows, seed=0, silent=0.0):
    """Texts of pairs "KEY VALUE ."; a question names a key, and its value answers."""
    rng = np.random.default_rng(seed)
    out = []
    for text_number in range(rows // 2):
        keys = list(rng.permutation(ASKED))
        told, asked = keys[:3], keys[3]
        parts, text = {}, ""
        for key in told:
            value = " ".join(rng.choice(MADE, rng.integers(1, 3)))
            text += f"{key} "
            parts[key] = (value, len(text))
            text += f"{value} word1 word{rng.integers(20, 30)} "
        text += f"word{40 + text_number % 40}"
        for key in (told[0], told[2]):
            if rng.random() < silent:
                out.append((text, f"word2 {asked}", ""))
            else:
                value, at = parts[key]
                out.append((text, f"word2 {key}", json.dumps([{"text": value, "start": at}])))
    return out


def write(path, rows, head=("context", "question", "answer")):
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([head, *rows])
    return path


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    return write(tmp_path_factory.mktemp("asked") / "qa.csv", invented(400))


@pytest.fixture(scope="module")
def encoder(tmp_path_factory):
    return tinyencoder.write(tmp_path_factory.mktemp("encoder"))


@pytest.fixture(scope="module")
def fitted(asked, tmp_path_factory):
    out = tmp_path_factory.mktemp("answered") / "run"
    return umbrella.fit(
        asked,
        target="answer",
        rungs=("overlap", "reader"),
        threads=1,
        epochs=6,
        out=out,
    )


@pytest.fixture(scope="module")
def silent(encoder, tmp_path_factory):
    folder = tmp_path_factory.mktemp("silent")
    data = write(folder / "qa.csv", invented(240, silent=0.4))
    return umbrella.fit(
        data,
        target="answer",
        task="answer",
        rungs=("bert",),
        pretrained=str(encoder),
        threads=1,
        epochs=3,
        out=folder / "run",
    )


def notes(run, lang="en"):
    from umbrella.base.catalogue import Sentence

    return " · ".join(Sentence.from_json(note).say(lang) for note in run.facts["notes"])


def test_answers_with_places_are_found_and_learned(fitted):
    facts = fitted.facts
    assert (facts["kind"], facts["task"]["task"]) == ("answer", "answer")
    assert facts["columns"] == ["context", "question"]
    assert "answers are sought in context; question asks" in notes(fitted)
    assert "rows of one context stay on one side" in notes(fitted)
    assert facts["rung"] == "reader"
    scores = facts["scores"]["test"]
    assert scores["score"] > 0.8
    assert set(scores["metrics"]) == {"answer_f1", "exact", "answered"}


def test_every_question_on_a_text_is_on_one_side(fitted):
    from umbrella.fit.trained import load_trained, read_rows

    rows = read_rows(load_trained(fitted.path))
    texts = rows.table.raw("context").to_list()
    sides = {}
    for text, part in zip(texts, rows.split.part.tolist(), strict=True):
        sides.setdefault(text, set()).add(part)
    assert len(sides) == 200
    assert all(len(parts) == 1 for parts in sides.values())


def test_the_report_shows_the_passage_with_both_sides_marked(fitted):
    report = fitted.check()
    assert {"answers", "lengths", "sure", "worst"} <= {one.name for one in report.findings}
    for lang in ("en", "zh"):
        console = Console(file=io.StringIO(), width=160)
        console.print(screen(report, lang))
        shown = console.file.getvalue()
        assert ("Answers" if lang == "en" else "回答") in shown
    finding = report.find("worst")
    example = {
        "row": 3,
        "said": "bad",
        "truth": "good",
        "confidence": 0.4,
        "errors": 1,
        "cells": {"question": "word2 word3"},
        "marked": {
            "said": {"text": "so bad x", "before": True, "after": False, "spans": [[3, 6, "", 0]]},
            "true": {"text": "is good y", "before": False, "after": True, "spans": [[3, 7, "", 1]]},
        },
    }
    finding.details["examples"] = [example]
    html = page(report, "en")
    assert '… so <mark class="wrong">bad</mark> x' in html
    assert 'is <mark class="right">good</mark> y …' in html
    assert "word2 word3" in html
    console = Console(file=io.StringIO(), width=160)
    console.print(screen(report, "en"))
    assert "so [bad] x" in console.file.getvalue()
    assert "is [good] y" in console.file.getvalue()


def test_a_shrunk_run_answers_and_ships(fitted, tmp_path):
    small = fitted.shrink(size="215kB", drop=0.5, out=tmp_path / "small", minutes=0.3)
    file = small.ship(tmp_path / "small.onnx").path
    bundle = umbrella.load(file)
    row = {"context": "word3 good word1 word20 word9 bad word41", "question": "word2 word9"}
    assert set(bundle.predict([row])[0]) == {"answer", "start", "end", "score"}


def test_a_bundle_answers_with_text_places_and_score(fitted, tmp_path):
    file = fitted.ship(tmp_path / "qa.onnx").path
    assert "a text and a question on it" in umbrella.load(file).card
    bundle = umbrella.load(file)
    assert bundle.answers == ["answer", "start", "end", "score"]
    rows = invented(60, seed=9)
    told = bundle.predict([{"context": text, "question": ask} for text, ask, _ in rows])
    right = 0
    for (text, _, gold), one in zip(rows, told, strict=True):
        assert text[one["start"] : one["end"]] == one["answer"]
        assert 0 <= one["score"] <= 1
        right += one["answer"] == json.loads(gold)[0]["text"]
    assert right > 0.7 * len(rows)
    empty = bundle.predict([{"context": "word3 good", "question": " "}])[0]
    assert empty["answer"] is None
    assert empty["note"] == "no question: nothing is asked"


def test_the_command_writes_a_column_for_each_part(fitted, asked, tmp_path):
    file = fitted.ship(tmp_path / "qa.onnx").path
    predict_source(file, asked, tmp_path / "out.csv")
    written = (tmp_path / "out.csv").read_text("utf-8")
    [head, first, *_] = csv.reader(io.StringIO(written))
    assert head[-5:] == ["answer_predicted", "start", "end", "score", "note"]
    row = dict(zip(head, first, strict=True))
    assert row["context"][int(row["start"]) : int(row["end"])] == row["answer_predicted"]


def test_an_encoder_learns_when_texts_are_silent_and_ships_whole(silent, tmp_path):
    task = silent.facts["task"]
    assert task["silent"]
    assert "an answer is given when it scores" in notes(silent)
    assert {"silence_precision", "silence_recall"} <= set(silent.facts["scores"]["test"]["metrics"])
    file = silent.ship(tmp_path / "silent.onnx").path
    bundle = umbrella.load(file)
    assert "with nothing where the text does not say" in bundle.card
    row = {"context": "word3 good word1 word20 word9 bad word41", "question": "word2 word9"}
    long = dict(row, context=row["context"] + " word5" * 20_000)
    [one, other] = bundle.predict([row, long])
    assert set(one) == set(other) == {"answer", "start", "end", "score"}
    report = silent.check()
    assert "of those without one" in report.find("answers").says.say("en")


def test_columns_are_told_by_what_answers_are_copied_from(tmp_path):
    rows = [(f"{ask} ?", text, json.loads(gold)[0]["text"]) for text, ask, gold in invented(60)]
    data = write(tmp_path / "odd.csv", rows, head=("a", "b", "c"))
    run = umbrella.fit(
        data, target="c", task="answer", rungs=("overlap",), threads=1, out=tmp_path / "run"
    )
    assert run.facts["columns"] == ["b", "a"]


def fit_rows(tmp_path, rows, head=("context", "question", "answer"), **more):
    tmp_path = tmp_path / str(len(list(tmp_path.iterdir())))
    tmp_path.mkdir()
    data = write(tmp_path / "qa.csv", rows, head=head)
    settings = {"target": "answer", "task": "answer", "rungs": ("overlap",), "threads": 1}
    return umbrella.fit(data, out=tmp_path / "run", **settings | more)


def test_a_table_without_a_question_is_refused_with_what_to_type(tmp_path):
    rows = [(text, gold) for text, _, gold in invented(60)]
    with pytest.raises(ConfigError, match=r"which is the question: context \(text\).*--use TEXT"):
        fit_rows(tmp_path, rows, head=("context", "answer"))


def test_an_empty_question_is_refused_by_row(tmp_path):
    rows = invented(60)
    rows[4] = (rows[4][0], " ", rows[4][2])
    with pytest.raises(DataError, match="Row 5: column 'question' asks nothing"):
        fit_rows(tmp_path, rows)


def test_answers_that_stand_nowhere_are_refused_and_a_few_are_told(tmp_path):
    rows = invented(100)
    rows[7] = (rows[7][0], rows[7][1], "nowhere at all")
    run = fit_rows(tmp_path, rows)
    assert "stands nowhere in its text (first in row 8)" in notes(run)
    rows = [(text, ask, "nowhere") for text, ask, _ in rows]
    with pytest.raises(DataError, match="Row 1: the answer 'nowhere' does not stand in its text"):
        fit_rows(tmp_path, rows)


def test_a_wrong_place_is_mended_and_told(tmp_path):
    rows = invented(60)
    [gold] = json.loads(rows[5][2])
    text = "word50 " + rows[5][0].replace(gold["text"], "lovely awful great", 1)
    told = [{"text": "lovely awful great", "start": gold["start"]}]
    rows[5] = (text, rows[5][1], json.dumps(told))
    run = fit_rows(tmp_path, rows)
    assert "first in row 6): the one place near it" in notes(run)


def test_a_text_beyond_what_is_learned_from_is_refused_with_the_limit(tmp_path):
    rows = invented(60)
    rows[3] = (rows[3][0] + " word6" * 100_000, *rows[3][1:])
    with pytest.raises(DataError, match=r"Row 4: its text has 600,\d+ characters.*60,000 at most"):
        fit_rows(tmp_path, rows)


@pytest.mark.slow
def test_questions_of_squad_files_are_answered_better_than_by_silence(tmp_path):
    [data] = realdata.path("xquad_en").glob("*.json")
    run = umbrella.fit(data, rungs=("overlap",), threads=1, out=tmp_path / "run")
    test = run.facts["scores"]["test"]
    assert run.facts["grouped"] == "article"
    assert test["score"] > 0.05
