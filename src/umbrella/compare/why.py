"""CNN or MLP? The experiment that tells what the one gains over the other, and by what.

Ordered places, one fixed shuffle of them, fields without shared weights, and moved rows, at equal
budgets. What a network loses by the shuffle it owed to the order of the places; what the locally
connected one is ahead of the perceptron, to looking nearby; what the convolution is ahead of that,
to sharing its weights; and what it gains when only its strongest matches count, to pooling.

Source of the design: LeCun 1989, "Generalization and network design strategies"; the shuffle of
MNIST-1D is Greydanus & Kobak's, arXiv:2011.14439. Not to be mixed up with Zhang et al. 2017, who
shuffle pixels to show that networks can learn noise by heart.
"""

from dataclasses import asdict, replace
from typing import Any

from numpy.typing import NDArray

from umbrella.base.catalogue import sentence
from umbrella.base.wording import form_of
from umbrella.compare.arms import (
    ORDERS,
    RATES,
    Arm,
    Bench,
    Tried,
    arms,
    epochs_of,
    trainings,
    try_arm,
)
from umbrella.compare.budget import Budget
from umbrella.compare.contest import limits
from umbrella.compare.paragraph import paragraph
from umbrella.compare.predictions import CNN, LOCAL, MLP, Evidence, mark
from umbrella.models.signal.reach import REACHES, parameters
from umbrella.score.crossed import mean

STEPS = {  # what each assumption gives: the network that makes it, and the one that does not
    "total": (CNN, MLP),
    "locality": (LOCAL, MLP),
    "sharing": ("shared", LOCAL),
    "pooling": (CNN, "shared"),
}


def experiment(bench: Bench, budget: Budget, seeds: int) -> dict[str, Any]:
    """Train every arm, mark the predictions and word what was found.

    Args:
        bench: rows and settings.
        budget: the networks.
        seeds: trainings of each arm.

    Returns:
        JSON-safe; the part "why" of compare.json.
    """
    every = arms(budget)
    tried: dict[tuple[str, str], Tried] = {}
    with bench.progress.stage(sentence("stage.why"), trainings(len(every), seeds)) as stage:
        for arm in every:
            tried[arm.name, arm.order] = try_arm(bench, arm, seeds, stage.advance)
    task = bench.prepared.task
    evidence = Evidence(
        tried,
        bench.signals.shifts,
        bench.prepared.dependent("test"),
        task.sign,
        form_of(task.headline),
    )
    gains = {name: evidence.over(*pair) for name, pair in STEPS.items()}
    if ("wide", "ordered") in tried:
        gains["budget"] = evidence.over("wide", LOCAL)
    marked = mark(evidence)
    train = bench.prepared.part("train")
    return {
        "weights": budget.weights,
        "grid": list(bench.signals.grid),
        "channels": int(bench.signals.values.shape[1]),
        "shifts": list(bench.signals.shifts),
        "rates": list(RATES),
        "epochs": epochs_of(len(train), bench.settings),
        "networks": [_network(arm) for arm in every if arm.order == "ordered"],
        "arms": [_arm(one, evidence) for one in tried.values()],
        "gains": {name: asdict(estimate) for name, estimate in gains.items()},
        "falls": {name: asdict(evidence.fall(name)) for name in REACHES},
        "moves": {name: asdict(evidence.fall_moved(name)) for name in REACHES},
        "predictions": [one.to_json() for one in marked],
        "paragraph": [one.to_json() for one in paragraph(evidence, gains, marked, budget)],
    }


def _network(arm: Arm) -> dict[str, Any]:
    config = arm.config
    return {"name": arm.name, "width": config.width, "weights": parameters(config)}


def _arm(one: Tried, evidence: Evidence) -> dict[str, Any]:
    arm = one.arm
    shifts = evidence.shifts if arm.order == ORDERS[0] else range(0)
    return {
        "name": arm.name,
        "order": arm.order,
        "rate": one.rate,
        "steering": {f"{rate:g}": score for rate, score in one.rates.items()},
        "score": _mean(one.scores, evidence),
        "seeds": one.scores.mean(axis=1).tolist(),
        "shifted": [_mean(one.shifted(by), evidence) for by in shifts],
        "seconds": sum(result.seconds for result in one.results),
    }


def _mean(scores: NDArray, evidence: Evidence) -> dict[str, float]:
    """A mean with its interval, which ends where scores do."""
    found = mean(scores, evidence.groups)
    low, high = limits(found.low, found.high, evidence.sign)
    return asdict(replace(found, low=low, high=high))
