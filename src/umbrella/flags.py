"""Flags that several verbs of the command line share, each worded once, and what they mean."""

import csv
import re
from pathlib import Path
from typing import Annotated, Any

import typer

from umbrella.base.errors import ConfigError

SPACED = re.compile(r'(?<=[^,"\s])"\s+(?=,|$)')  # a closing quote and what csv would not allow
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
        help="CSV, TSV, JSON lines, Parquet or tokens with tags (CoNLL), also gzip or zstd; - for "
        "standard input; a folder of pictures, sounds or videos by class, or of tables, one a "
        "series; or a sample: reviews-zh."
    ),
]
Target = Annotated[str, typer.Option(help="Column to predict; by default the one named label.")]
Task = Annotated[
    str | None,
    typer.Option(
        help="classify, multilabel, regress or tag (spans in texts), found from the target by "
        "default; or transcribe, for sound; or fill, for raw text with words hidden in it."
    ),
]
Separator = Annotated[
    str | None,
    typer.Option(
        help="What stands between the labels of a cell, e.g. /, where a row has several (task "
        "multilabel); found by default."
    ),
]
Use = Annotated[
    str | None,
    typer.Option(
        help="Input columns, comma-separated; all readable ones by default. One that holds a comma "
        """is quoted: --use '"a, b",c'."""
    ),
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
    str | None,
    typer.Option(
        help="Column that orders the rows; the newest are the test. Of a forecast, none: rows "
        "stand in order."
    ),
]
Validation = Annotated[
    str | None,
    typer.Option(
        metavar="FILE",
        help="Rows that models are chosen by, in a file of their own; cut from the data else.",
    ),
]
Test = Annotated[
    str | None,
    typer.Option(
        metavar="FILE",
        help="Rows that judge the chosen model, once; cut from the data by default. Copies of "
        "training rows among them are counted, not left out.",
    ),
]
Horizon = Annotated[
    int | None,
    typer.Option(help="Forecast so many steps ahead: the rows are series in time."),
]
Series = Annotated[
    str | None, typer.Option(help="Column that tells series apart: ticker, shop; found by default.")
]
DayFirst = Annotated[
    bool | None,
    typer.Option(
        "--day-first/--month-first",
        help="How to read 03/04/2024 in a forecast, where the dates cannot tell.",
    ),
]
Zone = Annotated[
    str | None,
    typer.Option(
        help="Of a forecast: whose clocks showed times without an offset, e.g. Europe/Berlin."
    ),
]
Wide = Annotated[
    bool,
    typer.Option(
        "--wide", help="Each column is a series: those of --target a,b,c, or all numbers."
    ),
]
Season = Annotated[
    int | None, typer.Option(help="Steps of one season; by default a day, week or year.")
]
Folds = Annotated[
    int,
    typer.Option(
        help="Stretches of time, each judged by what came before it, that choose a forecast."
    ),
]
Known = Annotated[
    str | None,
    typer.Option(help="Input columns known ahead, comma-separated: holiday, price of a campaign."),
]
Features = Annotated[
    str,
    typer.Option(
        help="What a forecast reads beside columns: auto (what helps, found in the training part), "
        "none, or names such as rsi_14,volume_ratio_20."
    ),
]
As = Annotated[
    str | None,
    typer.Option("--as", help="Forecast the target's return or its level; returns for prices."),
]
Quantiles = Annotated[
    bool,
    typer.Option(
        "--quantiles",
        help="Networks say how large the errors of each forecast may be: intervals then differ "
        "from origin to origin.",
    ),
]
Future = Annotated[int | None, typer.Option(help="Steps to forecast beyond the history in DATA.")]
State = Annotated[
    Path | None,
    typer.Option(
        help="JSON file that keeps what a forecast's intervals have learned, read and written: a "
        "new row then costs the same however long the history."
    ),
]
Weights = Annotated[
    bool,
    typer.Option(
        "--weights", help="Add how much each kind of column weighed, where a fusion answers."
    ),
]
Rungs = Annotated[
    str | None,
    typer.Option(help="Rungs to climb, comma-separated; the whole ladder by default."),
]
Pretrained = Annotated[
    str | None,
    typer.Option(
        help="Published encoder that further rungs for text start from: a folder, an installed "
        "package, a name on the hub, auto for one that is installed, or a run of --task fill."
    ),
]
Sentences = Annotated[
    str,
    typer.Option(
        help="Text file that teaches the language model of transcribe, a sentence a line; the "
        "training transcripts by default."
    ),
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
BadShare = Annotated[
    float | None,
    typer.Option(help="Share of rows that may be malformed, or name a file that cannot be read."),
]
BadLines = Annotated[
    float | None,
    typer.Option(
        help="Share of rows that may be malformed. Files that cannot be read do not count: the "
        "column note names them."
    ),
]


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
    """What stands between the commas; as in CSV, a name that holds a comma is in double quotes.

    Raises:
        ConfigError: it cannot be taken apart, as where a name holds a line break or a quote is
            not closed.
    """
    if not text:
        return ()
    try:
        [cells] = csv.reader([SPACED.sub('"', text)], skipinitialspace=True, strict=True)
    except (csv.Error, ValueError) as error:
        raise ConfigError(
            f"{text!r} is no list of names ({error}). Put commas between them, and double quotes "
            f"around a name that holds a comma."
        ) from error
    return tuple(name.strip() for name in cells if name.strip())


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
