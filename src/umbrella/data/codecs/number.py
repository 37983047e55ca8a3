"""One column of numbers: read from text, brought to a common scale, with missing as its own signal.

    scaled = z / sqrt(1 + (z/3)²),  z = (x − median) / range of the middle half

so a wild value moves a network little, and one beyond what training saw cannot break it. Source:
Holzmüller et al. 2024, "Better by Default" (RealMLP), arXiv:2407.04491, section 3; differs in that
a column whose middle half is one value is scaled by a wider part of it.
Shapes: N rows, F signals of a column.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from umbrella.base.seeds import generator
from umbrella.data.codecs import specs

BEND = 3.0  # scaled values stay within ± this
PARTS = ((0.25, 0.75), (0.1, 0.9), (0.05, 0.95), (0.01, 0.99), (0.0, 1.0))  # middle to whole
LARGEST = float(np.finfo(np.float32).max)
LARGEST_READ = float(np.finfo(np.float64).max)


def read_numbers(cells: Sequence[Any]) -> NDArray[np.float64]:
    """Cells as written → finite numbers [N], NaN where there is none (also for "inf")."""
    try:
        out = np.array([np.nan if cell is None else float(cell) for cell in cells], np.float64)
    except (ValueError, TypeError, OverflowError):
        out = np.array([_read(cell) for cell in cells], np.float64)
    out[~np.isfinite(out)] = np.nan
    return out


def _read(cell: Any) -> float:
    try:
        return float(cell)
    except (ValueError, TypeError, OverflowError):
        return float("nan")


class Sample:
    """An even sample of a stream in bounded memory; all of it while it fits.

    Every value draws a random number, and the `room` lowest stay. The draws follow the order of
    the values alone, so the cut into batches changes nothing.

    Args:
        room: values kept, ≥ 1.
        column: number of the column, which seeds the draws.
    """

    def __init__(self, room: int, column: int):
        self.room = room
        self.values = np.empty(0, np.float64)
        self._draws = np.empty(0, np.float64)
        self._rng = generator(0, "sample", column)

    def add(self, values: NDArray[np.float64]) -> None:
        """See finite values [n]."""
        draws = np.concatenate([self._draws, self._rng.random(len(values))])
        values = np.concatenate([self.values, values])
        if len(values) > self.room:
            keep = np.sort(np.argpartition(draws, self.room - 1)[: self.room])
            values, draws = values[keep], draws[keep]
        self.values, self._draws = values, draws


@dataclass(frozen=True)
class Scale:
    """Where a column's middle is, and how wide it is.

    Args:
        middle: the median.
        width: range of the middle half, or of more where that is one value; 0 for a constant.
    """

    middle: float = 0.0
    width: float = 0.0

    @classmethod
    def of(cls, values: NDArray[np.float64]) -> "Scale":
        """Read it off a sample [n] of finite values; neutral for an empty one."""
        if not len(values):
            return cls()
        for low, high in PARTS:
            ends = np.quantile(values, [low, high])
            with np.errstate(over="ignore"):
                width = float(ends[1] - ends[0])
            if width > 0:
                break
        return cls(float(np.median(values)), width if np.isfinite(width) else LARGEST_READ)

    def apply(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Numbers → [−3, 3]; NaN, and every number of a constant column, becomes 0."""
        if self.width == 0:
            return np.zeros(len(values))
        with np.errstate(over="ignore"):
            z = np.nan_to_num((values - self.middle) / self.width, posinf=1e30, neginf=-1e30)
        z = np.clip(z, -1e30, 1e30)
        bent: NDArray[np.float64] = z / np.sqrt(1 + (z / BEND) ** 2)
        return bent

    def spec(self) -> dict[str, float]:
        """JSON-safe."""
        return {"middle": self.middle, "width": self.width}

    @classmethod
    def from_spec(cls, spec: dict[str, Any]) -> "Scale":
        """Read back; BundleError where a field is no finite number or the width is negative."""
        return cls(_finite(spec, "middle", -LARGEST_READ), _finite(spec, "width", 0.0))


def _finite(spec: dict[str, Any], name: str, low: float) -> float:
    value = specs.field(spec, name)
    if type(value) not in (int, float) or not low <= value <= LARGEST_READ:
        raise specs.damaged("table", name, value, f"a finite number from {low:g}")
    return float(value)


@dataclass
class NumberColumn:
    """The codec of one column.

    Args:
        scaled: True for networks that multiply: the scaled number (0 where it is missing) and,
            where training rows lacked some, a signal of 1 for missing. False for trees: the number
            as it is, NaN where it is missing.
        scale: learned.
        gaps: whether a training row had no number; learned.
    """

    scaled: bool = True
    scale: Scale = field(default_factory=Scale)
    gaps: bool = False
    sample: Sample | None = None  # while it learns

    def begin(self, column: int, room: int) -> None:
        """Start to learn."""
        self.sample = Sample(room, column)

    def see(self, cells: Sequence[Any]) -> None:
        """Learn from some training rows."""
        values = read_numbers(cells)
        missing = np.isnan(values)
        self.gaps |= bool(missing.any())
        if self.sample is not None and self.scaled:
            self.sample.add(values[~missing])

    def end(self) -> None:
        """Settle what was learned."""
        if self.sample is not None:
            self.scale, self.sample = Scale.of(self.sample.values), None

    @property
    def signals(self) -> int:
        """F."""
        return 1 + (self.scaled and self.gaps)

    def encode(self, cells: Sequence[Any]) -> NDArray[np.float32]:
        """Signals of the rows, [N, F]."""
        values = read_numbers(cells)
        if not self.scaled:
            return np.clip(values, -LARGEST, LARGEST).astype(np.float32)[:, None]
        parts = [self.scale.apply(values)]
        if self.gaps:
            parts.append(np.isnan(values).astype(np.float64))
        return np.stack(parts, axis=1).astype(np.float32)

    def probe(self) -> list[str | None]:
        """Four cells that show whether another version reads alike."""
        middle, width = self.scale.middle, self.scale.width
        return [repr(middle), repr(middle + width / 2), None, "1e3"]

    def spec(self) -> dict[str, Any]:
        """JSON-safe."""
        return {"kind": "number", "gaps": self.gaps, **self.scale.spec()}

    @classmethod
    def from_spec(cls, spec: dict[str, Any], scaled: bool) -> "NumberColumn":
        """Read back; BundleError on damage."""
        return cls(scaled, Scale.from_spec(spec), specs.flag(spec, "gaps"))
