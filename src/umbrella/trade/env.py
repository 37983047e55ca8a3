"""One trading account as a Gymnasium environment, "umbrella/Trading-v0": numbers, not arrays.

Observation: `obs[:-1].reshape(window, features)` is what the last bars looked like, the newest
last; `obs[-1]` is the position held, as a share of the account. All lie in [-10, 10].
Action: the position to hold from the next bar's open on. Reward: log change of the account from
this close to the next, costs paid. `info`: equity (1 at first), position, cost (paid so far),
trades (orders so far), row (of the table, the newest that is seen).
"""

import math
from collections.abc import Sequence
from typing import Any

import gymnasium
import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from umbrella.base.errors import ConfigError, listed
from umbrella.trade.account import Terms, settle
from umbrella.trade.core import EMPTY, Episode, Market
from umbrella.trade.features import DEFAULT, LIMIT


class TradingEnv(gymnasium.Env[Any, Any]):
    """Trade one series at a time; which and from where is drawn at each reset, by the seed.

    Args:
        prices: any price table, see `umbrella.trade.prices.prices_of`; or a `Market`, which holds
            all other settings already.
        features: names or numbers of your own, see `umbrella.trade.features.features_of`.
        settings: fields of `Episode` (window, length, start, positions, continuous) and of `Terms`
            (cost, slippage, borrow, ruin).

    Raises:
        ConfigError, DataError: as those say.
    """

    metadata = {"render_modes": []}  # noqa: RUF012  # as Gymnasium declares it

    def __init__(
        self,
        prices: Any,
        features: Sequence[str] | NDArray = DEFAULT,
        render_mode: None = None,
        **settings: Any,
    ) -> None:
        self.market = market_of(prices, features, settings)
        self.render_mode = render_mode
        self.observation_space = seen_space(self.market)
        self.action_space = asked_space(self.market.episode)
        self._levels = self.market.episode.levels.tolist()
        self._width = self.market.width
        self._row = self._last = self._trades = 0
        self._equity, self._held, self._asked, self._paid = 1.0, 0.0, 0.0, 0.0

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[NDArray[np.float32], dict[str, Any]]:
        """Open an account worth 1.

        Args:
            seed: decides this episode and all that follow; None goes on drawing.
            options: {"series": name or number, "bar": usable bars to skip} chooses the start
                instead of drawing it.
        """
        super().reset(seed=seed)
        if options and not options.keys() <= {"series", "bar"}:
            raise ConfigError(f"options={options} may name a series and a bar, no more.")
        if options:
            self._begin(*self.market.at(options.get("series", 0), options.get("bar", 0)))
        else:
            row, last = self.market.draw(self.np_random, 1)
            self._begin(int(row[0]), int(last[0]))
        return self._seen(), self._info()

    def step(self, action: Any) -> tuple[NDArray[np.float32], float, bool, bool, dict[str, Any]]:
        """Ask for a position, and go to the next close.

        Raises:
            ConfigError: an action outside of the space of actions.
        """
        market, row, before = self.market, self._row + 1, self._equity
        wanted = self._wanted(action)
        orders = wanted != self._asked
        gap, move = market.gap.item(row), market.move.item(row)
        bar = settle(before, self._held, wanted, orders, gap, move, market.charges)
        self._row, self._asked, self._held = row, wanted, bar.held
        self._equity = max(bar.equity, EMPTY)
        self._paid, self._trades = self._paid + bar.paid, self._trades + orders
        reward = math.log(self._equity / before)
        ruined = bar.equity <= market.terms.ruin
        return self._seen(), reward, ruined, row >= self._last, self._info()

    def _begin(self, row: int, last: int) -> None:
        self._row, self._last = row, last
        self._equity, self._held, self._asked, self._paid, self._trades = 1.0, 0.0, 0.0, 0.0, 0

    def _wanted(self, action: Any) -> float:
        if self._row >= self._last:
            raise ConfigError("This episode has ended, or none has begun. Call reset() first.")
        if not self.market.episode.continuous:
            if not 0 <= action < len(self._levels):
                raise ConfigError(
                    f"Action {action!r} is none of the positions {self._levels}: give its number, "
                    f"0 to {len(self._levels) - 1}."
                )
            return self._levels[int(action)]
        share = float(np.asarray(action).reshape(-1)[0])
        low, high = min(self._levels), max(self._levels)
        if not math.isfinite(share):
            raise ConfigError(f"Action {share} is no position. Give a number from {low} to {high}.")
        return min(max(share, low), high)

    def _seen(self) -> NDArray[np.float32]:
        seen = np.empty(self._width, np.float32)
        seen[:-1] = self.market.windows[self._row]
        share = self._held / self._equity
        seen[-1] = share if -LIMIT <= share <= LIMIT else math.copysign(LIMIT, share)
        return seen

    def _info(self) -> dict[str, Any]:
        return {
            "equity": self._equity,
            "position": self._held / self._equity,
            "cost": self._paid,
            "trades": self._trades,
            "row": self.market.prices.rows.item(self._row),
        }


def market_of(prices: Any, features: Sequence[str] | NDArray, settings: dict[str, Any]) -> Market:
    """The market of an environment's arguments; a setting that nothing knows is refused."""
    if isinstance(prices, Market) and not settings:
        return prices
    looks, costs = (kind.__dataclass_fields__.keys() for kind in (Episode, Terms))
    strange = sorted(settings.keys() - looks - costs)
    if strange or isinstance(prices, Market):
        raise ConfigError(
            f"No setting {listed(strange or sorted(settings))} here. Choose of "
            f"{listed([*looks, *costs])}; a Market holds all of them already."
        )
    episode = Episode(**{name: settings[name] for name in settings if name in looks})
    terms = Terms(**{name: settings[name] for name in settings if name in costs})
    return Market(prices, features, episode, terms)


def seen_space(market: Market) -> spaces.Box:
    """What one account sees."""
    return spaces.Box(-LIMIT, LIMIT, (market.width,), np.float32)


def asked_space(episode: Episode) -> spaces.Space:
    """What one account may be asked for."""
    if not episode.continuous:
        return spaces.Discrete(len(episode.positions))
    return spaces.Box(min(episode.positions), max(episode.positions), (1,), np.float32)
