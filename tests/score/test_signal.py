"""Direction, rank correlation by date, and forecasts that are yesterday's value."""

import numpy as np
import pytest
from scipy import stats

from umbrella.base.errors import ConfigError
from umbrella.score import signal


def test_direction_stands_beside_the_commoner_one():
    last = np.array([1.0, 1, 1, 1, 1, 1])
    truth = np.array([2.0, 2, 2, 0, 1, np.nan])
    guess = np.array([3.0, 0, 1, 0.5, 9, 9])
    found = signal.direction(guess, truth, last)
    # right, wrong, half, right; the one that stayed and the unknown one are left out
    assert found == signal.Direction(2.5 / 4, 0.75, 0.75, 4)


def test_the_last_value_knows_no_direction():
    rng = np.random.default_rng(0)
    last = rng.normal(size=(200, 3))
    found = signal.direction(last, last + rng.normal(size=(200, 3)), last)
    assert found.share == 0.5
    assert signal.direction(np.ones(2), np.ones(2), np.ones(2)).rows == 0


def test_rank_correlations_agree_with_scipy_on_every_date():
    rng = np.random.default_rng(2)
    dates = rng.integers(0, 30, 600)
    truth = rng.integers(0, 5, 600).astype(float)  # ties
    guess = np.round(truth + rng.normal(0, 4, 600), 0)
    guess[5] = np.nan
    keep = ~np.isnan(guess)
    peer = [
        stats.spearmanr(guess[keep & (dates == d)], truth[keep & (dates == d)]).statistic
        for d in range(30)
    ]
    found = signal.by_date_ranks(guess, truth, dates)
    np.testing.assert_allclose(found, peer, atol=1e-12)
    whole = signal.information_coefficient(guess, truth, dates)
    t = stats.ttest_1samp(peer, 0)
    assert whole.mean == pytest.approx(np.mean(peer))
    # Diebold and Mariano's with divisor n and their correction is Student's t for h = 1.
    assert whole.t == pytest.approx(t.statistic)
    assert whole.p >= t.pvalue


def test_dates_that_cannot_rank_are_left_out():
    dates = np.array([0, 0, 1, 1, 1, 2, 2, 2])
    guess = np.array([1.0, 2, 1, 2, 3, 5, 5, 5])
    found = signal.by_date_ranks(guess, np.arange(8.0), dates)
    np.testing.assert_array_equal(found, [1.0])  # two series; a ranking; all the same
    none = signal.information_coefficient(guess[:2], guess[:2], dates[:2])
    assert none.dates == 0
    assert none.p == 1


def test_a_correlation_is_found_and_chance_is_not():
    rng = np.random.default_rng(3)
    dates = np.repeat(np.arange(250), 40)
    truth = rng.normal(size=10_000)
    assert signal.information_coefficient(truth + rng.normal(0, 9, 10_000), truth, dates).p < 1e-3
    assert signal.information_coefficient(rng.normal(size=10_000), truth, dates).p > 0.01


def walk(strength, n=2000, seed=0):
    rng = np.random.default_rng(seed)
    changes = rng.standard_normal(n)
    for step in range(1, n):
        changes[step] += strength * changes[step - 1]
    return 100 + changes.cumsum()


def smooth(level, share=0.6):
    found = level.copy()
    for step in range(1, len(level)):
        found[step] = share * level[step] + (1 - share) * found[step - 1]
    return found


def test_yesterdays_value_is_seen():
    level = walk(0.0)
    last, truth = level[:-1], level[1:]
    exact = signal.lag_test(last, truth, last)
    assert exact.copy
    assert exact.behind == pytest.approx(1.0)
    assert abs(exact.ahead) < 0.1
    assert exact.known == 0
    lagged = signal.lag_test(smooth(level)[:-1], truth, last)
    assert lagged.copy
    assert lagged.back < -0.6  # it runs behind every change


def test_real_knowledge_is_no_copy():
    level = walk(0.3)
    last, truth = level[1:-1], level[2:]
    drawn = last + 0.3 * (last - level[:-2])
    found = signal.lag_test(drawn, truth, last)
    assert not found.copy
    assert found.known == pytest.approx(0.3, abs=0.07)
    assert found.p < 1e-6
    perfect = signal.lag_test(truth, truth, last)
    assert not perfect.copy
    assert perfect.ahead == pytest.approx(1.0)


def test_noise_is_no_copy_either():
    level = walk(0.0)
    noise = level[:-1] + np.random.default_rng(1).normal(0, 30, 1999)
    assert not signal.lag_test(noise, level[1:], level[:-1]).copy


def test_steps_between_series_are_not_steps():
    level = walk(0.0, 400)
    series = np.repeat([0, 1], 399)
    last = np.concatenate([level[:-1], 1e6 + level[:-1]])
    truth = np.concatenate([level[1:], 1e6 + level[1:]])
    found = signal.lag_test(last, truth, last, series)
    assert found.rows == 2 * 398
    assert abs(found.ahead) < 0.15
    assert signal.lag_test(last, truth, last).ahead > 0.9  # the jump alone


def test_shapes_that_differ_are_refused():
    with pytest.raises(ConfigError, match="one"):
        signal.lag_test(np.ones(3), np.ones(3), np.ones(2))
    with pytest.raises(ConfigError, match="one"):
        signal.information_coefficient(np.ones(3), np.ones(3), np.ones(2))
    with pytest.raises(ConfigError, match="one"):
        signal.direction(np.ones(3), np.ones(2), 0)


def test_series_that_move_as_one_count_once():
    rng, series, dates = np.random.default_rng(3), 40, 60
    together = rng.normal(size=dates + 2).cumsum()  # of one date all series are almost the same
    level = np.stack([together + 1e-3 * rng.normal(size=dates + 2).cumsum() for _ in range(series)])
    guess = rng.normal(0, 0.3, dates)
    p = {}
    for drawn in (None, np.tile(np.arange(dates), series)):
        last, truth = level[:, :-2].ravel(), level[:, 1:-1].ravel()
        names = np.repeat(np.arange(series), dates)
        forecast = last + np.tile(guess, series)
        p[drawn is None] = signal.lag_test(forecast, truth, last, names, dates=drawn).p
    assert min(p[True], 1 - p[True]) < min(p[False], 1 - p[False])
