"""Own word of a network on its errors, or one width: the better interval score is kept."""

import numpy as np
import pytest

import umbrella
from umbrella.fit import sized
from umbrella.fit.sized import is_sized
from umbrella.fit.trained import load_trained
from umbrella.fit.widths import held_out_scores
from umbrella.tasks.forecast import Forecast

DAYS, N = np.arange(400).astype("datetime64[D]"), 3000


def drawn(seed: int = 0):
    """Calm and wild moments, their errors, and sizes that know them."""
    rng = np.random.default_rng(seed)
    spread = np.exp(rng.normal(size=(N, 1)))
    sizes = np.repeat(spread[:, None], 6, axis=1) * np.array([0.7, 1.3, 2, 0.7, 1.3, 2])[:, None]
    return spread * rng.normal(size=(N, 1)), sizes


def test_sizes_that_know_calm_from_wild_score_better_and_others_worse():
    errors, sizes = drawn()
    moments, zero = np.arange(N), np.zeros((N, 1))
    own, plain = held_out_scores(Forecast(1), zero, errors, sizes, moments)
    assert own < 0.9 * plain
    mixed = np.random.default_rng(1).permutation(sizes)
    own, same = held_out_scores(Forecast(1), zero, errors, mixed, moments)
    assert own > same == plain


def test_the_interval_score_is_that_of_a_known_case():
    rng = np.random.default_rng(0)
    errors = rng.normal(size=(40_000, 1))
    _, plain = held_out_scores(
        Forecast(1), np.zeros_like(errors), errors, np.ones((40_000, 6, 1)), np.arange(40_000)
    )
    ends = np.array([0.67449, 1.28155, 1.95996])  # of a normal law
    density, aside = np.exp(-(ends**2) / 2) / np.sqrt(2 * np.pi), np.array([0.25, 0.1, 0.025])
    assert plain == pytest.approx((2 * density / aside).mean(), rel=0.03)


def test_too_few_origins_decide_nothing():
    errors, sizes = drawn()
    some = slice(0, 2)
    zero = np.zeros((2, 1))
    assert held_out_scores(Forecast(1), zero, errors[some], sizes[some], np.zeros(2)) is None


@pytest.mark.parametrize(("scores", "own"), [((2.0, 1.0), False), ((1.0, 2.0), True)])
def test_a_head_that_is_no_better_is_left_out_of_the_run(scores, own, tmp_path, monkeypatch):
    monkeypatch.setattr(sized, "held_out_scores", lambda *_: scores)
    table = {"day": DAYS.astype(str).tolist(), "y": np.random.default_rng(0).normal(size=400)}
    told = {"horizon": 2, "rungs": ("dlinear",), "epochs": 1, "folds": 1, "features": ("none",)}
    made = umbrella.fit(table, "y", out=tmp_path / "run", quantiles=True, **told)
    trained = load_trained(made.path)
    assert is_sized(trained.network) is own
    assert ("network.spread" in made.facts["choice"]) is own
    keys = [note["key"] for note in made.facts["notes"]]
    assert f"forecast_fit.sized.{'kept' if own else 'dropped'}" in keys
    assert made.facts["task"]["levels"]
