"""Networks of pictures: equal when exported, deaf to their neighbours, true to their formulas."""

import numpy as np
import onnxruntime
import pytest
import torch
from torch import nn
from torch.nn import functional

from umbrella.base.errors import ConfigError
from umbrella.data.codecs.image import LEAST
from umbrella.fit.average import Average
from umbrella.models.image import planes
from umbrella.models.image.conv import Conv
from umbrella.models.image.linear import Linear
from umbrella.models.image.mlp import MLP
from umbrella.models.image.residual import Residual
from umbrella.models.image.vit import Vit
from umbrella.models.onnx import to_onnx
from umbrella.models.rungs.image import RUNGS

NETWORKS = (Linear, MLP, Conv, Residual, Vit)
each = pytest.mark.parametrize("cls", NETWORKS)


def pixels(rows: int = 3, size: int = 32, seed: int = 0) -> torch.Tensor:
    make = torch.Generator().manual_seed(seed)
    return torch.randint(0, 256, (rows, size, size, 3), generator=make, dtype=torch.uint8)


def network(cls, size: int = 32, outputs: int = 4, **own) -> nn.Module:
    """Ready to score, its norms having seen some rows."""
    torch.manual_seed(0)
    made = cls(cls.Config(size, outputs, **own)).train()
    for seed in range(3):
        made(pixels=pixels(8, size, seed))
    return made.eval()


@each
@pytest.mark.parametrize("size", [8, 9, 31, 32, 33, 64, 100])
def test_every_size_is_read_and_exported_equal(cls, size):
    made = network(cls, size)
    graph = to_onnx(made, {"pixels": pixels(2, size)})
    session = onnxruntime.InferenceSession(graph)
    for rows in (1, 5):
        x = pixels(rows, size, seed=rows)
        with torch.no_grad():
            expected = made(pixels=x).numpy()
        assert expected.shape == (rows, 4)
        got = session.run(["outputs"], {"pixels": x.numpy()})[0]
        np.testing.assert_allclose(got, expected, rtol=1e-4, atol=1e-5)


@each
@torch.no_grad()
def test_an_answer_does_not_depend_on_the_other_rows(cls):
    made, x = network(cls), pixels(6)
    together = made(pixels=x)
    alone = torch.cat([made(pixels=row.unsqueeze(0)) for row in x])
    torch.testing.assert_close(together, alone, rtol=1e-4, atol=1e-5)
    assert (together.std(dim=0) > 0).all()


@each
def test_gradient_reaches_every_weight(cls):
    made = network(cls).train()
    functional.cross_entropy(made(pixels=pixels(8)), torch.arange(8) % 4).backward()
    silent = [n for n, p in made.named_parameters() if p.grad is None or not p.grad.any()]
    assert silent == []


@each
def test_a_small_batch_is_memorised(cls):
    made, x, labels = network(cls).train(), pixels(8), torch.arange(8) % 4
    optimizer = torch.optim.Adam(made.parameters(), lr=3e-3)
    for _ in range(60):
        optimizer.zero_grad()
        functional.cross_entropy(made(pixels=x), labels).backward()
        optimizer.step()
    assert (made.eval()(pixels=x).argmax(dim=1) == labels).all()


@each
def test_pixels_as_numbers_with_a_point_score_alike(cls):
    made, x = network(cls), pixels()
    torch.testing.assert_close(made(pixels=x), made(pixels=x.float()))


@pytest.mark.parametrize("cls", NETWORKS[1:])
def test_features_lead_to_the_answer_by_the_head_alone(cls):
    made, x = network(cls), pixels()
    torch.testing.assert_close(made.head(made.features(pixels=x)), made(pixels=x))


@pytest.mark.parametrize("cls", [Conv, Residual])
def test_the_average_of_weights_scores_with_its_own_statistics(cls):
    made = network(cls).train()
    average = Average(made, 0.9)
    optimizer = torch.optim.SGD(made.parameters(), lr=0.1)
    for seed in range(20):
        optimizer.zero_grad()
        functional.cross_entropy(made(pixels=pixels(8, seed=seed)), torch.arange(8) % 4).backward()
        optimizer.step()
        average.update()
    made.eval()
    own = made(pixels=pixels())
    norm = next(m for m in made.modules() if isinstance(m, nn.BatchNorm2d))
    mean, seen = norm.running_mean.clone(), norm.num_batches_tracked.item()
    with average.shown():
        shadow = made(pixels=pixels())
        assert not torch.equal(norm.running_mean, mean)
        assert norm.num_batches_tracked.item() == seen == 23
    assert shadow.isfinite().all()
    assert not torch.equal(own, shadow)
    torch.testing.assert_close(made(pixels=pixels()), own)


@pytest.mark.parametrize("cls", [Conv])
def test_where_a_shape_stands_hardly_matters_to_convolutions(cls):
    made = network(cls)
    x = torch.full((2, 32, 32, 3), 128, dtype=torch.uint8)
    shape = pixels(1, 6)[0]
    x[0, 12:18, 12:18], x[1, 16:22, 20:26] = shape, shape
    one, other = made.features(pixels=x)
    torch.testing.assert_close(one, other)


def test_linear_cells_are_averages_of_their_pixels():
    made, x = network(Linear, 32, grid=8), pixels()
    assert made.votes.in_features == 3 * 8 * 8
    cells = ((x.double() - planes.MIDDLE) / planes.SCALE).view(3, 8, 4, 8, 4, 3).mean(dim=(2, 4))
    flat = cells.permute(0, 3, 1, 2).flatten(1)
    expected = flat @ made.votes.weight.double().T + made.votes.bias
    torch.testing.assert_close(made(pixels=x).double(), expected, rtol=1e-4, atol=1e-5)


def test_a_patch_is_read_as_one_token():
    made = network(Vit)
    x = pixels(1)
    tokens = made.embed(planes.to_planes(x)).flatten(2).transpose(1, 2)
    patch = planes.to_planes(x)[:, :, 4:8, 8:12].flatten()  # row 1, column 2
    expected = made.embed.weight.flatten(1) @ patch + made.embed.bias
    torch.testing.assert_close(tokens[0, 8 + 2], expected, rtol=1e-4, atol=1e-5)


def test_planes_keep_the_order_of_the_pixels_in_memory():
    got = planes.to_planes(pixels())
    assert got.is_contiguous(memory_format=torch.channels_last)
    assert got.min() >= -2
    assert got.max() <= 2


def test_codec_and_networks_agree_on_the_smallest_picture():
    assert planes.LEAST == LEAST


@each
@pytest.mark.parametrize(("field", "value"), [("size", 7), ("size", 2000), ("outputs", 0)])
def test_a_size_out_of_range_is_refused(cls, field, value):
    with pytest.raises(ConfigError, match=f"{field}={value} is not in"):
        cls.Config(**{"size": 32, "outputs": 2} | {field: value})


def test_a_width_that_heads_do_not_divide_is_refused():
    with pytest.raises(ConfigError, match=r"width=48 is not a multiple of 32\. Use 64\."):
        Vit.Config(32, 2, width=48)


def test_rungs_grow_heavier_and_their_dials_turn():
    counts = []
    for step, cls in zip(RUNGS, NETWORKS, strict=True):
        assert step.network.endswith(f":{cls.__name__}")
        name = step.dial.removeprefix("network.")
        sizes = [
            sum(p.numel() for p in cls(cls.Config(64, 3, **{name: size})).parameters())
            for size in step.sizes
        ]
        assert sizes == sorted(set(sizes))
        assert getattr(cls.Config, name) in step.sizes
        counts.append(sizes)
    assert len(counts) == 5
