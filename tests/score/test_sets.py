"""Sets of labels: how they are scored, and from which chance on a label is named."""

import numpy as np
import pytest
from sklearn.metrics import f1_score

from umbrella.score.decode import logit, sigmoid
from umbrella.score.sets import FEW, level, most, read, row_f1, scores

RNG = np.random.default_rng(0)


def drawn(rows, labels=4, seed=0, shift=0.0):
    """Log-odds, and yes and no drawn from them."""
    rng = np.random.default_rng(seed)
    odds = rng.normal(-1, 1.5, (rows, labels))
    return odds, rng.random((rows, labels)) < sigmoid(odds + shift)


def test_scores_are_those_of_scikit_learn():
    named, truth = RNG.random((2, 300, 5)) < 0.4
    found = scores(named, truth)
    for ours, theirs in (("micro_f1", "micro"), ("macro_f1", "macro")):
        assert found[ours] == pytest.approx(f1_score(truth, named, average=theirs))
    mean = f1_score(truth, named, average="samples", zero_division=1.0)
    assert found["mean_f1"] == pytest.approx(mean)
    assert row_f1(named, truth).mean() == found["mean_f1"]
    assert found["exact"] == (named == truth).all(axis=1).mean()


def test_nothing_named_where_nothing_is_true_is_right():
    named = np.array([[0, 0], [1, 0], [0, 0]])
    truth = np.array([[0, 0], [0, 0], [1, 0]])
    assert row_f1(named, truth).tolist() == [1, 0, 0]
    assert scores(np.zeros((3, 2)), np.zeros((3, 2)))["macro_f1"] == 1


def test_the_cut_names_as_many_labels_as_rows_should_have():
    outputs = RNG.normal(size=(500, 6))
    named = most(outputs, 1.4)
    assert named.sum() == 700
    assert outputs[named].min() > outputs[~named].max()
    assert most(np.full((3, 2), 1000.0), 1.0).all()  # certain outputs stay certain
    assert not most(np.full((3, 2), -1000.0), 1.0).any()
    assert most(np.zeros((0, 2)), 1.0).shape == (0, 2)


def test_of_equal_outputs_no_more_are_named_than_rows_should_have():
    for outputs in (np.zeros((400, 4)), np.tile([3.0, 1.0, 1.0, -2.0], (400, 1))):
        named = most(outputs, 1.5)
        assert named.sum() == 600
        assert np.array_equal(named, most(outputs, 1.5))
        halves = named[:200].sum(), named[200:].sum()
        assert abs(halves[0] - halves[1]) <= 4  # not all among the first rows
    assert named[:, 0].all()
    assert not named[:, 3].any()
    assert abs(int(named[:, 1].sum()) - int(named[:, 2].sum())) <= 4


def test_chances_mean_what_they_say_after_levelling():
    odds, truth = drawn(6000, shift=1.5)
    temperature, offsets = level(3 * odds, truth)
    assert temperature == pytest.approx(3, rel=0.08)
    assert offsets == pytest.approx([1.5] * 4, abs=0.15)


def test_a_label_with_few_rows_keeps_near_the_common_offset():
    odds, truth = drawn(400)
    truth[:, 0] = False  # never true here, and yet not impossible
    _, offsets = level(odds, truth)
    assert -8 < offsets[0] < offsets[1:].min()


def test_levelling_survives_outputs_that_say_nothing_or_are_certain():
    truth = RNG.random((50, 3)) < 0.3
    for outputs in (np.zeros((50, 3)), np.where(truth, 1000.0, -1000.0)):
        temperature, offsets = level(outputs, truth)
        assert 0.02 <= temperature <= 10.0
        assert np.isfinite(offsets).all()


def test_one_threshold_serves_labels_that_are_alike():
    odds, truth = drawn(3000)
    reading = read(odds, truth)
    assert reading.temperature == pytest.approx(1, rel=0.1)
    named = odds / reading.temperature + np.array(reading.offsets) >= logit(
        np.array(reading.thresholds)
    )
    plain = row_f1(odds >= 0, truth).mean()
    assert row_f1(named, truth).mean() > plain + 0.02  # one half is no good threshold for F1


def test_labels_get_thresholds_of_their_own_only_where_these_hold_on_other_rows():
    rng = np.random.default_rng(1)
    truth = rng.random((1200, 3)) < [0.5, 0.5, 0.5]
    # The first label's outputs are three times as unsure beyond one side as the others'.
    odds = np.where(truth, 2.0, -2.0) + rng.normal(0, 1.5, truth.shape)
    odds[:, 0] = np.where(truth[:, 0], rng.normal(0.2, 0.1, 1200), rng.normal(-2, 1.5, 1200))
    own = read(odds, truth)
    assert own.own
    assert len(set(own.thresholds)) == 3
    noise = read(rng.normal(size=(40, 3)), rng.random((40, 3)) < 0.4)
    assert all(0 < one < 1 for one in noise.thresholds)


def test_own_thresholds_are_drawn_to_the_common_one_where_rows_are_few():
    from umbrella.score.sets import _common, _own

    odds, truth = drawn(2000)
    truth[:, 0] = False
    truth[:5, 0], odds[:5, 0], odds[5:, 0] = True, 3.9, -4.0
    common = _common(odds, truth)
    own = _own(odds, truth, common)
    best_pull = 5 / (5 + FEW) * 8.0  # thresholds tried span 8
    assert abs(own[0] - common) <= best_pull
    assert _own(odds, np.zeros_like(truth), common).tolist() == [common] * 4
