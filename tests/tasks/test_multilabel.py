"""Several labels a row: what is learned, how it is scored, and how answers are read."""

import json
from dataclasses import replace

import numpy as np
import pytest
import torch

from umbrella.base.errors import BundleError, DataError, RunError
from umbrella.score.decode import decode, lead, needed
from umbrella.tasks.multilabel import Multilabel
from umbrella.tasks.task import for_all, from_spec, strata, with_target

CELLS = ["a|b", "b", "c|a", "b|c", "a", "b"]


def task(**more):
    values = {
        "separator": "|",
        "shares": (0.5, 0.4, 0.1),
        "offsets": (0.0, 0.0, 0.0),
        "thresholds": (0.5, 0.5, 0.3),
    }
    return Multilabel(("a", "b", "c"), **{**values, **more})


def drawn(rows=600, seed=0):
    rng = np.random.default_rng(seed)
    odds = rng.normal(-1, 2, (rows, 3))
    return odds, (rng.random(odds.shape) < 1 / (1 + np.exp(-odds))).astype(np.uint8)


def test_labels_and_separator_are_read_off_the_cells():
    made = Multilabel.learn(CELLS, np.arange(4))
    assert (made.labels, made.separator) == (("a", "b", "c"), "|")
    assert made.shares == (0.5, 0.75, 0.5)
    assert made.encode(["c|a", "", "b|"]).tolist() == [[1, 0, 1], [0, 0, 0], [0, 1, 0]]
    assert strata("multilabel", CELLS) == ["a", "b", "c", "c", "a", "b"]
    assert strata("regress", ["1", "2"]) is None


@pytest.mark.parametrize("mark", ["/", " "])
def test_a_named_separator_is_learned_said_and_written(mark):
    cells = [cell.replace("|", mark) for cell in CELLS]
    made = Multilabel.learn(cells, np.arange(4), separator=mark)
    assert (made.labels, made.separator) == (("a", "b", "c"), mark)
    assert f"“{mark}”" in made.remarks(cells)[0].say("en")
    assert strata("multilabel", cells, separator=mark) == ["a", "b", "c", "c", "a", "b"]
    told = {"offsets": (0.0,) * 3, "thresholds": (0.5,) * 3}
    spec = from_spec(replace(made, **told).spec()).spec()
    assert decode(spec, np.array([[3.0, -3.0, 3.0]]))["labels"] == [f"a{mark}c"]
    with pytest.raises(DataError, match="--separator '~' between two"):
        Multilabel.learn(cells, np.arange(4), separator="~")


@pytest.mark.parametrize(
    ("cells", "train", "match"),
    [
        (["a", "", "a"] * 9, range(20), "one label only.*--target"),
        (["a|b", "b|a"] * 9, range(18), "same labels.*nothing to tell apart"),
        (["a|b"] * 12 + ["a"], range(12), "same labels"),
        ([f"x{n}|y{n}" for n in range(900)], range(700), "1,800 different labels.*--task classify"),
    ],
)
def test_what_cannot_be_learned_is_refused_with_a_way_out(cells, train, match):
    with pytest.raises(DataError, match=match):
        Multilabel.learn(cells, np.array(train))


def test_an_unknown_label_names_its_row():
    with pytest.raises(DataError, match="Row 12: label 'z'"):
        task().encode(["a", "b|z"], np.array([4, 11]))


def test_a_label_that_no_training_row_has_is_remarked():
    made = Multilabel.learn([*CELLS, "rare|a"], np.arange(6))
    said = [note.say("en") for note in made.remarks([*CELLS, "rare|a"])]
    assert "several with “|” between them" in said[0]
    assert "no training row" in said[1]
    assert "rare" in said[1]


def test_an_empty_cell_tells_nothing_unless_the_task_is_asked_for():
    assert with_target(["a|b", None, ""]).tolist() == [True, False, False]
    assert with_target(["a|b", None, ""], "classify").tolist() == [True, False, False]
    assert with_target(["a|b", None, ""], "multilabel").all()


def test_rows_score_their_f1():
    outputs = np.array([[2.0, 2.0, -9], [-9, -9, -9], [2, -9, -9]])
    truth = np.array([[1, 0, 0], [0, 0, 0], [0, 1, 1]])
    assert task().row_scores(outputs, truth).tolist() == pytest.approx([2 / 3, 1, 0])


def test_rungs_are_compared_by_as_many_labels_as_training_rows_have():
    odds, truth = drawn()
    plain = task().as_fitted()
    for scale, shift in ((1, 0), (2, 5), (0.01, -5)):  # whatever the scale of a rung
        assert plain.named(scale * odds + shift).sum() == 600
    assert plain.row_scores(odds, truth).mean() > 0.4


def test_the_simple_rule_is_the_best_constant_set_under_any_reading():
    truth = np.array([[1, 1, 0]] * 5 + [[1, 0, 0]] * 4 + [[0, 0, 1]])
    rule = task().baseline(truth)
    outputs = for_all(rule, 10)
    far = task(temperature=10.0, offsets=(9.0, -9.0, 9.0), thresholds=(0.02, 0.98, 0.02))
    for one in (task(), far, task().as_fitted()):
        assert one.named(outputs).tolist() == [[True, True, False]] * 10
    none = task().baseline(np.array([[0, 0, 0]] * 9 + [[1, 0, 0]]))
    assert not task().named(for_all(none, 2)).any()


def test_the_simple_rules_chances_are_the_labels_shares():
    truth = np.array([[1, 1, 0]] * 50 + [[1, 0, 0]] * 40 + [[0, 0, 1]] * 10)
    outputs = for_all(task().baseline(truth), 100)
    made = task().as_fitted().calibrated(outputs, truth)
    assert made.chances(outputs)[0] == pytest.approx(truth.mean(axis=0), abs=0.01)
    assert made.named(outputs).tolist() == [[True, True, False]] * 100
    told = decode(made.spec(), outputs, every=True)
    assert told["chances"][0] == pytest.approx(truth.mean(axis=0), abs=0.01)
    assert set(told["labels"]) == {"a|b"}
    assert from_spec(json.loads(json.dumps(made.spec()))) == made


def test_reading_is_chosen_on_held_out_rows_and_serves_others():
    odds, truth = drawn()
    made = task().as_fitted().calibrated(3 * odds, truth)
    assert made.temperature == pytest.approx(3, rel=0.15)
    fresh, goals = drawn(4000, seed=1)
    assert (
        made.row_scores(3 * fresh, goals).mean()
        > task(temperature=3.0, thresholds=(0.5, 0.5, 0.5)).row_scores(3 * fresh, goals).mean()
    )
    assert made.as_fitted() == task().as_fitted()


def test_a_task_survives_its_spec_and_a_damaged_one_is_refused():
    for one in (task(), task().as_fitted()):
        assert from_spec(json.loads(json.dumps(one.spec()))) == one
    for wrong in ({"thresholds": [0.5]}, {"shares": []}, {"labels": None}, {"offsets": ["x"] * 3}):
        with pytest.raises(RunError):
            from_spec(task().spec() | wrong)


def test_answers_are_written_like_the_cells_with_a_chance_each():
    outputs = np.array([[9.0, -9, 0.0], [-9, -9, -9]])
    answers = decode(needed(task().spec()), outputs)
    assert answers["labels"] == ["a|c", ""]
    assert answers["probabilities"].tolist() == ["0.9999|0.5", ""]
    lists = decode(task(separator="[]").spec(), outputs, every=True)
    assert lists["labels"] == ['["a", "c"]', "[]"]
    assert lists["probabilities"].tolist() == ["[0.9999, 0.5]", "[]"]
    assert lists["chances"].shape == (2, 3)


def test_what_is_named_is_what_is_scored():
    odds, truth = drawn(50)
    made = task().calibrated(odds, truth)
    told = decode(made.spec(), odds)["labels"]
    assert np.array_equal(made.encode(told), made.named(odds))


@pytest.mark.parametrize(
    "wrong",
    [
        {"thresholds": []},
        {"thresholds": [0.5, 0.5, 1.0]},
        {"thresholds": [0.5, 0.5, "x"]},
        {"offsets": [0.0]},
        {"separator": ""},
        {"labels": ["a", "a", "b"]},
        {"labels": ["a", "b", "c", "d"]},
        {"temperature": 0},
    ],
)
def test_a_damaged_file_is_refused(wrong):
    with pytest.raises(BundleError, match="damaged"):
        decode(task().spec() | wrong, np.zeros((1, 3)))


def test_two_labels_do_not_exclude_each_other():
    two = Multilabel(("a", "b"), "|", (0.5, 0.5), 1.0, (0.0, 0.0), (0.5, 0.5))
    assert two.outputs == 3  # the third is never read
    outputs = np.array([[3.0, 3.0, 50.0], [-3, -3, 50]])
    assert decode(two.spec(), outputs)["labels"] == ["a|b", ""]
    assert two.row_scores(outputs, np.array([[1, 1], [0, 0]])).tolist() == [1, 1]
    assert two.chances(outputs).shape == (2, 2)


def test_a_row_is_tied_where_an_output_lies_on_its_threshold():
    outputs = np.array([[4.0, -2.0, 5.0], [0.0, 5, 5]])
    spec = task(thresholds=(0.5, 0.5, 0.5), temperature=2.0).spec()
    assert lead(spec, outputs) == pytest.approx([2.0, 0.0])


def test_the_interval_stays_between_nothing_and_all():
    made = task()
    for scores in (np.ones(50), np.zeros(50), np.array([1.0] * 40 + [0.5] * 10)):
        found = made.interval(scores)
        assert 0 <= found.low < found.high <= 1
        assert found.low <= scores.mean() <= found.high
    narrow = made.interval(np.ones(400)).low
    assert made.interval(np.ones(400), np.repeat(np.arange(40), 10)).low < narrow


def test_balance_weighs_a_rare_labels_rows_as_much_as_the_others():
    made = task(shares=(0.5, 0.1, 0.0))
    targets = torch.tensor([[0, 1, 0]] + [[0, 0, 0]] * 9)
    outputs = torch.zeros(10, 3, requires_grad=True)
    made.loss(outputs, targets, balance=True).backward()
    pull = outputs.grad[:, 1]
    torch.testing.assert_close(pull[0].abs(), pull[1:].abs().sum())
    assert torch.isfinite(made.class_weights()).all()
    assert torch.isfinite(made.loss(outputs, targets))


def test_metrics_name_every_view_of_the_sets():
    odds, truth = drawn()
    found = task().metrics(odds, truth)
    assert found["mean_f1"] == pytest.approx(task().row_scores(odds, truth).mean())
    assert set(found) >= {"micro_f1", "macro_f1", "exact", "precision", "recall"}
    assert found["labels"] == pytest.approx(truth.sum(axis=1).mean())
