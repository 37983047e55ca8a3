"""The contract of networks that tell starts and ends of answers, and windows over long texts."""

import numpy as np
import onnxruntime
import pytest
import torch
from batches import MAKERS, SIZES

from umbrella.base.errors import ConfigError
from umbrella.base.stretch import NEVER, WIDTH, stride_of
from umbrella.lite.passages import in_sections
from umbrella.models.ladders import build, own_size, rung
from umbrella.models.onnx import to_onnx
from umbrella.models.rungs.answer import RUNGS
from umbrella.models.text import question
from umbrella.score import extract
from umbrella.score.extract_loss import extract_loss, shares, taught

HEAD = 5
each_rung = pytest.mark.parametrize("step", RUNGS, ids=lambda step: step.name)
learns = [step for step in RUNGS if step.solver == "gradient"]
each_learner = pytest.mark.parametrize("step", learns, ids=lambda step: step.name)


def network_of(step, seed=0, **more):
    torch.manual_seed(seed)
    return build(step, SIZES[step.codec], outputs=WIDTH, **more).eval()


def batch(step, lengths, seed=0, extra=0):
    """Rows as the rung's codec encodes them; `extra` places of padding behind all of them."""
    made = MAKERS[step.codec]([*lengths, max(lengths) + extra], seed)
    return {name: values[: len(lengths)] for name, values in made.items()}


@torch.no_grad()
def answers(network, feeds):
    return network(**feeds).numpy()


@each_rung
def test_every_piece_and_silence_have_a_start_an_end_and_a_place(step):
    feeds = batch(step, [3, 12, 1, 0])
    got = answers(network_of(step), feeds)
    assert got.shape == (4, 13, WIDTH)
    assert got.dtype == np.float32
    assert (got[:, 0, 2:] == 0).all()
    np.testing.assert_array_equal(got[:, 1:, 2:], feeds["bounds"].numpy())
    padding = feeds["bounds"][:, :, 1].numpy() < 0
    assert (got[:, 1:, :2][padding] == NEVER).all()
    assert (got[:, 1:, :2][~padding] > NEVER / 2).all()


@each_rung
def test_a_row_is_answered_alike_whatever_stands_beside_it(step):
    network = network_of(step)
    alone, beside = batch(step, [6]), batch(step, [6, 0, 11], extra=3)
    for name, value in alone.items():
        wide = value.shape[1]
        beside[name][0, :wide] = value[0]
        if name == "ids":
            beside[name][0, wide:] = 0
    one, other = answers(network, alone), answers(network, beside)
    np.testing.assert_allclose(one[0], other[0, :7], atol=1e-5)


@each_learner
def test_gradient_reaches_every_weight_and_a_small_batch_is_memorised(step):
    network = network_of(step, dropout=0.0).train()
    feeds = batch(step, [8, 20, 6, 12])
    targets = torch.full((4, 2, 2), -1)
    targets[:, 0] = torch.tensor([[0, 1], [1, 1], [2, 0], [3, 1]])
    targets[[0, 1, 3], 1] = torch.tensor([[4, 9], [36, 39], [0, 1]])
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-2)
    for step_number in range(60):
        optimizer.zero_grad()
        loss = extract_loss(network(**feeds), targets)
        loss.backward()
        if not step_number:
            silent = [
                n for n, p in network.named_parameters() if p.grad is None or not p.grad.any()
            ]
            assert silent == []
        optimizer.step()
    found = extract.find(answers(network.eval(), feeds), 20)
    assert found.start[[0, 1, 3]].tolist() == [4, 36, 0]
    assert found.end[[0, 1, 3]].tolist() == [9, 39, 1]
    assert (found.gap > 0).tolist() == [True, True, False, True]


@each_rung
def test_the_exported_graph_answers_the_same_at_any_length(step):
    network = network_of(step)
    graph = to_onnx(network, batch(step, [7, 20, 5]))
    session = onnxruntime.InferenceSession(graph, providers=["CPUExecutionProvider"])
    for lengths in ([7, 20, 5], [3], [44, 2], [0, 1], [16, 17, 16]):
        feeds = batch(step, lengths, seed=1)
        given = {name: value.numpy() for name, value in feeds.items()}
        [made] = session.run(None, given)
        np.testing.assert_allclose(made, answers(network, feeds), atol=2e-5)


def _by_hand(network, feeds):
    """Every window by itself; each piece from the one with most text around it."""
    config, window = network.config, network.config.window
    long = feeds["ids"].shape[1]
    starts = [0]
    while starts[-1] + window < long:
        starts.append(starts[-1] + stride_of(window))
    judged = []
    for start in starts:
        own = feeds["ids"][:, start : start + window]
        ids = torch.cat([feeds["head"], own, torch.tensor([config.closing])], dim=1)
        types = torch.tensor([[0] * HEAD + [1] * (own.shape[1] + 1)])
        judged.append((start, own.shape[1], network.head(network.body(ids, types=types))[0]))
    out = []
    for piece in range(long):

        def around(told, piece=piece):
            start, size, _ = told
            before = 1e9 if start == 0 else piece - start
            after = 1e9 if start + size == long else start + size - 1 - piece
            return min(before, after) if start <= piece < start + size else -1

        best = max(judged, key=lambda told: (around(told), told[0]))
        out.append(best[2][HEAD + piece - best[0]])
    silence = torch.stack([scores[0] for _, _, scores in judged]).amin(dim=0)
    return torch.stack([silence, *out]).detach().numpy()


@pytest.mark.parametrize("long", [3, 16, 17, 24, 25, 33, 57])
def test_long_texts_are_judged_in_the_window_with_most_text_around(long):
    network = network_of(rung("answer", "bert"))
    feeds = batch(rung("answer", "bert"), [long], seed=long)
    got = answers(network, feeds)
    np.testing.assert_allclose(got[0, :, :2], _by_hand(network, feeds), atol=1e-5)


def test_sections_of_a_long_text_give_what_the_whole_gives(monkeypatch):
    monkeypatch.setattr("umbrella.lite.passages.AT_ONCE", 2)
    network = network_of(rung("answer", "bert"))
    feeds = batch(rung("answer", "bert"), [200, 60, 10], seed=3)
    given = {name: value.numpy() for name, value in feeds.items()}
    wide = []

    def run(some):
        wide.append(some["ids"].shape[1])
        return [answers(network, {n: torch.from_numpy(np.array(x)) for n, x in some.items()})]

    [told] = in_sections(run, given, network.config.window)
    assert max(wide) <= 16 + 8
    assert len(wide) == 12
    np.testing.assert_allclose(told, answers(network, feeds), atol=1e-5)


def test_many_windows_are_read_a_few_at_a_time_and_learned_from_alike(monkeypatch):
    network, feeds = network_of(rung("answer", "bert")), batch(rung("answer", "bert"), [300])
    whole = network.train()(**feeds)
    whole[:, :, :2].clamp_min(-50).sum().backward()
    told = {name: p.grad.clone() for name, p in network.named_parameters()}
    network.zero_grad()
    sizes = []
    read = question.BertAnswer._read
    monkeypatch.setattr(question, "AT_ONCE", 4)
    monkeypatch.setattr(
        question.BertAnswer, "_read", lambda *a: (sizes.append(len(a[2])), read(*a))[1]
    )
    again = network(**feeds)
    again[:, :, :2].clamp_min(-50).sum().backward()
    assert max(sizes) == 4
    assert len(sizes) == 2 * 10  # and once more for their gradients
    np.testing.assert_allclose(again.detach(), whole.detach(), atol=1e-5)
    for name, p in network.named_parameters():
        torch.testing.assert_close(p.grad, told[name], atol=1e-4, rtol=1e-3)


def test_training_holds_the_inner_states_of_one_part_of_the_windows_alone(monkeypatch):
    network, feeds = network_of(rung("answer", "bert")), batch(rung("answer", "bert"), [60])
    sizes = []
    read = question.BertAnswer._read
    monkeypatch.setattr(question, "AT_ONCE", 4)
    monkeypatch.setattr(
        question.BertAnswer, "_read", lambda *a: (sizes.append(len(a[2])), read(*a))[1]
    )
    network.train()(**feeds)[:, :, :2].clamp_min(-50).sum().backward()
    assert 4 < sum(sizes) // 2 <= 8  # windows, few as they are
    assert len(sizes) == 2 * 2


def test_an_encoder_with_too_few_places_is_refused():
    with pytest.raises(ConfigError, match="40 places and 2 types cannot read 73"):
        network_of(rung("answer", "bert"), window=64)


def test_a_student_that_cuts_otherwise_learns_the_same_places():
    step = rung("answer", "overlap")
    fine = torch.from_numpy(answers(network_of(step), batch(step, [12])))
    told = shares(fine).exp()
    coarse = torch.zeros(1, 7, WIDTH)
    coarse[0, 1:, 2] = torch.arange(0, 24, 4)
    coarse[0, 1:, 3] = torch.arange(0, 24, 4) + 3
    best = coarse.clone()
    joined = told[0, 1:].reshape(6, 2, 2).sum(dim=1)
    best[0, :, :2] = torch.cat([told[0, :1], joined]).clamp_min(1e-12).log()
    entropy = -(best[0, :, :2].exp() * best[0, :, :2]).sum()
    assert float(taught(best, fine)) == pytest.approx(float(entropy) / 2, abs=1e-3)
    assert float(taught(coarse, fine)) > float(entropy) / 2 + 0.01


def test_the_dial_of_every_rung_stands_on_one_of_its_sizes():
    for step in RUNGS:
        assert own_size(step) in step.sizes
