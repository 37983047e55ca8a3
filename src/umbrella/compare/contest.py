"""The rungs on the same rows, each from several seeds: which is better, and is that beyond doubt?

A rung is fitted by the ladder's own code. Two rungs differ beyond doubt when the paired test on
their rows says so and the interval over seeds and rows leaves 0 out: the first asks whether other
rows would say the same, the second whether another training would.
"""

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from umbrella.base.catalogue import Sentence, sentence
from umbrella.base.seeds import derive
from umbrella.base.tensors import load_tensors
from umbrella.base.wording import form_of
from umbrella.fit.apart import shared_doubt
from umbrella.fit.loop import outputs_of
from umbrella.fit.prepare import Prepared
from umbrella.fit.rung import Context, Look, fit_rung
from umbrella.fit.steps import Step, steps
from umbrella.models.ladders import network_of
from umbrella.score.crossed import Estimate, gap, mean
from umbrella.score.doubt import Interval
from umbrella.score.selection import best_of, choose
from umbrella.tasks.task import bounds

SEEDS = 2.0  # standard errors over seeds that widen an interval over rows


@dataclass(frozen=True)
class Entry:
    """One rung, trained from every seed.

    Args:
        step: the rung, and what it reads.
        scores: of every judged row by seed [K, n], as the task gives them.
        facts: by seed, what the ladder writes down of a rung.
    """

    step: Step
    scores: NDArray[np.float64]
    facts: list[dict[str, Any]]


def contest(context: Context, seeds: int) -> dict[str, Any]:
    """Fit every rung asked for from every seed, and compare them on the judged rows.

    Args:
        context: rows, views and settings; its run folder keeps what is finished.
        seeds: trainings of each rung.

    Returns:
        JSON-safe; the part "contest" of compare.json.
    """
    prepared = context.prepared
    pretrained = context.encoder is not None
    asked = steps(
        prepared.kind, prepared.columns, prepared.table.kinds, context.settings.rungs, pretrained
    )
    entries = []
    with context.progress.stage(sentence("stage.compare"), len(asked) * seeds) as stage:
        for step in asked:
            done = []
            for seed in range(seeds):
                done.append(_fit(context, step, seed))
                stage.advance()
            entries.append(_judge(context, step, done))
    return verdict(prepared, entries)


def verdict(prepared: Prepared, entries: list[Entry]) -> dict[str, Any]:
    """Who is better, from finished entries."""
    task, groups = prepared.task, prepared.dependent("test")
    units = np.arange(len(prepared.part("test"))) if groups is None else groups
    table = np.stack([task.sign * entry.scores.mean(axis=0) for entry in entries])
    alpha = shared_doubt(len(entries))
    best = int(np.argmax(table.mean(axis=1)))
    gaps = [_gap(prepared, entry, entries[best], 1 - alpha) for entry in entries]

    def doubted(a: NDArray, b: NDArray) -> float:
        # Means over seeds are no longer right or wrong: every row is a unit of its own at least.
        return float(task.compare(a, b, units))

    names = [entry.step.name for entry in entries]
    clear = [one.clear for one in gaps]
    choice = choose(table, names, alpha=alpha, paired_test=doubted, groups=groups)
    worse = [clear[k] and choice.p[k] < alpha and k != choice.best for k in range(len(entries))]
    lightest = next(k for k in range(len(entries)) if not worse[k])
    rungs = [
        _facts(prepared, entry, choice.p[k], gaps[k], _word(k, choice.best, worse))
        for k, entry in enumerate(entries)
    ]
    flattery = best_of(table, groups).optimism
    says = [_say(rung, names[choice.best], form_of(task.headline)) for rung in rungs]
    return {
        "rungs": rungs,
        "best": names[choice.best],
        "lightest": names[lightest],
        "doubt": alpha,
        "optimism": flattery,
        "says": [one.to_json() for one in says if one is not None],
    }


def _word(number: int, best: int, worse: list[bool]) -> str:
    return "best" if number == best else "worse" if worse[number] else "within doubt"


def _gap(prepared: Prepared, entry: Entry, best: Entry, level: float) -> Estimate:
    """How far the best is ahead of an entry, higher is better."""
    sign = prepared.task.sign
    return gap(sign * best.scores, sign * entry.scores, prepared.dependent("test"), level=level)


def _facts(
    prepared: Prepared, entry: Entry, p: float, ahead: Estimate, word: str
) -> dict[str, Any]:
    task, groups = prepared.task, prepared.dependent("test")
    seen = mean(entry.scores, groups)
    rows = task.interval(entry.scores.mean(axis=0), groups)
    low, high = limits(
        _widened(seen.value, rows.low, seen.seeds),
        _widened(seen.value, rows.high, seen.seeds),
        task.sign,
    )
    of_one = entry.facts
    return {
        "name": entry.step.name,
        "score": seen.value,
        **bounds(Interval(low, high, rows.level, rows.method)),
        "seeds": entry.scores.mean(axis=1).tolist(),
        "bytes": float(np.median([one["bytes"] for one in of_one])),
        "one_row_ms": float(np.median([one["one_row_ms"] for one in of_one])),
        "seconds": float(np.mean([one["seconds"] for one in of_one])),
        "p_against_best": float(p),
        "ahead": asdict(ahead),
        "verdict": word,
    }


def limits(low: float, high: float, sign: int) -> tuple[float, float]:
    """An interval that ends where scores do: none is below 0, and none above 1 but errors (sign
    −1), of which there may be more than words.
    """
    return max(low, 0.0), min(high, 1.0) if sign > 0 else high


def _widened(middle: float, limit: float, seeds: float) -> float:
    """A limit over rows, made wider by what another seed would change."""
    return float(middle + np.copysign(np.hypot(limit - middle, SEEDS * seeds), limit - middle))


def _say(rung: dict[str, Any], best: str, form: str) -> Sentence | None:
    if rung["verdict"] == "best":
        return None
    key = "compare.worse" if rung["verdict"] == "worse" else "compare.doubt"
    ahead = rung["ahead"]
    return sentence(
        key,
        best=best,
        name=rung["name"],
        gain=ahead["value"],
        range=(ahead["low"], ahead["high"]),
        p=rung["p_against_best"],
        form=form,
    )


def _fit(context: Context, step: Step, seed: int) -> tuple[Look, Path]:
    """One training of a rung, or what is kept of it."""
    settings = context.settings
    own = replace(settings, seed=derive(settings.seed, "compare", seed))
    folder = context.run / "rungs" / step.name / f"seed-{seed + 1}"
    folder.mkdir(parents=True, exist_ok=True)
    return fit_rung(replace(context, settings=own), step, folder, {}), folder


def _judge(context: Context, step: Step, done: list[tuple[Look, Path]]) -> Entry:
    """Score the judged rows with every seed's network."""
    prepared = context.prepared
    view = context.views.get(step.rung, {}, step.columns)
    rows = prepared.part("test")
    scores = []
    for look, folder in done:
        network = network_of(look.facts["network"])
        weights = load_tensors(folder / "weights.safetensors")
        network.load_state_dict({name: torch.from_numpy(a) for name, a in weights.items()})
        outputs = outputs_of(network.to(context.device.name), view.arrays, rows, context.device)
        scores.append(prepared.task.row_scores(outputs, prepared.targets[rows]))
    return Entry(step, np.stack(scores), [look.facts for look, _ in done])
