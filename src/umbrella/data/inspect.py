"""One pass over media files, in parallel: which can be read, and what copies are known by.

A file passes when it exists, its first bytes are of an allowed format of the column's kind, its
header is within limits, and it decodes to the end, by the code that encodes it for a network later.
The same pass takes its signatures, so that no file is opened twice.
"""

import hashlib
import os
import stat
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from umbrella.base.errors import DataError
from umbrella.base.limits import LIMITS, Limits
from umbrella.data.codecs.picture import hushed
from umbrella.data.known import recall
from umbrella.data.magic import HEAD, tell
from umbrella.data.pictures import THUMB, Look, look_at_picture
from umbrella.data.sounds import look_at_sound
from umbrella.data.videos import look_at_video

THREADS = 8  # at most: the decoders let go of the interpreter, but disks do not like crowds
BLOCK = 32  # files a thread takes at a time
WANTED = {"image": "a picture", "audio": "a sound", "video": "a video"}
ADDRESSES = ("http://", "https://", "s3://", "gs://", "data:")


@dataclass(frozen=True)
class Signatures:
    """What copies of N files are known by; rows without a file are all zero.

    Args:
        digest: uint8 [N, 32], SHA-256 of the bytes.
        content: uint64 [N], equal where the decoded content is equal: pixels of at most 128 a side,
            or one channel of 16-bit samples with their rate.
        thumb: uint8 [N, 32, 32], the content made coarse, see `pictures.Look`.
        there: bool [N], whether the row has a file that could be read.
        kind: "image", "audio" or "video".
    """

    digest: NDArray[np.uint8]
    content: NDArray[np.uint64]
    thumb: NDArray[np.uint8] = field(repr=False)
    there: NDArray[np.bool_]
    kind: str = "image"

    def __len__(self) -> int:
        return len(self.there)

    def take(self, rows: NDArray) -> "Signatures":
        """Those of some rows: numbers, or a mask."""
        return replace(
            self,
            digest=self.digest[rows],
            content=self.content[rows],
            thumb=self.thumb[rows],
            there=self.there[rows],
        )

    def fingerprint(self) -> str:
        """SHA-256 over the bytes of all files, in order, as hexadecimal digits."""
        return hashlib.sha256(np.ascontiguousarray(self.digest).tobytes()).hexdigest()


@dataclass(frozen=True)
class Inspection:
    """What one pass found.

    Args:
        faults: row → why its file is unusable, in words that follow the file's name.
        absent: rows whose file does not exist; they are among the faults.
        signatures: of every row.
    """

    faults: dict[int, str]
    absent: list[int]
    signatures: Signatures


class AbsentError(DataError):
    """There is no such file."""


def inspect(
    paths: Sequence[str | None], kind: str, limits: Limits = LIMITS, cache: Path | None = None
) -> Inspection:
    """Look at every file once, and at none that is known from before.

    Args:
        paths: N absolute paths, None where missing; a path that comes twice is read once.
        kind: "image", "audio" or "video".
        limits: those of the kind are used.
        cache: folder of what is known, see known.py; None to look at every file.
    """
    different = list(dict.fromkeys(path for path in paths if path is not None))
    if cache is None or not different:
        return _gather(paths, _look_at_all(different, kind, limits), kind)
    shelf = recall(different, kind, limits, cache)
    strange = [path for path in different if path not in shelf.known]
    found = _look_at_all(strange, kind, limits)
    shelf.keep({path: look for path, look in found.items() if not isinstance(look, DataError)})
    return _gather(paths, {**shelf.known, **found}, kind)


def _look_at_all(
    paths: Sequence[str], kind: str, limits: Limits
) -> dict[str, tuple[bytes, Look] | DataError]:
    """Each path's signatures, or why it is unusable."""
    blocks = [paths[at : at + BLOCK] for at in range(0, len(paths), BLOCK)]
    found: dict[str, tuple[bytes, Look] | DataError] = {}
    threads = min(THREADS, os.cpu_count() or 1)
    with hushed(), ThreadPoolExecutor(threads) as pool:
        waiting = iter(blocks)
        # Few blocks are under way at a time, so that Ctrl-C need not wait for all of them.
        while some := list(islice(waiting, 4 * threads)):
            for block, looks in zip(some, pool.map(lambda b: _block(b, kind, limits), some)):  # noqa: B905
                found.update(zip(block, looks, strict=True))
    return found


def _gather(
    paths: Sequence[str | None], found: dict[str, tuple[bytes, Look] | DataError], kind: str
) -> Inspection:
    rows = len(paths)
    digest, content = np.zeros((rows, 32), np.uint8), np.zeros(rows, np.uint64)
    thumb, there = np.zeros((rows, THUMB, THUMB), np.uint8), np.zeros(rows, bool)
    faults, absent = {}, []
    for row, path in enumerate(paths):
        if path is None:
            continue
        look = found[path]
        if isinstance(look, DataError):
            faults[row] = str(look)
            if isinstance(look, AbsentError):
                absent.append(row)
            continue
        digest[row] = np.frombuffer(look[0], np.uint8)
        content[row] = int.from_bytes(look[1].content, "little")
        thumb[row], there[row] = look[1].thumb, True
    return Inspection(faults, absent, Signatures(digest, content, thumb, there, kind))


def _block(paths: Sequence[str], kind: str, limits: Limits) -> list[tuple[bytes, Look] | DataError]:
    return [_safe(path, kind, limits) for path in paths]


def _safe(path: str, kind: str, limits: Limits) -> tuple[bytes, Look] | DataError:
    try:
        return look_at(path, kind, limits)
    except DataError as error:
        return error
    except PermissionError:
        return DataError("may not be read: permission denied (try: chmod u+r)")
    except OSError as error:
        return DataError(f"cannot be read: {error.strerror or error}")


def look_at(path: str, kind: str, limits: Limits = LIMITS) -> tuple[bytes, Look]:
    """Check one file and take its signatures: SHA-256 of its bytes, and a look at its content.

    Raises:
        DataError: why it is unusable, in words that follow the file's name.
        OSError: it cannot be read.
    """
    file = Path(path)
    _refuse_odd(file, path)
    with file.open("rb") as stream:
        head = stream.read(HEAD)
        content = tell(head)
        if content.kind != kind:
            raise DataError(f"is {content.name}, not {WANTED[kind]}")
        size = os.fstat(stream.fileno()).st_size
        most = limits.image_bytes if kind == "image" else limits.file_bytes
        if size > most:
            raise DataError(f"has {size:,} bytes; at most {most:,} are read")
        if kind == "image":
            data = head + stream.read()
            return hashlib.sha256(data).digest(), look_at_picture(data, content.format, limits)
        stream.seek(0)
        digest = hashlib.file_digest(stream, "sha256").digest()
    if kind == "audio":
        return digest, look_at_sound(file, limits)
    return digest, look_at_video(file, limits)


def _refuse_odd(file: Path, path: str) -> None:
    """What is no plain file, before it is opened: to open a pipe would wait for ever."""
    try:
        found = file.stat()
    except (FileNotFoundError, NotADirectoryError, ValueError) as error:
        if any(mark in path for mark in ADDRESSES):
            raise AbsentError("is an address, not a file: fetch it and give its path") from error
        raise AbsentError("is not there") from error
    if stat.S_ISDIR(found.st_mode):
        raise DataError("is a folder, not a file")
    if not stat.S_ISREG(found.st_mode):
        raise DataError("is a pipe or a device, not a file")
    if not found.st_size:
        raise DataError("is empty (0 bytes)")
