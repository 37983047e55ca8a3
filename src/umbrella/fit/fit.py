"""From a source to a finished run folder: read, split, climb, choose, test once, write down."""

import hashlib
import platform
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from numpy.typing import NDArray
from torch import nn

from umbrella.base.catalogue import Sentence, sentence
from umbrella.base.errors import ConfigError, RunError
from umbrella.base.progress import Progress, Silent
from umbrella.base.run import FORMAT, LOCK, Run, digests
from umbrella.base.tensors import load_tensors, save_tensors
from umbrella.data.lines import read_lines
from umbrella.data.read import read
from umbrella.data.split import PARTS
from umbrella.data.table import Table
from umbrella.fit.against_naive import facts_beside_naive
from umbrella.fit.chosen import FILES, keep, opened
from umbrella.fit.corpus import read_text, reads_text
from umbrella.fit.device import find_device
from umbrella.fit.donor import Donor, open_donor
from umbrella.fit.encoder import FOLDER, encoder_of, forget
from umbrella.fit.initial import Initial, Start
from umbrella.fit.inputs import with_task
from umbrella.fit.ladder import Climb, climb, pick, summary, with_encoder
from umbrella.fit.loop import outputs_of
from umbrella.fit.modelled import modelled_facts
from umbrella.fit.naive import beside
from umbrella.fit.origins import prepare_series
from umbrella.fit.parts import by_file, with_parts
from umbrella.fit.prepare import Prepared, prepare, require_rows
from umbrella.fit.remarks import of_cut, of_length, of_reading, of_unknown
from umbrella.fit.rung import Context, Look
from umbrella.fit.seen import known_counts, seen_until
from umbrella.fit.series_roles import several, usual_target
from umbrella.fit.settings import FitSettings, differences
from umbrella.fit.sized import calibrated
from umbrella.fit.steps import steps
from umbrella.fit.survey import provenance, survey
from umbrella.fit.taught import taught_by
from umbrella.fit.together import together
from umbrella.fit.trained import ROWS
from umbrella.fit.versions import versions
from umbrella.fit.views import View, Views
from umbrella.score.selection import Choice, Selection
from umbrella.tasks.task import Task, bounds, for_all

LABEL, OTHERS = "label", ("spans", "answers")  # columns that are predicted when none is named
OURS = (
    *FILES,
    ROWS,
    "run.json",
    "ladder.json",
    "log.jsonl",
    "report.json",
    "report.html",
    "split.parquet",
    "test.safetensors",
)


@dataclass(frozen=True)
class Watcher:
    """Who wants to see a fit as it goes.

    Args:
        prepared: called once with the data, before anything is fitted.
        look: called with each finished rung.
        said: called with what becomes known between the two.
    """

    prepared: Callable[[Prepared], None] = lambda _: None
    look: Callable[[Look], None] = lambda _: None
    said: Callable[[Sentence], None] = lambda _: None


def fit_run(
    source: Any,
    settings: FitSettings,
    out: Path | str | None = None,
    *,
    reading: dict[str, Any] | None = None,
    fresh: bool = False,
    progress: Progress | None = None,
    watcher: Watcher | None = None,
) -> Run:
    """Fit a ladder and leave a run folder; the same call goes on where a killed one stopped.

    Args:
        source: anything that `data.read.read` takes.
        settings: see FitSettings.
        out: the run folder; runs/NAME by default.
        reading: further arguments of `data.read.read`, e.g. encoding.
        fresh: throw away what the folder holds of another or an older fit.
        progress, watcher: where to show it, and who is called back with the data and each rung.

    Raises:
        UmbrellaError: see errors.py; whatever was in the folder before is intact.
    """
    progress, watcher = progress or Silent(), watcher or Watcher()
    table, settings, reading = _read(source, settings, reading or {}, progress)
    require_rows(table)
    table, settings, given = with_parts(table, settings, reading)
    run = Run(out if out is not None else Path("runs") / table.name)
    device = find_device(settings.device)
    with run.lock(), by_file(given, settings.parts):
        donor = _donor(settings, run)
        encoder, sums = encoder_of(settings.pretrained, run)
        plan = settings.plan() | {"reading": reading} | _named(settings, donor) | sums
        if _is_done(run, plan | {"fingerprint": table.fingerprint}, fresh):
            return run
        asked, told = (table, settings, progress), (given, taught_by(encoder, settings))
        prepared = prepare(*asked, *told) if settings.horizon is None else prepare_series(*asked)
        context = Context(run, prepared, Views(prepared, progress), settings, device, progress)
        context, starts = _with_starts(context, donor)
        context = with_encoder(context, encoder)
        _begin(context, plan | {"fingerprint": table.fingerprint})
        watcher.prepared(prepared)
        for name, start in starts.items():
            run.log("init", rung=name, **start.facts())
            watcher.said(start.says(name))
        climbed = climb(context, watcher.look)
        if not climbed.looks:
            raise KeyboardInterrupt
        _finish(context, climbed, plan)
        if not climbed.interrupted:
            forget(run)  # what is needed of it lies in the run's own files now
    if climbed.interrupted:
        best = run.read("run.json")["rung"]
        raise KeyboardInterrupt(
            f"Stopped. The best so far, {best}, is kept in {run.path}; its test rows are not "
            f"looked at yet. Run the same command again to go on."
        )
    return run


def _read(
    source: Any, settings: FitSettings, reading: dict[str, Any], progress: Progress
) -> tuple[Table, FitSettings, dict[str, Any]]:
    """The rows, the settings with the target and the task that they ask for, and how it was read.

    Raises:
        ConfigError, DataError: as `find_target` and the reader.
    """
    with progress.stage(sentence("stage.read")):
        if reads_text(settings.task):
            return read_text(source, settings, reading)
        table = read(source, kinds=settings.kinds or None, **reading)
    settings = replace(settings, target=find_target(table, settings))
    return table, with_task(table, settings), reading


def find_target(table: Table, settings: FitSettings) -> str:
    """The column to predict; of a forecast the one that looks like it, if none is named.

    Raises:
        ConfigError: none was named, and none is called "label".
        DataError: there is no such column.
    """
    asked, ahead = settings.target, settings.horizon is not None
    if settings.wide or (ahead and several(table, asked)):
        return asked  # each of its columns a series; "" for all
    if not asked and ahead and (found := usual_target(table)):
        return found
    if not asked and LABEL not in table.columns:
        for other in OTHERS:
            if other in table.columns:
                return other
    if not asked and LABEL not in table.columns:
        shown = ", ".join(table.columns[:12]) + (", …" if len(table.columns) > 12 else "")
        raise ConfigError(
            f"Which column of {table.name} is to be predicted? Say --target COLUMN. "
            f"Its columns: {shown}.{table.header_hint()}"
        )
    table.require(asked or LABEL)
    return asked or LABEL


def _donor(settings: FitSettings, run: Run) -> Donor | None:
    """The checkpoint to start from, or None.

    Raises:
        ConfigError: it lies in the folder that this fit will write.
    """
    if settings.init is None:
        return None
    if Path(settings.init).resolve().is_relative_to(run.path.resolve()):
        raise ConfigError(
            f"--init {settings.init} lies in the run folder that is to be written. Choose another "
            f"folder with --out."
        )
    return open_donor(settings.init)


def _named(settings: FitSettings, donor: Donor | None) -> dict[str, Any]:
    """Digests of the files that the settings name: another one by the same name is another fit.

    Raises:
        DataError: the file of sentences cannot be read.
    """
    found: dict[str, Any] = {} if donor is None else {"init_sha256": dict(donor.digests)}
    if settings.sentences:
        lines = "\n".join(read_lines(settings.sentences))
        found["sentences_sha256"] = hashlib.sha256(lines.encode()).hexdigest()
    return found


def _with_starts(context: Context, donor: Donor | None) -> tuple[Context, dict[str, Start]]:
    """The same context with a donor of start weights, and what every rung takes of it.

    Raises:
        ConfigError: it fits no rung, or has seen rows that are set aside.
    """
    if donor is None:
        return context, {}
    prepared = context.prepared
    prepared.notes.append(provenance(donor, prepared))
    initial = Initial(donor, prepared)
    views = replace(context.views, keep=initial.keep)
    names = context.settings.rungs
    climb = steps(prepared.kind, prepared.columns, prepared.table.kinds, names)
    starts = survey(initial, views, climb)
    started = frozenset(name for name, start in starts.items() if start.names)
    return replace(context, views=views, initial=replace(initial, started=started)), starts


def _is_done(run: Run, plan: dict[str, Any], fresh: bool) -> bool:
    """Whether the folder holds this very fit, finished. Other fits are refused, or removed."""
    if fresh:
        _clear(run)
    if not run.has("plan.json"):
        kept = (LOCK, "looks.json")  # looks outlive a fit: the test rows stay looked at
        others = [p.name for p in run.path.iterdir() if p.name not in kept]
        if others:
            raise RunError(
                f"{run.path} has files ({', '.join(sorted(others)[:4])}) but no fit. "
                f"Choose another folder with --out."
            )
        return False
    old = run.read("plan.json")
    if told := differences(old, plan):
        raise RunError(
            f"{run.path} holds another fit; it differs in: {told}. Keep it and add --out "
            f"{run.path}-2, or replace it with --fresh."
        )
    return run.has("run.json") and not run.read("run.json").get("partial")


def _clear(run: Run) -> None:
    """Remove a fit of ours from a folder, and nothing that is not ours."""
    if not run.has("plan.json"):
        return
    for name in ("rungs", "checkpoint", FOLDER):
        shutil.rmtree(run / name, ignore_errors=True)
    for name in OURS:
        (run / name).unlink(missing_ok=True)
    (run / "plan.json").unlink()  # last: a folder without it is not ours to clear


def _begin(context: Context, plan: dict[str, Any]) -> None:
    run, prepared = context.run, context.prepared
    table = prepared.table
    if table.source is None and not run.has(ROWS):
        growing = run / f".{ROWS}"
        table.write_parquet(growing)
        growing.replace(run / ROWS)
    prepared.split.to_parquet(run / "split.parquet")
    run.write("plan.json", plan)
    if context.encoder is not None:
        context.encoder.save(run / FOLDER)
    run.log("begun", rows=len(prepared.rows), fingerprint=table.fingerprint)


def _finish(context: Context, climbed: Climb, plan: dict[str, Any]) -> None:
    """Choose, score the test rows once, and write the run's own files; run.json last."""
    choice, selection = pick(context, climbed)
    chosen = climbed.looks[choice.chosen]
    run, prepared = context.run, context.prepared
    validation = load_tensors(chosen.folder / "validation.safetensors")["outputs"]
    ends = calibrated(prepared, chosen.folder, validation, choice.name)
    chosen, task = keep(run, chosen, ends.own), ends.task
    run.write("ladder.json", summary(prepared, climbed, choice))
    facts = _facts(context, climbed, chosen, choice, selection, plan) | {"task": task.spec()}
    network, view = opened(context, chosen)
    facts["notes"] += [ends.says.to_json()] if ends.says else []
    facts["notes"] += _remarks(prepared, network, view, task, validation)
    facts["network"] = chosen.facts["network"]
    facts["choice"] = chosen.facts["choice"]
    if not climbed.interrupted and (naive := beside(context, climbed.looks)):
        facts["naive"] = naive
    facts["cost"] = {k: chosen.facts[k] for k in ("bytes", "one_row_ms")}
    if not climbed.interrupted:
        facts["scores"] = _test(context, network, view, task) | {
            "validation": {k: chosen.facts[k] for k in ("score", "low", "high")}
        }
        answers = load_tensors(run / "test.safetensors")["outputs"]
        facts |= facts_beside_naive(prepared, validation, answers)
    facts["digests"] = digests(run, (*FILES, "split.parquet", "test.safetensors"))
    run.write("run.json", facts)
    run.log("finished", chosen=choice.name, partial=climbed.interrupted)


def _remarks(
    prepared: Prepared, network: nn.Module, view: View, task: Task, validation: NDArray
) -> list[dict[str, Any]]:
    """What only the finished fit can tell."""
    said = of_reading(task, validation, prepared.judged()) + of_cut(view.codecs, view.arrays)
    said += of_unknown(view.codecs, view.arrays)
    said += of_length(network, view.arrays, prepared.targets, prepared.part("train"))
    return [note.to_json() for note in said]


def _test(context: Context, network: nn.Module, view: View, task: Task) -> dict[str, Any]:
    """The first and only look at the test rows, by the task with its fitted confidence."""
    prepared = context.prepared
    rows = prepared.part("test")
    outputs = outputs_of(network, view.arrays, rows, context.device)
    save_tensors(context.run / "test.safetensors", {"outputs": outputs})
    targets = prepared.targets[rows]
    scores = task.row_scores(outputs, targets)
    units = prepared.dependent("test")
    interval = task.interval(scores, units)
    simple = for_all(prepared.baseline(task), len(rows))
    baseline = task.row_scores(simple, targets)
    return {
        "test": {
            "score": float(scores.mean()),
            **bounds(interval),
            "rows": len(rows),
            "p_against_baseline": float(task.compare(scores, baseline, units)),
            "metrics": task.metrics(outputs, targets),
        },
        "baseline": {"score": float(baseline.mean())},
    }


def _facts(
    context: Context,
    climbed: Climb,
    chosen: Look,
    choice: Choice,
    selection: Selection,
    plan: dict[str, Any],
) -> dict[str, Any]:
    prepared, table = context.prepared, context.prepared.table
    return {
        "format": FORMAT,
        "name": table.name,
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "unix": round(time.time()),
        "plan": plan,
        "source": table.source,
        "fingerprint": table.fingerprint,
        "kind": chosen.step.kind,
        "grouped": prepared.grouped,
        "roles": dict(prepared.roles) or None,
        "seen": seen_until(prepared),
        "history": known_counts(prepared),
        "features": dict(prepared.features) or None,
        "pretrained": None if context.encoder is None else dict(context.encoder.told),
        "modelled": modelled_facts(prepared),
        "season": prepared.shared.get("season"),
        "columns": list(chosen.step.columns),
        "rows": {name: len(prepared.part(name)) for name in PARTS},
        "twins": _twins(prepared),
        "notes": [note.to_json() for note in (*table.notes, *prepared.notes)],
        "bad_rows": table.bad_rows,
        "rung": choice.name,
        "best": choice.names[choice.best],
        "ended": climbed.ended,
        "minutes": context.settings.minutes,
        "partial": climbed.interrupted,
        "together": together(prepared, climbed),
        "selection": {
            "looks": selection.looks,
            "optimism": selection.optimism,
            "corrected": prepared.task.sign * selection.corrected,
        },
        "device": context.device.name,
        "parent": None,
        "versions": {"python": platform.python_version(), **versions()},
        "machine": platform.machine(),
    }


def _twins(prepared: Prepared) -> dict[str, int]:
    twins = prepared.twins
    if twins is None:
        return {}
    counts = {name: getattr(twins, name) for name in ("exact", "canonical", "near")}
    return {"rows": twins.rows, "largest": twins.largest, **counts}
