"""Several labels a row, solved one against the rest: as scikit-learn does, label by label."""

import numpy as np
import pytest
import torch
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from umbrella.data.codecs.ragged import Ragged
from umbrella.fit.loop import Data
from umbrella.fit.solve import solve_svm
from umbrella.fit.solve_labels import ALWAYS, Each, solve_each
from umbrella.fit.solve_table import solve_boost, solve_linear
from umbrella.models.table.linear import LinearTable
from umbrella.models.table.trees import Trees
from umbrella.models.text.linear import LinearBag
from umbrella.tasks.multilabel import Multilabel

ROWS, TRAIN = 600, np.arange(450)


def made(labels, constant=None):
    """Rows of a table whose every label follows numbers and a category."""
    rng = np.random.default_rng(0)
    numbers = rng.normal(size=(ROWS, 3)).astype(np.float32)
    codes = rng.integers(0, 4, (ROWS, 1))
    weights = rng.normal(size=(3, labels))
    targets = numbers @ weights + (codes == 1) + 0.3 * rng.normal(size=(ROWS, labels)) > 0.4
    if constant is not None:
        targets[TRAIN, 0] = constant
    targets = targets.astype(np.uint8)
    names = tuple(f"label {n}" for n in range(labels))
    task = Multilabel(names, ";", tuple(targets[TRAIN].mean(axis=0).tolist()))
    encoded = {"numbers": numbers, "codes": codes}
    return Data(encoded, targets, TRAIN, np.arange(450, ROWS)), task


def answers(network, data, rows):
    with torch.no_grad():
        fed = {n: torch.from_numpy(x[rows]) for n, x in data.encoded.items()}
        return network(**fed).numpy()


@pytest.mark.parametrize("labels", [2, 4])
def test_linear_scores_are_those_of_one_logistic_regression_a_label(labels):
    data, task = made(labels)
    network = LinearTable(LinearTable.Config(numbers=3, levels=(4,), outputs=task.outputs))
    solve_linear(network, data, task, {"C": 1.0})
    found = answers(network, data, data.validation)
    assert found.shape == (150, max(labels, 3))
    matrix = np.concatenate([data.encoded["numbers"], np.eye(4)[data.encoded["codes"][:, 0]]], 1)
    for label in range(labels):
        own = LogisticRegression(max_iter=300, tol=1e-3).fit(
            matrix[TRAIN], data.targets[TRAIN, label]
        )
        theirs = own.decision_function(matrix[data.validation])
        assert found[:, label] == pytest.approx(theirs, abs=0.05)
    assert task.row_scores(found, data.targets[data.validation]).mean() > 0.8


@pytest.mark.parametrize("labels", [2, 3])
@pytest.mark.parametrize("constant", [None, 0, 1])
def test_trees_answer_as_one_boosted_classifier_a_label(labels, constant):
    data, task = made(labels, constant)
    config = Trees.Config(numbers=3, levels=(4,), outputs=task.outputs, rounds=30, leaves=7)
    network = Trees(config)
    solve_boost(network, data, task, {})
    found = answers(network, data, data.validation)
    rounds = network.config.rounds
    table = np.concatenate([data.encoded["codes"], data.encoded["numbers"]], axis=1)
    for label in range(labels):
        truth = data.targets[TRAIN, label]
        if constant is not None and label == 0:
            assert found[:, 0] == pytest.approx(ALWAYS if constant else -ALWAYS)
            continue
        own = HistGradientBoostingClassifier(
            learning_rate=0.05, max_leaf_nodes=7, categorical_features=[0], early_stopping=False,
            max_iter=rounds,
        ).fit(table[TRAIN], truth)  # fmt: skip
        theirs = own.decision_function(table[data.validation])
        assert found[:, label] == pytest.approx(theirs, abs=1e-3)


def test_a_bag_is_solved_label_by_label_and_labels_do_not_exclude_each_other():
    data, _ = made(2)
    ids = np.where(data.encoded["numbers"] > 0, [1, 3, 5], [2, 4, 6]).astype(np.int64)
    ends = np.arange(0, ids.size + 1, 3)
    ragged = {
        "ids": Ragged(ids.ravel(), ends, 0),
        "weights": Ragged(np.ones(ids.size, np.float32), ends, 0.0),
    }
    targets = np.stack([(ids == 1).any(1), (ids == 3).any(1)], axis=1).astype(np.uint8)
    task = Multilabel(("a", "b"), ";", (0.5, 0.5))
    network = LinearBag(LinearBag.Config(vocab=7, outputs=task.outputs))
    solve_svm(network, Data(ragged, targets, TRAIN, np.arange(450, ROWS)), task, {})
    found = network(torch.from_numpy(ids), torch.ones(ids.shape)).detach().numpy()
    assert np.array_equal(found[:, :2] > 0, targets > 0)
    assert {(0, 0), (0, 1), (1, 0), (1, 1)} == set(map(tuple, (found[:, :2] > 0).astype(int)))


def test_a_label_that_all_or_no_training_rows_have_is_answered_so():
    matrix = np.random.default_rng(0).normal(size=(40, 2))
    truth = np.stack([np.ones(40), np.zeros(40), matrix[:, 0] > 0], axis=1)
    coef, intercept = solve_each(LinearSVC, matrix, truth, 3)
    assert intercept[:2].tolist() == [ALWAYS, -ALWAYS]
    assert not coef[:2].any()
    assert coef[2, 0] > 0


def test_boosting_goes_on_where_it_stopped():
    data, task = made(3)
    model = Each(lambda: HistGradientBoostingClassifier(warm_start=True, early_stopping=False), 3)
    table = data.encoded["numbers"]
    for rounds in (5, 9):
        model.set_params(max_iter=rounds)
        model.fit(table, data.targets)
    assert len(list(model.staged_decision_function(table))) == 9
    assert [len(trees) for trees in model._predictors] == [3] * 9
    assert task.outputs == 3
