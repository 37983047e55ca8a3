"""Table networks read numbers, categories or both; trees walk as they are told."""

import dataclasses

import numpy as np
import onnxruntime
import pytest
import torch
from torch.nn import functional

from umbrella.base.errors import ConfigError
from umbrella.models.ladders import build
from umbrella.models.onnx import to_onnx
from umbrella.models.rungs.table import RUNGS
from umbrella.models.table.linear import LinearTable
from umbrella.models.table.trees import Trees

SHAPES = [(4, (3, 5)), (4, ()), (0, (3, 5)), (1, ()), (0, (2,))]
each_rung = pytest.mark.parametrize("rung", RUNGS, ids=lambda rung: rung.name)
each_shape = pytest.mark.parametrize(("numbers", "levels"), SHAPES)
each_outputs = pytest.mark.parametrize("outputs", [1, 2, 3])


def rows(numbers, levels, count=7, seed=0, gaps=False):
    make = torch.Generator().manual_seed(seed)
    out = {}
    if numbers:
        out["numbers"] = torch.randn(count, numbers, generator=make)
        if gaps:
            out["numbers"][::3, 0] = float("nan")
    if levels:
        parts = [torch.randint(0, n, (count,), generator=make) for n in levels]
        out["codes"] = torch.stack(parts, dim=1)
    return out


def network_of(rung, numbers, levels, outputs):
    torch.manual_seed(0)
    network = build(rung, {"numbers": numbers, "levels": levels}, outputs=outputs).eval()
    if rung.solver != "gradient":
        with torch.no_grad():
            for weight in network.parameters():
                weight.normal_()
    return network


def stump(outputs=1):
    """One tree over two categories and two numbers: category 1, then number 0, then leaves.

    codes[1] in {0, 2}? ── yes ── numbers[0] ≤ 0.5 or missing? ── yes: 1
                        └─ no: 4                               └─ no: 2
    """
    config = Trees.Config(numbers=2, levels=(2, 3), outputs=outputs, rounds=1)
    network = Trees(config)
    inf = np.float32(np.inf)
    arrays = {
        "feature": np.array([1, 2, 0, 0, 0], np.int32),
        "threshold": np.array([-inf, 0.5, inf, inf, inf], np.float32),
        "left": np.array([1, 3, 2, 3, 4], np.int32),
        "missing_left": np.array([False, True, True, True, True]),
        "row": np.array([3, 0, 0, 0, 0], np.int32),
        "value": np.array([0, 0, 4, 1, 2], np.float32),
        "roots": np.array([0]),
        "lookup": np.array([False, False, False, True, False, True]),
        "bias": np.array([10], np.float32),
    }
    network.set_trees(arrays, depth=2)
    return network.eval()


CASES = [  # codes[1], numbers[0] → answer
    (0, 0.5, 11.0),
    (0, 0.51, 12.0),
    (2, float("nan"), 11.0),
    (2, 9.0, 12.0),
    (1, 0.0, 14.0),
    (1, float("nan"), 14.0),
]


def case_rows():
    codes = torch.tensor([[1, code] for code, _, _ in CASES])
    numbers = torch.tensor([[x, float("nan")] for _, x, _ in CASES])
    return {"numbers": numbers, "codes": codes}


def exported(network, batch):
    return onnxruntime.InferenceSession(to_onnx(network, batch))


@torch.no_grad()
def same(session, network, batch):
    got = session.run(["outputs"], {name: x.numpy() for name, x in batch.items()})[0]
    np.testing.assert_allclose(got, network(**batch).numpy(), rtol=1e-5, atol=1e-5)


@each_outputs
@each_shape
@each_rung
def test_the_exported_graph_answers_the_same_whatever_kinds_there_are(
    rung, numbers, levels, outputs
):
    network = network_of(rung, numbers, levels, outputs)
    session = exported(network, rows(numbers, levels, 2))
    for count in (1, 2, 9):
        same(session, network, rows(numbers, levels, count, seed=1))


@each_shape
@each_rung
def test_gradient_reaches_every_weight_whatever_kinds_there_are(rung, numbers, levels):
    network = network_of(rung, numbers, levels, 3).train()
    batch = rows(numbers, levels, 40)
    functional.cross_entropy(network(**batch), torch.arange(40) % 3).backward()
    silent = [n for n, p in network.named_parameters() if p.grad is None or not p.grad.any()]
    assert silent == []


@each_rung
@pytest.mark.parametrize(
    "sizes",
    [
        {"numbers": -1, "levels": (2,)},
        {"numbers": 1.0, "levels": ()},
        {"numbers": 1, "levels": (0,)},
        {"numbers": 1, "levels": [2]},
        {"numbers": 0, "levels": ()},
    ],
)
def test_sizes_that_no_table_has_are_refused(rung, sizes):
    with pytest.raises(ConfigError):
        build(rung, sizes, outputs=2)


def test_a_linear_network_is_the_sum_it_is_told():
    network = LinearTable(LinearTable.Config(numbers=2, levels=(2, 3), outputs=1))
    network.set_solution(
        np.array([[10, 20, 1, 2, 3, 4, 5]], np.float32), np.array([100], np.float32)
    )
    batch = {"numbers": torch.tensor([[1.0, 2.0]]), "codes": torch.tensor([[1, 2]])}
    assert network(**batch).item() == 10 + 40 + 2 + 5 + 100


def test_a_linear_solution_of_another_shape_is_refused():
    network = LinearTable(LinearTable.Config(numbers=2, levels=(2,), outputs=3))
    with pytest.raises(ConfigError, match="does not fit"):
        network.set_solution(np.zeros((1, 4), np.float32), np.zeros(1, np.float32))


def test_trees_go_by_category_number_and_gap():
    expected = [answer for _, _, answer in CASES]
    with torch.no_grad():
        assert stump()(**case_rows())[:, 0].tolist() == expected


def test_trees_keep_their_ways_in_the_exported_graph():
    network = stump()
    session = exported(network, case_rows())
    same(session, network, case_rows())
    same(session, network, {name: x[:1] for name, x in case_rows().items()})


def test_a_network_of_trees_is_rebuilt_from_its_config_and_weights():
    network = stump()
    again = Trees(Trees.Config(**dataclasses.asdict(network.config)))
    again.load_state_dict(network.state_dict())
    with torch.no_grad():
        assert torch.equal(again(**case_rows()), network(**case_rows()))


def test_two_classes_share_their_trees_and_mirror_each_other():
    with torch.no_grad():
        scores = stump(outputs=2)(**case_rows())
    assert torch.equal(scores[:, 0], -scores[:, 1])
    assert (scores[:, 1] - scores[:, 0]).tolist() == [answer for _, _, answer in CASES]


def test_trees_refuse_more_levels_than_they_tell_apart():
    with pytest.raises(ConfigError, match="levels=255"):
        Trees.Config(numbers=1, levels=(256,), outputs=2)


@pytest.mark.parametrize("change", [{"trees": 2}, {"trees": 3, "nodes": 2}, {"depth": -1}])
def test_trees_refuse_sizes_that_do_not_belong_together(change):
    with pytest.raises(ConfigError):
        Trees.Config(numbers=1, levels=(), outputs=3, **change)


def test_waves_tell_apart_what_a_straight_line_cannot():
    """A target that goes up and down with a number is learned within a few hundred steps."""
    torch.manual_seed(0)
    mlp = next(rung for rung in RUNGS if rung.name == "mlp")
    network = build(mlp, {"numbers": 1, "levels": ()}, outputs=1, width=16, dropout=0.0)
    numbers = torch.linspace(-2, 2, 200).unsqueeze(1)
    target = (6 * numbers).sin()
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-2)
    for _ in range(300):
        loss = functional.mse_loss(network(numbers=numbers), target)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert loss.item() < 0.05
