"""What an exponential average is asked to do, and where it stands.

Letters: T rows, S series.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from umbrella.base.errors import ConfigError

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Plan:
    """What is averaged how.

    Args:
        alpha: weight of a new value in (0, 1]; unused where `decays_T` is given.
        adjust: divide by the weights that were really seen.
        ignore_nan: a gap does not age what came before it.
        min_count: values of a series that must be seen before it has an answer, from 1.
        seed: values whose plain mean starts a recursive average; 0 starts with the first value.
        decays_T: what is left of earlier weights at every row, where the clock decides; else None.
    """

    alpha: float
    adjust: bool = True
    ignore_nan: bool = False
    min_count: int = 1
    seed: int = 0
    decays_T: Floats | None = None


@dataclass
class Running:
    """Where the averages of S series stand: average, weight of the past, values seen."""

    value_S: Floats
    weight_S: Floats
    count_S: NDArray[np.int64]

    @classmethod
    def begin(cls, series: int) -> "Running":
        """Nothing seen yet."""
        return cls(np.zeros(series), np.zeros(series), np.zeros(series, np.int64))

    def columns(self, at: slice) -> "Running":
        """A view of some of the series."""
        return Running(self.value_S[at], self.weight_S[at], self.count_S[at])


def refuse_infinite(x_TS: NDArray, row: int, column: int) -> None:
    """Name the first infinite value; the block begins at this row and series.

    Raises:
        ConfigError: there is one.
    """
    bad = np.argwhere(np.isinf(x_TS))
    if len(bad):
        t, s = int(bad[0][0]), int(bad[0][1])
        raise ConfigError(
            f"The value at row {t + row}, series {s + column} (both from 0) is {x_TS[t, s]}; an "
            f"average of it means nothing. Give finite numbers, and NaN where one is missing."
        )
