"""Files that are either the old one or the new one, whatever happens in between."""

import contextlib
import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from umbrella.base.errors import RunError
from umbrella.base.limits import LIMITS


@contextlib.contextmanager
def replacing(path: Path, mode: str = "wb", **how: Any) -> Iterator[IO[Any]]:
    """A file to write into, which takes the place of `path` at once when the block has ended well.

    Temporary file, fsync, rename, fsync of the folder. Whatever goes wrong in the block, what was
    at `path` is intact and nothing lies beside it.

    Args:
        path: the file; its folder exists.
        mode: "wb", or "w" for text.
        how: further arguments of `open`, e.g. encoding.

    Raises:
        OSError: the folder is read-only or full, or `path` is a folder.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, mode, **how) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def write_bytes(path: Path, data: bytes) -> None:
    """Replace a file at once; see `replacing`.

    Args:
        path: the file; its folder is made when absent.
        data: the whole content.

    Raises:
        RunError: the folder is read-only, full, or not a folder. The old file is intact.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(path) as file:
            file.write(data)
    except OSError as error:
        raise RunError(
            f"Cannot write {path}: {error.strerror or error}. Whatever was there before is intact. "
            f"Free some space or make the folder writable, or choose another place with --out."
        ) from error


def write_json(path: Path, value: Any) -> None:
    """Write a value as UTF-8 JSON, atomically; NaN and infinity are refused as bugs of ours."""
    text = json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False)
    write_bytes(path, (text + "\n").encode())


def read_json(path: Path) -> Any:
    """Read a JSON file of a run folder.

    Raises:
        RunError: the file is missing, larger than the limit, truncated, or not JSON.
    """
    try:
        if path.stat().st_size > LIMITS.json_bytes:
            raise RunError(
                f"{path} is larger than {LIMITS.json_bytes:,} bytes: not a file of ours."
            )
        return json.loads(path.read_bytes())
    except FileNotFoundError as error:
        raise RunError(
            f"{path} is missing. Is {path.parent} a run folder? `umbrella fit` makes one."
        ) from error
    except (ValueError, RecursionError) as error:
        raise RunError(
            f"{path} is damaged ({error}). Restore it from a copy, or fit again with --fresh."
        ) from error
    except OSError as error:
        raise RunError(f"Cannot read {path}: {error.strerror}.") from error


def _sync_folder(folder: Path) -> None:
    with contextlib.suppress(OSError):  # some file systems refuse fsync on folders
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
