"""Where an exponential average stands: all that is needed to go on with the next value.

Letters: S series.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from umbrella.base.errors import BundleError
from umbrella.base.tensors import pack, unpack
from umbrella.series.plan import Plan, Running

_ARRAYS = {"value": np.dtype("<f8"), "weight": np.dtype("<f8"), "count": np.dtype("<i8")}


@dataclass(frozen=True, eq=False)
class EmaState:
    """The averages of S series after their last row, and the settings they were made with.

    Args:
        plan: the settings, without the clock.
        value: [S] the averages; 0 where nothing was seen.
        weight: [S] what all values seen weigh against a new one.
        count: [S] values seen.
        half_life: by the clock, in the unit of the times; None where rows are counted.
        unit: of dates, e.g. "s"; None for plain numbers.
        time: of the last row; None where there was none.
    """

    plan: Plan
    value: NDArray[np.float64]
    weight: NDArray[np.float64]
    count: NDArray[np.int64]
    half_life: float | None = None
    unit: str | None = None
    time: float | int | None = None

    def __post_init__(self) -> None:
        for name in _ARRAYS:
            getattr(self, name).flags.writeable = False

    @classmethod
    def after(
        cls,
        plan: Plan,
        running: Running,
        half_life: float | None,
        unit: str | None,
        time: float | int | None,
    ) -> "EmaState":
        """The state that `running` has come to."""
        return cls(plan, running.value_S, running.weight_S, running.count_S, half_life, unit, time)

    def running(self) -> Running:
        """A copy that can be moved on."""
        return Running(self.value.copy(), self.weight.copy(), self.count.copy())

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe, to the last bit."""
        plan = self.plan
        return {
            "alpha": plan.alpha,
            "adjust": plan.adjust,
            "ignore_nan": plan.ignore_nan,
            "min_count": plan.min_count,
            "seed": plan.seed,
            "half_life": self.half_life,
            "unit": self.unit,
            "time": self.time,
            **{name: pack(getattr(self, name)) for name in _ARRAYS},
        }

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> "EmaState":
        """Read back what `to_dict` made.

        Raises:
            BundleError: not such a dict.
        """
        try:
            arrays = [unpack(stored[name]) for name in _ARRAYS]
            plan = Plan(
                float(stored["alpha"]),
                bool(stored["adjust"]),
                bool(stored["ignore_nan"]),
                int(stored["min_count"]),
                int(stored["seed"]),
            )
            rest = {name: stored[name] for name in ("half_life", "unit", "time")}
        except (KeyError, TypeError, ValueError) as error:
            raise BundleError(
                f"This is not the state of an average ({error!r}). Use what to_dict() gave."
            ) from error
        shapes = {array.shape for array in arrays}
        types = [array.dtype for array in arrays]
        if len(shapes) != 1 or arrays[0].ndim != 1 or types != list(_ARRAYS.values()):
            raise BundleError(
                f"The state's arrays do not fit together: shapes {sorted(shapes)}, types {types}. "
                f"Use what to_dict() gave."
            )
        value, weight, count = arrays
        return cls(plan, value, weight, count, **rest)
