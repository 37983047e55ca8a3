"""Interval ends that learn: nothing known too early, coverage on later data, one step at a time."""

import csv

import numpy as np
import pytest
import realdata

from umbrella.score import conformal, tracking
from umbrella.score.fan import fan, plain
from umbrella.score.tracking import Ends

H = 5


def ends_of(errors, level=0.95):
    low, high = conformal.split(errors, level)
    return Ends(low[None, None], high[None, None])


def test_errors_arrive_when_they_are_known():
    found = tracking.arrivals(np.arange(12.0).reshape(4, 3))
    assert np.isnan(found[0]).all()
    assert found[1, 0] == 0
    assert found[3].tolist() == [6, 4, 2]


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
    """Errors of a forecast of zero from every origin that has all its steps, [n, H]."""
    at = np.arange(30, len(x) - H)
    return np.stack([x[at + h] for h in range(1, H + 1)], axis=1)


def later(kind):
    """Coverage after row 2000 of fixed and of learning intervals."""
    errors = windows(series(kind))
    start, new = ends_of(errors[:2000]), errors[2000:]
    low, high = (side[:, 0] for side in tracking.follow(start, [0.95], new))
    fixed = (new >= start.low[0, 0]) & (new <= start.high[0, 0])
    return fixed.mean(), ((new >= low) & (new <= high)).mean()


@pytest.mark.parametrize("kind", ["independent", "autoregressive"])
def test_steady_series_are_covered_either_way(kind):
    fixed, learned = later(kind)
    assert 0.93 < fixed < 0.97
    assert 0.93 < learned < 0.97


@pytest.mark.parametrize("kind", ["break", "calm", "growing"])
def test_ends_that_learn_follow_where_fixed_ones_fail(kind):
    fixed, learned = later(kind)
    assert not 0.93 < fixed < 0.97
    assert 0.93 < learned < 0.97


def test_no_end_moves_when_only_the_future_does():
    errors = windows(series("break", 400))
    start, changed = ends_of(errors[:100]), errors.copy()
    at = 200
    for step in range(H):  # values after row `at`: step h of origin i is row i + h
        changed[at - step :, step] *= 50
    one, two = (tracking.follow(start, [0.95], some) for some in (errors, changed))
    for before, after in zip(one, two, strict=True):
        np.testing.assert_array_equal(before[: at + 1], after[: at + 1])
        assert not np.array_equal(before[at + 1 :], after[at + 1 :])


def test_an_end_moves_out_by_its_pace_after_a_miss_and_in_by_little_after_a_hit():
    ends = Ends(np.full((1, 2, 2), -1.0), np.full((1, 2, 2), 1.0))
    error = np.array([[[2.0, np.nan]]])
    found = tracking.learn(ends, [0.5, 0.9], error, error)
    moved = tracking.PACE * 2.0
    np.testing.assert_allclose(found.high[0, :, 0], [1 + moved * 0.75, 1 + moved * 0.95])
    np.testing.assert_allclose(found.low[0, :, 0], [-1 + moved * 0.25, -1 + moved * 0.05])
    assert (found.high[0, :, 1] == 1).all()  # unknown: nothing is learned


def test_an_interval_of_no_width_opens_again():
    ends = Ends(np.zeros((1, 1, 1)), np.zeros((1, 1, 1)))
    for _ in range(3):
        ends = tracking.learn(ends, [0.9], np.ones((1, 1, 1)), np.ones((1, 1, 1)))
    assert ends.high[0, 0, 0] > 0


@pytest.mark.parametrize("column", ["HUFL", "OT"])
def test_real_load_is_covered_a_day_ahead(column):
    with (realdata.path("ett_h1") / "ETTh1.csv").open() as file:
        x = np.array([float(row[column]) for row in csv.DictReader(file)])
    at = np.arange(8640, 14400 - 24)
    errors = np.stack([x[at + h] - x[at + h - 24] for h in range(1, 25)], axis=1)
    new, start = errors[2880:], ends_of(errors[: 2880 - 24])
    low, high = (side[:, 0] for side in tracking.follow(start, [0.95], new))
    fixed = ((new >= start.low[0, 0]) & (new <= start.high[0, 0])).mean()
    assert 0.93 <= ((new >= low) & (new <= high)).mean() <= 0.97
    if column == "OT":  # calmer than the months before: fixed intervals are far too wide
        assert fixed > 0.98
        assert (high - low).mean() < 0.85 * (start.high - start.low).mean()


def test_a_surer_interval_holds_the_others_however_they_learned():
    spec = {"horizon": 1, "log": False, "levels": [0.5, 0.95], "low": [[-1.0], [-2.0]]}
    spec["high"] = [[1.0], [2.0]]
    crossed = Ends(plain(spec).low, np.array([[[3.0], [2.0]]]))
    found = fan(spec, np.zeros((1, 1)), np.zeros(1), np.ones(1), ends=crossed)
    assert found.high[:, 0, 0].tolist() == [3, 3]
    sizes = np.array([[[2.0], [2.0], [5.0], [5.0]]])  # two low sides, two high sides
    found = fan(spec, np.zeros((1, 1)), np.zeros(1), np.ones(1), sizes)
    assert found.low[:, 0, 0].tolist() == [-2, -4]
    assert found.high[:, 0, 0].tolist() == [5, 10]
