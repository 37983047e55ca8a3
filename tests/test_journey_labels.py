"""The whole journey of several labels a row: texts and tables, from the cells to the answers."""

import csv
import json
import random

import numpy as np
import pytest

import umbrella
from umbrella.base.errors import DataError

WORDS = {
    "rain": ["wet", "drops", "cloud"],
    "sport": ["ball", "goal", "team"],
    "food": ["rice", "soup", "bread"],
    "money": ["bank", "coin", "price"],
}
COMMON = ["the", "of", "it", "was", "and", "we", "in", "at", "very", "quite", "again"]


def topics(path, rows=1200, mark="; "):
    """Texts that hold words of one to three topics; some hold those of none they are said of."""
    draw = random.Random(0)
    with path.open("w", encoding="utf-8", newline="") as file:
        write = csv.writer(file).writerow
        write(["text", "topics"])
        for _ in range(rows):
            about = draw.sample(sorted(WORDS), draw.choice([1, 1, 2, 3]))
            words = draw.choices(COMMON, k=draw.randint(5, 12))
            for topic in about if draw.random() < 0.95 else draw.sample(sorted(WORDS), 1):
                words.insert(draw.randrange(len(words)), draw.choice(WORDS[topic]))
            write([" ".join(words), mark.join(about)])
    return path


def dots(path, rows=900, labels=("red", "green")):
    """A table whose labels follow its numbers, each by itself; an empty cell holds none."""
    draw = random.Random(1)
    with path.open("w", encoding="utf-8", newline="") as file:
        write = csv.writer(file).writerow
        write(["x", "y", "tags"])
        for _ in range(rows):
            at = [draw.gauss(0, 1) for _ in labels]
            tags = [one for one, number in zip(labels, at, strict=True) if number > 0.3]
            write([*(f"{number:.3f}" for number in at), "|".join(tags)])
    return path


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("labels")


@pytest.fixture(scope="module")
def texts(place):
    rungs = ("most-common", "bow-svm", "bag")
    return umbrella.fit(topics(place / "t.csv"), "topics", out=place / "texts", rungs=rungs,
                        threads=1)  # fmt: skip


@pytest.fixture(scope="module")
def table(place):
    rungs = ("most-common", "linear", "boost", "mlp")
    return umbrella.fit(dots(place / "d.csv"), "tags", out=place / "table", rungs=rungs, threads=1,
                        task="multilabel", epochs=6)  # fmt: skip


def test_the_task_and_the_separator_are_found(texts):
    task = texts.facts["task"]
    assert task["task"] == "multilabel"
    assert task["labels"] == sorted(WORDS)
    assert task["separator"] == "; "
    assert len(task["thresholds"]) == len(task["offsets"]) == 4
    said = " ".join(note["en"] for note in texts.facts["notes"])
    assert "4 labels, several with “;” between them" in said
    assert "as the validation rows chose" in said


def test_it_is_better_than_always_the_same_labels(texts, table):
    for made in (texts, table):
        scores = made.facts["scores"]
        assert scores["test"]["score"] > scores["baseline"]["score"] + 0.25
        assert scores["test"]["p_against_baseline"] < 0.001
        assert all("error" not in rung for rung in made.ladder)


def test_rows_without_a_label_count_when_the_task_is_asked_for(table):
    assert sum(table.facts["rows"].values()) == 900
    test = table.facts["scores"]["test"]["metrics"]
    assert 0.5 < test["labels"] < 1.0
    assert test["exact"] > 0.7


def test_the_report_tells_of_every_label(texts, table):
    for made in (texts, table):
        report = made.check()
        names = [one.name for one in report.findings if one.name != "giveaway"]  # of tables alone
        assert names[4:7] == ["confidence", "labels", "worst"]
        assert len(report.find("labels").details["labels"]) == len(made.facts["task"]["labels"])
        assert "Every label" in (made.path / "report.html").read_text(encoding="utf-8")


def test_shrunk_shipped_and_asked(texts, place):
    small = texts.shrink(size="40KB", drop="10%", out=place / "small")
    proof = small.facts["shrunk"]["proof"]
    assert proof["accepted"]
    assert proof["bound"] > -0.1
    assert small.check().find("score").verdict == "pass"
    shipped = small.ship(place / "small.onnx")
    assert shipped.parity.answers_changed == 0
    bundle = umbrella.load(place / "small.onnx")
    answers = bundle.predict(["the wet cloud and a goal", "soup was very quite rice", ""])
    assert answers[0]["labels"] == "rain; sport"
    assert answers[1]["labels"] == "food"
    assert [0 < float(p) <= 1 for p in answers[0]["probabilities"].split("; ")] == [True, True]
    assert "empty" in answers[2]["note"]
    assert "several" not in bundle.card
    assert "any number of 4 labels" in bundle.card


def test_a_table_of_two_labels_names_both_or_none(table, place):
    table.ship(place / "table.onnx")
    bundle = umbrella.load(place / "table.onnx")
    rows = [{"x": x, "y": y} for x in ("2", "-2") for y in ("2", "-2")]
    assert [row["labels"] for row in bundle.predict(rows)] == ["green|red", "red", "green", ""]


def test_a_shrunk_model_may_learn_from_a_network(place):
    made = umbrella.fit(place / "t.csv", "topics", out=place / "bag", rungs=("bag",), threads=1,
                        epochs=4)  # fmt: skip
    small = made.shrink(size="60KB", drop="12%", out=place / "bag-small")
    assert small.facts["cost"]["bytes"] < made.facts["cost"]["bytes"]
    assert np.mean(small.scores["test"]["score"]) > 0.7


def plain(place, cells):
    path = place / "plain.jsonl"
    rows = ({"text": f"{COMMON[n % 11]} {n}", "tags": cell} for n, cell in enumerate(cells))
    path.write_text("\n".join(map(json.dumps, rows)) + "\n")
    return path


def test_stray_separators_and_a_label_seen_once_do_no_harm(place):
    draw = random.Random(0)
    cells = [f"|{draw.choice('abc')}| |{draw.choice('abc')}|" for _ in range(120)] + ["a|once"]
    made = umbrella.fit(plain(place, cells), "tags", out=place / "stray", task="multilabel",
                        rungs=("most-common", "bow-svm"), threads=1)  # fmt: skip
    assert made.facts["task"]["labels"] == ["a", "b", "c", "once"]
    assert made.check().find("labels").details["labels"][3]["rows"] == 0


def test_lists_of_json_are_read_and_answered_as_lists(place):
    draw = random.Random(0)
    cells = [draw.sample("abc", draw.randint(0, 3)) for _ in range(150)]
    made = umbrella.fit(plain(place, cells), "tags", out=place / "lists", threads=1,
                        rungs=("most-common", "bow-svm"))  # fmt: skip
    assert made.facts["task"]["task"] == "multilabel"
    assert sum(made.facts["rows"].values()) == 150  # [] is a row without labels
    made.ship(place / "lists.onnx")
    answer = umbrella.load(place / "lists.onnx").predict(["the 1"])[0]
    assert isinstance(json.loads(answer["labels"]), list)


def test_the_same_labels_in_all_rows_are_refused(place):
    with pytest.raises(DataError, match="nothing to tell apart"):
        umbrella.fit(plain(place, ["a|b"] * 60), "tags", out=place / "same", task="multilabel")
