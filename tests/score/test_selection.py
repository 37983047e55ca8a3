"""Best of K and the choice of a rung; the bias itself is measured in bench/honesty/best_of.py."""

import time

import numpy as np
import pytest

from umbrella.base.errors import ConfigError
from umbrella.score import doubt
from umbrella.score.selection import best_of, choose


def coins(looks, rows, share=0.8, seed=0):
    return (np.random.default_rng(seed).random((looks, rows)) < share).astype(float)


def test_a_single_look_flatters_nobody():
    found = best_of(coins(1, 300))
    assert (found.looks, found.optimism) == (1, 0)
    assert found.corrected == found.raw


def test_equal_models_are_brought_back_to_their_level():
    found = [best_of(coins(30, 300, seed=seed)) for seed in range(40)]
    assert np.mean([one.raw for one in found]) > 0.835
    assert np.mean([one.corrected for one in found]) == pytest.approx(0.8, abs=0.015)


def test_a_clear_winner_keeps_its_score():
    scores = np.concatenate([coins(5, 500, 0.5), coins(1, 500, 0.95)])
    found = best_of(scores)
    assert found.best == 5
    assert found.optimism < 1e-9
    assert found.interval.low == doubt.wilson(scores[5].sum(), 500).low


def test_identical_models_have_no_luck_to_lose():
    found = best_of(np.tile(coins(1, 200), (6, 1)))
    assert (found.best, found.optimism) == (0, 0)


def test_the_interval_is_wider_for_the_corrections_doubt():
    found = best_of(coins(50, 200))
    plain = doubt.wilson(found.corrected * 200, 200)
    assert found.interval.low < plain.low < found.corrected < plain.high < found.interval.high


def test_errors_are_corrected_upwards_when_negated():
    rng = np.random.default_rng(3)
    errors = rng.exponential(size=(40, 150))
    found = best_of(-errors)
    assert found.raw == -errors.mean(axis=1).min()
    assert found.corrected < found.raw
    assert found.interval.low < found.corrected < found.interval.high


def test_rows_of_a_group_are_left_out_together():
    """Thirty copies of every row are one look at it, whatever their number."""
    scores = coins(20, 40)
    alone = best_of(scores).optimism
    groups = np.repeat(np.arange(40), 30)
    copied = best_of(np.repeat(scores, 30, axis=1), groups).optimism
    blind = best_of(np.repeat(scores, 30, axis=1)).optimism
    assert copied == pytest.approx(alone, rel=0.05)
    assert blind < copied / 2


def test_two_hundred_looks_at_two_thousand_rows_take_a_moment():
    scores = coins(200, 2000)
    start = time.process_time()
    best_of(scores)
    assert time.process_time() - start < 1.0


def test_very_many_rows_are_merged():
    found = best_of(coins(3, 60_000))
    assert 0 <= found.optimism < 0.003


def test_luck_is_the_same_every_time():
    assert best_of(coins(9, 100)) == best_of(coins(9, 100))


@pytest.mark.parametrize("bad", [np.ones(4), np.ones((0, 5)), np.ones((2, 0))])
def test_no_models_or_rows_are_refused(bad):
    with pytest.raises(ConfigError, match="one row a model"):
        best_of(bad)


def test_a_model_without_a_score_is_named():
    scores = coins(3, 10)
    scores[2, 4] = np.nan
    with pytest.raises(ConfigError, match="Model 2"):
        best_of(scores)


NAMES = ["light", "middle", "heavy"]


def test_the_lightest_within_doubt_is_taken():
    base = coins(1, 1000, 0.8)[0]
    heavy = base.copy()
    heavy[np.flatnonzero(base == 0)[:4]] = 1  # right four times more: p = .125
    worse = base.copy()
    worse[np.flatnonzero(base)[:60]] = 0
    found = choose(np.stack([worse, base, heavy]), NAMES)
    assert (found.name, found.best) == ("middle", 2)
    assert found.p == pytest.approx((doubt.mcnemar(worse > 0, heavy > 0), 0.125, 1.0))
    assert found.scores == pytest.approx((worse.mean(), base.mean(), heavy.mean()))


def test_a_heavier_rung_is_taken_when_it_is_surely_better():
    scores = np.stack([coins(1, 1000, 0.7)[0], coins(1, 1000, 0.72, 1)[0], np.ones(1000)])
    assert choose(scores, NAMES).name == "heavy"


def test_equal_scores_choose_the_lightest():
    same = np.tile(coins(1, 50), (3, 1))
    found = choose(same, NAMES)
    assert (found.chosen, found.best, found.p) == (0, 0, (1.0, 1.0, 1.0))
    assert choose(same, NAMES, weights_order=[2, 1, 0]).name == "heavy"


def test_the_best_is_chosen_even_at_an_alpha_of_one():
    found = choose(coins(3, 40), NAMES, alpha=1.1)
    assert found.chosen == found.best


def test_real_scores_are_compared_by_sign_flips():
    rng = np.random.default_rng(5)
    errors = rng.exponential(size=200)
    found = choose(-np.stack([errors * 1.5, errors * 1.001, errors]), NAMES)
    assert found.p[0] == doubt.paired_p(-errors * 1.5, -errors)
    assert found.best == 2


def test_groups_are_respected_in_the_choice():
    groups = np.repeat(np.arange(6), 50)
    light, heavy = np.zeros(300), np.zeros(300)
    heavy[groups < 4] = 1
    assert choose(np.stack([light, heavy]), NAMES[:2]).name == "middle"
    grouped = choose(np.stack([light, heavy]), NAMES[:2], groups=groups)
    assert (grouped.name, grouped.p[0]) == ("light", 0.125)


def test_a_test_of_ones_own_may_be_given():
    found = choose(coins(3, 60), NAMES, paired_test=lambda a, b: 0.5)  # noqa: ARG005
    assert found.chosen == 0


@pytest.mark.parametrize(("names", "order"), [(["a"], None), (["a", "b"], [0, 0])])
def test_names_and_order_must_fit(names, order):
    with pytest.raises(ConfigError, match="each number from 0 to 1 once"):
        choose(coins(2, 10), names, order)
