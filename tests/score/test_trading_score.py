"""Accounts counted by hand, Sharpe ratios against published examples and simulation."""

import numpy as np
import pytest

from umbrella.base.errors import ConfigError
from umbrella.score import trading


def test_an_account_by_hand():
    position = np.array([1.0, 1.0, -1.0, 0.0])
    returns = np.array([0.10, -0.05, -0.20, 0.50])
    found = trading.account(position, returns, cost=100, slippage=100)  # 2 % a unit of change
    np.testing.assert_allclose(found.gross, [0.10, -0.05, 0.20, 0.0])
    np.testing.assert_allclose(found.net, [0.08, -0.05, 0.16, -0.02])
    np.testing.assert_allclose(found.equity, np.cumprod([1.08, 0.95, 1.16, 0.98]))
    assert found.turnover == 1.0  # 1 + 0 + 2 + 1 over four steps
    assert found.cost == pytest.approx(0.08)
    assert found.break_even == pytest.approx(625)  # .25 earned over 4 units
    assert (found.drawdown, found.peak, found.trough) == (pytest.approx(0.05), 0, 1)


def test_at_the_break_even_cost_nothing_is_left():
    rng = np.random.default_rng(0)
    position, returns = rng.choice([-1.0, 0, 1], 500), rng.normal(0.001, 0.01, 500)
    position[:250] = 1.0
    even = trading.account(position, returns).break_even
    assert even > 0
    assert trading.account(position, returns, cost=even).net.sum() == pytest.approx(0, abs=1e-12)


def test_no_change_breaks_even_at_any_cost():
    assert trading.account(np.zeros(3), np.ones(3)).break_even == 0
    assert trading.account(np.zeros(3), np.ones(3)).turnover == 0


def test_a_lost_account_stays_lost():
    found = trading.account(np.array([1.0, 2.0, 1.0]), np.array([0.5, -0.6, 3.0]))
    assert found.equity.tolist() == [1.5, 0.0, 0.0]
    assert (found.drawdown, found.peak, found.trough) == (1.0, 0, 1)
    assert trading.annual(found.net, 252)[0] == -1


def test_the_deepest_fall_is_measured_from_the_peak_before_it():
    equity = [1.2, 0.9, 1.5, 1.35, 1.2, 1.6, 1.4]
    lost, peak, trough = trading.max_drawdown(equity)
    assert (lost, peak, trough) == (pytest.approx(0.25), 0, 1)
    assert trading.max_drawdown([0.9, 0.8]) == (pytest.approx(0.2), -1, 1)
    assert trading.max_drawdown([1.1, 1.2])[0] == 0


def test_a_years_figures_by_hand():
    back, spread = trading.annual(np.array([0.01, 0.03]), 12)
    assert back == pytest.approx((1.01 * 1.03) ** 6 - 1)
    assert spread == pytest.approx(np.std([0.01, 0.03], ddof=1) * np.sqrt(12))


def test_sharpe_and_its_error_for_independent_returns():
    net = np.random.default_rng(1).normal(0.1, 1.0, 5000)
    found = trading.sharpe(net, 252)
    step = net.mean() / net.std(ddof=1)
    assert found.value == pytest.approx(step * np.sqrt(252))
    half = (found.interval.high - found.interval.low) / 2
    lo = 1.96 * np.sqrt((1 + step**2 / 2) / 5000) * np.sqrt(252)  # Lo 2002, equation 9
    assert half == pytest.approx(lo, rel=0.25)
    assert found.interval.holds(0.1 * np.sqrt(252))


@pytest.mark.parametrize("strength", [0.0, 0.3])
def test_sharpe_intervals_hold_the_truth(strength):
    rng, held = np.random.default_rng(2), 0
    truth = 0.1 * np.sqrt(1 - strength**2)  # mean .1, variance 1 / (1 - strength²)
    for _ in range(300):
        x = rng.standard_normal(600)
        for step in range(1, 600):
            x[step] += strength * x[step - 1]
        held += trading.sharpe(0.1 + x, 1).interval.holds(truth)
    assert 0.92 <= held / 300 <= 0.985


def test_returns_without_a_ratio():
    for net in (np.zeros(50), np.full(50, 0.01), np.array([0.1, -0.1])):
        found = trading.sharpe(net, 252)
        assert found.value == 0
        assert found.interval.high == np.inf


def example(skew=-3.0, kurtosis=10.0, value=2.5, steps=1250):
    """Bailey & López de Prado 2014: a yearly ratio of 2.5 from five years of 250 days."""
    ends = trading.Interval(0, 1, 0.95, "")
    return trading.Sharpe(value, ends, value / np.sqrt(250), steps, skew, kurtosis)


@pytest.mark.parametrize(("tries", "printed"), [(100, 0.9004), (46, 0.9505)])
def test_the_deflated_ratio_is_the_papers(tries, printed):
    assert trading.deflated(example(), tries, 0.5 / 250) == pytest.approx(printed, abs=2e-4)


def test_the_papers_expected_best():
    assert trading.expected_best(100, 0.5 / 250) == pytest.approx(0.1132, abs=1e-4)
    assert trading.expected_best(1, 0.5) == 0
    rng = np.random.default_rng(3)
    best = rng.normal(0, 0.2, (20_000, 50)).max(axis=1).mean()
    assert trading.expected_best(50, 0.04) == pytest.approx(best, rel=0.02)


def test_luck_is_the_chance_of_the_best_of_many():
    one = 1 - trading.probabilistic(example(0, 3, 0.8))
    assert trading.luck(example(0, 3, 0.8), 1) == pytest.approx(one)
    assert trading.luck(example(0, 3, 0.8), 20) == pytest.approx(1 - (1 - one) ** 20)
    rng = np.random.default_rng(4)
    best = rng.normal(size=(2000, 20, 250))
    ratios = (best.mean(axis=2) / best.std(axis=2, ddof=1)).max(axis=1)
    at = np.quantile(ratios, 0.9)
    ends = trading.Interval(0, 1, 0.95, "")
    seen = trading.Sharpe(at, ends, at, 250, 0.0, 3.0)
    assert trading.luck(seen, 20) == pytest.approx(0.1, abs=0.025)


@pytest.mark.parametrize(
    "call",
    [
        lambda: trading.account(np.ones(3), np.ones(2)),
        lambda: trading.account(np.ones(3), np.array([0.1, np.nan, 0.2])),
        lambda: trading.account(np.ones(3), np.ones(3), cost=-1),
        lambda: trading.sharpe(np.ones(1), 252),
        lambda: trading.sharpe(np.arange(50.0), 252, level=95),
        lambda: trading.luck(example(), 0),
        lambda: trading.expected_best(3, -1.0),
    ],
)
def test_wrong_figures_are_refused(call):
    with pytest.raises(ConfigError, match=r"[Gg]ive|usual|tries|below zero"):
        call()
