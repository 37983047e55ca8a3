"""Networks of videos: equal when exported, and only some of them know the order of pictures."""

import numpy as np
import onnxruntime
import pytest
import torch
from torch import nn
from torch.nn import functional

from umbrella.base.errors import ConfigError
from umbrella.data.codecs import video as codec
from umbrella.models.onnx import to_onnx
from umbrella.models.rungs.video import RUNGS
from umbrella.models.video import planes
from umbrella.models.video.conv21d import Conv21d, SpaceTime
from umbrella.models.video.frames import Frames
from umbrella.models.video.recurrent import Recurrent

NETWORKS = (Frames, Recurrent, Conv21d)
each = pytest.mark.parametrize("cls", NETWORKS)


def clips(rows: int = 3, frames: int = 6, size: int = 16, seed: int = 0) -> torch.Tensor:
    make = torch.Generator().manual_seed(seed)
    shape = (rows, frames, size, size, 3)
    return torch.randint(0, 256, shape, generator=make, dtype=torch.uint8)


def network(cls, size: int = 16, frames: int = 6, outputs: int = 4, **own) -> nn.Module:
    """Ready to score, its norms having seen some rows."""
    torch.manual_seed(0)
    made = cls(cls.Config(size, frames, outputs, **own)).train()
    for seed in range(3):
        made(frames=clips(8, frames, size, seed))
    return made.eval()


@each
@pytest.mark.parametrize(("size", "frames"), [(8, 1), (9, 2), (16, 5), (33, 16), (64, 3)])
def test_every_size_is_read_and_exported_equal(cls, size, frames):
    made = network(cls, size, frames)
    graph = to_onnx(made, {"frames": clips(2, frames, size)})
    session = onnxruntime.InferenceSession(graph)
    for rows in (1, 5):
        x = clips(rows, frames, size, seed=rows)
        with torch.no_grad():
            expected = made(frames=x).numpy()
        assert expected.shape == (rows, 4)
        got = session.run(["outputs"], {"frames": x.numpy()})[0]
        np.testing.assert_allclose(got, expected, rtol=1e-4, atol=1e-5)


@each
@torch.no_grad()
def test_an_answer_does_not_depend_on_the_other_rows(cls):
    made, x = network(cls), clips(6)
    together = made(frames=x)
    alone = torch.cat([made(frames=row.unsqueeze(0)) for row in x])
    torch.testing.assert_close(together, alone, rtol=1e-4, atol=1e-5)
    assert (together.std(dim=0) > 0).all()


@torch.no_grad()
def test_the_order_of_pictures_matters_to_all_but_the_mean_of_them():
    x = clips()
    turned = x.flip(1)
    mixed = x[:, torch.tensor([3, 0, 5, 1, 4, 2])]
    for cls in NETWORKS:
        made = network(cls)
        for other in (turned, mixed):
            change = (made(frames=x) - made(frames=other)).abs().max() / made(frames=x).std()
            if cls is Frames:
                assert change < 1e-4
            else:
                assert change > 1e-2


@each
def test_pixels_as_numbers_with_a_point_score_alike(cls):
    made, x = network(cls), clips()
    torch.testing.assert_close(made(frames=x), made(frames=x.float()))


@each
def test_gradient_reaches_every_weight(cls):
    made = network(cls).train()
    functional.cross_entropy(made(frames=clips(8)), torch.arange(8) % 4).backward()
    silent = [n for n, p in made.named_parameters() if p.grad is None or not p.grad.any()]
    assert silent == []


def test_the_change_of_each_picture_stands_beside_it():
    numbers = planes.to_numbers(clips())
    both = planes.with_motion(numbers)
    assert torch.equal(both[..., :3], numbers)
    assert not both[:, 0, ..., 3:].any()
    torch.testing.assert_close(both[:, 2, ..., 3:], numbers[:, 2] - numbers[:, 1])


@torch.no_grad()
def test_space_and_time_are_those_of_convolutions_over_three_dimensions():
    torch.manual_seed(0)
    made = SpaceTime(5, 7, frames=6, step=2).eval()
    made.norm.running_mean.normal_()
    made.last.running_var.uniform_(0.5, 2)
    x_BCTHH = torch.randn(2, 5, 6, 9, 9)
    seen = functional.conv3d(x_BCTHH, made.space.weight.unsqueeze(2), padding=(0, 1, 1))
    norms = [
        functional.batch_norm(
            x, n.running_mean, n.running_var, n.weight, n.bias, training=False, eps=n.eps
        )
        for x, n in ((seen, made.norm),)
    ]
    later = functional.conv3d(
        norms[0].relu(), made.time.weight.unsqueeze(4), stride=(2, 1, 1), padding=(1, 0, 0)
    )
    last = made.last
    expected = functional.batch_norm(
        later, last.running_mean, last.running_var, last.weight, last.bias, eps=last.eps
    )
    got = made(x_BCTHH.transpose(1, 2).flatten(0, 1)).unflatten(0, (2, 3)).transpose(1, 2)
    torch.testing.assert_close(got, expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(("channels", "out"), [(8, 16), (16, 16), (64, 128)])
def test_two_convolutions_weigh_what_one_over_space_and_time_would(channels, out):
    made = SpaceTime(channels, out, frames=4)
    weights = made.space.weight.numel() + made.time.weight.numel()
    assert 0.95 < weights / (27 * channels * out) <= 1


def test_codec_and_networks_agree_on_what_is_allowed():
    assert (planes.LEAST, planes.MOST) == (codec.LEAST, codec.MOST)
    assert planes.MANIEST == codec.MANIEST


@each
@pytest.mark.parametrize(
    ("field", "value"), [("size", 7), ("size", 2000), ("frames", 0), ("outputs", 0)]
)
def test_a_size_out_of_range_is_refused(cls, field, value):
    with pytest.raises(ConfigError, match=f"{field}={value} is not in"):
        cls.Config(**{"size": 32, "frames": 8, "outputs": 2} | {field: value})


def test_the_dials_of_the_rungs_turn():
    for step, cls in zip(RUNGS, NETWORKS, strict=True):
        assert step.network.endswith(f":{cls.__name__}")
        sizes = [
            sum(p.numel() for p in cls(cls.Config(32, 8, 3, width=width)).parameters())
            for width in step.sizes
        ]
        assert sizes == sorted(set(sizes))
        assert cls.Config.width in step.sizes or step.config["width"] in step.sizes
