"""Missing stamps get a row; holidays, series of one row, and odd values are said."""

import numpy as np
import pytest

from umbrella.base.errors import DataError
from umbrella.base.limits import Limits
from umbrella.data.panel import make_panel
from umbrella.data.read import read


def found(made, kind):
    return [f for f in made.findings if f.kind == kind]


def day(*numbers):
    return [str(np.datetime64("2024-01-01") + n) for n in numbers]  # a Monday


def table(**series):
    """A long table: name → days."""
    names = [name for name, days in series.items() for _ in days]
    at = [one for days in series.values() for one in day(*days)]
    return read({"d": at, "n": names, "y": np.arange(len(at)) + 0.5})


def long(**series):
    return make_panel(table(**series), time="d", targets=["y"], ids="n")


def test_missing_days_get_rows_of_nan_and_the_longest_gap_is_named():
    made = long(A=[0, 1, 2, 5, 6, 8, 9], B=range(10))
    assert made.offsets.tolist() == [0, 10, 20]
    assert made.rows[:10].tolist() == [0, 1, 2, -1, -1, 3, 4, -1, 5, 6]
    assert np.isnan(made.values[[3, 4, 7], 0]).all()
    assert np.isnan(made.values).sum() == 3
    assert made.stamps[:10].tolist() == made.stamps[10:].tolist()
    finding = found(made, "gaps")[0]
    assert finding.series == ("A",)
    assert finding.text.say("en") == (
        "3 missing stamps in 1 series got an empty row; the longest gap has 2, in A, 2024-01-04 to "
        "2024-01-05"
    )
    assert "缺少的 3 个时刻" in finding.text.say("zh")


def test_a_gap_of_months_is_filled_by_the_calendar():
    cells = ["2023-10-31", "2023-11-30", "2024-01-31", "2024-02-29", "2024-05-31", "2024-06-30"]
    made = make_panel(read({"d": cells, "y": np.arange(6) + 0.5}), time="d", targets=["y"])
    put_in = [made.written(int(at)) for at in made.stamps[made.rows < 0]]
    assert put_in == ["2023-12-31", "2024-03-31", "2024-04-30"]


def test_a_holiday_of_all_is_no_gap_and_a_day_that_one_lacks_is():
    week = [n for n in range(28) if n % 7 < 5 and n != 9]
    made = long(A=week, B=[n for n in week if n != 15])
    assert made.frequency.code == "business day"
    assert (made.lengths == len(week)).all()
    assert found(made, "gaps")[0].text.values["start"] == "2024-01-16"
    assert (made.rows < 0).sum() == 1


def test_a_share_with_many_holes_still_steps_by_business_days():
    week = [n for n in range(42) if n % 7 < 5]
    made = long(A=week, B=week, C=[0, 1, 8, 9, 16, 17, 18, 29, 30, 36, 37, 38])
    assert made.frequency.code == "business day"
    assert made.lengths.tolist() == [30, 30, 29]


def test_days_off_of_all_series_are_said_as_holidays():
    week = [n for n in range(60) if n % 7 < 5]
    made = long(A=[n for n in week if n not in (8, 30)], B=[n for n in week if n not in (8, 30)])
    [one] = found(made, "holidays")
    assert one.text.say("en") == (
        "2 business days have no row in any series and count as holidays, the first 2024-01-09"
    )
    assert "2024-01-09" in one.text.say("zh")
    assert not found(long(A=week, B=week), "holidays")
    assert not found(long(A=week, B=week[:9] + week[10:]), "holidays")


def test_weeks_without_a_row_anywhere_are_said():
    week = [n for n in range(60) if n % 7 < 5 and not 20 < n < 40]
    made = long(A=week, B=week)
    assert not found(made, "gaps")
    assert found(made, "closed")[0].text.say("en").startswith("no series has a row on 15 business")


def test_stamps_a_little_off_the_step_are_kept_and_said():
    at = np.datetime64("2024-01-01T00:00:00") + 60 * np.arange(50)
    at[10:] += 3
    made = make_panel(read({"d": at.astype(str), "y": at.astype(int)}), time="d", targets=["y"])
    assert made.frequency.code == "minute"
    assert made.stamps.tolist() == (at.astype("datetime64[us]").astype(int)).tolist()
    assert "the first at 2024-01-01 00:10:03" in found(made, "off")[0].text.say("en")


def test_short_series_are_left_out_and_listed():
    made = make_panel(
        table(A=range(9), B=[3], C=range(4)), time="d", targets=["y"], ids="n", least=5
    )
    assert made.ids == ("A",)
    assert made.rows.tolist() == list(range(9))
    assert found(made, "short")[0].series == ("B", "C")
    assert "2 series have fewer than 5 rows and were left out: B, C" in found(made, "short")[
        0
    ].text.say("en")


def test_a_ticker_of_one_row_is_left_out_by_itself():
    made = long(A=range(9), B=[3])
    assert (made.ids, found(made, "short")[0].series) == (("A",), ("B",))


def test_a_panel_without_a_series_long_enough_is_refused():
    with pytest.raises(DataError, match=r"no series has 30 rows \(there are 2 series in 14 rows\)"):
        make_panel(table(A=range(9), B=range(5)), time="d", targets=["y"], ids="n", least=30)
    with pytest.raises(DataError, match="no series has 2 rows"):
        make_panel(table(A=[1], B=[2]), time="d", targets=["y"], ids="n")


def test_an_empty_table_and_one_too_long_are_refused():
    with pytest.raises(DataError, match="has no rows"):
        make_panel(read({"d": [], "y": []}), time="d", targets=["y"])
    with pytest.raises(DataError, match="has 9 rows; at most 8 fit"):
        make_panel(table(A=range(9)), time="d", targets=["y"], limits=Limits(rows=8))


def test_constant_and_empty_series_are_said():
    data = {"d": day(*range(4)) * 3, "n": ["A"] * 4 + ["B"] * 4 + ["C"] * 4}
    data["y"] = [1.5, 2.5, 3.5, 4.5, 7.5, 7.5, None, 7.5, None, None, None, None]
    made = make_panel(read(data), time="d", targets=["y"], ids="n")
    assert found(made, "constant")[0].series == ("B",)
    assert found(made, "empty")[0].series == ("C",)
    assert made.positive == (True,)


def test_prices_of_zero_or_below_are_said_and_have_no_logarithm():
    data = {"date": day(*range(5)), "open": [1.5, 2.5, 1.5, 2.5, 1.5]}
    data |= {"close": [1.5, 0.0, 3.5, -2.5, 4.5]}
    made = make_panel(read(data), time="date", targets=["close"], covariates=["open"])
    assert made.positive == (False, True)
    assert "2 prices of zero or below in column close, the first on 2024-01-02 (row 2)" in found(
        made, "not positive"
    )[0].text.say("en")
    data = {"date": day(*range(5)), "y": data["close"]}
    assert not found(make_panel(read(data), time="date", targets=["y"]), "not positive")
