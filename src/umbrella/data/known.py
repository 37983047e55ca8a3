"""Files that an earlier pass found usable, kept in the user's cache, so that no verb looks twice.

A file is known again by its path, its size, and when it and its entry were last changed. What is
kept of it are its signatures and never its path: a hash, and a picture of 32 × 32 cells. Reasons
against bad files are not kept, since another installation may do away with them. A shelf holds the
files of one kind below one folder; one that is damaged, or of another version, counts as empty, and
the oldest are thrown away when all of them take too much room.
"""

import hashlib
import os
import stat
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from umbrella.base.errors import RunError
from umbrella.base.files import write_bytes
from umbrella.base.limits import Limits
from umbrella.base.version import VERSION
from umbrella.data.pictures import THUMB, Look

FORM = 1  # to be raised when a pass begins to accept, or to make, something else
MARK = b"umbrella looks\n"
DECODERS = ("pillow", "soundfile", "av")  # packages whose versions may decode otherwise
MOST_BYTES = 512 * 2**20  # of all shelves together; about 480,000 files
FRESH_SECONDS = 2.0  # a file changed so lately may change again within one tick of its clock
CHECK = 32  # bytes of a checksum
RECORD = np.dtype(
    [("key", "V16"), ("digest", "u1", 32), ("content", "u1", 8), ("thumb", "u1", (THUMB, THUMB))]
)

Known = Mapping[str, tuple[bytes, Look]]  # path → SHA-256 of its bytes, and what it looks like


@dataclass(frozen=True)
class Shelf:
    """What is known of some files.

    Args:
        path: where it is kept.
        made: by what.
        keys: path → what it is known by; without those that are absent or fresh.
        records: all that is kept, RECORD [n].
        known: those of the files that are kept.
    """

    path: Path
    made: bytes
    keys: Mapping[str, bytes]
    records: NDArray
    known: Known = field(repr=False)

    def keep(self, found: Known) -> None:
        """Put more files on the shelf; a cache that cannot be written is done without."""
        new = [path for path in found if path in self.keys and path not in self.known]
        if not new:
            return
        added = np.empty(len(new), RECORD)
        for at, path in enumerate(new):
            digest, look = found[path]
            added[at] = (
                np.void(self.keys[path]),
                np.frombuffer(digest, np.uint8),
                np.frombuffer(look.content, np.uint8),
                look.thumb,
            )
        whole = np.concatenate([added, self.records])[: MOST_BYTES // RECORD.itemsize]
        data = whole.tobytes()
        with suppress(RunError, OSError):
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_bytes(self.path, MARK + self.made + _check(data) + data)
            _thin_out(self.path.parent)


def recall(paths: Sequence[str], kind: str, limits: Limits, folder: Path) -> Shelf:
    """What is known of some files.

    Args:
        paths: absolute, each once, at least one.
        kind: "image", "audio" or "video".
        limits: by which they are judged; other limits, other shelves.
        folder: of the cache; it need not exist.
    """
    try:
        root = os.path.commonpath(os.path.dirname(end) for end in (min(paths), max(paths)))  # noqa: PTH120
    except ValueError:
        root = ""  # files on several drives
    made = _check(f"{_made_by()} {limits!r}".encode())
    name = hashlib.blake2b(
        f"{kind} {root}".encode("utf-8", "surrogatepass") + made, digest_size=16
    ).hexdigest()
    shelf = folder / f"{name}.looks"
    records = _read(shelf, made)
    now = time.time()
    keys = {path: key for path in paths if (key := _key(path, now))}
    place = {bytes(key): at for at, key in enumerate(records["key"])}
    at = {path: place[key] for path, key in keys.items() if key in place}
    digests, contents, thumbs = (records[name] for name in ("digest", "content", "thumb"))
    known = {
        path: (digests[row].tobytes(), Look(contents[row].tobytes(), thumbs[row]))
        for path, row in at.items()
    }
    if known:
        with suppress(OSError):
            os.utime(shelf)  # used now: others are thrown away first
    return Shelf(shelf, made, keys, records, known)


def _key(path: str, now: float) -> bytes | None:
    """Sixteen bytes that are others once the file is, None where that cannot be relied on."""
    try:
        found = os.stat(path)  # noqa: PTH116
        name = os.fsencode(path)
    except (OSError, ValueError):
        return None
    if not stat.S_ISREG(found.st_mode) or now - max(found.st_mtime, found.st_ctime) < FRESH_SECONDS:
        return None
    facts = f"\0{found.st_size} {found.st_mtime_ns} {found.st_ctime_ns} {found.st_ino}".encode()
    return hashlib.blake2b(name + facts, digest_size=16).digest()


def _read(path: Path, made: bytes) -> NDArray:
    """The records of a shelf; none where it is absent, damaged, or of another making."""
    none = np.empty(0, RECORD)
    head = len(MARK) + 2 * CHECK
    try:
        if path.stat().st_size > head + MOST_BYTES:
            return none
        data = path.read_bytes()
    except OSError:
        return none
    body = memoryview(data)[head:]
    whole = data[:head] == MARK + made + _check(body) and len(body) % RECORD.itemsize == 0
    return np.frombuffer(body, RECORD) if whole else none


def _thin_out(folder: Path) -> None:
    """Throw away what was not used for longest, until the rest is within MOST_BYTES."""
    shelves = [(shelf.stat(), shelf) for shelf in folder.glob("*.looks")]
    room = MOST_BYTES
    for found, shelf in sorted(shelves, key=lambda one: one[0].st_mtime_ns, reverse=True):
        room -= found.st_size
        if room < 0:
            shelf.unlink(missing_ok=True)


def _made_by() -> str:
    versions = []
    for name in DECODERS:
        try:
            versions.append(version(name))
        except PackageNotFoundError:
            versions.append("none")
    return f"{FORM} {VERSION} {' '.join(versions)}"


def _check(data: bytes | memoryview) -> bytes:
    return hashlib.blake2b(data, digest_size=CHECK).digest()
