"""What is said of a forecast beside the naive one: better, worse, the same, or not to be told."""

from dataclasses import replace

import numpy as np
import pytest

from umbrella.base.progress import Silent
from umbrella.data.read import read
from umbrella.fit.against_naive import LAST, SEASON, AgainstNaive, against_naive, naive_forecasts
from umbrella.fit.origins import prepare_series
from umbrella.fit.settings import FitSettings
from umbrella.score.diebold import diebold_mariano


def beside(model: np.ndarray, naive: np.ndarray) -> AgainstNaive:
    found = diebold_mariano(model, naive, 1)
    means = float(model.mean()), float(naive.mean())
    return AgainstNaive("last-value", *means, found, 0.1, len(model))


@pytest.mark.parametrize(("gain", "key"), [(0.3, "beats"), (-0.3, "worse"), (0.0, "not_beats")])
def test_the_verdict_says_who_is_better_beyond_doubt(gain, key):
    rng = np.random.default_rng(1)
    naive = 1 + rng.normal(0, 0.1, 200)
    told = beside(naive - gain + rng.normal(0, 0.1, 200), naive)
    assert told.verdict().key == f"forecast.{key}"
    assert told.beats == (key == "beats")


@pytest.mark.parametrize("moments", [4, 200])
def test_the_naive_forecast_itself_is_called_so_however_few_the_moments(moments):
    errors = 1 + np.random.default_rng(2).normal(0, 0.1, moments)
    assert beside(errors, errors).says().key == "forecast.same"


def test_too_few_moments_are_said_to_be_too_few():
    errors = 1 + np.random.default_rng(3).normal(0, 0.1, 6)
    assert beside(errors - 0.5, errors).says().key == "forecast.few"


def test_where_nothing_was_compared_there_is_no_p():
    errors = 1 + np.random.default_rng(3).normal(0, 0.1, 6)
    for one in (beside(errors - 0.5, errors), beside(errors, errors)):
        assert not one.told
        assert one.facts()["p"] is None
        assert one.facts()["told"] is False
    many = 1 + np.random.default_rng(4).normal(0, 0.1, 50)
    assert beside(many - 0.5, many).told
    assert beside(many - 0.5, many).facts()["p"] < 0.05


@pytest.fixture(scope="module")
def turned():
    """Weeks that are all alike, until in the test stretch every day goes on from the last."""
    rng, days = np.random.default_rng(5), np.arange(1_000)
    sold = 50 + 9 * np.sin(days * 2 * np.pi / 7) + rng.normal(0, 0.3, len(days))
    sold[850:] = sold[849] + rng.normal(0, 1, 150).cumsum()
    dates = (np.datetime64("2020-01-01") + days).astype(str).tolist()
    table = {"day": dates, "sold": [f"{value:.3f}" for value in sold]}
    asked = FitSettings("sold", horizon=2, time="day", features="none", folds=1)
    return prepare_series(read(table), asked, Silent())


def test_a_forecast_must_beat_both_naive_forecasts_on_the_test_origins(turned):
    made = naive_forecasts(turned.panel, turned.targets, 7, turned.part("test"))
    worse = made[LAST] + np.float32(0.2)  # than the last value; the last season is far behind
    found = against_naive(turned, worse)
    assert (found.reference, found.beats) == (LAST, False)
    season = turned.task.row_scores(made[SEASON], turned.targets[turned.part("test")])
    assert found.model < season.mean()


def test_what_beats_both_is_told_beside_the_harder_one(turned):
    truth = turned.targets[turned.part("test")]
    made = naive_forecasts(turned.panel, turned.targets, 7, turned.part("test"))
    found = against_naive(turned, (0.6 * truth + 0.4 * made[LAST]).astype(np.float32))
    assert (found.reference, found.beats, found.naives) == (LAST, True, 2)


def test_the_harder_of_two_must_win_by_more_to_be_called_better():
    naive = 1 + np.random.default_rng(11).normal(0, 0.1, 200)
    told = beside(naive + 0.02, naive + np.random.default_rng(12).normal(0, 0.1, 200))
    told = replace(told, found=replace(told.found, mean=0.02, p=0.04))
    assert told.verdict().key == "forecast.worse"
    assert replace(told, naives=2).verdict().key == "forecast.not_beats"
