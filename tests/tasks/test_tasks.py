"""What a target column asks for, and how its answers are judged."""

import numpy as np
import pytest

from umbrella.base.errors import DataError, RunError
from umbrella.tasks.classify import Classify
from umbrella.tasks.regress import Regress
from umbrella.tasks.task import from_spec, infer_task


@pytest.mark.parametrize(
    ("kind", "values", "task"),
    [
        ("number", ["0", "1"] * 50, "classify"),
        ("number", [str(n) for n in range(1, 6)] * 9, "classify"),
        ("number", [str(n / 7) for n in range(15)], "regress"),
        ("number", [str(n) for n in range(40)], "regress"),
        ("category", ["a", "b"], "classify"),
        ("text", [f"label {n}" for n in range(30)], "classify"),
    ],
)
def test_the_task_is_found_from_the_target(kind, values, task):
    assert infer_task(kind, values) == task


def test_labels_keep_their_spelling_and_natural_order():
    task = Classify.learn(["10", "2", "01", "x"], np.arange(4))
    assert task.labels == ("01", "2", "10", "x")
    assert task.encode(["x", "01"]).tolist() == [3, 0]


def test_one_label_only_is_refused():
    with pytest.raises(DataError, match=r"one label only.*--target"):
        Classify.learn(["a"] * 30, np.arange(30))


def test_an_id_column_is_no_label():
    with pytest.raises(DataError, match="--task regress"):
        Classify.learn([str(n) for n in range(2000)], np.arange(2000))


def test_hardly_any_rows_a_class_are_said_once():
    values = [f"y{row % 50}" for row in range(140)]
    [note] = Classify.learn(values, np.arange(140)).remarks(values)
    assert "50 classes in 140 rows, fewer than 3 rows each" in note.say("en")
    assert "--task regress" in note.say("zh")
    assert Classify.learn(values + values, np.arange(280)).remarks(values + values) == []


def test_an_unknown_label_names_its_row():
    with pytest.raises(DataError, match="Row 12"):
        Classify(("a", "b")).encode(["a", "c"], np.array([4, 11]))


def test_balanced_loss_weighs_rare_classes_as_much_as_common_ones():
    import torch

    task = Classify(("rare", "common"), shares=(0.1, 0.9))
    outputs = torch.zeros(10, 2, requires_grad=True)
    task.loss(outputs, torch.tensor([0] + [1] * 9), balance=True).backward()
    pull = outputs.grad
    torch.testing.assert_close(pull[0].abs(), pull[1:].abs().sum(0))


def test_the_baseline_answers_the_most_common_class_or_the_median():
    assert Classify(("a", "b")).baseline(np.array([1, 1, 0])).argmax() == 1
    assert Regress(0, 1).baseline(np.array([0.0, 1.0, 50.0])) == 1.0


def test_numbers_come_back_in_their_own_units():
    values = ["10", "20", "30", "40"]
    task = Regress.learn(values, np.arange(4))
    targets = task.encode(values)
    assert targets.mean() == pytest.approx(0, abs=1e-6)
    outputs = targets[:, None] + 1 / task.scale
    assert task.row_scores(outputs, targets) == pytest.approx([1, 1, 1, 1], rel=1e-5)


def test_a_wrong_number_names_its_row():
    with pytest.raises(DataError, match="Row 2: target 'abc'"):
        Regress.learn(["1", "abc", "3"], np.arange(3))
    with pytest.raises(DataError, match="nothing to learn"):
        Regress.learn(["5", "5", "7"], np.arange(2))


@pytest.mark.parametrize("task", [Classify(("a", "b"), 1.5, (0.5, 0.5)), Regress(3.0, 2.0, 0.7)])
def test_a_task_survives_its_spec(task):
    assert from_spec(task.spec()) == task


@pytest.mark.parametrize(
    "spec",
    [None, {}, {"task": "os:system"}, {"task": "classify"}, {"task": "regress", "mean": "x"}],
)
def test_a_damaged_spec_is_refused(spec):
    with pytest.raises(RunError):
        from_spec(spec)


def test_the_conformal_half_width_covers_nine_in_ten():
    rng = np.random.default_rng(0)
    task = Regress(0, 1).calibrated(np.zeros((4000, 1)), rng.normal(size=4000))
    fresh = np.abs(rng.normal(size=20_000))
    assert (fresh <= task.quantile).mean() == pytest.approx(0.9, abs=0.02)
