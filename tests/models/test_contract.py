"""The contract that every rung of every ladder keeps. A new rung joins by being listed."""

import math

import numpy as np
import onnxruntime
import pytest
import torch
from batches import MAKERS, PADS, SIZES
from torch import Tensor, nn
from torch.nn import functional

from umbrella.base.errors import ConfigError
from umbrella.base.tensors import load_tensors, save_tensors
from umbrella.models.ladders import LADDERS, Rung, build, own_size
from umbrella.models.onnx import to_onnx

OWN = ("tag", "answer")  # see test_tag_networks.py and test_answer_networks.py
SAME = ("bert-frozen", "bert-lora")  # rungs with the network of another, "bert"
STEPS = [
    (kind, step)
    for kind, ladder in LADDERS.items()
    for step in ladder
    if kind not in OWN and step.name not in SAME
]

each_rung = pytest.mark.parametrize(
    "step", [step for _, step in STEPS], ids=[f"{kind}/{step.name}" for kind, step in STEPS]
)
OTHERWISE = ("mean", "boost", "naive", "smoothing")  # solvers of what is not learned row by row
learns = [step for _, step in STEPS if step.solver not in OTHERWISE]
each_learner = pytest.mark.parametrize("step", learns, ids=[step.name for step in learns])
each_outputs = pytest.mark.parametrize("outputs", [1, 2, 3])


def network_of(step: Rung, outputs: int = 3, seed: int = 0) -> nn.Module:
    torch.manual_seed(seed)
    network = build(step, SIZES[step.codec], outputs=outputs)
    if step.solver != "gradient":  # a solver would set these; here any numbers will do
        for weight in network.parameters():
            nn.init.normal_(weight)
    return network.eval()


def widened(batch: dict[str, Tensor], extra: int, pad: float) -> dict[str, Tensor]:
    """Each row with more padding after it, along its second dimension."""
    return {
        name: functional.pad(x, (0, 0) * (x.ndim - 2) + (0, extra), value=pad)
        for name, x in batch.items()
    }


def row(batch: dict[str, Tensor], index: int) -> dict[str, Tensor]:
    return {name: x[index : index + 1] for name, x in batch.items()}


def first(outputs: Tensor) -> Tensor:
    """One answer a row, [B, C]: of those that answer place by place the first, never padding."""
    return outputs if outputs.ndim == 2 else outputs[:, 0]


def everything(network: nn.Module, batch: dict[str, Tensor]) -> list[Tensor]:
    """The answers that training listens to: a fusion's encoders answer for themselves too."""
    if not hasattr(network, "read"):
        outputs = network(**batch)
        return [outputs] if outputs.ndim == 2 else [*outputs.clamp_min(-50).unbind(1)]
    outputs, _, read = network.read(**batch)
    return [outputs, *read.alone.unbind(1)]


@torch.no_grad()
def answers(network: nn.Module, batch: dict[str, Tensor]) -> np.ndarray:
    return network(**batch).numpy()


@each_outputs
@each_rung
def test_there_is_one_row_per_row_and_one_column_per_output(step, outputs):
    network = network_of(step, outputs)
    got = network(**MAKERS[step.codec]([3, 8, 5, 1]))
    assert got.shape in ((4, outputs), (4, got.shape[1], outputs))
    assert (got.ndim == 3) == (step in LADDERS["speech"])
    assert got.dtype == torch.float32


@each_rung
def test_gradient_reaches_every_weight(step):
    network = network_of(step)
    batch, labels = MAKERS[step.codec]([3, 8, 5, 9, 0]), torch.tensor([0, 1, 2, 1, 0])
    if step.solver == "naive":
        assert list(network.parameters()) == []
        return
    sum(functional.cross_entropy(out, labels) for out in everything(network, batch)).backward()
    silent = [n for n, p in network.named_parameters() if p.grad is None or not p.grad.any()]
    assert silent == []


@each_outputs
@each_learner
def test_a_small_batch_is_memorised(step, outputs):
    torch.manual_seed(0)
    network = build(step, SIZES[step.codec], outputs=outputs).train()
    batch = MAKERS[step.codec]([6, 12, 9, 4, 11, 7])
    if outputs == 1 and network(**batch).ndim == 3:
        return  # a blank alone has nothing to learn
    labels = torch.arange(6) % max(2, outputs)
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-2)
    for _ in range(100):
        optimizer.zero_grad()
        scores = first(network(**batch))
        if outputs == 1:
            loss = functional.mse_loss(scores.squeeze(1), labels.float())
        else:
            loss = functional.cross_entropy(scores, labels)
        loss.backward()
        optimizer.step()
    got = first(torch.from_numpy(answers(network.eval(), batch))).numpy()
    answer = got[:, 0] > 0.5 if outputs == 1 else got.argmax(axis=1)
    assert (answer == labels.numpy()).all()


@each_learner
def test_training_starts_where_every_class_is_equally_likely(step):
    torch.manual_seed(0)
    network = build(step, SIZES[step.codec], outputs=10).train()
    scores = first(network(**MAKERS[step.codec]([9] * 20)))
    loss = functional.cross_entropy(scores, torch.arange(20) % 10)
    assert abs(loss.item() - math.log(10)) < 0.1


@each_rung
def test_saved_and_loaded_it_answers_the_same(step, tmp_path):
    first, second = network_of(step, seed=1), network_of(step, seed=2)
    batch = MAKERS[step.codec]([3, 8, 5, 0])
    file = tmp_path / "weights.safetensors"
    save_tensors(file, {name: x.numpy() for name, x in first.state_dict().items()})
    if step.solver not in ("mean", "naive"):
        assert not np.array_equal(answers(first, batch), answers(second, batch))
    second.load_state_dict({name: torch.from_numpy(x) for name, x in load_tensors(file).items()})
    np.testing.assert_array_equal(answers(first, batch), answers(second, batch))


@pytest.fixture(scope="module")
def sessions() -> dict:
    """Exported graphs, by rung and outputs; each is made once."""
    return {}


@each_outputs
@each_rung
@pytest.mark.parametrize(
    "lengths",
    [[1], [9], [0], [3, 8, 5, 0], [0, 0], [40, 2], [300, 1, 280]],
    ids=lambda lengths: "-".join(map(str, lengths)),
)
def test_the_exported_graph_answers_the_same_at_any_size(step, outputs, lengths, sessions):
    network = network_of(step, outputs)
    if (step.network, step.name, outputs) not in sessions:
        graph = to_onnx(network, MAKERS[step.codec]([5, 7]))
        sessions[step.network, step.name, outputs] = onnxruntime.InferenceSession(graph)
    batch = MAKERS[step.codec](lengths)
    feeds = {name: x.numpy() for name, x in batch.items()}
    got = sessions[step.network, step.name, outputs].run(["outputs"], feeds)[0]
    np.testing.assert_allclose(got, answers(network, batch), rtol=1e-5, atol=1e-5)


ragged = [(kind, step) for kind, step in STEPS if step.codec in PADS]


@pytest.mark.parametrize(
    "step", [step for _, step in ragged], ids=[f"{kind}/{step.name}" for kind, step in ragged]
)
@pytest.mark.parametrize("extra", [1, 2, 7, 100])
def test_padding_does_not_change_an_answer(step, extra):
    network, batch = network_of(step), MAKERS[step.codec]([1, 2, 6, 12, 0])
    short, long = answers(network, batch), answers(network, widened(batch, extra, PADS[step.codec]))
    if short.ndim == 3:
        long, beyond = np.split(long, [short.shape[1]], axis=1)
        assert (beyond[:, :, 0] == 0).all()  # certain blanks
        assert (beyond[:, :, 1:] == -1e4).all()
    np.testing.assert_allclose(short, long, rtol=0, atol=2e-6)


@each_rung
def test_an_answer_does_not_depend_on_the_other_rows(step):
    network, batch = network_of(step), MAKERS[step.codec]([2, 30, 6, 0, 17])
    together = answers(network, batch)
    alone = [answers(network, row(batch, index))[0] for index in range(5)]
    np.testing.assert_allclose(together, alone, rtol=0, atol=2e-6)
    backwards = {name: x.flip(0) for name, x in batch.items()}
    np.testing.assert_allclose(together[::-1], answers(network, backwards), rtol=0, atol=2e-6)


@each_rung
def test_empty_rows_get_finite_answers_and_gradients(step):
    network, batch = network_of(step).train(), MAKERS[step.codec]([0, 0, 4])
    scores = torch.stack(everything(network, batch))
    if step.solver != "naive":
        scores.sum().backward()
    assert scores.isfinite().all()
    assert all(p.grad.isfinite().all() for p in network.parameters())


@each_rung
def test_the_same_rows_get_the_same_answer_every_time(step):
    network, batch = network_of(step), MAKERS[step.codec]([9, 4, 7])
    np.testing.assert_array_equal(answers(network, batch), answers(network, batch))


@each_rung
def test_features_lead_to_the_answer_by_the_head_alone(step):
    network, batch = network_of(step), MAKERS[step.codec]([9, 4, 7])
    if not hasattr(network, "features"):
        flat = ("most-common", "linear", "bow-svm", "boost", "late", "ridge", "dlinear")
        simple = step.name in flat or step.solver in OTHERWISE  # nothing hidden
        assert simple or answers(network, batch).ndim == 3
        return
    pooled_BF = network.features(**batch)
    assert pooled_BF.ndim == 2
    torch.testing.assert_close(network.head(pooled_BF), network(**batch))


@each_rung
@pytest.mark.parametrize(
    ("field", "value"), [("vocab", 0), ("outputs", 0), ("vocab", 2.5), ("outputs", True)]
)
def test_a_size_out_of_range_is_refused(step, field, value):
    sizes = {**SIZES[step.codec], "outputs": 3}
    if field not in sizes:
        return
    outputs = (sizes | {field: value}).pop("outputs")
    sizes = {name: size for name, size in (sizes | {field: value}).items() if name != "outputs"}
    with pytest.raises(ConfigError, match=rf"{field}={value!r} is not in 1\.\."):
        build(step, sizes, outputs=outputs)


@each_rung
def test_the_default_size_stands_on_the_dial(step):
    if not step.sizes or step.pretrained:  # the checkpoint says what its dial stands at
        return
    where, name = step.dial.split(".")
    own = step.view[name] if where == "view" else getattr(network_of(step).config, name)
    assert own_size(step) == own
    assert own_size(step) in step.sizes
    assert list(step.sizes) == sorted(set(step.sizes))


turned = [step for _, step in STEPS if step.sizes and step.dial.startswith("network.")]


@pytest.mark.parametrize("step", turned, ids=[step.name for step in turned])
def test_turning_the_dial_down_makes_the_network_smaller(step):
    name = step.dial.removeprefix("network.")
    counts = [
        sum(
            p.numel()
            for p in build(step, SIZES[step.codec], outputs=3, **{name: size}).parameters()
        )
        for size in step.sizes
    ]
    assert counts == sorted(counts)  # a dial may stop where the made-up rows are read whole
    assert counts[0] < counts[1] < counts[2]
