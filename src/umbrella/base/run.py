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
import hashlib
import json
import os
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from umbrella.base.errors import RunError
from umbrella.base.files import read_json, write_bytes, write_json

FORMAT = 1  # of run.json; raised when an older version could not read it
LOCK = ".lock"
NUMBER = (int, float)
SHAPE: dict[str, Any] = {  # what every verb relies on in run.json: key → type, or keys inside
    "name": str,
    "rung": str,
    "kind": str,
    "fingerprint": str,
    "columns": list,
    "notes": list,
    "bad_rows": int,
    "task": {"task": str},
    "plan": {"target": str, "seed": int},
    "network": {"rung": str, "config": dict},
    "choice": dict,
    "cost": {"bytes": NUMBER, "one_row_ms": NUMBER},
    "rows": {"train": int, "validation": int, "test": int},
    "twins": dict,
    "selection": {"looks": int, "optimism": NUMBER, "corrected": NUMBER},
    "versions": dict,
    "digests": dict,
}
SCORED: dict[str, Any] = {  # what a run that was not interrupted holds besides
    "scores": {
        "test": {
            "score": NUMBER,
            "rows": int,
            "p_against_baseline": NUMBER,
            "metrics": dict,
        },
        "baseline": {"score": NUMBER},
        "validation": {"score": NUMBER},
    },
}


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
            flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
            with os.fdopen(os.open(self.path / "log.jsonl", flags, 0o644), "ab+") as file:
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
        """Hold the folder against other processes; freed by the system when this one dies. One
        that was made for it, and that nothing came into, is taken away again.

        Raises:
            RunError: another process holds it, or the folder cannot be written.
        """
        is_new = not self.path.exists()
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            handle = os.open(self.path / LOCK, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise RunError(
                f"Cannot write in {self.path}: {error.strerror}. Make it writable, or choose "
                f"another folder with --out."
            ) from error
        try:
            self._take(handle)
            yield
        finally:
            if is_new and [path.name for path in self.path.iterdir()] == [LOCK]:
                (self.path / LOCK).unlink()
                self.path.rmdir()
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
    wrong = _misfit(facts, SHAPE if facts.get("partial") else SHAPE | SCORED)
    if wrong is not None:
        raise RunError(
            f"{run / 'run.json'} is damaged at {wrong!r}. Restore it from a copy, or fit again "
            f"with --fresh."
        )
    return run, facts


def digests(run: Run, names: Iterable[str]) -> dict[str, str]:
    """SHA-256 of some of a run's files, by name; absent ones are left out."""
    return {
        name: hashlib.sha256((run / name).read_bytes()).hexdigest()
        for name in names
        if run.has(name)
    }


def check_digests(run: Run, facts: dict[str, Any]) -> None:
    """Make sure that a run's files are those that it was finished with.

    Raises:
        RunError: one was changed or is missing.
    """
    stored = facts["digests"]
    for name, digest in digests(run, stored).items() | {(n, "") for n in stored if not run.has(n)}:
        if digest != stored[name]:
            what = "is missing" if not digest else "was changed since the run was finished"
            raise RunError(
                f"{run / name} {what}, so no score of the run holds for it. Restore it from a "
                f"copy, or fit again with --fresh."
            )


def read_ladder(run: Run) -> list[dict[str, Any]]:
    """The rungs or candidates that were compared; empty where a run keeps none.

    Raises:
        RunError: ladder.json is damaged.
    """
    if not run.has("ladder.json"):
        return []
    ladder = run.read("ladder.json")
    if not isinstance(ladder, list) or any(
        not isinstance(entry, dict) or not isinstance(entry.get("name"), str) for entry in ladder
    ):
        raise RunError(
            f"{run / 'ladder.json'} is damaged. Restore it from a copy, or fit again with --fresh."
        )
    return ladder


def _misfit(facts: Any, shape: dict[str, Any], place: str = "") -> str | None:
    """Where facts are not of the given shape: the path of the first key, or None."""
    if not isinstance(facts, dict):
        return place or "."
    for key, kind in shape.items():
        here = f"{place}.{key}" if place else key
        if isinstance(kind, dict):
            inside = _misfit(facts.get(key), kind, here)
            if inside is not None:
                return inside
        elif not isinstance(facts.get(key), kind) or isinstance(facts.get(key), bool):
            return here
    return None


def _ends_line(file: Any) -> bool:
    file.seek(-1, os.SEEK_END)
    return bool(file.read(1) == b"\n")
