"""As many trading accounts as wanted, stepped together: a Gymnasium vector environment in numpy.

Accounts that ended begin anew in the step after, whatever they are asked for (Gymnasium's
"next step" mode); the reward of that step is 0.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from gymnasium import spaces
from gymnasium.vector import AutoresetMode, VectorEnv
from gymnasium.vector.utils import batch_space
from numpy.typing import NDArray

from umbrella.base.errors import ConfigError
from umbrella.trade.core import Accounts
from umbrella.trade.env import asked_space, market_of, seen_space
from umbrella.trade.features import DEFAULT

Seen = NDArray[np.float32]


class TradingVectorEnv(VectorEnv[Seen, NDArray, NDArray]):
    """B accounts; see `umbrella.trade.env` for what one sees, is asked for, and earns.

    Args:
        prices, features, settings: as for `TradingEnv`.
        num_envs: accounts B.
    """

    metadata = {"autoreset_mode": AutoresetMode.NEXT_STEP, "render_modes": []}  # noqa: RUF012

    def __init__(
        self,
        prices: Any,
        features: Sequence[str] | NDArray = DEFAULT,
        num_envs: int = 1,
        **settings: Any,
    ) -> None:
        if num_envs < 1:
            raise ConfigError(f"num_envs={num_envs} is no number of accounts: give 1 or more.")
        self.market = market_of(prices, features, settings)
        self.num_envs = num_envs
        self.single_observation_space = seen_space(self.market)
        self.single_action_space = asked_space(self.market.episode)
        self.observation_space = batch_space(self.single_observation_space, num_envs)
        self.action_space = batch_space(self.single_action_space, num_envs)
        self._accounts = Accounts(self.market, num_envs)
        self._ended = np.ones(num_envs, bool)
        self._ready = False

    def reset(
        self,
        *,
        seed: int | None = None,
        options: dict[str, Any] | None = None,  # noqa: ARG002  # part of the interface
    ) -> tuple[Seen, dict[str, Any]]:
        """Open all accounts anew, each with its own series and start.

        Args:
            seed: decides these episodes and all that follow; None goes on drawing.
            options: none are known.
        """
        super().reset(seed=seed)
        starts = self.market.draw(self.np_random, self.num_envs)
        self._accounts.begin(np.arange(self.num_envs), *starts)
        self._ended = np.zeros(self.num_envs, bool)
        self._ready = True
        return self._accounts.observe(), self._info()

    def step(
        self, actions: NDArray
    ) -> tuple[Seen, NDArray, NDArray[np.bool_], NDArray[np.bool_], dict[str, Any]]:
        """One bar of all accounts.

        Args:
            actions: [B] numbers of positions, or [B, 1] positions.

        Raises:
            ConfigError: an action outside of the space of actions, or no reset before.
        """
        if not self._ready:
            raise ConfigError("No episode has begun. Call reset() first.")
        wanted = self._wanted(np.asarray(actions))
        if self._ended.any():
            which = np.flatnonzero(self._ended)
            row, last = self.market.draw(self.np_random, len(which))
            self._accounts.begin(which, row - 1, last)  # this step takes it to the first bar
            wanted[which] = 0
        reward, ruined, over = self._accounts.step(wanted)
        self._ended = ruined | over
        return self._accounts.observe(), reward, ruined, over, self._info()

    def _wanted(self, actions: NDArray) -> NDArray[np.float64]:
        levels = self.market.episode.levels
        if isinstance(self.single_action_space, spaces.Discrete):
            if actions.shape != (self.num_envs,) or actions.dtype.kind not in "iu":
                raise self._strange(actions)
            if actions.min() < 0 or actions.max() >= len(levels):
                raise self._strange(actions)
            return levels[actions]
        shares = actions.reshape(-1).astype(np.float64)
        if len(shares) != self.num_envs or not np.isfinite(shares).all():
            raise self._strange(actions)
        return np.clip(shares, levels.min(), levels.max(), out=shares)

    def _strange(self, actions: NDArray) -> ConfigError:
        return ConfigError(
            f"Actions of shape {actions.shape} and type {actions.dtype}, {actions.reshape(-1)[:3]} "
            f"first, are not in {self.action_space}. Try `actions = env.action_space.sample()`."
        )

    def _info(self) -> dict[str, Any]:
        """Of every account, [B] each, in memory of their own."""
        accounts = self._accounts
        return {
            "equity": accounts.equity.copy(),
            "position": accounts.share,
            "cost": accounts.paid.copy(),
            "trades": accounts.trades.copy(),
            "row": self.market.prices.rows[accounts.row],
        }
