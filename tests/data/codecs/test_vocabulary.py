"""Keys are counted, found and stored without loss, and damage is refused."""

import json
from collections import Counter as Plain

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from umbrella.base.errors import BundleError
from umbrella.base.tensors import pack
from umbrella.data.codecs.vocabulary import Counter, Vocabulary, pair, tallied


def hashes(n, seed=0):
    """n distinct rising 64-bit keys whose lower 16 bits are zero, as counting gives them."""
    raw = np.random.default_rng(seed).integers(0, 2**63, 2 * n + 8, dtype=np.uint64) << np.uint64(1)
    return np.sort(np.random.default_rng(seed).permutation(np.unique(raw >> 16))[:n] << 16)


def held(counter):
    """What a counter holds, as a plain dict of keys without their lower 20 bits."""
    numbers = (counter.keys >> np.uint64(20)).tolist()
    return dict(zip(numbers, counter.counts.tolist(), strict=True))


def test_pairs_count_keys_by_row():
    keys = np.array([5, 9, 5, 5, 9], np.uint64) << np.uint64(16)
    found = pair(keys, np.array([0, 0, 0, 3, 2], np.uint32))
    assert (found.keys >> np.uint64(16)).tolist() == [5, 9]
    assert found.spans.tolist() == [2, 2]
    assert found.rows.tolist() == [0, 3, 0, 2]
    assert found.counts.tolist() == [2, 1, 1, 1]


def test_no_keys_give_no_pairs():
    found = pair(np.empty(0, np.uint64), np.empty(0, np.uint32))
    assert len(found.keys) == len(found.rows) == 0


@given(st.lists(st.lists(st.integers(0, 40), max_size=60), max_size=12))
def test_a_stream_is_counted_like_a_plain_counter(parts):
    counter, plain = Counter(), Plain()
    for part in parts:
        counter.add(*tallied(np.array(part, np.uint64) << np.uint64(20)))
        plain.update(part)
    counter.merge()
    found = held(counter)
    assert found == plain
    assert counter.lost == 0


def test_memory_is_bounded_and_counts_are_too_low_by_at_most_what_was_lost():
    counter, plain = Counter(held=500), Plain()
    for seed in range(40):
        part = np.random.default_rng(seed).zipf(1.3, 2000).clip(max=10**6)
        plain.update(part.tolist())
        counter.add(*tallied(part.astype(np.uint64) << np.uint64(20)))
        counter.merge()
        assert len(counter.keys) <= 500
    assert counter.lost > 0
    found = held(counter)
    for key, true in plain.items():
        assert true - counter.lost <= found.get(key, 0) <= true


def test_ties_fall_to_the_smaller_key_whatever_the_order_of_the_data():
    keys = hashes(6)
    counts = np.array([2, 3, 2, 2, 1, 3])
    one, two = Counter(), Counter()
    one.add(keys, counts)
    for i in (5, 3, 0, 2, 4, 1):
        two.add(keys[i : i + 1], counts[i : i + 1])
    for counter in (one, two):
        kept, times = counter.frequent(least=2, most=3)
        assert kept.tolist() == keys[[0, 1, 5]].tolist()
        assert times.tolist() == [2, 3, 3]


@pytest.mark.parametrize("size", [0, 1, 2, 3, 7, 1000, 70_000])
def test_every_key_is_found_and_strangers_hardly_ever(size):
    keys = hashes(size)
    known = Vocabulary.of(keys)
    order = np.random.default_rng(1).permutation(size)
    places, ids = known.find(keys[order])
    assert places.tolist() == list(range(size))
    assert ids.tolist() == order.tolist()
    strangers = np.setdiff1d(hashes(100_000, seed=9), keys)
    places, _ = known.find(strangers)
    assert len(places) <= 20  # 100,000 / 2^16 = 1.5 expected at most


def test_keys_that_agree_in_many_bits_are_kept_apart():
    keys = np.array([1, 2, 3], np.uint64) << np.uint64(16)
    known = Vocabulary.of(keys)
    assert known.bits == 48
    assert known.find(keys)[1].tolist() == [0, 1, 2]


def test_a_crowded_slot_is_searched_to_its_end():
    keys = np.sort((np.arange(500, dtype=np.uint64) << np.uint64(17)) | np.uint64(7 << 50))
    assert Vocabulary.of(keys).find(keys)[1].tolist() == list(range(500))


@pytest.mark.parametrize("size", [0, 1, 2, 5, 64, 40_000])
def test_stored_keys_come_back_equal(size):
    known = Vocabulary.of(hashes(size))
    again = Vocabulary.from_spec(json.loads(json.dumps(known.spec())))
    assert again.bits == known.bits
    assert again.keys.tolist() == known.keys.tolist()


def test_a_stored_key_costs_about_three_bytes():
    known = Vocabulary.of(hashes(100_000))
    assert len(json.dumps(known.spec())) < 3.4 * len(known)


GOOD = Vocabulary.of(hashes(300)).spec()
BAD = {
    "no table": None,
    "a list": [1],
    "no size": {k: v for k, v in GOOD.items() if k != "size"},
    "negative size": GOOD | {"size": -1},
    "huge size": GOOD | {"size": 2**62},
    "size as text": GOOD | {"size": "300"},
    "size as a truth": GOOD | {"size": True},
    "wrong size": GOOD | {"size": 299},
    "no bits": GOOD | {"bits": 0},
    "many bits": GOOD | {"bits": 49},
    "other bits": GOOD | {"bits": GOOD["bits"] + 1},
    "NaN bits": GOOD | {"bits": float("nan")},
    "short lower": GOOD | {"lower": pack(np.zeros(3, np.uint8))},
    "float lower": GOOD | {"lower": pack(np.zeros(GOOD["lower"]["shape"], np.float32))},
    "two-dimensional": GOOD | {"lower": {**GOOD["lower"], "shape": [1, *GOOD["lower"]["shape"]]}},
    "no ones": GOOD | {"upper": pack(np.zeros(GOOD["upper"]["shape"], np.uint8))},
    "all ones": GOOD | {"upper": pack(np.full(GOOD["upper"]["shape"], 255, np.uint8))},
    "equal keys": GOOD | {"lower": pack(np.zeros(GOOD["lower"]["shape"], np.uint8))},
    "packed text": GOOD | {"upper": "zzz"},
}


@pytest.mark.parametrize("spec", BAD.values(), ids=BAD)
def test_a_damaged_vocabulary_is_refused(spec):
    with pytest.raises(BundleError):
        Vocabulary.from_spec(spec)
