"""The loop learns, keeps the best, goes on bitwise after a kill, and names what went wrong."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from umbrella.base.errors import FitError
from umbrella.data.codecs.ragged import Ragged
from umbrella.fit import device, loop
from umbrella.fit.device import Device, find_device
from umbrella.fit.loop import Data, LoopConfig, outputs_of, train
from umbrella.fit.optim import make_optimizer, rate_at
from umbrella.models.text.recurrent import Recurrent
from umbrella.tasks.classify import Classify

CPU = Device("cpu")
TASK = Classify(("no", "yes"), shares=(0.5, 0.5))


def rows(n: int = 200, seed: int = 0) -> Data:
    """Texts of random ids; class 1 iff id 7 occurs."""
    rng = np.random.default_rng(seed)
    lengths = rng.integers(1, 12, n)
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    values = rng.integers(3, 20, offsets[-1])
    values[values == 7] = 8
    targets = np.arange(n) % 2
    for row in np.flatnonzero(targets):
        values[offsets[row] + rng.integers(lengths[row])] = 7
    order = rng.permutation(n)
    return Data({"ids": Ragged(values, offsets)}, targets, order[: n * 3 // 4], order[n * 3 // 4 :])


def network() -> Recurrent:
    torch.manual_seed(0)
    return Recurrent(Recurrent.Config(vocab=20, outputs=2, width=16, cell="gru", dropout=0.1))


def weights(net) -> torch.Tensor:
    return torch.cat([p.detach().reshape(-1) for p in net.parameters()])


CONFIG = LoopConfig(epochs=6, batch=16, learning_rate=2e-2)


def test_it_learns_and_leaves_the_best_weights():
    data, net = rows(600), network()
    outcome = train(net, data, TASK, CONFIG, CPU)
    outputs = outputs_of(net, data.encoded, data.validation, CPU)
    score = TASK.row_scores(outputs, data.targets[data.validation]).mean()
    assert score == pytest.approx(outcome.state.best)
    assert score == max(h["score"] for h in outcome.state.history)
    assert score > 0.9


@pytest.mark.parametrize("half", [True, False])
def test_the_loss_of_a_network_that_asks_is_made_of_half_products(monkeypatch, half):
    monkeypatch.setattr(device, "has_matrix_units", lambda: True)
    seen = []

    def objective(network_, inputs, targets, *_):
        seen.append(torch.is_autocast_enabled("cpu"))
        with torch.autocast("cpu", enabled=False):
            return TASK.loss(network_(**inputs), targets)

    train(network(), rows(), TASK, replace(CONFIG, epochs=1, half=half), CPU, objective=objective)
    assert set(seen) == {half}


class Killed(BaseException):
    """Stands for a kill at any moment: nothing of ours catches it."""


@pytest.mark.parametrize("kill_at", [1, 9, 10, 11, 20, 37])
def test_killed_at_any_step_it_ends_bitwise_as_if_undisturbed(tmp_path, monkeypatch, kill_at):
    monkeypatch.setattr(loop, "CHECKPOINT_SECONDS", 0.0)
    monkeypatch.setattr(loop, "CHECKPOINT_SHARE", 1e9)
    data = rows()  # 150 training rows: 10 steps an epoch
    whole = network()
    train(whole, data, TASK, CONFIG, CPU)
    path = tmp_path / "state.safetensors"

    def stop(network_, inputs, targets, *_):
        stop.steps += 1
        if stop.steps > kill_at:
            raise Killed
        return TASK.loss(network_(**inputs), targets)

    stop.steps = 0
    with pytest.raises(Killed):
        train(network(), data, TASK, CONFIG, CPU, checkpoint=path, objective=stop)
    torch.manual_seed(99)
    again = network()
    outcome = train(again, data, TASK, CONFIG, CPU, checkpoint=path)
    assert outcome.state.step >= kill_at
    assert torch.equal(weights(again), weights(whole))


def test_a_damaged_checkpoint_is_set_aside_and_training_starts_anew(tmp_path):
    path = tmp_path / "state.safetensors"
    path.write_bytes(b"\x80\x04 not a checkpoint")
    whole, again = network(), network()
    train(whole, rows(), TASK, CONFIG, CPU)
    train(again, rows(), TASK, CONFIG, CPU, checkpoint=path)
    assert torch.equal(weights(again), weights(whole))
    assert path.with_suffix(".damaged").exists()


def test_a_loss_that_is_not_a_number_names_step_and_rows():
    data = rows()

    def bad(network_, inputs, targets, rows_, *_):
        loss = TASK.loss(network_(**inputs), targets)
        return loss * float("nan") if 3 in rows_ else loss

    where = int(np.flatnonzero(data.train == 3).size)
    assert where == 1
    with pytest.raises(FitError, match=r"Loss became nan.*at step \d+, rows [\d, ]*\b"):
        train(network(), data, TASK, CONFIG, CPU, objective=bad)


def test_it_stops_when_nothing_improves():
    data = rows()
    config = LoopConfig(epochs=50, batch=16, learning_rate=1e-9, patience=2)
    outcome = train(network(), data, TASK, config, CPU)
    assert outcome.stopped == "no better for 2 epochs"
    assert outcome.state.step < 50 * 10


def test_a_time_budget_is_kept_and_still_gives_scored_weights():
    data = rows(4000)
    config = LoopConfig(epochs=1000, batch=16, patience=1000)
    outcome = train(network(), data, TASK, config, CPU, seconds=1.5)
    assert outcome.stopped == "time"
    assert outcome.seconds < 3
    assert outcome.state.history[-1]["step"] == outcome.state.step


@pytest.mark.parametrize(("early", "late"), [(0.1, 0.01), (0.01, 0.05)])
def test_a_time_budget_is_used_up_though_the_first_steps_mislead(monkeypatch, early, late):
    clock = [0.0]
    monkeypatch.setattr(loop.time, "monotonic", lambda: clock[0])

    def objective(network_, inputs, targets, *_):
        objective.steps += 1
        clock[0] += early if objective.steps <= 20 else late
        return TASK.loss(network_(**inputs), targets)

    objective.steps = 0
    config = replace(CONFIG, epochs=1000, patience=1000)
    outcome = train(network(), rows(), TASK, config, CPU, seconds=10.0, objective=objective)
    assert outcome.stopped == "time"
    assert 8.0 < clock[0] < 10.0  # and below 10, so that the rate came down as planned


def test_the_rate_rises_then_falls():
    rates = [rate_at(step, 100, 0.1) for step in range(100)]
    assert rates[0] < rates[9] == 1.0
    assert rates[10:] == sorted(rates[10:], reverse=True)
    assert 0 < rates[-1] < 0.05


def test_embeddings_and_biases_do_not_decay():
    net = network()
    groups = make_optimizer(net, 1e-3, 0.1).param_groups
    decayed = {id(p) for p in groups[0]["params"]}
    named = {name for name, p in net.named_parameters() if id(p) in decayed}
    assert named
    assert not any("embed" in name or "bias" in name for name in named)


needs_cuda = pytest.mark.skipif(not torch.cuda.is_available(), reason="NO CUDA DEVICE HERE")


@pytest.mark.gpu
@needs_cuda
def test_it_learns_on_cuda_and_answers_alike_on_the_cpu():
    data, net, device = rows(600), network(), find_device()
    assert device.is_cuda
    outcome = train(net, data, TASK, CONFIG, device)
    assert outcome.state.best > 0.9
    there = outputs_of(net, data.encoded, data.validation, device)
    here = outputs_of(net.to("cpu"), data.encoded, data.validation, CPU)
    np.testing.assert_allclose(there, here, atol=1e-3, rtol=1e-3)


@pytest.mark.gpu
@needs_cuda
def test_training_on_cuda_goes_on_from_a_checkpoint(tmp_path, monkeypatch):
    monkeypatch.setattr(loop, "CHECKPOINT_SECONDS", 0.0)
    monkeypatch.setattr(loop, "CHECKPOINT_SHARE", 1e9)
    data, path = rows(), tmp_path / "state.safetensors"

    def stop(network_, inputs, targets, *_):
        stop.steps += 1
        if stop.steps > 17:
            raise Killed
        return TASK.loss(network_(**inputs), targets)

    stop.steps = 0
    with pytest.raises(Killed):
        train(network(), data, TASK, CONFIG, find_device(), checkpoint=path, objective=stop)
    outcome = train(network(), data, TASK, CONFIG, find_device(), checkpoint=path)
    assert outcome.state.step > 17
