"""Flags that several verbs of the command line share, each worded once, and what they mean."""

from pathlib import Path
from typing import Annotated, Any

import typer

from umbrella.base.errors import ConfigError

Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON, for machines.")]
Lang = Annotated[
    str | None, typer.Option(help="Language of reports: en or zh. The locale's by default.")
]
Data = Annotated[
    str | None, typer.Option("--data", help="Where the data is now, when it has moved.")
]
RunFolder = Annotated[
    Path, typer.Argument(metavar="RUN", help="Run folder that `fit` or `shrink` wrote.")
]
Source = Annotated[
    str,
    typer.Argument(
        help="CSV, TSV, JSON lines or Parquet, also gzip or zstd; - for standard input; a "
        "folder of pictures, sounds or videos by class; or a sample: reviews-zh."
    ),
]
Target = Annotated[str, typer.Option(help="Column to predict; by default the one named label.")]
Task = Annotated[
    str | None,
    typer.Option(
        help="classify, multilabel or regress, found from the target by default; or transcribe, "
        "for sound."
    ),
]
Use = Annotated[
    str | None,
    typer.Option(help="Input columns, comma-separated; all readable ones by default."),
]
Kinds = Annotated[
    list[str] | None,
    typer.Option(help="COLUMN=KIND where inference errs, e.g. note=text. Repeatable."),
]
Group = Annotated[
    str | None,
    typer.Option(help="Column whose values stay on one side of the split: user, speaker, patient."),
]
Time = Annotated[
    str | None, typer.Option(help="Column that orders the rows; the newest are the test.")
]
Epochs = Annotated[int | None, typer.Option(help="Passes over the training rows, at most.")]
Seed = Annotated[int, typer.Option(help="All randomness follows from it.")]
Threads = Annotated[int | None, typer.Option(help="CPU threads; a rule by default.")]
Device = Annotated[str, typer.Option(help="auto, cpu or cuda.")]
Encoding = Annotated[str | None, typer.Option(help="Force an encoding, e.g. gb18030.")]
Format = Annotated[str | None, typer.Option(help="Force a format: csv, tsv, jsonl, parquet.")]
Header = Annotated[
    bool | None,
    typer.Option(help="Whether the first line names the columns; found by default."),
]
Missing = Annotated[str | None, typer.Option(help="Cells that mean missing, comma-separated.")]
BadShare = Annotated[float | None, typer.Option(help="Share of rows that may be bad.")]


def reading(
    encoding: str | None,
    format: str | None,
    header: bool | None,
    bad_share: float | None,
    missing: str | None = None,
) -> dict[str, Any]:
    """What the reader should know, without what was left open."""
    given = {"encoding": encoding, "format": format, "header": header, "bad_share": bad_share}
    cells = None if missing is None else missing.split(",")
    return {k: v for k, v in {**given, "missing": cells}.items() if v is not None}


def names(text: str | None) -> tuple[str, ...]:
    """What stands between the commas."""
    return tuple(name.strip() for name in text.split(",") if name.strip()) if text else ()


def pairs(texts: list[str], flag: str) -> dict[str, str]:
    """COLUMN=KIND, one a text.

    Raises:
        ConfigError: one is not of that form.
    """
    out: dict[str, str] = {}
    for text in texts:
        name, equals, value = text.rpartition("=")
        if not equals or not name:
            raise ConfigError(
                f"{flag} {text!r} is not COLUMN=KIND. Write it like {flag} note=text."
            )
        out[name] = value
    return out
