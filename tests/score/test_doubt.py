"""Intervals and tests against other people's implementations, printed examples and arithmetic."""

import itertools

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.contingency_tables import mcnemar as peer_mcnemar
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from umbrella.base.errors import ConfigError
from umbrella.score import doubt

COUNTS = [(0, 10), (1, 10), (10, 10), (37, 50), (891, 1000), (34_999, 35_123)]


@pytest.mark.parametrize(("right", "rows"), COUNTS)
@pytest.mark.parametrize("level", [0.5, 0.95, 0.999])
@pytest.mark.parametrize(
    ("ours", "peer"), [(doubt.wilson, "wilson"), (doubt.clopper_pearson, "beta")]
)
def test_proportions_agree_with_statsmodels(ours, peer, level, right, rows):
    low, high = proportion_confint(right, rows, 1 - level, peer)
    found = ours(right, rows, level)
    assert (found.low, found.high) == pytest.approx((low, high), abs=1e-12)


def test_no_rows_leave_a_proportion_open():
    assert (doubt.wilson(0, 0).low, doubt.wilson(0, 0).high) == (0, 1)
    assert (doubt.clopper_pearson(0, 0).low, doubt.clopper_pearson(0, 0).high) == (0, 1)


def test_an_interval_holds_what_lies_inside():
    found = doubt.wilson(89, 100)
    assert found.holds(0.89)
    assert not found.holds(0.5)


@pytest.mark.parametrize(("right", "rows", "level"), [(3, 2, 0.95), (-1, 2, 0.95), (1, 2, 95)])
def test_impossible_counts_and_levels_are_refused(right, rows, level):
    with pytest.raises(ConfigError, match=r"give 0|0\.95 is usual"):
        doubt.wilson(right, rows, level)


@pytest.mark.parametrize(("only_a", "only_b"), [(0, 0), (1, 0), (5, 5), (12, 3), (80, 130)])
def test_mcnemar_agrees_with_statsmodels(only_a, only_b):
    a = np.repeat([True, False, True, False], [only_a, only_b, 20, 7])
    b = np.repeat([False, True, True, False], [only_a, only_b, 20, 7])
    peer = peer_mcnemar([[20, only_a], [only_b, 7]], exact=True).pvalue
    assert doubt.mcnemar(a, b) == pytest.approx(min(peer, 1.0), abs=1e-12)
    assert doubt.mcnemar(a, b) == doubt.mcnemar(b, a)


def test_models_scored_on_different_rows_are_not_compared():
    with pytest.raises(ConfigError, match="same rows"):
        doubt.mcnemar(np.ones(3, bool), np.ones(4, bool))
    with pytest.raises(ConfigError, match="same rows"):
        doubt.paired_p(np.ones(3), np.ones(4))


def test_sign_flips_of_few_rows_are_counted_out():
    a, b = np.array([1.0, 2.5, 0.0, 4.0, 7.0]), np.array([0.5, 1.0, 0.3, 2.0, 7.0])
    d = (a - b)[:4]
    sums = [abs(np.dot(signs, d)) for signs in itertools.product([1, -1], repeat=4)]
    assert doubt.paired_p(a, b) == np.mean(np.array(sums) >= abs(d.sum()) - 1e-9)


def test_many_sign_flips_agree_with_scipy():
    rng = np.random.default_rng(0)
    a = rng.exponential(size=400)
    b = a + rng.normal(0.06, 0.6, 400)
    peer = stats.permutation_test(
        (a, b), lambda x, y: np.mean(x - y), permutation_type="samples", n_resamples=4000, rng=1
    )
    assert 0.005 < peer.pvalue < 0.5  # neither verdict is obvious
    assert doubt.paired_p(a, b) == pytest.approx(peer.pvalue, abs=0.03)


def test_equal_scores_show_no_difference():
    assert doubt.paired_p(np.ones(50), np.ones(50)) == 1.0


def test_copies_of_a_row_in_one_group_prove_nothing_more():
    rng = np.random.default_rng(1)
    a, b = rng.normal(0.4, 1, 12), np.zeros(12)
    once = doubt.paired_p(a, b)
    copied = doubt.paired_p(np.repeat(a, 30), np.repeat(b, 30), np.repeat(np.arange(12), 30))
    assert copied == once
    assert doubt.paired_p(np.repeat(a, 30), np.repeat(b, 30)) < once / 2


def test_bootstrap_agrees_with_scipys_bca():
    rows = np.random.default_rng(2).exponential(size=500)
    rng = np.random.default_rng(3)
    peer = stats.bootstrap((rows,), np.mean, method="BCa", n_resamples=20_000, rng=rng, batch=2000)
    found = doubt.bootstrap(rows, resamples=20_000)
    width = peer.confidence_interval.high - peer.confidence_interval.low
    expected = tuple(peer.confidence_interval)
    assert (found.low, found.high) == pytest.approx(expected, abs=0.03 * width)


def test_any_statistic_may_be_given():
    rows = np.random.default_rng(4).normal(size=300)
    slow = doubt.bootstrap(rows, lambda part: float(np.mean(part)), resamples=2000)
    fast = doubt.bootstrap(rows, resamples=2000)
    assert (slow.low, slow.high) == pytest.approx((fast.low, fast.high), abs=0.012)


def test_few_rows_get_a_wider_interval_than_plain_bca():
    rows = np.random.default_rng(5).normal(size=8)
    rng = np.random.default_rng(6)
    peer = stats.bootstrap((rows,), np.mean, method="BCa", n_resamples=9999, rng=rng)
    found = doubt.bootstrap(rows)
    plain = peer.confidence_interval.high - peer.confidence_interval.low
    assert found.high - found.low > 1.1 * plain


def test_groups_are_drawn_whole():
    rng = np.random.default_rng(7)
    groups = np.repeat(np.arange(20), 25)
    rows = rng.normal(size=20)[groups] + rng.normal(0, 0.1, 500)
    alone, whole = doubt.bootstrap(rows), doubt.bootstrap(rows, groups=groups)
    assert whole.high - whole.low > 3 * (alone.high - alone.low)
    assert "20 groups" in whole.method
    slow = doubt.bootstrap(rows, lambda part: float(part.mean()), groups, resamples=2000)
    assert (slow.low, slow.high) == pytest.approx((whole.low, whole.high), abs=0.1)


def test_bootstrap_repeats_itself():
    rows = np.random.default_rng(8).normal(size=100)
    assert doubt.bootstrap(rows) == doubt.bootstrap(rows)
    assert doubt.bootstrap(rows) != doubt.bootstrap(rows, seed=1)


def test_merging_very_many_rows_keeps_the_interval():
    rows = np.random.default_rng(9).exponential(size=200_000)
    found, error = doubt.bootstrap(rows, resamples=2000), rows.std() / np.sqrt(len(rows))
    expected = (rows.mean() - 1.96 * error, rows.mean() + 1.96 * error)
    assert (found.low, found.high) == pytest.approx(expected, abs=0.15 * error)


def test_one_row_tells_nothing():
    for rows, groups in ((np.ones(1), None), (np.arange(9.0), np.zeros(9))):
        found = doubt.bootstrap(rows, groups=groups)
        assert (found.low, found.high) == (-np.inf, np.inf)
        assert doubt.paired_bound(rows, rows, groups) == -np.inf


@pytest.mark.parametrize("statistic", [None, lambda rows: float(np.mean(rows))])
def test_scores_that_are_no_numbers_are_refused(statistic):
    with pytest.raises(ConfigError, match="1 of 3 scores are not finite"):
        doubt.bootstrap(np.array([1.0, np.nan, 2.0]), statistic)


@pytest.mark.parametrize(
    ("a", "n_a", "b", "n_b"), [(56, 70, 48, 80), (10, 10, 0, 20), (9, 9, 3, 3)]
)
def test_gap_of_two_proportions_agrees_with_statsmodels(a, n_a, b, n_b):
    peer = confint_proportions_2indep(a, n_a, b, n_b, method="newcomb", compare="diff")
    found = doubt.newcombe(a, n_a, b, n_b)
    assert (found.low, found.high) == pytest.approx(peer, abs=1e-9)
    rows = [np.repeat([1.0, 0.0], [x, n - x]) for x, n in ((a, n_a), (b, n_b))]
    assert doubt.difference(*rows) == found


def test_gap_of_two_means_is_close_to_welch():
    rng = np.random.default_rng(10)
    a, b = rng.normal(1.0, 1, 300), rng.normal(0.7, 2, 200)
    peer = stats.ttest_ind(a, b, equal_var=False).confidence_interval()
    found = doubt.difference(a, b)
    assert (found.low, found.high) == pytest.approx(tuple(peer), abs=0.04)
    assert not np.isfinite(doubt.difference(a, b[:1]).low)


def test_tango_agrees_with_a_printed_example():
    """Airway hyper-responsiveness before and after transplantation (Bentur et al. 2009)."""
    found = doubt.paired_difference(1, 7, 21)
    assert (found.low, found.high) == pytest.approx((-0.517, -0.026), abs=5e-4)


@pytest.mark.parametrize(("b", "c", "loss"), [(2, 0, 0.08), (8, 7, 0.65)])
def test_tango_agrees_with_bounds_worked_out_elsewhere(b, c, loss):
    assert 100 * doubt.tango(b, c, 899) == pytest.approx(-loss, abs=0.006)


@pytest.mark.parametrize(("b", "c", "n"), [(0, 0, 50), (3, 9, 100), (9, 3, 100), (0, 39, 40)])
def test_tango_solves_the_score_equation_of_the_constrained_likelihood(b, c, n):
    """Independently: maximise the likelihood on a grid, and look where the statistic meets z."""
    bound = doubt.tango(b, c, n)
    lost = np.linspace(max(0.0, -bound), (1 - bound) / 2, 400_001)[1:-1]
    same = np.maximum(1 - 2 * lost - bound, 1e-300)
    loglik = stats.binom.logpmf(0, 0, 0.5) + (n - b - c) * np.log(same)
    loglik += c * np.log(lost) + b * np.log(np.maximum(lost + bound, 1e-300))
    best = lost[np.argmax(loglik)]
    error = np.sqrt(n * (2 * best + bound - bound**2))
    assert (b - c - n * bound) / error == pytest.approx(1.6449, abs=2e-3)


def test_tango_mirrors_when_the_models_change_places():
    there, back = doubt.paired_difference(9, 4, 60), doubt.paired_difference(4, 9, 60)
    assert (there.low, there.high) == pytest.approx((-back.high, -back.low))
    assert doubt.tango(9, 4, 60, 0.975) == pytest.approx(there.low)


def test_a_model_that_loses_or_gains_every_row_has_a_bound():
    assert doubt.tango(0, 40, 40) == -1
    assert 0.8 < doubt.tango(40, 0, 40) < 1


@pytest.mark.parametrize(("n", "points"), [(100, 2.63), (360, 0.75), (500, 0.54), (2000, 0.14)])
def test_best_provable_margin_is_tangos_bound_without_a_change(n, points):
    assert 100 * doubt.best_provable(n) == pytest.approx(points, abs=0.005)
    assert doubt.tango(0, 0, n) == pytest.approx(-doubt.best_provable(n))


def test_counts_that_do_not_fit_prove_nothing():
    with pytest.raises(ConfigError, match="b \\+ c ≤ n"):
        doubt.tango(5, 6, 10)
    with pytest.raises(ConfigError, match="at least one row"):
        doubt.best_provable(0)


def test_paired_bound_is_close_to_students():
    rng = np.random.default_rng(11)
    old = rng.normal(size=400)
    new = old + rng.normal(-0.01, 0.2, 400)
    peer = stats.ttest_rel(new, old).confidence_interval(0.90).low
    assert doubt.paired_bound(new, old) == pytest.approx(peer, abs=0.002)


def test_an_unchanged_score_is_not_proof_without_end():
    old = np.linspace(0, 4, 50)
    assert doubt.paired_bound(old, old) == pytest.approx(-4 * doubt.best_provable(50))
