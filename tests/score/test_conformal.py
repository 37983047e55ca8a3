"""Intervals from errors: ranks by hand, and how often they hold."""

import numpy as np
import pytest

from umbrella.base.errors import ConfigError
from umbrella.score import conformal


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


@pytest.mark.parametrize(
    "call",
    [
        lambda: conformal.split(np.ones(3)),
        lambda: conformal.split(np.ones((50, 1)), 95),
        lambda: conformal.around(np.ones((3, 1)), (np.ones(1), np.ones(1)), np.zeros(3)),
    ],
)
def test_what_does_not_fit_is_refused(call):
    with pytest.raises(ConfigError, match=r"[Gg]ive|usual"):
        call()
