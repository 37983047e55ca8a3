"""Forecasts far beyond the horizon: told how far they are, alike at any length, bounded."""

from pathlib import Path

import numpy as np
import pytest

import umbrella
from umbrella.base.errors import ConfigError
from umbrella.base.limits import LIMITS
from umbrella.data.codecs.history import History
from umbrella.lite import forecast as forecasts
from umbrella.lite.forecast import forecast

DAY = 86_400_000_000


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    days = [str(np.datetime64("2022-01-03") + k) for k in range(600)]
    rng = np.random.default_rng(0)
    values = 20 + 5 * np.sin(np.arange(600) / 9) + rng.normal(size=600)
    folder: Path = tmp_path_factory.mktemp("far")
    run = umbrella.fit(
        {"day": days, "y": values.tolist()}, "y", horizon=5, rungs=("ridge",), features="rsi_14",
        out=folder / "run",
    )  # fmt: skip
    return umbrella.load(run.ship(folder / "far.onnx").path), values


def history(values: np.ndarray, name: str = "") -> History:
    return History(name, values[:, None].copy(), DAY * (18_995 + np.arange(len(values))))


def test_a_turn_reads_what_the_model_looks_back_over_and_answers_alike(bundle, monkeypatch):
    model, values = bundle
    values[-3] = np.nan
    [made] = forecast(model, [history(values)], 300)
    held = []
    moved_on = forecasts._moved_on

    def whole(one, middle, codec):
        held.append(len(one.stamps))
        scales, codec.scales = codec.scales, {}  # of a series that is not known all is kept
        made = moved_on(one, middle, codec)
        codec.scales = scales
        return made

    monkeypatch.setattr(forecasts, "_moved_on", whole)
    [all_of_it] = forecast(model, [history(values)], 300)
    assert np.array_equal(made.middle, all_of_it.middle)
    assert np.array_equal(made.high, all_of_it.high)
    assert max(held) == 600 + 295 - 5

    def watched(one, middle, codec):
        made = moved_on(one, middle, codec)
        held.append(len(made.stamps))
        return made

    held.clear()
    monkeypatch.setattr(forecasts, "_moved_on", watched)
    forecast(model, [history(values)], 300)
    assert max(held) <= model.window.reach + 5


def test_a_series_that_is_new_to_the_model_costs_no_more_and_keeps_its_scale(bundle, monkeypatch):
    model, values = bundle
    held, moved_on, scales = [], forecasts._moved_on, dict(model.window.scales)

    def watched(one, middle, codec):
        held.append((len(one.stamps), codec.anchor([one])[1][0]))
        return moved_on(one, middle, codec)

    monkeypatch.setattr(forecasts, "_moved_on", watched)
    forecast(model, [history(100 * values, "new")], 300)
    held = held[: 300 // 5 - 1]  # then how errors grow is measured, from other moments
    assert len({scale for _, scale in held}) == 1
    assert max(length for length, _ in held[1:]) <= model.window.reach + 5
    assert model.window.scales == scales


def test_how_far_it_is_is_told_turn_by_turn(bundle):
    model, values = bundle
    told = []
    forecast(model, [history(values)], 12, advance=told.append)
    assert told == [5, 5, 2]


def test_what_nobody_could_use_is_refused_with_how_far_is_possible(bundle):
    model, values = bundle
    with pytest.raises(ConfigError, match=f"is not in 1..{LIMITS.steps_ahead:,}"):
        forecast(model, [history(values)], LIMITS.steps_ahead + 1)
    many = [history(values[:2], str(k)) for k in range(101)]
    with pytest.raises(ConfigError, match=r"10,100,000 rows; .* Ask for at most 99,009 steps"):
        forecast(model, many, 100_000)
    late = History("", values[:, None], DAY * (2_900_000 + np.arange(600)))
    with pytest.raises(ConfigError, match=r"after the year 9999.* at most 32,2\d\d steps"):
        forecast(model, [late], 40_000)
