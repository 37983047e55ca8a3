"""What people hand to predict becomes cells: texts as ever, files by path or by their bytes."""

from pathlib import Path

import polars as pl
import pytest

from umbrella.base.errors import DataError
from umbrella.lite.rows import note, to_columns

FILES = {"photo"}


@pytest.mark.parametrize(
    "rows",
    [
        b"\x89PNG",
        [b"\x89PNG"],
        [bytearray(b"\x89PNG")],
        [{"photo": b"\x89PNG"}],
        {"photo": [memoryview(b"\x89PNG")]},
        [{"photo": {"bytes": b"\x89PNG", "path": "a.png"}}],
        pl.DataFrame({"photo": [b"\x89PNG"]}),
    ],
    ids=["bytes", "list", "bytearrays", "row", "memoryviews", "dict of bytes", "frame"],
)
def test_the_bytes_of_a_file_are_a_cell(rows):
    assert to_columns(rows, ["photo"], FILES) == {"photo": [b"\x89PNG"]}


@pytest.mark.parametrize(
    "rows",
    [
        "a/b.png",
        Path("a/b.png"),
        [Path("a/b.png")],
        {"photo": [{"bytes": None, "path": "a/b.png"}]},
    ],
    ids=str,
)
def test_a_path_is_a_cell(rows):
    assert to_columns(rows, ["photo"], FILES) == {"photo": ["a/b.png"]}


def test_missing_files_are_missing():
    rows = {"photo": [None, float("nan"), "", b"", {"bytes": None, "path": None}]}
    cells = to_columns(rows, ["photo"], FILES)["photo"]
    assert cells == [None, None, None, b"", None]
    assert [note([cell]) for cell in cells[:4:3]] == [
        "missing input: the answer to nothing at all",
        "empty input: the answer to nothing at all",
    ]


@pytest.mark.parametrize("wrong", [3, [1, 2], object()])
def test_what_is_no_file_is_named_by_row_and_column(wrong):
    with pytest.raises(DataError, match=r"Row 2, column 'photo'.*path of a file, its bytes"):
        to_columns({"photo": ["a.png", wrong]}, ["photo"], FILES)


def test_bytes_are_no_text():
    with pytest.raises(DataError, match="not bytes"):
        to_columns(b"fine", ["text"])
    with pytest.raises(DataError, match="Row 1, column 'text': b'fine' is a bytes"):
        to_columns([b"fine"], ["text"])


def test_files_and_texts_stand_side_by_side():
    rows = [{"photo": Path("a.png"), "text": 7}, {"photo": b"x", "text": "seven"}]
    assert to_columns(rows, ["photo", "text"], FILES) == {
        "photo": ["a.png", b"x"],
        "text": ["7", "seven"],
    }


@pytest.mark.parametrize(
    "rows",
    [{"Rooms": ["1"], "hight": ["2"]}, [{"Rooms": "1", "hight": "2"}]],
    ids=["lists", "rows"],
)
def test_absent_columns_are_named_at_once_each_with_the_nearest(rows):
    with pytest.raises(DataError) as caught:
        to_columns(rows, ["rooms", "height", "size, m"])
    text = str(caught.value)
    assert "'rooms' (did you mean 'Rooms'?), 'height' (did you mean 'hight'?), 'size, m'" in text
    assert 'reads rooms, height, "size, m"; the rows have Rooms, hight' in text


def test_of_very_many_absent_columns_some_are_named():
    with pytest.raises(DataError, match=r"\(960 in all\)") as caught:
        to_columns({"a": ["1"]}, [f"V{number}" for number in range(960)])
    assert len(str(caught.value)) < 1000
