"""Intervals from errors: ranks by hand, nothing known too early, coverage on later data."""

import csv
import json

import numpy as np
import pytest
import realdata

from umbrella.base.errors import BundleError, ConfigError
from umbrella.base.tensors import pack
from umbrella.score import conformal
from umbrella.score.forecast import coverage

H = 5


def test_the_ends_are_the_ranks_of_the_theory():
    errors = np.random.default_rng(0).permutation(np.arange(1.0, 100.0))[:, None]  # m = 99
    low, high = conformal.split(errors, 0.9)
    assert (low[0], high[0]) == (5, 95)  # ranks floor(100 · .05) and 100 less that
    low, high = conformal.split(errors[:39] * 0 + np.arange(39.0)[:, None], 0.95)
    assert (low[0], high[0]) == (0, 38)  # 39 errors: the extremes hold exactly .95
    low, high = conformal.split(np.arange(38.0)[:, None], 0.95)
    assert (low[0], high[0]) == (-np.inf, np.inf)


def test_steps_and_sides_have_their_own_errors():
    rng = np.random.default_rng(1)
    errors = np.stack([rng.exponential(size=4000), 10 * rng.normal(size=4000)], axis=1)
    errors[7, 0] = np.nan
    low, high = conformal.split(errors, 0.9)
    assert 0 < low[0] < 0.07
    assert high[0] == pytest.approx(3.0, abs=0.2)
    assert -low[1] == pytest.approx(16.4, rel=0.06)
    ends = conformal.around(np.array([[100.0, 100.0]]), (low, high), np.array([2.0]))
    assert ends[1][0, 0] == 100 + 2 * high[0]


def test_split_keeps_its_promise_on_average():
    rng, held = np.random.default_rng(2), []
    for _ in range(400):
        low, high = conformal.split(rng.normal(size=(60, 1)), 0.9)
        held.append(np.mean((draw := rng.normal(size=200)) >= low[0]) - np.mean(draw > high[0]))
    assert 0.895 < np.mean(held) < 0.935  # between .9 and .9 + 2 / 61


def test_truths_arrive_when_they_are_known():
    truth = np.arange(12.0).reshape(4, 3)
    found = conformal.arrivals(truth)
    assert np.isnan(found[0]).all()
    assert found[1, 0] == truth[0, 0]
    assert found[3].tolist() == [truth[2, 0], truth[1, 1], truth[0, 2]]


def series(kind, n=6000, seed=0):
    rng = np.random.default_rng(seed)
    x = rng.standard_normal(n)
    if kind == "autoregressive":
        for step in range(1, n):
            x[step] += 0.8 * x[step - 1]
    if kind == "break":
        x[n // 2 :] *= 2
    if kind == "calm":
        x[n // 2 :] /= 2
    if kind == "growing":
        x *= np.exp(np.linspace(0, 2, n))
    return x


def windows(x):
    """A forecast of zero and the truth of every origin that has all its steps, [n, H] each."""
    at = np.arange(30, len(x) - H)
    truth = np.stack([x[at + h] for h in range(1, H + 1)], axis=1)
    return np.zeros_like(truth), truth


def later(kind, gamma=0.005):
    """Coverage after row 2000 of fixed and of adaptive intervals."""
    forecast, truth = windows(series(kind))
    old, new = slice(0, 2000 - H), slice(2000, None)
    low, high = conformal.around(forecast[new], conformal.split((truth - forecast)[old]))
    fixed = coverage(low, high, truth[new]).share
    state = conformal.start((truth - forecast)[old], gamma=gamma)
    low, high, _ = conformal.adapt(state, forecast[new], conformal.arrivals(truth[new]))
    return fixed, coverage(low, high, truth[new]).share


@pytest.mark.parametrize("kind", ["independent", "autoregressive"])
def test_steady_series_are_covered_either_way(kind):
    fixed, adaptive = later(kind)
    assert 0.93 < fixed < 0.97
    assert 0.93 < adaptive < 0.97


@pytest.mark.parametrize("kind", ["break", "calm", "growing"])
def test_adaptive_intervals_follow_where_fixed_ones_fail(kind):
    fixed, adaptive = later(kind)
    assert not 0.93 < fixed < 0.97
    assert 0.93 < adaptive < 0.97


def test_misses_settle_at_the_level_whatever_comes():
    rng = np.random.default_rng(4)
    truth = np.cumsum(rng.standard_cauchy(3000))[:, None] % 50 * (1 + np.arange(3000)[:, None])
    state = conformal.start(np.zeros((0, 1)), 0.9, gamma=0.02, window=100)
    low, high, end = conformal.adapt(state, np.zeros_like(truth), conformal.arrivals(truth))
    assert np.isinf(low[:18]).all()  # nineteen errors hold .9 at the least
    held = coverage(low[20:], high[20:], truth[20:]).share
    # Gibbs and Candès, proposition 4.1: the mean miss differs by (what gamma moved) / (gamma n).
    assert abs(held - 0.9) <= (abs(end.miss[0] - 0.1) + 0.02) / (0.02 * 2980) + 0.01


def test_no_interval_moves_when_only_the_future_does():
    forecast, truth = windows(series("break", 400))
    state = conformal.start((truth - forecast)[:100])
    changed = truth.copy()
    at = 200
    for step in range(H):  # values after row `at`: step h of origin i is row i + h
        changed[at - step :, step] *= 50
    one = conformal.adapt(state, forecast, conformal.arrivals(truth))[:2]
    two = conformal.adapt(state, forecast, conformal.arrivals(changed))[:2]
    np.testing.assert_array_equal(one[0][: at + 1], two[0][: at + 1])
    np.testing.assert_array_equal(one[1][: at + 1], two[1][: at + 1])
    assert not np.array_equal(one[1][at + 1 :], two[1][at + 1 :])


def test_the_state_goes_through_json_and_on_to_the_bit():
    forecast, truth = windows(series("growing", 500))
    scale = np.linspace(1, 2, len(truth))
    truth[40, 2] = np.nan
    arrived = conformal.arrivals(truth)
    state = conformal.start(np.zeros((0, H)), 0.9, gamma=0.01, window=60)
    whole = conformal.adapt(state, forecast, arrived, scale)
    parts = []
    for rows in np.split(np.arange(len(truth)), [1, 3, 200, 201]):
        stored = json.loads(json.dumps(state.spec(), allow_nan=False))
        state = conformal.Adaptive.from_spec(stored)
        low, high, state = conformal.adapt(state, forecast[rows], arrived[rows], scale[rows])
        parts.append((low, high))
    np.testing.assert_array_equal(np.concatenate([low for low, _ in parts]), whole[0])
    np.testing.assert_array_equal(np.concatenate([high for _, high in parts]), whole[1])
    assert state.spec() == whole[2].spec()
    assert [len(one) for one in state.errors] == [60] * H


def test_a_plain_moving_window_is_the_split_of_its_errors():
    forecast, truth = windows(series("break", 600))
    errors = truth - forecast
    state = conformal.start(errors[:0], 0.9, gamma=0.0, window=80)
    low, high, _ = conformal.adapt(state, forecast, conformal.arrivals(truth))
    at = 400
    for step in range(1, H + 1):
        known = errors[at - step - 79 : at - step + 1, step - 1 : step]
        ends = conformal.split(known, 0.9)
        assert low[at, step - 1] == forecast[at, step - 1] + ends[0][0]
        assert high[at, step - 1] == forecast[at, step - 1] + ends[1][0]


@pytest.mark.parametrize("column", ["HUFL", "OT"])
def test_real_load_is_covered_a_day_ahead(column):
    with (realdata.path("ett_h1") / "ETTh1.csv").open() as file:
        x = np.array([float(row[column]) for row in csv.DictReader(file)])
    at = np.arange(8640, 14400 - 24)
    truth = np.stack([x[at + h] for h in range(1, 25)], axis=1)
    yesterday = np.stack([x[at + h - 24] for h in range(1, 25)], axis=1)
    old, new = slice(0, 2880 - 24), slice(2880, None)
    low, high = conformal.around(yesterday[new], conformal.split((truth - yesterday)[old]))
    fixed = coverage(low, high, truth[new])
    state = conformal.start((truth - yesterday)[old])
    arrived = conformal.arrivals(truth[new])
    low, high, _ = conformal.adapt(state, yesterday[new], arrived)
    adaptive = coverage(low, high, truth[new])
    assert 0.93 <= adaptive.share <= 0.97
    if column == "OT":  # calmer than the months before: fixed intervals are far too wide
        assert fixed.share > 0.98
        assert adaptive.width < 0.85 * fixed.width


DAMAGE = [
    {"level": 2.0},
    {"gamma": "x"},
    {"window": 1},
    {"miss": None},
    {"miss": pack(np.array(0.1))},
    {"errors": []},
    {"errors": [pack(np.array([1.0, np.nan]))] * 2},
    {"pending": {"dtype": "<f8", "shape": [0], "base85": ""}},
]


@pytest.mark.parametrize("change", DAMAGE)
def test_a_damaged_state_is_refused(change):
    spec = conformal.start(np.ones((50, 2))).spec()
    with pytest.raises(BundleError, match=r"damaged|do not fit"):
        conformal.Adaptive.from_spec({**spec, **change})


@pytest.mark.parametrize(
    "call",
    [
        lambda: conformal.split(np.ones(3)),
        lambda: conformal.split(np.ones((50, 1)), 95),
        lambda: conformal.start(np.ones((50, 1)), gamma=1.0),
        lambda: conformal.adapt(
            conformal.start(np.ones((50, 2))), np.ones((3, 1)), np.ones((3, 1))
        ),
        lambda: conformal.around(np.ones((3, 1)), (np.ones(1), np.ones(1)), np.zeros(3)),
    ],
)
def test_what_does_not_fit_is_refused(call):
    with pytest.raises(ConfigError, match=r"[Gg]ive|usual"):
        call()
