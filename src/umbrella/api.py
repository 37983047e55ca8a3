"""The verbs in Python: the same as on the command line, typed."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from umbrella.base.budget import Budget, read_latency, read_share, read_size
from umbrella.base.catalogue import sentence
from umbrella.base.errors import ConfigError, need
from umbrella.base.progress import Progress, pick_progress
from umbrella.base.run import open_run, read_ladder

if TYPE_CHECKING:
    from umbrella.check.report import Report
    from umbrella.compare.run import Comparison
    from umbrella.fit.fit import Watcher
    from umbrella.fit.settings import FitSettings
    from umbrella.lite.bundle import Bundle
    from umbrella.lite.predict import Summary
    from umbrella.ship.future import Foreseen
    from umbrella.ship.ship import Shipped
    from umbrella.shrink.shrink import ShrinkWatcher


class Fitted:
    """A finished run: one trained model and everything known about it.

    Args:
        path: the run folder.

    Raises:
        RunError: not a run folder, damaged, or made by a newer version.
    """

    def __init__(self, path: Path | str) -> None:
        self.run, self.facts = open_run(path)

    @property
    def path(self) -> Path:
        """The run folder."""
        return self.run.path

    @property
    def scores(self) -> dict[str, Any]:
        """Headline score with its 95 % interval on validation and test rows, and the baseline's."""
        return dict(self.facts.get("scores", {}))

    @property
    def ladder(self) -> list[dict[str, Any]]:
        """Every rung tried, lightest first: score, interval, cost, verdict."""
        return read_ladder(self.run)

    def check(
        self, data: Any = None, *, progress: bool | Progress = False, lang: str = "en"
    ) -> "Report":
        """Ask whether the model will hold; writes report.json and report.html into the run.

        Args:
            data: where the data is now, when it has moved.
            progress: show bars.
            lang: language of report.html, "en" or "zh".
        """
        need_training()
        from umbrella.check.run import check_run

        return check_run(self.path, data, progress=_shown(progress), lang=lang)

    def shrink(
        self,
        *,
        size: str | int | None = None,
        latency: str | float | None = None,
        drop: str | float = "1%",
        out: Path | str | None = None,
        data: Any = None,
        minutes: float | None = None,
        progress: bool | Progress = False,
        watcher: "ShrinkWatcher | None" = None,
        fresh: bool = False,
    ) -> "Fitted":
        """Make a smaller run and prove on unseen rows that it is no worse than `drop` allows.

        Args:
            size: bytes on disk, e.g. "300KB".
            latency: time of one row, e.g. "2ms".
            drop: how much the score may fall, e.g. "1%".
            out: folder of the new run; the old name with "-small" by default.
            data: where the data is now, when it has moved.
            minutes: time budget of the search.
            progress: show bars.
            watcher: called back as the search goes.
            fresh: replace an earlier small run in that folder.

        Raises:
            BudgetError: nothing meets the budget, or the rows cannot prove it.
        """
        need_training()
        from umbrella.shrink.shrink import shrink_run

        budget = make_budget(size, latency, drop)
        made = shrink_run(
            self.path,
            budget,
            out,
            data=data,
            minutes=minutes,
            fresh=fresh,
            progress=_shown(progress),
            watcher=watcher,
        )
        return Fitted(made.path)

    def ship(
        self,
        path: Path | str | None = None,
        *,
        data: Any = None,
        lang: str = "en",
        progress: bool | Progress = False,
    ) -> "Shipped":
        """Write one file that runs without torch, after proving that it answers as the run does.

        Args:
            path: the .onnx file; by default named after the run folder, in the current one.
            data: where the data is now, when it has moved.
            lang: language of the model card, "en" or "zh".
            progress: show bars.

        Returns:
            The file's path, size, latency and parity with the run.
        """
        need_training()
        from umbrella.ship.ship import ship_run

        return ship_run(self.path, path, data=data, lang=lang, progress=_shown(progress))

    def predict(self, rows: Any) -> list[dict[str, Any]]:
        """Answer rows: texts, dicts, a dict of lists or a frame.

        Returns:
            A dict a row, e.g. {"label": "positive", "probability": 0.93}.
        """
        return _bundle(self).predict(rows)


def fit(
    data: Any,
    target: str = "",
    *,
    out: Path | str | None = None,
    fresh: bool = False,
    progress: bool | Progress = False,
    watcher: "Watcher | None" = None,
    reading: Mapping[str, Any] | None = None,
    **settings: Any,
) -> Fitted:
    """Fit a ladder of models on one honest split and choose the lightest that is good enough.

    Args:
        data: path, "-", the name of a sample, a frame, a dict of lists or a list of dicts.
        target: the column to predict; by default the one named "label".
        out: the run folder; runs/NAME by default.
        fresh: replace another fit in that folder.
        progress: show bars.
        watcher: called back as the fit goes.
        reading: further arguments of the reader: encoding, format, header, missing, bad_share.
        settings: fields of `FitSettings`: task, use, kinds, group, time, rungs, minutes, tune, …

    Returns:
        The finished run. The same call goes on where a killed one stopped.
    """
    need_training()
    from umbrella.fit.fit import fit_run

    run = fit_run(
        data,
        _fit_settings(target, settings),
        out,
        reading=dict(reading or {}),
        fresh=fresh,
        progress=_shown(progress),
        watcher=watcher,
    )
    return Fitted(run.path)


def compare(
    data: Any,
    target: str = "",
    rungs: Sequence[str] = (),
    *,
    why: bool = False,
    seeds: int = 5,
    out: Path | str | None = None,
    fresh: bool = False,
    progress: bool | Progress = False,
    lang: str = "en",
    reading: Mapping[str, Any] | None = None,
    **settings: Any,
) -> "Comparison":
    """Train rungs from several seeds on the same rows and say which is better beyond doubt.

    The test rows of a fit with the same seed are not read, so that a choice made by what is found
    here does not use them up.

    Args:
        data: as for `fit`.
        target: the column to predict; by default the one named "label".
        rungs: two or more of the data's ladder; may be left out with `why`.
        why: find out what a convolution gains over a perceptron, on pictures or signals.
        seeds: trainings of each rung.
        out: the folder; runs/NAME-compare by default.
        fresh: replace another comparison in that folder.
        progress: show bars.
        lang: language of compare.html, "en" or "zh".
        reading: further arguments of the reader.
        settings: fields of `FitSettings`: task, use, kinds, group, time, epochs, seed, …

    Returns:
        Its folder and compare.json. The same call goes on where a killed one stopped.
    """
    need_training()
    from umbrella.compare.run import compare_run
    from umbrella.compare.settings import CompareSettings

    chosen = _fit_settings(target, {**settings, "rungs": rungs})
    return compare_run(
        data,
        CompareSettings(chosen, seeds, why),
        out,
        reading=dict(reading or {}),
        fresh=fresh,
        progress=_shown(progress),
        lang=lang,
    )


def load(path: Path | str) -> "Fitted | Bundle":
    """Open a run folder, or a shipped file."""
    if Path(path).is_dir():
        return Fitted(path)
    from umbrella.lite import load as load_bundle

    return load_bundle(path)


def predict_source(
    model: Path | str,
    source: Any,
    out: Path | None = None,
    *,
    reading: Mapping[str, Any] | None = None,
    as_json: bool = False,
    weights: bool = False,
    progress: bool | Progress = False,
) -> "Summary":
    """Answer every row of a file, in order and with flat memory.

    Args:
        model: a shipped file or a run folder.
        source: anything that `umbrella.data.read.read` takes; of a folder every picture, sound or
            video is answered.
        out: a .csv, .tsv or .jsonl file; standard output when None.
        reading: further arguments of the reader.
        as_json: write JSON lines to standard output instead of CSV.
        weights: add how much each kind of column weighed in each answer.
        progress: show bars.
    """
    from umbrella.data.arrays import FILE_ROWS
    from umbrella.data.arrays import ROWS as BATCH_ROWS
    from umbrella.data.read import read
    from umbrella.lite.predict import predict_file

    opened = load(model)
    bundle = _bundle(opened)
    if bundle.window is not None:
        raise ConfigError(f"{model} forecasts series: add --future N, the steps to forecast.")
    with _shown(progress).stage(sentence("stage.predict")) as stage:
        table = read(source, answering=bundle.inputs, **dict(reading or {}))
        stage.resize(table.rows)
        rows = FILE_ROWS if table.roots else BATCH_ROWS
        batches = ({n: f[n].to_list() for n in f.columns} for f in table.raw_batches(rows=rows))
        files = [name for name in bundle.inputs if name in table.roots]
        return predict_file(
            bundle,
            batches,
            out,
            columns=table.columns,
            given=lambda batch: {**batch, **{n: table.resolve(n, batch[n]) for n in files}},
            format="jsonl" if as_json and out is None else None,
            source=Path(source)
            if isinstance(source, str | Path) and Path(source).is_file()
            else None,
            weights=weights,
            advance=stage.advance,
        )


def forecast_source(
    model: Path | str,
    source: Any = None,
    out: Path | None = None,
    *,
    steps: int | None = None,
    reading: Mapping[str, Any] | None = None,
) -> "Foreseen":
    """Forecast every series of a table beyond its last row.

    Args:
        model: a shipped file or a run folder of a forecast.
        source: the history, as for `fit`; of a run folder the data of its fit by default.
        out: a .csv file; standard output when None.
        steps: ahead; the model's horizon by default. More than it are forecast turn by turn.
        reading: further arguments of the reader.
    """
    from umbrella.data.read import read
    from umbrella.ship.future import foresee

    opened = load(model)
    bundle = _bundle(opened)
    if source is None and isinstance(opened, Fitted):
        source = opened.facts.get("source")
    if source is None:
        raise ConfigError(f"{model} needs a history to forecast from. Name a file after it.")
    return foresee(bundle, read(source, **dict(reading or {})), steps, out)


def need_training() -> None:
    """Make sure that the extra which trains is installed.

    Raises:
        MissingExtraError: it is not; the message holds the pip line.
    """
    for module in ("torch", "safetensors", "sklearn", "onnx"):
        need(module, "train")


def make_budget(size: str | int | None, latency: str | float | None, drop: str | float) -> Budget:
    """A budget from amounts as people write them."""
    return Budget(
        None if size is None else read_size(str(size)),
        None if latency is None else read_latency(str(latency)),
        read_share(str(drop)),
    )


def _fit_settings(target: str, settings: Mapping[str, Any]) -> "FitSettings":
    from umbrella.fit.settings import FitSettings

    try:
        return FitSettings(target, **{k: _tuple(v) for k, v in settings.items()})
    except TypeError as error:
        raise ConfigError(
            f"{error}. Settings of a fit are the fields of umbrella.fit.settings.FitSettings."
        ) from error


def _tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, Sequence) and not isinstance(value, str) else value


def _shown(progress: bool | Progress) -> Progress:
    return pick_progress(progress) if isinstance(progress, bool) else progress


def _bundle(opened: "Fitted | Bundle") -> "Bundle":
    if not isinstance(opened, Fitted):
        return opened
    need_training()
    from umbrella.ship.ship import bundle_run

    return bundle_run(opened.path)
