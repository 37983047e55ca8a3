"""The verb that answers new rows, or forecasts: predict."""

import json as machines
import time as clock
from pathlib import Path
from typing import Annotated

import typer

from umbrella import flags
from umbrella.base.errors import ConfigError


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
    state: flags.State = None,
    zone: flags.Zone = None,
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
        if weights:
            raise ConfigError("--weights says nothing to a forecast. Leave it out.")
        found = forecast_source(
            model,
            data,
            out,
            steps=future,
            reading=given,
            state=state,
            as_json=json,
            zone=zone,
            progress=screen.progress,
        )
        screen.forecast(found, out)
        if json and out is not None:
            told = {"series": len(found.futures), "steps": future, "out": str(out)}
            print(machines.dumps(told, ensure_ascii=False))
        if figure := found.draw(screen.lang):  # after all else, which no figure may cost
            screen.note(screen.say("predict.drawn", file=str(figure)))
        return
    for flag, value in (("--state", state), ("--zone", zone)):
        if value is not None:
            raise ConfigError(f"{flag} belongs to --future N. Leave it out.")
    if data is None:
        raise ConfigError("Which rows? Name a file after the model; or --future N for a forecast.")
    summary = predict_source(
        model, data, out, reading=given, as_json=json, weights=weights, progress=screen.progress
    )
    screen.predicted(summary, clock.monotonic() - start)
    summary.require_answers()
