"""Answer a stream of rows into a CSV or JSON-lines file, with memory flat as the rows grow.

The caller brings the rows as batches of columns, so this file needs no reader. Every input row
becomes exactly one output row, in order, with its own cells before the answer.
"""

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np

from umbrella.base.errors import ConfigError, DataError, unknown
from umbrella.base.files import replacing
from umbrella.lite.bundle import WEIGHT, Bundle

ENDINGS = {".csv": "csv", ".tsv": "tsv", ".jsonl": "jsonl", ".ndjson": "jsonl"}
SEPARATORS = {"csv": ",", "tsv": "\t"}
Batch = Mapping[str, Sequence[Any]]


@dataclass(frozen=True)
class Summary:
    """What was answered.

    Args:
        rows: rows read and answered.
        noted: rows whose note says something, e.g. that the text is empty.
        out: the file written, or None for standard output.
        columns: columns of the output, in order.
        unanswered: rows without any answer, as their files could not be read.
        reason: the note of the first of these.
    """

    rows: int
    noted: int
    out: Path | None
    columns: tuple[str, ...]
    unanswered: int = 0
    reason: str | None = None

    def require_answers(self) -> None:
        """Refuse to call it done where rows came and no single one was answered.

        Raises:
            DataError: with the first reason.
        """
        if self.rows and self.unanswered == self.rows:
            where = f"{self.out} says why for each" if self.out else "the notes above say why"
            raise DataError(
                f"None of the {self.rows:,} rows could be answered; "
                f"{where}. The first: {self.reason}"
            )


def predict_file(
    bundle: Bundle,
    batches: Iterable[Batch],
    out: Path | None,
    *,
    columns: Sequence[str],
    given: Callable[[Batch], Batch] = lambda batch: batch,
    format: str | None = None,
    source: Path | None = None,
    weights: bool = False,
    advance: Callable[[int], object] = lambda _: None,
) -> Summary:
    """Answer every row; write its own cells, then the answers, then a note.

    A row with a file that cannot be read has the reason as its note. Its answers are empty, but
    where a model of several kinds of columns has others of them to answer from.

    An answer whose name the input already uses is called `name_predicted`. CSV and TSV always
    have the note column, so that their header does not depend on the data; a JSON line has one
    only where there is something to say.

    Args:
        bundle: the loaded model.
        batches: column name → cells, batch after batch, rows in file order.
        out: the file to write, replaced at once when all is done; None writes to standard output.
        columns: every input column in order, so that zero rows still make the right header.
        given: what the model is given for a batch of cells as written, e.g. where its files are.
        format: "csv", "tsv" or "jsonl"; by the name of `out` when absent, else CSV.
        source: the input file, so that writing over it is refused.
        weights: add how much each kind of column weighed, as `weight_table`, `weight_image`, …
        advance: called with the number of rows after each batch.

    Raises:
        ConfigError: an unknown format, no folder to write into, or `out` is the input.
        DataError: a needed column is absent, or the output cannot be written; what was at `out`
            before is intact.
    """
    form = format_of(out, format)
    check_target(out, source)
    bundle.predict_columns({name: [] for name in columns})  # an absent column stops it here
    weighed = [f"{WEIGHT}{name}" for name in _weighing(bundle)] if weights else []
    names = _rename(columns, [*bundle.answers, *weighed, "note"])
    rows = noted = unanswered = 0
    reason = None
    with target(out) as file:
        if form in SEPARATORS:
            file.write(delimited([*columns, *names.values()], SEPARATORS[form]))
        for batch in batches:
            answers = bundle.predict_columns(given(batch), weights=weights)
            size = len(next(iter(batch.values())))
            noted += sum(text is not None for text in answers.get("note", ()))
            silent = [at for at, cell in enumerate(answers[bundle.answers[0]]) if cell is None]
            if silent:
                reason = reason or answers["note"][silent[0]]
                unanswered += len(silent)
            file.writelines(_lines(batch, answers, columns, names, form))
            rows += size
            advance(size)
    return Summary(rows, noted, out, (*columns, *names.values()), unanswered, reason)


def check_target(out: Path | None, source: Path | None) -> None:
    """Refuse to write over the input, or where there is no folder."""
    if out is not None and source is not None and _same(out, source):
        raise ConfigError(
            f"The output {out} is the input itself. Choose another file with --out, e.g. "
            f"{out.with_name(f'{out.stem}-answers{out.suffix}')}."
        )
    if out is not None and not out.parent.is_dir():
        raise ConfigError(
            f"Cannot write {out}: there is no folder {out.parent}. Make it first, or choose "
            f"another file with --out."
        )


def _lines(
    batch: Batch, answers: Batch, columns: Sequence[str], names: Mapping[str, str], form: str
) -> Iterator[str]:
    size = len(next(iter(batch.values())))
    empty = [None] * size
    cells = [batch[name] for name in columns]
    added = [[_plain(cell) for cell in answers.get(name, empty)] for name in names]
    heads = [*columns, *names.values()]
    for row in zip(*cells, *added, strict=True):
        if form in SEPARATORS:
            yield delimited(row, SEPARATORS[form])
            continue
        record = dict(zip(heads, map(_finite, row), strict=True))
        if record[names["note"]] is None:
            del record[names["note"]]
        yield json.dumps(record, ensure_ascii=False, default=str) + "\n"


def _weighing(bundle: Bundle) -> tuple[str, ...]:
    if not bundle.weighs:
        raise ConfigError(
            f"{bundle.name} does not weigh kinds of columns against each other: leave out "
            f"--weights. Models that do are fitted with --rungs attention or late on columns of "
            f"several kinds."
        )
    return bundle.weighs


def delimited(cells: Sequence[Any], separator: str) -> str:
    """One line by RFC 4180, but ended by a line feed alone."""
    # The csv module of Python 3.11 leaves a bare carriage return unquoted and so breaks the row.
    out = []
    for cell in cells:
        text = "" if cell is None else _written(cell)
        if any(mark in text for mark in (separator, '"', "\n", "\r")):
            text = '"' + text.replace('"', '""') + '"'
        out.append(text)
    return separator.join(out) + "\n"


def _written(cell: Any) -> str:
    """A cell of a table; a list as JSON."""
    return json.dumps(cell, ensure_ascii=False) if isinstance(cell, list) else str(cell)


def _plain(cell: Any) -> Any:
    """An answer without digits that a float32 network never had."""
    return float(str(np.float32(cell))) if isinstance(cell, float) else cell


def _finite(cell: Any) -> Any:
    return None if isinstance(cell, float) and not np.isfinite(cell) else cell


def _rename(columns: Sequence[str], answers: Sequence[str]) -> dict[str, str]:
    taken = set(columns)
    names = {}
    for answer in answers:
        name = answer
        while name in taken:
            name += "_predicted"
        taken.add(name)
        names[answer] = name
    return names


def format_of(out: Path | None, format: str | None) -> str:
    """The format to write: as named, else by the file's ending, else CSV.

    Raises:
        ConfigError: neither tells one.
    """
    if format is not None:
        if format not in ENDINGS.values():
            raise unknown("output format", format, set(ENDINGS.values()))
        return format
    if out is None:
        return "csv"
    if out.suffix.lower() not in ENDINGS:
        raise ConfigError(
            f"{out.name!r} does not say in which format to write. End it in one of "
            f"{', '.join(ENDINGS)}."
        )
    return ENDINGS[out.suffix.lower()]


def _same(out: Path, source: Path) -> bool:
    try:
        return out.samefile(source)
    except OSError:
        return out.absolute() == source.absolute()


@contextmanager
def target(out: Path | None) -> Iterator[IO[str]]:
    """Where lines go: standard output, or a temporary file that takes the place of `out`."""
    if out is None:
        yield sys.stdout
        sys.stdout.flush()
        return
    try:
        if out.is_dir():
            raise IsADirectoryError(0, "it is a folder")
        with replacing(out, "w", encoding="utf-8", newline="") as file:
            yield file
    except OSError as error:
        raise DataError(
            f"Cannot write {out}: {error.strerror or error}. What was there before is intact. "
            f"Free some space or choose another file with --out."
        ) from error
