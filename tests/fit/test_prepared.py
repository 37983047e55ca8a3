"""What stands beside a split of series: their moments, and a simple rule that needs no targets."""

import numpy as np

from umbrella.base.progress import Silent
from umbrella.data.codecs.windows import Ahead
from umbrella.data.read import read
from umbrella.fit.origins import prepare_series
from umbrella.fit.settings import FitSettings


def shops(days, count=3):
    rng = np.random.default_rng(0)
    start = np.datetime64("2024-01-01")
    pairs = [(day, shop) for shop in range(count) for day in range(days)]
    return {
        "day": [str(start + day) for day, _ in pairs],
        "shop": [f"shop {shop}" for _, shop in pairs],
        "sold": [f"{10 + rng.normal():.3f}" for _ in pairs],
    }


def prepared(days, horizon):
    settings = FitSettings(target="sold", time="day", series="shop", horizon=horizon)
    return prepare_series(read(shops(days)), settings, Silent())


def test_the_simple_forecast_unfolds_no_target(monkeypatch):
    made, asked = prepared(60, 2), []
    monkeypatch.setattr(Ahead, "__getitem__", lambda _, rows: asked.append(len(rows)))
    assert made.baseline(made.task).tolist() == [0, 0]
    assert asked == [0]


def test_rows_of_one_moment_are_one_unit_however_few_moments_there_are():
    made = prepared(24, 2)
    units = made.dependent("test")
    assert units is not None
    assert len(np.unique(units)) < 3  # of three series each, which are no more witnesses for that
    assert len(units) == 3 * len(np.unique(units))
