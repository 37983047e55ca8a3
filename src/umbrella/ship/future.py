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
from umbrella.base.files import write_bytes, write_json
from umbrella.base.progress import Progress, Silent
from umbrella.check.fan import Fans, picture
from umbrella.check.words import LABEL, clean
from umbrella.data.codecs.history import History
from umbrella.data.panel import Panel
from umbrella.data.table import Table
from umbrella.lite.adapting import NOTHING, Adapted, adapt
from umbrella.lite.bundle import Bundle
from umbrella.lite.forecast import Future, ended, forecast, horizon_of
from umbrella.lite.predict import check_target, format_of
from umbrella.ship.history import read_history
from umbrella.ship.history_notes import modelled_of, notes_of, require_known, rewritten_of
from umbrella.ship.kept import read_state, require_place
from umbrella.ship.stamps import writer_of
from umbrella.ship.written import write_futures

DRAWN, SHOWN, MOST = 3, 40, 400  # series of a figure; steps of history: at least, at most
DOTS = 1_000  # of a forecast that are drawn; of more, every k-th
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
        horizon: of the model.
        reference: the naive forecast that the verdict speaks of, "last-value" or "seasonal-naive".
        notes: what the model forecasts, and what is odd about the history.
    """

    panel: Panel
    futures: tuple[Future, ...]
    out: Path | None
    adapted: Adapted
    horizon: int
    reference: str = LAST
    notes: tuple[Sentence, ...] = ()

    def says(self) -> Sentence | None:
        """From what the intervals learned since the fit, at any call; None where from nothing."""
        names = [name for name in self.panel.ids if name in self.adapted.state.until]
        state = self.adapted.state
        if not names:
            return None
        tallies = [state.tallies[name] for name in names if name in state.tallies]
        steps, pairs, held = np.sum([NOTHING, *tallies], axis=0).tolist()
        if len(tallies) < len(names):  # an older release counted nothing
            when = self.panel.written(max(state.until[name] for name in names))
            return sentence("predict.kept", when=when)
        if not pairs:
            return None
        told = {"steps": steps, "series": len(tallies), "pairs": pairs, "horizon": self.horizon}
        return sentence("predict.adapted", **told, level=self.adapted.level, held=held / pairs)

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
    zone: str | None = None,
    progress: Progress | None = None,
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
        zone: whose clocks showed times without an offset; as the fit had it if None.
        progress: where to show how far it is.

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
    source, codec = Path(table.source) if table.source else None, bundle.window
    format_of(out, None)
    check_target(out, source)
    require_place(state, out, source)
    kept = read_state(state, bundle)
    panel, odd = read_history(table, roles, codec, zone)
    require_known(panel, codec)
    known = ended(bundle, histories(panel))
    horizon = horizon_of(bundle)
    with (progress or Silent()).stage(sentence("stage.predict"), steps or horizon) as stage:
        adapted = adapt(bundle, known, kept)
        futures = tuple(forecast(bundle, known, steps, adapted.ends, stage.advance))
    write = writer_of(table, roles, panel)
    write_futures(panel, futures, roles, out, "jsonl" if as_json and out is None else None, write)
    if state is not None:  # last: what was not answered was not learned from
        write_json(state, adapted.state.spec())
    modelled = modelled_of(panel, codec.config.log)
    odd += rewritten_of(panel, adapted.rewritten)
    notes = (modelled, *odd, *notes_of(panel, known, codec, bundle.spec.get("history")))
    return Foreseen(panel, futures, out, adapted, horizon, _reference(bundle, futures), notes)


def _reference(bundle: Bundle, futures: Sequence[Future]) -> str:
    """The naive forecast that the verdict speaks of, as the run that the model is of found it."""
    told = bundle.spec["made"].get("naive")
    seasons = [one.season for one in futures[:DRAWN]]
    whole = any(season is not None and np.isfinite(season).all() for season in seasons)
    return SEASON if told == SEASON and whole else LAST


def _fans(panel: Panel, at: int, future: Future, reference: str = LAST) -> Fans:
    """A series' last steps and what is forecast after them; every k-th where these are many."""
    rows = panel.rows_of(at)
    steps = len(future.stamps)
    each = -(-steps // DOTS)
    naive = np.full(steps, future.last)
    if reference == SEASON and future.season is not None:
        naive = future.season  # NaN, and so not drawn, where there is none
    season = panel.frequency.season or 1
    most = min(MOST * each, max(3 * steps, 2 * season, SHOWN))
    known = np.flatnonzero(np.isfinite(panel.values[rows, 0]))
    end = rows.start + int(known[-1])  # the forecast begins after the last known one
    past = np.arange(max(rows.start, end + 1 - most) - end, 1)
    past = past[past % each == 0] + end
    ahead = slice(each - 1, None, each)
    values = panel.values[past, 0]
    stamps = [*panel.stamps[past].tolist(), *future.stamps[ahead].tolist()]
    return Fans(
        name=clean(future.name or panel.columns[0], LABEL),
        values=[float(value) if np.isfinite(value) else None for value in values],
        dates=[panel.written(stamp) for stamp in stamps],
        fans=[
            {
                "at": len(values) - 1,
                "middle": future.middle[ahead].tolist(),
                "low": future.low[:, ahead].tolist(),
                "high": future.high[:, ahead].tolist(),
                "naive": naive[ahead].tolist(),
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
