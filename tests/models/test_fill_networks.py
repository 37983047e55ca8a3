"""Networks that fill blanks: their answers are chances of the truth and of the likeliest tokens."""

import numpy as np
import onnxruntime
import pytest
import torch

from umbrella.base.errors import ConfigError
from umbrella.base.guess import BEST, CHANCE, FIRST, NEVER, TRUTH, WIDTH
from umbrella.models.ladders import build
from umbrella.models.onnx import to_onnx
from umbrella.models.rungs.fill import RUNGS

VOCAB, MASK, PAD = 60, 4, 0
TINY = {"width": 32, "layers": 2, "heads": 2, "mlp_width": 32, "positions": "learned"}
TINY |= {"places": 40, "types": 1, "embed_norm": True, "norm_place": "post"}
each_rung = pytest.mark.parametrize("step", RUNGS, ids=[one.name for one in RUNGS])


def network_of(step):
    torch.manual_seed(0)
    own = TINY if step.pretrained else {"width": 32}
    network = build(step, {"vocab": VOCAB, "padding": PAD}, outputs=WIDTH, **own).eval()
    if step.name == "neighbours":
        rng = np.random.default_rng(0)
        for side in ("after", "before"):
            ids = np.stack([rng.permutation(VOCAB)[:32] for _ in range(VOCAB)]).astype(np.int32)
            network.set_counts(side, ids, rng.dirichlet(np.ones(33), VOCAB)[:, :32].astype("f4"))
    return network


def batch(extra=0):
    draw = torch.Generator().manual_seed(1)
    ids = torch.randint(5, VOCAB, (4, 9), generator=draw)
    ids = torch.nn.functional.pad(ids, (0, extra), value=PAD)
    ids[1, 6:] = ids[2, 3:] = PAD
    places = torch.tensor([[2, 5], [1, 0], [1, 2], [0, 0]])
    truth = torch.tensor([[7, 8], [9, -1], [10, 11], [-1, -1]])
    ids[torch.arange(4)[:, None].expand_as(places)[truth >= 0], places[truth >= 0]] = MASK
    return {"ids": ids, "places": places, "truth": truth, "words": torch.ones_like(ids)}


@each_rung
def test_an_answer_tells_the_truth_its_chance_and_the_best(step):
    network, given = network_of(step), batch()
    out = network(**given).detach()
    real = given["truth"] >= 0
    assert out.shape == (4, 2, WIDTH)
    assert torch.equal(out[..., TRUTH].long(), torch.where(real, given["truth"] + 1, 0))
    assert (out[~real][:, CHANCE:] == NEVER).all()
    best = out[real][:, FIRST + BEST :]
    assert (best[:, :-1] >= best[:, 1:]).all()
    assert (best[:, 0] >= out[real][:, CHANCE]).all()
    assert (best.exp().sum(dim=1) <= 1 + 1e-5).all()
    # asked for what it thinks likeliest, it says the same chance
    again = given | {"truth": torch.where(real, out[..., FIRST].long(), -1)}
    assert torch.allclose(network(**again)[real][:, CHANCE], best[:, 0], atol=1e-6)


@each_rung
def test_chances_of_all_tokens_sum_to_one(step):
    network, given = network_of(step), batch()
    total = 0.0
    for token in range(VOCAB):
        truth = torch.where(given["truth"] >= 0, token, -1)
        total += float(network(**given | {"truth": truth})[0, 0, CHANCE].detach().exp())
    assert total == pytest.approx(1, abs=1e-4)


@each_rung
def test_padding_and_neighbours_change_nothing(step):
    network, given = network_of(step), batch()
    whole = network(**given).detach()
    assert torch.allclose(network(**batch(extra=5)), whole, atol=1e-5)
    for row in range(4):
        alone = network(**{name: x[row : row + 1] for name, x in given.items()})
        assert torch.allclose(alone[0], whole[row], atol=1e-5)


@each_rung
def test_the_exported_graph_answers_alike(step):
    network, given = network_of(step), batch()
    graph = onnxruntime.InferenceSession(to_onnx(network, given))
    wide = batch(extra=3)
    [got] = graph.run(None, {name: x.numpy() for name, x in wide.items()})
    assert np.allclose(got, network(**wide).detach().numpy(), atol=1e-4)


@each_rung
def test_learning_listens_to_the_truth_alone(step):
    network, given = network_of(step), batch()
    told = network(**given)[..., CHANCE]
    learns = network.train()(**given)
    dropout = any(isinstance(m, torch.nn.Dropout) and m.p for m in network.modules())
    assert dropout or torch.allclose(learns[..., CHANCE], told, atol=1e-6)
    learns[..., CHANCE][given["truth"] >= 0].sum().backward()
    wanted = {name for name, weight in network.named_parameters() if weight.requires_grad}
    reached = {n for n, w in network.named_parameters() if w.grad is not None and w.grad.any()}
    assert reached == wanted
    assert wanted if step.name != "bert-head" else not any(n.startswith("body") for n in wanted)


def test_another_width_is_refused():
    with pytest.raises(ConfigError, match=f"outputs=3 is not {WIDTH}"):
        build(RUNGS[1], {"vocab": VOCAB, "padding": PAD}, outputs=3)
