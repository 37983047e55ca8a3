"""Rows on a grid of places: one shuffle for all, moves that keep what there is, fair widths."""

import numpy as np
import pytest

from umbrella.base.errors import ConfigError
from umbrella.compare.arms import ORDERS, Bench
from umbrella.compare.budget import CHANNELS, WITHIN, share_out
from umbrella.compare.signals import Signals, filled, moved, shuffled
from umbrella.fit.device import Device
from umbrella.fit.settings import FitSettings
from umbrella.models.rungs.signal import sense
from umbrella.models.signal.reach import REACHES


def numbered(rows, *shape):
    return np.arange(rows * int(np.prod(shape))).reshape(rows, *shape)


@pytest.mark.parametrize("shape", [(1, 1, 12), (3, 8, 9)])
def test_the_shuffle_is_one_and_the_same_for_every_row(shape):
    values = numbered(7, *shape)
    other = shuffled(values, seed=4)
    assert not np.array_equal(other, values)
    places = shape[1] * shape[2]
    first = other.reshape(7, shape[0], places)[0, 0]  # of row 0, channel 0: its own order
    for row in range(7):
        for channel in range(shape[0]):
            flat = values[row, channel].ravel()
            np.testing.assert_array_equal(other[row, channel].ravel(), flat[first])


def test_the_shuffle_does_not_know_which_rows_learn_and_which_judge():
    values = numbered(9, 1, 1, 16)
    np.testing.assert_array_equal(shuffled(values, 1)[5:], shuffled(values[5:], 1))
    assert not np.array_equal(shuffled(values, 1), shuffled(values, 2))


def test_every_arm_reads_one_shuffled_array_for_learning_and_judging(tmp_path):
    seen = Signals(numbered(6, 1, 1, 16), 0.0, 1.0)
    bench = Bench(None, seen, FitSettings(seed=3), Device("cpu"), tmp_path, None)
    assert bench.values("shuffled") is bench.values("shuffled")
    assert bench.values("ordered") is seen.values
    assert set(ORDERS) == {"ordered", "shuffled"}


def test_rows_move_whole_and_the_border_repeats():
    signal = np.array([[[[1, 2, 3, 4, 5]]]])
    right, left = moved(signal, 2)
    assert right.ravel().tolist() == [1, 1, 1, 2, 3]
    assert left.ravel().tolist() == [3, 4, 5, 5, 5]
    picture = numbered(2, 3, 8, 8)
    assert [other.shape for other in moved(picture, 1)] == [picture.shape] * 4
    down = moved(picture, 1)[0]
    np.testing.assert_array_equal(down[:, :, 1:], picture[:, :, :-1])


def test_gaps_are_filled_with_what_training_rows_have_there():
    gap = np.nan
    array = np.array([[1.0, gap, gap], [3.0, 4.0, gap], [gap, 90.0, 7.0]], np.float32)
    found = filled(array, np.array([0, 1]))
    assert found.tolist() == [[1, 4, 0], [3, 4, 0], [2, 90, 7]]
    assert found.dtype == np.float32


@pytest.mark.parametrize(
    ("grid", "most"), [((8, 8), 2), ((1, 40), 4), ((16, 16), 4), ((1, 9), 2), ((24, 10), 2)]
)
def test_nothing_moves_by_more_than_a_quarter_of_the_shortest_side(grid, most):
    assert list(Signals(np.zeros((1, 1, *grid)), 0.0, 1.0).shifts) == list(range(1, most + 1))


@pytest.mark.parametrize("grid", [(1, 8), (1, 40), (1, 300), (8, 8), (12, 20), (24, 24)], ids=str)
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("outputs", [1, 2, 10, 100])
def test_budgets_are_equal_within_a_tenth(grid, channels, outputs):
    seen = Signals(np.zeros((1, channels, *grid), np.uint8), 0.0, 1.0)
    budget = share_out(seen, outputs)
    counts = {reach: budget.count(reach) for reach in REACHES}
    assert max(abs(count - budget.weights) for count in counts.values()) <= WITHIN * budget.weights
    assert budget.configs["local"].width == CHANNELS
    assert budget.wide.width >= CHANNELS


def test_a_budget_that_cannot_be_shared_out_is_refused(monkeypatch):
    monkeypatch.setattr("umbrella.compare.budget.WITHIN", 0.0001)
    with pytest.raises(ConfigError, match=r"leave --why out"):
        share_out(Signals(np.zeros((1, 1, 1, 40)), 0.0, 1.0), 10)


def test_what_is_neither_signal_nor_picture_is_refused_with_what_is_needed():
    assert sense("image", ["image"]).codec == "image"
    assert sense("table", ["number"] * 9).codec == "table"
    for kind, kinds in (
        ("text", ["text"]),
        ("audio", ["audio"]),
        ("table", ["number", "category"]),
        ("image", ["image", "image"]),
    ):
        with pytest.raises(ConfigError, match="pictures, or a table whose input columns are all"):
            sense(kind, kinds)
