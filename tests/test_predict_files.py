"""Predicting on files: the model is given whole paths, the answers name them as before."""

import csv
from pathlib import Path

import pytest
from mediafiles import picture

from umbrella import api
from umbrella.cli import main


class Shapes:
    """Stands for a loaded bundle that reads one picture column, and notes what it was given."""

    inputs = ("photo",)
    answers = ("size",)
    window = None  # it forecasts no series
    spec = {"task": {"task": "regress"}}

    def __init__(self):
        self.given = []

    def predict_columns(self, rows, *, weights=False):
        assert not weights
        cells = rows["photo"]
        self.given += cells
        sizes = [Path(cell).stat().st_size if cell else None for cell in cells]
        empty = ["is empty" if size == 0 else None for size in sizes]
        return {"size": [size or None for size in sizes], "note": empty}


@pytest.fixture
def shapes(monkeypatch):
    made = Shapes()
    monkeypatch.setattr(api, "load", lambda _: made)
    return made


def answers(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_every_file_of_a_folder_is_answered_the_damaged_ones_too(shapes, tmp_path):
    for name in ("b/2.png", "a/1.png", "3.png"):
        picture(tmp_path / "new" / name, 1)
    (tmp_path / "new" / "a" / "bad.png").write_bytes(b"")
    api.predict_source("m.onnx", tmp_path / "new", tmp_path / "out.csv")
    rows = answers(tmp_path / "out.csv")
    assert [row["photo"] for row in rows] == ["3.png", "a/1.png", "a/bad.png", "b/2.png"]
    assert [bool(row["size"]) for row in rows] == [True, True, False, True]
    assert rows[2]["note"] == "is empty"
    assert shapes.given == [str(tmp_path / "new" / row["photo"]) for row in rows]


def test_a_table_of_paths_is_answered_from_its_own_folder(shapes, tmp_path, monkeypatch):
    picture(tmp_path / "photos" / "1.png", 1)
    (tmp_path / "photos" / "t.csv").write_text("id,photo\n7,1.png\n8,\n")
    monkeypatch.chdir("/")
    api.predict_source("m.onnx", tmp_path / "photos" / "t.csv", tmp_path / "out.csv")
    rows = answers(tmp_path / "out.csv")
    assert [(row["id"], row["photo"]) for row in rows] == [("7", "1.png"), ("8", "")]
    assert shapes.given == [str(tmp_path / "photos" / "1.png"), None]


@pytest.mark.usefixtures("shapes")
def test_the_command_fails_after_writing_when_no_row_could_be_answered(tmp_path, capsys):
    for name in ("1.png", "2.png"):
        (tmp_path / "new" / name).parent.mkdir(exist_ok=True)
        (tmp_path / "new" / name).write_bytes(b"")
    out = tmp_path / "out.csv"
    asked = ["predict", "m.onnx", str(tmp_path / "new"), "-o", str(out)]
    assert main(asked) == 2
    assert [row["note"] for row in answers(out)] == ["is empty", "is empty"]
    err = capsys.readouterr().err
    assert "None of the 2 rows could be answered" in err
    assert "The first: is empty" in err
    picture(tmp_path / "new" / "3.png", 1)
    assert main(asked) == 0
    assert "1 row answered" in capsys.readouterr().err


def test_no_rows_are_no_failure(shapes, tmp_path):
    (tmp_path / "none.csv").write_text("photo\n")
    assert main(["predict", "m.onnx", str(tmp_path / "none.csv")]) == 0
    assert shapes.given == []
