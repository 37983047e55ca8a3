"""Solvers of series find what slower ways find, and choose without looking where they must not."""

from dataclasses import replace

import numpy as np
import pytest
import realdata
import torch
from sklearn.linear_model import Ridge

from umbrella.base.errors import ConfigError, FitError
from umbrella.data.codecs.windows import Ahead, Windows
from umbrella.fit.loop import Data
from umbrella.fit.solve import solve
from umbrella.fit.solve_series import PENALTIES, parts, solve_ridge, solve_smoothing
from umbrella.models.ladders import build, rung
from umbrella.models.series.linear import Linear, LinearConfig

LOOK, AHEAD = 12, 6


def data(sizes=(300, 260), seed=0, channels=1, season=6, noise=1.0):
    """Seasonal walks as windows; the last fifth of each series is for validation."""
    draw = np.random.default_rng(seed)
    offsets = np.concatenate([[0], np.cumsum(sizes)])
    steps = np.arange(offsets[-1])
    values = draw.normal(size=(offsets[-1], channels)) * noise
    if channels > 1:
        values[1:, 0] += 2 * values[:-1, 1]
    values[:, 0] += 4 * np.sin(2 * np.pi * steps / season) + 0.02 * steps + 50
    firsts, lasts = np.repeat(offsets[:-1], sizes), np.repeat(offsets[1:] - 1, sizes)
    relative = np.arange(channels) == 0
    scales = np.repeat(np.linspace(1.0, 3.0, len(sizes)), sizes)
    past = Windows(values, firsts, steps, LOOK, relative, scales)
    targets = Ahead(values[:, :1], lasts, steps, AHEAD, scales, values[:, 0])
    place = (steps - firsts) / np.repeat(sizes, sizes)
    held = place >= 0.8
    train = np.flatnonzero(~held & (steps + AHEAD - firsts < 0.8 * np.repeat(sizes, sizes)))
    return Data({"past": past}, targets, train, np.flatnonzero(held))


def linear(channels=1, **own):
    return Linear(LinearConfig(window=LOOK, outputs=AHEAD, channels=channels, **own))


def flat(given, rows, others=1):
    """Windows laid out, as `Linear.design` sees them."""
    past = given.encoded["past"][rows].astype(float)
    return np.concatenate([past[:, :, 0], past[:, -others:, 1:].reshape(len(past), -1)], axis=1)


@torch.no_grad()
def answers(network, given, rows):
    return network(torch.from_numpy(given.encoded["past"][rows])).numpy()


@pytest.mark.parametrize("drifts", [False, True])
@pytest.mark.parametrize("channels", [1, 3])
def test_ridge_is_scikit_learns_on_windows_laid_out(channels, drifts):
    given = data(channels=channels)
    network = linear(channels, others=2)
    solved = solve_ridge(network, given, None, {"penalties": 0.01, "drifts": drifts})
    assert solved.rows == solved.of == len(given.train)
    x, y = flat(given, given.train, 2), given.targets[given.train].astype(float)
    square = (x**2).sum() / x.shape[1]
    oracle = Ridge(alpha=0.01 * square, fit_intercept=drifts, solver="cholesky").fit(x, y)
    np.testing.assert_allclose(network.weights.detach().numpy().T, oracle.coef_, atol=1e-6)
    expected = oracle.predict(flat(given, given.validation, 2))
    np.testing.assert_allclose(answers(network, given, given.validation), expected, atol=1e-5)


@pytest.mark.parametrize("drifts", [False, True])
def test_what_is_known_ahead_is_weighed_as_scikit_learn_weighs_it(drifts):
    given = data()
    ahead = np.random.default_rng(5).normal(size=(560, AHEAD, 2)) + 1
    values = given.targets[:] + 3 * ahead[:, :, 0] - ahead[:, :, 1]
    given = replace(given, encoded={**given.encoded, "ahead": ahead}, targets=values)
    network = linear(ahead=2)
    solve_ridge(network, given, None, {"penalties": 0.01, "drifts": drifts})
    x, y = flat(given, given.train), values[given.train].astype(float)
    strength = 0.01 * (x**2).sum() / LOOK
    for step in range(AHEAD):
        design = np.concatenate([x, ahead[given.train, step]], axis=1)
        oracle = Ridge(alpha=strength, fit_intercept=drifts, solver="cholesky")
        oracle.fit(design, y[:, step])
        got = [network.weights[:, step], network.known[step], network.bias[step : step + 1]]
        expected = np.append(oracle.coef_, oracle.intercept_)
        np.testing.assert_allclose(torch.cat(got).detach().numpy(), expected, atol=1e-5)


def test_ridge_is_the_same_by_shifting_and_laid_out():
    given = data()
    whole = replace(given, encoded={"past": given.encoded["past"][:]}, targets=given.targets[:])
    shifted, plain = linear(), linear()
    solve_ridge(shifted, given, None, {"penalties": 0.01})
    solve_ridge(plain, whole, None, {"penalties": 0.01})
    torch.testing.assert_close(shifted.weights, plain.weights, rtol=0, atol=1e-6)


def test_the_parts_that_choose_are_later_and_out_of_sight():
    given = data()
    early, gap, held = parts(given)
    assert sorted([*early, *gap, *held]) == sorted(given.train)
    origins, firsts = given.encoded["past"].origins, given.encoded["past"].firsts
    for first in np.unique(firsts):
        own = [origins[rows][firsts[origins[rows]] == first] for rows in (early, gap, held)]
        train = given.train[firsts[given.train] == first]
        assert len(own[2]) == round(0.1 * len(train))
        assert own[0].max() + AHEAD <= own[2].min()
        assert len(own[1]) == AHEAD - 1


def test_of_many_short_series_every_tenth_chooses():
    given = data(sizes=(14,) * 40)
    early, gap, held = parts(given)
    assert (len(gap), len(held)) == (0, len(given.train) // 10)
    firsts = given.encoded["past"].firsts
    assert not set(firsts[early]) & set(firsts[held])


def test_a_noisier_series_is_penalised_more():
    chosen = []
    for noise in (0.01, 8.0):
        given = data(noise=noise)
        network = linear()
        solve_ridge(network, given, None, {})
        tried = []
        for penalty in PENALTIES:
            other = linear()
            solve_ridge(other, given, None, {"penalties": penalty})
            tried.append((other.weights - network.weights).detach().abs().max().item())
        chosen.append(int(np.argmin(tried)))
        assert min(tried) == 0
    assert chosen[0] < chosen[1]


@pytest.mark.parametrize("helps", [False, True])
def test_what_is_known_ahead_is_looked_at_only_where_it_helps(helps):
    given = data(noise=0.3)
    place = (np.arange(560) % 300)[:, None, None] / 300 + np.zeros((1, AHEAD, 1))
    drawn = np.random.default_rng(3).normal(size=(560, AHEAD, 1))
    ahead = drawn if helps else place
    effect = 3 * drawn if helps else np.where(place < 0.65, 5 * place, 0.0)  # and then no more
    values = given.targets[:] + effect[:, :, 0]
    other = replace(given, encoded={**given.encoded, "ahead": ahead}, targets=values)
    network = linear(ahead=1)
    solve_ridge(network, other, None, {"penalties": 1e-3})
    assert bool(network.known.detach().any()) == helps


def test_of_a_random_walk_ridge_says_that_it_stays():
    draw = np.random.default_rng(4)
    given = data()
    values = draw.normal(size=(560, 1)).cumsum(axis=0)
    walk = replace(
        given,
        encoded={"past": replace(given.encoded["past"], values=values)},
        targets=replace(given.targets, values=values, base=values[:, 0]),
    )
    network = linear()
    solve_ridge(network, walk, None, {})
    got, came = answers(network, walk, walk.validation), walk.targets[walk.validation]
    known = np.isfinite(came)
    assert np.abs(got).mean() < 0.2 * np.abs(came[known]).mean()
    assert ((got - came)[known] ** 2).mean() < 1.02 * (came[known] ** 2).mean()


def test_validation_rows_do_not_choose():
    given = data()
    first, second = linear(), linear()
    solve_ridge(first, given, None, {})
    solve_ridge(second, replace(given, validation=given.validation[:3]), None, {})
    assert torch.equal(first.weights, second.weights)
    past, targets = given.encoded["past"], given.targets
    values = past.values.copy()
    values[given.validation] = 1e6
    other = replace(
        given,
        encoded={"past": replace(past, values=values)},
        targets=replace(targets, values=values),
    )
    third = linear()
    solve_ridge(third, other, None, {})
    torch.testing.assert_close(first.weights, third.weights, rtol=0, atol=1e-6)


def test_short_series_teach_the_near_steps_though_they_lack_the_far_ones():
    given = data(sizes=(9,) * 60, noise=0.1)
    given = replace(given, train=np.arange(540))
    network = linear()
    solve_ridge(network, given, None, {"penalties": 1e-3})
    assert network.weights.detach().abs().amax(dim=0).min() > 0
    x, y = flat(given, given.train), given.targets[given.train].astype(float)
    near = np.isfinite(y[:, 0])
    assert near.sum() == 480
    square = (x[near] ** 2).sum() / LOOK
    oracle = Ridge(alpha=1e-3 * square, fit_intercept=False).fit(x[near], y[near, 0])
    np.testing.assert_allclose(network.weights.detach().numpy()[:, 0], oracle.coef_, atol=1e-5)


def test_series_that_stand_still_are_said_to_stay():
    given = data(noise=0.0)
    values = np.full_like(given.targets.values, 5.0)
    past = replace(given.encoded["past"], values=values)
    still = replace(
        given,
        encoded={"past": past},
        targets=replace(given.targets, values=values, base=values[:, 0]),
    )
    for name in ("ridge", "smoothing"):
        network = build(rung("series", name), {"window": LOOK}, outputs=AHEAD)
        solve(name, network, still, None, {})
        np.testing.assert_allclose(answers(network, still, still.validation), 0.0, atol=1e-6)


def test_without_known_targets_nothing_is_found():
    given = data(sizes=(5, 5))
    given = replace(given, train=np.array([4, 9]))
    for name in ("ridge", "smoothing"):
        network = build(rung("series", name), {"window": LOOK}, outputs=AHEAD)
        with pytest.raises(FitError, match=r"No training origin .* Give|fewer steps ahead"):
            solve(name, network, given, None, {})


def test_a_penalty_of_nothing_is_refused():
    with pytest.raises(ConfigError, match=r"penalties=0.* Use, say"):
        solve_ridge(linear(), data(), None, {"penalties": 0})


def test_what_knows_nothing_is_left_alone():
    given = data()
    network = build(rung("series", "drift"), {"window": LOOK}, outputs=AHEAD)
    assert solve("naive", network, given, None, {}).rows == len(given.train)


def smoothing(season=1, window=LOOK, outputs=AHEAD):
    sizes = {"window": window, "season": season}
    return build(rung("series", "smoothing"), sizes, outputs=outputs)


def loss_of(network, given, rows):
    targets = given.targets[rows]
    known = np.isfinite(targets).all(axis=1)
    return float(((answers(network, given, rows) - targets)[known] ** 2).mean())


@pytest.mark.parametrize("season", [1, 6])
def test_no_step_away_from_the_smoothing_found_is_better(season):
    given = data(noise=2.0)
    network = smoothing(season)
    solve_smoothing(network, given, None)
    best = loss_of(network, given, given.train)
    for weight in network.parameters():
        for move in (-0.3, 0.3):
            with torch.no_grad():
                weight.add_(move)
                assert loss_of(network, given, given.train) > best - 1e-5
                weight.sub_(move)


def test_smoothing_finds_the_season_and_the_noise():
    quiet, loud = data(noise=0.05), data(noise=3.0)
    plain, seasonal = smoothing(), smoothing(6)
    solve_smoothing(plain, quiet, None)
    solve_smoothing(seasonal, quiet, None)
    apart = [loss_of(network, quiet, quiet.validation) for network in (plain, seasonal)]
    assert apart[1] < 0.05 * apart[0]
    other = smoothing(6)
    solve_smoothing(other, loud, None)
    assert other.shares()[0] < 0.3  # a loud series is followed slowly


def test_smoothing_that_is_out_of_time_has_an_answer():
    given = data()
    network = smoothing()
    before = loss_of(network, given, given.train)
    solve_smoothing(network, given, None, {}, seconds=0.0)
    assert loss_of(network, given, given.train) < before


def test_smoothing_of_airline_passengers_is_as_good_as_statsmodels_is():
    """Theirs is fitted anew at each of 13 origins, ours once, before the first of them."""
    holt = pytest.importorskip("statsmodels.tsa.holtwinters")
    file = realdata.path("classic_series") / "airline-passengers.csv"
    logs = np.log(np.loadtxt(file, delimiter=",", skiprows=1, usecols=1))
    steps, look = np.arange(144), 72
    none, end = np.zeros(144, np.int64), np.full(144, 143)
    ones = np.ones(144)
    past = Windows(logs[:, None], none, steps, look, np.array([True]), ones)
    targets = Ahead(logs[:, None], end, steps, 12, ones, logs)
    given = Data({"past": past}, targets, np.arange(23, 108), np.arange(119, 132))
    network = smoothing(12, look, 12)
    solve_smoothing(network, given, None)
    theirs = []
    for origin in given.validation:
        model = holt.ExponentialSmoothing(
            logs[: origin + 1], trend="add", damped_trend=True, seasonal="add", seasonal_periods=12
        )
        theirs.append(model.fit().forecast(12) - logs[origin])
    error = float(((np.array(theirs) - targets[given.validation]) ** 2).mean())
    assert loss_of(network, given, given.validation) < error
