"""How often the test rows were looked at to prove a smaller model, over a run and its parents."""

import hashlib

from umbrella.base.run import Run
from umbrella.fit.trained import Trained


def read_looks(teacher: Trained) -> int:
    """Proofs made so far on the same test rows, by searches from this run and from its parents."""
    counts = [int((teacher.facts.get("shrunk") or {}).get("proof", {}).get("look", 0))]
    for run in _line(teacher):
        if run.has("looks.json"):
            stored = run.read("looks.json")
            if isinstance(stored, dict) and stored.get("rows") == _rows_name(teacher):
                counts.append(int(stored.get("proofs", 0)))
    return max(counts)


def write_looks(teacher: Trained, looks: int) -> None:
    """Note in the run and in those it came from how many proofs were made."""
    for run in _line(teacher):
        run.write("looks.json", {"proofs": looks, "rows": _rows_name(teacher)})


def _line(teacher: Trained) -> list[Run]:
    """The run and those it came from, as far as they are still where they were."""
    line, parent = [teacher.run], teacher.facts.get("parent")
    while isinstance(parent, str) and len(line) < 100:
        run = Run(parent)
        if not run.has("run.json"):
            break
        line.append(run)
        parent = run.read("run.json").get("parent")
    return line


def _rows_name(teacher: Trained) -> str:
    """What names the test rows: the same data split the same way."""
    split = (teacher.run / "split.parquet").read_bytes()
    return f"{teacher.facts['fingerprint'][:16]}-{hashlib.sha256(split).hexdigest()[:16]}"
