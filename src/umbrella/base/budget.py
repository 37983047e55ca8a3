"""Amounts as people write them ("2MB", "5 ms", "1%", "4m"), turned into plain numbers."""

import re
from dataclasses import dataclass

from umbrella.base.errors import ConfigError

BYTES = {"b": 1, "kb": 1e3, "mb": 1e6, "gb": 1e9, "kib": 2**10, "mib": 2**20, "gib": 2**30}
MILLISECONDS = {"us": 1e-3, "µs": 1e-3, "ms": 1.0, "s": 1e3}
SHARES = {"%": 0.01, "": 1.0}
AMOUNT = re.compile(r"\s*([0-9]*\.?[0-9]+(?:e-?[0-9]+)?)\s*([a-zµ%]*)\s*", re.IGNORECASE)


@dataclass(frozen=True)
class Budget:
    """What a shrunk model may cost.

    Args:
        size: bytes on disk of the shipped file, or None for no limit.
        latency: milliseconds for one row (median), or None for no limit.
        drop: how much the headline score may fall, as a share of 1 for accuracy (0.01 is one
            point) and as a share of the old error for regression.
    """

    size: int | None = None
    latency: float | None = None
    drop: float = 0.01

    def __post_init__(self) -> None:
        if not 0 < self.drop < 1:
            raise ConfigError(f"--drop {self.drop} is not between 0 and 1. One point is 1%.")
        if self.size is not None and self.size <= 0:
            raise ConfigError(f"--size {self.size} is not above 0. Write it like 300KB.")
        if self.latency is not None and self.latency <= 0:
            raise ConfigError(f"--latency {self.latency} is not above 0. Write it like 2ms.")


def read_size(text: str) -> int:
    """Bytes: "300KB" → 300000, "2MiB" → 2097152. A bare number is bytes."""
    return int(_amount(text, {"": 1, **BYTES}, "size", "300KB or 2MB"))


def read_latency(text: str) -> float:
    """Milliseconds: "2ms" → 2.0, "0.5s" → 500.0. A bare number is milliseconds."""
    return _amount(text, {"": 1.0, **MILLISECONDS}, "latency", "2ms or 500us")


def read_share(text: str) -> float:
    """A share of one: "1%" → 0.01, "0.01" → 0.01."""
    return _amount(text, SHARES, "share", "1% or 0.01")


def _amount(text: str, units: dict[str, float], what: str, example: str) -> float:
    match = AMOUNT.fullmatch(str(text))
    if not match or match[2].lower() not in units:
        known = ", ".join(unit for unit in units if unit)
        raise ConfigError(f"{text!r} is not a {what}. Write it like {example} (units: {known}).")
    return float(match[1]) * units[match[2].lower()]
