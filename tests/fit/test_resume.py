"""What a training keeps: the best weights and the average, over a kill and against a misfit."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from batches import SIZES
from torch import nn
from torch.optim.optimizer import register_optimizer_step_pre_hook

from umbrella.data.codecs.ragged import Ragged
from umbrella.fit import loop
from umbrella.fit.adapters import adapt
from umbrella.fit.average import Average
from umbrella.fit.device import Device
from umbrella.fit.loop import Data, LoopConfig, outputs_of, train
from umbrella.fit.optim import make_optimizer
from umbrella.fit.resume import State, Training, load_checkpoint, save_checkpoint
from umbrella.models.ladders import build, rung
from umbrella.models.text.recurrent import Recurrent
from umbrella.tasks.classify import Classify
from umbrella.tasks.regress import Regress

CPU = Device("cpu")
TASK = Classify(("no", "yes"), shares=(0.5, 0.5))
CONFIG = LoopConfig(epochs=6, batch=16, learning_rate=2e-2)
EPOCH = 10  # steps: 150 training rows in batches of 16


def rows(contrary: bool = False) -> Data:
    """200 texts of random ids; class 1 iff id 7 occurs, or on validation rows iff it does not."""
    rng = np.random.default_rng(0)
    ids = rng.integers(8, 20, (200, 6))
    targets = rng.permutation(np.arange(200) % 2)
    ids[targets == 1, 0] = 7
    cells = Ragged(ids.reshape(-1), np.arange(0, 1201, 6))
    told = targets.copy()
    if contrary:
        told[150:] = 1 - told[150:]
    return Data({"ids": cells}, told, np.arange(150), np.arange(150, 200))


def network(width: int = 16, cell: str = "gru", outputs: int = 2) -> Recurrent:
    torch.manual_seed(0)
    return Recurrent(
        Recurrent.Config(vocab=20, outputs=outputs, width=width, cell=cell, dropout=0.1)
    )


class Normed(nn.Module):
    """A network with batch norm, whose counter is a tensor without dimensions."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.embed, self.norm, self.head = nn.Embedding(20, 8), nn.BatchNorm1d(8), nn.Linear(8, 2)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        """Outputs [B, 2]."""
        return self.head(self.norm(self.embed(ids).mean(1)))


class Killed(BaseException):
    """Stands for a kill at any moment: nothing of ours catches it."""


@pytest.fixture(autouse=True)
def eager(monkeypatch):
    """A checkpoint after every step."""
    monkeypatch.setattr(loop, "CHECKPOINT_SECONDS", 0.0)
    monkeypatch.setattr(loop, "CHECKPOINT_SHARE", 1e9)


def kill(net, data, config, path, after):
    """Train, and die in the step after so many."""
    steps = iter(range(after))

    def objective(worn, inputs, targets, *_):
        if next(steps, None) is None:
            raise Killed
        return TASK.loss(worn(**inputs), targets)

    with pytest.raises(Killed):
        train(net, data, TASK, config, CPU, checkpoint=path, objective=objective)


def go_on(net, data, config, path):
    """Train from the checkpoint, and make sure that it was taken up."""
    events = []
    torch.manual_seed(99)
    outcome = train(
        net, data, TASK, config, CPU, checkpoint=path, log=lambda e, **_: events.append(e)
    )
    assert events[0] == "resumed"
    return outcome


def kept(average: float, net=None) -> Training:
    """A training that has not begun."""
    net = net or network()
    followed = Average(net, average) if average else None
    return Training(net, make_optimizer(net, 1e-2, 0.01), followed, State())


def same(one: nn.Module, other: nn.Module) -> bool:
    pairs = zip(one.state_dict().values(), other.state_dict().values(), strict=True)
    return all(torch.equal(a, b) for a, b in pairs)


@pytest.mark.parametrize("average", [0.0, 0.9])
def test_the_best_weights_from_before_a_kill_are_worn_at_the_end(tmp_path, average):
    config = LoopConfig(epochs=5, batch=16, learning_rate=2e-2, patience=50, average=average)
    data, path = rows(contrary=True), tmp_path / "state.safetensors"
    whole, again = network(), network()
    straight = train(whole, data, TASK, config, CPU)
    assert straight.state.best_step == EPOCH
    kill(network(), data, config, path, 3 * EPOCH + 4)
    outcome = go_on(again, data, config, path)
    assert outcome.state.best_step == EPOCH
    assert outcome.state.step == 5 * EPOCH
    assert same(again, whole)


def test_the_average_goes_on_bitwise_after_a_kill(tmp_path, monkeypatch):
    begun, real = [], loop._begin

    def spy(*given):
        begun.append(real(*given))
        return begun[-1]

    monkeypatch.setattr(loop, "_begin", spy)
    data, path = rows(), tmp_path / "state.safetensors"
    config = LoopConfig(epochs=3, batch=16, learning_rate=2e-2, patience=50)
    train(network(), data, TASK, config, CPU)
    kill(network(), data, config, path, 17)
    go_on(network(), data, config, path)
    whole, _, again = (training.average for training in begun)
    assert again.updates == whole.updates == 3 * EPOCH
    assert torch.equal(again.flat, whole.flat)
    assert not torch.equal(again.flat, torch.cat([t.reshape(-1) for t in again.live]))


def test_low_ranks_go_on_bitwise_after_a_kill(tmp_path):
    def adapted():
        torch.manual_seed(0)
        net = build(rung("text", "bert-lora"), SIZES["text-subwords"], outputs=2, dropout=0.1)
        adapt(net, 2)
        return net

    config = replace(CONFIG, epochs=2, layer_decay=0.5, schedule="linear")
    whole, again = adapted(), adapted()
    train(whole, rows(), TASK, config, CPU)
    kill(adapted(), rows(), config, tmp_path / "state.safetensors", EPOCH + 3)
    go_on(again, rows(), config, tmp_path / "state.safetensors")
    assert same(again, whole)


def test_the_average_is_scored_each_epoch_and_worn_when_it_wins():
    data, net = rows(contrary=True), network()
    config = LoopConfig(epochs=3, batch=16, learning_rate=2e-2, patience=50, average=0.99)
    state = train(net, data, TASK, config, CPU).state
    assert [entry["average"] for entry in state.history] == [False, True] * 3
    assert state.best_is_average
    own, averaged = (e for e in state.history if e["step"] == state.best_step)
    outputs = outputs_of(net, data.encoded, data.validation, CPU)
    loss = TASK.loss(torch.from_numpy(outputs), torch.from_numpy(data.targets[data.validation]))
    assert float(loss) == pytest.approx(averaged["loss"], abs=1e-6)
    assert abs(averaged["loss"] - own["loss"]) > 1e-3


def test_without_an_average_none_is_scored():
    config = LoopConfig(epochs=2, batch=16, average=0.0)
    state = train(network(), rows(), TASK, config, CPU).state
    assert [entry["average"] for entry in state.history] == [False, False]


def test_a_quantity_keeps_the_epoch_with_the_smallest_error():
    data = rows(contrary=True)
    task = Regress(mean=100.0, scale=10.0)
    data = Data(data.encoded, data.targets.astype(np.float32), data.train, data.validation)
    net = network(outputs=1)
    config = LoopConfig(epochs=6, batch=16, learning_rate=2e-2, patience=50)
    state = train(net, data, task, config, CPU).state
    errors = [abs(entry["score"]) for entry in state.history]
    assert min(errors) < max(errors) - 1
    outputs = outputs_of(net, data.encoded, data.validation, CPU)
    error = task.row_scores(outputs, data.targets[data.validation]).mean()
    assert error == pytest.approx(min(errors), rel=1e-5)
    assert abs(state.best) == min(errors)


def test_a_huge_gradient_is_cut_before_the_step():
    norms = []

    def watch(optimizer, *_):
        found = [p.grad.norm() for g in optimizer.param_groups for p in g["params"]]
        norms.append(float(torch.stack(found).norm()))

    def huge(net, inputs, targets, *_):
        return 1e4 * TASK.loss(net(**inputs), targets)

    handle = register_optimizer_step_pre_hook(watch)
    try:
        config = LoopConfig(epochs=1, batch=16, clip=0.5)
        train(network(), rows(), TASK, config, CPU, objective=huge)
    finally:
        handle.remove()
    assert len(norms) == EPOCH
    assert norms == pytest.approx([0.5] * EPOCH, rel=1e-3)


@pytest.mark.parametrize("average", [0.0, 0.9])
@pytest.mark.parametrize("other", [{"cell": "lstm"}, {"width": 24}])
def test_a_checkpoint_of_another_network_changes_nothing(tmp_path, average, other):
    path = tmp_path / "state.safetensors"
    config = LoopConfig(epochs=2, batch=16, learning_rate=2e-2, average=average)
    kill(network(**other), rows(), config, path, 12)
    training, before = kept(average), network()
    torch.manual_seed(5)
    drawn = torch.get_rng_state()
    assert not load_checkpoint(path, training)
    assert same(training.network, before)
    assert training.state == State()
    assert not training.best
    assert not training.optimizer.state_dict()["state"]
    assert torch.equal(torch.get_rng_state(), drawn)
    if training.average is not None:
        assert training.average.updates == 0
        assert torch.equal(training.average.flat, Average(before, average).flat)
    assert not path.exists()
    assert path.with_suffix(".damaged").is_file()


def test_best_weights_of_another_network_change_nothing_either(tmp_path):
    path, mixed = tmp_path / "state.safetensors", kept(0.0)
    kill(network(), rows(), LoopConfig(batch=16, average=0.0), path, 12)
    assert load_checkpoint(path, mixed)
    mixed.best = network(width=24).state_dict()
    save_checkpoint(path, mixed)
    training = kept(0.0)
    assert not load_checkpoint(path, training)
    assert same(training.network, network())
    assert path.with_suffix(".damaged").is_file()


@pytest.mark.parametrize("average", [0.0, 0.9])
def test_buffers_without_dimensions_go_on_too(tmp_path, average):
    data, path = rows(), tmp_path / "state.safetensors"
    config = LoopConfig(epochs=3, batch=16, learning_rate=2e-2, patience=50, average=average)
    whole, again = Normed(), Normed()
    train(whole, data, TASK, config, CPU)
    kill(Normed(), data, config, path, 14)
    outcome = go_on(again, data, config, path)
    assert int(again.norm.num_batches_tracked) == outcome.state.best_step
    assert same(again, whole)


def test_without_a_time_budget_a_training_that_was_cut_goes_all_the_way(tmp_path):
    data, path = rows(), tmp_path / "state.safetensors"
    config = LoopConfig(epochs=4, batch=16, learning_rate=2e-2, patience=50)
    whole, again = network(), network()
    train(whole, data, TASK, config, CPU)
    kill(network(), data, config, path, 15)
    cut = kept(config.average)
    assert load_checkpoint(path, cut)
    cut.state.total = 17  # as an earlier time budget left it
    save_checkpoint(path, cut)
    outcome = go_on(again, data, config, path)
    assert outcome.state.step == outcome.state.total == 4 * EPOCH
    assert outcome.stopped == "done"
    assert same(again, whole)
    assert outcome.state.history[-1]["step"] == 4 * EPOCH
