"""The Diebold-Mariano test against the formula, statsmodels and its own promises."""

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.sandwich_covariance import S_hac_simple

from umbrella.base.errors import ConfigError
from umbrella.score import diebold


def losses(n=120, gain=0.3, seed=0):
    rng = np.random.default_rng(seed)
    a = rng.exponential(size=n)
    return a, a + rng.normal(gain, 1.0, n)


def by_hand(d, h):
    """Harvey, Leybourne and Newbold 1997, equations 5, 8 and 9, term by term."""
    n, mean = len(d), np.mean(d)
    gamma = [sum((d[t] - mean) * (d[t - k] - mean) for t in range(k, n)) / n for k in range(h)]
    variance = (gamma[0] + 2 * sum(gamma[1:])) / n
    return mean / np.sqrt(variance) * np.sqrt((n + 1 - 2 * h + h * (h - 1) / n) / n)


@pytest.mark.parametrize("h", [1, 2, 5])
def test_the_statistic_is_the_printed_formula(h):
    a, b = losses()
    assert diebold.diebold_mariano(a, b, h).statistic == pytest.approx(by_hand(a - b, h))


def test_one_step_ahead_the_statistic_is_students_t():
    a, b = losses()
    found, peer = diebold.diebold_mariano(a, b), stats.ttest_rel(a, b)
    assert found.statistic == pytest.approx(peer.statistic)
    assert found.p >= peer.pvalue  # the more cautious of two tests
    assert found.mean == pytest.approx(np.mean(a - b))


def test_bartletts_weights_agree_with_statsmodels_where_plain_ones_fail():
    d = np.tile([1.0, -1.0], 30) + 0.01 * np.random.default_rng(1).normal(size=60)
    gamma = diebold.autocovariances(d, 1)
    assert gamma[0] + 2 * gamma[1] < 0
    peer = S_hac_simple(d[:, None] - d.mean(), nlags=1)[0, 0] / 60
    assert diebold.overlap_variance(d, 2) == pytest.approx(peer)
    assert np.isfinite(diebold.mean_test(d, 2).p)


def test_all_slow_waves_together_hold_the_whole_variance():
    x = np.random.default_rng(2).normal(size=50)
    assert diebold.wave_variance(x, 49) * 49 == pytest.approx(50 * np.var(x))  # Parseval


def test_sides_add_up_and_turn_with_the_order():
    a, b = losses(gain=0.5)
    one, other = diebold.diebold_mariano(a, b, 3), diebold.diebold_mariano(b, a, 3)
    assert one.p_better == pytest.approx(other.p_worse)
    assert one.p == pytest.approx(other.p) == pytest.approx(2 * one.p_better)
    assert one.p_better < 0.05 < one.p_worse


def test_a_panel_counts_dates_and_not_rows():
    a, b = losses(60, 0.25)
    dates = np.arange(60)
    alone = diebold.diebold_mariano(a, b, dates=dates)
    rng = np.random.default_rng(5)
    order = rng.permutation(600)
    many = diebold.diebold_mariano(
        np.tile(a, 10)[order], np.tile(b, 10)[order], dates=np.tile(dates, 10)[order]
    )
    assert many == alone  # ten copies of a series are no more evidence
    assert many.dates == 60


def test_unknown_losses_are_left_out_of_both():
    a, b = losses(40)
    c = a.copy()
    c[3] = np.nan
    assert diebold.diebold_mariano(c, b) == diebold.diebold_mariano(
        np.delete(a, 3), np.delete(b, 3)
    )
    dates = np.repeat(np.arange(20), 2)
    c[:2] = np.nan
    assert diebold.diebold_mariano(c, b, dates=dates).dates == 19


@pytest.mark.parametrize(("n", "h"), [(0, 1), (9, 1), (99, 20)])
def test_too_few_dates_tell_nothing(n, h):
    found = diebold.mean_test(np.arange(float(n)) + 5, h)
    assert (found.p, found.p_better, found.p_worse, found.note) == (1, 1, 1, "too few")


def test_equal_and_constant_differences():
    ones = np.ones(50)
    same = diebold.diebold_mariano(ones, ones)
    assert (same.p, same.p_better, same.note) == (1.0, 1.0, "equal")
    less = diebold.diebold_mariano(ones, 2 * ones)
    assert (less.p, less.p_better, less.p_worse, less.note) == (0.0, 0.0, 1.0, "constant")
    more = diebold.diebold_mariano(2 * ones, ones)
    assert (more.p_better, more.p_worse) == (1.0, 0.0)


def test_dependence_leaves_fewer_waves():
    rng = np.random.default_rng(3)
    plain = rng.normal(size=400)
    lasting = plain.cumsum()
    assert diebold.wave_count(plain) == int(0.4 * 400 ** (2 / 3))
    assert diebold.wave_count(lasting) == 2
    assert diebold.wave_count(plain, 20) == 10  # half a wave a window


def test_wrong_shapes_and_infinite_losses_are_refused():
    with pytest.raises(ConfigError, match="one loss an origin"):
        diebold.diebold_mariano(np.ones(3), np.ones(4))
    with pytest.raises(ConfigError, match="finite"):
        diebold.diebold_mariano(np.full(20, np.inf), np.ones(20))
    with pytest.raises(ConfigError, match="at least 1"):
        diebold.mean_test(np.ones(20), 0)
    with pytest.raises(ConfigError, match="one each"):
        diebold.by_date(np.ones(3), np.ones(2))


@pytest.mark.parametrize("h", [1, 8])
def test_the_limit_of_a_mean_is_where_the_test_turns(h):
    values = 0.2 + np.convolve(np.random.default_rng(4).normal(size=300 + h), np.ones(h) / h)[:300]
    found = diebold.mean_test(values, h)
    assert diebold.mean_bound(values, h, 1 - found.p_worse) == pytest.approx(0, abs=1e-9)
    assert diebold.mean_bound(values, h, 0.999) < diebold.mean_bound(values, h, 0.9) < values.mean()


def test_too_few_dates_bound_nothing_and_equal_ones_are_their_own_limit():
    assert diebold.mean_bound(np.ones(49), 10) == -np.inf
    assert diebold.mean_bound(np.ones(50), 10) == 1.0


def test_few_dates_are_few_by_one_rule():
    assert [diebold.needed(h) for h in (1, 2, 3, 12)] == [10, 10, 15, 60]
    rng = np.random.default_rng(0)
    for h in (1, 3, 12):
        least = diebold.needed(h)
        assert diebold.mean_test(rng.normal(size=least - 1), h).few
        assert not diebold.mean_test(rng.normal(size=least), h).few


def test_windows_are_compared_by_students_t_of_their_means():
    rng = np.random.default_rng(1)
    a, b = rng.normal(0, 1, 60), rng.normal(0.4, 1, 60)
    means = (a - b).reshape(5, 12).mean(axis=1)
    expected = stats.ttest_1samp(means, 0, alternative="less").pvalue
    assert diebold.windows_better(a, b, 5) == pytest.approx(expected)
    assert diebold.windows_better(b, a, 5) == pytest.approx(1 - expected)
    assert diebold.windows_better(a, a, 5) == 1.0
    assert diebold.windows_better(a - 1, a, 5) == 0.0
