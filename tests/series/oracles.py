"""What tests of series share: random panels, and when two answers are the same."""

import numpy as np

WHOLE, GAPS = 0.0, 0.2


def walk(rows, series=3, gaps=WHOLE, seed=0, level=100.0):
    """Prices that wander, some of them missing."""
    draw = np.random.default_rng(seed)
    moves = 0.02 * draw.standard_normal((rows, series))
    values = level * np.exp(np.cumsum(moves, axis=0))
    values[draw.random(values.shape) < gaps] = np.nan
    return values


def assert_same(ours, theirs, tolerance=1e-12):
    """NaN in the same places, and equal to a share of the largest value near by."""
    ours, theirs = np.asarray(ours, float), np.asarray(theirs, float)
    np.testing.assert_array_equal(np.isnan(ours), np.isnan(theirs))
    np.testing.assert_allclose(ours, theirs, rtol=tolerance, atol=0)


def assert_bitwise(ours, theirs):
    """The same to the last bit, NaN included."""
    np.testing.assert_array_equal(np.asarray(ours), np.asarray(theirs))
