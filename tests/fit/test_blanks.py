"""What the target lacks is said: how many cells, where the first is, how many are the newest."""

import numpy as np
import pytest

from umbrella.data.panel import make_panel
from umbrella.data.read import read
from umbrella.fit.blanks import find_unknown

DAYS = 40


def said(*empty, shops=1):
    """Notes on series of days whose targets are empty in these rows."""
    days = (np.datetime64("2024-01-01") + np.arange(DAYS)).astype(str).tolist() * shops
    names = [f"shop {at // DAYS}" for at in range(DAYS * shops)]
    sold = [None if at in empty else f"{at % 7}.5" for at in range(DAYS * shops)]
    table = read({"day": days, "shop": names, "sold": sold})
    panel = make_panel(table, time="day", targets=["sold"], ids="shop" if shops > 1 else None)
    return {note.key.split(".")[-1]: note.say("en") for note in find_unknown(panel)}


def test_a_target_without_empty_cells_needs_no_word():
    assert said() == {}


def test_empty_cells_of_the_target_are_counted_with_the_first_of_them():
    told = said(5, 6, 9)
    assert list(told) == ["target"]
    assert "sold is empty in 3 rows (7.5 %), first on 2024-01-06 (row 6)" in told["target"]


@pytest.mark.parametrize(
    ("empty", "newest"), [((5, 38, 39), "2 of these rows are"), ((39,), "1 of these rows is")]
)
def test_the_newest_are_counted_for_themselves(empty, newest):
    assert said(*empty)["newest"].startswith(newest)


def test_the_newest_are_those_of_each_series():
    told = said(10, DAYS - 1, 2 * DAYS - 1, shops=2)
    assert "sold is empty in 3 rows" in told["target"]
    assert told["newest"].startswith("2 of these rows are")


def test_rows_put_in_for_a_gap_are_no_empty_cells():
    days = [day for day in range(DAYS) if day not in (7, 8)]
    dates = [str(np.datetime64("2024-01-01") + day) for day in days]
    table = read({"day": dates, "sold": [f"{day % 7}.5" for day in days]})
    assert find_unknown(make_panel(table, time="day", targets=["sold"], frequency="day")) == []
