"""Calibration error and temperature; how often it flags is measured in bench/honesty."""

import numpy as np
import pytest
from scipy import optimize
from sklearn.calibration import calibration_curve

from umbrella.base.errors import ConfigError
from umbrella.score import calibration, metrics
from umbrella.score.decode import softmax


def draw(rows, temperature=1.0, classes=3, seed=0):
    rng = np.random.default_rng(seed)
    honest = 2 * rng.normal(size=(rows, classes))
    chances = softmax(honest).cumsum(axis=1)
    return honest * temperature, (rng.random((rows, 1)) > chances[:, :-1]).sum(axis=1)


def test_hand_worked_error_of_two_bins():
    sure = np.array([0.6, 0.6, 0.9, 0.9])
    chances = np.stack([sure, 1 - sure], axis=1)
    targets = np.array([0, 1, 0, 0])  # .5 right where .6 is said, all where .9 is
    assert calibration.ece(chances, targets, 2, "mass") == pytest.approx(0.1)
    assert calibration.ece(chances, targets, 10, "width") == pytest.approx(0.1)
    # One bin from .5 to 1 holds all four rows, and the two gaps cancel.
    assert calibration.ece(chances, targets, 2, "width") == pytest.approx(0)


@pytest.mark.parametrize(("scheme", "strategy"), [("mass", "quantile"), ("width", "uniform")])
def test_bars_agree_with_scikit_learn(scheme, strategy):
    outputs, targets = draw(3000)
    chances = softmax(outputs)
    right = chances.argmax(axis=1) == targets
    share, mean = calibration_curve(right, chances.max(axis=1), n_bins=10, strategy=strategy)
    bars = calibration.reliability(chances, targets, 10, scheme)
    assert [bar.right for bar in bars] == pytest.approx(list(share), abs=0.004)
    assert [bar.confidence for bar in bars] == pytest.approx(list(mean), abs=0.004)
    assert sum(bar.rows for bar in bars) == 3000
    assert all(bar.interval.holds(bar.right) for bar in bars)
    expected = sum(bar.rows * abs(bar.right - bar.confidence) for bar in bars) / 3000
    assert calibration.ece(chances, targets, 10, scheme) == pytest.approx(expected)


def test_expected_error_is_what_calibrated_models_show():
    found = [
        calibration.calibration(softmax(o), t) for o, t in (draw(500, seed=s) for s in range(60))
    ]
    assert np.mean([one.ece for one in found]) > 0.02
    assert np.mean([one.excess for one in found]) == pytest.approx(0, abs=0.003)
    assert 0.35 < np.mean([one.p for one in found]) < 0.65


def test_an_overconfident_model_is_flagged_and_its_error_is_right():
    truth = calibration.ece(softmax(draw(300_000, 1.6)[0]), draw(300_000, 1.6)[1])
    outputs, targets = draw(2000, 1.6)
    found = calibration.calibration(softmax(outputs), targets)
    assert found.p < 0.01
    assert found.corrected == pytest.approx(truth, abs=0.02)
    assert found.excess < found.corrected < found.ece


def test_drawing_bins_as_normal_changes_nothing(monkeypatch):
    outputs, targets = draw(4000)
    exact = calibration.calibration(softmax(outputs), targets)
    monkeypatch.setattr(calibration, "LARGE", 1000)
    normal = calibration.calibration(softmax(outputs), targets)
    assert normal.expected == pytest.approx(exact.expected, rel=0.03)
    assert normal.p == pytest.approx(exact.p, abs=0.05)


def test_fewer_rows_than_bins_still_count():
    found = calibration.calibration(np.array([[0.5, 0.5], [0.2, 0.8]]), np.array([0, 0]))
    assert found.bins == 2
    assert found.ece == pytest.approx(0.65)


def test_temperature_is_found_again():
    outputs, targets = draw(20_000, 1.5)
    assert calibration.fit_temperature(outputs, targets) == pytest.approx(1.5, abs=0.04)
    assert calibration.fit_temperature(outputs / 6, targets) == pytest.approx(0.25, abs=0.01)


def test_temperature_is_the_minimum_of_its_loss():
    outputs, targets = draw(200, 2.0, classes=5)

    def loss(log_temperature):
        cooled = outputs / np.exp(log_temperature)
        even = np.mean([metrics.log_loss(cooled, np.full(200, c)) for c in range(5)])
        return (200 * metrics.log_loss(cooled, targets) + even) / 201

    best = optimize.minimize_scalar(loss, bounds=(-3, 3), method="bounded")
    assert calibration.fit_temperature(outputs, targets) == pytest.approx(np.exp(best.x), rel=1e-3)


def test_a_faultless_model_does_not_become_infinitely_sure():
    targets = np.arange(40) % 2
    outputs = 8.0 * np.eye(2)[targets]
    temperature = calibration.fit_temperature(outputs, targets)
    assert 0.97 < softmax(outputs, temperature).max() < 0.995


def test_outputs_without_a_preference_keep_their_temperature():
    assert calibration.fit_temperature(np.ones((5, 3)), np.zeros(5, int)) == 1.0


def test_a_useless_model_is_cooled_to_the_limit():
    outputs, _ = draw(4000, 3.0, classes=2)
    targets = 1 - outputs.argmax(axis=1)
    assert calibration.fit_temperature(outputs, targets) == pytest.approx(50)


@pytest.mark.parametrize(
    ("chances", "targets", "words"),
    [
        (np.array([[2.0, 1.0]]), [0], "not probabilities"),
        (np.array([[0.5, 0.5]]), [2], "count from 0"),
        (np.array([[0.5, 0.5]]), [0, 1], "do not fit"),
        (np.array([[0.5, np.nan]]), [0], "not finite"),
    ],
)
def test_what_is_no_probability_is_refused(chances, targets, words):
    with pytest.raises(ConfigError, match=words):
        calibration.calibration(chances, np.array(targets))


def test_unknown_schemes_and_no_bins_are_refused():
    chances, targets = np.array([[0.5, 0.5]]), np.array([0])
    with pytest.raises(ConfigError, match="mass, width"):
        calibration.ece(chances, targets, scheme="equal")
    with pytest.raises(ConfigError, match="at least 1"):
        calibration.ece(chances, targets, bins=0)
