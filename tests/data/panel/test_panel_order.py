"""Rows in any order, rows that stand twice, clocks that are put on and back."""

import numpy as np
import pytest

from umbrella.base.errors import ConfigError, DataError
from umbrella.data.panel import make_panel
from umbrella.data.panel.zones import LIKELY, to_wall
from umbrella.data.read import read

HOUR = np.timedelta64(1, "h")


def found(made, kind):
    return [f for f in made.findings if f.kind == kind]


def hours(start, count):
    at = np.datetime64(start, "m") + np.arange(count) * np.timedelta64(1, "h")
    return [str(one).replace("T", " ") for one in at]


def berlin(start, count):
    """What clocks in Berlin show, hour after hour."""
    import polars as pl

    utc = pl.Series(np.datetime64(start, "us") + np.arange(count) * np.timedelta64(1, "h"))
    return (
        utc.dt.replace_time_zone("UTC")
        .dt.convert_time_zone("Europe/Berlin")
        .dt.strftime("%Y-%m-%d %H:%M")
        .to_list()
    )


def test_unsorted_rows_are_sorted_with_a_note_and_keep_their_numbers():
    table = read({"d": ["2024-01-03", "2024-01-01", "2024-01-02"], "y": [3.5, 1.5, 2.5]})
    made = make_panel(table, time="d", targets=["y"])
    assert made.values[:, 0].tolist() == [1.5, 2.5, 3.5]
    assert made.rows.tolist() == [1, 2, 0]
    assert "did not rise in time: the series was sorted" in found(made, "sorted")[0].text.say("en")


def test_series_laid_day_by_day_are_sorted_without_a_note():
    table = read(
        {
            "d": ["2024-01-01"] * 2 + ["2024-01-02"] * 2,
            "n": ["B", "A"] * 2,
            "y": [1.5, 2.5, 3.5, 4.5],
        }
    )
    made = make_panel(table, time="d", targets=["y"], ids="n")
    assert made.ids == ("B", "A")
    assert made.values[:, 0].tolist() == [1.5, 3.5, 2.5, 4.5]
    assert made.offsets.tolist() == [0, 2, 4]
    assert not found(made, "sorted")


def test_every_cell_ends_where_its_row_says():
    draw = np.random.default_rng(0)
    names, at = np.repeat(["C", "A", "B"], 50), np.tile(np.arange(50), 3)
    mixed = draw.permutation(150)
    y = np.round(draw.random(150), 6)
    table = read({"at": at[mixed], "n": names[mixed], "y": y})
    made = make_panel(table, time="at", targets=["y"], ids="n")
    assert np.array_equal(made.values[:, 0], y[made.rows])
    for s, name in enumerate(made.ids):
        rows = made.rows[made.rows_of(s)]
        assert (names[mixed][rows] == name).all()
        assert at[mixed][rows].tolist() == list(range(50))
    assert made.rows_of("A") == made.rows_of(made.ids.index("A"))


def test_copies_of_a_row_are_dropped_with_a_note():
    table = read(
        {"d": ["2024-01-01", "2024-01-02", "2024-01-02", "2024-01-03"], "y": [1.5, None, None, 3.5]}
    )
    made = make_panel(table, time="d", targets=["y"])
    assert made.rows.tolist() == [0, 1, 3]
    text = found(made, "copies")[0].text
    assert text.say("en").startswith("1 row is a copy of another")
    assert "第 2 行与第 3 行" in text.say("zh")


def test_rows_with_one_time_that_differ_are_refused_with_their_rows():
    table = read(
        {"d": ["2024-01-01", "2024-01-02", "2024-01-02"], "n": ["A"] * 3, "y": [1.5, 2.5, 2.75]}
    )
    with pytest.raises(
        DataError,
        match=r"rows 2 and 3 of series 'A' have one time, 2024-01-02, but differ: y is 2.5 and 2.75"
        r".*Keep one row",
    ):
        make_panel(table, time="d", targets=["y"], ids="n")


def test_a_column_that_tells_series_apart_is_named_where_times_stand_twice():
    table = read({"d": ["2024-01-01"] * 2, "Ticker": ["A", "B"], "y": [1.5, 2.5]})
    with pytest.raises(DataError, match="--series 'Ticker'"):
        make_panel(table, time="d", targets=["y"])


def test_a_series_without_a_name_is_refused_with_its_row():
    table = read({"d": ["2024-01-01"] * 3, "n": ["A", "", "B"], "y": [1.5, 2.5, 3.5]})
    with pytest.raises(DataError, match="row 2 is empty in column 'n', which tells series apart"):
        make_panel(table, time="d", targets=["y"], ids="n")


def test_a_ticker_called_na_is_a_ticker():
    table = read(
        {
            "d": ["2024-01-01", "2024-01-02"] * 2,
            "n": ["NA", "NA", "A", "A"],
            "y": [1.5, 2.5, 3.5, 4.5],
        }
    )
    assert make_panel(table, time="d", targets=["y"], ids="n").ids == ("NA", "A")


def test_an_hour_that_stands_twice_is_explained_by_the_clock():
    cells = berlin("2024-10-26T00:00", 60)
    table = read({"at": cells, "y": np.arange(60) + 0.5})
    with pytest.raises(DataError, match=r"clock is put back.*--zone Europe/Berlin"):
        make_panel(table, time="at", targets=["y"])


@pytest.mark.parametrize("newest_first", [False, True])
def test_with_its_zone_an_hour_that_stands_twice_is_two_hours(newest_first):
    cells, y = berlin("2024-10-26T00:00", 60), np.arange(60) + 0.5
    if newest_first:
        cells, y = cells[::-1], y[::-1]
    made = make_panel(read({"at": cells, "y": y}), time="at", targets=["y"], zone="Europe/Berlin")
    assert made.values[:, 0].tolist() == (np.arange(60) + 0.5).tolist()
    assert set(np.diff(made.stamps)) == {3_600_000_000}
    assert made.zone == "Europe/Berlin"
    assert "1 row lies in an hour that clocks" in found(made, "clock")[0].text.say("en")


def test_quarters_of_an_hour_that_stand_twice_are_told_apart_by_their_order():
    utc = np.datetime64("2024-10-26T23:00", "m") + np.arange(16) * np.timedelta64(15, "m")
    wall = utc + np.where(utc < np.datetime64("2024-10-27T01:00"), 120, 60)
    table = read({"at": [str(one) for one in wall], "y": np.arange(16) + 0.5})
    made = make_panel(table, time="at", targets=["y"], zone="Europe/Berlin")
    assert made.values[:, 0].tolist() == (np.arange(16) + 0.5).tolist()
    assert made.frequency.said().say("en") == "every 15 minutes"


def test_an_hour_leapt_over_in_spring_is_named_and_no_gap_with_its_zone():
    cells = berlin("2024-03-30T12:00", 40)
    table = read({"at": cells, "y": np.arange(40) + 0.5})
    made = make_panel(table, time="at", targets=["y"])
    assert len(made.stamps) == 41
    assert "clocks leap over in spring, as in Europe/Berlin" in found(made, "clock")[0].text.say(
        "en"
    )
    made = make_panel(table, time="at", targets=["y"], zone="Europe/Berlin")
    assert len(made.stamps) == 40
    assert not found(made, "clock")


@pytest.mark.parametrize("zone", [*LIKELY, "Asia/Shanghai", "+05:30", "UTC"])
def test_two_years_of_hours_come_back_from_what_clocks_show(zone):
    utc = (np.datetime64("2016-01-01", "us") + np.arange(17_544) * HOUR).astype(np.int64)
    wall = np.datetime_as_string(to_wall(utc, zone).astype("datetime64[us]"), unit="m")
    made = make_panel(
        read({"at": wall, "y": np.arange(len(wall)) + 0.5}), time="at", targets=["y"], zone=zone
    )
    assert np.array_equal(made.stamps, utc)
    assert np.array_equal(made.values[:, 0], np.arange(len(wall)) + 0.5)


def test_random_holes_in_random_series_are_filled_where_they_are():
    draw = np.random.default_rng(0)
    truth, rows = {}, []
    for name in "ABCDE":
        at = np.datetime64("2024-01-01", "us") + (draw.integers(0, 50) + np.arange(60)) * HOUR
        there = draw.random(60) > 0.25
        there[[0, 1, 2, 3, -1]] = True
        y = draw.random(60).round(6)
        truth[name] = (at.astype(np.int64), np.where(there, y, np.nan))
        rows += [(str(one), name, value) for one, value in zip(at[there], y[there], strict=True)]
    draw.shuffle(rows)
    columns = zip(("at", "id", "y"), zip(*rows, strict=True), strict=True)
    table = read(
        {key: [float(c) if key == "y" else str(c) for c in cells] for key, cells in columns}
    )
    made = make_panel(table, time="at", targets=["y"], ids="id")
    for name, (at, y) in truth.items():
        assert np.array_equal(made.stamps[made.rows_of(name)], at)
        assert np.array_equal(made.values[made.rows_of(name), 0], y, equal_nan=True)


def test_a_time_that_clocks_never_show_is_moved_and_said():
    cells = ["2024-03-31 00:30", "2024-03-31 01:30", "2024-03-31 02:30", "2024-03-31 04:30"]
    made = make_panel(
        read({"at": cells, "y": [1.5, 2.5, 3.5, 4.5]}),
        time="at",
        targets=["y"],
        zone="Europe/Berlin",
    )
    assert [made.written(int(at)) for at in made.stamps][2] == "2024-03-31 03:30"
    assert "1 row has a time that clocks in Europe/Berlin leap over" in found(made, "clock")[
        0
    ].text.say("en")


def test_an_unknown_zone_is_refused_with_the_nearest():
    table = read({"at": hours("2024-01-01T00:00", 5), "y": np.arange(5) + 0.5})
    with pytest.raises(ConfigError, match="Did you mean 'Europe/Berlin'"):
        make_panel(table, time="at", targets=["y"], zone="Europe/Berlim")


def test_columns_have_one_role_each_and_targets_are_needed():
    table = read({"at": hours("2024-01-01T00:00", 5), "y": np.arange(5) + 0.5})
    with pytest.raises(ConfigError, match="'y' is named twice"):
        make_panel(table, time="at", targets=["y"], covariates=["y"])
    with pytest.raises(ConfigError, match="No target"):
        make_panel(table, time="at")
    with pytest.raises(DataError, match="No column named 'z'"):
        make_panel(table, time="at", targets=["z"])
    with pytest.raises(ConfigError, match="long, wide, rows"):
        make_panel(table, time="at", targets=["y"], layout="tall")
    with pytest.raises(ConfigError, match="least=1"):
        make_panel(table, time="at", targets=["y"], least=1)
