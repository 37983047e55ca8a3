"""Every rung of series becomes smaller, ships, and forecasts alike with and without PyTorch."""

import csv

import numpy as np
import pytest

import umbrella
from umbrella.api import forecast_source
from umbrella.base.errors import BudgetError
from umbrella.fit import cost
from umbrella.models.ladders import rung
from umbrella.models.rungs.series import RUNGS
from umbrella.shrink import shrink
from umbrella.shrink.plan import Idea, ideas

SMALLEST = ("last-value", "seasonal-naive")  # nothing lighter says as much
FAST = ("ridge", "dlinear", "lstm")
SLOW = [one.name for one in RUNGS if one.name not in (*SMALLEST, *FAST)]


@pytest.fixture(scope="module")
def sold(tmp_path_factory):
    path = tmp_path_factory.mktemp("sold") / "sold.csv"
    rng, start = np.random.default_rng(0), np.datetime64("2022-01-03")
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["day", "shop", "sold"])
        for shop in ("north", "south"):
            for day in range(560):
                value = 10 + 3 * np.sin(2 * np.pi * day / 7) + 0.3 * rng.normal()
                writer.writerow([start + day, shop, f"{value:.3f}"])
    return str(path)


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Files are timed on a few rows, and lighter rungs that train are left out."""
    latency = cost.latency
    monkeypatch.setattr(
        cost, "latency", lambda graph, feeds: latency(graph, feeds[:3], seconds=0.02)
    )

    def few(kind, name, *more):
        light = ("gradient", "ridge", "smoothing")
        return [i for i in ideas(kind, name, *more) if i.rung.name == name or
                i.rung.solver not in light]  # fmt: skip

    monkeypatch.setattr(shrink, "ideas", few)


def fitted(sold, place, name):
    return umbrella.fit(
        sold, "sold", horizon=3, rungs=(name,), epochs=1, folds=1, threads=1, out=place / name
    )


def walk(sold, place, name):
    """Fit, shrink, ship and forecast; returns the small run."""
    small = fitted(sold, place, name).shrink(drop="60%", out=place / "small")
    told = small.facts["shrunk"]
    assert small.facts["cost"]["bytes"] < told["before"]["bytes"]
    assert told["proof"]["bound"] > -0.6
    small.ship(place / "small.onnx")
    outs = []
    for model in ("small", "small.onnx"):
        outs.append(place / f"{model}.csv")
        forecast_source(place / model, sold, outs[-1], steps=3)
    with outs[0].open() as run, outs[1].open() as file:
        for one, other in zip(csv.DictReader(run), csv.DictReader(file), strict=True):
            assert one["day"] == other["day"]
            assert float(one["forecast"]) == pytest.approx(float(other["forecast"]), rel=1e-5)
    return small


@pytest.mark.parametrize("name", FAST)
def test_a_small_forecaster_ships_and_forecasts_as_its_run_does(sold, tmp_path, name):
    small = walk(sold, tmp_path, name)
    tried = [one["name"] for one in small.ladder]
    assert f"{name} int8" in tried
    assert any(one.startswith(f"{name} w") for one in tried)  # smaller by its window or width


@pytest.mark.slow
@pytest.mark.parametrize("name", SLOW)
def test_every_other_rung_ships_small_too(sold, tmp_path, name):
    walk(sold, tmp_path, name)


@pytest.mark.parametrize("name", SMALLEST[:1])
def test_what_is_smallest_already_is_said_to_be(sold, tmp_path, name):
    with pytest.raises(BudgetError, match="smallest there is already"):
        fitted(sold, tmp_path, name).shrink(drop="60%", out=tmp_path / "small")


def test_a_closed_form_does_not_unlearn_what_a_worse_network_never_knew(
    sold, tmp_path, monkeypatch
):
    own, ridge = rung("series", "lstm"), rung("series", "ridge")
    monkeypatch.setattr(shrink, "ideas", lambda *_: [Idea(own, given=True), Idea(ridge)])
    small = fitted(sold, tmp_path, "lstm").shrink(drop="60%", out=tmp_path / "small")
    errors = {one["name"]: one["score"] for one in small.ladder}
    assert errors["ridge"] < 0.3 * errors["lstm"]
