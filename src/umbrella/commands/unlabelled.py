"""The verb for rows that nobody labelled: label."""

import json as machines
from pathlib import Path
from typing import Annotated

import typer

from umbrella import flags


def label(
    data: flags.Source,
    labels: Annotated[
        str,
        typer.Option(
            help='What there is to choose from, with sentences that say what each means: "good: a '
            'happy review | I loved it; bad: an angry review"; or a table with a column label and '
            "others of sentences."
        ),
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", help="CSV, TSV or JSON-lines file; standard output by default."
        ),
    ] = None,
    pretrained: Annotated[
        str,
        typer.Option(
            help="Published encoder: a folder, an installed package, a name on the hub, or auto."
        ),
    ] = "auto",
    target: Annotated[
        str, typer.Option(help="Column of labels. Where rows have one, it stays and judges.")
    ] = "label",
    template: Annotated[
        list[str] | None,
        typer.Option(
            help='Sentence around every description, e.g. "a review that is {}". Repeatable; their '
            "vectors are averaged."
        ),
    ] = None,
    surest: Annotated[
        str, typer.Option(help="Share of the rows that get a label: those with the largest leads.")
    ] = "100%",
    use: flags.Use = None,
    kind: flags.Kinds = None,
    encoding: flags.Encoding = None,
    format: flags.Format = None,
    header: flags.Header = None,
    missing: flags.Missing = None,
    bad_share: flags.BadShare = None,
    seed: flags.Seed = 0,
    device: flags.Device = "auto",
    json: flags.Json = False,
    lang: flags.Lang = None,
) -> None:
    """Label texts by what the labels mean, with no training; labelled rows say how good that is.

    A published encoder turns texts and descriptions into vectors; a row gets the nearest label.
    """
    from umbrella import show
    from umbrella.api import label as label_rows

    screen = show.Screen(lang, json)
    made = label_rows(
        data,
        labels,
        out,
        pretrained=pretrained,
        target=target,
        templates=template or (),
        surest=surest,
        reading=flags.reading(encoding, format, header, bad_share, missing),
        use=flags.names(use),
        kinds=flags.pairs(kind or [], "--kind"),
        seed=seed,
        device=device,
        as_json=json,
        progress=screen.progress,
    )
    for said in made.sentences():
        screen.note(said.say(screen.lang))
    if json and out is not None:
        print(machines.dumps(made.to_json(), ensure_ascii=False))
