"""The whole journey of columns of several kinds: each kind knows half, both together know all."""

import csv
import random

import numpy as np
import pytest

import umbrella
from umbrella.api import predict_source
from umbrella.base.errors import BundleError, ConfigError

WORDS = """the cat sat on a mat while rain fell over old roofs and children
ran home""".split()  # noqa: SIM905


GOOD = ["lovely", "fine", "good", "kind", "warm", "bright"]
BAD = ["awful", "bad", "rude", "cold", "dark", "poor"]


def halves(path, count=1200):
    """A number and the tone of a text count alike; some texts are missing."""
    rng = random.Random(0)
    rows = ["row,amount,review,label"]
    for row in range(count):
        amount, good = rng.uniform(-1, 1), rng.random() < 0.5
        words = [*rng.choices(WORDS, k=2), *rng.choices(GOOD if good else BAD, k=4)]
        rng.shuffle(words)
        label = "yes" if amount + (0.5 if good else -0.5) > 0 else "no"
        review = "" if rng.random() < 0.05 else " ".join(words)
        rows.append(f"{row},{amount:.4f},{review},{label}")
    path.write_text("\n".join(rows) + "\n")
    return path


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    place = tmp_path_factory.mktemp("fusion")
    rungs = ("most-common", "table-linear", "text-bow-svm", "attention")
    source = halves(place / "halves.csv")
    return umbrella.fit(source, out=place / "run", rungs=rungs, threads=1)


def test_what_each_kind_half_knows_is_known_together(made):
    assert made.facts["rung"] == "attention"
    assert made.facts["columns"] == ["amount", "review"]
    assert made.scores["test"]["score"] >= 0.9
    both = made.facts["together"]
    assert both["better"]
    assert both["best"] < 0.87 < both["score"]
    assert any("row" in str(note["values"]) for note in made.facts["notes"])


def test_the_check_takes_each_kind_away(made):
    finding = made.check().find("modalities")
    rows = {row["name"]: row for row in finding.details["rows"]}
    assert set(rows) == {"table", "text"}
    whole = made.scores["test"]["score"]
    for row in rows.values():
        assert row["lost"][0] == pytest.approx(whole - row["without"])
        assert row["lost"][0] > 0.05
        assert row["only"] < 0.88
    assert rows["table"]["alone_rung"] == "table-linear"
    assert finding.verdict == "pass"
    assert sum(row["weight"] for row in rows.values()) == pytest.approx(1, abs=0.02)
    page = (made.path / "report.html").read_text()
    assert "What each kind of column brings" in page
    assert "Weight of each kind of column" in page


ROWS = [
    {"amount": "0.3", "review": "a lovely cat so kind and warm"},
    {"amount": "0.3", "review": "a rude cat so dark and cold"},
    {"amount": "0.3", "review": None},
    {"amount": None, "review": None},
]


def test_shrunk_shipped_and_asked_without_a_kind(made, tmp_path):
    small = made.shrink(drop="12%", out=tmp_path / "small")
    assert small.facts["cost"]["bytes"] < made.facts["cost"]["bytes"]
    assert small.ship(tmp_path / "model.onnx").parity.answers_changed == 0
    answers = umbrella.load(tmp_path / "model.onnx").predict(ROWS)
    assert [one["label"] for one in answers[:2]] == ["yes", "no"]
    assert all(one["label"] in ("yes", "no") for one in answers)


def test_a_shipped_fusion_tells_how_much_each_kind_weighed(made, tmp_path):
    assert made.ship(tmp_path / "model.onnx").parity.answers_changed == 0
    bundle = umbrella.load(tmp_path / "model.onnx")
    weights = bundle.weights(ROWS)
    assert bundle.weighs == ("table", "text")
    np.testing.assert_array_equal(weights[2], [1, 0])
    np.testing.assert_array_equal(weights[3], [0, 0])
    np.testing.assert_allclose(weights[:2].sum(axis=1), 1, rtol=1e-5)


def test_predict_writes_the_weights_beside_the_answers(made, tmp_path):
    source = tmp_path / "new.csv"
    source.write_text("amount,review\n0.5,a lovely fine mat\n,\n-0.5,\n")
    predict_source(made.path, source, tmp_path / "out.csv", weights=True)
    with (tmp_path / "out.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert float(rows[0]["weight_table"]) + float(rows[0]["weight_text"]) == pytest.approx(1)
    assert [rows[1][f"weight_{name}"] for name in ("table", "text")] == ["0.0", "0.0"]
    assert [rows[2][f"weight_{name}"] for name in ("table", "text")] == ["1.0", "0.0"]


def test_no_rows_have_no_weights(made, tmp_path):
    source = tmp_path / "none.csv"
    source.write_text("amount,review\n")
    predict_source(made.path, source, tmp_path / "out.csv", weights=True)
    assert "weight_table,weight_text,note" in (tmp_path / "out.csv").read_text()


def test_a_model_of_one_kind_has_no_weights_to_tell(tmp_path):
    table = {"x": [str(n % 10) for n in range(60)], "label": ["a", "b"] * 30}
    plain = umbrella.fit(table, out=tmp_path / "run", rungs=("most-common", "linear"))
    file = tmp_path / "plain.onnx"
    plain.ship(file)
    with pytest.raises(BundleError, match="does not weigh"):
        umbrella.load(file).weights([{"x": "1"}])
    source = tmp_path / "new.csv"
    source.write_text("x\n1\n2\n")
    with pytest.raises(ConfigError, match="leave out --weights"):
        predict_source(file, source, tmp_path / "out.csv", weights=True)
    assert not (tmp_path / "out.csv").exists()


def test_a_kind_that_is_enough_alone_is_preferred_to_all_together(tmp_path):
    rng = random.Random(0)
    amounts = [rng.uniform(-1, 1) for _ in range(500)]
    table = {
        "amount": [f"{a:.3f}" for a in amounts],
        "review": [" ".join(rng.choices(WORDS, k=6)) for _ in amounts],
        "label": ["up" if a > 0 else "down" for a in amounts],
    }
    rungs = ("most-common", "table-linear", "early")
    made = umbrella.fit(table, out=tmp_path / "run", rungs=rungs, epochs=6, threads=1)
    assert made.facts["rung"] == "table-linear"
    assert made.facts["kind"] == "table"
    assert made.facts["columns"] == ["amount"]
    assert not made.facts["together"]["better"]
    assert made.check().find("modalities") is None
    assert made.ship(tmp_path / "m.onnx").parity.answers_changed == 0


def test_each_kind_is_given_up_by_itself(tmp_path):
    rng = random.Random(0)
    table = {
        "amount": [f"{rng.uniform(-1, 1):.3f}" for _ in range(300)],
        "review": [" ".join(rng.choices(WORDS, k=6)) for _ in range(300)],
        "label": [rng.choice("ab") for _ in range(300)],
    }
    made = umbrella.fit(table, out=tmp_path / "run", patience=1, epochs=1, threads=1)
    names = [rung["name"] for rung in made.ladder]
    assert names == ["most-common", "table-linear", "text-bow-svm", "late"]
    assert made.facts["ended"] == "kinds"
    assert not made.facts["together"]["better"]
