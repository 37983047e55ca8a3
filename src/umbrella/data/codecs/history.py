"""Series laid end to end, and one series up to an origin: what the codec "window" reads.

Shapes: S series, N steps of all of them, T steps of one, F columns.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class Moments(Protocol):
    """When steps come; `data.panel.Frequency` is one."""

    def ahead(self, stamp: int, n: int, zone: str | None = None) -> NDArray[np.int64]:
        """The n stamps after one."""


class Stretches(Protocol):
    """Series laid end to end; `data.panel.Panel` is one. Fields as there."""

    @property
    def ids(self) -> tuple[str, ...]:
        """S names."""

    @property
    def values(self) -> NDArray[np.float64]:
        """[N, F], the target first; NaN where missing."""

    @property
    def offsets(self) -> NDArray[np.int64]:
        """[S + 1]: series s is steps offsets[s] to offsets[s + 1]."""

    @property
    def stamps(self) -> NDArray[np.int64]:
        """[N] microseconds since 1970."""

    @property
    def frequency(self) -> Moments:
        """How far apart steps lie."""

    @property
    def zone(self) -> str | None:
        """Whose clocks count days, or None."""


@dataclass(frozen=True)
class History:
    """One series up to an origin.

    Args:
        name: of the series.
        values: [T, F], the target first; NaN where missing.
        stamps: [T] microseconds since 1970, rising.
        after: steps at the end that come after the origin: what is known ahead stands there.
    """

    name: str
    values: NDArray[np.float64]
    stamps: NDArray[np.int64]
    after: int = 0


@dataclass(frozen=True)
class Joined:
    """Histories laid end to end."""

    ids: tuple[str, ...]
    values: NDArray[np.float64]
    offsets: NDArray[np.int64]
    stamps: NDArray[np.int64]
    frequency: Moments
    zone: str | None = None


def join(values: Sequence[History], frequency: Moments, zone: str | None = None) -> Joined:
    """Histories laid end to end.

    Args:
        values: one or more.
        frequency: of all of them.
        zone: whose clocks count their days.
    """
    offsets = np.concatenate([[0], np.cumsum([len(one.stamps) for one in values])])
    return Joined(
        tuple(one.name for one in values),
        np.concatenate([one.values for one in values]),
        offsets.astype(np.int64),
        np.concatenate([one.stamps for one in values]),
        frequency,
        zone,
    )
