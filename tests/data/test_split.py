"""The split: nothing straddles, shares and classes hold, and every machine agrees."""

import hashlib
import os
import subprocess
import sys
from datetime import date

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from umbrella.base.errors import ConfigError, DataError, RunError
from umbrella.data.assign import quotas
from umbrella.data.moments import read_moments
from umbrella.data.split import PARTS, Split, split
from umbrella.data.twins import find_twins

GOLDEN = """
import hashlib
from umbrella.data.split import split
from umbrella.data.twins import find_twins
texts = [f"review number {i % 700} about place {i % 700 * 37 % 101}" for i in range(1000)]
twins = find_twins(texts, near=False, seed=3)
groups = [i % 50 if i % 3 == 0 else None for i in range(1000)]
result = split(1000, seed=3, labels=[i % 7 % 3 for i in range(1000)], clusters=twins.cluster,
               keys=twins.key, groups=groups)
print(hashlib.sha256(result.part.tobytes()).hexdigest()[:16])
"""


def heard(result):
    """What a split notes, in English."""
    return [note.say("en") for note in result.notes]


def shuffled(seed: int, n: int) -> np.ndarray:
    return np.random.default_rng(seed).permutation(n)


def content(n: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 2**63, n).astype(np.uint64)


def count_units(n: int, clusters: list, groups: list) -> int:
    """Chain rows that share a cluster or a group, as plainly as can be."""
    units = [{row} for row in range(n)]
    for kind in (clusters, groups):
        for value in set(kind) - {None}:
            members = {row for row in range(n) if kind[row] == value}
            merged = set().union(*(unit for unit in units if unit & members))
            units = [unit for unit in units if not unit & members] + [merged]
    return len(units)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_no_unit_straddles_and_no_part_is_empty(data):
    n = data.draw(st.integers(12, 80))
    clusters = np.array(data.draw(st.lists(st.integers(0, n), min_size=n, max_size=n)))
    groups = data.draw(st.lists(st.sampled_from([None, *range(n)]), min_size=n, max_size=n))
    try:
        result = split(n, seed=data.draw(st.integers(0, 9)), clusters=clusters, groups=groups)
    except DataError:
        assert count_units(n, clusters.tolist(), groups) < 3  # else there is always a way
        return
    assert min(result.counts[name] for name in PARTS[:3]) > 0
    for kind in (clusters.tolist(), groups):
        for value in set(kind) - {None}:
            assert len({result.part[row] for row in range(n) if kind[row] == value}) == 1


@settings(max_examples=80, deadline=None)
@given(st.lists(st.integers(3, 60), min_size=1, max_size=12), st.integers(0, 99))
def test_every_class_keeps_its_share_and_has_a_row_in_each_part(sizes, seed):
    labels = np.repeat(np.arange(len(sizes)), sizes)[shuffled(seed, sum(sizes))]
    result = split(len(labels), seed=seed, labels=labels, keys=content(len(labels)))
    for code, size in enumerate(sizes):
        counts = np.bincount(result.part[labels == code], minlength=3)
        assert counts.min() >= 1
        assert abs(counts[1] - 0.1 * size) <= 1
        assert abs(counts[2] - 0.1 * size) <= 1


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(1, 200), min_size=1, max_size=40),
    st.integers(1, 899_998),
    st.integers(1, 100_000),
)
def test_quotas_add_up_and_never_starve_a_class(sizes, validation, test):
    sizes = np.array(sizes)
    table = quotas(sizes, (validation, test))
    assert (table.sum(1) == sizes).all()
    assert (table >= 0).all()
    assert (table[sizes >= 3] >= 1).all()
    assert (table[sizes < 3, 1:] == 0).all()


def test_shares_are_exact_without_units_and_close_with_twins():
    assert list(split(1000, seed=0).counts.values()) == [800, 100, 100, 0]
    clusters = np.arange(10_000)
    clusters[9_000:] = np.arange(1_000) // 4
    labels = np.arange(10_000) % 5 % 3
    result = split(10_000, seed=0, clusters=clusters, labels=labels, keys=content(10_000))
    assert list(result.counts.values()) == [8000, 1000, 1000, 0]
    thirds = split(300, seed=0, shares=(1 / 3, 1 / 3, 1 / 3))
    assert list(thirds.counts.values()) == [100, 100, 100, 0]


def test_a_big_cluster_goes_where_there_is_room():
    clusters = np.arange(1000)
    clusters[:700] = 0
    for seed in range(20):
        result = split(1000, seed=seed, clusters=clusters)
        assert result.counts["train"] == 800
        assert result.part[0] == 0


def test_few_large_groups_still_open_every_part():
    for seed in range(10):
        result = split(3000, seed=seed, groups=np.arange(3000) // 500)
        assert sorted(result.counts.values()) == [0, 500, 500, 2000]
    assert split(3, seed=0).counts == {"train": 1, "validation": 1, "test": 1, "unused": 0}


def test_seeds_choose_the_rows_and_the_groups():
    tests = {tuple(split(100, seed=seed).rows("test")) for seed in range(20)}
    assert len(tests) == 20
    groups = np.arange(400) // 10
    heard = {tuple(set(groups[split(400, seed=s, groups=groups).rows("test")])) for s in range(20)}
    assert len(heard) >= 15


def test_every_row_is_tested_equally_often():
    labels = np.arange(60) % 3
    share = np.mean([split(60, seed=seed, labels=labels).part == 2 for seed in range(400)], axis=0)
    assert abs(share.mean() - 0.1) < 1e-9
    assert share.max() < 0.1 + 5 * np.sqrt(0.09 / 400)


def test_shuffled_rows_keep_their_part():
    n, order = 2_000, shuffled(1, 2_000)
    keys, labels = content(n), np.arange(n) % 3
    clusters = np.arange(n)
    clusters[-300:] = np.arange(300)
    groups = np.array([f"g{row % 400}" if row % 5 == 0 else "" for row in range(n)])
    here = split(n, seed=4, labels=labels, clusters=clusters, keys=keys, groups=groups)
    there = split(
        n,
        seed=4,
        labels=labels[order],
        clusters=clusters[order],
        keys=keys[order],
        groups=groups[order],
    )
    assert (here.part[order] == there.part).all()


def test_appended_rows_move_few_others():
    keys, labels = content(11_000), np.arange(11_000) % 3
    before = split(10_000, seed=4, labels=labels[:10_000], keys=keys[:10_000]).part
    after = split(11_000, seed=4, labels=labels, keys=keys).part[:10_000]
    assert (before != after).mean() < 0.01


def test_rows_with_equal_keys_are_still_spread():
    counts = split(1000, seed=0, keys=np.zeros(1000, np.uint64), labels=np.arange(1000) % 2).counts
    assert counts["test"] == 100


def test_the_split_is_the_same_in_every_process():
    for hashing in ("0", "7"):
        answer = subprocess.run(
            [sys.executable, "-c", GOLDEN],
            env={**os.environ, "PYTHONHASHSEED": hashing, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            text=True,
            check=True,
        )
        assert answer.stdout.strip() == "fbc53a7f38e4facb"


def test_a_class_of_two_rows_stays_in_train_and_is_named():
    result = split(100, seed=0, labels=["a"] * 98 + ["b", "b"])
    assert result.part[98:].tolist() == [0, 0]
    assert result.facts["rare"] == 1
    assert "1 class is too rare to be in every part: b" in heard(result)


def test_notes_tell_twins_and_groups():
    result = split(100, seed=0, clusters=np.arange(100) // 2 * 2, groups=[0, 0, *[None] * 98])
    assert result.facts == {"twins": 100, "groups": 1, "rare": 0, "unused": 0}
    assert heard(result)[1:] == ["100 twins kept on one side of the split", "1 group kept whole"]


def test_twins_and_groups_chain_into_one_unit():
    clusters = np.array([0, 0, *range(2, 40)])
    groups = [None, "x", "x", "y", *[None] * 36]
    result = split(40, seed=0, clusters=clusters, groups=groups)
    assert result.unit[:4].tolist() == [0, 0, 0, 3]
    assert len(set(result.part[:3])) == 1


def test_time_puts_the_newest_rows_into_test():
    days = [f"2024/{1 + row // 28}/{1 + row % 28}" for row in shuffled(0, 280)]
    result = split(280, seed=0, times=days)
    moments = read_moments(days)
    train, validation, test = (moments[result.rows(name)] for name in PARTS[:3])
    assert train.max() < validation.min() <= validation.max() < test.min()
    assert list(result.counts.values()) == [224, 28, 28, 0]


def test_one_moment_never_straddles():
    years = 2000 + np.arange(100) // 15
    result = split(100, seed=0, times=years)
    assert all(len(set(result.part[years == year])) == 1 for year in set(years))
    assert min(list(result.counts.values())[:3]) > 0


def test_later_copies_are_set_aside_in_a_split_in_time():
    clusters = np.arange(100)
    clusters[95] = 3  # a copy of an old row, among the newest
    clusters[96] = 97  # twins within test stay
    result = split(100, seed=0, times=np.arange(100), clusters=clusters)
    assert result.rows("unused").tolist() == [95]
    assert result.part[[96, 97]].tolist() == [2, 2]
    assert "1 later copy of earlier rows set aside" in heard(result)


def test_groups_that_last_the_whole_time_are_refused():
    with pytest.raises(DataError, match="leave out --group or --time"):
        split(100, seed=0, times=np.arange(100), groups=np.arange(100) % 2)


ORDERED = {
    "ISO days": ["2023-12-31", "2024-02-29", "2024-03-01"],
    "ISO moments": ["2024-01-05 13:30", "2024-01-05T13:30:00.5", "2024-01-05 13:30:01"],
    "zones": ["2024-01-05T20:00:00+08:00", "2024-01-05T12:30:00Z", "2024-01-05T09:00:00-04:30"],
    "slashes": ["2024/1/5", "2024/1/12", "2024/11/2"],
    "中文": ["2024年1月5日", "2024年1月12日", "2024年11月2日"],
    "中文, by the minute": ["2024年1月5日 9时5分", "2024年1月5日 13时05分", "2024年1月5日13点6分"],
    "months": ["2023-12", "2024-01", "2024-10"],
    "epoch as text": ["999999999", "1704067200", "1704067201"],
    "epoch": [999_999_999, 1_704_067_200.5, 1_704_067_201.0],
    "dates": [date(2023, 12, 31), date(2024, 1, 1), date(2024, 1, 2)],
    "series": pl.Series(["2023-12-31", "2024-01-01", "2024-01-02"]).str.to_datetime("%Y-%m-%d"),
}


@pytest.mark.parametrize("values", ORDERED.values(), ids=ORDERED)
def test_moments_are_read_as_people_write_them(values):
    assert (np.diff(read_moments(values)) > 0).all()


WRONG = {
    "mixed formats": (["2024-01-05", "2024-01-06", "2024/1/7"], "row 3.*2024/1/5"),
    "missing": (["2024-01-05", None], "row 2.*is empty"),
    "no date": (["2024-01-05", "soon"], "row 2, 'soon'"),
    "all no dates": (["soon", "later"], r"row 1, 'soon', is no date \(and 1 more rows\)"),
    "day before month": (["1/5/2024"], "row 1"),
    "30 February": (["2024-02-28", "2024-02-30"], "row 2.*not in the calendar"),
    "seconds and milliseconds": ([1_704_067_200, 1_704_067_200_000], "one unit"),
    "kinds": ([1, "2024-01-05"], "mixes"),
    "not finite": ([1.0, float("nan")], "row 2"),
    "truth": ([True, False], "cannot hold Boolean"),
}


@pytest.mark.parametrize(("values", "words"), WRONG.values(), ids=WRONG)
def test_a_time_that_cannot_be_read_names_its_row(values, words):
    with pytest.raises(DataError, match=words):
        read_moments(values)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"n_rows": 2}, "at least 3 rows"),
        ({"n_rows": 0}, "at least 3 rows"),
        ({"n_rows": 100, "clusters": np.zeros(100, np.int64)}, "no row for validation and test"),
        ({"n_rows": 100, "labels": np.arange(100)}, "a category and not an id"),
        ({"n_rows": 100, "times": [1] * 50 + [2] * 50}, "2 different moments"),
    ],
)
def test_data_that_cannot_be_split_is_refused_with_a_remedy(settings, words):
    with pytest.raises(DataError, match=words):
        split(seed=0, **settings)


@pytest.mark.parametrize(
    "settings",
    [
        {"shares": (0.8, 0.3, 0.1)},
        {"shares": (0.9, 0.1)},
        {"shares": (1.0, 0.0, 0.0)},
        {"shares": (float("nan"), 0.1, 0.1)},
        {"labels": ["a"]},
        {"keys": np.zeros(3, np.uint64)},
    ],
)
def test_wrong_settings_are_refused(settings):
    with pytest.raises(ConfigError):
        split(10, seed=0, **settings)


def test_a_split_is_read_back_as_it_was_written(tmp_path):
    result = split(50, seed=0, clusters=np.arange(50) // 2)
    result.to_parquet(tmp_path / "split.parquet")
    again = Split.from_parquet(tmp_path / "split.parquet")
    assert (again.part == result.part).all()
    assert (again.unit == result.unit).all()


def test_a_damaged_split_is_refused(tmp_path):
    path = tmp_path / "split.parquet"
    with pytest.raises(RunError, match="umbrella fit"):
        Split.from_parquet(path)
    split(50, seed=0).to_parquet(path)
    whole = path.read_bytes()
    bad = {"part": np.full(3, 9, np.int8), "row": np.arange(3), "unit": np.arange(3)}
    frames = [
        pl.DataFrame(bad).select("row", "part", "unit"),
        pl.DataFrame({"a": [1]}),
        pl.DataFrame({**bad, "part": np.zeros(3, np.int8), "row": np.arange(3)[::-1]}).select(
            "row", "part", "unit"
        ),
    ]
    for data in (b"", whole[: len(whole) // 2], hashlib.sha256(b"").digest(), *frames):
        if isinstance(data, bytes):
            path.write_bytes(data)
        else:
            data.write_parquet(path)
        with pytest.raises(RunError, match="damaged"):
            Split.from_parquet(path)


def test_twins_found_in_texts_stay_on_one_side_of_the_split():
    texts = [
        f"the {row} th review tells of room {row * 31 % 97} and its view" for row in range(300)
    ]
    texts += [text.upper() + "!" for text in texts[:60]]
    twins = find_twins(texts, seed=0)
    part = split(360, seed=0, clusters=twins.cluster, keys=twins.key).part
    assert (part[300:] == part[:60]).all()
