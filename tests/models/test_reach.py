"""Networks that differ in one assumption: what each one takes for granted, and nothing else."""

import numpy as np
import pytest
import torch
from torch.nn import functional

from umbrella.base.errors import ConfigError
from umbrella.models.signal.reach import REACHES, Local, Reach, ReachConfig, parameters

GRIDS = [(1, 40), (8, 8), (17, 21), (1, 9)]

each_reach = pytest.mark.parametrize("reach", REACHES)
each_grid = pytest.mark.parametrize("grid", GRIDS, ids=str)


def network(reach, grid, channels=2, seed=0):
    torch.manual_seed(seed)
    high, wide = grid
    config = ReachConfig(channels, high, wide, 3, reach, 6, 0.5, 2.0)
    return Reach(config).eval()


def rows(grid, channels=2, count=5):
    return torch.randn((count, channels, *grid), generator=torch.Generator().manual_seed(1))


@each_reach
@each_grid
def test_there_is_one_row_of_scores_per_row_from_any_dtype(reach, grid):
    values = (rows(grid) * 9).round()
    got = network(reach, grid)(values=values)
    assert got.shape == (5, 3)
    torch.testing.assert_close(got, network(reach, grid)(values=values.to(torch.int16)))


@each_reach
@each_grid
def test_gradient_reaches_every_weight_of_every_place(reach, grid):
    model = network(reach, grid)
    functional.cross_entropy(model(rows(grid, count=64)), torch.arange(64) % 3).backward()
    assert [n for n, p in model.named_parameters() if p.grad is None or not p.grad.any()] == []


@each_reach
@each_grid
def test_weights_are_counted_without_making_the_network(reach, grid):
    model = network(reach, grid)
    assert parameters(model.config) == sum(p.numel() for p in model.parameters())


@each_grid
def test_a_local_layer_with_equal_weights_everywhere_is_a_convolution(grid):
    config = ReachConfig(2, *grid, 3, "local", 4)
    before, after = config.grids()[:2]
    local = Local(2, 4, config.field, before, after)
    with torch.no_grad():
        local.weight[:] = local.weight[:1]
        local.bias[:] = local.bias[:1]
    values = rows(grid)
    kernel = local.weight[0].T.reshape(4, 2, *config.field)
    padded = functional.pad(values, local.border, mode="replicate")
    expected = functional.conv2d(padded, kernel, local.bias[0, 0], stride=local.stride)
    torch.testing.assert_close(local(values), expected, rtol=1e-4, atol=1e-5)


@each_grid
def test_a_local_layer_looks_at_near_places_only(grid):
    config = ReachConfig(1, *grid, 3, "local", 4)
    before, after = config.grids()[:2]
    local = Local(1, 4, config.field, before, after)
    values = rows(grid, 1, 1).requires_grad_()
    local(values)[0, 0, 0, 0].backward()
    seen = values.grad[0, 0].nonzero()
    assert seen.max() <= max(config.field) // 2
    assert len(seen) > 1


def test_a_shuffle_of_places_can_be_absorbed_by_the_perceptron_alone():
    order = torch.randperm(40, generator=torch.Generator().manual_seed(3))
    values, model = rows((1, 40), 1), network("everywhere", (1, 40), 1)
    absorbed = network("everywhere", (1, 40), 1)
    with torch.no_grad():
        absorbed.layers[0].weight[:] = model.layers[0].weight[:, order]
    torch.testing.assert_close(absorbed(values[..., order]), model(values))


@pytest.mark.parametrize("reach", ["shared", "pooled"])
def test_pooling_makes_a_convolution_blind_to_where_things_are(reach):
    # A bump in the middle of nothing, and the same bump two places on: whole strides of the stem.
    grid = (1, 60)
    here, there = torch.zeros(1, 1, *grid), torch.zeros(1, 1, *grid)
    bump = torch.tensor([1.0, -2.0, 3.0, 1.0])
    here[..., 26:30], there[..., 28:32] = bump, bump
    with torch.no_grad():
        model = network(reach, grid, 1)
        moved = float((model.features(here) - model.features(there)).abs().max())
    assert (moved < 1e-6) == (reach == "pooled")


def test_pooled_and_shared_fields_reach_as_far():
    reached = {}
    for reach in ("shared", "pooled"):
        model = network(reach, (1, 80), 1)
        state = values = rows((1, 80), 1, 1).requires_grad_()
        for layer in model.layers:
            state = layer(state)
        middle = state.shape[3] // 2
        state[0, :, 0, middle].sum().backward()
        seen = values.grad[0, 0, 0].nonzero()
        reached[reach] = int(seen.max() - seen.min())
    assert reached["shared"] == reached["pooled"] == 28


@each_reach
def test_every_reach_learns_a_small_batch_by_heart(reach):
    model, values = network(reach, (1, 40)).train(), rows((1, 40), count=9)
    labels = torch.arange(9) % 3
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
    for _ in range(150):
        optimizer.zero_grad()
        functional.cross_entropy(model(values), labels).backward()
        optimizer.step()
    assert (model(values).argmax(1) == labels).all()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"wide": 7}, "too few"),
        ({"high": 4, "wide": 40}, "too few"),
        ({"reach": "far"}, "Choose one of"),
        ({"spread": 0.0}, "spread"),
        ({"width": 0}, "width"),
        ({"channels": 10**9}, "channels"),
    ],
)
def test_sizes_out_of_range_are_refused(settings, message):
    good = {"channels": 1, "high": 1, "wide": 40, "outputs": 3}
    with pytest.raises(ConfigError, match=message):
        ReachConfig(**{**good, **settings})


def test_middle_and_spread_bring_values_to_a_common_scale():
    values = rows((1, 40), 1)
    plain = Reach(ReachConfig(1, 1, 40, 3))
    scaled = Reach(ReachConfig(1, 1, 40, 3, middle=100.0, spread=7.0))
    scaled.load_state_dict(plain.state_dict())
    np.testing.assert_allclose(
        scaled(values * 7 + 100).detach(), plain(values).detach(), rtol=1e-4, atol=1e-5
    )
