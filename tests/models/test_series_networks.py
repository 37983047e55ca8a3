"""Networks of series: simple ones by hand, smoothing by statsmodels, and what each may see."""

import numpy as np
import onnxruntime
import pytest
import realdata
import torch
from batches import MAKERS, SIZES

from umbrella.base.errors import ConfigError
from umbrella.data.codecs import make
from umbrella.models.ladders import LADDERS, build, rung
from umbrella.models.onnx import to_onnx
from umbrella.models.series.inputs import patches
from umbrella.models.series.linear import DLinear, DLinearConfig
from umbrella.models.series.recurrent import SeriesRecurrent, SeriesRecurrentConfig
from umbrella.models.series.simple import Drift, LastValue, SeasonalNaive, SimpleConfig
from umbrella.models.series.smoothing import Smoothing, SmoothingConfig

RUNGS = LADDERS["series"]
each_rung = pytest.mark.parametrize("step", RUNGS, ids=[step.name for step in RUNGS])
knowing = [step for step in RUNGS if step.solver in ("gradient", "ridge")]
SEEN = {"window": 12, "channels": 2, "ahead": 3, "season": 4}


def made(step, sizes=SEEN, outputs=5, **own):
    torch.manual_seed(0)
    network = build(step, sizes, outputs=outputs, **own).eval()
    with torch.no_grad():
        for weight in network.parameters():
            weight.add_(0.1 * torch.randn_like(weight))
    return network


def batch(rows=3, outputs=5):
    draw = torch.Generator().manual_seed(1)
    past = torch.randn((rows, 12, 2), generator=draw)
    past[:, :, 0] -= past[:, -1:, 0].clone()
    return past, torch.randn((rows, outputs, 3), generator=draw)


def windows(values):
    """Windows [B, L, 1], relative to their last value."""
    past = torch.tensor(values, dtype=torch.float64)
    return (past - past[:, -1:]).unsqueeze(2)


def test_the_ladder_of_series_rises_from_the_last_value_to_the_transformer():
    names = [step.name for step in RUNGS]
    assert names[:4] == ["last-value", "drift", "seasonal-naive", "smoothing"]
    assert (names[4], names[-1]) == ("ridge", "patch")


@each_rung
def test_the_codec_gives_what_the_network_takes(step):
    codec = make(step.codec, **step.view, horizon=5, season=7, cycles=("day", "week"))
    past, ahead = torch.randn(2, codec.sizes["window"], 5), torch.randn(2, 5, 4)
    network = build(step, codec.sizes, outputs=5).eval()
    assert network(past=past, ahead=ahead).shape == (2, 5)


def test_the_last_value_is_said_to_stay():
    past = windows([[3.0, 5.0, 4.0], [1.0, 1.0, 9.0]])
    assert LastValue(SimpleConfig(window=3, outputs=2))(past).tolist() == [[0, 0], [0, 0]]


def test_drift_goes_on_by_the_mean_step():
    past = windows([[3.0, 4.0, 9.0], [7.0, 0.0, 5.0]])
    got = Drift(SimpleConfig(window=3, outputs=3)).double()(past)
    assert got.tolist() == [[3, 6, 9], [-1, -2, -3]]
    assert Drift(SimpleConfig(window=1, outputs=2))(torch.zeros(1, 1, 1)).tolist() == [[0, 0]]


def test_seasonal_naive_says_the_last_season_again():
    past = windows([[9.0, 9.0, 1.0, 2.0, 3.0]])
    got = SeasonalNaive(SimpleConfig(window=5, outputs=7, season=3))(past)
    assert got.tolist() == [[-2, -1, 0, -2, -1, 0, -2]]


def test_a_season_longer_than_the_window_begins_at_its_oldest_step():
    past = windows([[1.0, 2.0, 3.0]])
    got = SeasonalNaive(SimpleConfig(window=3, outputs=6, season=5))(past)
    assert got.tolist() == [[-2, -2, -2, -1, 0, -2]]
    assert SeasonalNaive(SimpleConfig(window=3, outputs=2))(past).tolist() == [[0, 0]]


@pytest.mark.parametrize("name", ["last-value", "drift", "seasonal-naive"])
def test_what_knows_nothing_ships_in_three_kilobytes(name):
    network = build(rung("series", name), {**SIZES["window"], "window": 96}, outputs=48).eval()
    assert len(to_onnx(network, {"past": torch.randn(2, 96, 3)})) < 3072


def test_smoothing_ships_small_however_long_the_window():
    sizes = {"window": 512, "channels": 1, "ahead": 0, "season": 24}
    network = build(rung("series", "smoothing"), sizes, outputs=192).eval()
    assert len(to_onnx(network, {"past": torch.randn(2, 512, 1)})) < 32_768


def ets(values, network, ahead):
    """statsmodels' forecast with the same weights and the same start."""
    models = pytest.importorskip("statsmodels.tsa.exponential_smoothing.ets")
    level, trend, damping, rhythm = (float(share.detach()) for share in network.shares())
    state = network.start(torch.tensor(values)[None]).detach()[0].tolist()
    period = network.config.period
    seasonal = {"seasonal": "add", "seasonal_periods": period, "initial_seasonal": state[2:]}
    model = models.ETSModel(
        values,
        error="add",
        trend="add",
        damped_trend=True,
        initialization_method="known",
        initial_level=state[0],
        initial_trend=state[1],
        **(seasonal if period > 1 else {}),
    )
    weights = [level, trend, *([rhythm] if period > 1 else []), damping]
    return model.smooth(np.array(weights)).forecast(ahead)


@pytest.mark.parametrize(("window", "season"), [(37, 1), (37, 12), (24, 12), (23, 12), (5, 1)])
def test_smoothing_answers_as_statsmodels_does(window, season):
    values = np.random.default_rng(0).normal(size=window).cumsum()
    values += 3 * np.sin(np.arange(window) * 2 * np.pi / 12)
    network = Smoothing(SmoothingConfig(window=window, outputs=30, season=season)).double()
    with torch.no_grad():
        for weight in network.parameters():
            weight.add_(0.7)
        got = network(torch.tensor(values)[None, :, None])[0].numpy()
    assert network.config.period == (season if window >= 2 * season else 1)
    np.testing.assert_allclose(got, ets(values, network, 30), rtol=0, atol=1e-9)


def test_smoothing_answers_as_statsmodels_does_on_airline_passengers():
    file = realdata.path("classic_series") / "airline-passengers.csv"
    values = np.loadtxt(file, delimiter=",", skiprows=1, usecols=1)[:120]
    network = Smoothing(SmoothingConfig(window=120, outputs=24, season=12)).double()
    with torch.no_grad():
        got = network(torch.tensor(values - values[-1])[None, :, None])[0].numpy() + values[-1]
    expected = ets(values, network, 24)
    np.testing.assert_allclose(got, expected, rtol=1e-9)
    assert np.ptp(expected) > 50  # there is a season to go on with


def test_smoothing_that_follows_every_step_is_the_last_value():
    network = Smoothing(SmoothingConfig(window=9, outputs=3))
    with torch.no_grad():
        network.level.fill_(20.0)
        network.trend.fill_(-20.0)
        network.damping.fill_(-20.0)
        got = network(torch.randn(2, 9, 1).cumsum(1).sub(5).mul(torch.arange(8, -1, -1)[:, None]))
    torch.testing.assert_close(got, torch.zeros(2, 3), atol=1e-5, rtol=0)


def test_the_two_maps_of_dlinear_add_up_to_one():
    torch.manual_seed(0)
    network = DLinear(DLinearConfig(window=40, outputs=3)).eval()
    basis = torch.eye(40).unsqueeze(2)
    with torch.no_grad():
        one = network(basis) - network.trend.bias
        past = torch.randn(4, 40, 1)
        expected = past[:, :, 0] @ one + network.trend.bias
        torch.testing.assert_close(network(past), expected)


def test_patches_end_at_the_origin_and_lie_in_their_order():
    past = torch.arange(22.0).reshape(1, 11, 2)
    whole = patches(past, 11, 4, 4)
    assert whole.shape == (1, 2, 8)
    assert whole[0, -1].tolist() == past[0, 7:].flatten().tolist()
    halves = patches(past, 11, 4, 2)
    assert halves.shape == (1, 4, 8)
    for number in range(4):
        expected = past[0, 1 + 2 * number : 5 + 2 * number].flatten()
        assert halves[0, number].tolist() == expected.tolist()


@each_rung
def test_nothing_needs_to_be_known_ahead(step):
    past, ahead = batch()
    network = made(step)
    alone = network(past)
    assert alone.shape == (3, 5)
    assert torch.equal(network(past, None), alone)
    assert torch.equal(network(past, ahead), alone) == (step not in knowing)


@pytest.mark.parametrize("step", knowing, ids=[step.name for step in knowing])
def test_gradient_reaches_every_weight_when_something_is_known_ahead(step):
    past, ahead = batch()
    network = made(step)
    network(past, ahead).square().sum().backward()
    silent = [n for n, p in network.named_parameters() if p.grad is None or not p.grad.any()]
    assert silent == []


@each_rung
def test_the_exported_graph_answers_the_same_with_what_is_known_ahead(step):
    network = made(step)
    past, ahead = batch()
    graph = onnxruntime.InferenceSession(to_onnx(network, {"past": past, "ahead": ahead}))
    for rows in (1, 2, 7):
        past, ahead = batch(rows)
        feeds = {"past": past.numpy(), "ahead": ahead.numpy()}
        with torch.no_grad():
            expected = network(past, ahead).numpy()
        np.testing.assert_allclose(graph.run(["outputs"], feeds)[0], expected, rtol=1e-5, atol=1e-5)


@each_rung
def test_the_step_of_the_origin_is_seen_by_all_that_look(step):
    network = made(step)
    past, _ = batch()
    moved = past.clone()
    moved[:, -1] += 1.0
    assert not torch.equal(network(moved), network(past))


@pytest.mark.parametrize("window", [1, 2, 3, 7, 100])
@each_rung
def test_windows_of_any_length_are_read(step, window):
    sizes = {"window": window, "channels": 1, "ahead": 0, "season": 5}
    out = made(step, sizes, outputs=4)(torch.randn(2, window, 1))
    assert out.shape == (2, 4)
    assert out.isfinite().all()


own_measure = [step for step in knowing if step.name in ("mlp", "rnn", "lstm", "tcn", "patch")]


@pytest.mark.parametrize("step", own_measure, ids=[step.name for step in own_measure])
def test_read_in_its_own_mean_and_spread_a_window_may_be_moved_and_stretched(step):
    past, _ = batch()
    moved = past.clone()
    moved[:, :, 0] = 30 * past[:, :, 0] + 7
    network = made(step, instance=True)
    torch.testing.assert_close(network(moved), 30 * network(past) + 7, rtol=1e-2, atol=1e-2)
    plain = made(step, swing=0.0)
    assert not torch.allclose(plain(moved), 30 * plain(past) + 7, rtol=1e-1, atol=1e-1)


@pytest.mark.parametrize("step", own_measure, ids=[step.name for step in own_measure])
def test_a_window_that_swings_far_is_read_in_its_own_spread_and_a_calm_one_as_it_is(step):
    calm, _ = batch()
    wild, wilder = calm.clone(), calm.clone()
    wild[:, :, 0], wilder[:, :, 0] = 100 * calm[:, :, 0], 10_000 * calm[:, :, 0]
    network, plain = made(step), made(step, swing=0.0)
    assert torch.equal(network(calm), plain(calm))
    torch.testing.assert_close(network(wilder), 100 * network(wild), rtol=1e-2, atol=1e-2)
    assert not torch.allclose(plain(wilder), 100 * plain(wild), rtol=1e-1, atol=1e-1)
    graph = onnxruntime.InferenceSession(to_onnx(network, {"past": wild}))
    [found] = graph.run(None, {"past": wilder.numpy()})
    np.testing.assert_allclose(found, network(wilder).detach().numpy(), rtol=1e-4)


def test_a_flat_window_read_in_its_own_spread_has_an_answer():
    network = made(rung("series", "lstm"), {"window": 12}, instance=True).train()
    out = network(torch.zeros(2, 12, 1))
    out.sum().backward()
    assert out.isfinite().all()
    assert all(p.grad.isfinite().all() for p in network.parameters())


@pytest.mark.parametrize("cell", ["rnn", "gru", "lstm"])
@pytest.mark.parametrize("attention", [False, True])
def test_each_cell_reads_in_both_ways(cell, attention):
    config = SeriesRecurrentConfig(
        window=12, channels=2, outputs=5, cell=cell, attention=attention, patch=3
    )
    network = SeriesRecurrent(config).eval()
    past, _ = batch()
    torch.testing.assert_close(network.head(network.features(past)), network(past))
    graph = onnxruntime.InferenceSession(to_onnx(network, {"past": past}))
    got = graph.run(["outputs"], {"past": past[:1].numpy()})[0]
    np.testing.assert_allclose(got, network(past[:1]).detach().numpy(), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("cell", ["rnn", "gru", "lstm"])
def test_a_deeper_reader_reads_the_states_of_the_first_and_starts_as_gently(cell):
    network = made(rung("series", "lstm"), cell=cell, depth=2, width=8)
    fresh = SeriesRecurrent(network.config)
    past, ahead = batch()
    with torch.no_grad():
        before = network(past, ahead)
        network.reader.get_parameter("weight_hh_l1").zero_()
        assert (network(past, ahead) - before).abs().max() > 1e-4
    gate = fresh.reader.get_parameter("weight_hh_l1")[:8]
    torch.testing.assert_close(gate @ gate.T, torch.eye(8))
    assert sum(name.startswith("weight_hh") for name, _ in fresh.reader.named_parameters()) == 2
    graph = onnxruntime.InferenceSession(to_onnx(network, {"past": past, "ahead": ahead}))
    [found] = graph.run(None, {"past": past.numpy(), "ahead": ahead.numpy()})
    np.testing.assert_allclose(found, network(past, ahead).detach().numpy(), atol=1e-5)


def test_a_convolution_never_looks_ahead_of_a_place():
    network = made(rung("series", "tcn"), {"window": 40, "channels": 1}, patch=2)
    x = torch.randn(1, network.config.width, 20)
    changed = x.clone()
    changed[:, :, 12:] += 1.0
    before, after = network.blocks(x), network.blocks(changed)
    assert torch.equal(before[:, :, :12], after[:, :, :12])
    first = x.clone()
    first[:, :, 0] += 1.0
    assert not torch.equal(network.blocks(first)[:, :, -1], before[:, :, -1])


@pytest.mark.parametrize(
    ("name", "own"),
    [
        ("lstm", {"cell": "os:system"}),
        ("lstm", {"patch": 0}),
        ("lstm", {"attention": 1}),
        ("mlp", {"instance": "yes"}),
        ("mlp", {"swing": True}),
        ("tcn", {"swing": -1.0}),
        ("patch", {"width": 50}),
        ("patch", {"depth": 0}),
        ("ridge", {"others": 0}),
    ],
    ids=str,
)
def test_a_setting_out_of_range_is_refused(name, own):
    with pytest.raises(ConfigError):
        build(rung("series", name), SIZES["window"], outputs=3, **own)
    with pytest.raises(ConfigError, match=r"window=0 is not in 1\.\."):
        build(rung("series", name), {"window": 0}, outputs=3)


def test_the_windows_of_the_contract_end_at_the_origin():
    assert (MAKERS["window"]([1, 1])["past"][:, -1, 0] == 0).all()
