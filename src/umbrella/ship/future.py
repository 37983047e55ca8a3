"""From a table of the past to a file of the future: dates, values and intervals of every series.

The table is read as the fit read it; its rows may end later than the fit's did: new rows move the
origin on, nothing is fitted again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from umbrella.base.catalogue import Sentence, sentence
from umbrella.base.errors import BundleError, MissingExtraError
from umbrella.base.files import read_json, write_bytes, write_json
from umbrella.check.fan import Fans, picture
from umbrella.check.words import LABEL, clean
from umbrella.data.codecs.history import History
from umbrella.data.panel import Panel, make_panel
from umbrella.data.table import Table
from umbrella.lite.adapting import Adapted, State, adapt
from umbrella.lite.bundle import Bundle
from umbrella.lite.forecast import Future, ended, forecast
from umbrella.lite.predict import check_target, format_of
from umbrella.ship.history_notes import notes_of, require_known
from umbrella.ship.written import write_futures

DRAWN, SHOWN, MOST = 3, 40, 400  # series of a figure; steps of history: at least, at most
LAST, SEASON = "last-value", "seasonal-naive"  # the naive forecasts, as a fit names them
KEPT = 2  # seasons of history that a series new to the model is scaled by, at least


@dataclass(frozen=True)
class Foreseen:
    """What was forecast.

    Args:
        panel: the history.
        futures: one a series.
        out: the file written, or None for standard output.
        adapted: what the intervals learned from steps that came after the fit.
        reference: the naive forecast that the verdict speaks of, "last-value" or "seasonal-naive".
        notes: what is odd about the history.
    """

    panel: Panel
    futures: tuple[Future, ...]
    out: Path | None
    adapted: Adapted
    reference: str = LAST
    notes: tuple[Sentence, ...] = ()

    def says(self) -> Sentence | None:
        """From what the intervals learned; None where from nothing."""
        found = self.adapted
        if not found.steps or found.held is None:
            return None
        told = {"steps": found.steps, "series": found.series}
        return sentence("predict.adapted", **told, level=found.level, held=found.held)

    def draw(self, lang: str = "en") -> Path | None:
        """Draw the first series beside the file: history, forecast, and the naive one.

        Args:
            lang: of its words, "en" or "zh".

        Returns:
            The .svg file; None where nothing was written, or matplotlib is not installed.
        """
        if self.out is None:
            return None
        several = [
            _fans(self.panel, at, one, self.reference)
            for at, one in enumerate(self.futures[:DRAWN])
        ]
        try:
            figure = picture(several, len(self.futures), lang)
        except MissingExtraError:
            return None
        path = self.out.with_suffix(".svg")
        write_bytes(path, figure.encode())
        return path


def foresee(
    bundle: Bundle,
    table: Table,
    steps: int | None,
    out: Path | None,
    state: Path | None = None,
    as_json: bool = False,
) -> Foreseen:
    """Forecast every series of a table and write them down.

    Args:
        bundle: a model of series.
        table: the history.
        steps: ahead; the model's horizon by default.
        out: a .csv, .tsv or .jsonl file; standard output when None.
        state: a .json file where the intervals stand between calls: read where there is one, and
            written.
        as_json: write JSON lines to standard output instead of CSV.

    Raises:
        ConfigError: no folder to write into, an ending of no format, or `out` is the input.
        BundleError: the model does not forecast, or the state is of another one.
        DataError: a column is absent, or the series cannot be read.
    """
    roles = bundle.spec.get("roles")
    if not isinstance(roles, Mapping) or bundle.window is None:
        raise BundleError(
            f"{bundle.name} does not forecast. Models that do are fitted with --horizon."
        )
    format_of(out, None)
    check_target(out, Path(table.source) if table.source else None)
    panel = make_panel(table, **roles)
    require_known(panel, bundle.window)
    known = ended(bundle, histories(panel))
    kept = None
    if state is not None and state.is_file():
        kept = State.from_spec(read_json(state), bundle)
    adapted = adapt(bundle, known, kept)
    futures = tuple(forecast(bundle, known, steps, adapted.ends))
    write_futures(panel, futures, roles, out, "jsonl" if as_json and out is None else None)
    if state is not None:  # last: what was not answered was not learned from
        write_json(state, adapted.state.spec())
    codec = bundle.window
    notes = tuple(notes_of(panel, known, codec))
    return Foreseen(panel, futures, out, adapted, _reference(bundle, futures), notes)


def _reference(bundle: Bundle, futures: Sequence[Future]) -> str:
    """The naive forecast that the verdict speaks of, as the run that the model is of found it."""
    told = bundle.spec["made"].get("naive")
    return SEASON if told == SEASON and futures[0].season is not None else LAST


def _fans(panel: Panel, at: int, future: Future, reference: str = LAST) -> Fans:
    """A series' last steps and what is forecast after them."""
    rows = panel.rows_of(at)
    steps = len(future.stamps)
    naive = [future.last] * steps
    if reference == SEASON and future.season is not None:
        naive = future.season.tolist()
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
                "naive": naive,
                "reference": reference,
            }
        ],
    )


def histories(panel: Panel) -> list[History]:
    """Every series of a panel, up to its end."""
    return [
        History(name, panel.values[panel.rows_of(at)], panel.stamps[panel.rows_of(at)])
        for at, name in enumerate(panel.ids)
    ]
