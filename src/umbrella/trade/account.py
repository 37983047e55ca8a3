"""A trading account over one bar: what it holds moves, an order fills, costs are paid.

    close of t          open of t+1                        close of t+1
    the order is made → the old holding has moved by `gap`, → the new one has moved by `move`
                        the order fills and is paid for

Money is counted in units of the account's first day, so an account begins at 1. Between orders it
holds a number of shares: a short's share of the account grows as the price rises, and nothing is
rebalanced behind its back.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

from umbrella.base.errors import ConfigError

MOST = 10.0  # times its own worth that an account may hold


@dataclass(frozen=True)
class Terms:
    """What trading costs, and where an account is closed.

    Args:
        cost: commission in basis points (1/10,000) of the value traded, bought or sold.
        slippage: how much worse than the bar's price an order fills, in basis points.
        borrow: what a short position pays a bar, in basis points of its value.
        ruin: share of the first day's worth at which the account is closed, in (0, 1).
    """

    cost: float = 5.0
    slippage: float = 0.0
    borrow: float = 0.0
    ruin: float = 0.05

    def __post_init__(self) -> None:
        for name in ("cost", "slippage", "borrow"):
            if not 0 <= getattr(self, name) <= 1000 / MOST:
                raise ConfigError(
                    f"{name}={getattr(self, name)} is not between 0 and {1000 / MOST:.0f} basis "
                    f"points. 5 is usual for shares: {name}=5."
                )
        if not 0 < self.ruin < 1:
            raise ConfigError(f"ruin={self.ruin} is not between 0 and 1. Give e.g. ruin=0.05.")

    @property
    def charges(self) -> "Charges":
        """What `settle` counts with."""
        return Charges((self.cost + self.slippage) / 10_000, self.borrow / 10_000)


class Charges(NamedTuple):
    """Shares that are lost: numbers, or arrays that fit the accounts.

    Args:
        rate: of the value traded, cost and slippage together.
        rent: of a short's value, a bar.
    """

    rate: Any
    rent: Any


class Bar(NamedTuple):
    """An account after a bar: numbers, or arrays [B] of as many accounts.

    Args:
        equity: its worth; can be 0 or below, where a short was held too long.
        held: value of what it holds, negative when it is short.
        paid: what the bar's order and borrowing cost.
        traded: value that the order bought or sold.
    """

    equity: Any
    held: Any
    paid: Any
    traded: Any


def settle(
    equity: Any, held: Any, wanted: Any, orders: Any, gap: Any, move: Any, charges: Charges
) -> Bar:
    """Take accounts from one close to the next. Everything may be a number or an array [B].

    An order sizes itself so that, its own cost paid, the holding is exactly `wanted` of what the
    account is worth at the fill.

    Args:
        equity: worth at the close.
        held: value of the holding at the close.
        wanted: share of the account to hold, in [-MOST, MOST]; asked for at the close.
        orders: whether it is asked for at all; else what is held stays.
        gap: price at which the order fills ÷ price at the close.
        move: price at the next close ÷ price at which the order fills.
        charges: what it costs.
    """
    rate, rent = charges
    carried = held * gap
    short = rent * (abs(held) - held) / 2
    worth = equity + (carried - held) - short
    miss = wanted * worth - carried
    side = (miss > 0) * 2.0 - 1.0
    change = orders * miss / (1 + side * wanted * rate)
    traded = abs(change)
    paid = rate * traded
    target = carried + change
    held = target * move
    return Bar((worth - paid) + (held - target), held, paid + short, traded)
