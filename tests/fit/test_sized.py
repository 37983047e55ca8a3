"""Networks that say how large their errors may be, from fit to shipped file."""

import csv

import numpy as np
import pytest
import torch

import umbrella
from umbrella.base.errors import ConfigError
from umbrella.check.forecast_intervals import question
from umbrella.check.gather import gather
from umbrella.fit.settings import FitSettings
from umbrella.fit.trained import load_trained, read_rows
from umbrella.lite.forecast import ended, forecast
from umbrella.models.ladders import build, rung
from umbrella.models.onnx import to_onnx
from umbrella.score.graph import run_graph
from umbrella.ship.future import histories
from umbrella.ship.ship import bundle_run
from umbrella.tasks.forecast import Forecast

STEPS, TURN, HORIZON = 1200, 40, 3
SIZED = ("dlinear", "mlp", "rnn", "lstm", "tcn", "patch")


def network(name, **more):
    sizes = {"window": 12, "channels": 2, "ahead": 2, "season": 1}
    torch.manual_seed(0)
    return build(rung("series", name), sizes, outputs=HORIZON, **more)


def window(rows=6):
    draw = torch.Generator().manual_seed(1)
    past = torch.randn(rows, 12, 2, generator=draw)
    return past, torch.randn(rows, HORIZON, 2, generator=draw)


@pytest.mark.parametrize("name", SIZED)
def test_sizes_are_nested_go_out_as_onnx_and_move_no_forecast(name):
    net, (past, ahead) = network(name, spread=True).eval(), window()
    outputs, sizes = net.spread.fans(net, past, ahead)
    assert sizes.shape == (6, 6, HORIZON)
    low, high = sizes[:, :3], sizes[:, 3:]
    for side in (low, high):
        assert (side > 0).all()
        assert (side.diff(dim=1) > 0).all()
    plain = network(name).eval()
    np.testing.assert_array_equal(plain(past, ahead).detach(), outputs.detach())
    graph = to_onnx(net, {"past": past, "ahead": ahead})
    [made] = run_graph(graph, [{"past": past.numpy(), "ahead": ahead.numpy()}])
    np.testing.assert_allclose(made[0], outputs.detach(), atol=1e-5)
    np.testing.assert_allclose(made[1], sizes.detach(), atol=1e-5)
    Forecast(HORIZON).size_loss(outputs.detach(), sizes, torch.zeros(6, HORIZON)).backward()
    for place, weight in net.named_parameters():
        moved = weight.grad is not None and bool(weight.grad.abs().sum() > 0)
        assert moved == place.startswith("spread."), place


def test_the_loss_of_sizes_is_least_at_the_quantiles():
    draw = torch.randn(20_000, 1, generator=torch.Generator().manual_seed(0))
    task, zero = Forecast(1), torch.zeros(20_000, 1)
    right = torch.tensor([0.6745, 1.2816, 1.9600]).repeat(2)[None, :, None].expand(20_000, -1, -1)
    best = task.size_loss(zero, right, draw)
    for factor in (0.9, 1.1):
        assert task.size_loss(zero, factor * right, draw) > best
    draw[7] = float("nan")
    assert torch.isfinite(task.size_loss(zero, right, draw))


def test_ends_are_stretched_until_held_out_errors_lie_within():
    rng = np.random.default_rng(0)
    spread = np.exp(rng.normal(size=(2000, 1)))
    errors = spread * rng.normal(size=(2000, 1))
    sizes = np.repeat(spread[:, None], 6, axis=1)
    made = Forecast(1).calibrated(np.zeros((1000, 1)), errors[:1000], sizes[:1000])
    assert made.high[2][0] == pytest.approx(1.96, abs=0.3)
    inside = (errors[1000:] >= made.low[2][0] * spread[1000:]) & (
        errors[1000:] <= made.high[2][0] * spread[1000:]
    )
    assert 0.93 < inside.mean() < 0.97
    few = Forecast(1).calibrated(np.zeros((20, 1)), errors[:20], sizes[:20])
    assert few.levels == (0.5, 0.8)


def write(path, steps=STEPS):
    """Calm and wild weeks in turn."""
    rng = np.random.default_rng(3)
    wild = (np.arange(steps) // TURN) % 2 == 1
    values = 50 + np.where(wild, 5.0, 0.5) * rng.normal(size=steps)
    start = np.datetime64("2019-01-01")
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = ((start + at, f"{value:.4f}") for at, value in enumerate(values))
        csv.writer(file).writerows([("day", "load"), *rows])
    return path


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sized")
    data = write(folder / "load.csv")
    told = {"horizon": HORIZON, "rungs": ("mlp",), "epochs": 8, "folds": 1, "features": ()}
    umbrella.fit(str(data), "load", out=folder / "run", quantiles=True, **told)
    return folder


def known(bundle, path):
    from umbrella.data.panel import make_panel
    from umbrella.data.read import read

    return ended(bundle, histories(make_panel(read(str(path)), **bundle.spec["roles"])))


def test_intervals_are_wide_where_it_is_wild_and_hold_as_many(made, tmp_path):
    evidence = gather(made / "run")
    assert evidence.sizes.shape == (len(evidence.outputs["test"]), 6, HORIZON)
    found = question(evidence)
    assert 0.9 < found.figure < 0.99
    bundle = bundle_run(made / "run")
    widths = {}
    for name, steps in (("calm", 25 * TURN - 1), ("wild", 26 * TURN - 1)):
        [one] = forecast(bundle, known(bundle, write(tmp_path / f"{name}.csv", steps)))
        widths[name] = (one.high - one.low)[-1]
    assert (widths["wild"] > 1.4 * widths["calm"]).all()


def test_the_shipped_file_says_the_sizes_of_the_run(made, tmp_path):
    trained = load_trained(made / "run")
    rows = read_rows(trained)
    shipped = umbrella.load(made / "run").ship(tmp_path / "load.onnx")
    bundle = umbrella.load(shipped.path)
    bundle.window.bind(rows.panel)
    cells = rows.cells("test")
    outputs, sizes = bundle.fans(cells[bundle.inputs[0]])
    np.testing.assert_allclose(sizes, trained.sizes(rows.batches("test")), rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(outputs, bundle.changes(cells[bundle.inputs[0]]))


@pytest.mark.slow
def test_a_shrunk_model_has_intervals_of_its_own(made, tmp_path):
    small = umbrella.load(made / "run").shrink(drop="95%", out=tmp_path / "small")
    found = question(gather(small.path))
    assert 0.85 < found.figure <= 1.0


def test_quantiles_are_refused_where_nothing_is_forecast():
    with pytest.raises(ConfigError, match="--quantiles needs --horizon"):
        FitSettings("a", quantiles=True)
