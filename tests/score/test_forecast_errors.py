"""Errors of forecasts against arithmetic by hand and other people's implementations."""

import numpy as np
import pytest
from sklearn.metrics import mean_pinball_loss

from umbrella.base.errors import ConfigError
from umbrella.score import forecast

NAN = np.nan
TRUTH = np.array([[2.0, 4.0], [1.0, NAN], [NAN, NAN]])
GUESS = np.array([[1.0, 7.0], [3.0, 5.0], [0.0, 0.0]])


def test_unknown_cells_count_for_nothing():
    assert forecast.mae(GUESS, TRUTH) == (1 + 3 + 2) / 3
    assert forecast.rmse(GUESS, TRUTH) == pytest.approx(np.sqrt((1 + 9 + 4) / 3))
    found = forecast.row_errors(GUESS, TRUTH, "squared")
    np.testing.assert_array_equal(found, [5.0, 4.0, NAN])


def test_nothing_known_is_no_score():
    assert np.isnan(forecast.mae(GUESS[2:], TRUTH[2:]))
    assert np.isnan(forecast.skill(GUESS[2:], TRUTH[2:], GUESS[2:]))
    assert forecast.coverage(GUESS[2:], GUESS[2:], TRUTH[2:]).cells == 0


def test_scales_are_seasonal_changes_of_each_series_alone():
    values = np.array([1.0, 5, 2, 7, 100, 100, 103, NAN, 4, 4, 4])
    absolute, squared = forecast.naive_scales(values, np.array([0, 4, 8, 11]), season=2)
    np.testing.assert_allclose(absolute[:2], [(1 + 2) / 2, 3.0])
    np.testing.assert_allclose(squared[:2], [(1 + 4) / 2, 9.0])
    assert np.isnan(absolute[2])  # it never changes
    assert np.isnan(squared[2])


def test_a_series_shorter_than_its_season_is_scaled_by_its_steps():
    absolute, _ = forecast.naive_scales(np.array([1.0, 2, 4, 9]), np.array([0, 3, 4]), season=7)
    assert absolute[0] == 1.5
    assert np.isnan(absolute[1])  # one value has no change


def test_a_constant_series_with_rounding_has_no_scale():
    values = 0.1 + 0.2 * np.ones(50)
    values[::2] += 5e-17
    assert np.isnan(forecast.naive_scales(values * 1e6, np.array([0, 50]))[0][0])


def test_scaled_errors_by_hand():
    guess, truth = np.array([[1.0, 2.0], [5.0, 5.0]]), np.array([[2.0, 4.0], [5.0, 7.0]])
    scales = np.array([2.0, 1.0])
    assert forecast.mase(guess, truth, scales) == pytest.approx((1.5 / 2 + 1.0 / 1) / 2)
    by_hand = (np.sqrt(2.5 / 4) + np.sqrt(2.0)) / 2
    assert forecast.rmsse(guess, truth, scales**2) == pytest.approx(by_hand)
    alone = forecast.mase(guess, truth, np.array([2.0, NAN]))
    assert alone == 0.75  # a series without a scale is left out


def test_the_seasonal_naive_scores_one_on_its_own_rows():
    rng = np.random.default_rng(0)
    series = rng.normal(size=400).cumsum()
    scale = forecast.naive_scales(series, np.array([0, 400]), season=12)
    truth, naive = series[12:, None], series[:-12, None]
    assert forecast.mase(naive, truth, np.full(388, scale[0][0])) == pytest.approx(1.0)


def test_percentages_stay_between_zero_and_two_hundred():
    guess, truth = np.array([[0.0, 1.0, 110.0]]), np.array([[0.0, -1.0, 90.0]])
    assert forecast.smape(guess[:, :1], truth[:, :1]) == 0
    assert forecast.smape(guess[:, 1:2], truth[:, 1:2]) == 200
    assert forecast.smape(guess, truth) == pytest.approx((0 + 200 + 20) / 3)


def test_overall_average_of_naive2_is_one_and_half_the_error_is_half():
    truth = np.array([[10.0, 10.0], [20.0, 20.0]])
    naive, scales = truth + 1e-3, np.ones(2)
    assert forecast.owa(naive, truth, naive, scales) == 1.0
    assert forecast.owa(truth + 5e-4, truth, naive, scales) == pytest.approx(0.5, abs=1e-4)
    assert np.isnan(forecast.owa(naive, truth, truth, scales))


def test_skill_is_the_gain_over_a_reference():
    truth = np.array([[1.0, 2.0, 3.0]])
    last = np.zeros((1, 3))
    assert forecast.skill(truth, truth, last) == 1
    assert forecast.skill(last, truth, last) == 0
    assert forecast.skill(truth / 2, truth, last) == pytest.approx(0.75)
    assert forecast.skill(-truth, truth, last) == -3
    partly = np.array([[0.0, NAN, 0.0]])
    assert forecast.skill(np.array([[1.0, 99.0, 0.0]]), truth, partly) == pytest.approx(0.1)
    assert forecast.skill(truth, truth, truth) == 0
    assert forecast.skill(last, truth, truth) == -np.inf


def test_pinball_agrees_with_scikit_learn():
    rng = np.random.default_rng(1)
    truth, levels = rng.normal(size=(50, 3)), np.array([0.1, 0.5, 0.9])
    quantiles = rng.normal(size=(50, 3, 3))
    peer = [
        mean_pinball_loss(truth.ravel(), quantiles[:, :, i].ravel(), alpha=a)
        for i, a in enumerate(levels)
    ]
    assert forecast.pinball(quantiles, truth, levels) == pytest.approx(np.mean(peer))
    truth[3, 1] = NAN
    rows = forecast.row_pinball(quantiles, truth, levels)
    assert np.isfinite(rows).all()
    half = forecast.row_pinball(quantiles[:, :, 1:2], truth, levels[1:2])
    np.testing.assert_allclose(half, forecast.row_errors(quantiles[:, :, 1], truth) / 2)


def test_coverage_tells_the_sides_apart():
    low, high = np.zeros((1, 5)), np.full((1, 5), 2.0)
    found = forecast.coverage(low, high, np.array([[-1.0, 0.0, 2.0, 3.0, NAN]]))
    assert found == forecast.Coverage(0.5, 0.25, 0.25, 2.0, 4)
    wide = forecast.coverage(low, np.full((1, 5), np.inf), np.array([[1.0, 9, 9, 9, 9]]))
    assert (wide.share, wide.width) == (1.0, np.inf)


@pytest.mark.parametrize(
    "call",
    [
        lambda: forecast.mae(np.ones(3), np.ones(3)),
        lambda: forecast.mae(np.ones((3, 1)), np.ones((3, 2))),
        lambda: forecast.row_errors(GUESS, TRUTH, "cubed"),
        lambda: forecast.mase(GUESS, TRUTH, np.ones(2)),
        lambda: forecast.naive_scales(np.ones(4), np.array([0, 3])),
        lambda: forecast.naive_scales(np.ones(4), np.array([0, 4]), season=0),
        lambda: forecast.pinball(np.ones((2, 2, 1)), np.ones((2, 2)), np.array([1.5])),
    ],
)
def test_what_does_not_fit_is_refused_with_the_shapes_allowed(call):
    with pytest.raises(ConfigError, match=r"Give|Choose"):
        call()
