"""Where no candidate meets the budget the message names the nearest ones, in true words."""

from types import SimpleNamespace

import numpy as np
import pytest

from umbrella.base.budget import Budget
from umbrella.shrink.shrink import _nothing_fits


def candidate(name, size, milliseconds, score):
    cost = SimpleNamespace(bytes=size, milliseconds=milliseconds)
    return SimpleNamespace(name=name, cost=cost, scores=np.full(4, score))


@pytest.mark.parametrize(
    ("score", "told"), [(0.9, "20.0 points better"), (0.5, "20.0 points worse")]
)
def test_a_candidate_that_gains_is_called_better_and_the_fastest_is_named(score, told):
    shop = SimpleNamespace(teacher=SimpleNamespace(task=SimpleNamespace(sign=1)))
    tried = [
        candidate("large", 9000, 0.5, 0.7),
        candidate("quick", 8000, 0.1, 0.7),
        candidate("small", 4000, 0.3, score),
    ]
    message = _nothing_fits(shop, tried, Budget(latency=0.01, drop=0.01))
    assert f"Smallest of all: small, 4,000 bytes, {told}." in message
    assert "fastest: quick, 0.10 ms" in message
