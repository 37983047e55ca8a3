"""Many trading accounts at once over a table of prices, as arrays: what both environments run on.

An agent sees bars up to and with bar t and asks for a position; the order fills at bar t + 1, at
its open, or at its close where no opens are known. So no price that was seen is ever traded at.

Letters: N bars, S series, B accounts, W bars of a window, K features.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from umbrella.base.errors import ConfigError, DataError
from umbrella.trade.account import MOST, Terms, settle
from umbrella.trade.features import DEFAULT, LIMIT, features_of
from umbrella.trade.prices import Prices, prices_of

EMPTY = 1e-6  # an account that owes money counts as this share of its first day's worth
STARTS = ("random", "first")


@dataclass(frozen=True)
class Episode:
    """What an episode looks like.

    Args:
        window: bars W that are seen, the newest last.
        length: steps of an episode; None for whole series, from their first bar that can be used.
        start: "random", or "first" for the first bar that can be used.
        positions: shares of the account that may be held, in [-MOST, MOST], each once: 1 is all of
            it, -1 is short as much, 0 is out.
        continuous: allow everything between the least and the greatest of `positions`.
    """

    window: int = 16
    length: int | None = 256
    start: str = "random"
    positions: Sequence[float] = (-1.0, 0.0, 1.0)
    continuous: bool = False

    def __post_init__(self) -> None:
        if self.window < 1 or (self.length is not None and self.length < 1):
            raise ConfigError(
                f"window={self.window} and length={self.length} count bars: give 1 or more; "
                "length=None runs to the end."
            )
        if self.start not in STARTS:
            raise ConfigError(f"start={self.start!r} is neither of {', '.join(STARTS)}.")
        levels = np.asarray(self.positions, np.float64)
        distinct = levels.ndim == 1 and len(np.unique(levels)) == len(levels) > 1
        if not (distinct and np.abs(levels).max() <= MOST):
            raise ConfigError(
                f"positions={self.positions!r} are not two or more distinct shares in "
                f"[-{MOST:.0f}, {MOST:.0f}]. Give e.g. (-1, 0, 1), or (0, 1) without shorts."
            )

    @property
    def levels(self) -> NDArray[np.float64]:
        """The positions as an array."""
        return np.asarray(self.positions, np.float64)


class Market:
    """Prices, what is seen of them, and the bars at which an episode may start. Never changes.

    Args:
        prices: as `prices_of` takes them.
        features: as `features_of` takes them.
        episode: window, length, start and positions.
        terms: costs.

    Raises:
        DataError: no series is long enough for a window and a step.
    """

    def __init__(
        self,
        prices: Any,
        features: Sequence[str] | NDArray = DEFAULT,
        episode: Episode | None = None,
        terms: Terms | None = None,
    ) -> None:
        self.prices: Prices = prices_of(prices)
        self.episode, self.terms = episode or Episode(), terms or Terms()
        self.charges = self.terms.charges
        self.features, warm = features_of(self.prices, features)
        self.gap, self.move = steps_of(self.prices)
        # The first bar of each series that can be seen, and its last, [S] each.
        self.first = self.prices.offsets[:-1] + max(self.episode.window - 1, warm)
        self.end = self.prices.offsets[1:] - 1
        self.starts, self.lasts = self._episodes()
        self.windows = self._windows()

    @property
    def width(self) -> int:
        """Numbers of an observation: W times K, then the position."""
        return self.episode.window * self.features.shape[1] + 1

    def observe(self, row: NDArray[np.int64], share: NDArray) -> NDArray[np.float32]:
        """Windows that end with bars [B], and positions [B], as new memory [B, W·K + 1]."""
        seen = np.empty((len(row), self.width), np.float32)
        seen[:, :-1] = self.windows[row]  # np.take would first copy every window there is
        np.clip(share, -LIMIT, LIMIT, out=seen[:, -1], casting="same_kind")
        return seen

    def draw(
        self, random: np.random.Generator, count: int
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """First and last bars of so many episodes, [B] each."""
        at = random.integers(len(self.starts), size=count)
        return self.starts[at], self.lasts[at]

    def at(self, series: str | int, bar: int = 0) -> tuple[int, int]:
        """First and last bar of the episode that starts so many usable bars into a series.

        Raises:
            ConfigError: no such series, or no step is left from there.
        """
        ids = self.prices.ids
        which = ids.index(series) if series in ids else series
        if isinstance(which, str) or not 0 <= which < len(ids) or bar < 0:
            raise ConfigError(f"No bar {bar} of series {series!r}. There are: {', '.join(ids)}.")
        first, end = int(self.first[which]) + bar, int(self.end[which])
        if first >= end:
            raise ConfigError(f"Series {series!r} has no step left from bar {bar}.")
        return first, min(first + (self.episode.length or end), end)

    def _episodes(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Every bar at which an episode may start, and its last: a whole one where it fits."""
        starts = []
        for first, end in zip(self.first, self.end, strict=True):
            if first >= end:
                continue
            latest = first if self._from_first else max(first, end - (self.episode.length or 0))
            starts.append(np.arange(first, latest + 1))
        if not starts:
            longest = int(np.diff(self.prices.offsets).max())
            need = int((self.first - self.prices.offsets[:-1]).max()) + 2
            raise DataError(
                f"The longest series has {longest} bars; this window and these features need "
                f"{need}. Give longer series, a smaller window, or features of fewer bars."
            )
        rows = np.concatenate(starts)
        ends = self.end[np.searchsorted(self.prices.offsets, rows, side="right") - 1]
        return rows, ends if self.episode.length is None else np.minimum(
            rows + self.episode.length, ends
        )

    @property
    def _from_first(self) -> bool:
        return self.episode.start == "first" or self.episode.length is None

    def _windows(self) -> NDArray[np.float32]:
        """A row a bar, [N, W·K]: without a copy, rows before the first bar seen stand for none."""
        window, count = self.episode.window, self.features.shape[1]
        padded = np.concatenate([np.zeros((window - 1, count), np.float32), self.features])
        flat = padded.reshape(-1)
        return sliding_window_view(flat, window * count)[::count]


def steps_of(prices: Prices) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """`gap` and `move` (see account.py) into each bar, [N] each; 1 into a series' first."""
    before = np.concatenate([prices.close[:1], prices.close[:-1]])
    fill = prices.close if prices.open is None else prices.open
    gap, move = fill / before, prices.close / fill
    gap[prices.offsets[:-1]] = move[prices.offsets[:-1]] = 1
    return gap, move


class Accounts:
    """B accounts on one market, stepped together; finished ones begin anew when told to.

    Args:
        market: what is traded.
        count: accounts B.
    """

    def __init__(self, market: Market, count: int) -> None:
        self.market, self.count = market, count
        self.row = np.zeros(count, np.int64)
        self.last = np.zeros(count, np.int64)
        self.equity, self.held, self.asked = np.ones(count), np.zeros(count), np.zeros(count)
        self.paid, self.trades = np.zeros(count), np.zeros(count, np.int64)

    def begin(self, which: NDArray, row: NDArray[np.int64], last: NDArray[np.int64]) -> None:
        """Open new accounts worth 1 at the closes of bars.

        Args:
            which: accounts, [B] of bool or [n] numbers of them.
            row, last: bars they begin and end at, [n] each.
        """
        self.row[which], self.last[which] = row, last
        self.equity[which] = 1
        for part in (self.held, self.asked, self.paid, self.trades):
            part[which] = 0

    def step(self, wanted: NDArray[np.float64]) -> tuple[NDArray, NDArray, NDArray]:
        """One bar: orders fill at the next bar, and accounts are counted at its close.

        Args:
            wanted: share of each account to hold, [B]; the same as last time orders nothing.

        Returns:
            Reward (log change of the account, all costs paid), whether the account is ruined, and
            whether its last bar is reached, [B] each.
        """
        market, before = self.market, self.equity
        self.row = row = self.row + 1
        orders = wanted != self.asked
        bar = settle(
            before, self.held, wanted, orders, market.gap[row], market.move[row], market.charges
        )
        ruined = bar.equity <= market.terms.ruin
        self.equity, self.held = np.maximum(bar.equity, EMPTY), bar.held
        self.asked, self.paid, self.trades = wanted, self.paid + bar.paid, self.trades + orders
        return np.log(self.equity / before), ruined, row >= self.last

    def observe(self) -> NDArray[np.float32]:
        """What each account sees, [B, W·K + 1]."""
        return self.market.observe(self.row, self.share)

    @property
    def share(self) -> NDArray[np.float64]:
        """Position: value of the holding ÷ worth of the account, [B]."""
        return self.held / self.equity
