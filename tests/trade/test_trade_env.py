"""The environment: Gymnasium's contract, seeds, fills at the next bar, an account that adds up."""

import math
import re
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import gymnasium
import numpy as np
import pytest
from bars import walk
from gymnasium.utils.env_checker import check_env
from hypothesis import given, settings
from hypothesis import strategies as st

import umbrella.trade
from umbrella.base.errors import ConfigError, DataError
from umbrella.trade.account import Terms
from umbrella.trade.core import Episode, Market
from umbrella.trade.env import TradingEnv
from umbrella.trade.features import DEFAULT

ID = "umbrella/Trading-v0"
PRICES = walk(300, 3)
each_kind = pytest.mark.parametrize("continuous", [False, True], ids=["discrete", "continuous"])


def rewards(env, actions, **reset):
    """Rewards of a fixed list of actions, from one reset to the end."""
    env.reset(**reset)
    out = []
    for action in actions:
        _, reward, ruined, over, _ = env.step(action)
        out.append(reward)
        if ruined or over:
            break
    return np.array(out)


@each_kind
@pytest.mark.parametrize("module", ["", "umbrella.trade:"])
def test_gymnasium_makes_it_and_finds_nothing_wrong(continuous, module):
    assert ID in gymnasium.registry
    env = gymnasium.make(module + ID, prices=PRICES, continuous=continuous)
    assert isinstance(env.unwrapped, TradingEnv)
    check_env(env.unwrapped)


def test_importing_the_package_again_registers_nothing_twice():
    import importlib

    importlib.reload(umbrella.trade)  # a second registration would warn, and warnings are errors


@each_kind
def test_the_same_seed_gives_the_same_trajectory_and_another_seed_another(continuous):
    env = TradingEnv(PRICES, continuous=continuous, length=50)
    env.action_space.seed(5)
    actions = [env.action_space.sample() for _ in range(50)]
    first, again, other = (rewards(env, actions, seed=seed) for seed in (3, 3, 4))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
    seconds = [rewards(env, actions) for env in (env, env)]
    assert not np.array_equal(*seconds)  # without a seed it goes on drawing


def test_seeds_reach_every_series_and_many_starts():
    env = TradingEnv(PRICES, length=50)
    rows = np.array([(env.reset(seed=seed)[1]["row"]) for seed in range(200)])
    assert len(np.unique(rows)) > 50


def test_what_was_returned_never_changes_later():
    env = TradingEnv(PRICES, window=4)
    seen, info = env.reset(seed=0)
    kept, told = seen.copy(), dict(info)
    seen[:] = 99
    again, _ = env.reset(seed=0)
    assert np.array_equal(again, kept)
    next_seen, *_, next_info = env.step(2)
    assert not np.shares_memory(next_seen, env.market.features)
    assert info == told
    assert next_info is not info


def test_an_observation_is_the_window_and_the_position():
    env = TradingEnv(PRICES, window=5, start="first", cost=0)
    _, info = env.reset(options={"series": 1, "bar": 7})
    seen, *_, info = env.step(2)
    row = info["row"] + 300
    assert np.array_equal(
        seen[:-1].reshape(5, len(DEFAULT)), env.market.features[row - 4 : row + 1]
    )
    assert seen[-1] == np.float32(info["position"]) == pytest.approx(1)


def test_always_long_without_costs_is_buy_and_hold():
    env = TradingEnv(PRICES, cost=0, length=None)
    total = rewards(env, [2] * 400, seed=0).sum()
    env.reset(seed=0)
    start = env._row
    assert math.exp(total) == pytest.approx(
        env.market.prices.close[env._last] / env.market.prices.open[start + 1]
    )


def test_without_opens_orders_fill_at_the_next_close():
    env = TradingEnv(PRICES["close"][:, 0], cost=0, start="first", length=20)
    earned = rewards(env, [2] * 20, seed=0)
    assert earned[0] == 0
    env.reset(seed=0)
    close = env.market.prices.close[env._row : env._row + 21]
    np.testing.assert_allclose(earned[1:], np.diff(np.log(close))[1:])


@given(at=st.integers(30, 250), factor=st.floats(0.5, 2.0), actions=st.data())
@settings(max_examples=50, deadline=None)
def test_prices_already_seen_cannot_be_traded_at(at, factor, actions):
    """Decide while out of the market, then move the seen bar: what follows earns the same."""
    chosen = actions.draw(st.lists(st.integers(0, 2), min_size=3, max_size=8))
    own = np.zeros(300)  # features that do not see prices, so that only fills could differ
    earned = []
    for scale in (1.0, factor):
        both = {name: part[:, :1].copy() for name, part in PRICES.items()}
        both["close"][at] *= scale  # the bar at which the first decision is made
        both["open"][at] *= scale
        env = TradingEnv(both, own, window=1, length=20)
        earned.append(rewards(env, chosen, options={"series": 0, "bar": at}))
    np.testing.assert_allclose(*earned, rtol=1e-9, atol=1e-12)


def test_the_property_above_would_notice_a_fill_at_the_seen_bar():
    both = {name: part[:, :1].copy() for name, part in PRICES.items()}
    held = []
    for scale in (1.0, 1.1):
        both["close"][100] *= scale
        env = TradingEnv(both, np.zeros(300), window=1, length=20)
        held.append(rewards(env, [2] * 5, options={"series": 0, "bar": 99}))
    assert not np.allclose(*held)  # bar 100 comes after the decision here, and does count


@given(at=st.integers(60, 280), actions=st.lists(st.integers(0, 2), min_size=10, max_size=10))
@settings(max_examples=30, deadline=None)
def test_nothing_that_happens_later_is_seen_or_earned_before(at, actions):
    trails = []
    for scale in (1.0, 3.0):
        both = {name: part[:, :1].copy() for name, part in PRICES.items()}
        for part in both.values():
            part[at:] *= scale
        env = TradingEnv(both, ("return_1", "ema_gap_5"), window=3, length=10)
        seen, _ = env.reset(options={"series": 0, "bar": at - 4 - int(env.market.first[0])})
        trail = [seen]
        for action in actions:
            seen, reward, ruined, over, info = env.step(action)
            if info["row"] >= at or ruined or over:
                break
            trail.append(np.r_[seen, reward])
        trails.append(np.concatenate(trail))
    assert np.array_equal(*trails)


def test_costs_lower_the_reward_of_the_step_that_trades_and_of_no_other():
    actions = [2, 2, 2, 1, 1, 0]
    free, dear = (
        rewards(TradingEnv(PRICES, cost=cost, length=50), actions, seed=1) for cost in (0, 20)
    )
    lost = free - dear
    np.testing.assert_allclose(lost[[1, 2, 4]], 0, atol=1e-12)
    np.testing.assert_allclose(lost[[0, 3, 5]], 0.002, rtol=0.05)


def test_the_account_adds_up():
    env = TradingEnv(PRICES, cost=7, slippage=3, length=40)
    env.action_space.seed(0)
    total, trades, last = 0.0, 0, 1
    env.reset(seed=2)
    for _ in range(40):
        action = env.action_space.sample()
        trades += action != last
        last = action
        _, reward, ruined, over, info = env.step(action)
        total += reward
        assert info["equity"] == pytest.approx(math.exp(total))
        assert info["trades"] == trades
    assert over
    assert not ruined
    assert info["cost"] > 0


def test_a_ruined_account_is_closed():
    rising = np.r_[np.full(30, 100.0), 100 * 1.3 ** np.arange(1, 30)]
    env = TradingEnv(rising, np.zeros(59), length=None)
    env.reset(seed=0)
    for _ in range(40):
        seen, reward, ruined, over, info = env.step(0)
        if ruined:
            break
    assert ruined
    assert not over
    assert info["equity"] <= 0.05
    assert math.isfinite(reward)
    assert seen in env.observation_space


def test_an_episode_is_as_long_as_asked_and_one_without_a_length_runs_to_the_end():
    assert len(rewards(TradingEnv(PRICES, length=37), [1] * 400, seed=0)) == 37
    env = TradingEnv(PRICES, length=None)
    early = int(env.market.first[0])
    assert 20 < early < 100
    assert len(rewards(env, [1] * 400, seed=0)) == 300 - 1 - early
    short = TradingEnv(walk(early + 30), length=256)
    assert len(rewards(short, [1] * 400, seed=0)) == 29


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"window": 0}, "window=0"),
        ({"length": 0}, "length=0"),
        ({"start": "middle"}, "random, first"),
        ({"positions": (1,)}, "two or more"),
        ({"positions": (1, 1)}, "distinct"),
        ({"positions": (0, 50)}, "50"),
        ({"fee": 3}, "'?fee'?.*cost"),
        ({"cost": -3}, "cost=-3"),
    ],
)
def test_settings_that_make_no_sense_are_refused(wrong, says):
    with pytest.raises(ConfigError, match=says):
        TradingEnv(PRICES, **wrong)


def test_wrong_steps_and_starts_are_refused():
    env = TradingEnv(PRICES)
    with pytest.raises(ConfigError, match="reset"):
        env.step(1)
    env.reset(seed=0)
    for action in (3, -1):
        with pytest.raises(ConfigError, match="none of the positions"):
            env.step(action)
    for options in ({"series": "MSFT"}, {"series": 9}, {"bar": 5000}, {"row": 3}):
        with pytest.raises(ConfigError):
            env.reset(options=options)
    smooth = TradingEnv(PRICES, continuous=True)
    smooth.reset(seed=0)
    with pytest.raises(ConfigError, match="nan"):
        smooth.step(np.array([np.nan]))
    need = int(env.market.first[0]) + 2
    TradingEnv(walk(need))
    with pytest.raises(DataError, match=f"need {need}"):
        TradingEnv(walk(need - 1))
    with pytest.raises(ConfigError, match="Market"):
        TradingEnv(Market(PRICES), window=3)


def test_long_only_and_continuous_spaces_are_those_of_the_positions():
    env = TradingEnv(PRICES, positions=(0, 0.5, 1), continuous=True, cost=0)
    assert env.action_space.low.tolist() == [0]
    env.reset(seed=0)
    *_, info = env.step(np.array([0.3], np.float32))
    assert 0.25 < info["position"] < 0.35


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_documented_defaults_are_those_of_the_code(lang):
    page = (Path(__file__).parents[2] / "docs" / lang / "trade.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| `(\w+)` \| (.+?) \|", page, re.MULTILINE))
    rows.pop("features")
    written = {"no": False, "否": False, "`random`": "random", "(-1, 0, 1)": (-1, 0, 1)}
    said = {name: written[text] if text in written else float(text) for name, text in rows.items()}
    assert said == asdict(Episode()) | asdict(Terms())


def test_a_backtest_needs_neither_gymnasium_nor_matplotlib():
    script = (
        "import sys\n"
        "for name in ('gymnasium', 'matplotlib'): sys.modules[name] = None\n"
        "from umbrella.trade.backtest import backtest\n"
        "print(backtest([1.0] * 50, [100.0 + k for k in range(50)]).verdict.key)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert ended.stdout.strip() == "trade.same", ended.stderr
