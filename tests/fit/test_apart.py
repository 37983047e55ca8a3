"""How rungs are told apart: over moments, window by window where these are few, or not at all."""

from types import SimpleNamespace

import numpy as np
import pytest

from umbrella.data.split import PARTS, Split
from umbrella.fit.apart import by_windows, can_tell, doubt_of, paired_test, windows
from umbrella.fit.origins import bounds_of


def validated(moments, horizon, panel=True):
    """As much of the data of a fit as is asked here: so many validation moments."""
    unit = np.arange(moments)
    part = np.full(moments, PARTS.index("validation"), np.int8)
    split = Split(part, unit)
    return SimpleNamespace(
        panel=panel or None, earlier=(), split=split, part=split.rows, dependent=lambda _: None,
        targets=np.zeros((moments, horizon)),
        task=SimpleNamespace(compare=lambda a, b, groups: float((a - b).mean())),  # noqa: ARG005
    )  # fmt: skip


@pytest.mark.parametrize(
    ("moments", "horizon", "told", "few"),
    [(9, 1, False, False), (10, 1, True, False), (35, 12, False, False), (36, 12, True, True),
     (119, 12, True, True), (120, 12, True, False)],
)  # fmt: skip
def test_the_number_of_windows_decides(moments, horizon, told, few):
    prepared = validated(moments, horizon)
    assert windows(prepared) == (moments, moments // horizon)
    assert can_tell(prepared) is told
    assert by_windows(prepared) is few


def test_rows_that_are_no_origins_are_compared_as_ever():
    rows = validated(5, 1, panel=False)
    assert can_tell(rows)
    assert paired_test(rows) is None
    assert doubt_of(rows, 6) == pytest.approx(0.01)


def test_a_rung_that_errs_less_in_every_window_is_better_and_one_that_errs_more_is_not():
    prepared, rng = validated(60, 12), np.random.default_rng(0)
    test = paired_test(prepared)
    worse = -(1 + rng.normal(0, 0.1, 60))
    assert test(worse, worse + 0.5) < doubt_of(prepared, 6) == 0.05
    assert test(worse, worse - 0.5) > 0.95


def test_where_nothing_can_be_told_no_rung_is_better():
    assert paired_test(validated(20, 12))(np.zeros(20), np.ones(20)) == 1.0


def test_short_series_leave_a_third_to_learn_from_and_use_every_moment_between():
    walk = bounds_of(144, 12, (0.8, 0.1, 0.1), 3)
    assert [start for start, _, _ in walk] == [48, 72, 96]
    assert all(end <= 120 for _, end, _ in walk)  # the test is not reached
    assert [end - start for start, end, _ in walk] == [36, 36, 24]
    long = bounds_of(3000, 12, (0.8, 0.1, 0.1), 3)
    assert [end - start for start, end, _ in long] == [300, 300, 300]
