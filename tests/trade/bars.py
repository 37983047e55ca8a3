"""Invented bars for tests of trading."""

import numpy as np


def walk(steps=400, series=1, seed=0, size=0.01, gap=0.004):
    """Closes and opens of random walks, {"close": [T, S], "open": [T, S]}."""
    draw = np.random.default_rng(seed)
    close = 100 * np.exp(np.cumsum(draw.normal(0, size, (steps, series)), axis=0))
    before = np.concatenate([close[:1], close[:-1]])
    return {"close": close, "open": before * np.exp(draw.normal(0, gap, close.shape))}
