"""How errors grow turn by turn: where they add up, where they do not, where nothing can be told."""

from types import SimpleNamespace

import numpy as np
import pytest

from umbrella.data.codecs.history import History
from umbrella.lite.growth import ORIGINS, growth

H = 5


def codec(log=False):
    return SimpleNamespace(
        config=SimpleNamespace(log=log),
        reach=10,
        scales={"a": 1.0},
        anchor=lambda some: (None, np.ones(len(some))),
    )


def history(values):
    stamps = np.arange(len(values)) * 86_400_000_000
    return History("a", np.asarray(values, float)[:, None], stamps)


def last(some, far):
    return np.repeat([[one.values[-1, 0]] for one in some], far, axis=1)


def nothing(some, far):
    return np.zeros((len(some), far))


def test_errors_of_a_random_walk_add_up_and_those_of_noise_do_not():
    noise = np.random.default_rng(0).normal(size=4000)
    walk = growth(last, codec(), [history(noise.cumsum())], H, 4)
    np.testing.assert_allclose(walk, np.sqrt([1, 3, 5, 7]), rtol=0.3)
    still = growth(nothing, codec(), [history(noise)], H, 4)
    assert still[0] == 1
    assert 1 <= still[-1] < 1.1


def test_turns_that_the_past_is_too_short_for_grow_as_the_others_or_as_a_walk():
    noise = np.random.default_rng(0).normal(size=4000)
    far = growth(last, codec(), [history(noise.cumsum())], H, 40)
    assert far[39] == pytest.approx(np.sqrt(79), rel=0.4)
    assert growth(nothing, codec(), [history(noise)], H, 40)[-1] < 1.6
    np.testing.assert_allclose(
        growth(nothing, codec(), [history(noise[:30])], H, 3) ** 2, [1, 3, 5]
    )
    np.testing.assert_array_equal(growth(nothing, codec(), [], H, 1), [1])


def test_many_series_are_asked_a_few_times_at_many_moments():
    asked = []

    def make(some, far):
        asked.extend(len(one.values) for one in some)
        return last(some, far)

    several = [history(np.random.default_rng(n).normal(size=400)) for n in range(3 * ORIGINS)]
    for one in several:
        object.__setattr__(one, "name", "new")  # unknown to the model: read from its first step
    growth(make, codec(), several, H, 2)
    assert len(asked) == ORIGINS
    assert len(set(asked)) > ORIGINS // 3


def test_a_constant_past_tells_nothing():
    found = growth(last, codec(log=True), [history(np.ones(400))], H, 2)
    np.testing.assert_allclose(found**2, [1, 3])
