"""A folder of tables is read as one, and says what cannot be laid together."""

import gzip

import polars as pl
import pytest

from umbrella.base.errors import DataError
from umbrella.base.limits import Limits
from umbrella.data.read import read

HEAD = "date,close\n"


def test_names_of_files_say_which_table_a_row_is_of_whatever_they_are_stored_as(tmp_path):
    (tmp_path / "B.csv").write_text(HEAD + "2024-01-01,1\n2024-01-02,2\n")
    (tmp_path / "A.tsv.gz").write_bytes(gzip.compress(b"close\tdate\n7\t2024-01-01\n"))
    frame = pl.DataFrame({"date": ["2024-01-01"], "close": [9.0]})
    frame.write_parquet(tmp_path / "C.parquet")
    (tmp_path / ".hidden.csv").write_text("x\n1\n")
    (tmp_path / "README.md").write_text("no table")
    table = read(tmp_path)
    assert table.columns == ["series", "close", "date"]
    assert table.raw("series").to_list() == ["A", "B", "B", "C"]
    assert table.column("close").to_list() == [7, 1, 2, 9]
    assert table.name == tmp_path.name
    assert read(table.source).fingerprint == table.fingerprint
    assert table.notes[0].say("en").startswith("3 tables of the folder")
    assert "series" in table.notes[0].say("zh")


def test_a_column_of_one_name_a_file_names_the_series_and_one_of_many_does_not(tmp_path):
    (tmp_path / "one.csv").write_text("date,code,close\n2024-01-01,k,1\n2024-01-02,l,2\n")
    assert read(tmp_path).columns == ["series", "date", "code", "close"]
    (tmp_path / "one.csv").write_text("date,code,close\n2024-01-01,k,1\n2024-01-02,k,2\n")
    assert read(tmp_path).columns == ["date", "code", "close"]
    (tmp_path / "one.csv").write_text("date,series,close\n2024-01-01,k,1\n2024-01-02,l,2\n")
    assert read(tmp_path).columns == ["file", "date", "series", "close"]


def test_tables_of_other_columns_are_refused_by_name(tmp_path):
    (tmp_path / "a.csv").write_text(HEAD + "2024-01-01,1\n")
    (tmp_path / "b.csv").write_text("date,open\n2024-01-01,1\n")
    with pytest.raises(DataError, match=r"b.csv has columns date, open, but a.csv has date, close"):
        read(tmp_path)


def test_bad_rows_of_every_table_count_and_name_their_file(tmp_path):
    rows = "".join(f"2024-01-{day:02},1\n" for day in range(1, 31))
    (tmp_path / "a.csv").write_text(HEAD + rows)
    (tmp_path / "b.csv").write_text(HEAD + rows + "2024-02-01,1,2\n")
    table = read(tmp_path)
    assert (table.rows, table.bad_rows) == (60, 1)
    assert table.bad[0].place == f"{tmp_path / 'b.csv'}:32"
    with pytest.raises(DataError, match="more than 40 rows"):
        read(tmp_path, limits=Limits(rows=40))


def test_tables_without_rows_still_have_columns(tmp_path):
    (tmp_path / "a.csv").write_text(HEAD)
    table = read(tmp_path)
    assert (table.columns, table.rows) == (["date", "close"], 0)


def test_tables_in_sub_folders_are_read_where_the_folder_has_none(tmp_path):
    for folder, name in (("tech", "A"), ("bank", "B"), (".old", "C"), ("runs/first", "D")):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / f"{name}.csv").write_text(HEAD + "2024-01-01,1\n2024-01-02,2\n")
    (tmp_path / "runs/first/run.json").write_text("{}")
    table = read(tmp_path)
    assert table.raw("series").to_list() == ["B", "B", "A", "A"]
    assert "2 sub-folders" in table.notes[1].say("en")
    assert read(table.source).fingerprint == table.fingerprint
    (tmp_path / "bank/A.csv").write_text(HEAD + "2024-01-01,3\n")
    assert set(read(tmp_path).raw("series")) == {"tech/A", "bank/A", "bank/B"}


def test_tables_in_sub_folders_beside_others_are_said_to_be_unread(tmp_path):
    (tmp_path / "more").mkdir()
    for name in ("a.csv", "more/b.csv", "more/c.csv"):
        (tmp_path / name).write_text(HEAD + "2024-01-01,1\n")
    table = read(tmp_path)
    assert table.rows == 1
    assert table.notes[1].say("en").startswith("2 more tables in sub-folders were not read")
    assert "2 个表没有读入" in table.notes[1].say("zh")
