"""The run folder: one trained model and everything known about it. Every verb reads and writes it.

run.json             what was asked, what was chosen, scores, versions, seeds, fingerprint
weights.safetensors  the chosen network's weights
codecs.json          how each column becomes arrays
split.parquet        row → part, unit
ladder.json          every rung tried: its score and cost, or why it failed
log.jsonl            one line an event, for machines
report.json|html     what `check` found
rungs/NAME/          each rung's weights and validation outputs; its checkpoint while training
"""

import contextlib
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from umbrella.base.errors import RunError
from umbrella.base.files import read_json, write_bytes, write_json

FORMAT = 1  # of run.json; raised when an older version could not read it


class Run:
    """A folder that verbs share. Holds no state but its path.

    Args:
        path: the folder.
    """

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)

    def __truediv__(self, name: str) -> Path:
        return self.path / name

    def has(self, name: str) -> bool:
        """Whether the folder holds this file."""
        return (self.path / name).is_file()

    def read(self, name: str) -> Any:
        """Read one of its JSON files; RunError when absent or damaged."""
        return read_json(self.path / name)

    def write(self, name: str, value: Any) -> None:
        """Write one of its JSON files atomically."""
        write_json(self.path / name, value)

    def write_text(self, name: str, text: str) -> None:
        """Write one of its text files atomically."""
        write_bytes(self.path / name, text.encode())

    def log(self, event: str, **facts: Any) -> None:
        """Append one line to log.jsonl; a line cut by a kill is closed before the next."""
        line = json.dumps({"at": round(time.time(), 3), "event": event, **facts}, default=float)
        try:
            with (self.path / "log.jsonl").open("ab+") as file:
                if file.tell() and not _ends_line(file):
                    file.write(b"\n")
                file.write(line.encode() + b"\n")
        except OSError as error:
            raise RunError(
                f"Cannot append to {self.path / 'log.jsonl'}: {error.strerror}. Free some space "
                f"and run the same command again; it goes on from the last checkpoint."
            ) from error

    @contextlib.contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the folder against other processes; freed by the system when this one dies.

        Raises:
            RunError: another process holds it, or the folder cannot be written.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            handle = os.open(self.path / ".lock", os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise RunError(
                f"Cannot write in {self.path}: {error.strerror}. Make it writable, or choose "
                f"another folder with --out."
            ) from error
        try:
            self._take(handle)
            yield
        finally:
            os.close(handle)

    def _take(self, handle: int) -> None:
        try:
            import fcntl
        except ImportError:  # no advisory locks on this system; nothing else is lost
            return
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            owner = os.pread(handle, 32, 0).decode("ascii", "replace").strip() or "unknown"
            raise RunError(
                f"{self.path} is in use by another run (process {owner}). Wait for it, or choose "
                f"another folder with --out."
            ) from error
        os.ftruncate(handle, 0)
        os.pwrite(handle, str(os.getpid()).encode(), 0)


def open_run(path: Path | str) -> tuple[Run, dict[str, Any]]:
    """Open a finished run.

    Returns:
        The run and its run.json.

    Raises:
        RunError: not a run folder, not finished, damaged, or made by a newer version.
    """
    run = Run(path)
    if not run.path.is_dir():
        near = sorted(p.parent.name for p in Path("runs").glob("*/run.json"))
        hint = f" Runs here: {', '.join(near)}." if near else " Make one with `umbrella fit`."
        raise RunError(f"No run folder at {run.path}.{hint}")
    if not run.has("run.json"):
        raise RunError(
            f"{run.path} holds no run.json, so it is not a finished run. Run the same "
            f"`umbrella fit` command again; it goes on where it stopped."
        )
    facts = run.read("run.json")
    if not isinstance(facts, dict) or type(facts.get("format")) is not int:
        raise RunError(f"{run / 'run.json'} is not a run of ours. Fit again into a new folder.")
    if facts["format"] > FORMAT:
        raise RunError(
            f"{run.path} was made by a newer Umbrella (format {facts['format']}, this one reads "
            f"{FORMAT}). Upgrade: pip install -U umbrella."
        )
    return run, facts


def _ends_line(file: Any) -> bool:
    file.seek(-1, os.SEEK_END)
    return bool(file.read(1) == b"\n")
