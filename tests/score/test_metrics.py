"""Scores against scikit-learn and scipy."""

import numpy as np
import pytest
from scipy import stats
from sklearn import metrics as peer

from umbrella.base.errors import ConfigError
from umbrella.score import doubt, metrics
from umbrella.score.decode import softmax

RNG = np.random.default_rng(0)
TARGETS = RNG.choice(4, 300, p=[0.6, 0.25, 0.1, 0.05])
OUTPUTS = RNG.normal(size=(300, 5)) + 2 * np.eye(5)[TARGETS]  # class 4 is answered, never true
TOP = OUTPUTS.argmax(axis=1)
TRUTH = RNG.normal(10, 3, 200).round(1)
VALUES = (TRUTH + RNG.normal(size=200)).round(1)  # rounded, so that ranks tie


def test_class_scores_agree_with_scikit_learn():
    assert metrics.accuracy(TOP, TARGETS) == peer.accuracy_score(TARGETS, TOP)
    ours = metrics.macro_f1(TOP, TARGETS, 5)
    assert ours == pytest.approx(peer.f1_score(TARGETS, TOP, average="macro"))
    recalls = peer.recall_score(TARGETS, TOP, labels=range(4), average="macro")
    assert metrics.balanced_accuracy(TOP, TARGETS, 5) == pytest.approx(recalls)
    table = peer.confusion_matrix(TARGETS, TOP, labels=range(5))
    np.testing.assert_array_equal(metrics.confusion(TOP, TARGETS, 5), table)


def test_each_class_agrees_with_scikit_learn_and_has_wilsons_interval():
    ours = metrics.per_class(TOP, TARGETS, 6)  # class 5 is neither answered nor true
    precision, recall, f1, rows = peer.precision_recall_fscore_support(
        TARGETS, TOP, labels=range(6), zero_division=0
    )
    assert [one.precision for one in ours] == pytest.approx(list(precision))
    assert [one.recall for one in ours] == pytest.approx(list(recall))
    assert [one.f1 for one in ours] == pytest.approx(list(f1))
    assert [one.rows for one in ours] == list(rows)
    right = int(np.sum((TOP == 0) & (TARGETS == 0)))
    assert ours[0].recall_interval == doubt.wilson(right, int(rows[0]))
    assert ours[0].precision_interval == doubt.wilson(right, int(np.sum(TOP == 0)))
    assert (ours[5].recall_interval.low, ours[5].recall_interval.high) == (0, 1)


def test_probability_scores_agree_with_scikit_learn():
    chances = softmax(OUTPUTS)
    expected = peer.log_loss(TARGETS, chances, labels=range(5))
    assert metrics.log_loss(OUTPUTS, TARGETS) == pytest.approx(expected)
    two = softmax(OUTPUTS[:, :2])
    right = (TARGETS > 0).astype(int)
    assert metrics.brier(two, right) == pytest.approx(2 * peer.brier_score_loss(right, two[:, 1]))
    assert metrics.brier(chances, TARGETS) == pytest.approx(
        np.mean(np.sum((chances - np.eye(5)[TARGETS]) ** 2, axis=1))
    )


def test_log_loss_survives_outputs_of_any_size():
    outputs = np.array([[1e4, -1e4], [1e4, -1e4]], dtype=np.float32)
    assert metrics.row_log_loss(outputs, np.array([0, 1])) == pytest.approx([0, 2e4])


def test_number_scores_agree_with_scikit_learn():
    assert metrics.mae(VALUES, TRUTH) == pytest.approx(peer.mean_absolute_error(TRUTH, VALUES))
    ours = metrics.median_absolute_error(VALUES, TRUTH)
    assert ours == pytest.approx(peer.median_absolute_error(TRUTH, VALUES))
    ours = metrics.rmse(VALUES, TRUTH)
    assert ours == pytest.approx(peer.root_mean_squared_error(TRUTH, VALUES))
    assert metrics.r2(VALUES, TRUTH) == pytest.approx(peer.r2_score(TRUTH, VALUES))
    ours = metrics.spearman(VALUES, TRUTH)
    assert ours == pytest.approx(stats.spearmanr(VALUES, TRUTH).statistic)


def test_a_truth_that_never_varies_is_met_or_not():
    same = np.full(5, 3.0)
    assert metrics.r2(same, same) == 1
    assert metrics.r2(same + 1, same) == 0
    assert metrics.spearman(np.arange(5.0), same) == 0


@pytest.mark.parametrize("score", [metrics.accuracy, metrics.mae, metrics.r2, metrics.spearman])
def test_answers_and_truth_must_be_of_the_same_rows(score):
    with pytest.raises(ConfigError, match=r"\(3,\).*\(4,\)"):
        score(np.zeros(3), np.zeros(4))
    with pytest.raises(ConfigError, match="at least one row"):
        score(np.zeros(0), np.zeros(0))
