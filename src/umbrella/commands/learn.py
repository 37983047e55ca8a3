"""The verbs that train on data: fit and compare."""

from pathlib import Path
from typing import Annotated

import typer

from umbrella import flags


def fit(
    data: flags.Source,
    target: flags.Target = "",
    out: Annotated[Path | None, typer.Option(help="Run folder; runs/NAME by default.")] = None,
    task: flags.Task = None,
    separator: flags.Separator = None,
    use: flags.Use = None,
    kind: flags.Kinds = None,
    group: flags.Group = None,
    time: flags.Time = None,
    validation: flags.Validation = None,
    test: flags.Test = None,
    horizon: flags.Horizon = None,
    series: flags.Series = None,
    day_first: flags.DayFirst = None,
    zone: flags.Zone = None,
    wide: flags.Wide = False,
    season: flags.Season = None,
    folds: flags.Folds = 3,
    known: flags.Known = None,
    features: flags.Features = "auto",
    target_as: flags.As = None,
    quantiles: flags.Quantiles = False,
    rungs: flags.Rungs = None,
    patience: Annotated[
        int, typer.Option(help="Heavier rungs in a row that may bring nothing.")
    ] = 3,
    minutes: Annotated[float | None, typer.Option(help="Time budget for the whole ladder.")] = None,
    tune: Annotated[int, typer.Option(help="Trials per rung that search its settings.")] = 0,
    epochs: flags.Epochs = None,
    sentences: flags.Sentences = "",
    init: Annotated[
        str | None, typer.Option(help="Start from weights: a run folder or a .safetensors file.")
    ] = None,
    pretrained: flags.Pretrained = None,
    balance: Annotated[
        bool, typer.Option("--balance", help="Rare classes weigh as much as common ones.")
    ] = False,
    average: Annotated[
        float, typer.Option(help="Decay of the moving average of weights; 0 is off.")
    ] = 0.995,
    seed: flags.Seed = 0,
    threads: flags.Threads = None,
    device: flags.Device = "auto",
    encoding: flags.Encoding = None,
    format: flags.Format = None,
    header: flags.Header = None,
    missing: flags.Missing = None,
    bad_share: flags.BadShare = None,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Replace another fit in the run folder.")
    ] = False,
    json: flags.Json = False,
    lang: flags.Lang = None,
) -> None:
    """Climb a ladder of models on one honest split and keep the lightest that is good enough.

    Run the same command again after a kill: it goes on where it stopped.
    """
    from umbrella import show
    from umbrella.api import fit as fit_data
    from umbrella.api import need_training

    need_training()
    screen = show.Screen(lang, json)
    made = fit_data(
        data,
        target,
        out=out,
        fresh=fresh,
        progress=screen.progress,
        watcher=screen.watch_fit(),
        reading=flags.reading(encoding, format, header, bad_share, missing),
        task=task,
        separator=separator,
        use=flags.names(use),
        kinds=flags.pairs(kind or [], "--kind"),
        group=group,
        time=time,
        validation=validation,
        test=test,
        horizon=horizon,
        series=series,
        day_first=day_first,
        zone=zone,
        wide=wide,
        season=season,
        folds=folds,
        known=flags.names(known),
        features=flags.names(features),
        target_as=target_as,
        quantiles=quantiles,
        rungs=flags.names(rungs),
        patience=patience,
        minutes=minutes,
        tune=tune,
        epochs=epochs,
        sentences=sentences,
        init=init,
        pretrained=pretrained,
        balance=balance,
        average=average,
        seed=seed,
        threads=threads,
        device=device,
    )
    screen.fitted(made)


def compare(
    data: flags.Source,
    target: flags.Target = "",
    rungs: Annotated[
        str | None, typer.Option(help="Two rungs or more, comma-separated, e.g. mlp,cnn.")
    ] = None,
    why: Annotated[
        bool,
        typer.Option("--why", help="Find out what a CNN gains over an MLP: pictures or signals."),
    ] = False,
    by_size: Annotated[
        bool,
        typer.Option("--by-size", help="Learning curves: 100 labels, 200, 400, up to all."),
    ] = False,
    pretrained: flags.Pretrained = None,
    seeds: Annotated[int, typer.Option(help="Trainings of each, from different seeds.")] = 5,
    out: Annotated[Path | None, typer.Option(help="Folder; runs/NAME-compare by default.")] = None,
    task: flags.Task = None,
    separator: flags.Separator = None,
    use: flags.Use = None,
    kind: flags.Kinds = None,
    group: flags.Group = None,
    time: flags.Time = None,
    horizon: Annotated[
        int | None,
        typer.Option(help="Of no use here: forecasts are compared by `fit`.", hidden=True),
    ] = None,
    epochs: flags.Epochs = None,
    seed: flags.Seed = 0,
    threads: flags.Threads = None,
    device: flags.Device = "auto",
    encoding: flags.Encoding = None,
    format: flags.Format = None,
    header: flags.Header = None,
    missing: flags.Missing = None,
    bad_share: flags.BadShare = None,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Replace another comparison in that folder.")
    ] = False,
    json: flags.Json = False,
    lang: flags.Lang = None,
) -> None:
    """Train rungs from several seeds on the same rows: which is better beyond doubt, and why?

    Run the same command again after a kill: it goes on where it stopped.
    """
    from umbrella import show
    from umbrella.api import compare as compare_rungs

    screen = show.Screen(lang, json)
    made = compare_rungs(
        data,
        target,
        flags.names(rungs),
        why=why,
        by_size=by_size,
        pretrained=pretrained,
        seeds=seeds,
        out=out,
        fresh=fresh,
        progress=screen.progress,
        lang=screen.lang,
        reading=flags.reading(encoding, format, header, bad_share, missing),
        task=task,
        separator=separator,
        use=flags.names(use),
        kinds=flags.pairs(kind or [], "--kind"),
        group=group,
        time=time,
        horizon=horizon,
        epochs=epochs,
        seed=seed,
        threads=threads,
        device=device,
    )
    screen.compared(made)
