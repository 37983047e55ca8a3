"""Rows of unequal length stay themselves when taken, padded and stacked."""

import numpy as np
import pytest

from umbrella.data.codecs.ragged import Growing, Ragged, concatenate

ROWS = Ragged(np.array([5, 6, 7, 8, 9, 1]), np.array([0, 2, 2, 5, 6]))


def test_rows_are_slices():
    assert len(ROWS) == 4
    assert ROWS.lengths.tolist() == [2, 0, 3, 1]
    assert [ROWS.row(i).tolist() for i in range(4)] == [[5, 6], [], [7, 8, 9], [1]]


@pytest.mark.parametrize("rows", [[], [2], [3, 0, 1], [1, 1], [2, 2, 0]])
def test_take_gives_the_named_rows_in_that_order(rows):
    some = ROWS.take(np.array(rows, np.int64))
    assert [r.tolist() for r in map(some.row, range(len(some)))] == [
        ROWS.row(i).tolist() for i in rows
    ]


def test_padding_fills_short_rows_only():
    assert ROWS.padded().tolist() == [[5, 6, 0], [0, 0, 0], [7, 8, 9], [1, 0, 0]]
    assert ROWS.padded(np.array([1])).tolist() == [[0]]
    assert ROWS.padded(np.array([3]), shortest=3).tolist() == [[1, 0, 0]]
    assert Ragged(ROWS.values, ROWS.offsets, pad=-1).padded()[1].tolist() == [-1, -1, -1]


def test_stacked_rows_stay_themselves():
    both = concatenate([ROWS, ROWS.take(np.array([2]))])
    assert len(both) == 5
    assert both.row(4).tolist() == [7, 8, 9]
    assert both.row(0).tolist() == [5, 6]


@pytest.mark.parametrize("room", [0, 3, 100])
def test_a_growing_array_holds_every_piece_in_its_own_type(room):
    grown = Growing(np.int64, room)
    for size in range(20):
        grown.extend(np.arange(size, dtype=np.int32))
    assert grown.values.tolist() == [i for size in range(20) for i in range(size)]
    assert grown.values.dtype == np.int64
