"""The one training loop. Everything that learns by gradient goes through `train`.

    for each batch:  loss → backward → clip → AdamW step → average
    each epoch:      score the validation rows with the weights and with their average,
                     keep the better of the two, stop when nothing improves
    now and then:    write a checkpoint

What a batch means comes from the task; which rows and in which order, from batches.py; where,
from device.py. Killed at any moment, it goes on bitwise from the last checkpoint (resume.py).
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from umbrella.base.catalogue import sentence
from umbrella.base.errors import FitError
from umbrella.base.progress import Silent, Stage
from umbrella.base.seeds import derive
from umbrella.fit.augment import Augment, Mix
from umbrella.fit.average import Average
from umbrella.fit.batches import Encoded, collate, epoch_order, row_lengths, sorted_order
from umbrella.fit.device import Device
from umbrella.fit.hide import Hide
from umbrella.fit.optim import make_optimizer, rate_at
from umbrella.fit.resume import State, Training, load_checkpoint, save_checkpoint
from umbrella.fit.start import begin_at_shares
from umbrella.score.ctc import in_order
from umbrella.tasks.task import Task

AT_ONCE = 256  # rows of a batch that is answered, not learned from
WARM = 4  # first steps of a call, slower than the others, from which nothing is foretold
PROBE = 12  # steps of a call after which a time budget is first turned into a number of steps
SURE = 0.9  # share of the time left that is planned for
CHECKPOINT_SECONDS = 5.0  # least time between checkpoints
CHECKPOINT_SHARE = 0.05  # most of the time that writing them may take

Objective = Callable[
    [nn.Module, Mapping[str, Tensor], Tensor, NDArray, Mix | None], Tensor
]  # network, inputs, targets, row numbers, what was mixed → loss


@dataclass(frozen=True)
class LoopConfig:
    """How a network trains.

    Args:
        epochs: passes over the training rows, at most.
        batch: rows in a batch.
        learning_rate: AdamW's peak rate.
        weight_decay: for matrices.
        warmup: share of the steps over which the rate rises.
        clip: largest norm of the whole gradient.
        patience: epochs without a better validation score before it stops.
        average: decay of the weight average, in [0, 1); 0 switches it off.
        balance: whether rare classes weigh as much as common ones.
        schedule: how the rate falls after it has risen, "cosine" or "linear".
        layer_decay: what the rate of a layer is to that of the layer above, of a network that
            knows its layers (`depth_of`); 1 for all alike.
        half: whether a CPU with units for bfloat16 makes the products in it; CUDA always does.
        seed: start weights, order and dropout follow from it.
    """

    epochs: int = 8
    batch: int = 64
    learning_rate: float = 2e-3
    weight_decay: float = 0.01
    warmup: float = 0.06
    clip: float = 1.0
    patience: int = 2
    average: float = 0.995
    balance: bool = False
    schedule: str = "cosine"
    layer_decay: float = 1.0
    half: bool = False
    seed: int = 0


@dataclass(frozen=True)
class Data:
    """Encoded rows, their targets, and which of them are for what.

    Args:
        encoded: name → N rows.
        targets: [N], as the task encodes them.
        train, validation: row numbers.
        numbers: each row's number in the source, for messages; its own when left out.
        vectors: [N, W] what a frozen encoder makes of the rows, where that is known already.
    """

    encoded: Encoded
    targets: NDArray
    train: NDArray[np.int64]
    validation: NDArray[np.int64]
    numbers: NDArray[np.int64] | None = None
    vectors: NDArray[np.float32] | None = None


@dataclass(frozen=True)
class Outcome:
    """What came of a training; the network wears the best weights."""

    state: State
    seconds: float
    stopped: str  # "done", "no better for N epochs" or "time"


def train(
    network: nn.Module,
    data: Data,
    task: Task,
    config: LoopConfig,
    device: Device,
    *,
    checkpoint: Path | None = None,
    seconds: float | None = None,
    stage: Stage | None = None,
    log: Callable[..., None] = lambda *_, **__: None,
    objective: Objective | None = None,
    augment: Augment | Hide | None = None,
) -> Outcome:
    """Train a network in place and leave the best weights in it.

    Args:
        network: with its start weights.
        data: rows and parts.
        task: gives loss and score.
        config: see LoopConfig.
        device: where to compute.
        checkpoint: file to go on from and to write to; removed by the caller when done.
        seconds: time budget, which also sets how many steps are planned.
        stage: shows progress, one unit a step.
        log: called with an event name and facts.
        objective: loss of a batch, when it is not the task's own.
        augment: varies the training rows, on the device, another way at every step.

    Raises:
        FitError: the loss became NaN or infinite; names the step and the rows.
    """
    stage = stage or Silent().stage(sentence("stage.rung", name="")).__enter__()
    torch.manual_seed(derive(config.seed, "dropout"))
    begin_at_shares(network, task)
    network.to(device.name)
    training = _begin(network, config)
    objective = objective or _plain(task, config)
    run = _Run(data, task, config, device, training, objective, stage, log, augment)
    training.state.total = config.epochs * run.steps_per_epoch
    if checkpoint is not None and load_checkpoint(checkpoint, training):
        log("resumed", step=training.state.step)
        stage.advance(training.state.step)
    stage.resize(training.state.total)
    stopped = run.go(checkpoint, seconds)
    network.load_state_dict(training.best)
    network.eval()
    return Outcome(training.state, training.state.seconds, stopped)


def outputs_of(
    network: nn.Module,
    encoded: Encoded,
    rows: NDArray,
    device: Device,
    batch: int = AT_ONCE,
    ask: Callable[..., Tensor] | None = None,
) -> NDArray[np.float32]:
    """A network's answers for the named rows, in their order, [n, C] or [n, frames, C].

    Args:
        network: on the device; its mode, training or not, is left as it was.
        encoded: name → N rows.
        rows: row numbers [n].
        device: where to compute.
        batch: rows in a batch.
        ask: what of the network is asked, e.g. its `features`; its answer by default.

    Raises:
        FitError: there are no rows.
    """
    was_training = network.training
    network.eval()
    order = sorted_order(row_lengths(encoded)[rows], batch)
    parts = []
    with torch.inference_mode():
        for _, inputs in device.feed(order, lambda at: collate(encoded, rows[at])):
            parts.append((ask or network)(**inputs).float().cpu().numpy())
    network.train(was_training)
    if not parts:
        raise FitError("There are no rows to score. Give the part at least one row (--shares).")
    return in_order(parts, order)


def _plain(task: Task, config: LoopConfig) -> Objective:
    def objective(
        network: nn.Module,
        inputs: Mapping[str, Tensor],
        targets: Tensor,
        rows: NDArray,
        mix: Mix | None,
    ) -> Tensor:
        del rows
        outputs = network(**inputs)
        loss: Tensor = task.loss(outputs, targets, config.balance)
        if mix is not None:
            other = task.loss(outputs, targets[mix.order], config.balance)
            loss = mix.share * loss + (1 - mix.share) * other
        return loss

    return objective


def _begin(network: nn.Module, config: LoopConfig) -> Training:
    optimizer = make_optimizer(
        network, config.learning_rate, config.weight_decay, layer_decay=config.layer_decay
    )
    average = Average(network, config.average) if config.average else None
    return Training(network, optimizer, average, State())


@dataclass
class _Run:
    """One call of `train`."""

    data: Data
    task: Task
    config: LoopConfig
    device: Device
    training: Training
    objective: Objective
    stage: Stage
    log: Callable[..., None]
    augment: Augment | Hide | None = None

    def __post_init__(self) -> None:
        self.lengths = row_lengths(self.data.encoded)[self.data.train]
        self.steps_per_epoch = len(self.order(0))
        self.started = time.monotonic()
        self.saved_at, self.save_cost = self.started, 0.0
        self.first, self.warm_seconds = self.training.state.step, 0.0

    def order(self, epoch: int) -> list[NDArray[np.int64]]:
        """The batches of an epoch, as row numbers of the table."""
        seed = derive(self.config.seed, "epoch", epoch)
        return [self.data.train[at] for at in epoch_order(self.lengths, self.config.batch, seed)]

    def go(self, checkpoint: Path | None, seconds: float | None) -> str:
        """Train until done; returns why it stopped."""
        state = self.training.state
        before = state.seconds
        self.replan(seconds)
        while True:
            if self.unscored():
                self.evaluate()
            if state.step - state.best_step >= self.config.patience * self.steps_per_epoch:
                return f"no better for {self.config.patience} epochs"
            if state.step >= state.total:
                return "time" if state.total < self.planned else "done"
            epoch, skip = divmod(state.step, self.steps_per_epoch)
            order = self.order(epoch)[skip : skip + state.total - state.step]
            for rows, inputs in self.device.feed(order, lambda r: collate(self.data.encoded, r)):
                self.step(rows, inputs)
                spent = time.monotonic() - self.started
                state.seconds = before + spent
                self.maybe_save(checkpoint)
                if seconds is None:
                    continue
                self.foretell(spent, seconds)
                if spent > seconds or state.step >= state.total:
                    state.total = state.step
                    break

    def unscored(self) -> bool:
        """Whether an epoch or the whole training has ended and its weights are not scored yet."""
        state = self.training.state
        last = state.history[-1]["step"] if state.history else 0
        ended = state.step % self.steps_per_epoch == 0 or state.step >= state.total
        return state.step > last and ended

    @property
    def planned(self) -> int:
        """Steps that were meant before any time budget."""
        return self.config.epochs * self.steps_per_epoch

    def replan(self, seconds: float | None) -> None:
        """Settle the number of steps of a training that goes on, whatever it was cut to before."""
        state = self.training.state
        if seconds is None:
            state.total = self.planned
        elif state.step:
            self.plan(state.seconds / state.step, seconds)

    def foretell(self, spent: float, seconds: float) -> None:
        """Plan by the pace so far after 12, 24, 48, … steps of this call: other work on the machine
        makes a few steps a poor guide to all.
        """
        done = self.training.state.step - self.first
        if done == WARM:
            self.warm_seconds = spent
        if done >= PROBE and done % PROBE == 0 and (done // PROBE).bit_count() == 1:
            pace = (spent - self.warm_seconds) / (done - WARM)
            self.plan(pace, seconds - spent)

    def plan(self, step_seconds: float, seconds: float) -> None:
        """Turn the time left into a number of steps, so that the rate decays in time."""
        state = self.training.state
        affordable = state.step + max(1, int(SURE * seconds / max(step_seconds, 1e-9)))
        state.total = max(1, min(self.planned, affordable))
        self.stage.resize(state.total)

    def step(self, rows: NDArray, inputs: Mapping[str, Tensor]) -> None:
        """One batch."""
        training, state, config = self.training, self.training.state, self.config
        training.network.train()
        targets = torch.from_numpy(self.data.targets[rows]).to(self.device.name)
        rate = config.learning_rate * rate_at(
            state.step, state.total, config.warmup, config.schedule
        )
        for group in training.optimizer.param_groups:
            group["lr"] = rate * group["scale"]
        mix = None
        if self.augment is not None:
            inputs, mix = self.augment(dict(inputs), derive(config.seed, "augment", state.step))
        with self.device.autocast(config.half):
            loss = self.objective(training.network, inputs, targets, rows, mix)
        training.optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        norm = torch.nn.utils.clip_grad_norm_(training.network.parameters(), config.clip)
        self.guard(loss, norm, rows)
        training.optimizer.step()
        if training.average is not None:
            training.average.update()
        state.step += 1
        self.stage.advance(1, **self.facts(loss))

    def facts(self, loss: Tensor) -> dict[str, Any]:
        """What the progress display shows beside the bar."""
        facts: dict[str, Any] = {}
        if not self.device.is_cuda or self.training.state.step % 20 == 0:
            facts["loss"] = round(float(loss.detach()), 4)
        if self.training.state.best is not None:
            facts["score"] = round(self.task.sign * self.training.state.best, 4)
        spent = time.monotonic() - self.started
        facts["rows/s"] = int(self.training.state.step * self.config.batch / max(spent, 1e-9))
        return facts

    def guard(self, loss: Tensor, norm: Tensor, rows: NDArray) -> None:
        """Stop at the first step whose loss or gradient is not a number.

        Raises:
            FitError: with the step and the rows.
        """
        if bool(torch.isfinite(loss.detach()) & torch.isfinite(norm)):
            return
        numbers = rows if self.data.numbers is None else self.data.numbers[rows]
        shown = ", ".join(str(number + 1) for number in numbers[:8])
        raise FitError(
            f"Loss became {float(loss.detach())} (gradient norm {float(norm)}) at step "
            f"{self.training.state.step + 1}, rows {shown}"
            f"{', …' if len(rows) > 8 else ''}. Look at these rows for wild values, or lower "
            f"the learning rate with --tune."
        )

    def evaluate(self) -> None:
        """Score the weights and their average on the validation rows; keep the better."""
        self.consider(False)
        if self.training.average is not None:
            with self.training.average.shown():
                self.consider(True)

    def consider(self, is_average: bool) -> None:
        """Score what the network wears now."""
        data, state = self.data, self.training.state
        outputs = outputs_of(self.training.network, data.encoded, data.validation, self.device)
        targets = data.targets[data.validation]
        score = self.task.sign * float(self.task.row_scores(outputs, targets).mean())
        loss = float(self.task.loss(torch.from_numpy(outputs), torch.from_numpy(targets)))
        facts = {"step": state.step, "average": is_average, "score": score, "loss": loss}
        state.history.append(facts)
        self.log("evaluated", **facts)
        if state.best is None or (score, -loss) > (state.best, -state.best_loss):
            state.best, state.best_loss, state.best_step = score, loss, state.step
            state.best_is_average = is_average
            self.training.keep_best()

    def maybe_save(self, checkpoint: Path | None) -> None:
        """Write a checkpoint when it is time to."""
        now = time.monotonic()
        wait = max(CHECKPOINT_SECONDS, self.save_cost / CHECKPOINT_SHARE)
        if checkpoint is not None and now - self.saved_at >= wait:
            save_checkpoint(checkpoint, self.training)
            self.saved_at = time.monotonic()
            self.save_cost = self.saved_at - now
