"""The whole journey as a user takes it: fit, check, shrink, ship, predict without torch."""

import json
import re
import subprocess
import sys

import numpy as np
import pytest
from invented import ratings, reviews, write_csv

import umbrella
from umbrella.base.errors import BudgetError, RunError
from umbrella.fit.trained import GRAPH

WITHOUT_TORCH = """
import sys
class Ban:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("torch", "sklearn", "matplotlib", "onnx", "polars"):
            raise ImportError("banned: " + name)
sys.meta_path.insert(0, Ban())
import json
from umbrella.lite import load
print(json.dumps(load(sys.argv[1]).predict(json.loads(sys.argv[2])), default=float))
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("journey")


@pytest.fixture(scope="module")
def large(place):
    path = write_csv(place / "stay.csv", reviews(2500))
    return umbrella.fit(path, "label", out=place / "large", rungs=("most-common", "bow-svm"))


@pytest.fixture(scope="module")
def small(large, place):
    return large.shrink(size="30KB", drop="5%", out=place / "small")


def test_check_writes_a_report_in_both_forms(large):
    report = large.check(lang="zh")
    assert report.find("twins").verdict in ("pass", "warn")
    stored = json.loads((large.path / "report.json").read_text())
    assert stored["verdict"] == report.verdict
    page = (large.path / "report.html").read_text(encoding="utf-8")
    assert "<svg" in page
    assert 'lang="zh' in page
    assert not re.search(r"(src|href)=.(https?:)?//", page)


def test_shrink_keeps_to_the_budget_and_its_proof_can_be_counted_again(small, large):
    facts = small.facts
    assert facts["cost"]["bytes"] <= 30_000
    assert facts["parent"] == str(large.path.resolve())
    proof = facts["shrunk"]["proof"]
    assert proof["accepted"]
    assert proof["bound"] > -0.05
    assert facts["shrunk"]["before"]["bytes"] > facts["cost"]["bytes"]
    assert json.loads((large.path / "looks.json").read_text())["proofs"] == 1


def test_shrink_says_what_the_rows_can_prove_before_any_search(large, place):
    with pytest.raises(BudgetError, match=r"can prove a drop of .* at best.*--drop"):
        large.shrink(drop="0.1%", out=place / "never")
    assert not (place / "never" / "run.json").exists()


def test_a_budget_that_nothing_meets_names_the_nearest(large, place):
    with pytest.raises(BudgetError, match="Smallest of all: bow-svm"):
        large.shrink(size="6.1KB", drop="5%", out=place / "tiny")
    with pytest.raises(BudgetError, match=r"--size 10 bytes .* The floor is 6 kB"):
        large.shrink(size="10B", drop="5%", out=place / "tiny")
    with pytest.raises(RunError, match="into itself"):
        large.shrink(out=large.path)


def test_a_small_run_is_not_overwritten_without_asking(small, large):
    before = (small.path / "run.json").read_bytes()
    with pytest.raises(RunError, match="--fresh"):
        large.shrink(size="30KB", drop="5%", out=small.path)
    assert (small.path / "run.json").read_bytes() == before


def test_a_small_run_checks_and_ships_like_any_other(small, place):
    report = small.check()
    assert report.find("score") is not None
    shipped = small.ship(place / "small.onnx")
    assert shipped.bytes < 40_000
    assert shipped.parity.answers_changed == 0
    assert (small.path / GRAPH).is_file() == bool(small.facts["shrunk"]["int8"])


def test_the_shipped_file_answers_alike_where_torch_cannot_be_imported(small, place):
    shipped = small.ship(place / "alone.onnx")
    texts = ["the room was lovely and great", "a rude and dull place", ""]
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_TORCH, str(shipped.path), json.dumps(texts)],
        capture_output=True,
        text=True,
        check=True,
    )
    answers = json.loads(done.stdout)
    assert [a["label"] for a in answers[:2]] == ["good", "bad"]
    assert "note" in answers[2]
    here = small.predict(texts)
    for one, other in zip(answers, here, strict=True):
        assert one["probability"] == pytest.approx(other["probability"], abs=1e-5)


@pytest.mark.parametrize("rung", ["bag", "cnn", "gru", "transformer"])
def test_every_family_shrinks_by_distillation_and_ships(tmp_path, rung):
    made = umbrella.fit(
        reviews(900, noise=0.0), "label", out=tmp_path / "run", rungs=(rung,), epochs=12
    )
    small = made.shrink(drop="12%", out=tmp_path / "small", minutes=0.2)
    assert small.facts["cost"]["bytes"] < made.facts["cost"]["bytes"]
    shipped = small.ship(tmp_path / "small.onnx")
    assert small.scores["test"]["score"] > small.scores["baseline"]["score"] + 0.1
    answers = umbrella.load(shipped.path).predict(["a lovely warm room", "", "grim"])
    assert {answer["label"] for answer in answers} <= {"good", "bad"}


def test_int8_arithmetic_is_tried_for_speed_and_ships_row_by_row(tmp_path, monkeypatch):
    from umbrella.shrink import shrink

    def computed_first(_, candidate, *__):
        return (candidate.way != "computed", candidate.cost.bytes)

    monkeypatch.setattr(shrink, "_rank", computed_first)
    made = umbrella.fit(
        reviews(900, noise=0.0), "label", out=tmp_path / "run", rungs=("lstm",), epochs=12
    )
    small = made.shrink(drop="12%", latency="50ms", out=tmp_path / "small", minutes=0.3)
    assert small.facts["shrunk"]["alone"]
    assert small.facts["shrunk"]["name"].endswith("int8 computed")
    bundle = umbrella.load(small.ship(tmp_path / "small.onnx").path)
    texts = ["a lovely warm room", "a grim cold room and a very long text about nothing " * 3]
    together = [answer["probability"] for answer in bundle.predict(texts)]
    apart = [bundle.predict([text])[0]["probability"] for text in texts]
    assert together == apart


def test_regression_goes_the_whole_way(tmp_path):
    made = umbrella.fit(
        ratings(1500), "price", out=tmp_path / "run", rungs=("most-common", "bow-svm")
    )
    assert made.check().find("score").verdict == "pass"
    small = made.shrink(size="60KB", drop="20%", out=tmp_path / "small")
    bundle = umbrella.load(small.ship(tmp_path / "price.onnx").path)
    high, low = (bundle.predict([t])[0]["value"] for t in ("lovely great room", "rude dull room"))
    assert high > low + 10


def test_loading_a_folder_or_a_file_gives_what_answers(small, place):
    path = small.ship(place / "again.onnx").path
    texts = ["a lovely warm room"]
    assert umbrella.load(path).predict(texts)[0]["label"] == "good"
    assert umbrella.load(small.path).predict(texts)[0]["label"] == "good"
    np.testing.assert_allclose(
        umbrella.load(path).predict(texts)[0]["probability"],
        umbrella.load(small.path).predict(texts)[0]["probability"],
        atol=1e-5,
    )
