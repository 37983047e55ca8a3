"""`check` with a published encoder: labels that texts speak against, rows that mean the same."""

import csv
import json

import numpy as np
import pytest
import tinyencoder

import umbrella
from umbrella.base.errors import DataError
from umbrella.check import meaning


@pytest.fixture(scope="module")
def encoder(tmp_path_factory):
    return str(tinyencoder.write(tmp_path_factory.mktemp("published") / "tiny"))


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A bag of words that knows of no encoder."""
    place = tmp_path_factory.mktemp("runs")
    rows = tinyencoder.texts(400)
    source = place / "rows.csv"
    with source.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(
            [("text", "label"), *zip(rows["text"], rows["label"], strict=True)]
        )
    return umbrella.fit(str(source), rungs=["bow-svm"], out=place / "run", threads=1)


def test_nothing_is_asked_without_an_encoder(run):
    report = run.check()
    assert report.find("noise") is None
    assert report.find("meaning") is None


def test_an_encoder_that_is_named_answers_both_and_is_asked_once(run, encoder, monkeypatch):
    report = run.check(pretrained=encoder)
    noise, pairs = report.find("noise"), report.find("meaning")
    assert noise.verdict in ("pass", "cannot tell")
    assert noise.says.values.get("n", 400) == 400
    assert 0 <= pairs.low <= pairs.figure <= pairs.high
    assert pairs.would_have_seen.values["planted"] == meaning.PLANTED
    for lang in ("en", "zh"):
        assert noise.says.say(lang)
        assert pairs.says.say(lang)
    kept = json.loads((run.path / "report.json").read_text("utf-8"))
    assert {"noise", "meaning"} <= {one["name"] for one in kept["findings"]}
    assert "Same meaning" in (run.path / "report.html").read_text("utf-8")
    read = []
    from umbrella.unlabelled import vectors

    true = vectors.embed_rows
    monkeypatch.setattr(vectors, "embed_rows", lambda *a: read.append(len(a[1])) or true(*a))
    again = run.check(pretrained=encoder)
    assert sum(read) <= meaning.PLANTED  # the rows themselves are known by now
    assert again.find("noise").says == noise.says


def test_an_encoder_that_is_not_there_is_refused_when_it_was_named(run, tmp_path):
    with pytest.raises(DataError, match="no folder"):
        run.check(pretrained=str(tmp_path / "nothing"))


def test_turned_labels_lead_the_list_and_bound_the_share():
    draw = np.random.default_rng(0)
    targets = np.arange(600) % 2
    vectors = 2.0 * np.eye(2).repeat(8, 1)[targets] + draw.normal(size=(600, 16))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    wrong = np.arange(0, 600, 30)
    turned = targets.copy()
    turned[wrong] = 1 - turned[wrong]

    class Task:
        labels = ("no", "yes")
        reader = type("Reader", (), {"name": "encoder"})

    Task.meaning = meaning.Meaning(
        Task.reader, vectors.astype(np.float32), [f"text {row}" for row in range(600)],
        np.arange(600) + 1000, np.zeros(600, np.int64), np.arange(600), turned, 0.0,
    )  # fmt: skip
    found = meaning.noise(Task)
    listed = [one["row"] - 1001 for one in found.details["suspects"]]
    assert set(listed[:10]) <= set(wrong.tolist())
    assert len(set(listed) & set(wrong.tolist())) > 12
    assert len(wrong) / 600 <= found.says.values["most"] < 0.2
    assert all(one["label"] != one["speaks_for"] for one in found.details["suspects"])
    Task.meaning = meaning.Meaning(**{**Task.meaning.__dict__, "unknown": 0.6})
    assert meaning.noise(Task).says.key == "unlabelled.check_script"
    assert meaning.pairs(Task).verdict == "cannot tell"
