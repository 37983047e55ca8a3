"""Ticks of an axis of dates: whole units of the calendar at any step, three or more, apart."""

from itertools import pairwise

import numpy as np
import pytest

from umbrella.check.ticks import LETTERS, ticks


def dates(start: str, unit: str, each: int, count: int) -> list[str]:
    stamps = np.datetime64(start, unit) + each * np.arange(count)
    return [str(stamp).replace("T", " ") for stamp in stamps]


@pytest.mark.parametrize("count", [24, 60, 96, 150, 400, 1400])
@pytest.mark.parametrize(
    ("start", "unit", "each"),
    [
        ("2018-06-22T05:00:00", "s", 1),
        ("2018-06-22T05", "m", 15),
        ("2018-06-22T05", "m", 60),
        ("2018-06-22", "D", 1),
        ("2018-06", "M", 1),
        ("1850", "Y", 1),
    ],
)
def test_every_step_gets_three_ticks_or_more_whose_labels_stand_apart(start, unit, each, count):
    told = dates(start, unit, each, count)
    places, labels, side = ticks(told)
    assert 3 <= len(places) == len(labels) <= 7
    middle = places / (count - 1) * LETTERS
    ends = [
        (at - len(text) / 2, at + len(text) / 2) for at, text in zip(middle, labels, strict=True)
    ]
    if side == "right":
        ends[-1] = (middle[-1] - len(labels[-1]), middle[-1])
    assert all(after[0] - before[1] >= 2 for before, after in pairwise(ends))
    for place, label in zip(places, labels, strict=True):
        assert label.split()[-1] in told[place]


def test_hours_are_whole_days_or_parts_of_one():
    hourly = dates("2018-06-22T05", "m", 60, 96)
    assert ticks(hourly)[1] == ["2018-06-23", "06-24", "06-25", "06-26"]
    assert ticks(hourly[:10])[1] == ["2018-06-22 06:00", "09:00", "12:00"]
    assert ticks(hourly[:60])[1] == ["06-22 12:00", "06-23", "12:00", "06-24", "12:00"]


def test_months_quarters_and_counted_steps_are_round():
    assert ticks(dates("1949-03", "M", 1, 68))[1] == ["1950", "1951", "1952", "1953", "1954"]
    quarters = [f"{year}Q{quarter}" for year in (2010, 2011) for quarter in (1, 2, 3, 4)]
    assert ticks(quarters)[1] == ["2010Q1", "2010Q3", "2011Q1", "2011Q3"]
    assert ticks([str(13 + k) for k in range(40)])[1] == ["20", "30", "40", "50"]


def test_days_without_rows_move_a_tick_to_the_next_day():
    days = [str(np.busday_offset("2018-12-03", k)) for k in range(300)]
    places, labels, _ = ticks(days)
    assert all(days[at].startswith(label) for at, label in zip(places, labels, strict=True))


@pytest.mark.parametrize("told", [["1"], ["2018-01-01", "2018-01-02"], ["x", "y", "z"]])
def test_what_cannot_be_divided_shows_its_ends(told):
    places, labels, _ = ticks(told)
    assert labels == [told[at] for at in places] == [told[0], *told[1:][-1:]]
