"""How far apart the rows of a series lie, and which stamps come next.

Stamps are whole microseconds since 1970, [n] int64: UTC where a zone is known, the time on the wall
where none is. Days, weeks and months are counted on the wall, shorter steps in UTC.
"""

import re
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from umbrella.base.catalogue import Sentence, sentence
from umbrella.base.errors import ConfigError, unknown
from umbrella.data.panel.zones import to_utc, to_wall

Stamps = NDArray[np.int64]

SECOND = 1_000_000
DAY = 86_400 * SECOND
FIXED = {  # code → microseconds of one step
    "microsecond": 1,
    "millisecond": 1_000,
    "second": SECOND,
    "minute": 60 * SECOND,
    "hour": 3_600 * SECOND,
    "day": DAY,
    "week": 7 * DAY,
}
MONTHS = {"month": 1, "quarter": 3, "year": 12}
MONTH = 2_629_746 * SECOND  # a twelfth of the mean Gregorian year
WEEKDAYS = "1111100"  # Monday to Sunday
OTHERS = ("business day", "step", "irregular")
CODES = (*FIXED, *MONTHS, *OTHERS)
ON_WALL = ("day", "week", "business day", *MONTHS)
CYCLE = {"minute": 1_440, "hour": 24, "day": 7, "business day": 5, "week": 52, "month": 12}
CYCLE |= {"quarter": 4}  # steps of the usual season: a day, a week, a year

CALLED = {  # code → how people call it
    "microsecond": "us",
    "millisecond": "ms",
    "second": "s sec 秒",
    "minute": "min t 分钟",
    "hour": "h hourly 小时",
    "day": "d daily 日 天",
    "business day": "b bday weekday 工作日 交易日",
    "week": "w weekly 周",
    "month": "m me monthly 月",
    "quarter": "q quarterly 季度 季",
    "year": "y a yearly 年",
}
WORDS = {word: code for code, words in CALLED.items() for word in words.split()}
WORDS |= {code: code for code in CODES if code != "step"}


@dataclass(frozen=True)
class Frequency:
    """A step in time. `of` makes one, `named` reads one.

    Args:
        code: one of CODES; "step" counts rows without a date, and "irregular" has no step at all.
        multiple: how many of them make a step, 1 or more.
        anchor: of months, quarters and years: the day of the month, 1 to 31; 0 for the last day,
            -1 for the last weekday, -2 for the first weekday.
        step: microseconds from one stamp to the next: exact to the week, the mean of months, the
            median of irregular ones, 1 for "step".
        season: steps of the usual season, or None.
        weekmask: of business days: "1" for each of Monday to Sunday that has rows.
    """

    code: str
    multiple: int = 1
    anchor: int = 1
    step: int = 1
    season: int | None = None
    weekmask: str = WEEKDAYS

    @property
    def regular(self) -> bool:
        """Whether missing stamps can be told."""
        return self.code != "irregular"

    @property
    def on_wall(self) -> bool:
        """Whether steps are counted on the wall: a day has 23 hours where the clock is put on."""
        return self.code in ON_WALL

    def ahead(self, stamp: int, n: int, zone: str | None = None) -> Stamps:
        """The n stamps after one, [n], rising; holidays are not known and not left out.

        Args:
            stamp: microseconds since 1970, as the panel has them.
            n: how many, 0 or more.
            zone: the panel's, so that days stay days where the clock is changed.
        """
        return self.shift(np.full(n, stamp, np.int64), np.arange(1, n + 1), zone)

    def shift(self, stamps: Stamps, steps: Stamps, zone: str | None = None) -> Stamps:
        """Stamps moved on by so many steps each, [n].

        Args:
            stamps: [n].
            steps: [n], 0 or more.
            zone: as of `ahead`.
        """
        steps = np.asarray(steps, np.int64) * self.multiple
        if not self.on_wall:
            return stamps + steps * (self.step // self.multiple)
        wall = to_wall(stamps, zone)
        if self.code in FIXED:
            moved = wall + steps * FIXED[self.code]
        elif self.code == "business day":
            moved = self._weekdays_on(wall, steps)
        else:
            moved = self._months_on(wall, steps * MONTHS[self.code])
        return to_utc(moved, zone)

    def said(self) -> Sentence:
        """ "every 15 minutes", "business days", …"""
        if self.multiple == 1 or not self.regular:
            return sentence(f"series.every.{self.code.replace(' ', '_')}")
        unit = sentence(f"series.unit.{self.code.replace(' ', '_')}")
        return sentence("series.every.several", count=self.multiple, unit=unit)

    def written(self, stamp: int, zone: str | None = None) -> str:
        """A stamp for people, no finer than the step: 2019Q3, 1949-01, 2024-01-05 13:30.

        Args:
            stamp: microseconds since 1970.
            zone: as of `ahead`; the time shown is the one on the wall there.
        """
        if self.code == "step":
            return str(stamp)
        wall = int(to_wall(np.array([stamp], np.int64), zone)[0])
        text = str(np.datetime64(wall, "us")).replace("T", " ")
        if self.code == "quarter":
            return f"{text[:4]}Q{(int(text[5:7]) + 2) // 3}"
        if self.code in ("month", "year") and self.anchor == 1 and wall % DAY == 0:
            return text[:7] if self.code == "month" else text[:4]
        if wall % DAY == 0 and self.on_wall:
            return text[:10]
        whole = wall % (60 * SECOND) == 0 and self.code in ("minute", "hour", *ON_WALL)
        return text[:16] if whole else text.removesuffix(".000000")

    def _weekdays_on(self, wall: Stamps, steps: Stamps) -> Stamps:
        days, clock = np.divmod(wall, DAY)
        moved = np.busday_offset(
            days.astype("datetime64[D]"), steps, roll="preceding", weekmask=self.weekmask
        )
        return moved.astype(np.int64) * DAY + clock

    def _months_on(self, wall: Stamps, months: Stamps) -> Stamps:
        clock = wall % DAY
        target = month_of(wall) + months
        first = target.astype("datetime64[M]").astype("datetime64[D]")
        last = (target + 1).astype("datetime64[M]").astype("datetime64[D]") - 1
        if self.anchor == 0:
            day = last
        elif self.anchor == -1:
            day = np.busday_offset(last, 0, roll="backward", weekmask=self.weekmask)
        elif self.anchor == -2:
            day = np.busday_offset(first, 0, roll="forward", weekmask=self.weekmask)
        else:
            day = np.minimum(first + (self.anchor - 1), last)
        return day.astype(np.int64) * DAY + clock


def month_of(wall: Stamps) -> Stamps:
    """Months since January 1970 of stamps on the wall, [n]."""
    return wall.astype("datetime64[us]").astype("datetime64[M]").astype(np.int64)


def of(code: str, multiple: int = 1, *, anchor: int = 1, weekmask: str = WEEKDAYS) -> Frequency:
    """A frequency with its step and usual season.

    Args:
        code: one of CODES.
        multiple: 1 or more.
        anchor: see Frequency.
        weekmask: see Frequency.
    """
    if code in FIXED:
        step = FIXED[code] * multiple
    elif code in MONTHS:
        step = MONTH * MONTHS[code] * multiple
    else:
        step = DAY * multiple if code == "business day" else multiple
    cycle = CYCLE.get(code, 0)
    if code == "business day":
        cycle = weekmask.count("1")
    whole = cycle > multiple and cycle % multiple == 0
    season = cycle // multiple if whole else None
    return Frequency(code, multiple, anchor, step, season, weekmask)


def irregular(step: int) -> Frequency:
    """No step; this many microseconds lie between two stamps, by the median."""
    return replace(of("irregular"), step=max(step, 1))


def named(text: str) -> Frequency:
    """Read a frequency as people call it: "hour", "15 minutes", "B", "2h", "月".

    Raises:
        ConfigError: it is none.
    """
    cut = re.fullmatch(r"\s*([0-9]{1,6})?\s*(.*?)\s*", text, re.DOTALL)
    multiple, word = (int(cut[1] or 1), cut[2].lower()) if cut else (0, text)
    code = WORDS.get(word) or WORDS.get(word.removesuffix("s"))
    if code is None or multiple < 1:
        raise unknown("frequency", text, [c for c in CODES if c != "step"], ConfigError)
    return of(code, multiple)
