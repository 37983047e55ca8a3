"""Opening what the user named: a file or standard input, decompressed, within limits.

The compression is told by the first bytes, never by the name.
"""

import contextlib
import os
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import chain
from pathlib import Path
from typing import IO, Any

import zstandard

from umbrella.base.catalogue import Sentence, sentence
from umbrella.base.errors import DataError
from umbrella.base.limits import Limits

BLOCK = 2**20  # bytes read at a time
GZIP, ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
OTHERS = {b"PK\x03\x04": "zip", b"BZh": "bzip2", b"\xfd7zXZ\x00": "xz", b"7z\xbc\xaf": "7-zip"}
WINDOW = 2**27  # bytes that a zstd stream may ask to keep in memory
TAGGED = (".conll", ".bio", ".iob", ".iob2", ".bioes", ".bmes", ".ner")  # tokens with their tags
ENDINGS = (".csv", ".tsv", ".tab", ".txt", ".jsonl", ".ndjson", ".json", ".parquet", ".pq", *TAGGED)
FORMATS = {  # ending → format; other names are told by their content
    ".csv": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "jsonl",
    ".parquet": "parquet",
    ".pq": "parquet",
    **dict.fromkeys(TAGGED, "conll"),
    ".squad": "squad",
}
PACKED = (".gz", ".zst", ".zstd", ".gzip")
SHOWN = 5  # names of neighbouring files in a message


@dataclass
class Source:
    """An open source of bytes; read `blocks` once.

    Args:
        name: as the user named it, for messages.
        stem: short name without folder and endings.
        ending: the ending that tells the format, e.g. ".csv" of "a.csv.gz"; may be empty.
        path: the file, or None for standard input.
        head: its first bytes as stored.
        stream: the rest.
        limits: file_bytes, ratio and ratio_free_bytes are used.
    """

    name: str
    stem: str
    ending: str
    path: Path | None
    head: bytes
    stream: IO[bytes]
    limits: Limits
    stored: int = 0

    @property
    def packing(self) -> str | None:
        """ "gzip", "zstd" or None."""
        if self.head.startswith(GZIP):
            return "gzip"
        return "zstd" if self.head.startswith(ZSTD) else None

    @property
    def notes(self) -> list[Sentence]:
        """How it was packed, in words."""
        if self.packing:
            return [sentence("data.unpacked", packing=self.packing)]
        ending = self.path.suffix if self.path else ""
        if ending.lower() in PACKED:
            return [sentence("data.not_packed", ending=ending)]
        return []

    def blocks(self) -> Iterator[bytes]:
        """The content, decompressed, block by block; none is empty.

        Raises:
            DataError: damaged or truncated, larger than the limit, or packed like a bomb.
        """
        stored = self._stored_blocks()
        packing = self.packing
        given = 0
        try:
            for block in UNPACKERS[packing](stored) if packing else stored:
                given += len(block)
                self._judge(given)
                yield block
        except (zlib.error, zstandard.ZstdError, EOFError) as error:
            raise DataError(
                f"{self.name} is damaged: its {self.packing} stream breaks off or is corrupt after "
                f"{given:,} bytes of content ({error}). Fetch or compress it again."
            ) from error
        except OSError as error:
            raise DataError(f"Cannot read {self.name}: {error.strerror or error}.") from error
        finally:
            self.close()

    def close(self) -> None:
        """Let go of the file; standard input stays open."""
        if self.path is not None:
            self.stream.close()

    def _stored_blocks(self) -> Iterator[bytes]:
        block = self.head
        while block:
            self.stored += len(block)
            yield block
            block = self.stream.read(BLOCK)

    def _judge(self, given: int) -> None:
        if given > self.limits.file_bytes:
            raise DataError(
                f"{self.name} holds more than {self.limits.file_bytes:,} bytes, the limit of one "
                f"source. Split it, or read a part of it."
            )
        if given > self.limits.ratio_free_bytes and given > self.limits.ratio * self.stored:
            raise DataError(
                f"{self.name} unpacks to more than {self.limits.ratio} times its size: "
                f"{self.stored:,} bytes gave {given:,} already. Stopped, as it may be made to fill "
                f"the machine. If you trust it, unpack it yourself and read the result."
            )


def open_source(name: str | os.PathLike[str], limits: Limits) -> Source:
    """Open a file, or standard input for "-".

    Raises:
        DataError: absent (near names are given), a folder, unreadable, empty, or an archive.
    """
    text = os.fspath(name)
    if text == "-":
        stream: Any = getattr(sys.stdin, "buffer", sys.stdin)
        source = Source("standard input", "stdin", "", None, stream.read(BLOCK), stream, limits)
    else:
        path = Path(text)
        stream = _open(path)
        shown, ending = endings_of(path)
        source = Source(str(path), shown, ending, path.absolute(), b"", stream, limits)
        source.head = _first(source)
    if not source.head:
        source.close()
        raise DataError(f"{source.name} is empty. Give a file with at least one row.")
    for magic, archive in OTHERS.items():
        if source.head.startswith(magic):
            source.close()
            raise DataError(
                f"{source.name} is a {archive} file, which is not read. {_unpacking(source)}"
            )
    return source


def _unpacking(source: Source) -> str:
    """What to do with an archive, as a command where the name tells which."""
    if source.path is None:
        return "Unpack it, or compress it with gzip or zstd."
    if source.path.suffix.lower() in (".xlsx", ".xls", ".ods", ".numbers"):
        return "Save the spreadsheet as CSV."
    return (
        f"Unpack it, then read the file or folder that comes out: {unpack_command(source.path)}. "
        f"A single file may be compressed with gzip or zstd instead."
    )


def unpack_command(path: Path) -> str:
    """The command that unpacks a zip or tar archive into a folder of its name."""
    name = path.name.split(".")[0] or "unpacked"
    if zipfile.is_zipfile(path) or path.suffix.lower() == ".zip":
        return f"unzip {path.name} -d {name}"
    return f"mkdir -p {name} && tar -xf {path.name} -C {name}"


def _first(source: Source) -> bytes:
    try:
        return source.stream.read(BLOCK)
    except OSError as error:
        source.close()
        raise DataError(f"Cannot read {source.name}: {error.strerror or error}.") from error


def _open(path: Path) -> IO[bytes]:
    try:
        return path.open("rb")
    except FileNotFoundError as error:
        raise DataError(f"There is no file {str(path)!r}.{_neighbours(path)}") from error
    except IsADirectoryError as error:
        raise DataError(
            f"{path} is a folder without tables: name a file, or a folder of files like AAPL.csv."
            f"{_neighbours(path / '*')}"
        ) from error
    except PermissionError as error:
        raise DataError(
            f"{path} may not be read: permission denied. Try: chmod u+r {path}"
        ) from error
    except (OSError, ValueError) as error:
        raise DataError(f"Cannot open {str(path)!r}: {error}. Give another path.") from error


def _neighbours(path: Path) -> str:
    """What else is there, the nearest names first."""
    names = []
    with contextlib.suppress(OSError, ValueError):
        names = sorted(entry.name for entry in path.parent.iterdir() if entry.is_file())
    near = get_close_matches(path.name, names, n=1)
    if near:
        return f" Did you mean {str(path.with_name(near[0]))!r}?"
    if not path.parent.is_dir():
        return f" The folder {str(path.parent)!r} does not exist either."
    readable = [n for n in names if endings_of(Path(n))[1] in ENDINGS] or names
    listed = ", ".join(readable[:SHOWN]) + (", …" if len(readable) > SHOWN else "")
    return f" In that folder: {listed}." if listed else " That folder holds no files."


def endings_of(path: Path) -> tuple[str, str]:
    """Short name and telling ending: "a/b.csv.gz" → ("b", ".csv")."""
    name = path.name
    if name.lower().endswith(PACKED):
        name = name.rpartition(".")[0]
    ending = Path(name).suffix.lower()
    stem = name[: -len(ending)] if ending in ENDINGS else name
    return stem or path.name, ending


class AsFile:
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


def _gunzip(stored: Iterator[bytes]) -> Iterator[bytes]:
    """Every member of a gzip stream; bytes that follow the last member and are no gzip end it."""
    machine, begun = zlib.decompressobj(31), False
    for block in stored:
        while block:
            if not begun and not block.strip(b"\0"):
                break  # padding after the last member
            begun = True
            content = machine.decompress(block, BLOCK)
            block = machine.unconsumed_tail
            if content:
                yield content
            if machine.eof:
                block, begun = machine.unused_data, False
                machine = zlib.decompressobj(31)
    while begun:
        content = machine.decompress(machine.unconsumed_tail, BLOCK)
        if not content:
            raise EOFError("the end is missing")
        yield content


def _unzstd(stored: Iterator[bytes]) -> Iterator[bytes]:
    """Every frame. A frame of our own is put behind them: it only comes out of a whole stream."""
    last = os.urandom(16)
    joined: Any = _Joined(chain(stored, [zstandard.compress(last)]))
    machine = zstandard.ZstdDecompressor(max_window_size=WINDOW)
    reader = machine.stream_reader(joined, read_across_frames=True)
    held = b""
    while block := reader.read(BLOCK):
        block = held + block
        block, held = block[: -len(last)], block[-len(last) :]
        if block:
            yield block
    if held != last:
        raise EOFError("the end is missing")


class _Joined:
    """Blocks as a file with `read`, which is all that zstandard asks of one."""

    def __init__(self, blocks: Iterator[bytes]):
        self._blocks, self._left = blocks, b""

    def read(self, size: int) -> bytes:
        # As much as asked for: zstd forgets the start of a frame header that comes in two pieces.
        while len(self._left) < size and (block := next(self._blocks, b"")):
            self._left += block
        given, self._left = self._left[:size], self._left[size:]
        return given


UNPACKERS: dict[str, Callable[[Iterator[bytes]], Iterator[bytes]]] = {
    "gzip": _gunzip,
    "zstd": _unzstd,
}
