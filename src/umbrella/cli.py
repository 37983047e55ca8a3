"""The command line. One verb, one library call: anything longer belongs in the library.

Exit status: 0 done; 2 the user can fix it, said in one message; 1 a bug, with its traceback;
130 stopped by Ctrl-C, with the best so far kept.
"""

import contextlib
import errno
import functools
import os
import sys
import time as clock
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from umbrella import flags
from umbrella.base.errors import ConfigError, UmbrellaError
from umbrella.base.plain import plain

FIXABLE = (errno.ENOSPC, errno.EACCES, errno.EROFS, errno.EPERM, errno.EDQUOT, errno.EMFILE)

app = typer.Typer(
    name="umbrella",
    help="Turn your data into a small model you can trust: fit, check, shrink, ship, predict.",
    epilog="Start with:  umbrella fit reviews-zh --target label",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


class Stopped(Exception):  # noqa: N818
    """Ctrl-C in a verb, with what was kept. Typer would swallow a KeyboardInterrupt."""


class ReaderGoneError(Exception):
    """The reader of our output has gone; typer would call a broken pipe a failure."""


def verb(epilog: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Make a function a verb of the command line, whose stops reach `main` with their message."""

    def decorate(function: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(function)
        def run(*args: Any, **options: Any) -> None:
            try:
                function(*args, **options)
                sys.stdout.flush()
            except KeyboardInterrupt as stop:
                raise Stopped(str(stop)) from None
            except BrokenPipeError:
                raise ReaderGoneError from None

        return app.command(epilog=epilog)(run)

    return decorate


def _fit_epilog() -> str:
    return (
        "Examples:  umbrella fit reviews.csv --target label   ·   "
        "umbrella fit news.tsv --target column_2 --minutes 5   ·   "
        "cat log.jsonl | umbrella fit - --format jsonl --target level --out runs/log"
    )


@verb(_fit_epilog())
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
    horizon: flags.Horizon = None,
    series: flags.Series = None,
    season: flags.Season = None,
    known: flags.Known = None,
    target_as: flags.As = None,
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
        horizon=horizon,
        series=series,
        season=season,
        known=flags.names(known),
        target_as=target_as,
        rungs=flags.names(rungs),
        patience=patience,
        minutes=minutes,
        tune=tune,
        epochs=epochs,
        sentences=sentences,
        init=init,
        balance=balance,
        average=average,
        seed=seed,
        threads=threads,
        device=device,
    )
    screen.fitted(made)


@verb("Example:  umbrella compare photos/ --rungs mlp,cnn --why")
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
    seeds: Annotated[int, typer.Option(help="Trainings of each, from different seeds.")] = 5,
    out: Annotated[Path | None, typer.Option(help="Folder; runs/NAME-compare by default.")] = None,
    task: flags.Task = None,
    separator: flags.Separator = None,
    use: flags.Use = None,
    kind: flags.Kinds = None,
    group: flags.Group = None,
    time: flags.Time = None,
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
        epochs=epochs,
        seed=seed,
        threads=threads,
        device=device,
    )
    screen.compared(made)


@verb("Example:  umbrella check runs/reviews --lang zh")
def check(
    run: flags.RunFolder, data: flags.Data = None, json: flags.Json = False, lang: flags.Lang = None
) -> None:
    """Ask whether the model will hold on unseen data; write report.json and report.html."""
    from umbrella import show
    from umbrella.api import Fitted

    screen = show.Screen(lang, json)
    made = Fitted(run)
    screen.checked(made, made.check(data, progress=screen.progress, lang=screen.lang))


@verb("Example:  umbrella shrink runs/reviews --size 300KB --drop 1%")
def shrink(
    run: flags.RunFolder,
    size: Annotated[str | None, typer.Option(help="Bytes on disk at most, e.g. 300KB.")] = None,
    latency: Annotated[str | None, typer.Option(help="Time of one row at most, e.g. 2ms.")] = None,
    drop: Annotated[str, typer.Option(help="How much the score may fall, e.g. 1%.")] = "1%",
    out: Annotated[
        Path | None, typer.Option(help="Folder of the new run; RUN-small by default.")
    ] = None,
    minutes: Annotated[float | None, typer.Option(help="Time budget of the search.")] = None,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Replace an earlier small run in that folder.")
    ] = False,
    data: flags.Data = None,
    json: flags.Json = False,
    lang: flags.Lang = None,
) -> None:
    """Make the model smaller and prove on unseen rows what was lost."""
    from umbrella import show
    from umbrella.api import Fitted, need_training

    need_training()
    screen, large = show.Screen(lang, json), Fitted(run)
    made = large.shrink(
        size=size,
        latency=latency,
        drop=drop,
        out=out,
        data=data,
        minutes=minutes,
        progress=screen.progress,
        watcher=screen.watch_shrink(large),
        fresh=fresh,
    )
    screen.shrunk(made)


@verb("Example:  umbrella ship runs/reviews-small -o reviews.onnx")
def ship(
    run: flags.RunFolder,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="The file; RUN.onnx here by default.")
    ] = None,
    data: flags.Data = None,
    json: flags.Json = False,
    lang: flags.Lang = None,
) -> None:
    """Write one file that runs without torch, after proving that it answers as the run does."""
    from umbrella import show
    from umbrella.api import Fitted

    screen = show.Screen(lang, json)
    screen.shipped(Fitted(run).ship(out, data=data, lang=screen.lang, progress=screen.progress))


@verb("Example:  umbrella predict reviews.onnx new.csv -o answers.csv")
def predict(
    model: Annotated[Path, typer.Argument(help="Shipped .onnx file, or a run folder.")],
    data: Annotated[
        str | None,
        typer.Argument(
            help="Rows to answer: as for `fit`; - for standard input. Of series the history; that "
            "of the run by default."
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", help="CSV, TSV or JSON-lines file; standard output by default."
        ),
    ] = None,
    format: Annotated[
        str | None, typer.Option(help="Format of the input, where the name does not tell.")
    ] = None,
    encoding: flags.Encoding = None,
    header: flags.Header = None,
    bad_share: flags.BadLines = None,
    future: flags.Future = None,
    weights: flags.Weights = False,
    json: flags.Json = False,
    lang: flags.Lang = None,
) -> None:
    """Answer every row of a file, with the input's own columns beside the answers.

    A row whose file cannot be read has a note that says why, and no answer, unless the model reads
    columns of other kinds beside it. Where no row at all can be answered, the command ends with an
    error, after the output is written.
    """
    from umbrella import show
    from umbrella.api import forecast_source, predict_source

    screen = show.Screen(lang, json)
    given = flags.reading(encoding, format, header, bad_share)
    start = clock.monotonic()
    if future is not None:
        screen.forecast(forecast_source(model, data, out, steps=future, reading=given), out)
        return
    if data is None:
        raise ConfigError("Which rows? Name a file after the model; or --future N for a forecast.")
    summary = predict_source(
        model, data, out, reading=given, as_json=json, weights=weights, progress=screen.progress
    )
    screen.predicted(summary, clock.monotonic() - start)
    summary.require_answers()


@app.callback(invoke_without_command=True)
def _root(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    if version:
        from umbrella import __version__

        print(f"umbrella {__version__}")
        raise typer.Exit


def main(argv: list[str] | None = None) -> int:
    """Run one verb; returns the exit status."""
    try:
        status = int(app(args=argv, standalone_mode=False) or 0)
    except UmbrellaError as error:
        return _say(str(error), 2)
    except Stopped as stop:
        return _say(str(stop) or "Stopped. Run the same command again to go on.", 130)
    except ReaderGoneError:
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what is left to flush goes nowhere
        return 0
    except OSError as error:
        if error.errno not in FIXABLE:
            raise
        return _say(
            f"{error.strerror}: {error.filename or 'no place to write'}. Make room or "
            f"choose another folder, and run the same command again.",
            2,
        )
    except MemoryError:
        return _say("Out of memory. Use a machine with more, or a smaller sample of the data.", 2)
    except Exception as error:
        usage = getattr(error, "show", None)  # a wrong flag: typer words it
        if usage is None:
            raise
        usage()
        return 2
    if status == 130:  # stopped before any verb was under way
        return _say("Stopped. Run the same command again to go on.", 130)
    return status


def _say(text: str, status: int) -> int:
    print(f"umbrella: {plain(text)}", file=sys.stderr)
    return status


if __name__ == "__main__":
    sys.exit(main())
