"""Trade real prices: random moves in the environment, and a moving average beside holding.

Run it:  python examples/trade.py [PRICES.csv]    (without one: five shares, 2000 to 2013, which
         `pip install bokeh-sampledata` brings)
"""

import sys
from importlib.resources import files
from typing import Any

import gymnasium
import numpy as np

from umbrella.series import ema_gap
from umbrella.trade.backtest import backtest
from umbrella.trade.prices import prices_of
from umbrella.trade.rule import Rule


def main(source: Any) -> None:
    """Step 64 accounts through two hundred days, then test a rule over all of them."""
    prices = prices_of(source)
    env = gymnasium.make_vec("umbrella.trade:umbrella/Trading-v0", num_envs=64, prices=prices)
    env.action_space.seed(0)
    env.reset(seed=0)
    for _ in range(200):
        *_, info = env.step(env.action_space.sample())
    print(f"moves at random: {info['equity'].mean():.2f} of the money is left, ", end="")
    print(f"{info['cost'].mean():.2f} went into costs")
    shares = [prices.close[prices.bars(number)] for number in range(prices.count)]
    gaps = np.concatenate([ema_gap(close, span=100) for close in shares])  # above the average?
    found = backtest(gaps, prices, rule=Rule(short=False))
    print(found.text("en"))


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else files("bokeh_sampledata") / "_data/stocks.csv.gz")
