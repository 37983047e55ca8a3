"""Reading: whatever the user names becomes a Table.

path, "-" or sample → bytes (source.py) → UTF-8 (decode.py) → rows (delimited.py, jsonlines.py),
Parquet and rows in memory → columnar.py, a folder of files by class → folder.py; then all alike →
store.py → kinds.py → files that cells name are looked at (media.py) → table.py.
Every step works on one piece at a time, so memory stays flat as the file grows.
"""

import json
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Any

import polars as pl

from umbrella.base.catalogue import Sentence, sentence
from umbrella.base.errors import ConfigError, DataError, unknown
from umbrella.base.limits import LIMITS, Limits
from umbrella.data import magic, samples
from umbrella.data.columnar import Rows, read_frame, read_parquet, to_frame
from umbrella.data.decode import Decoder, make_decoder
from umbrella.data.delimited import Cutter
from umbrella.data.dialect import find_layout
from umbrella.data.folder import KIND_OF, Found, find_files
from umbrella.data.held import Held
from umbrella.data.inspect import Signatures
from umbrella.data.jsonlines import LineReader
from umbrella.data.kinds import as_written, infer_kinds, to_numbers
from umbrella.data.ledger import Ledger
from umbrella.data.media import check_files, copies_across, find_roots, make_absolute
from umbrella.data.source import Source, open_source, unpack_command
from umbrella.data.store import Store
from umbrella.data.table import Table

FORMATS = {  # ending → format; other names are told by their content
    ".csv": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "jsonl",
    ".parquet": "parquet",
    ".pq": "parquet",
}
PARQUET = b"PAR1"
HEAD = 2**20  # bytes that decide on the layout, or more when rows are longer
HEAD_LINES = 3
SHOWN = 40  # characters of a cell in a note
FOLDERS = {"image": "photos", "audio": "sounds", "video": "videos"}  # for examples
FILE, LABEL = "file", "label"  # columns of a folder


def read(
    source: Any,
    *,
    kinds: Mapping[str, str] | None = None,
    encoding: str | None = None,
    format: str | None = None,
    header: bool | None = None,
    missing: Sequence[str] | None = None,
    bad_share: float | None = None,
    answering: Sequence[str] | None = None,
    limits: Limits = LIMITS,
) -> Table:
    """Read a table.

    Args:
        source: path of a CSV, TSV, JSON-lines, Parquet or plain text file, also gzip or zstd; a
            folder of pictures, sounds or videos by class; "-" for standard input; the name of a
            sample; a polars or pandas frame; a dict of lists; a list of dicts.
        kinds: column → kind, where inference should not decide.
        encoding: a Python codec's name, where it should not be found.
        format: "csv", "tsv", "jsonl" or "parquet", where name and content should not tell.
        header: whether the first row names the columns of a CSV, TSV or text file; found if None.
            Columns without names are called column_1, column_2, …
        missing: cells that mean missing in every column; None for `kinds.MISSING`.
        bad_share: share of rows that may be bad, in [0, 1]; the limit's own if None.
        answering: the columns that a model reads, where the rows are to be answered and not learned
            from. A folder then gives all its files in one column, without labels, and rows whose
            files cannot be used stay: whoever encodes them says why.
        limits: how much of anything is accepted.

    Raises:
        ConfigError: an unknown encoding, format or kind, or a share out of range.
        DataError: whatever else is wrong, with file and line where there is one, and a remedy.
    """
    if isinstance(source, Table):
        return source
    share = limits.bad_share if bad_share is None else bad_share
    if not 0 <= share <= 1:
        raise ConfigError(f"--bad-share {share} is not in [0, 1]. Use 0.05 to allow 5 %.")
    if format is not None and format not in FORMATS.values():
        raise unknown("format", format, set(FORMATS.values()))
    if isinstance(missing, str):
        raise ConfigError(f"missing={missing!r} is one text. Give a list: missing=[{missing!r}].")
    store, held = Store(limits.memory_bytes), Held()
    asked = _Asked(dict(kinds or {}), None if missing is None else tuple(missing), answering)
    if not isinstance(source, str | os.PathLike):
        ledger = Ledger("the rows given", limits, share)
        frames, notes = read_frame(to_frame(source), ledger, held)
        _fill(store, frames)
        return _finish(store, ledger, notes, _Place("data"), held, asked)
    if found := find_files(Path(source), labelled=answering is None):
        return _read_folder(Path(source), found, Ledger(str(source), limits, share), asked)
    path, name, again = _locate(source)
    opened = open_source(path, limits)
    ledger = Ledger(opened.name, limits, share)
    with closing(opened):
        notes = _read_opened(opened, store, ledger, format, encoding, header, held)
    stored = again or (str(opened.path) if opened.path else None)
    place = _Place(name or opened.stem, stored, opened.path.parent if opened.path else Path())
    return _finish(store, ledger, notes, place, held, asked)


@dataclass(frozen=True)
class _Asked:
    """What the caller fixed: see `read`."""

    kinds: dict[str, str]
    missing: tuple[str, ...] | None
    answering: Sequence[str] | None


@dataclass(frozen=True)
class _Place:
    """The table's name, what reads it again, and where relative paths in its cells start."""

    name: str
    again: str | None = None
    root: Path = Path()


def _read_folder(folder: Path, found: Found, ledger: Ledger, asked: _Asked) -> Table:
    """One row a file: its path below the folder, and its label."""
    store, needed = Store(ledger.limits.memory_bytes), list(asked.answering or ())
    column = needed[0] if len(needed) == 1 else FILE
    kinds = {column: found.kind}
    cells = {column: found.files}
    if found.labels is not None:
        kinds |= {LABEL: "category"}
        cells |= {LABEL: found.labels}  # type: ignore[dict-item]
    for name, reason in found.unusable:
        ledger.add_bad(0, f"{name}: {reason}")
    ledger.add_good(len(found.files))
    store.add(pl.DataFrame(cells, schema=dict.fromkeys(cells, pl.String)))
    kind = sentence(f"data.folder.kind.{found.kind}")
    notes = [sentence("data.folder.read", count=len(found.files), kind=kind), *found.notes]
    place = _Place(folder.resolve().name, str(folder.absolute()), folder.absolute())
    asked = replace(asked, kinds=kinds | asked.kinds)
    return _finish(store, ledger, notes, place, Held(), asked)


def _locate(
    source: str | os.PathLike[str],
) -> tuple[str | os.PathLike[str], str | None, str | None]:
    """Path, and for a sample its name twice: as the table's and as what to read again."""
    if isinstance(source, str) and source in samples.SAMPLES and not Path(source).is_file():
        return samples.find(source), source, source
    return source, None, None


def _read_opened(
    opened: Source,
    store: Store,
    ledger: Ledger,
    format: str | None,
    encoding: str | None,
    header: bool | None,
    held: Held,
) -> list[Sentence]:
    """Fill the store; returns notes."""
    decoder = make_decoder(opened.name, encoding)
    stored = opened.blocks()
    first = next(stored, b"")
    if first[257:262] == b"ustar":
        how = f": {unpack_command(opened.path)}" if opened.path else ""
        raise DataError(
            f"{opened.name} is a tar archive. Unpack it, then read the file or folder that comes "
            f"out{how}."
        )
    if format is None:
        _refuse_media(opened, first)
    form = format or _find_format(opened, first)
    if form == "parquet":
        with _as_file(opened, first, stored) as path:
            frames, notes = read_parquet(path, opened.name, ledger, held)
            _fill(store, frames)
        return [sentence("data.read_binary", format=_called(form)), *opened.notes, *notes]
    blocks = decoder.decode(chain([first] if first else [], stored))
    if form == "jsonl":
        frames, notes = _json_lines(blocks, ledger, decoder, opened)
    else:
        frames, notes = _delimited(blocks, ledger, decoder, form, header)
    _fill(store, frames)
    key = "data.read" if decoder.forced else "data.read_found"
    read_as = sentence(key, format=_called(form), encoding=decoder.said)
    return [read_as, *opened.notes, *notes]


def _refuse_media(opened: Source, first: bytes) -> None:
    """A picture, sound or video by itself is no table, whatever its bytes would pass for."""
    start = first[: magic.HEAD]
    content, named = magic.tell(start), KIND_OF.get(Path(opened.name).suffix.lower())
    # Two letters that begin a picture may begin a word as well, and the mark of UTF-16 a sound.
    binary = b"\0" in start and not start.startswith((b"\xff\xfe", b"\xfe\xff"))
    kind = named or (content.kind if binary and opened.ending not in FORMATS else None)
    if kind is None or content.name == "text":
        return
    what = content.name if content.kind else f"by its name a file of kind {kind}"
    example = FOLDERS[kind]
    raise DataError(
        f"{opened.name} is {what}, one file and no table of rows. Name a folder that holds the "
        f"files of each class in a folder of its own (umbrella fit {example}/), or a table of "
        f"paths and labels (umbrella fit {example}.csv --target label). To be answered, a file "
        f"may lie in a folder alone (umbrella predict MODEL FOLDER)."
    )


def _called(form: str) -> Sentence:
    return sentence(f"data.format.{form}")


def _delimited(
    blocks: Iterator[bytes], ledger: Ledger, decoder: Decoder, form: str, header: bool | None
) -> Rows:
    head, whole = _head(blocks, ledger.limits)
    layout = find_layout(head, form, header, whole=whole, file=ledger.file, limits=ledger.limits)
    cutter = Cutter(layout.dialect, layout.columns, ledger, lambda: decoder.said, layout.line)
    empty = pl.DataFrame(schema=dict.fromkeys(layout.columns, pl.String))
    frames = cutter.frames(chain([head[layout.skip :]], blocks))
    return chain([empty], frames), layout.notes


def _head(blocks: Iterator[bytes], limits: Limits) -> tuple[bytes, bool]:
    """Enough of the beginning to tell the layout, and whether it is all there is."""
    head = b""
    for block in blocks:
        head += block
        lines = head.count(b"\n") + head.count(b"\r")
        if len(head) >= HEAD and (lines > HEAD_LINES or len(head) > limits.line_bytes):
            return head, False
    return head, True


def _json_lines(blocks: Iterator[bytes], ledger: Ledger, decoder: Decoder, opened: Source) -> Rows:
    first = next(blocks, b"")
    start = first.lstrip()
    if start.startswith(b"[") or (opened.ending == ".json" and _is_spread(start)):
        raise DataError(
            f"{opened.name} is one JSON document, not JSON lines (one object a line). Convert it, "
            f"e.g.: jq -c '.[]' {opened.name} > {opened.stem}.jsonl"
        )
    return LineReader(ledger, lambda: decoder.said).frames(chain([first], blocks)), []


def _is_spread(start: bytes) -> bool:
    """Whether an object begins on one line and ends on another."""
    try:
        json.loads(start.splitlines()[0] if start else b"{}")
    except ValueError:
        return True
    return False


def _find_format(opened: Source, first: bytes) -> str:
    """By the ending, then by content."""
    if first.startswith(PARQUET):
        return "parquet"
    if opened.ending in FORMATS:
        return FORMATS[opened.ending]
    line = first.removeprefix(b"\xef\xbb\xbf").lstrip().split(b"\n")[0]
    if line.startswith(b"{") and not _is_spread(line):
        return "jsonl"
    return "csv" if opened.path is None else "text"


class _as_file:
    """A path from which the content can be read again and again, gone afterwards."""

    def __init__(self, opened: Source, first: bytes, rest: Iterable[bytes]):
        self._plain = opened.path if opened.packing is None else None
        self._opened, self._blocks = opened, chain([first], rest)

    def __enter__(self) -> Path:
        if self._plain is not None:
            self._opened.close()
            return self._plain
        with tempfile.NamedTemporaryFile(
            prefix="umbrella-", suffix=".parquet", delete=False
        ) as file:
            self._copy = Path(file.name)
            for block in self._blocks:
                file.write(block)
        return self._copy

    def __exit__(self, *_: object) -> None:
        if self._plain is None:
            self._copy.unlink(missing_ok=True)


def _fill(store: Store, frames: Iterable[pl.DataFrame]) -> None:
    for frame in frames:
        store.add(frame)


def _finish(
    store: Store,
    ledger: Ledger,
    notes: list[Sentence],
    place: _Place,
    held: Held,
    asked: _Asked,
) -> Table:
    ledger.close()
    store.close()
    _require_rows(store, ledger)
    kinds = infer_kinds(store.sample(), asked.kinds, mixed=asked.answering is not None)
    roots, beside = find_roots(store, kinds, place.root, held)
    signatures: dict[str, Signatures] = {}
    if roots and asked.answering is None:
        store, signatures = check_files(store, kinds, asked.missing, ledger, roots, held.endings)
        ledger.close()
        _require_rows(store, ledger)
    loose = {name: root for name, root in roots.items() if name not in held.endings}
    if loose and place.again is None:
        store = make_absolute(store, loose, ledger.limits.memory_bytes)
    marks = asked.missing
    more = [*kinds.values(), *(["missing", *marks] if marks is not None else [])]
    table = Table(
        name=place.name,
        store=store,
        kinds=kinds,
        missing=marks,
        bad=ledger.shown,
        bad_rows=ledger.bad,
        notes=[*notes, *beside, *_no_numbers(store, kinds, marks)],
        source=place.again,
        fingerprint=store.fingerprint(*more, *(s.fingerprint() for s in signatures.values())),
        roots=roots,
        signatures=signatures,
        held=held if held.endings else None,
    )
    if FILE in signatures and kinds.get(LABEL) == "category":
        table.notes.extend(
            copies_across(signatures[FILE], table.raw(FILE).to_list(), table.raw(LABEL))
        )
    return table


def _require_rows(store: Store, ledger: Ledger) -> None:
    if not store.columns or (ledger.bad and not store.rows and not ledger.shown[0].line):
        why = (
            f"all {ledger.bad:,} are bad, e.g. {ledger.shown[0]}" if ledger.bad else "none is there"
        )
        raise DataError(f"{ledger.file} holds no row that can be read: {why}. Give at least one.")


def _no_numbers(
    store: Store, kinds: Mapping[str, str], missing: tuple[str, ...] | None
) -> Iterator[Sentence]:
    """A note for each number column that holds something else, which then counts as missing."""
    names = [name for name, kind in kinds.items() if kind == "number"]
    counts, examples = dict.fromkeys(names, 0), dict.fromkeys(names, "")
    for frame in store.frames(names):
        for name in names:
            written = as_written(frame[name], "number", missing)
            wrong = written.filter(written.is_not_null() & to_numbers(written).is_null())
            if len(wrong):
                counts[name] += len(wrong)
                examples[name] = examples[name] or wrong[0][:SHOWN]
    for name, count in counts.items():
        if count:
            example = repr(examples[name])
            yield sentence("data.no_number", name=name, count=count, example=example)
