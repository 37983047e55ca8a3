"""Order of rows: complete, even in length, and a function of the seed alone."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from umbrella.data.codecs.ragged import Ragged
from umbrella.fit.batches import collate, epoch_order, row_lengths, sorted_order

LENGTHS = st.lists(st.integers(0, 300), min_size=1, max_size=400).map(np.array)


@given(LENGTHS, st.integers(1, 40), st.integers(0, 5))
def test_every_row_comes_once_and_the_seed_decides_the_order(lengths, batch, seed):
    order = epoch_order(lengths, batch, seed)
    assert sorted(np.concatenate(order)) == list(range(len(lengths)))
    again = epoch_order(lengths, batch, seed)
    assert all(np.array_equal(a, b) for a, b in zip(order, again, strict=True))


def test_no_batch_is_a_single_row_when_there_are_others():
    assert min(map(len, epoch_order(np.arange(65), 64, 0))) > 1


def test_buckets_leave_little_padding_but_mix():
    lengths = np.random.default_rng(0).geometric(0.02, 5000)
    order = epoch_order(lengths, 64, 1)
    padded = sum(len(b) * lengths[b].max() for b in order)
    assert padded < 1.2 * lengths.sum()
    firsts = [int(lengths[b].max()) for b in order]
    assert firsts != sorted(firsts)
    other = epoch_order(lengths, 64, 2)
    assert not np.array_equal(order[0], other[0])


def test_scoring_order_is_sorted_and_complete():
    lengths = np.array([5, 1, 3, 2])
    assert np.concatenate(sorted_order(lengths, 3)).tolist() == [1, 3, 2, 0]


def test_rows_are_padded_to_the_longest_of_the_batch():
    ids = Ragged(np.array([1, 2, 3, 4]), np.array([0, 1, 1, 4]))
    encoded = {"ids": ids, "numbers": np.array([[1.0], [2.0], [3.0]])}
    batch = collate(encoded, np.array([0, 1]))
    assert batch["ids"].tolist() == [[1], [0]]
    assert batch["numbers"].tolist() == [[1.0], [2.0]]
    assert row_lengths(encoded).tolist() == [1, 0, 3]
