"""Climb a ladder from its lightest rung, stop when heavier is not better, choose, test once.

The climb ends when `patience` heavier rungs in a row bring nothing beyond doubt, when the time
budget is used up, or at the top. Where columns of several kinds come together, each kind's ladder
is climbed so, and then the fusions. The choice is the lightest rung that the best one does not beat
in a paired test on the same validation rows; the test rows are scored after it, once.
"""

import math
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from umbrella.base.errors import ConfigError, FitError
from umbrella.fit.apart import DOUBT, can_tell, doubt_of, paired_test
from umbrella.fit.encoder import Encoder
from umbrella.fit.prepare import Prepared
from umbrella.fit.rung import Context, Look
from umbrella.fit.steps import PRETRAINED, Step, steps
from umbrella.fit.tune import search
from umbrella.score.selection import Choice, Selection, best_of, choose

RESERVE = 0.06  # share of a time budget kept for choosing, testing and writing
COSTS = {"mean": 0.05, "linear-table": 0.1, "linear-stats": 0.1}  # shares of a time budget
SOLVED, LEARNED = 0.5, 1.0  # what other solvers cost, and the training loop
NAIVE = "naive"  # solver of rungs that know nothing


@dataclass
class Climb:
    """What a climb found.

    Args:
        looks: finished rungs, lightest first: the best trial of each.
        trials: row scores of every model that looked at the validation rows.
        failed: rung → why it has no score.
        ended: why the climb ended, a catalogue key, or None at the top.
    """

    looks: list[Look] = field(default_factory=list)
    trials: list[np.ndarray] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    ended: str | None = None
    interrupted: bool = False


def climb(context: Context, seen: Callable[[Look], None] = lambda _: None) -> Climb:
    """Fit rung after rung.

    Args:
        context: data, settings, device.
        seen: called with each finished rung, for a live table.

    Raises:
        FitError: no rung could be fitted at all.
    """
    ladder = _ladder(context)
    out, idle = Climb(), Counter[str]()
    minutes = context.settings.minutes
    deadline = None if minutes is None else time.monotonic() + 60 * minutes * (1 - RESERVE)
    most = math.inf if context.settings.rungs else context.settings.patience
    for index, step in enumerate(ladder):
        if idle[step.section] >= most:
            out.ended = "patience" if step.section in ("", PRETRAINED) else "kinds"
            continue
        left = [later for later in ladder[index:] if idle[later.section] < most]
        seconds = _share(left, deadline)
        if seconds is not None and seconds <= 0 and out.looks:
            out.ended = "budget"
            break
        try:
            look, trials = search(context, step, seconds)
        except FitError as error:
            out.failed[step.name] = str(error)
            context.run.log("failed", rung=step.name, why=str(error))
            continue
        except KeyboardInterrupt:
            out.interrupted, out.ended = True, "interrupted"
            break
        if _gains(context, look, out.looks):
            idle[step.section] = 0
        elif look.facts["stopped"] != "time" and step.rung.solver != NAIVE:
            # a starved rung says nothing about its kind, nor does one that knows nothing
            idle[step.section] += 1
        out.looks.append(look)
        out.trials += trials
        seen(look)
    if not out.looks and not out.interrupted:
        why = "; ".join(f"{name}: {text}" for name, text in out.failed.items())
        raise FitError(f"No rung could be fitted. {why}")
    return out


def with_encoder(context: Context, encoder: Encoder | None) -> Context:
    """The same context for a ladder with the rungs that start from a published encoder.

    Raises:
        ConfigError: no rung that is climbed starts from one.
    """
    if encoder is None:
        return context
    prepared = context.prepared
    names = [one.name for one in _ladder(replace(context, encoder=encoder)) if one.rung.pretrained]
    if not names:
        asked = ", ".join(context.settings.rungs)
        raise ConfigError(
            f"--pretrained {encoder.source} is an encoder of texts, and no rung that is climbed "
            f"reads by it: {f'--rungs names {asked}' if asked else f'this is {prepared.kind}'}. "
            f"Leave it out, or name a column of text (--kind COLUMN=text)."
        )
    prepared.notes.append(encoder.note(names))
    views = replace(context.views, keep=encoder.keep(context.views.keep))
    return replace(context, views=views, encoder=encoder)


def pick(context: Context, climbed: Climb) -> tuple[Choice, Selection]:
    """The lightest rung within doubt of the best, and how much looking alone flatters."""
    sign = context.prepared.task.sign
    table = np.stack([sign * look.scores for look in climbed.looks])
    names = [look.name for look in climbed.looks]
    groups = context.prepared.dependent("validation")
    doubt = doubt_of(context.prepared, len(climbed.trials))
    choice = choose(table, names, _order(climbed), doubt, paired_test(context.prepared), groups)
    return choice, best_of(np.stack([sign * scores for scores in climbed.trials]), groups)


def _order(climbed: Climb) -> list[int]:
    """Numbers of the rungs from light to heavy. Of those that know nothing, all equally light, the
    one with the best score comes first and the others last.
    """
    naive = [at for at, look in enumerate(climbed.looks) if look.step.rung.solver == NAIVE]
    others = [at for at in range(len(climbed.looks)) if at not in naive]
    naive.sort(key=lambda at: climbed.looks[at].scores.mean())
    return naive[:1] + others + naive[1:]


def _ladder(context: Context) -> Sequence[Step]:
    prepared = context.prepared
    asked, encoder = context.settings.rungs, context.encoder
    kinds = prepared.table.kinds
    return steps(prepared.kind, prepared.columns, kinds, asked, encoder is not None)


def _share(left: Sequence[Step], deadline: float | None) -> float | None:
    """Seconds for the next rung: its part of what is left."""
    if deadline is None:
        return None
    solvers = [step.rung.solver for step in left]
    costs = [LEARNED if name == "gradient" else COSTS.get(name, SOLVED) for name in solvers]
    return (deadline - time.monotonic()) * costs[0] / sum(costs)


def _gains(context: Context, look: Look, looks: Sequence[Look]) -> bool:
    """Whether a rung beats every lighter one of its section, and the simple rule, beyond doubt."""
    before = [other for other in looks if other.step.section in ("", look.step.section)]
    if not before:
        return True
    sign = context.prepared.task.sign
    best = max(before, key=lambda other: sign * other.scores.mean())
    pair = sign * np.stack([best.scores, look.scores])
    choice = choose(
        pair,
        [best.name, look.name],
        alpha=DOUBT,
        paired_test=paired_test(context.prepared),
        groups=context.prepared.dependent("validation"),
    )
    return choice.chosen == 1


def summary(prepared: Prepared, climbed: Climb, choice: Choice) -> list[dict[str, Any]]:
    """ladder.json: one dict a rung, in order, with its score, cost and verdict; p is None where
    rows are too few to compare rungs.
    """
    table, doubt, told = [], doubt_of(prepared, len(climbed.trials)), can_tell(prepared)
    for number, (look, p) in enumerate(zip(climbed.looks, choice.p, strict=True)):
        keep = {k: v for k, v in look.facts.items() if k not in ("history", "network")}
        verdict = "worse" if p < doubt else "within doubt" if told else "untold"
        if number == choice.best:
            verdict = "best"
        chosen, known = number == choice.chosen, float(p) if told else None
        table.append(keep | {"p_against_best": known, "verdict": verdict, "chosen": chosen})
    return table + [{"name": name, "error": why} for name, why in climbed.failed.items()]
