"""What an ordinary random split would have claimed, beside the score on groups never met.

The lightest rung that a solver finds, and that was climbed anyway, is found once more on a random
split of the rows that the fit has seen: as many for training and for validation as before, twins
together, groups mixed. Test rows are left out of it altogether: they are not even encoded. Where
the rung took long, or would outstay the time budget, or where no such rung was climbed, nothing is
said.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from umbrella.base.catalogue import Sentence, sentence
from umbrella.base.errors import DataError, FitError
from umbrella.base.progress import Silent
from umbrella.base.seeds import derive
from umbrella.base.wording import form_of
from umbrella.data.split import PARTS, Split, split
from umbrella.fit.loop import outputs_of
from umbrella.fit.prepare import Prepared
from umbrella.fit.rung import Context, Look, own_settings
from umbrella.fit.solve import solve
from umbrella.fit.views import Views
from umbrella.models.ladders import build
from umbrella.tasks.task import bounds

SECONDS = 15.0  # that the rung may have taken, encoding and all
UNSOLVED = ("gradient", "mean")  # the loop takes long, and the simple rule knows no groups
TRAIN, VALIDATION, TEST = (PARTS.index(name) for name in ("train", "validation", "test"))


def beside(context: Context, looks: list[Look]) -> dict[str, Any] | None:
    """The figure of an ordinary split and that of the grouped one, by the same rung.

    Args:
        context: of the fit.
        looks: rungs that were fitted, lightest first.

    Returns:
        For run.json: rung, by (what the groups are), random and groups (score, low, high, rows
        each), and says; None where there are no groups, or nothing can be said in good time.
    """
    prepared, settings = context.prepared, context.settings
    if prepared.grouped is None or settings.time is not None:
        return None
    look = next((one for one in looks if one.step.rung.solver not in UNSOLVED), None)
    if look is None or look.facts["seconds"] > _allowed(settings.minutes, looks):
        return None
    try:
        mixed = shuffled(prepared, settings.seed)
        with context.progress.stage(sentence("stage.naive", name=look.name)):
            scores = _scores(replace(context, prepared=mixed), look)
    except (DataError, FitError) as error:
        context.run.log("no naive split", why=str(error))
        return None
    random = {"score": float(scores.mean()), **bounds(prepared.task.interval(scores))}
    groups = {name: look.facts[name] for name in ("score", "low", "high")}
    by = next((n.values["name"] for n in prepared.notes if n.key == "data.group_found"), None)
    says = _said(look.name, random, groups, prepared.task, by or prepared.grouped)
    return {
        "rung": look.name,
        "by": prepared.grouped,
        "random": random | {"rows": len(scores)},
        "groups": groups | {"rows": len(look.scores)},
        "says": says.to_json(),
    }


def shuffled(prepared: Prepared, seed: int) -> Prepared:
    """The rows for training and validation, divided anew as if there were no groups.

    Args:
        prepared: with its groups kept whole.
        seed: of the fit.

    Raises:
        DataError: too few rows, or all of them copies.
    """
    assert prepared.twins is not None
    seen = np.flatnonzero(np.isin(prepared.split.part, (TRAIN, VALIDATION)))
    keep = np.zeros_like(prepared.keep)
    keep[prepared.rows[seen]] = True
    targets = prepared.targets[seen]
    share = len(prepared.part("validation")) / len(seen)
    # The splitter makes three parts; two of them together are as many as are wanted.
    halves = split(
        len(seen),
        seed=derive(seed, "naive"),
        shares=(1 - share, share / 2, share / 2),
        labels=targets.tolist() if "labels" in prepared.task.spec() else None,
        clusters=prepared.twins.cluster[seen],
        keys=prepared.twins.key[seen],
    )
    part = np.where(halves.part == TEST, VALIDATION, halves.part).astype(np.int8)
    return replace(
        prepared,
        keep=keep,
        rows=prepared.rows[seen],
        targets=targets,
        split=Split(part, halves.unit),
        twins=None,
        notes=[],
        grouped=None,
    )


def _allowed(minutes: float | None, looks: list[Look]) -> float:
    """Seconds that the rung may take: few, and no more than the budget has left."""
    if minutes is None:
        return SECONDS
    return min(SECONDS, 60 * minutes - sum(look.facts["seconds"] for look in looks))


def _scores(context: Context, look: Look) -> NDArray[np.float64]:
    """Row scores of the same rung, with the same settings, on the validation part."""
    prepared, rung = context.prepared, look.step.rung
    own_view, own_network, own_solver = own_settings(look.facts["choice"])
    views = Views(prepared, Silent())
    view = views.get(rung, own_view, look.step.columns)
    torch.manual_seed(derive(context.settings.seed, "weights", look.name))
    network = build(rung, view.codecs.sizes, outputs=prepared.task.outputs, **own_network)
    asked: Mapping[str, Any] = {
        **dict(rung.train),
        **own_solver,
        "balance": context.settings.balance,
        "seed": context.settings.seed,
    }
    solve(rung.solver, network, views.data(view), prepared.task, asked)
    rows = prepared.part("validation")
    outputs = outputs_of(network, view.arrays, rows, context.device)
    return prepared.task.row_scores(outputs, prepared.targets[rows])


def _said(
    name: str, random: Mapping[str, Any], groups: Mapping[str, Any], task: Any, by: str | Sentence
) -> Sentence:
    better, worse = (random["low"], groups["high"])
    if task.sign < 0:
        better, worse = (groups["low"], random["high"])
    apart = better is not None and worse is not None and better > worse
    return sentence(
        "fit.naive.more" if apart else "fit.naive.same",
        rung=name,
        by=by,
        random=random["score"],
        random_range=(random["low"], random["high"]),
        groups=groups["score"],
        groups_range=(groups["low"], groups["high"]),
        headline=sentence(f"terms.headline.{task.headline}"),
        form=form_of(task.headline),
    )
