"""Accounts that held given positions, and the rule that gives positions from forecasts."""

import numpy as np
import pytest
from bars import walk

from umbrella.base.errors import ConfigError, DataError
from umbrella.trade.account import Terms
from umbrella.trade.env import TradingEnv
from umbrella.trade.prices import prices_of
from umbrella.trade.rule import Rule, forecasts_of, positions_of
from umbrella.trade.simulate import simulate

FREE = Terms(cost=0)


def test_a_simulated_account_is_the_environments_account():
    both = walk(120)
    terms = Terms(cost=8, slippage=2, borrow=1)
    wanted = np.random.default_rng(1).integers(-1, 2, 120).astype(float)
    env = TradingEnv(both, np.zeros(120), window=1, length=None, cost=8, slippage=2, borrow=1)
    env.reset(seed=0)
    equity = [1.0]
    for share in wanted[:-1]:
        *_, info = env.step(int(share) + 1)
        equity.append(info["equity"])
    (course,) = simulate(wanted, prices_of(both), terms)
    np.testing.assert_allclose(course.equity, equity, rtol=1e-12)
    assert course.paid[-1] == pytest.approx(info["cost"])
    assert course.orders == info["trades"]


def test_series_keep_their_own_money_and_wait_for_their_first_bar():
    both = walk(50, 2)
    both["close"][:20, 1] = np.nan
    prices = prices_of(both)
    wanted = np.ones(len(prices.close))
    (together,) = simulate(wanted, prices, FREE)
    alone = []
    for at, since in enumerate((0, 20)):
        own = {name: part[since:, at] for name, part in both.items()}
        alone.append(simulate(np.ones(50 - since), prices_of(own), FREE)[0].equity)
    alone[1] = np.r_[np.ones(20), alone[1]]
    np.testing.assert_allclose(together.equity, np.mean(alone, axis=0))


def test_only_bars_from_the_first_position_to_one_after_the_last_count():
    both = walk(50)
    wanted = np.full(50, np.nan)
    wanted[10:20] = 1
    (course,) = simulate(wanted, prices_of(both), FREE)
    assert course.stamps.tolist() == list(range(10, 21))
    assert course.equity[-1] == pytest.approx((both["close"][20] / both["open"][11])[0])
    (late,) = simulate(wanted, prices_of(both["close"]), FREE)
    assert late.stamps[-1] == 21  # without opens the last order fills a bar later


def test_a_ruined_account_holds_nothing_any_more():
    rising = 100 * 1.4 ** np.arange(30.0)
    (course,) = simulate(np.full(30, -1.0), prices_of(rising), FREE)
    assert course.ruined == 1
    assert course.equity[-1] <= 0.05
    assert course.held[-1] == 0
    assert len(set(course.equity[-20:])) == 1


def test_a_threshold_counts_in_costs_or_in_usual_forecasts():
    prices = prices_of(walk(6))
    terms = Terms(cost=10)
    forecast = np.array([0.001, -0.003, 0.0025, -0.0001, 0.01, 0])
    assert positions_of(forecast, prices, Rule(), terms).tolist() == [1, -1, 1, -1, 1, 0]
    assert positions_of(forecast, prices, Rule(1), terms).tolist() == [0, -1, 1, 0, 1, 0]
    long = positions_of(forecast, prices, Rule(short=False), terms)
    assert long.tolist() == [1, 0, 1, 0, 1, 0]
    usual = positions_of(forecast, prices, Rule(1, "deviation"), terms)
    assert usual.tolist() == [0, -1, 1, 0, 1, 0]


def test_the_usual_forecast_knows_no_later_one():
    prices = prices_of(walk(100, 2))
    draw = np.random.default_rng(0).normal(size=200)
    rule = Rule(1, "deviation")
    before = positions_of(draw, prices, rule, FREE)
    draw[60:100] *= 50
    after = positions_of(draw, prices, rule, FREE)
    assert np.array_equal(before[:60], after[:60])
    assert np.array_equal(before[100:], after[100:])


def test_missing_forecasts_are_out_of_the_market_between_and_nothing_around():
    prices = prices_of(walk(6))
    forecast = np.array([np.nan, 1, np.nan, 1, np.nan, np.nan])
    wanted = positions_of(forecast, prices, Rule(), FREE)
    np.testing.assert_array_equal(wanted, [np.nan, 1, 0, 1, np.nan, np.nan])


def test_forecasts_fit_the_bars():
    both = walk(10, 2)
    both["close"][:3, 1] = np.nan
    prices = prices_of(both)
    table = np.arange(20.0).reshape(10, 2)
    laid = forecasts_of(table, prices)
    assert laid.tolist() == [*table[:, 0], *table[3:, 1]]
    for wrong in (np.zeros(16), np.zeros((9, 2)), np.full(17, np.inf)):
        with pytest.raises(DataError, match="one a bar"):
            forecasts_of(wrong, prices)
    with pytest.raises(DataError, match="No forecast"):
        forecasts_of(np.full(17, np.nan), prices)


@pytest.mark.parametrize("wrong", [{"threshold": -1}, {"threshold": np.inf}, {"unit": "percent"}])
def test_rules_that_make_no_sense_are_refused(wrong):
    with pytest.raises(ConfigError, match=next(iter(wrong))):
        Rule(**wrong)


def test_several_costs_side_by_side_are_what_each_gives_alone():
    prices = prices_of(walk(60, 2))
    wanted = np.random.default_rng(0).integers(-1, 2, 120).astype(float)
    terms = Terms(cost=3, slippage=1, borrow=2)
    together = simulate(wanted, prices, terms, (0, 50))
    for course, cost in zip(together, (3, 0, 50), strict=True):
        (alone,) = simulate(wanted, prices, Terms(cost=cost, slippage=1, borrow=2))
        assert np.array_equal(course.equity, alone.equity)
        assert np.array_equal(course.paid, alone.paid)


def test_no_bar_after_the_first_forecast_is_nothing_to_trade():
    wanted = np.full(30, np.nan)
    wanted[-1] = 1
    with pytest.raises(DataError, match="No bar follows"):
        simulate(wanted, prices_of(walk(30)), FREE)
