"""A fit keeps parts apart, calibrates on held-out rows, and refuses what cannot be judged."""

import json
from datetime import datetime, timedelta

import numpy as np
import pytest
from invented import ratings, reviews, write_csv

import umbrella
from umbrella.base.errors import DataError
from umbrella.base.tensors import load_tensors
from umbrella.data.codecs.text_bag import TextBag
from umbrella.data.split import PARTS, Split
from umbrella.fit.fit import Watcher
from umbrella.fit.trained import load_trained, read_rows
from umbrella.score.calibration import fit_temperature
from umbrella.tasks.regress import Regress

SVM = ("bow-svm",)


def reopened(run):
    """The run and its rows, as every later verb sees them."""
    trained = load_trained(run.path)
    return trained, read_rows(trained)


def test_a_codec_learns_from_the_training_cells_alone(tmp_path, monkeypatch):
    seen, real = [], TextBag.fit

    def spy(codec, batches):
        kept = [list(batch) for batch in batches]
        seen.append([cell for batch in kept for cell in batch])
        return real(codec, kept)

    monkeypatch.setattr(TextBag, "fit", spy)
    made = umbrella.fit(reviews(200), "label", out=tmp_path / "run", rungs=SVM)
    _, rows = reopened(made)
    assert seen == [rows.cells("train")["text"]]
    later = {cell for part in ("validation", "test") for cell in rows.cells(part)["text"]}
    assert not set(seen[0]) & later


def test_copies_stay_together_however_they_are_written(tmp_path):
    first, second, third = (reviews(200, seed=seed) for seed in (1, 2, 3))
    whole = [
        f"{a} {b} {c}" for a, b, c in zip(first["text"], second["text"], third["text"], strict=True)
    ]
    near = [f"{text} indeed" for text in whole[:100]]
    loud = [text.upper() for text in whole[:100]]
    labels = first["label"] + 2 * first["label"][:100]
    table = {"text": whole + near + loud, "label": labels}
    made = umbrella.fit(table, "label", out=tmp_path / "run", rungs=SVM)
    split = Split.from_parquet(made.path / "split.parquet")
    assert set(split.part) == {0, 1, 2}
    for unit in np.unique(split.unit):
        assert len(set(split.part[split.unit == unit])) == 1
    kin = np.stack([np.arange(100), np.arange(200, 300), np.arange(300, 400)])
    assert (split.unit[kin] == split.unit[kin[0]]).all()
    assert (split.part[kin] == split.part[kin[0]]).all()


def test_with_time_every_training_row_is_older_than_every_test_row(tmp_path):
    table = reviews(300)
    order = np.random.default_rng(0).permutation(300)
    start = datetime(2024, 1, 1)
    table["day"] = [(start + timedelta(hours=int(hours))).isoformat(" ") for hours in order]
    made = umbrella.fit(
        write_csv(tmp_path / "stay.csv", table),
        "label",
        out=tmp_path / "run",
        rungs=SVM,
        time="day",
    )
    _, rows = reopened(made)
    day = np.array(table["day"])[rows.rows]
    train, validation, test = (day[rows.part(part)] for part in ("train", "validation", "test"))
    assert max(train) < min(validation)
    assert max(validation) < min(test)


def test_the_temperature_is_fitted_on_the_stored_validation_outputs(tmp_path):
    made = umbrella.fit(reviews(300), "label", out=tmp_path / "run", rungs=SVM)
    _, rows = reopened(made)
    outputs = load_tensors(made.path / "rungs" / "bow-svm" / "validation.safetensors")["outputs"]
    wanted = fit_temperature(outputs, rows.part_targets("validation"))
    assert abs(wanted - 1) > 0.01
    assert made.facts["task"]["temperature"] == pytest.approx(wanted)


def test_rows_without_a_target_shift_neither_cells_nor_targets(tmp_path):
    table = reviews(300)
    table["label"][:60] = [""] * 60
    table["label"][100:110] = [""] * 10
    seen = []
    made = umbrella.fit(
        write_csv(tmp_path / "stay.csv", table),
        "label",
        out=tmp_path / "run",
        rungs=SVM,
        watcher=Watcher(prepared=seen.append),
    )
    trained, again = reopened(made)
    texts = [t for t, label in zip(table["text"], table["label"], strict=True) if label]
    labels = [label for label in table["label"] if label]
    for rows in (*seen, again):
        assert rows.rows.tolist() == [*range(60, 100), *range(110, 300)]
        for part in PARTS:
            at = rows.part(part)
            assert rows.cells(part)["text"] == [texts[i] for i in at]
            told = [trained.task.labels[c] for c in rows.part_targets(part)]
            assert told == [labels[i] for i in at]
    assert made.scores["test"]["score"] > 0.7


def test_the_best_of_several_trials_has_the_smallest_error(tmp_path):
    made = umbrella.fit(ratings(300), "price", out=tmp_path / "run", rungs=SVM, tune=4)
    folder = made.path / "rungs" / "bow-svm"
    errors = [json.loads((t / "result.json").read_text())["score"] for t in folder.glob("trial-*")]
    assert len(errors) == 4
    assert min(errors) < max(errors)
    assert made.ladder[0]["score"] == min(errors)
    trained, rows = reopened(made)
    kept = trained.task.row_scores(
        trained.outputs(rows.batches("validation")), rows.part_targets("validation")
    )
    assert kept.mean() == pytest.approx(min(errors), rel=1e-4)


@pytest.mark.parametrize("task", ["classify", "regress"])
def test_parts_of_one_group_each_still_end_with_a_result(tmp_path, task):
    table = reviews(180) if task == "classify" else ratings(180)
    table["house"] = [f"house {row % 3}" for row in range(180)]
    target = "label" if task == "classify" else "price"
    made = umbrella.fit(table, target, out=tmp_path / "run", rungs=SVM, group="house")
    _, rows = reopened(made)
    assert len(np.unique(rows.dependent("test"))) == 1
    for part in ("test", "validation"):
        told = made.scores[part]
        low, high = told["low"], told["high"]
        top = 1.0 if task == "classify" else np.inf
        assert low is None or 0 <= low <= told["score"]
        assert high is None or told["score"] <= high <= top


def test_a_training_part_of_one_class_is_refused(tmp_path):
    table = reviews(200)
    start = datetime(2024, 1, 1)
    table["day"] = [(start + timedelta(days=row)).date().isoformat() for row in range(200)]
    table["label"] = ["good"] * 170 + ["good", "bad"] * 15
    with pytest.raises(DataError, match=r"Every training row has the same label.*without --time"):
        umbrella.fit(table, "label", out=tmp_path / "run", rungs=SVM, time="day")
    assert not (tmp_path / "run" / "run.json").exists()


@pytest.mark.parametrize("value", [0.1, 2.3, 1234.56, 1e-7])
def test_a_constant_target_that_is_no_whole_number_is_refused(tmp_path, value):
    table = {"text": reviews(80)["text"], "price": [value] * 80}
    with pytest.raises(DataError, match="nothing to learn"):
        umbrella.fit(table, "price", out=tmp_path / "run", rungs=SVM)
    assert not (tmp_path / "run" / "run.json").exists()


def test_rounding_in_the_spread_of_a_constant_does_not_count_as_variety():
    assert np.std(np.full(64 + 3, 0.1)) > 0
    with pytest.raises(DataError, match="nothing to learn"):
        Regress.learn(["0.1"] * 67, np.arange(67))
