"""Reading: whatever the user names becomes a Table.

path, "-" or sample → bytes (source.py) → UTF-8 (decode.py) → rows (delimited.py, jsonlines.py),
Parquet and rows in memory → columnar.py, a folder of files by class → folder.py; then all alike →
store.py → kinds.py → files that cells name are looked at (media.py) → table.py.
Every step works on one piece at a time, so memory stays flat as the file grows.
"""

import json
import os
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
from umbrella.data.conll import looks_tagged, read_tagged
from umbrella.data.corpus import CORPUS, raw_files, read_raw
from umbrella.data.decode import Decoder, make_decoder
from umbrella.data.delimited import Cutter
from umbrella.data.dialect import find_layout
from umbrella.data.folder import KIND_OF, Found, find_files
from umbrella.data.held import Held
from umbrella.data.inspect import Signatures
from umbrella.data.jsonlines import LineReader
from umbrella.data.kinds import infer_kinds
from umbrella.data.ledger import Ledger
from umbrella.data.media import check_files, copies_across, find_roots, make_absolute
from umbrella.data.odd_cells import no_numbers
from umbrella.data.questions import looks_asked, read_questions
from umbrella.data.shelf import Tables, find_tables, lay_together
from umbrella.data.source import FORMATS, AsFile, Source, open_source, unpack_command
from umbrella.data.store import Store
from umbrella.data.table import Table

PARQUET = b"PAR1"
HEAD = 2**20  # bytes that decide on the layout, or more when rows are longer
HEAD_LINES = 3
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
        source: path of a CSV, TSV, JSON-lines, Parquet, CoNLL or plain text file, also packed; a
            folder of pictures, sounds or videos by class, or of tables with the same columns, one a
            series; "-" for standard input; the name of a
            sample; a polars or pandas frame; a dict of lists; a list of dicts.
        kinds: column → kind, where inference should not decide.
        encoding: a Python codec's name, where it should not be found.
        format: "csv", "tsv", "jsonl", "parquet", "conll", "squad" or "corpus" (raw text), where
            name and content should not tell.
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
    if format is not None and format not in (known := {*FORMATS.values(), CORPUS}):
        raise unknown("format", format, known)
    if isinstance(missing, str):
        raise ConfigError(f"missing={missing!r} is one text. Give a list: missing=[{missing!r}].")
    asked = _Asked(dict(kinds or {}), None if missing is None else tuple(missing), answering)
    how = _How(format, encoding, header)
    if not isinstance(source, str | os.PathLike):
        return _read_rows(source, Ledger("the rows given", limits, share), asked)
    path = Path(source)
    if format == CORPUS and path.is_dir():
        return _read_corpus(path, Ledger(str(source), limits, share), how, asked)
    if found := find_files(path, labelled=answering is None):
        return _read_folder(path, found, Ledger(str(source), limits, share), asked)
    if (tables := find_tables(path)).paths:
        return _read_tables(path, tables, Ledger(str(source), limits, share), how, asked)
    return _read_file(source, limits, share, how, asked)


@dataclass(frozen=True)
class _Asked:
    """What the caller fixed: see `read`."""

    kinds: dict[str, str]
    missing: tuple[str, ...] | None
    answering: Sequence[str] | None


@dataclass(frozen=True)
class _How:
    """How bytes become cells: see `read`."""

    format: str | None
    encoding: str | None
    header: bool | None


@dataclass(frozen=True)
class _Place:
    """The table's name, what reads it again, and where relative paths in its cells start."""

    name: str
    again: str | None = None
    root: Path = Path()


def _read_rows(source: Any, ledger: Ledger, asked: _Asked) -> Table:
    """Rows in memory."""
    store, held = Store(ledger.limits.memory_bytes), Held()
    frames, notes = read_frame(to_frame(source), ledger, held)
    _fill(store, frames)
    return _finish(store, ledger, notes, _Place("data"), held, asked)


def _read_file(
    source: str | os.PathLike[str], limits: Limits, share: float, how: _How, asked: _Asked
) -> Table:
    """One file, standard input, or a sample."""
    store, held = Store(limits.memory_bytes), Held()
    path, name, again = _locate(source)
    opened = open_source(path, limits)
    ledger = Ledger(opened.name, limits, share)
    with closing(opened):
        notes = _read_opened(opened, store, ledger, how, held)
    stored = again or (str(opened.path) if opened.path else None)
    place = _Place(name or opened.stem, stored, opened.path.parent if opened.path else Path())
    return _finish(store, ledger, notes, place, held, asked)


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


def _read_tables(folder: Path, tables: Tables, ledger: Ledger, how: _How, asked: _Asked) -> Table:
    """The tables of a folder, one below the other, with a column that says which."""
    store, held = Store(ledger.limits.memory_bytes), Held()

    def read_one(path: Path, into: Any, own: Ledger) -> list[Sentence]:
        with closing(open_source(path, own.limits)) as opened:
            return _read_opened(opened, into, own, how, held)

    notes = lay_together(tables, store, ledger, read_one)
    place = _Place(folder.resolve().name, str(folder.absolute()), folder.absolute())
    return _finish(store, ledger, notes, place, held, asked)


def _read_corpus(folder: Path, ledger: Ledger, how: _How, asked: _Asked) -> Table:
    """The raw texts of a folder, each a document."""
    store, held, files = Store(ledger.limits.memory_bytes), Held(), raw_files(folder)
    for path in files:
        with closing(open_source(path, ledger.limits)) as opened:
            _read_opened(opened, store, ledger, how, held, str(path.relative_to(folder)))
    notes = [sentence("data.corpus.read", count=len(files))]
    place = _Place(folder.resolve().name, str(folder.absolute()), folder.absolute())
    return _finish(store, ledger, notes, place, held, asked)


def _locate(
    source: str | os.PathLike[str],
) -> tuple[str | os.PathLike[str], str | None, str | None]:
    """Path, and for a sample its name twice: as the table's and as what to read again."""
    if isinstance(source, str) and source in samples.SAMPLES and not Path(source).is_file():
        return samples.find(source), source, source
    return source, None, None


def _read_opened(
    opened: Source,
    store: Any,
    ledger: Ledger,
    how: _How,
    held: Held,
    document: str = "",
) -> list[Sentence]:
    """Fill the store; returns notes. Raw text is of the document named."""
    decoder = make_decoder(opened.name, how.encoding)
    stored = opened.blocks()
    first = next(stored, b"")
    if first[257:262] == b"ustar":
        unpack = f": {unpack_command(opened.path)}" if opened.path else ""
        raise DataError(
            f"{opened.name} is a tar archive. Unpack it, then read the file or folder that comes "
            f"out{unpack}."
        )
    if how.format is None:
        _refuse_media(opened, first)
    form = how.format or _find_format(opened, first)
    if form == "parquet":
        with AsFile(opened, first, stored) as path:
            frames, notes = read_parquet(path, opened.name, ledger, held)
            _fill(store, frames)
        return [sentence("data.read_binary", format=_called(form)), *opened.notes, *notes]
    blocks = decoder.decode(chain([first] if first else [], stored))
    if form == "jsonl":
        frames, notes = _json_lines(blocks, ledger, decoder, opened)
    elif form == CORPUS:
        file = f"{ledger.file}/{document}" if document else ledger.file
        frames, notes = read_raw(blocks, document or opened.stem, ledger, held.kinds, file)
    elif form == "conll":
        frames, notes = read_tagged(blocks, ledger, held.kinds)
    elif form == "squad":
        frames, notes = read_questions(blocks, ledger, held.kinds)
    else:
        frames, notes = _delimited(blocks, ledger, decoder, form, how.header)
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
    if looks_asked(first):
        return "squad"
    if opened.ending in FORMATS:
        return FORMATS[opened.ending]
    line = first.removeprefix(b"\xef\xbb\xbf").lstrip().split(b"\n")[0]
    if line.startswith(b"{") and not _is_spread(line):
        return "jsonl"
    if looks_tagged(first):
        return "conll"
    return "csv" if opened.path is None else "text"


def _fill(store: Any, frames: Iterable[pl.DataFrame]) -> None:
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
    given = {**held.kinds, **asked.kinds}
    kinds = infer_kinds(store.sample(), given, mixed=asked.answering is not None)
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
        notes=[*notes, *beside, *no_numbers(store, kinds, marks)],
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
