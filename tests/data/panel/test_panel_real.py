"""Real series, read as they are passed on."""

import zipfile

import numpy as np
import polars as pl
import pytest
from realdata import path

from umbrella.data.panel import find_roles, make_panel
from umbrella.data.read import read


def proposed(table, **more):
    """The panel of the roles that are proposed."""
    roles = find_roles(table)
    return make_panel(table, time=roles.time, targets=[roles.target], ids=roles.ids, **more)


@pytest.mark.parametrize(
    ("name", "rows", "code", "first", "ahead"),
    [
        ("airline-passengers", 144, "month", "1949-01", "1961-01"),
        ("daily-min-temperatures", 3652, "day", "1981-01-01", "1991-01-01"),
        ("daily-total-female-births", 365, "day", "1959-01-01", "1960-01-01"),
        ("monthly-sunspots", 2820, "month", "1749-01", "1984-01"),
        ("shampoo", 36, "month", "0001-01", "0004-01"),
        ("pollution", 43_824, "hour", "2010-01-01 00:00", "2015-01-01 00:00"),
    ],
)
def test_classic_series_are_read_as_proposed(name, rows, code, first, ahead):
    made = proposed(read(path("classic_series") / f"{name}.csv"))
    assert (len(made.stamps), made.frequency.code) == (rows, code)
    assert made.written(int(made.stamps[0])) == first
    assert made.written(int(made.ahead(0, 1)[0])) == ahead


def test_two_days_that_the_temperatures_lack_are_found():
    made = proposed(read(path("classic_series") / "daily-min-temperatures.csv"))
    gaps = next(f for f in made.findings if f.kind == "gaps")
    assert [made.written(at) for at in gaps.stamps] == ["1984-12-31", "1988-12-31"]


def test_missing_air_is_nan_and_its_time_lies_in_four_columns():
    table = read(path("classic_series") / "pollution.csv")
    assert find_roles(table).time == ("year", "month", "day", "hour")
    made = make_panel(table, time=["year", "month", "day", "hour"], targets=["pm2.5"])
    assert np.isnan(made.values).sum() == 2_067


def test_transformers_become_seven_series_or_seven_columns():
    table = read(path("ett_h1") / "ETTh1.csv")
    names = [name for name in table.columns if name != "date"]
    one = make_panel(table, time="date", targets=names)
    seven = make_panel(table, time="date", targets=names, layout="wide")
    assert (one.values.shape, one.frequency.code) == ((17_420, 7), "hour")
    assert (len(seven.ids), len(seven.stamps)) == (7, 7 * 17_420)
    assert np.array_equal(seven.values[seven.rows_of("OT"), 0], one.values[:, 6])
    assert find_roles(table).target == "OT"


def test_exchange_rates_have_neither_header_nor_dates():
    table = read(path("exchange_rate") / "exchange_rate.txt.gz")
    made = make_panel(
        table, time=None, targets=table.columns, layout="wide", frequency="business day"
    )
    assert (len(made.ids), made.lengths.tolist()) == (8, [7_588] * 8)
    assert (made.frequency.code, made.frequency.season) == ("step", 5)


def test_hours_of_m4_lie_in_rows():
    table = read(path("m4_hourly") / "Hourly-train.csv")
    roles = find_roles(table)
    assert (roles.layout, roles.ids) == ("rows", "V1")
    made = make_panel(table, time=None, ids="V1", layout="rows", frequency="hour")
    assert (len(made.ids), sorted(set(made.lengths.tolist()))) == (414, [700, 960])
    assert not np.isnan(made.values).any()
    assert made.values[:3, 0].tolist() == [605, 586, 586]


def test_three_hundred_shares_in_one_file_are_read_as_proposed(tmp_path):
    archive = path("stocks_5yr") / "stocks_5yr.zip"
    with zipfile.ZipFile(archive) as files:
        names = sorted(files.namelist())
        cells = [pl.read_csv(files.read(name), infer_schema=False) for name in names]
    pl.concat(cells).write_csv(tmp_path / "long.csv")
    table = read(tmp_path / "long.csv")
    made = proposed(table, covariates=["volume"])
    assert (len(made.ids), set(made.lengths.tolist())) == (300, {1_259})
    assert made.frequency.said().say("en") == "every business day"
    assert made.columns == ("close", "volume")
    assert made.written(int(made.ahead("AAPL", 1)[0])) == "2018-02-08"
    assert not [f for f in made.findings if f.kind in ("split", "gaps", "jump")]


def test_thirty_shares_in_a_folder_of_files_are_read_as_proposed(tmp_path):
    with zipfile.ZipFile(path("stocks_5yr") / "stocks_5yr.zip") as files:
        for name in sorted(files.namelist())[:30]:
            (tmp_path / name).write_bytes(files.read(name))
    made = proposed(read(tmp_path))
    assert (len(made.ids), made.ids[:2]) == (30, ("AAL", "AAPL"))
    assert set(made.lengths.tolist()) == {1_259}
