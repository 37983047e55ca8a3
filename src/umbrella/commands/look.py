"""The verb that looks inside: explain."""

import json as machines
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from umbrella import flags
from umbrella.base.errors import ConfigError

if TYPE_CHECKING:
    from umbrella.explain.explain import Explained
    from umbrella.show import Screen

LISTED = 6  # words that are named on screen


def explain(
    run: flags.RunFolder,
    source: Annotated[
        str | None,
        typer.Argument(
            metavar="[DATA]",
            help="Rows to explain: as for `fit`. The run's own by default, some of its test rows.",
        ),
    ] = None,
    row: Annotated[
        list[int] | None,
        typer.Option(help="Number of a row, from 1, as the report has it. Repeatable."),
    ] = None,
    text: Annotated[
        list[str] | None, typer.Option(help="A text, in place of rows. Repeatable.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="HTML file; RUN/explain.html by default.")
    ] = None,
    format: flags.Format = None,
    encoding: flags.Encoding = None,
    header: flags.Header = None,
    data: flags.Data = None,
    json: flags.Json = False,
    lang: flags.Lang = None,
) -> None:
    """Show which words of a text moved the answer, and whether that can be believed."""
    from umbrella import show
    from umbrella.api import Fitted

    if text and (source is not None or row):
        raise ConfigError("--text takes the place of rows. Leave DATA and --row out, or --text.")
    screen = show.Screen(lang, json)
    if run.is_file():
        raise ConfigError(
            f"{run} is a file. explain needs the run folder that it was shipped from."
        )
    made = Fitted(run)
    page = out if out is not None else made.path / "explain.html"
    found = made.explain(
        text or None,
        source=source,
        rows=tuple(row or ()),
        out=page,
        data=data,
        reading=flags.reading(encoding, format, header, None),
        lang=screen.lang,
        progress=screen.progress,
    )
    if json:
        rows = [one.to_json() for one in found]
        print(machines.dumps({"rows": rows, "page": str(page)}, ensure_ascii=False))
        return
    _tell(found, made.facts, screen)
    screen.tell(screen.say("explain.wrote", file=str(page)))


def _tell(found: "list[Explained]", facts: dict[str, Any], screen: "Screen") -> None:
    """Every answer, its top words, and whether the picture can be believed."""
    from umbrella.check.explained import together
    from umbrella.check.explained_page import answer, is_number, nothing, said, test
    from umbrella.explain.aims import HIDES

    number, hides = is_number(facts), facts["task"]["task"] in HIDES
    for one in found:
        place = "" if one.row is None else screen.say("explain.row", row=one.row) + "  "
        for pull in one.pulls:
            top = "  ".join(
                screen.say("explain.line", word=word, weight=weight)
                for word, weight in one.top(pull, LISTED)
            )
            screen.tell(f"{place}{answer(one, pull, number, screen.lang)}  {top}")
            screen.tell(f"  {said(test(one, pull, number, hides), screen.lang)}")
        if not one.pulls:
            screen.tell(f"{place}{nothing(facts).say(screen.lang)}")
    if whole := together(found, number):
        screen.tell(whole.say(screen.lang))
