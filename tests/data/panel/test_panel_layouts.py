"""Tables of one series a column and of one series a row."""

import numpy as np
import pytest

from umbrella.base.errors import ConfigError, DataError
from umbrella.data.panel import find_roles, make_panel
from umbrella.data.read import read

DAYS = [str(np.datetime64("2024-01-01") + n) for n in range(6)]


def test_each_column_becomes_a_series_and_other_columns_are_shared():
    table = read(
        {
            "d": DAYS[::-1],
            "a": np.arange(6) + 0.5,
            "b": np.arange(6) + 10.5,
            "x": np.arange(6) + 20.5,
        }
    )
    made = make_panel(table, time="d", targets=["a", "b"], covariates=["x"], layout="wide")
    assert (made.ids, made.columns, made.targets) == (("a", "b"), ("value", "x"), 1)
    assert made.values[made.rows_of("b"), 0].tolist() == [15.5, 14.5, 13.5, 12.5, 11.5, 10.5]
    assert made.values[made.rows_of("a"), 1].tolist() == made.values[made.rows_of("b"), 1].tolist()
    assert made.rows[made.rows_of("b")].tolist() == [5, 4, 3, 2, 1, 0]
    assert made.layout == "wide"


def test_several_targets_are_columns_of_one_series_unless_asked():
    table = read({"d": DAYS, "a": np.arange(6) + 0.5, "b": np.arange(6) + 10.5})
    made = make_panel(table, time="d", targets=["a", "b"])
    assert (made.ids, made.columns, made.targets) == (("",), ("a", "b"), 2)


def test_a_column_that_begins_later_is_a_shorter_series():
    table = read({"d": DAYS, "a": [1.5] * 5 + [2.5], "b": [None, None, 3.5, None, 5.5, None]})
    made = make_panel(table, time="d", targets=["a", "b"], layout="wide")
    assert made.lengths.tolist() == [6, 3]
    assert np.isnan(made.values[made.rows_of("b"), 0]).tolist() == [False, True, False]
    assert made.written(int(made.stamps[made.rows_of("b")][0])) == "2024-01-03"


def test_wide_and_ids_do_not_go_together():
    table = read({"d": DAYS, "a": np.arange(6) + 0.5, "n": ["x"] * 6})
    with pytest.raises(ConfigError, match="Leave one of them out"):
        make_panel(table, time="d", targets=["a"], ids="n", layout="wide")


def rows():
    cells = {"name": ["H1", "H2", "H3", "H4"]}
    for at in range(1, 26):
        cells[f"V{at}"] = [
            at + 0.5,
            at * 2 + 0.5 if at < 20 else None,
            None,
            None if at < 3 else 7.5,
        ]
    return read(cells)


def test_each_row_becomes_a_series_without_its_padding():
    table = rows()
    found = find_roles(table)
    assert (found.layout, found.ids, found.time) == ("rows", "name", None)
    made = make_panel(table, time=None, ids="name", layout="rows", frequency="hour")
    assert made.ids == ("H1", "H2", "H4")
    assert made.lengths.tolist() == [25, 19, 23]
    assert made.values[made.rows_of("H2"), 0].tolist() == [at * 2 + 0.5 for at in range(1, 20)]
    assert set(made.rows[made.rows_of("H2")]) == {1}
    assert (made.frequency.code, made.frequency.season) == ("step", 24)
    assert [f.series for f in made.findings if f.kind == "short"] == [("H3",)]
    assert [f.series for f in made.findings if f.kind == "constant"] == [("H4",)]


def test_columns_named_for_dates_give_stamps():
    cells = {"place": ["x", "y"]} | {day: [n + 0.5, n + 1.5] for n, day in enumerate(DAYS)}
    made = make_panel(read(cells), time=None, ids="place", layout="rows")
    assert made.frequency.code == "day"
    assert made.written(int(made.stamps[0])) == "2024-01-01"


def test_rows_of_one_name_are_refused():
    table = read({"n": ["a", "a"], "V1": [1.5, 2.5], "V2": [1.5, 2.5]})
    with pytest.raises(DataError, match="must name every series once: 1 names stand in 2 rows"):
        make_panel(table, time=None, ids="n", layout="rows")


def test_rows_have_no_time_and_no_covariates():
    with pytest.raises(ConfigError, match="no column of time"):
        make_panel(rows(), time="name", layout="rows")


def test_rows_without_dates_are_taken_in_their_order():
    table = read({"n": ["a", "b", "a", "b"], "y": [1.5, 2.5, 3.5, 4.5]})
    made = make_panel(table, time=None, targets=["y"], ids="n", frequency="day")
    assert made.stamps.tolist() == [0, 1, 0, 1]
    assert made.values[:, 0].tolist() == [1.5, 3.5, 2.5, 4.5]
    assert (made.frequency.code, made.frequency.season) == ("step", 7)
    assert made.findings[0].text.say("en") == (
        "no column of time: rows are taken in the order of the file"
    )


def write(folder, **texts):
    for name, text in texts.items():
        (folder / f"{name}.csv").write_text(text, "utf-8")
    return folder


def test_a_folder_of_files_is_one_table_and_its_names_are_series(tmp_path):
    text = "date,close\n2024-01-01,1.5\n2024-01-02,2.5\n"
    folder = write(tmp_path, MSFT=text, AAPL=text.replace("1.5", "7.5"))
    table = read(folder)
    found = find_roles(table)
    assert (found.time, found.ids, found.target) == ("date", "series", "close")
    made = make_panel(table, time="date", targets=["close"], ids="series")
    assert made.ids == ("AAPL", "MSFT")
    assert made.values[:, 0].tolist() == [7.5, 2.5, 1.5, 2.5]


def test_files_that_name_their_series_keep_their_names(tmp_path):
    text = "date,close,Name\n2024-01-01,1.5,{0}\n2024-01-02,2.5,{0}\n"
    folder = write(tmp_path, one=text.format("A"), two=text.format("B"))
    table = read(folder)
    assert table.columns == ["date", "close", "Name"]
    assert "column" not in table.notes[0].say("en")
    assert find_roles(table).ids == "Name"


def test_a_folder_without_tables_or_with_different_ones_is_refused(tmp_path):
    with pytest.raises(DataError, match="is a folder"):
        read(tmp_path)
    folder = write(tmp_path, one="date,close\n2024-01-01,1.5\n", two="date,open\n2024-01-01,1.5\n")
    with pytest.raises(DataError, match=r"two.csv has columns date, open, but one.csv has date, c"):
        read(folder)
