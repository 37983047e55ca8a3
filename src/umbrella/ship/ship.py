"""Ship a run: one file with preprocessing, network, labels and card, proven to answer alike."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from umbrella.base.catalogue import Sentence, sentence
from umbrella.base.progress import Progress, Silent
from umbrella.base.run import read_ladder
from umbrella.base.version import VERSION
from umbrella.data.codecs.columns import Columns
from umbrella.fit.cost import export, measure_graph
from umbrella.fit.prepare import Prepared
from umbrella.fit.trained import Trained, load_trained, read_rows
from umbrella.lite.bundle import Bundle
from umbrella.score.cost import cpu_class
from umbrella.ship.bundle import pack_bundle, write_bundle
from umbrella.ship.card import card
from umbrella.ship.history_notes import modelled_of
from umbrella.ship.parity import Parity, check_parity


@dataclass(frozen=True)
class Shipped:
    """A shipped file.

    Args:
        path: the .onnx file.
        card: the Markdown beside it.
        bytes: on disk.
        one_row_ms: median time of one row, from text to outputs, one thread.
        cpu: class of the processor it was measured on.
        parity: how far its outputs lie from the run's, on the validation rows.
        modelled: of a forecast: what of the column it forecasts.
    """

    path: Path
    card: Path
    bytes: int
    one_row_ms: float
    cpu: str
    parity: Parity
    modelled: Sentence | None = None


def ship_run(
    path: Path | str,
    out: Path | str | None = None,
    *,
    data: Any = None,
    lang: str = "en",
    progress: Progress | None = None,
) -> Shipped:
    """Write a run's shipped file and its card.

    Args:
        path: the run folder.
        out: the file; by default named after the run folder, in the current one.
        data: where the data is now, when it has moved: parity is checked on its validation rows.
        lang: language of the card.
        progress: where to show it.

    Raises:
        BundleError: the file would not answer as the run does; nothing is written.
        RunError, DataError: the run or its data is absent, damaged or changed.
    """
    progress = progress or Silent()
    trained = load_trained(path)
    target = Path(out) if out is not None else Path(f"{trained.run.path.resolve().name}.onnx")
    with progress.stage(sentence("stage.read")):
        prepared = read_rows(trained, data)
    cells = prepared.examples("validation")
    with progress.stage(sentence("stage.export")):
        graph = trained.graph or export(trained.network, trained.codecs, cells)
        cost = measure_graph(graph, trained.codecs, cells)
    spec = bundle_spec(trained)
    with progress.stage(sentence("stage.parity")):
        parity = _parity(trained, prepared, graph, spec)
    facts = _card_facts(trained, target, graph, cost.milliseconds, parity)
    text = card(facts, lang)
    size = len(pack_bundle(graph, spec, text))
    facts["bundle"]["bytes"] = size
    written, beside = write_bundle(target, graph, spec, card(facts, lang))
    trained.run.log("shipped", path=str(target), bytes=size)
    size = written.stat().st_size
    modelled = None
    if prepared.panel is not None:
        modelled = modelled_of(prepared.panel, bool(trained.task.spec().get("log")))
    return Shipped(written, beside, size, cost.milliseconds, cpu_class(), parity, modelled)


def examples(codecs: Columns) -> dict[str, str]:
    """A cell of each column's kind, for a command that people copy."""
    files = {"image": "photo.png", "audio": "clip.wav", "video": "clip.mp4"}
    out: dict[str, str] = {}
    for part in codecs.parts:
        kind = str(part.codec.spec()["codec"]).partition("-")[0]
        if kind in files:
            out |= dict.fromkeys(part.columns, files[kind])
        if kind == "table":
            for name, given in zip(part.columns, part.codec.probes, strict=True):
                out[name] = next((str(cell) for cell in given if cell), "1")
    return out


def bundle_run(path: Path | str) -> Bundle:
    """The bundle of a run, in memory: what `predict` on a run folder asks."""
    trained = load_trained(path)
    graph = trained.graph or export(trained.network, trained.codecs, trained.codecs.probe())
    return Bundle(pack_bundle(graph, bundle_spec(trained), ""), name=str(path))


def bundle_spec(trained: Trained) -> dict[str, Any]:
    """The JSON note of a run's bundle; see lite/notes.py."""
    run, facts = trained.run, trained.facts
    report = run / "report.json"
    digest = hashlib.sha256(report.read_bytes()).hexdigest() if report.is_file() else None
    return {
        "umbrella": VERSION,
        "task": trained.task.spec(),
        "codecs": run.read("codecs.json"),
        "report": digest,
        "alone": trained.alone,
        "roles": facts.get("roles"),
        "seen": facts.get("seen"),
        "history": facts.get("history"),
        "made": {
            "when": datetime.now(UTC).isoformat(timespec="seconds"),
            "run": run.path.name,
            "rung": facts["rung"],
            "naive": facts.get("against_naive", {}).get("reference"),
            "fingerprint": facts["fingerprint"],
            "scores": facts["scores"],
            "versions": facts["versions"],
        },
    }


def _parity(trained: Trained, prepared: Prepared, graph: bytes, spec: dict[str, Any]) -> Parity:
    """Compare file and run on the validation rows, each fed as it would be in use."""
    bundle = Bundle(pack_bundle(graph, spec, ""), name="the new file")
    cells = prepared.cells("validation")
    if prepared.panel is None:
        shipped = bundle.outputs(cells)
    else:
        bundle.window.bind(prepared.panel)
        shipped = bundle.changes(cells[bundle.inputs[0]])
    reference = trained.outputs(prepared.batches("validation"))
    return check_parity(reference, shipped, spec["task"])


def _card_facts(
    trained: Trained, target: Path, graph: bytes, milliseconds: float, parity: Parity
) -> dict[str, Any]:
    ladder = read_ladder(trained.run)
    shrunk = trained.facts.get("shrunk") or {}
    bundle = {
        "file": target.name,
        "bytes": len(graph),
        "one_row_ms": milliseconds,
        "cpu": cpu_class(),
        "parity": {
            "rows": parity.rows,
            "max_abs": parity.max_abs,
            "answers_changed": parity.answers_changed,
        },
    }
    if shrunk.get("int8"):
        bundle["before_bytes"] = shrunk["before"]["bytes"]
    own = {"ladder": ladder, "bundle": bundle, "examples": examples(trained.codecs)}
    return {**trained.facts, **own}
