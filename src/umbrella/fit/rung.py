"""Fit one rung of the ladder and write down what it scored and what it costs.

A finished rung is a folder with weights, codecs, validation outputs and result.json, which is
written last: a rung without it is not finished, and goes on from its checkpoint.
"""

import copy
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from umbrella.base.catalogue import sentence
from umbrella.base.errors import FitError
from umbrella.base.progress import Progress
from umbrella.base.run import Run
from umbrella.base.seeds import derive
from umbrella.base.tensors import load_tensors, save_tensors
from umbrella.data.codecs.text_blanks import TextBlanks
from umbrella.fit.adapters import adapt, merge
from umbrella.fit.augment import Augment
from umbrella.fit.auxiliary import with_own_answers
from umbrella.fit.cost import Cost, measure
from umbrella.fit.device import Device, use_threads
from umbrella.fit.encoder import Encoder
from umbrella.fit.hide import Hide
from umbrella.fit.initial import Initial, Start, start_of
from umbrella.fit.loop import LoopConfig, Objective, Outcome, outputs_of, train
from umbrella.fit.prepare import Prepared
from umbrella.fit.settings import FitSettings
from umbrella.fit.sized import is_sized, judged_by, with_sizes
from umbrella.fit.solve import Solved, solve
from umbrella.fit.solve_vectors import FROZEN, answers_of
from umbrella.fit.steps import Step
from umbrella.fit.views import View, Views
from umbrella.models.ladders import Rung, build
from umbrella.tasks.task import Task, bounds

LEAST_STEPS, MOST_EPOCHS = 600, 30  # few rows are gone through more often: steps are what learns


@dataclass(frozen=True)
class Context:
    """What all rungs of one fit share.

    Args:
        initial: weights that networks start from, or None.
        encoder: that pretrained rungs start from, or None.
        vectors: [N, W] what it makes of all rows where it is frozen, once that is known.
        priced: whether size and time of a finished network are measured.
    """

    run: Run
    prepared: Prepared
    views: Views
    settings: FitSettings
    device: Device
    progress: Progress
    initial: Initial | None = None
    encoder: Encoder | None = None
    vectors: NDArray[np.float32] | None = None
    priced: bool = True


@dataclass(frozen=True)
class Look:
    """One model's look at the validation rows.

    Args:
        step: the rung, and what it reads.
        folder: where its files are.
        scores: headline score of every validation row [n].
        facts: result.json.
    """

    step: Step
    folder: Path
    scores: NDArray[np.float64]
    facts: dict[str, Any]

    @property
    def name(self) -> str:
        """Of the step."""
        return self.step.name


def fit_rung(
    context: Context,
    step: Step,
    folder: Path,
    choice: Mapping[str, Any],
    seconds: float | None = None,
) -> Look:
    """Fit one rung with given settings, or read it back when it is finished already.

    Args:
        context: shared by all rungs.
        step: the rung, and what it reads.
        folder: where its files go.
        choice: settings that differ from the rung's own, as "view.x", "network.x", "train.x" or
            "solver.x".
        seconds: time budget, or None.

    Raises:
        FitError: training went wrong; earlier rungs are not touched.
    """
    place = Run(folder)
    if place.has("result.json"):
        return read_look(context.prepared, step, folder)
    start = time.monotonic()
    view = context.views.get(step.rung, _under(choice, "view."), step.columns)
    begun = _begun(context, step.rung, view, choice)
    choice = {**begun.settings, **_sized(context, step.rung), **choice}
    torch.manual_seed(derive(context.settings.seed, "weights", step.name))
    network = build(
        step.rung,
        view.codecs.sizes,
        outputs=context.prepared.task.outputs,
        **_under(choice, "network."),
    )
    begun.fill(network)
    before = walk(context, step, network, choice, folder, seconds)
    how = _learn(context, step, network, view, choice, folder, seconds, start) | begun.facts()
    how |= {"walk": 1 + len(before)} if before else {}
    spent = time.monotonic() - start
    return _finish(context, step, network, view, folder, choice, how, spent, before)


def _begun(context: Context, rung: Rung, view: View, choice: Mapping[str, Any]) -> Start | Encoder:
    """What a rung's weights start from."""
    if rung.pretrained and context.encoder is not None:
        return context.encoder.suited(rung)
    return start_of(context.initial, rung, view, choice)


def _sized(context: Context, rung: Rung) -> dict[str, Any]:
    """The setting that lets a network say how large its errors may be, where that is asked for."""
    asked = context.settings.quantiles and rung.solver == "gradient"
    return {"network.spread": True} if asked else {}


def walk(
    context: Context,
    step: Step,
    network: nn.Module,
    choice: Mapping[str, Any],
    folder: Path,
    seconds: float | None,
) -> list[NDArray]:
    """Fit copies of a network at earlier moments too, and let each forecast what came next.

    Returns:
        Outputs for the validation rows of every earlier stretch, oldest first.
    """
    out: list[NDArray] = []
    earlier = context.prepared.earlier
    share = None if seconds is None else seconds / (1 + len(earlier))
    for number, prepared in enumerate(earlier):
        place = folder / f"walk-{number}"
        kept = place / "outputs.safetensors"
        if not kept.is_file():
            then = replace(context, prepared=prepared, views=context.views.at(prepared))
            view = then.views.get(step.rung, _under(choice, "view."), step.columns)
            own = copy.deepcopy(network)
            _learn(then, step, own, view, choice, place, share, time.monotonic())
            rows, device = prepared.part("validation"), context.device
            outputs = outputs_of(own.to(device.name), view.arrays, rows, device)
            sizes = judged_by(own, view.arrays, rows, device)
            save_tensors(kept, {"outputs": outputs, **sizes})
        out.append(load_tensors(kept)["outputs"])
    return out


def read_look(prepared: Prepared, step: Step, folder: Path) -> Look:
    """Read a finished rung's scores back."""
    outputs = load_tensors(folder / "validation.safetensors")["outputs"]
    scores = prepared.task.row_scores(outputs, prepared.judged())
    return Look(step, folder, scores, Run(folder).read("result.json"))


def loop_config(rung: Rung, rows: int, choice: Mapping[str, Any], **user: Any) -> LoopConfig:
    """The loop's settings: the rung's own, then the user's, then a trial's.

    Args:
        rung: from the ladder.
        rows: training rows; few are gone through more often.
        choice: settings that differ from the rung's own.
        user: fields of LoopConfig that hold for all rungs; None leaves the rung's own.
    """
    known = {f.name for f in fields(LoopConfig)}
    config = LoopConfig(**{name: v for name, v in rung.train.items() if name in known})
    steps = -(-rows // config.batch)
    least = int(rung.train.get("least_steps", LEAST_STEPS))
    config = replace(config, epochs=max(config.epochs, min(MOST_EPOCHS, -(-least // steps))))
    config = replace(config, **{name: v for name, v in user.items() if v is not None})
    return replace(config, **_under(choice, "train."))


def _learn(
    context: Context,
    step: Step,
    network: nn.Module,
    view: View,
    choice: Mapping[str, Any],
    folder: Path,
    seconds: float | None,
    start: float,
) -> dict[str, Any]:
    data, task, rung = context.views.data(view), context.prepared.task, step.rung
    left = None if seconds is None else max(1.0, seconds - (time.monotonic() - start))
    if rung.solver != "gradient":
        asked = {**dict(rung.train), **_under(choice, "solver.")}
        asked |= {"balance": context.settings.balance, "seed": context.settings.seed}
        data = replace(data, vectors=context.vectors if rung.pretrained else None)
        with context.progress.stage(sentence("stage.solve", name=step.name)):
            return _solved(solve(rung.solver, network, data, task, asked, left))
    settings = context.settings
    config = loop_config(
        rung,
        len(data.train),
        choice,
        seed=derive(settings.seed, "train", step.name),
        average=settings.average,
        balance=settings.balance,
        epochs=settings.epochs,
    )
    threads = use_threads(network, config.batch, settings.threads)
    if rank := int(rung.train.get("rank", 0)):
        adapt(network, rank)
    with context.progress.stage(sentence("stage.rung", name=step.name), 1) as stage:
        outcome = train(
            network,
            data,
            task,
            config,
            context.device,
            checkpoint=folder / "checkpoint" / "state.safetensors",
            seconds=left,
            stage=stage,
            log=lambda event, **facts: context.run.log(event, rung=step.name, **facts),
            objective=with_sizes(task)
            if is_sized(network)
            else objective_of(rung, task, config.balance),
            augment=augmenter(rung, task),
        )
    if rank:
        merge(network)
    return _trained(outcome, threads)


def _solved(solved: Solved) -> dict[str, Any]:
    return {"rows": solved.rows, "of_rows": solved.of, "stopped": "solved"}


def _trained(outcome: Outcome, threads: int) -> dict[str, Any]:
    return {
        "steps": outcome.state.step,
        "best_step": outcome.state.best_step,
        "averaged": outcome.state.best_is_average,
        "stopped": outcome.stopped,
        "threads": threads,
        "history": outcome.state.history,
    }


def _finish(
    context: Context,
    step: Step,
    network: nn.Module,
    view: View,
    folder: Path,
    choice: Mapping[str, Any],
    how: dict[str, Any],
    seconds: float,
    before: list[NDArray],
) -> Look:
    """Score the validation rows, measure the cost, write the rung's files; result.json last."""
    prepared, task = context.prepared, context.prepared.task
    rows = prepared.part("validation")
    known = context.vectors if step.rung.solver == FROZEN else None
    outputs = answers_of(known, network, view.arrays, rows, context.device)
    sizes = judged_by(network, view.arrays, rows, context.device)
    outputs = np.concatenate([*before, outputs])
    if not np.isfinite(outputs).all():
        raise FitError(f"{step.name} answers with values that are not numbers; it is left out.")
    scores = task.row_scores(outputs, prepared.judged())
    network.to("cpu")
    cost = Cost(0, 0.0)
    if context.priced:
        examples = prepared.examples("validation", view.codecs.columns)
        cost = measure(network, view.codecs, examples)
    interval = task.interval(scores, prepared.dependent("validation"))
    place = Run(folder)
    state = {name: tensor.numpy() for name, tensor in network.state_dict().items()}
    save_tensors(folder / "weights.safetensors", state)
    save_tensors(folder / "validation.safetensors", {"outputs": outputs, **sizes})
    place.write("codecs.json", view.codecs.entries())
    facts = {
        "name": step.name,
        "score": float(scores.mean()),
        **bounds(interval),
        "bytes": cost.bytes,
        "one_row_ms": cost.milliseconds,
        "seconds": seconds,
        "choice": dict(choice),
        "network": network_spec(step.rung.name, step.kind, network),
        **how,
    }
    place.write("result.json", facts)
    shutil.rmtree(folder / "checkpoint", ignore_errors=True)
    context.run.log("rung", **{k: v for k, v in facts.items() if k not in ("history", "network")})
    return Look(step, folder, scores, facts)


def network_spec(name: str, kind: str, network: nn.Module) -> dict[str, Any]:
    """What builds the network again, JSON-safe."""
    config = network.config
    values = {f.name: getattr(config, f.name) for f in fields(config)}  # type: ignore[arg-type]
    return {"kind": kind, "rung": name, "config": _listed(values)}


def _listed(value: Any) -> Any:
    """A setting as JSON gives it back: tuples made lists."""
    if isinstance(value, Mapping):
        return {k: _listed(v) for k, v in value.items()}
    return [_listed(v) for v in value] if isinstance(value, list | tuple) else value


def own_settings(
    choice: Mapping[str, Any],
) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """A choice taken apart: settings of the view, the network and the solver."""
    plain = {k: tuple(v) if isinstance(v, list) else v for k, v in choice.items()}
    return _under(plain, "view."), _under(plain, "network."), _under(plain, "solver.")


def _under(choice: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    return {k.removeprefix(prefix): v for k, v in choice.items() if k.startswith(prefix)}


def objective_of(rung: Rung, task: Task, balance: bool) -> Objective | None:
    """The loss of a rung whose encoders answer for themselves too; None for the task's own."""
    weight = rung.train.get("auxiliary")
    return None if weight is None else with_own_answers(task, float(weight), balance)


def augmenter(rung: Rung, task: Task | None = None) -> Augment | Hide | None:
    """What varies a rung's training rows, or None; blanks are others at every step."""
    codec = getattr(task, "codec", None)
    if isinstance(codec, TextBlanks):
        return Hide(codec)
    return Augment(rung.augment) if rung.augment else None
