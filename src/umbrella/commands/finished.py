"""The verbs that take a finished run further: check, shrink and ship."""

import json as machines
from pathlib import Path
from typing import Annotated

import typer

from umbrella import flags


def check(
    run: flags.RunFolder,
    data: flags.Data = None,
    pretrained: Annotated[
        str | None,
        typer.Option(
            help="Published encoder that is asked which labels the texts speak against and which "
            "rows say the same in other words: as for fit, or auto; that of the fit by default."
        ),
    ] = None,
    json: flags.Json = False,
    lang: flags.Lang = None,
) -> None:
    """Ask whether the model will hold on unseen data; write report.json and report.html."""
    from umbrella import show
    from umbrella.api import Fitted

    screen = show.Screen(lang, json)
    made = Fitted(run)
    screen.checked(
        made, made.check(data, pretrained=pretrained, progress=screen.progress, lang=screen.lang)
    )


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


def ship(
    run: flags.RunFolder,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", help="The file; RUN.onnx here by default, RUN-checkpoint as one."
        ),
    ] = None,
    checkpoint: Annotated[
        bool,
        typer.Option(
            "--checkpoint",
            help="Write a folder in the layout of Hugging Face instead, of a run of --task fill.",
        ),
    ] = False,
    data: flags.Data = None,
    json: flags.Json = False,
    lang: flags.Lang = None,
) -> None:
    """Write one file that runs without torch, after proving that it answers as the run does."""
    from umbrella import show
    from umbrella.api import Fitted

    screen = show.Screen(lang, json)
    if checkpoint:
        folder = Fitted(run).checkpoint(out)
        if json:
            print(machines.dumps({"path": str(folder)}))
        else:
            screen.tell(screen.say("ship.checkpoint", folder=str(folder)))
        return
    screen.shipped(Fitted(run).ship(out, data=data, lang=screen.lang, progress=screen.progress))
