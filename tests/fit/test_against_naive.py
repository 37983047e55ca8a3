"""What is said of a forecast beside the naive one: better, worse, the same, or not to be told."""

import numpy as np
import pytest

from umbrella.fit.against_naive import AgainstNaive
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
