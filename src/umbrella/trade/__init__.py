"""Prices as a place to act: an environment for agents, and a backtest of forecasts.

Importing it makes "umbrella/Trading-v0" known to Gymnasium, where that is installed.
"""

from importlib.util import find_spec

NAME = "umbrella/Trading-v0"

if find_spec("gymnasium"):
    from gymnasium.envs.registration import register, registry

    if NAME not in registry:
        register(
            NAME,
            entry_point="umbrella.trade.env:TradingEnv",
            vector_entry_point="umbrella.trade.vector:TradingVectorEnv",
        )
