"""The contract of networks whose answers are chains of labels."""

import batches
import numpy as np
import onnxruntime
import pytest
import torch
from torch.nn import functional

from umbrella.base.chain import MORE, NEVER, labels_of, width_of
from umbrella.base.errors import ConfigError
from umbrella.fit.adapters import adapt
from umbrella.models.ladders import build, own_size, rung
from umbrella.models.onnx import to_onnx
from umbrella.models.rungs.tag import RUNGS
from umbrella.models.transformer import windows as windows_module
from umbrella.models.transformer.transformer import Transformer
from umbrella.models.transformer.windows import cut
from umbrella.score import chain
from umbrella.score.chain_loss import chain_loss

TYPES, VOCAB = 2, 30
SIZES = {
    "text-names": {"labels": labels_of(TYPES)},
    "text-pieces": {"vocab": VOCAB, "pairs": 0, "alphabet": 12, "letters": 5},
    "text-places": batches.SIZES["text-places"],
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
    elif step.codec == "text-places":
        out, pads = batches.places(lengths, seed), {"bounds": -1}
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
    network, lengths = network_of(step), [4, 30, 2]
    together = network(**batch(step, lengths)).detach().numpy()
    wider = network(**batch(step, lengths, extra=6)).detach().numpy()
    rows = batch(step, lengths)
    for row, length in enumerate(lengths):
        wide = {name: 2 if name in ("ids", "shapes") and "firsts" in rows else 1 for name in rows}
        own = {name: x[row : row + 1, : wide[name] * length] for name, x in rows.items()}
        alone = network(**own)
        size = labels_of(TYPES) + MORE + length
        np.testing.assert_allclose(together[row, :size], alone.detach().numpy()[0], atol=1e-5)
        np.testing.assert_allclose(together[row, :size], wider[row, :size], atol=1e-5)
        assert (wider[row, size:, 0] == 0).all()  # as `ctc.in_order` fills shorter batches
        assert (wider[row, size:, 1:] == NEVER).all()


@each_learner
@pytest.mark.parametrize("characters", [False, True])
def test_gradient_reaches_every_weight(step, characters):
    if step.pretrained and characters:
        return  # it reads tokens, whatever a piece is
    network = network_of(step, sizes=CHARACTERS if characters else SIZES[step.codec]).train()
    rows = batch(step, [5, 8, 3, 0], characters=characters)
    spans = torch.tensor([[[0, 3, 0]], [[2, 3, 1]], [[-1, -1, -1]], [[-1, -1, -1]]])
    chain_loss(network(**rows), spans).backward()
    silent = [n for n, p in network.named_parameters() if p.grad is None or not p.grad.any()]
    assert silent == []


@each_learner
def test_a_few_rows_are_learned_by_heart(step):
    own = {} if step.pretrained else {"forget": 0.0}
    network = network_of(step, dropout=0.0, width=32, **own).train()
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
    for lengths in ([2], [11, 0, 40], [1] * 5):
        rows = batch(step, lengths, seed=1)
        feeds = {name: x.numpy() for name, x in rows.items()}
        np.testing.assert_allclose(
            session.run(None, feeds)[0], network(**rows).detach().numpy(), atol=1e-5
        )


def test_only_the_chain_listens_to_neighbouring_labels():
    for name, speaks in ((step.name, step.name == "lstm-crf") for step in learns):
        network = network_of(rung("tag", name))
        rules = network(**batch(rung("tag", name), [4]))[0, : labels_of(TYPES) + MORE]
        assert bool(rules.any()) is speaks


@each_rung
def test_a_width_that_no_chain_has_is_refused(step):
    with pytest.raises(ConfigError, match=r"outputs=12 is not 3 \+ 4 ×"):
        build(step, SIZES[step.codec], outputs=12)
    assert own_size(step) in step.sizes


def test_a_token_is_read_where_it_has_most_around_it_and_none_beyond_the_places_is_lost():
    step = rung("tag", "bert")
    network = network_of(step)
    rows = batch(step, [60, 3])
    frame = network.config.frame
    assert (frame.room, frame.step, frame.overlap) == (22, 17, 5)
    windows = cut(rows["ids"], frame)
    at = windows.place(torch.arange(120).expand(2, -1))[0]
    length = windows.ids.shape[2]
    assert windows.ids[0].flatten()[at].tolist() == rows["ids"][0].tolist()
    inside = at % length - 1
    first, last = at // length == 0, at // length == int(windows.last[0])
    assert ((inside >= 2) | first).all() & ((inside < 20) | last).all()
    assert windows.used.sum(dim=1).tolist() == [7, 1]
    for begins in windows.ids[windows.used][:, 0].tolist():
        assert begins == 2
    assert windows.ids[1, 0, :8].tolist() == [2, *rows["ids"][1, :6].tolist(), 3]
    other = {name: x.clone() for name, x in rows.items()}
    other["ids"][0, 80] = 5 if rows["ids"][0, 80] != 5 else 6
    moved = (network(**rows) - network(**other)).abs().sum(dim=2)[0, labels_of(TYPES) + MORE :]
    heard = torch.nonzero(moved > 1e-6).flatten() * 2
    assert 80 - 24 < heard.min() < 80 < heard.max() < 80 + 24


def test_many_windows_are_read_in_shares_with_the_same_answer_and_gradient(monkeypatch):
    step = rung("tag", "bert")
    network, rows = network_of(step, chain=True), batch(step, [60, 3, 25])
    spans = torch.tensor([[[0, 3, 0]], [[2, 3, 1]], [[8, 9, 1]]])

    def gradients():
        network.zero_grad()
        out = network(**rows)
        chain_loss(out, spans).backward()
        return out.detach(), [weight.grad.clone() for weight in network.parameters()]

    whole, one = gradients()
    monkeypatch.setattr(windows_module, "AT_ONCE", 40)
    shares, other = gradients()
    torch.testing.assert_close(shares, whole, atol=1e-5, rtol=1e-5)
    for a, b in zip(one, other, strict=True):
        torch.testing.assert_close(a, b, atol=1e-5, rtol=1e-4)


def test_pieces_of_one_token_are_told_apart():
    step = rung("tag", "bert")
    network, rows = network_of(step), batch(step, [4])
    torch.nn.init.normal_(network.shares.weight)
    rows["firsts"] = torch.tensor([[0, 2, 2, 2]])
    scores = network(**rows)[0, labels_of(TYPES) + MORE :, : labels_of(TYPES)]
    assert (scores[1] - scores[2]).abs().max() > 0.01
    assert (scores[2] - scores[3]).abs().max() > 0.01


def test_shapes_begin_as_the_type_that_every_text_has_and_learn_beside_frozen_weights():
    step = rung("tag", "bert")
    network, plain = network_of(step, seed=1), Transformer(network_of(step).config.body)
    published = dict(plain.state_dict()) | {"embed.types.weight": torch.randn(2, 32)}
    network.take_body(published)
    told = network.body.embed.types.weight
    assert told.shape == (5, 32)
    for row in told:
        torch.testing.assert_close(row, published["embed.types.weight"][0])
    rows = batch(step, [6])
    plainer = rows | {"shapes": torch.zeros_like(rows["shapes"])}
    torch.testing.assert_close(network(**rows), network(**plainer))
    adapt(network, 2)
    learning = {name for name, weight in network.named_parameters() if weight.requires_grad}
    assert {"head.weight", "shares.weight", "body.embed.types.weight"} < learning
    assert "body.embed.tokens.weight" not in learning
    assert network.depth_of("body.embed.types.weight") == 0 < network.depth_of("body.embed.tokens")


def test_a_window_without_room_is_refused():
    step = rung("tag", "bert")
    with pytest.raises(ConfigError, match=r"window=9 leaves room for 7 tokens"):
        network_of(step, window=9)
