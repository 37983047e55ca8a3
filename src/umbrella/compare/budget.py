"""Widths that give four networks the same number of weights.

Weights of its own for every place are what costs most, so the locally connected network names the
budget: what it takes at `CHANNELS` channels. The others are made as wide as that allows.
"""

from dataclasses import dataclass, replace

from umbrella.base.errors import ConfigError
from umbrella.compare.signals import Signals
from umbrella.models.signal.reach import REACHES, ReachConfig, parameters

CHANNELS = 8  # of the locally connected network; fewer can hardly tell two patterns apart
WITHIN = 0.10  # share by which a network's weights may differ from the budget
WIDEST = 4096  # width that is tried, at most
BEYOND = 1_000_000  # weights of the locally connected network that does not hold the budget


@dataclass(frozen=True)
class Budget:
    """Networks of about equal size.

    Args:
        weights: the budget.
        configs: reach → its network.
        wide: the locally connected network with as many channels as the convolution, or as
            `BEYOND` allows: what holding the budget costs it.
    """

    weights: int
    configs: dict[str, ReachConfig]
    wide: ReachConfig

    def count(self, reach: str) -> int:
        """Weights of one of the networks."""
        return parameters(self.configs[reach])


def share_out(signals: Signals, outputs: int) -> Budget:
    """Choose the widths.

    Args:
        signals: tell channels and places.
        outputs: scores of a row.

    Raises:
        ConfigError: no width of some network comes within `WITHIN` of the budget.
    """
    high, wide = signals.grid
    local = ReachConfig(
        channels=signals.values.shape[1],
        high=high,
        wide=wide,
        outputs=outputs,
        reach="local",
        width=CHANNELS,
        middle=signals.middle,
        spread=signals.spread,
    )
    weights = parameters(local)
    configs = {reach: _nearest(replace(local, reach=reach), weights) for reach in REACHES}
    wider = max(CHANNELS, min(configs["shared"].width, _within(local, BEYOND)))
    return Budget(weights, configs, replace(local, width=wider))


def _within(config: ReachConfig, weights: int) -> int:
    """The largest width with at most so many weights, 1 at least."""
    low, high = 1, WIDEST
    while high - low > 1:
        middle = (low + high) // 2
        fits = parameters(replace(config, width=middle)) <= weights
        low, high = (middle, high) if fits else (low, middle)
    return low


def _nearest(config: ReachConfig, weights: int) -> ReachConfig:
    """The network whose number of weights is nearest."""
    low = _within(config, weights)
    best = min(
        (replace(config, width=width) for width in (low, low + 1)),
        key=lambda one: abs(parameters(one) - weights),
    )
    if abs(parameters(best) - weights) > WITHIN * weights:
        raise ConfigError(
            f"No width of the network that looks {config.reach!r} comes within "
            f"{WITHIN:.0%} of {weights:,} weights (nearest {parameters(best):,}). Use smaller "
            f"pictures, or leave --why out."
        )
    return best
