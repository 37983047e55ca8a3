"""The arms of the experiment, and one training of one of them.

Every arm is a network, an order of the places and, once tuned, a learning rate; it is trained from
several seeds. What came of a training is one file that is written at once, so that an experiment
that was killed goes on where it stopped, and ends as if it had not been.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from umbrella.base.catalogue import sentence
from umbrella.base.progress import Progress, Stage
from umbrella.base.seeds import derive
from umbrella.base.tensors import load_tensors, save_tensors
from umbrella.compare.budget import Budget
from umbrella.compare.signals import Signals, moved, shuffled
from umbrella.fit.device import Device, use_threads
from umbrella.fit.loop import Data, LoopConfig, outputs_of, train
from umbrella.fit.prepare import Prepared
from umbrella.fit.settings import FitSettings
from umbrella.models.signal.reach import REACHES, Reach, ReachConfig

ORDERS = ("ordered", "shuffled")
RATES = (3e-3, 1e-2, 3e-2)  # learning rates that are tried for every arm
# One seed alone chose other rates for the two orders of an MLP on MNIST-1D, and so moved its score
# by three points: the two best rates are tried from three.
FINALISTS, TRIES = 2, 3
STEPS = 1500  # optimizer steps of every training, about
EPOCHS = (8, 60)  # passes over the training rows, at least and at most
BATCH = 64


@dataclass(frozen=True)
class Arm:
    """One network on one order of the places.

    Args:
        name: "everywhere", "local", "shared", "pooled", or "wide" for the locally connected one
            beyond the budget.
        order: "ordered" or "shuffled".
        config: the network.
    """

    name: str
    order: str
    config: ReachConfig


@dataclass(frozen=True)
class Result:
    """What came of one training.

    Args:
        steering: score on the rows that steer.
        scores: of every judged row [n].
        shifted: of every judged row when moved by 1, 2, … places, mean over directions [S, n];
            empty where the places are shuffled.
        seconds: of training.
    """

    steering: float
    scores: NDArray[np.float64]
    shifted: NDArray[np.float64]
    seconds: float


@dataclass(frozen=True)
class Tried:
    """A finished arm.

    Args:
        arm: which.
        rates: learning rate → score on the rows that steer, mean over the seeds it was tried from.
        rate: the one that was taken.
        results: by seed.
    """

    arm: Arm
    rates: dict[float, float]
    rate: float
    results: tuple[Result, ...]

    @property
    def scores(self) -> NDArray[np.float64]:
        """Of every judged row by seed, [K, n]."""
        return np.stack([result.scores for result in self.results])

    def shifted(self, places: int) -> NDArray[np.float64]:
        """The same when the rows are moved by so many places."""
        return np.stack([result.shifted[places - 1] for result in self.results])


@dataclass(frozen=True)
class Bench:
    """What all arms share.

    Args:
        prepared: rows, parts and task.
        signals: the rows on their grid, in order.
        settings: seed, epochs, balance, average and threads are used.
        device: where to compute.
        folder: where finished trainings are kept.
        progress: where to show it.
    """

    prepared: Prepared
    signals: Signals
    settings: FitSettings
    device: Device
    folder: Path
    progress: Progress

    @cached_property
    def shuffled(self) -> NDArray:
        """The rows with their places in another order, one for all rows and all arms."""
        return shuffled(self.signals.values, self.settings.seed)

    def values(self, order: str) -> NDArray:
        """All rows in one of ORDERS."""
        return self.signals.values if order == "ordered" else self.shuffled


def arms(budget: Budget) -> list[Arm]:
    """Every arm: four networks on both orders, and the one that does not hold the budget."""
    out = [Arm(name, order, budget.configs[name]) for name in REACHES for order in ORDERS]
    if budget.wide.width > budget.configs["local"].width:
        out.append(Arm("wide", "ordered", budget.wide))
    return out


def trainings(count: int, seeds: int) -> int:
    """How many trainings so many arms are."""
    tries = min(TRIES, seeds)
    return count * (len(RATES) + min(FINALISTS, len(RATES)) * (tries - 1) + seeds - tries)


def epochs_of(rows: int, settings: FitSettings) -> int:
    """Passes over the training rows: the same for every arm."""
    usual = -(-STEPS // -(-rows // BATCH))
    return settings.epochs or int(np.clip(usual, *EPOCHS))


def try_arm(bench: Bench, arm: Arm, seeds: int, done: Callable[[], None]) -> Tried:
    """Tune an arm's learning rate with the first seeds, then train it from the others.

    The rows that steer choose the rate; the judged rows take no part in it.

    Args:
        bench: shared by all arms.
        arm: which.
        seeds: trainings with the rate that is taken.
        done: called after each training.
    """
    sign, tried = bench.prepared.task.sign, dict[float, list[Result]]()

    def go_on(rate: float, until: int) -> None:
        results = tried.setdefault(rate, [])
        while len(results) < until:
            results.append(_train(bench, arm, rate, len(results)))
            done()

    def promise(rate: float) -> float:
        return sign * float(np.mean([result.steering for result in tried[rate]]))

    for rate in RATES:
        go_on(rate, 1)
    finalists = sorted(RATES, key=promise, reverse=True)[:FINALISTS]
    for rate in finalists:
        go_on(rate, min(TRIES, seeds))
    best = max(finalists, key=promise)
    go_on(best, seeds)
    steered = {rate: sign * promise(rate) for rate in RATES}
    return Tried(arm, steered, best, tuple(tried[best]))


def _train(bench: Bench, arm: Arm, rate: float, seed: int) -> Result:
    """One training, or what is kept of it."""
    name = f"{arm.name}-{arm.order}-{rate:g}-{seed}"
    kept = bench.folder / f"{name}.safetensors"
    if not kept.is_file():
        title = sentence("stage.rung", name=f"{arm.name} {arm.order} {rate:g} · {seed + 1}")
        with bench.progress.stage(title, 1) as stage:
            result = _learn(bench, arm, rate, seed, bench.folder / f"{name}.checkpoint", stage)
        steering, seconds = (np.array([one]) for one in (result.steering, result.seconds))
        arrays = {"scores": result.scores, "shifted": result.shifted}
        save_tensors(kept, {"steering": steering, "seconds": seconds, **arrays})
        (bench.folder / f"{name}.checkpoint").unlink(missing_ok=True)
    stored = load_tensors(kept)
    return Result(
        float(stored["steering"][0]),
        stored["scores"],
        stored["shifted"],
        float(stored["seconds"][0]),
    )


def _learn(
    bench: Bench, arm: Arm, rate: float, seed: int, checkpoint: Path, stage: Stage
) -> Result:
    prepared, settings = bench.prepared, bench.settings
    values, targets = bench.values(arm.order), prepared.targets
    parts = (prepared.part("train"), prepared.part("validation"))
    data = Data({"values": values}, targets, *parts, prepared.rows)
    config = _loop(settings, len(data.train), rate, derive(settings.seed, "why", arm.name, seed))
    torch.manual_seed(derive(config.seed, "weights"))
    network = Reach(arm.config)
    use_threads(network, config.batch, settings.threads)
    outcome = train(
        network, data, prepared.task, config, bench.device, checkpoint=checkpoint, stage=stage
    )
    judged = prepared.part("test")
    score = _scorer(bench, network, targets[judged])
    shifts = bench.signals.shifts if arm.order == "ordered" else range(0)
    shifted = [np.mean([score(v) for v in moved(values[judged], by)], axis=0) for by in shifts]
    return Result(
        prepared.task.sign * float(outcome.state.best or 0.0),
        score(values[judged]),
        np.stack(shifted) if shifted else np.empty((0, len(judged))),
        outcome.seconds,
    )


def _loop(settings: FitSettings, rows: int, rate: float, seed: int) -> LoopConfig:
    """Every arm's training: as many passes for all, none cut short."""
    config = LoopConfig(batch=BATCH, learning_rate=rate, seed=seed, balance=settings.balance)
    epochs = epochs_of(rows, settings)
    return replace(config, epochs=epochs, patience=epochs, average=settings.average)


def _scorer(
    bench: Bench, network: torch.nn.Module, targets: NDArray
) -> Callable[[NDArray], NDArray[np.float64]]:
    def score(values: NDArray) -> NDArray[np.float64]:
        outputs = outputs_of(network, {"values": values}, np.arange(len(values)), bench.device)
        return bench.prepared.task.row_scores(outputs, targets)

    return score
