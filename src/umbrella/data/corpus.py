"""Raw text: files and folders of it as rows, and rows of any table cut into pieces of one length.

    file or folder → stretches of text, each with its document → pieces that end where sentences do

A piece is short enough to be read whole by a network. Pieces of one document stay together when
rows are split; where there are few documents, stretches of neighbouring pieces do.

Shapes: characters are counted as Python counts them.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from umbrella.base.catalogue import Sentence, sentence
from umbrella.base.errors import DataError, listed
from umbrella.base.limits import LIMITS
from umbrella.data.codecs.scripts import UNSPACED, classify, code_points, mend
from umbrella.data.columnar import Rows
from umbrella.data.folder import walk
from umbrella.data.ledger import Ledger
from umbrella.data.source import FORMATS, endings_of
from umbrella.data.store import Store
from umbrella.data.table import Table

CORPUS = "corpus"  # the name of this format
TEXT, DOCUMENT = "text", "document"  # columns that come out
ENDINGS = (".txt", ".text", ".md")
CHUNK = 2**16  # characters of a row before it is cut into pieces
MOST, MOST_UNSPACED = 560, 140  # characters of a piece, of scripts with spaces and without
DOCUMENTS = 20  # fewer documents are divided further
STRETCHES, LONGEST = 60, 16  # stretches that a corpus of few documents should have; pieces of each
LEAST = 20  # pieces, of which some teach and some judge
BATCH = 4_096  # rows of a frame
END = re.compile(r"[.!?…]+[\"'”’)\]]*\s+|[。！？；…]+[”’」』）]*\s*|\n\s*\n\s*")
LINE = re.compile(r"[.!?…]+[\"'”’)\]]*\s+|[。！？；…]+[”’」』）]*\s*|\s*\n\s*")
STRANGE = re.compile("[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff]")  # what no text holds
ODD = 0.001  # share of such characters from which on it is none
SOFT = re.compile(r"[,;:，、：]\s*|\s+")


def is_raw(path: Path) -> bool:
    """Whether a file, by its name, or a folder, by what lies in it, is raw text."""
    if path.is_dir():
        names = [endings_of(Path(name))[1] or Path(name).suffix for name in _names(path)]
        return any(one in ENDINGS for one in names) and not any(one in FORMATS for one in names)
    ending = endings_of(path)[1] or path.suffix.lower()
    return path.is_file() and (ending in ENDINGS or not ending)


def is_raw_file(source: Any) -> bool:
    """Whether what a user named is one file of raw text."""
    if not isinstance(source, str | Path) or not Path(source).is_file():
        return False
    return (endings_of(Path(source))[1] or Path(source).suffix.lower()) in ENDINGS


def raw_files(path: Path) -> list[Path]:
    """The files of a corpus, in order.

    Raises:
        DataError: a folder without any.
    """
    if not path.is_dir():
        return [path]
    ours = [name for name in _names(path) if endings_of(Path(name))[1] in ENDINGS]
    if not ours:
        raise DataError(
            f"{path} holds no file of raw text ({', '.join(ENDINGS)}, also packed). Put the texts "
            f"into it, a document a file, or name one file."
        )
    return [path / name for name in ours]


def _names(folder: Path) -> list[str]:
    return sorted(walk(folder, folder.resolve()))


def read_raw(
    blocks: Iterable[bytes],
    document: str,
    ledger: Ledger,
    kinds: dict[str, str],
    file: str = "",
) -> Rows:
    """Read one file of raw text.

    Args:
        blocks: UTF-8 without a byte order mark, cut anywhere.
        document: what its text is called.
        ledger: takes the counts.
        kinds: is told the kinds of the columns.
        file: what an error names, where it is not what the ledger is of.

    Returns:
        Frames of the columns "text" and "document", a stretch of text a row.

    Raises:
        DataError: it is no text.
    """
    kinds |= {TEXT: "text", DOCUMENT: "category"}
    return _frames(blocks, document, ledger, file or ledger.file), []


def _frames(
    blocks: Iterable[bytes], document: str, ledger: Ledger, file: str
) -> Iterator[pl.DataFrame]:
    schema = {TEXT: pl.String, DOCUMENT: pl.String}
    yield pl.DataFrame(schema=schema)
    for chunk in _chunks(blocks, file):
        if chunk.strip():
            ledger.add_good(1)
            yield pl.DataFrame({TEXT: [chunk], DOCUMENT: [document]}, schema=schema)


def _chunks(blocks: Iterable[bytes], file: str) -> Iterator[str]:
    """Text in stretches that end at a line's end, an empty one where there is one."""
    held = ""
    for block in blocks:
        text = block.decode("utf-8", "surrogatepass")
        if len(STRANGE.findall(text)) > ODD * len(text):
            raise DataError(
                f"{file} is no text: it holds bytes that no text has. Give files of raw text, or "
                f"a table with a column of text; --encoding where the encoding was not found."
            )
        held += STRANGE.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n"))
        while len(held) > CHUNK:
            at = max(held.rfind("\n\n", 0, CHUNK), 0) or held.rfind("\n", 0, CHUNK) + 1 or CHUNK
            yield held[:at]
            held = held[at:]
    yield held


def in_pieces(
    table: Table,
    column: str,
    group: str | None = None,
    *,
    least: int = LEAST,
    apart: str | None = None,
) -> Table:
    """A table of pieces: the text column cut, and the document that each is of.

    Args:
        table: of raw text, or with a column of text.
        column: its name.
        group: a column whose values name documents; by default "document" where there is one, else
            every row is one.
        least: pieces that there must be.
        apart: said before the names of documents, that they are no others' of the same name.

    Raises:
        DataError: there is too little text.
    """
    named = group or (DOCUMENT if DOCUMENT in table.columns and column != DOCUMENT else None)
    texts, documents, rows = list[str](), list[str](), 0
    for frame in table.raw_batches([column] if named is None else [column, named]):
        names: Sequence[Any] = frame[named].to_list() if named else [None] * frame.height
        for cell, name in zip(frame[column].to_list(), names, strict=True):
            rows += 1
            made = pieces((cell or "").replace("\0", " "))
            texts += made
            documents += [str(name) if name is not None else f"{rows}"] * len(made)
    _require_text(table, column, texts, least)
    documents = documents if apart is None else [f"{apart}: {one}" for one in documents]
    units, notes = _units(documents)
    store = Store(LIMITS.memory_bytes)
    schema = {column: pl.String, DOCUMENT: pl.String}
    for at in range(0, len(texts), BATCH):
        cells = {column: texts[at : at + BATCH], DOCUMENT: units[at : at + BATCH]}
        store.add(pl.DataFrame(cells, schema=schema))
    store.close()
    kinds = {column: "text", DOCUMENT: "category"}
    return replace(
        table,
        store=store,
        kinds=kinds,
        missing=None,
        notes=[*table.notes, *notes],
        fingerprint=store.fingerprint(*kinds.values()),
        roots={},
        signatures={},
        held=None,
    )


def as_pieces(table: Table, column: str) -> Table:
    """The same table as it was kept: pieces already."""
    kinds = {column: "text", DOCUMENT: "category"}
    return replace(table, kinds=kinds, fingerprint=table.store.fingerprint(*kinds.values()))


def _require_text(table: Table, column: str, texts: Sequence[str], least: int) -> None:
    """Refuse a corpus from which nothing could be learned and judged.

    Raises:
        DataError: with what there is.
    """
    where = table.source or table.name
    letters = sum(map(len, texts))
    if not letters:
        columns = f" column {column!r}" if len(table.columns) > 2 else ""
        raise DataError(f"{where}{columns} holds no text. Give text with words in it.")
    if not any(one.isalnum() for text in texts for one in text):
        raise DataError(f"{where} holds no words, only marks. Give text with words in it.")
    if len(texts) < least:
        raise DataError(
            f"{where} holds {letters:,} characters, which make {len(texts)} pieces of some "
            f"sentences; at least {least} are needed to learn from some and judge by others. Add "
            f"text: a few hundred kilobytes are a start."
        )


def _units(documents: Sequence[str]) -> tuple[list[str], list[Sentence]]:
    """What stays together: documents, or of few documents stretches of neighbouring pieces."""
    found = Counter(documents)
    if len(found) >= DOCUMENTS:
        return list(documents), [
            sentence("fill.pieces.documents", pieces=len(documents), documents=len(found))
        ]
    size = max(1, min(LONGEST, len(documents) // STRETCHES))
    seen, out = Counter[str](), list[str]()
    for name in documents:
        out.append(f"{name} · {1 + seen[name] // size}")
        seen[name] += 1
    told = {"pieces": len(documents), "stretches": len(set(out)), "documents": len(found)}
    return out, [sentence("fill.pieces.stretches", **told)]


def pieces(text: str) -> list[str]:
    """Cut a text where sentences end, into pieces as long as can be.

    Where one sentence is too long by itself it is cut at a comma or a space.
    """
    text = mend(text)
    classes = classify(code_points(text))
    unspaced = np.mean(classes[classes > 0] == UNSPACED) if (classes > 0).any() else 0.0
    most = MOST_UNSPACED if unspaced > 0.3 else MOST
    out, held = list[str](), ""
    for part in _sentences(text, most):
        if held and len((held + part).rstrip()) > most:
            out.append(held.strip())
            held = ""
        held += part
    out.append(held.strip())
    return [one for one in out if one]


def _sentences(text: str, most: int) -> Iterator[str]:
    """Parts of a text, none longer than `most`, that make it up again."""
    start, pattern = 0, END if re.search(r"\n\s*\n", text) else LINE
    for found in pattern.finditer(text):
        yield from _short(text[start : found.end()], most)
        start = found.end()
    yield from _short(text[start:], most)


def _short(part: str, most: int) -> Iterator[str]:
    while len(part.rstrip()) > most:
        ends = [found.end() for found in SOFT.finditer(part, most // 2, most)]
        at = ends[-1] if ends else most
        yield part[:at]
        part = part[at:]
    yield part


def refuse_columns(table: Table) -> DataError:
    """The refusal of a table in which no column of text stands out."""
    return DataError(
        f"Which column of {table.name} is the text? Name it with --use COLUMN. Its columns: "
        f"{listed(table.columns)}."
    )
