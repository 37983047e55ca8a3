"""The contract of networks whose answers are chains of labels."""

import numpy as np
import onnxruntime
import pytest
import torch
from torch.nn import functional

from umbrella.base.chain import MORE, NEVER, labels_of, width_of
from umbrella.base.errors import ConfigError
from umbrella.models.ladders import build, own_size, rung
from umbrella.models.onnx import to_onnx
from umbrella.models.rungs.tag import RUNGS
from umbrella.score import chain
from umbrella.score.chain_loss import chain_loss

TYPES, VOCAB = 2, 30
SIZES = {
    "text-names": {"labels": labels_of(TYPES)},
    "text-pieces": {"vocab": VOCAB, "pairs": 0, "alphabet": 12, "letters": 5},
}
CHARACTERS = {"vocab": VOCAB, "pairs": 20, "alphabet": 0, "letters": 0}
each_rung = pytest.mark.parametrize("step", RUNGS, ids=lambda step: step.name)
learns = [step for step in RUNGS if step.solver == "gradient"]
each_learner = pytest.mark.parametrize("step", learns, ids=lambda step: step.name)


def batch(step, lengths, seed=0, extra=0, characters=False):
    make = torch.Generator().manual_seed(seed)
    width = max(*lengths, 1)
    real = torch.arange(width) < torch.tensor(lengths).unsqueeze(1)
    starts = 2 * torch.arange(width).expand(len(lengths), -1)
    bounds = torch.where(real.unsqueeze(2), torch.stack([starts, starts + 1], dim=2), -1)
    if step.codec == "text-names":
        names = torch.randint(0, labels_of(TYPES), (len(lengths), width), generator=make) * real
        out, pads = {"names": names, "bounds": bounds}, {"bounds": -1}
    else:
        ids = torch.randint(1, VOCAB, (len(lengths), width), generator=make) * real
        out, pads = {"ids": ids, "bounds": bounds}, {"bounds": -1}
        if characters:
            out["pairs"] = torch.randint(1, 20, ids.shape, generator=make) * real
        else:
            letters = torch.randint(1, 12, (*ids.shape, 5), generator=make)
            out["letters"] = letters * real.unsqueeze(2)
    return {
        name: functional.pad(x, (0, 0) * (x.ndim - 2) + (0, extra), value=pads.get(name, 0))
        for name, x in out.items()
    }


def network_of(step, seed=0, **own):
    torch.manual_seed(seed)
    sizes = own.pop("sizes", SIZES[step.codec])
    network = build(step, sizes, outputs=width_of(TYPES), **own)
    for weight in network.parameters() if step.solver != "gradient" else ():
        torch.nn.init.normal_(weight)
    return network.eval()


@each_rung
def test_the_answer_is_a_chain_that_ends_where_the_row_does(step):
    lengths = [3, 7, 0, 1]
    out = network_of(step)(**batch(step, lengths)).detach().numpy()
    count = labels_of(TYPES)
    assert out.shape == (4, count + MORE + 7, count + MORE)
    parts = chain.take_apart(out)
    assert parts.lengths.tolist() == lengths
    np.testing.assert_allclose(np.exp(parts.pieces[1]).sum(axis=1), 1, rtol=1e-5)
    assert parts.bounds[0, :3].tolist() == [[0, 1], [2, 3], [4, 5]]


@each_rung
def test_neighbours_and_padding_change_no_answer(step):
    network, lengths = network_of(step), [4, 9, 2]
    together = network(**batch(step, lengths)).detach().numpy()
    wider = network(**batch(step, lengths, extra=6)).detach().numpy()
    rows = batch(step, lengths)
    for row, length in enumerate(lengths):
        alone = network(**{name: x[row : row + 1, :length] for name, x in rows.items()})
        size = labels_of(TYPES) + MORE + length
        np.testing.assert_allclose(together[row, :size], alone.detach().numpy()[0], atol=1e-5)
        np.testing.assert_allclose(together[row, :size], wider[row, :size], atol=1e-5)
        assert (wider[row, size:, 0] == 0).all()  # as `ctc.in_order` fills shorter batches
        assert (wider[row, size:, 1:] == NEVER).all()


@each_learner
@pytest.mark.parametrize("characters", [False, True])
def test_gradient_reaches_every_weight(step, characters):
    network = network_of(step, sizes=CHARACTERS if characters else SIZES[step.codec]).train()
    rows = batch(step, [5, 8, 3, 0], characters=characters)
    spans = torch.tensor([[[0, 3, 0]], [[2, 3, 1]], [[-1, -1, -1]], [[-1, -1, -1]]])
    chain_loss(network(**rows), spans).backward()
    silent = [n for n, p in network.named_parameters() if p.grad is None or not p.grad.any()]
    assert silent == []


@each_learner
def test_a_few_rows_are_learned_by_heart(step):
    network = network_of(step, dropout=0.0, forget=0.0, width=32).train()
    rows = batch(step, [6, 8, 5])
    spans = torch.tensor([[[0, 5, 0], [6, 7, 1]], [[4, 9, 1], [-1] * 3], [[-1] * 3, [-1] * 3]])
    optimizer = torch.optim.Adam(network.parameters(), lr=2e-2)
    for _ in range(60):
        optimizer.zero_grad()
        chain_loss(network(**rows), spans).backward()
        optimizer.step()
    found = chain.find(network.eval()(**rows).detach().numpy())
    told = zip(found.rows, found.start, found.end, found.kind, strict=True)
    assert [tuple(map(int, one)) for one in told] == [(0, 0, 5, 0), (0, 6, 7, 1), (1, 4, 9, 1)]


@each_rung
def test_the_exported_graph_answers_the_same_at_any_length(step):
    network = network_of(step)
    graph = to_onnx(network, batch(step, [3, 7, 5]))
    session = onnxruntime.InferenceSession(graph, providers=["CPUExecutionProvider"])
    for lengths in ([2], [11, 0, 4], [1] * 5):
        rows = batch(step, lengths, seed=1)
        feeds = {name: x.numpy() for name, x in rows.items()}
        np.testing.assert_allclose(
            session.run(None, feeds)[0], network(**rows).detach().numpy(), atol=1e-5
        )


def test_only_the_chain_listens_to_neighbouring_labels():
    for name, speaks in (("window", False), ("lstm", False), ("lstm-crf", True)):
        network = network_of(rung("tag", name))
        rules = network(**batch(rung("tag", name), [4]))[0, : labels_of(TYPES) + MORE]
        assert bool(rules.any()) is speaks


@each_rung
def test_a_width_that_no_chain_has_is_refused(step):
    with pytest.raises(ConfigError, match=r"outputs=12 is not 3 \+ 4 ×"):
        build(step, SIZES[step.codec], outputs=12)
    assert own_size(step) in step.sizes
