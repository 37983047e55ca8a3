"""One column of moments: its calendar parts as signals.

The time is taken as it is written: an hour of the day means more where people live than in
Greenwich, so a zone is read over. Numbers are years (1000 to 3000), else seconds since 1970 or
finer. What is no moment counts as missing.
Shapes: N rows, F signals of a column.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from umbrella.data.codecs import specs
from umbrella.data.codecs.number import Sample, Scale

MOMENT = re.compile(
    r"([0-9]{4})(?:[-/.]|\s*年\s*)([0-9]{1,2})(?:(?:[-/.]|\s*月\s*)([0-9]{1,2})\s*[日号]?|\s*月)?"
    r"(?:[T ]?\s*([0-9]{1,2})[:时点]([0-9]{1,2})?[^\n]{0,40})?"
)
NUMBER = re.compile(r"-?[0-9]{1,20}(?:\.[0-9]{1,12})?")
CHARS = 64  # of the longest moment; patterns with optional spaces are slow on endless ones
UNITS = ((1e11, 1.0), (1e14, 1e3), (1e17, 1e6), (float("inf"), 1e9))  # below → a second's worth
LEAST_SECONDS = 1e8  # smaller numbers are years or steps
EPOCH = date(2000, 1, 1).toordinal()
YEAR, DAY_OF_YEAR, WEEKDAY, HOUR, DAYS = range(5)
WHOLE_CIRCLE = {DAY_OF_YEAR: 366.0, WEEKDAY: 7.0, HOUR: 24.0}


def read_moments(cells: Sequence[Any]) -> NDArray[np.float64]:
    """Cells as written → [N, 5]: year with its fraction, day of the year from 0, weekday from 0
    (Monday), hour with its fraction, days since 2000. A row of NaN where there is no moment.
    """
    known: dict[Any, tuple[float, ...]] = {None: (float("nan"),) * 5}
    for cell in set(cells) - {None}:
        known[cell] = _parts(str(cell).strip())
    return np.array([known[cell] for cell in cells], np.float64).reshape(-1, 5)


def _parts(text: str) -> tuple[float, ...]:
    if len(text) > CHARS:
        return (float("nan"),) * 5
    try:
        found = MOMENT.fullmatch(text)
        if found:
            year, month, day, hour, minute = (int(n or 0) for n in found.groups())
            at = date(year, month, 1 if found.group(3) is None else day)
            if hour > 24 or minute > 59:
                raise ValueError("no such hour")
            return _of(at, (hour + minute / 60) % 24)
        if NUMBER.fullmatch(text):
            return _of_number(float(text))
    except (ValueError, OverflowError):
        pass
    return (float("nan"),) * 5


def _of(at: date, hour: float) -> tuple[float, ...]:
    day = at.timetuple().tm_yday - 1
    days = at.toordinal() - EPOCH + hour / 24
    return at.year + day / 366, float(day), float(at.weekday()), hour, days


def _of_number(number: float) -> tuple[float, ...]:
    if 1000 <= number < 3000:
        return _of(date(int(number), 1, 1), 0.0)
    if abs(number) < LEAST_SECONDS:
        raise ValueError("neither a year nor seconds")
    worth = next(worth for below, worth in UNITS if abs(number) < below)
    moment = datetime.fromtimestamp(0, UTC).timestamp() + number / worth
    at = datetime.fromtimestamp(moment, UTC)
    return _of(at.date(), at.hour + at.minute / 60)


@dataclass
class TimeColumn:
    """The codec of one column.

    Args:
        scaled: True: the scaled year, and day of the year, weekday and hour each as a point on a
            circle (sine, cosine; 0, 0 where it is missing), and a signal of 1 for missing where
            training rows lacked some. False for trees: the five parts as they are, NaN where it is
            missing. The hour is left out where training rows have none.
        scale: of the year; learned.
        gaps: whether a training row had no moment; learned.
        clock: whether a training row had an hour other than 0; learned.
    """

    scaled: bool = True
    scale: Scale = field(default_factory=Scale)
    gaps: bool = False
    clock: bool = False
    sample: Sample | None = None  # while it learns

    def begin(self, column: int, room: int) -> None:
        """Start to learn."""
        self.sample = Sample(room, column)

    def see(self, cells: Sequence[Any]) -> None:
        """Learn from some training rows."""
        parts = read_moments(cells)
        missing = np.isnan(parts[:, YEAR])
        self.gaps |= bool(missing.any())
        self.clock |= bool((parts[~missing, HOUR] != 0).any())
        if self.sample is not None:
            self.sample.add(parts[~missing, YEAR])

    def end(self) -> None:
        """Settle what was learned."""
        if self.sample is not None:
            self.scale, self.sample = Scale.of(self.sample.values), None

    @property
    def circles(self) -> tuple[int, ...]:
        """The parts that come round again."""
        return (DAY_OF_YEAR, WEEKDAY, HOUR) if self.clock else (DAY_OF_YEAR, WEEKDAY)

    @property
    def signals(self) -> int:
        """F."""
        if not self.scaled:
            return 2 + len(self.circles)
        return 1 + 2 * len(self.circles) + self.gaps

    def encode(self, cells: Sequence[Any]) -> NDArray[np.float32]:
        """Signals of the rows, [N, F]."""
        parts = read_moments(cells)
        if not self.scaled:
            return parts[:, [YEAR, *self.circles, DAYS]].astype(np.float32)
        out = [self.scale.apply(parts[:, YEAR])]
        for part in self.circles:
            turn = parts[:, part] * (2 * np.pi / WHOLE_CIRCLE[part])
            out += [np.nan_to_num(np.sin(turn)), np.nan_to_num(np.cos(turn))]
        if self.gaps:
            out.append(np.isnan(parts[:, YEAR]).astype(np.float64))
        return np.stack(out, axis=1).astype(np.float32)

    def probe(self) -> list[str | None]:
        """Four cells that show whether another version reads alike."""
        return ["2024-02-29 13:30", "1999/12/31", "2012年7月9日 23时", None]

    def spec(self) -> dict[str, Any]:
        """JSON-safe."""
        return {"kind": "time", "gaps": self.gaps, "clock": self.clock, **self.scale.spec()}

    @classmethod
    def from_spec(cls, spec: dict[str, Any], scaled: bool) -> "TimeColumn":
        """Read back; BundleError on damage."""
        gaps, clock = specs.flag(spec, "gaps"), specs.flag(spec, "clock")
        return cls(scaled, Scale.from_spec(spec), gaps, clock)
