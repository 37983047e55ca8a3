"""Block bootstrap: lengths against arch's figures, draws against their definition, intervals."""

import numpy as np
import pytest

from umbrella.base.errors import ConfigError
from umbrella.score import blocks
from umbrella.score.diebold import mean_test


def autoregressive(strength, n, seed=7):
    shocks, found = np.random.default_rng(seed).standard_normal(n), np.zeros(n)
    for step in range(n):
        found[step] = shocks[step] + (strength * found[step - 1] if step else 0.0)
    return found


# arch 8.0.0, optimal_block_length(...): stationary, circular
ARCH = [
    (0.0, 3000, 1.498874, 1.715783),
    (0.5, 60, 6.761735, 7.740255),
    (0.5, 500, 8.23961, 9.431999),
    (0.8, 500, 20.613498, 23.596565),
    (0.8, 3000, 32.165721, 36.820559),
    (-0.4, 500, 11.63891, 13.323226),
]


@pytest.mark.parametrize(("strength", "n", "stationary", "circular"), ARCH)
def test_lengths_agree_with_arch(strength, n, stationary, circular):
    x = autoregressive(strength, n)
    assert blocks.block_length(x) == pytest.approx(stationary, rel=1e-6)
    assert blocks.block_length(x, "circular") == pytest.approx(circular, rel=1e-6)


def test_lengths_stay_within_their_limits():
    assert blocks.block_length(np.ones(100)) == 1
    assert blocks.block_length(np.arange(3.0)) == 1
    walks = np.random.default_rng(0).normal(size=(200, 60)).cumsum(axis=1)
    assert max(map(blocks.block_length, walks)) == 20  # n / 3
    assert 1 <= blocks.block_length(autoregressive(0.0, 60)) < 2


@pytest.mark.parametrize("kind", blocks.KINDS)
def test_draws_are_runs_of_neighbours_of_the_asked_length(kind):
    drawn = np.concatenate(list(blocks.draws(200, 8.0, kind, 500, 0)))
    assert drawn.shape == (500, 200)
    follows = (drawn[:, 1:] - drawn[:, :-1]) % 200 == 1
    share = 1 - follows.mean()
    assert share == pytest.approx(1 / 8, abs=0.008)
    assert drawn.min() == 0
    assert drawn.max() == 199
    np.testing.assert_allclose(np.bincount(drawn.ravel()) / 500, 1, atol=0.25)  # all alike
    if kind == "circular":
        broken = np.flatnonzero(~follows.all(axis=0)) + 1
        assert (broken % 8 == 0).all()


def test_the_same_seed_draws_the_same_interval():
    x = autoregressive(0.5, 120)
    assert blocks.block_mean(x, seed=1) == blocks.block_mean(x, seed=1)
    assert blocks.block_mean(x, seed=1) != blocks.block_mean(x, seed=2)


def test_dependence_widens_the_interval():
    x = autoregressive(0.8, 600)
    found = blocks.block_mean(x)
    shuffled = blocks.block_mean(np.random.default_rng(0).permutation(x))
    # A mean of AR .8 has a spread √((1 + .8) / (1 - .8)) = 3 times that of independent rows.
    assert (found.high - found.low) / (shuffled.high - shuffled.low) == pytest.approx(3, rel=0.3)
    assert found.holds(x.mean())


def test_a_mean_and_its_test_agree():
    x = autoregressive(0.3, 300)
    x -= x.mean()
    found = blocks.block_mean(x, level=0.95)
    for shift, sure in ((0.9, False), (1.1, True)):  # both sides of the interval's end
        test = mean_test(x + shift * found.high)
        assert (test.p < 0.05) == sure
    assert found.high > blocks.block_mean(x, level=0.5).high > 0


def test_whole_dates_are_drawn():
    x, dates = autoregressive(0.5, 150), np.arange(150)
    alone = blocks.block_mean(x)
    order = np.random.default_rng(0).permutation(1500)
    many = blocks.block_mean(np.tile(x, 10)[order], dates=np.tile(dates, 10)[order])
    assert (many.low, many.high) == pytest.approx((alone.low, alone.high))
    loop = blocks.block_statistic(
        np.tile(x, 10)[order], np.mean, dates=np.tile(dates, 10)[order], length=5.0, resamples=300
    )
    same = blocks.block_statistic(x, np.mean, length=5.0, resamples=300)
    assert loop.high - loop.low == pytest.approx(same.high - same.low, rel=0.02)


def test_a_ratio_is_the_ratio_of_its_halves():
    b = 20 + autoregressive(0.5, 400, 1)
    a = 0.5 * b + 0.01 * autoregressive(0.5, 400, 2)
    found = blocks.block_mean(a, b)
    assert found.holds(0.5)
    assert found.high - found.low < 0.001  # the halves move together
    assert blocks.block_mean(3 * a, a).low == pytest.approx(3)


def test_any_statistic_of_columns():
    rng = np.random.default_rng(3)
    rows = rng.normal(0.1, 1.0, (300, 2))
    found = blocks.block_statistic(rows, lambda r: r[:, 0].mean() / r[:, 1].std(), resamples=400)
    assert found.holds(0.1)
    assert 0.1 < found.high - found.low < 0.5


def test_few_dates_answer_nothing_and_an_empty_ratio_is_refused():
    assert blocks.block_mean(np.arange(20.0), length=6.0).high == np.inf
    assert blocks.block_statistic(np.arange(20.0), np.mean, length=6.0).low == -np.inf
    with pytest.raises(ConfigError, match="adds up to nothing"):
        blocks.block_mean(np.ones(9), np.zeros(9))
    with pytest.raises(ConfigError, match="Choose one of"):
        blocks.block_mean(np.arange(9.0), kind="moving")
    with pytest.raises(ConfigError, match="one each"):
        blocks.block_mean(np.ones(9), dates=np.ones(8))
    with pytest.raises(ConfigError, match="not finite"):
        blocks.block_mean(np.array([1.0, np.nan]))
    with pytest.raises(ConfigError, match="is usual"):
        blocks.block_mean(np.arange(99.0) % 7, length=2.0, level=95)


def test_what_never_varies_has_no_width():
    found = blocks.block_mean(np.full(40, 2.5))
    assert (found.low, found.high) == (2.5, 2.5)
