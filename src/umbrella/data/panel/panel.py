"""A panel: what a table with a time column becomes; `make.make_panel` makes one.

Legend: S series, N rows of all series laid end to end, F value columns. A forecast origin is a row:
everything up to and with it is known, and its targets are the rows after it in its series.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from umbrella.data.panel.finding import Finding
from umbrella.data.panel.frequency import Frequency


@dataclass(frozen=True)
class Panel:
    """Series of numbers, one after the other, rising in time.

    Args:
        ids: S names; ("",) for a single series without one.
        columns: F value columns, targets first.
        values: [N, F]; NaN where missing.
        offsets: [S + 1]; series s is rows offsets[s]:offsets[s + 1]; none is empty.
        stamps: [N] microseconds since 1970, rising in each series: UTC where `zone` is known, time
            on the wall where it is not; row numbers where the frequency is "step".
        frequency: how far apart they lie.
        zone: "UTC", "+08:00", "America/New_York" or None.
        rows: [N] row number in the table from 0, the same for several rows here where the table
            held a series a column or a series a row; -1 for a row that was put in for a gap.
        findings: what was repaired, or looks odd.
        targets: how many of the columns, the first ones, are targets.
        layout: "long", "wide" or "rows": how the table held the series.
        name: of the table.
    """

    ids: tuple[str, ...]
    columns: tuple[str, ...]
    values: NDArray[np.float64]
    offsets: NDArray[np.int64]
    stamps: NDArray[np.int64]
    frequency: Frequency
    zone: str | None
    rows: NDArray[np.int64]
    findings: tuple[Finding, ...] = ()
    targets: int = 1
    layout: str = "long"
    name: str = ""

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Rows of each series, [S]."""
        return np.diff(self.offsets)

    @property
    def positive(self) -> tuple[bool, ...]:
        """Whether all values of a column are above zero, F: only then has it a logarithm."""
        least = np.fmin.reduce(self.values, axis=0, initial=np.inf)
        return tuple(bool(low > 0) and np.isfinite(low).item() for low in least)

    def rows_of(self, series: int | str) -> slice:
        """Where a series lies, by number or id; ValueError where there is none."""
        at = self.ids.index(series) if isinstance(series, str) else series
        return slice(int(self.offsets[at]), int(self.offsets[at + 1]))

    def ahead(self, series: int | str, n: int) -> NDArray[np.int64]:
        """The n stamps after a series' last, [n]."""
        last = int(self.stamps[self.rows_of(series)][-1])
        return self.frequency.ahead(last, n, self.zone)

    def written(self, stamp: int) -> str:
        """A stamp for people, in the panel's zone."""
        return self.frequency.written(stamp, self.zone)
