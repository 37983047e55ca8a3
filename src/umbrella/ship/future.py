"""From a table of the past to a file of the future: dates, values and intervals of every series.

The table is read as the fit read it; its rows may end later than the fit's did: new rows move the
origin on, nothing is fitted again.
"""

import csv
import io
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from umbrella.base.errors import BundleError, MissingExtraError
from umbrella.base.files import write_bytes
from umbrella.check.fan import Fans, picture
from umbrella.check.words import LABEL, clean
from umbrella.data.codecs.history import History
from umbrella.data.panel import Panel, make_panel
from umbrella.data.table import Table
from umbrella.lite.bundle import Bundle
from umbrella.lite.forecast import Future, forecast

DRAWN, SHOWN, MOST = 3, 40, 400  # series of a figure; steps of history: at least, at most
KEPT = 2  # seasons of history that a series new to the model is scaled by, at least


@dataclass(frozen=True)
class Foreseen:
    """What was forecast.

    Args:
        panel: the history.
        futures: one a series.
        out: the file written, or None for standard output.
    """

    panel: Panel
    futures: tuple[Future, ...]
    out: Path | None

    def draw(self, lang: str = "en") -> Path | None:
        """Draw the first series beside the file: history, forecast, and the naive one.

        Args:
            lang: of its words, "en" or "zh".

        Returns:
            The .svg file; None where nothing was written, or matplotlib is not installed.
        """
        if self.out is None:
            return None
        several = [_fans(self.panel, at, one) for at, one in enumerate(self.futures[:DRAWN])]
        try:
            figure = picture(several, len(self.futures), lang)
        except MissingExtraError:
            return None
        path = self.out.with_suffix(".svg")
        write_bytes(path, figure.encode())
        return path


def foresee(bundle: Bundle, table: Table, steps: int | None, out: Path | None) -> Foreseen:
    """Forecast every series of a table and write them down.

    Args:
        bundle: a model of series.
        table: the history.
        steps: ahead; the model's horizon by default.
        out: a .csv file; standard output when None.

    Raises:
        BundleError: the model does not forecast.
        DataError: a column is absent, or the series cannot be read.
    """
    roles = bundle.spec.get("roles")
    if not isinstance(roles, Mapping) or bundle.window is None:
        raise BundleError(
            f"{bundle.name} does not forecast. Models that do are fitted with --horizon."
        )
    panel = make_panel(table, **roles)
    futures = tuple(forecast(bundle, histories(panel), steps))
    text = _written(panel, futures, steps_name(roles))
    if out is None:
        sys.stdout.write(text)
    else:
        write_bytes(out, text.encode())
    return Foreseen(panel, futures, out)


def _fans(panel: Panel, at: int, future: Future) -> Fans:
    """A series' last steps and what is forecast after them."""
    rows = panel.rows_of(at)
    steps = len(future.stamps)
    season = panel.frequency.season or 1
    start = max(rows.start, rows.stop - min(MOST, max(3 * steps, 2 * season, SHOWN)))
    values = panel.values[start : rows.stop, 0]
    known = np.flatnonzero(np.isfinite(values))  # the forecast begins after the last known one
    values = values[: int(known[-1]) + 1]
    stamps = [*panel.stamps[start : start + len(values)].tolist(), *future.stamps.tolist()]
    return Fans(
        name=clean(future.name or panel.columns[0], LABEL),
        values=[float(value) if np.isfinite(value) else None for value in values],
        dates=[panel.written(stamp) for stamp in stamps],
        fans=[
            {
                "at": len(values) - 1,
                "middle": future.middle.tolist(),
                "low": future.low.tolist(),
                "high": future.high.tolist(),
                "naive": [future.last] * steps,
            }
        ],
    )


def histories(panel: Panel) -> list[History]:
    """Every series of a panel, up to its end."""
    return [
        History(name, panel.values[panel.rows_of(at)], panel.stamps[panel.rows_of(at)])
        for at, name in enumerate(panel.ids)
    ]


def steps_name(roles: Mapping[str, Any]) -> str:
    """What the column of times is called."""
    time = roles.get("time")
    return str(time[0]) if isinstance(time, Sequence) and len(time) == 1 else "time"


def _written(panel: Panel, futures: Sequence[Future], time: str) -> str:
    """CSV: series, time, forecast, the ends of every interval, and the naive forecast beside it."""
    levels = futures[0].levels
    ends = [f"{side}_{round(100 * level)}" for level in levels for side in ("low", "high")]
    several = len(panel.ids) > 1
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\n")
    writer.writerow([*(["series"] if several else []), time, "forecast", *ends, "last_value"])
    for future in futures:
        for step, stamp in enumerate(future.stamps.tolist()):
            limits = np.stack([future.low[:, step], future.high[:, step]], axis=1).ravel()
            figures = [future.middle[step], *limits, future.last]
            writer.writerow(
                [
                    *([future.name] if several else []),
                    panel.written(stamp),
                    *(f"{figure:.9g}" for figure in figures),
                ]
            )
    return lines.getvalue()
