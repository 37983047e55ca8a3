"""Times as people and programs write them, one way a column."""

import numpy as np
import polars as pl
import pytest

from umbrella.base.errors import DataError
from umbrella.data.panel import make_panel
from umbrella.data.read import read


def panel(cells, **more):
    table = read({"at": cells, "y": [float(n) + 0.5 for n in range(len(cells))]})
    return make_panel(table, time="at", targets=["y"], **more)


def written(made):
    return [str(np.datetime64(int(stamp), "us"))[:16] for stamp in made.stamps]


def said(made, kind):
    return [f.text.say("en") for f in made.findings if f.kind == kind]


# cells | the first stamp | the second | the code of the frequency
STYLES = """2024-02-28, 2024-02-29, 2024-03-01 | 2024-02-28T00:00 | 2024-02-29T00:00 | day
    2024-1-5, 2024-1-6 | 2024-01-05T00:00 | 2024-01-06T00:00 | day
    2024/1/5 9:30, 2024/1/5 9:35 | 2024-01-05T09:30 | 2024-01-05T09:35 | minute
    2024.01.05, 2024.01.06 | 2024-01-05T00:00 | 2024-01-06T00:00 | day
    2024-01-05T13:30:00.250, 2024-01-05T14:30:00.25 | 2024-01-05T13:30 | 2024-01-05T14:30 | hour
    2024-01-05 11:00 AM, 2024-01-05 12:00 PM | 2024-01-05T11:00 | 2024-01-05T12:00 | hour
    2024-01-05 12:00 am, 2024-01-05 1:00 am | 2024-01-05T00:00 | 2024-01-05T01:00 | hour
    20130208, 20130209 | 2013-02-08T00:00 | 2013-02-09T00:00 | day
    201302081330, 201302081400 | 2013-02-08T13:30 | 2013-02-08T14:00 | minute
    20130208133000, 20130208134500 | 2013-02-08T13:30 | 2013-02-08T13:45 | minute
    2013年2月8日, 2013年2月9日 | 2013-02-08T00:00 | 2013-02-09T00:00 | day
    2013年2月8日 13时30分, 2013年2月8日 14时30分 | 2013-02-08T13:30 | 2013-02-08T14:30 | hour
    2013年2月8日 下午1:30, 2013年2月8日 下午2:30 | 2013-02-08T13:30 | 2013-02-08T14:30 | hour
    2013年2月, 2013年3月, 2013年4月 | 2013-02-01T00:00 | 2013-03-01T00:00 | month
    1949-01, 1949-02 | 1949-01-01T00:00 | 1949-02-01T00:00 | month
    201302, 201303 | 2013-02-01T00:00 | 2013-03-01T00:00 | month
    2019Q3, 2019Q4, 2020Q1 | 2019-07-01T00:00 | 2019-10-01T00:00 | quarter
    Q3 2019, Q4 2019 | 2019-07-01T00:00 | 2019-10-01T00:00 | quarter
    2019年第三季度, 2019年第四季度 | 2019-07-01T00:00 | 2019-10-01T00:00 | quarter
    1949, 1950 | 1949-01-01T00:00 | 1950-01-01T00:00 | year
    2020-W53, 2021-W01 | 2020-12-28T00:00 | 2021-01-04T00:00 | week
    05-Jan-2024, 06-Jan-2024 | 2024-01-05T00:00 | 2024-01-06T00:00 | day
    Jan 5 2024, Jan 6 2024 | 2024-01-05T00:00 | 2024-01-06T00:00 | day
    31/12/2019, 01/01/2020 | 2019-12-31T00:00 | 2020-01-01T00:00 | day
    12/31/2019, 01/01/2020 | 2019-12-31T00:00 | 2020-01-01T00:00 | day
    45296.5625, 45296.604166666664 | 2024-01-05T13:30 | 2024-01-05T14:30 | hour
    1704461400, 1704465000 | 2024-01-05T13:30 | 2024-01-05T14:30 | hour
    1704461400000, 1704465000000 | 2024-01-05T13:30 | 2024-01-05T14:30 | hour
    1704461400000000, 1704465000000000 | 2024-01-05T13:30 | 2024-01-05T14:30 | hour
    1704461400000000000, 1704465000000000000 | 2024-01-05T13:30 | 2024-01-05T14:30 | hour"""


@pytest.mark.parametrize("style", STYLES.splitlines())
def test_a_style_is_read_as_it_is_meant(style):
    cells, first, second, code = style.split(" | ")
    made = panel(cells.strip().split(", "))
    assert written(made)[:2] == [first, second]
    assert made.frequency.code == code


def test_numbers_since_1970_are_in_utc_and_days_of_a_sheet_are_not():
    assert panel(["1704461400", "1704465000"]).zone == "UTC"
    sheet = panel(["45296", "45297"])
    assert sheet.zone is None
    assert said(sheet, "format") == ["column at counts days since 1900, as spreadsheets do"]


def test_years_that_are_counted_are_said_to_be_no_dates():
    made = panel(["1-01", "1-02", "1-03"])
    assert said(made, "format") == ["the years in column at are counted from 1 and are no dates"]
    assert made.frequency.code == "month"


def test_small_numbers_are_steps():
    made = panel(["3", "4", "6"])
    assert (made.frequency.code, made.stamps.tolist()) == ("step", [3, 4, 5, 6])
    assert np.isnan(made.values[2, 0])
    assert made.ahead(0, 2).tolist() == [7, 8]


def test_day_and_month_that_cannot_be_told_apart_are_refused_with_two_rows():
    with pytest.raises(DataError, match=r"rows 1 \('03/04/2020'\) and 2 .*day_first=True"):
        panel(["03/04/2020", "04/04/2020", "05/04/2020"])
    assert written(panel(["03/04/2020", "04/04/2020"], day_first=True))[0] == "2020-04-03T00:00"
    assert panel(["03/04/2020", "04/04/2020"], day_first=False).frequency.code == "month"


def test_day_and_month_in_both_orders_are_refused_with_two_rows():
    with pytest.raises(DataError, match=r"rows 2 \('31/12/2019'\) and 3 \('12/30/2019'\)"):
        panel(["01/01/2020", "31/12/2019", "12/30/2019"])


def test_two_formats_are_refused_with_two_rows():
    with pytest.raises(DataError, match=r"rows 1 \('2024-01-05'\) and 3 \('2024/01/07'\).*two for"):
        panel(["2024-01-05", "2024-01-06", "2024/01/07"])


@pytest.mark.parametrize("cell", ["2023-02-29", "2023-13-01", "2024-01-05 25:00"])
def test_a_moment_that_is_in_no_calendar_is_refused_with_its_row(cell):
    with pytest.raises(DataError, match=r"row 2, .*is not in the calendar.*Write times like"):
        panel(["2024-01-05", cell, "2024-01-07"])


def test_a_day_and_a_month_beyond_12_are_in_no_calendar():
    with pytest.raises(DataError, match=r"row 2, '13/13/2024' .*is not in the calendar"):
        panel(["01/02/2024", "13/13/2024"])


def test_a_number_that_is_no_date_is_refused_with_its_row():
    with pytest.raises(DataError, match=r"row 1, '2024.5' in column 'at', is no date"):
        panel(["2024.5", "2024.5"])


def test_a_cell_that_is_no_date_is_refused_with_its_row():
    with pytest.raises(DataError, match=r"row 3, 'Total' in column 'at', is no date like 2024-01"):
        panel(["2024-01-05", "2024-01-06", "Total"])


def test_a_missing_time_is_refused_with_its_row():
    with pytest.raises(DataError, match="row 2 is empty in column 'at', which is the time"):
        panel(["2024-01-05", None, "2024-01-07"])


def test_seconds_and_milliseconds_in_one_column_are_refused():
    with pytest.raises(DataError, match="numbers that cannot be dates of one kind"):
        panel(["1704461400", "1704465000000"])
    with pytest.raises(DataError, match="numbers that cannot be dates of one kind"):
        panel(["1704461400", "9" * 400])


def test_one_offset_becomes_utc_and_is_remembered():
    made = panel(["2024-01-05T08:00:00+08:00", "2024-01-06T08:00:00+08:00"])
    assert made.zone == "+08:00"
    assert written(made)[0] == "2024-01-05T00:00"
    assert made.written(int(made.stamps[0])) == "2024-01-05 08:00"


def test_days_at_midnight_of_a_zone_stay_days():
    cells = [f"2024-01-{day:02}T00:00:00+08:00" for day in (1, 2, 3, 4, 5, 8, 9, 10, 11, 12)]
    made = panel(cells)
    assert made.frequency.code == "business day"
    assert [made.written(int(s)) for s in made.ahead(0, 2)] == ["2024-01-15", "2024-01-16"]


def test_offsets_that_change_with_the_clock_are_named_by_a_zone_that_fits():
    days = ["2024-03-30T00:00+01:00", "2024-03-31T00:00+01:00", "2024-04-01T00:00+02:00"]
    made = panel(days)
    assert made.zone == "Europe/Berlin"
    assert made.frequency.code == "day"
    assert len(made.stamps) == 3


def test_offsets_of_no_one_place_are_said_and_put_into_utc():
    made = panel(["2024-03-30T10:00+01:00", "2024-03-30T10:00Z", "2024-03-30T03:00-08:00"])
    assert made.zone == "UTC"
    assert "several zones (-08:00, +00:00, +01:00)" in said(made, "zone")[0]
    assert written(made) == ["2024-03-30T09:00", "2024-03-30T10:00", "2024-03-30T11:00"]


def test_times_with_and_without_a_zone_are_refused_with_two_rows():
    with pytest.raises(DataError, match=r"rows 1 .* and 2 .*with a time zone and one without"):
        panel(["2024-03-30T10:00+01:00", "2024-03-30T11:00"])


def test_parts_in_columns_of_their_own_are_put_together():
    table = read(
        {"year": [2010, 2010], "month": [1, 1], "day": [1, 1], "hour": [9, 10], "y": [1.5, 2.5]}
    )
    made = make_panel(table, time=["year", "month", "day", "hour"], targets=["y"])
    assert written(made) == ["2010-01-01T09:00", "2010-01-01T10:00"]
    table = read({"date": ["2024-01-05"] * 2, "time": ["9:30", "9:45"], "y": [1.5, 2.5]})
    made = make_panel(table, time=["date", "time"], targets=["y"])
    assert made.frequency.said().say("zh") == "每 15 分钟"


def test_frames_of_dates_and_of_datetimes_are_read():
    days = pl.datetime_range(pl.datetime(2024, 1, 5), pl.datetime(2024, 1, 9), "1d", eager=True)
    for cells in (days, days.cast(pl.Date), days.dt.replace_time_zone("UTC")):
        table = read(pl.DataFrame({"at": cells, "y": range(len(cells))}))
        made = make_panel(table, time="at", targets=["y"])
        assert written(made)[0] == "2024-01-05T00:00"
        assert made.frequency.code == "day"


def test_numbers_that_lie_anyhow_count_no_steps():
    volumes = np.random.default_rng(3).integers(10**7, 10**8, 60).tolist()
    with pytest.raises(DataError, match=r"'at' count no steps.*--time none"):
        panel(volumes)
    assert len(panel(volumes, frequency="irregular").stamps) == 60


@pytest.mark.parametrize(
    "cells", [list(range(0, 6000, 100)), [n + (n > 30) + 2 * (n > 50) for n in range(60)]]
)
def test_numbers_that_count_steps_may_count_by_hundreds_and_leave_some_out(cells):
    assert panel(cells).frequency.code == "step"


def test_where_numbers_count_no_steps_a_column_of_dates_is_named():
    volumes = np.random.default_rng(3).integers(10**7, 10**8, 60)
    days = (np.datetime64("2024-01-01") + np.arange(60)).astype(str)
    table = read({"at": volumes.tolist(), "day": days.tolist(), "y": np.arange(60.0).tolist()})
    with pytest.raises(DataError, match="--time day"):
        make_panel(table, time="at", targets=["y"])
