"""Up to when intervals have learned: one stamp for series that end together, else one for each."""

from types import SimpleNamespace

import numpy as np

from umbrella.fit import seen


def prepared(offsets, stamps, origins):
    rows = np.asarray(origins)
    return SimpleNamespace(
        panel=SimpleNamespace(
            ids=tuple("abc"[: len(offsets) - 1]),
            offsets=np.asarray(offsets),
            stamps=np.asarray(stamps),
        ),
        shared={"horizon": 2},
        rows=rows,
        part=lambda name: np.arange(len(rows)) if name == "validation" else np.zeros(0, int),
    )


def test_series_side_by_side_share_one_stamp():
    stamps = [*range(10), *range(10)]
    assert seen.seen_until(prepared([0, 10, 20], stamps, [4, 5, 14, 15])) == 7


def test_series_apart_have_each_their_own_and_end_with_their_last_step(monkeypatch):
    stamps = [*range(10), *range(100, 110), *range(5)]
    one = prepared([0, 10, 20, 25], stamps, [4, 5, 18, 19])
    assert seen.seen_until(one) == {"a": 7, "b": 109}  # c is not validated on
    monkeypatch.setattr(seen, "MOST", 1)
    assert seen.seen_until(one) is None


def test_rows_that_are_no_origins_have_none():
    assert seen.seen_until(SimpleNamespace(panel=None, shared={})) is None
