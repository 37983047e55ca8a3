"""Accounts stepped together are what single ones are, bar for bar."""

import gymnasium
import numpy as np
import pytest
from bars import walk

import umbrella.trade  # noqa: F401  # registers the environment
from umbrella.base.errors import ConfigError
from umbrella.trade.core import Market
from umbrella.trade.env import TradingEnv
from umbrella.trade.vector import TradingVectorEnv

PRICES = walk(200, 4, size=0.05)
each_kind = pytest.mark.parametrize("continuous", [False, True], ids=["discrete", "continuous"])


@each_kind
def test_each_account_lives_as_a_single_environment_does(continuous):
    settings = {"continuous": continuous, "window": 3, "length": 30, "cost": 9, "borrow": 2}
    many = TradingVectorEnv(PRICES, num_envs=6, **settings)
    many.action_space.seed(0)
    seen, info = many.reset(seed=0)
    ones = [TradingEnv(PRICES, **settings) for _ in range(6)]

    def begin(at):
        start = many._accounts.row[at]
        series = int(np.searchsorted(many.market.prices.offsets, start, side="right")) - 1
        bar = int(start - many.market.first[series])
        return ones[at].reset(options={"series": series, "bar": bar})

    for at in range(6):
        assert np.array_equal(begin(at)[0], seen[at])
    ended, begun = np.zeros(6, bool), 0
    for _ in range(100):
        actions = many.action_space.sample()
        seen, reward, ruined, over, info = many.step(actions)
        for at in range(6):
            if ended[at]:
                own, told = begin(at)
                assert reward[at] == 0
                begun += 1
            else:
                own, earned, dead, done, told = ones[at].step(actions[at])
                assert (dead, done) == (ruined[at], over[at])
                assert earned == pytest.approx(reward[at], abs=1e-12)
            assert np.array_equal(own, seen[at])
            for name, value in told.items():
                assert info[name][at] == pytest.approx(value, abs=1e-12), name
        ended = ruined | over
    assert begun >= 12


def test_gymnasium_makes_it():
    env = gymnasium.make_vec("umbrella.trade:umbrella/Trading-v0", num_envs=5, prices=PRICES)
    assert isinstance(env, TradingVectorEnv)
    seen, info = env.reset(seed=1)
    assert seen in env.observation_space
    assert seen.shape == (5, 16 * 6 + 1)
    assert info["equity"].tolist() == [1] * 5
    slow = gymnasium.make_vec(
        "umbrella/Trading-v0", num_envs=2, vectorization_mode="sync", prices=PRICES
    )
    assert slow.reset(seed=1)[0].shape == (2, 97)


def test_the_seed_decides_all_of_it():
    env = TradingVectorEnv(PRICES, num_envs=8, length=20)
    trails = []
    for seed in (1, 1, 2):
        env.action_space.seed(7)
        env.reset(seed=seed)
        trails.append(np.array([env.step(env.action_space.sample())[1] for _ in range(60)]))
    assert np.array_equal(trails[0], trails[1])
    assert not np.array_equal(trails[0], trails[2])


def test_what_was_returned_never_changes_later():
    env = TradingVectorEnv(PRICES, num_envs=8, length=10)
    returned = [env.reset(seed=0)]
    env.action_space.seed(0)
    actions = env.action_space.sample()
    returned += [env.step(actions) for _ in range(30)]
    kept = [np.concatenate([seen.ravel(), *info.values()]) for seen, *_, info in returned]
    for seen, *rest, info in returned:
        for part in (seen, *rest[:-1], *info.values()):
            part[...] = 1  # a user may write into what belongs to him
    env.step(actions)
    env.reset(seed=0)
    again = [env.step(actions) for _ in range(30)]
    for (seen, *_, info), old in zip(again, kept[1:], strict=True):
        assert np.array_equal(np.concatenate([seen.ravel(), *info.values()]), old)


def test_one_market_serves_many_environments():
    market = Market(PRICES)
    assert TradingVectorEnv(market, num_envs=2).market is TradingEnv(market).market


@each_kind
def test_actions_outside_of_the_space_are_refused(continuous):
    env = TradingVectorEnv(PRICES, num_envs=2, continuous=continuous)
    with pytest.raises(ConfigError, match="reset"):
        env.step(env.action_space.sample())
    env.reset(seed=0)
    wrong = [np.zeros((3, 1)), np.array([[np.nan], [0]])]
    if not continuous:
        wrong = [np.array([0, 3]), np.array([-1, 0]), np.array([0.5, 0]), np.array([1])]
    for actions in wrong:
        with pytest.raises(ConfigError, match="sample"):
            env.step(actions)
    with pytest.raises(ConfigError, match="num_envs=0"):
        TradingVectorEnv(PRICES, num_envs=0)


def test_bounds_are_kept_where_a_continuous_action_leaves_them():
    env = TradingVectorEnv(PRICES, num_envs=2, continuous=True, cost=0)
    env.reset(seed=0)
    *_, far = env.step(np.array([[5.0], [-5.0]]))
    env.reset(seed=0)
    *_, near = env.step(np.array([[1.0], [-1.0]]))
    assert np.array_equal(far["equity"], near["equity"])
