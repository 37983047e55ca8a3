"""The last known values of a series that its intervals learned from, and which were changed since.

A price that was corrected, or one of before a split, is another value at the same time: errors that
were measured against the old one say nothing of the series as it is now.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from umbrella.base.tensors import pack, unpack
from umbrella.data.codecs.history import History

MOST, LEAST = 1_000, 20  # values of a series that are kept
ALL = 200_000  # of all series together: a file of a few megabytes
SAME = 1e-7  # of a value, by which it may differ: a float32 that was written out and read again


@dataclass(frozen=True)
class Recalled:
    """Known values by their time.

    Args:
        stamps: [n], rising, microseconds since 1970.
        values: [n], finite.
    """

    stamps: NDArray[np.int64]
    values: NDArray[np.float64]

    def spec(self) -> dict[str, Any]:
        """As JSON-safe values, to the last bit."""
        return {"stamps": pack(self.stamps), "values": pack(self.values)}

    @classmethod
    def from_spec(cls, spec: Mapping[str, Any]) -> "Recalled":
        """Read back what `spec` made.

        Raises:
            ValueError: the parts do not fit each other.
            BundleError: they are no arrays.
        """
        found = cls(unpack(spec["stamps"]), unpack(spec["values"]))
        numbers = found.stamps.dtype == np.int64 and found.values.dtype == np.float64
        if not numbers or found.stamps.ndim != 1 or found.stamps.shape != found.values.shape:
            raise ValueError(f"{found.stamps.shape} times of {found.values.shape} values")
        return found


def recall(history: History, until: int, before: Recalled | None, series: int) -> Recalled:
    """The last known values up to a time: those of a history, and older ones that it lacks.

    Args:
        history: the series.
        until: stamp of the last step that the intervals learned from.
        before: what was known at the last call.
        series: how many there are to keep values of.
    """
    most = max(LEAST, min(MOST, ALL // max(series, 1)))
    target = history.values[:, 0]
    there = np.flatnonzero(np.isfinite(target) & (history.stamps <= until))[-most:]
    stamps, values = history.stamps[there], target[there].astype(np.float64)
    if before is not None:
        lost = ~np.isin(before.stamps, stamps)
        stamps = np.concatenate([before.stamps[lost], stamps])
        values = np.concatenate([before.values[lost], values])
        order = np.argsort(stamps, kind="stable")[-most:]
        stamps, values = stamps[order], values[order]
    return Recalled(stamps, values)


def changed(history: History, before: Recalled | None) -> NDArray[np.int64]:
    """Stamps at which a history now has another value, [k]; values put in or taken out are none.

    Args:
        history: the series.
        before: what was known at the last call, or None.
    """
    if before is None:
        return np.empty(0, np.int64)
    stamps, here, there = np.intersect1d(history.stamps, before.stamps, return_indices=True)
    now, then = history.values[here, 0], before.values[there]
    other = np.isfinite(now) & ~np.isclose(now, then, rtol=SAME, atol=0)
    return stamps[other]
