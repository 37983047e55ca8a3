"""What bench/forecasts.py measures by: M4's own definitions, on series whose answers are known."""

import sys
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

BENCH = Path(__file__).parents[2] / "bench"
TOLD = {"umbrella": {"mase": 0.7}, "umbrella-lstm": {"mase": 0.9}}


@pytest.fixture
def bench(monkeypatch):
    """The scripts, importable by their plain names for the length of one test."""
    before = set(sys.modules)
    monkeypatch.syspath_prepend(str(BENCH))
    yield import_module
    for name in set(sys.modules) - before:
        del sys.modules[name]


def waves(steps=96, season=4):
    """A season that multiplies, and no trend."""
    return 100 * np.tile([0.5, 1.5, 1.2, 0.8], steps // season + 1)[:steps]


def job(bench, tmp_path, *series, horizon=4, season=4):
    sizes = [len(one) for one in series]
    offsets = np.concatenate([[0], np.cumsum(sizes)])
    origins = np.array(sizes)[:, None] - horizon
    made = bench("forecast_programs").Job
    return made(tmp_path, np.concatenate(series), offsets, origins, horizon, season, {"window": 8})


def test_a_season_is_found_and_noise_has_none(bench):
    tests = bench("forecasts")
    noise = 10 + np.random.default_rng(1).normal(size=96)
    assert tests.is_seasonal(waves(), 4)
    assert not tests.is_seasonal(noise, 4)
    assert not tests.is_seasonal(waves(11), 4)  # fewer than three seasons
    assert not tests.is_seasonal(waves(), 1)


def test_indices_of_a_season_are_its_shares_of_the_mean(bench):
    found = bench("forecasts").indices(waves(), 4)
    np.testing.assert_allclose(found, [0.5, 1.5, 1.2, 0.8])
    assert bench("forecasts").indices(np.tile([1.0, 2.0, 3.0], 9), 3).mean() == pytest.approx(1)


def test_naive2_puts_the_season_back(bench, tmp_path):
    given = job(bench, tmp_path, waves())
    np.testing.assert_allclose(bench("forecasts").naive2(given)[0, 0], waves()[-4:])


def test_naive2_has_an_owa_of_one_and_a_better_forecast_less(bench, tmp_path):
    rng = np.random.default_rng(2)
    series = [waves() * np.exp(0.05 * rng.normal(size=96)) for _ in range(3)]
    given, measure = job(bench, tmp_path, *series), bench("forecasts")
    truth = np.array([one[-4:] for one in series])[:, None]
    naive = measure.naive2(given)
    assert measure.scores(given, naive, truth)["owa"] == 1
    assert measure.scores(given, (naive + truth) / 2, truth)["owa"] == pytest.approx(0.5, abs=0.01)
    assert measure.scores(given, truth, truth)["mase"] == 0


def test_an_error_is_scaled_by_what_the_last_season_was_off(bench, tmp_path):
    steps = np.arange(20.0)
    given = job(bench, tmp_path, steps, season=2, horizon=3)
    truth = steps[-3:][None, None]
    mase, smape = bench("forecasts").errors(given, truth + 1, truth)
    assert mase[0] == pytest.approx(1 / 2)  # a season is two steps of one each
    assert smape[0] == pytest.approx(np.mean(200 / (2 * steps[-3:] + 1)))


def test_a_job_is_read_as_it_was_written_and_hides_what_comes_later(bench, tmp_path):
    given, programs = job(bench, tmp_path, waves(), waves(48)), bench("forecast_programs")
    programs.write(given)
    again = programs.read(tmp_path)
    assert (again.horizon, again.season, again.learn) == (4, 4, {"window": 8})
    np.testing.assert_array_equal(again.series(1), waves(48)[:44])
    found, windows = programs.seasonal_naive(again)
    np.testing.assert_allclose(found[1, 0], waves(48)[-4:])
    assert windows == 0


def test_a_worse_forecast_and_a_slow_network_break_promises(bench):
    broken = bench("forecasts").promises
    rows = {**TOLD, "AutoETS": {"mase": 0.71}}
    assert broken(rows) == []
    assert broken({**rows, "AutoETS": {"mase": 0.6}}) == ["MASE 0.700, AutoETS 0.600"]
    rows["umbrella-lstm"] = {"mase": 0.9, "cpu_seconds": 10, "windows": 1000}
    rows["LSTM"] = {"mase": 0.9, "cpu_seconds": 60, "windows": 2000}
    assert broken(rows) == []
    rows["LSTM"]["windows"] = 3000
    assert broken(rows) == ["LSTM 10000 µs a window, neuralforecast's 20000"]


def test_memory_that_grows_with_the_window_breaks_a_promise(bench):
    memory = bench("panel_memory")
    kept = {"ridge": {"peak_mb": 1050.0}, "ridge-short": {"peak_mb": 1000.0}}
    assert memory.promises(kept) == []
    kept["ridge"]["peak_mb"] = 1200.0
    assert memory.promises(kept) == ["ridge with 96 steps 1200 MB, with 10 1000 MB"]
    assert memory.promises({"ridge": {"peak_mb": 1.0}}) == []
    assert memory.reckoned(30 + 1024) == 100.0
