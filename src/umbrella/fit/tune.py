"""Search a rung's few settings on the validation rows, with Optuna's TPE (Bergstra et al. 2011).

Every trial is a look at the validation rows and counts as one in the best-of-K correction. Each
trial's sampler is seeded by its number and the trials before it are told to it again, so that a
search that was killed goes on as if nothing had happened.
"""

import time
from collections.abc import Mapping
from typing import Any

import numpy as np

from umbrella.base.errors import FitError, need
from umbrella.base.files import write_bytes
from umbrella.base.run import Run
from umbrella.base.seeds import derive
from umbrella.fit.channels import CHOICE, reads_features
from umbrella.fit.rung import Context, Look, fit_rung, read_look
from umbrella.fit.steps import Step
from umbrella.models.ladders import Rung

FEW = 2_000  # training rows below which a pretrained rung is trained from several seeds
SWITCH = "feature "  # begins the name of a feature's switch
FILES = ("weights.safetensors", "validation.safetensors", "codecs.json", "result.json")


def search(context: Context, step: Step, seconds: float | None) -> tuple[Look, list[np.ndarray]]:
    """Fit a rung, trying several settings when the user asked for it.

    Args:
        context: data, settings, device.
        step: the rung, and what it reads.
        seconds: time budget of the whole rung, or None.

    Returns:
        The best look, and the row scores of every look taken.

    Raises:
        FitError: not one trial could be fitted.
    """
    folder, rung = context.run / "rungs" / step.name, step.rung
    trials = context.settings.tune if rung.tune else 0
    trials = trials or seeds_of(rung, len(context.prepared.part("train")))
    if trials == 1 and not context.settings.tune:
        look = fit_rung(context, step, folder, {}, seconds)
        return look, [look.scores]
    looks: list[Look] = []
    start = time.monotonic()
    space = distributions(rung) | _switches(context, rung)
    if context.initial is not None and step.name in context.initial.started:
        space.pop(rung.dial, None)  # the start weights have one size
    for number in range(trials):
        left = None if seconds is None else seconds - (time.monotonic() - start)
        if left is not None and left <= 0 and looks:
            break
        choice = _next(context, step, space, looks, number)
        share = None if left is None else left / (trials - number)
        try:
            looks.append(fit_rung(context, step, folder / f"trial-{number}", choice, share))
            _leave_best(context, looks)
        except FitError as error:
            context.run.log("failed", rung=step.name, trial=number, why=str(error))
    if not looks:
        raise FitError(f"None of {trials} trials of {step.name} could be fitted; see log.jsonl.")
    best = _best(context, looks)
    for name in FILES[1:-1]:
        write_bytes(folder / name, (best.folder / name).read_bytes())
    if (best.folder / FILES[0]).is_file():  # else it was moved before a kill
        (best.folder / FILES[0]).replace(folder / FILES[0])
    said = {} if context.settings.tune else {"best_of": len(looks)}
    Run(folder).write(FILES[-1], best.facts | said)
    return read_look(context.prepared, step, folder), [look.scores for look in looks]


def _best(context: Context, looks: list[Look]) -> Look:
    """The first of the best trials."""
    sign = context.prepared.task.sign
    return max(looks, key=lambda look: float(sign * look.facts["score"]))


def _leave_best(context: Context, looks: list[Look]) -> None:
    """Throw away the weights of trials that will not be chosen: a published encoder's take much
    room, and their scores are all that is still asked for.
    """
    best = _best(context, looks)
    for look in looks:
        if look is not best:
            (look.folder / FILES[0]).unlink(missing_ok=True)


def seeds_of(rung: Rung, rows: int) -> int:
    """How many seeds a rung is trained from: several where it is tuned on few rows, where another
    seed may change much (Dodge et al. 2020, arXiv:2002.06305).
    """
    return int(rung.train.get("seeds", 1)) if rows < FEW else 1


def _next(
    context: Context, step: Step, space: dict[str, Any], looks: list[Look], number: int
) -> dict[str, Any]:
    """The settings of the next training: another seed alone, or what the search asks for."""
    if context.settings.tune:
        return _ask(context, step, space, looks, number)
    seed = derive(context.settings.seed, "train", step.name, number)
    return {"train.seed": seed} if number else {}


def distributions(rung: Rung) -> dict[str, Any]:
    """A rung's search space as Optuna's distributions.

    A tuple of two floats is a range on a log scale; any other tuple is a list of choices.
    """
    optuna = need("optuna", "train")
    spaces = optuna.distributions
    out = {}
    for name, values in dict(rung.tune).items():
        if len(values) == 2 and all(type(value) is float for value in values):
            out[name] = spaces.FloatDistribution(values[0], values[1], log=True)
        else:
            out[name] = spaces.CategoricalDistribution(range(len(values)))
    return out


def _ask(
    context: Context, step: Step, space: dict[str, Any], looks: list[Look], number: int
) -> dict[str, Any]:
    """The settings of the next trial; the first is the rung's own."""
    if number == 0:
        return {}
    optuna = need("optuna", "train")
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    sampler = optuna.samplers.TPESampler(
        seed=derive(context.settings.seed, "tune", step.name, number) % 2**31, n_startup_trials=4
    )
    rung = step.rung
    direction = "maximize" if context.prepared.task.sign > 0 else "minimize"
    study = optuna.create_study(sampler=sampler, direction=direction)
    for look in looks:
        params = _asked(rung, look.facts["choice"], space)
        if set(params) == set(space):
            study.add_trial(
                optuna.trial.create_trial(
                    params=params, distributions=space, value=look.facts["score"]
                )
            )
    asked = study.ask(fixed_distributions=space).params
    return _chosen(rung, asked)


def _switches(context: Context, rung: Rung) -> dict[str, Any]:
    """A switch for every feature that may be read or not, named by it."""
    spaces = need("optuna", "train").distributions
    names = context.prepared.features.get("choosable", ()) if reads_features(rung) else ()
    return {f"{SWITCH}{name}": spaces.CategoricalDistribution((False, True)) for name in names}


def _chosen(rung: Rung, asked: Mapping[str, Any]) -> dict[str, Any]:
    """What Optuna asked for, as settings of a rung; switches become the features that are on."""
    plain = {n: _value(rung, n, v) for n, v in asked.items() if not n.startswith(SWITCH)}
    switches = {n.removeprefix(SWITCH): on for n, on in asked.items() if n.startswith(SWITCH)}
    return plain | ({CHOICE: tuple(n for n, on in switches.items() if on)} if switches else {})


def _asked(rung: Rung, choice: Mapping[str, Any], space: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of a rung as Optuna knows them; fewer where it never asked for them."""
    params = {n: _index(rung, n, v) for n, v in choice.items() if n in space}
    if CHOICE in choice:
        names = [n for n in space if n.startswith(SWITCH)]
        params |= {n: n.removeprefix(SWITCH) in choice[CHOICE] for n in names}
    return params


def _index(rung: Rung, name: str, value: Any) -> Any:
    """A value as Optuna knows it: its place among the choices, or itself in a range."""
    values = [list(v) if isinstance(v, tuple) else v for v in dict(rung.tune)[name]]
    plain = list(value) if isinstance(value, tuple) else value
    return values.index(plain) if plain in values else value


def _value(rung: Rung, name: str, asked: Any) -> Any:
    values = dict(rung.tune)[name]
    return values[asked] if isinstance(asked, int) else asked
