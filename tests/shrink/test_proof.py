"""Non-inferiority: accepted only when the rows show it, over all looks together."""

import numpy as np
import pytest

from umbrella.base.errors import BudgetError
from umbrella.score import doubt
from umbrella.shrink.proof import best_margin, changed_share, level_of, prove, too_few
from umbrella.tasks.classify import Classify
from umbrella.tasks.forecast import Forecast
from umbrella.tasks.multilabel import Multilabel
from umbrella.tasks.regress import Regress

TASK = Classify(("a", "b"))
SETS = Multilabel(("a", "b", "c"))
RIGHT = np.ones(1000)


def test_the_same_answers_prove_the_best_margin():
    proof = prove(TASK, RIGHT, RIGHT, 0.01, 1)
    assert proof.accepted
    assert proof.change == 0
    assert -proof.bound == pytest.approx(best_margin(TASK, 1000, 1), abs=1e-4)


def test_a_clear_loss_is_refused():
    worse = RIGHT.copy()
    worse[:40] = 0
    proof = prove(TASK, RIGHT, worse, 0.01, 1)
    assert not proof.accepted
    assert (proof.gained, proof.lost) == (0, 40)
    assert proof.change == pytest.approx(-0.04)


def test_gains_do_not_hide_changes():
    old, new = RIGHT.copy(), RIGHT.copy()
    old[:100], new[100:200] = 0, 0  # 100 won, 100 lost: as good, but shakily so
    assert prove(TASK, old, new, 0.01, 1).bound < prove(TASK, RIGHT, RIGHT, 0.01, 1).bound - 0.01


def test_each_further_look_must_be_surer_and_all_together_keep_the_error():
    assert sum(1 - level_of(look) for look in range(1, 60)) <= 0.05
    worse = RIGHT.copy()
    worse[:3] = 0
    bounds = [prove(TASK, RIGHT, worse, 0.01, look).bound for look in (1, 2, 3)]
    assert bounds == sorted(bounds, reverse=True)


def test_a_model_at_the_margin_is_accepted_at_most_as_often_as_promised():
    rng = np.random.default_rng(0)
    accepted = 0
    for _ in range(400):
        old = (rng.random(600) < 0.9).astype(float)
        lost = (rng.random(600) < 0.03 / 0.9) & (old > 0)  # a true drop of three points
        accepted += prove(TASK, old, np.where(lost, 0.0, old), 0.03, 1).accepted
    assert accepted / 400 <= 0.025 + 3 * np.sqrt(0.025 * 0.975 / 400)


def test_copies_of_a_row_are_not_counted_as_witnesses():
    old, new = np.ones(1000), np.ones(1000)
    new[:10] = 0
    units = np.repeat(np.arange(100), 10)
    alone = prove(TASK, old, new, 0.05, 1).bound
    together = prove(TASK, old, new, 0.05, 1, units).bound
    assert together < alone - 0.01
    same = prove(TASK, old, old, 0.05, 1, units).bound
    assert same == pytest.approx(doubt.tango(0, 0, 100, level_of(1)))


def test_errors_are_compared_as_a_share_of_the_old_error():
    rng = np.random.default_rng(1)
    old = np.abs(rng.normal(size=2000))
    task = Regress(0, 1)
    assert prove(task, old, old * 1.01, 0.05, 1).accepted
    assert not prove(task, old, old * 1.10, 0.05, 1).accepted
    assert changed_share(task, old, old * 1.1) == pytest.approx(0.1, rel=1e-6)
    assert best_margin(task, 2000, 1) is None


def test_units_count_for_what_they_are_worth_whatever_their_size():
    units = np.concatenate([np.repeat(np.arange(10), 50), np.arange(10, 510)])
    same = prove(TASK, np.ones(1000), np.ones(1000), 0.01, 1, units)
    assert not same.accepted  # 1000 rows, 510 units, worth 39 rows
    assert -same.bound > 0.05


def test_models_that_fail_whole_groups_are_seldom_accepted():
    rng = np.random.default_rng(3)
    units = np.concatenate([np.repeat(np.arange(10), 50), np.arange(10, 510)])
    accepted = 0
    for _ in range(100):
        lost = np.isin(units, np.flatnonzero(rng.random(10) < 0.05))  # a true drop of 2.5 points
        accepted += prove(TASK, np.ones(1000), 1.0 - lost, 0.01, 1, units).accepted
    assert accepted <= 8


def test_three_rows_prove_nothing_about_errors():
    three = np.array([1.0, 2.0, 3.0])
    assert not prove(Regress(0, 1), three, three, 0.05, 1).accepted


def test_looks_end_before_the_level_can_no_longer_be_told_from_one():
    with pytest.raises(BudgetError, match="looked at 20 times"):
        best_margin(TASK, 1000, 21)


def f1_scores(rows, seed=0):
    """Scores of sets of labels: between right and wrong too."""
    return np.random.default_rng(seed).choice([0.0, 0.5, 2 / 3, 1.0], rows, p=[0.1, 0.2, 0.2, 0.5])


def test_scores_between_right_and_wrong_are_held_to_the_same_margin():
    old = f1_scores(800)
    same = prove(SETS, old, old, 0.02, 1)
    assert same.accepted
    assert (same.gained, same.lost, same.change) == (None, None, 0)
    assert -same.bound == pytest.approx(best_margin(SETS, 800, 1))
    worse = np.where(np.arange(800) % 8 == 0, 0.0, old)
    found = prove(SETS, old, worse, 0.02, 1)
    assert not found.accepted
    assert found.bound < found.change == pytest.approx((worse - old).mean())
    assert changed_share(SETS, old, worse) == pytest.approx(np.abs(worse - old).mean())


def test_sets_at_the_margin_are_accepted_at_most_as_often_as_promised():
    rng = np.random.default_rng(0)
    accepted = 0
    for seed in range(200):
        old = f1_scores(500, seed)
        lost = rng.random(500) < 0.04 / 0.733  # a true drop of four points
        accepted += prove(SETS, old, np.where(lost, 0.0, old), 0.04, 1).accepted
    assert accepted / 200 <= 0.025 + 3 * np.sqrt(0.025 * 0.975 / 200)


def test_copies_of_a_row_with_several_labels_are_not_counted_as_witnesses():
    old = np.repeat(f1_scores(100), 10)
    new = np.where(np.arange(1000) < 20, 0.0, old)
    units = np.repeat(np.arange(100), 10)
    assert prove(SETS, old, new, 0.05, 1, units).bound < prove(SETS, old, new, 0.05, 1).bound


def forecasts_at_the_margin(seed, origins=600, horizon=10):
    """Errors of a large and a small model whose true drop is a tenth; windows of neighbouring
    origins share all steps but one, and so do the errors.
    """
    rng = np.random.default_rng(seed)
    off = np.convolve(rng.normal(size=origins + horizon - 1), np.ones(horizon), "valid")
    old = np.exp(0.1 * rng.normal(size=origins))
    return old, 1.1 * old + 0.1 * off


def test_windows_that_overlap_are_no_independent_witnesses():
    accepted = dict.fromkeys(("forecast", "regress"), 0)
    for seed in range(16):
        old, new = forecasts_at_the_margin(seed)
        for task in (Forecast(10), Regress(0, 1)):
            accepted[task.name] += prove(task, old, new, 0.1, 1).accepted
    assert accepted["forecast"] <= 1  # one in forty is promised
    assert accepted["regress"] >= 3  # as rows that know nothing of each other they would pass


def test_series_of_one_moment_are_one_witness_of_a_smaller_forecaster():
    old, new = forecasts_at_the_margin(3, horizon=1)
    moments = np.repeat(np.arange(600), 5)
    alone = prove(Forecast(1), old, new, 0.3, 1).bound
    together = prove(Forecast(1), np.repeat(old, 5), np.repeat(new, 5), 0.3, 1, moments).bound
    assert together == pytest.approx(alone, abs=1e-3)


def test_too_few_moments_prove_nothing_of_forecasts_and_say_so_first():
    assert too_few(Forecast(10), 49, None)
    assert not too_few(Forecast(10), 50, None)
    assert too_few(Forecast(10), 490, np.repeat(np.arange(49), 10))
    assert not too_few(Regress(0, 1), 49, None)
