"""From a source to a finished comparison: read, split, predict, train, compare, write down.

compare.json         what was found; written last, so that a folder without it is not finished
compare.html         the same as a page with one figure
predictions.json     what --why should show, written before anything is trained
plan.json            what was asked
rungs/NAME/seed-K/   each training of a rung, as `fit` keeps it
arms/                each training of the experiment
sizes/               what came of each training of --by-size
"""

import platform
import shutil
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from umbrella.base.catalogue import sentence
from umbrella.base.errors import RunError
from umbrella.base.progress import Progress, Silent
from umbrella.base.run import LOCK, Run
from umbrella.base.seeds import derive
from umbrella.base.version import VERSION
from umbrella.base.wording import form_of
from umbrella.compare.arms import Bench
from umbrella.compare.budget import Budget, share_out
from umbrella.compare.by_size import by_size
from umbrella.compare.contest import contest
from umbrella.compare.page import page
from umbrella.compare.predictions import written
from umbrella.compare.rows import set_apart
from umbrella.compare.settings import CompareSettings
from umbrella.compare.signals import signals
from umbrella.compare.why import experiment
from umbrella.data.read import read
from umbrella.data.table import Table
from umbrella.fit.corpus import read_text, reads_text
from umbrella.fit.device import find_device
from umbrella.fit.encoder import FOLDER, Encoder, encoder_of, forget
from umbrella.fit.fit import find_target
from umbrella.fit.inputs import with_task
from umbrella.fit.ladder import with_encoder
from umbrella.fit.prepare import Prepared, prepare
from umbrella.fit.rung import Context
from umbrella.fit.settings import differences
from umbrella.fit.taught import taught_by
from umbrella.fit.views import Views

FORMAT = 1
OURS = ("compare.json", "compare.html", "predictions.json", "log.jsonl")


@dataclass(frozen=True)
class Comparison:
    """A finished comparison.

    Args:
        path: its folder.
        facts: compare.json.
    """

    path: Path
    facts: dict[str, Any]


def compare_run(
    source: Any,
    settings: CompareSettings,
    out: Path | str | None = None,
    *,
    reading: dict[str, Any] | None = None,
    fresh: bool = False,
    progress: Progress | None = None,
    lang: str = "en",
) -> Comparison:
    """Compare rungs, and ask why; the same call goes on where a killed one stopped.

    Args:
        source: anything that `data.read.read` takes.
        settings: see CompareSettings.
        out: the folder; runs/NAME-compare by default.
        reading: further arguments of `data.read.read`.
        fresh: throw away what the folder holds of another comparison.
        progress: where to show it; nowhere by default.
        lang: language of compare.html.

    Raises:
        UmbrellaError: see errors.py; nothing is trained before all that is asked can be done.
    """
    progress = progress or Silent()
    fit = settings.fit
    with progress.stage(sentence("stage.read")):
        if reads_text(fit.task):
            table, fit, reading = read_text(source, fit, reading or {})
        else:
            table = read(source, kinds=fit.kinds or None, **(reading or {}))
            fit = with_task(table, replace(fit, target=find_target(table, fit)))
    settings = replace(settings, fit=fit)
    run = Run(out if out is not None else Path("runs") / f"{table.name}-compare")
    plan = settings.plan() | {"reading": reading or {}, "fingerprint": table.fingerprint}
    with run.lock():
        encoder, sums = encoder_of(fit.pretrained, run, "compare.json")
        plan |= sums
        if not _is_done(run, plan, fresh):
            _compare(run, table, settings, plan, progress, encoder)
            forget(run)
        facts = run.read("compare.json")
        run.write_text("compare.html", page(facts, lang))
    return Comparison(run.path, facts)


def _compare(
    run: Run,
    table: Table,
    settings: CompareSettings,
    plan: dict[str, Any],
    progress: Progress,
    encoder: Encoder | None,
) -> None:
    fit = settings.fit
    whole = prepare(table, fit, progress, taught=taught_by(encoder, fit))
    mine = set_apart(whole, fit)
    views = Views(mine, progress)
    device = find_device(fit.device)
    laid: tuple[Bench, Budget] | None = None
    if settings.why:
        seen = signals(views, mine)
        laid = (
            Bench(mine, seen, fit, device, run / "arms", progress),
            share_out(seen, mine.task.outputs),
        )
    run.write("plan.json", plan)
    if encoder is not None:
        encoder.save(run / FOLDER)  # a comparison that was killed goes on without the checkpoint
    facts = _facts(table, whole, mine, settings)
    if laid is not None and not run.has("predictions.json"):
        run.write("predictions.json", {"made": _now(), "predictions": written()})
    if fit.rungs:
        context = with_encoder(Context(run, mine, views, fit, device, progress), encoder)
        if encoder is not None:
            facts["notes"] = [note.to_json() for note in (*table.notes, *mine.notes)]
            facts["pretrained"] = dict(encoder.told)
        part, experiment_of = ("curve", by_size) if settings.by_size else ("contest", contest)
        facts[part] = experiment_of(context, settings.seeds)
    if laid is not None:
        facts["why"] = experiment(*laid, settings.seeds)
        facts["why"]["predicted"] = run.read("predictions.json")["made"]
    run.write("compare.json", facts | {"made": _now(), "device": device.name})
    run.log("compared")


def _facts(
    table: Table, whole: Prepared, mine: Prepared, settings: CompareSettings
) -> dict[str, Any]:
    parts = {name: len(mine.part(name)) for name in ("train", "validation", "test")}
    task = mine.task
    return {
        "format": FORMAT,
        "name": table.name,
        "fingerprint": table.fingerprint,
        "kind": mine.kind,
        "task": task.name,
        "headline": task.headline,
        "form": form_of(task.headline),
        "sign": task.sign,
        "grouped": mine.grouped,
        "seeds": settings.seeds,
        "seed": settings.fit.seed,
        "shuffle_seed": derive(settings.fit.seed, "shuffle"),
        "rows": {
            "learn": parts["train"],
            "steer": parts["validation"],
            "judge": parts["test"],
            "aside": len(whole.part("test")),
        },
        "notes": [note.to_json() for note in (*table.notes, *mine.notes)],
        "versions": {"umbrella": VERSION, "python": platform.python_version()},
    }


def _is_done(run: Run, plan: dict[str, Any], fresh: bool) -> bool:
    """Whether the folder holds this very comparison, finished; others are refused or removed."""
    if fresh and run.has("plan.json") and "why" in run.read("plan.json"):
        for name in ("rungs", "arms", "sizes"):
            shutil.rmtree(run / name, ignore_errors=True)
        forget(run)
        for name in OURS:
            (run / name).unlink(missing_ok=True)
        (run / "plan.json").unlink()  # last: a folder without it is not ours to clear
    if not run.has("plan.json"):
        others = sorted(path.name for path in run.path.iterdir() if path.name != LOCK)
        if others:
            raise RunError(
                f"{run.path} has files ({', '.join(others[:4])}) but no comparison. Choose another "
                f"folder with --out."
            )
        return False
    old = run.read("plan.json")
    if "why" not in old:
        raise RunError(
            f"{run.path} holds a fit and no comparison. Choose another folder with --out, e.g. "
            f"--out {run.path}-compare."
        )
    if told := differences(old, plan):
        raise RunError(
            f"{run.path} holds another comparison; it differs in: {told}. Keep it and add --out "
            f"{run.path}-2, or replace it with --fresh."
        )
    return run.has("compare.json")


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
