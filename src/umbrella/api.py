"""The verbs in Python: the same as on the command line, typed."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from umbrella.base.catalogue import sentence
from umbrella.base.errors import ConfigError
from umbrella.base.progress import Progress
from umbrella.fitted import Fitted, bundle_of, need_training, shown

if TYPE_CHECKING:
    from umbrella.compare.run import Comparison
    from umbrella.fit.fit import Watcher
    from umbrella.fit.settings import FitSettings
    from umbrella.labelled import Labelled
    from umbrella.lite.bundle import Bundle
    from umbrella.lite.predict import Summary
    from umbrella.ship.future import Foreseen

__all__ = [
    "Fitted",
    "compare",
    "fit",
    "forecast_source",
    "label",
    "load",
    "need_training",
    "predict_source",
]


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
        progress=shown(progress),
        watcher=watcher,
    )
    return Fitted(run.path)


def compare(
    data: Any,
    target: str = "",
    rungs: Sequence[str] = (),
    *,
    why: bool = False,
    by_size: bool = False,
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
        by_size: draw learning curves over training sizes.
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
        CompareSettings(chosen, seeds, why, by_size),
        out,
        reading=dict(reading or {}),
        fresh=fresh,
        progress=shown(progress),
        lang=lang,
    )


def label(
    data: Any,
    labels: str | Path | Mapping[str, Sequence[str]],
    out: Path | str | None = None,
    *,
    pretrained: str = "auto",
    target: str = "label",
    templates: Sequence[str] = (),
    surest: str | float = 1.0,
    reading: Mapping[str, Any] | None = None,
    use: Sequence[str] = (),
    kinds: Mapping[str, str] | None = None,
    seed: int = 0,
    device: str = "auto",
    as_json: bool = False,
    progress: bool | Progress = False,
) -> "Labelled":
    """Label texts by what the labels mean, with no training.

    Args:
        data: as for `fit`.
        labels: name → sentences, a table, or a line: "good: a happy review; bad: an angry one".
        out: a .csv, .tsv or .jsonl file; standard output when None.
        pretrained: a published encoder, as for `fit`.
        target: the column of labels; rows that have one keep it, and judge the descriptions.
        templates: sentences with {} where the description goes; their vectors are averaged.
        surest: share of the rows that get a label, those with the largest leads.
        reading: further arguments of the reader.
        use: columns of text; all by default.
        kinds: column → kind, where inference errs.
        seed: draws the folds of what is learned beside.
        device: "auto", "cpu" or "cuda".
        as_json: write JSON lines to standard output instead of CSV.
        progress: show bars.

    Returns:
        How many rows got which label, and what labelled rows say of it.
    """
    need_training()
    from umbrella.labelled import label_source

    return label_source(
        data,
        labels,
        None if out is None else Path(out),
        pretrained=pretrained,
        target=target,
        templates=templates,
        surest=surest,
        reading=dict(reading or {}),
        use=use,
        kinds=kinds or {},
        seed=seed,
        device=device,
        as_json=as_json,
        progress=shown(progress),
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
    from umbrella.data.corpus import is_raw_file
    from umbrella.data.lines import read_lines
    from umbrella.data.read import read
    from umbrella.lite.fill import fills
    from umbrella.lite.predict import predict_file

    opened = load(model)
    bundle = bundle_of(opened)
    if bundle.window is not None:
        raise ConfigError(f"{model} forecasts series: add --future N, the steps to forecast.")
    with shown(progress).stage(sentence("stage.predict")) as stage:
        given = dict(reading or {})
        if fills(bundle.spec) and not given and is_raw_file(source):  # a text a line
            table = read({bundle.inputs[0]: read_lines(source)}, answering=bundle.inputs)
        else:
            table = read(source, answering=bundle.inputs, **given)
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
    state: Path | None = None,
    as_json: bool = False,
    zone: str | None = None,
    progress: bool | Progress = False,
) -> "Foreseen":
    """Forecast every series of a table beyond its last row.

    Args:
        model: a shipped file or a run folder of a forecast.
        source: the history, as for `fit`; of a run folder the data of its fit by default.
        out: a .csv, .tsv or .jsonl file; standard output when None.
        steps: ahead; the model's horizon by default. More than it are forecast turn by turn.
        reading: further arguments of the reader.
        state: a .json file where what the intervals learn stands between calls.
        as_json: write JSON lines to standard output instead of CSV.
        zone: whose clocks showed times without an offset, e.g. "Europe/Berlin"; by default as the
            fit had it.
        progress: show bars.
    """
    from umbrella.data.read import read
    from umbrella.ship.future import foresee

    opened = load(model)
    bundle, given = bundle_of(opened), dict(reading or {})
    if source is None and isinstance(opened, Fitted):
        source, told = opened.data
        given = {**told, **given}
    if source is None:
        raise ConfigError(f"{model} needs a history to forecast from. Name a file after it.")
    table = read(source, **given)
    return foresee(bundle, table, steps, out, state, as_json, zone, shown(progress))


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
