"""Mean and deviation of every column of training values, and values scaled by them.

Shapes: S values seen, F columns.
"""

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from umbrella.base.tensors import pack, unpack
from umbrella.data.codecs import specs

WIDEST = 10.0  # deviations; what lies farther out is drawn in to here
STEADY = 1e-6  # a column that varies less than this is not scaled up


class Standard:
    """Takes values in, one group after another, and then scales others.

    Args:
        mean, deviation: [F] each, or None before anything was seen.
    """

    def __init__(self, mean: NDArray | None = None, deviation: NDArray | None = None) -> None:
        self.mean = np.zeros(0) if mean is None else mean
        self.deviation = np.ones(0) if deviation is None else deviation
        self._count = 0
        self._sums: tuple[NDArray, NDArray] = (np.zeros(0), np.zeros(0))

    def see(self, values: NDArray[np.floating]) -> None:
        """Count in [S, F]; the answer depends on the groups' order alone."""
        whole = values.astype(np.float64)
        sums = whole.sum(axis=0), (whole**2).sum(axis=0)
        old = self._sums if self._count else (np.zeros(len(sums[0])), np.zeros(len(sums[0])))
        self._sums = old[0] + sums[0], old[1] + sums[1]
        self._count += len(values)
        self.mean = self._sums[0] / self._count
        variance = np.maximum(self._sums[1] / self._count - self.mean**2, 0.0)
        self.deviation = np.where(variance < STEADY**2, 1.0, np.sqrt(variance))

    def apply(self, values: NDArray[np.floating]) -> NDArray[np.float32]:
        """How many deviations from the mean each value lies, [S, F], at most WIDEST."""
        scaled = (values - self.mean) / self.deviation
        return np.clip(scaled, -WIDEST, WIDEST).astype(np.float32)

    def spec(self) -> dict[str, Any]:
        """JSON-safe form."""
        return {
            "mean": pack(self.mean.astype(np.float64)),
            "deviation": pack(self.deviation.astype(np.float64)),
        }

    @classmethod
    def from_spec(cls, spec: Any, codec: str, columns: int) -> Self:
        """Build back from `spec()`.

        Raises:
            BundleError: damaged, or not of so many columns.
        """
        stored = specs.table(spec, codec)
        mean, deviation = (unpack(specs.field(stored, name)) for name in ("mean", "deviation"))
        good = all(a.dtype == np.float64 and a.shape == (columns,) for a in (mean, deviation))
        if not good or not np.isfinite(mean).all() or not (deviation > 0).all():
            raise specs.damaged(codec, "scale", spec, f"{columns} means and deviations above 0")
        return cls(mean, deviation)
