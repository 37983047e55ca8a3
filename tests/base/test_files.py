"""A file is the old one or the new one, and damage is named."""

import os
import stat
from pathlib import Path

import pytest

from umbrella.base import files
from umbrella.base.errors import RunError
from umbrella.base.files import read_json, replacing, write_bytes, write_json


def test_a_failed_write_leaves_the_old_file_and_no_rubbish(tmp_path, monkeypatch):
    path = tmp_path / "weights.bin"
    write_bytes(path, b"old")

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(RunError, match=r"No space left on device.*intact"):
        write_bytes(path, b"new")
    monkeypatch.undo()
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["weights.bin"]


@pytest.mark.parametrize("wrong", [KeyboardInterrupt, ValueError, OSError])
def test_a_file_half_written_when_it_stopped_leaves_the_old_one_and_no_rubbish(tmp_path, wrong):
    path = tmp_path / "answers.csv"
    with replacing(path, "w", encoding="utf-8", newline="") as file:
        file.write("好\r\n")
    with pytest.raises(wrong), replacing(path) as file:  # noqa: PT012
        file.write(b"half")
        raise wrong
    assert path.read_bytes() == "好\r\n".encode()
    assert [p.name for p in tmp_path.iterdir()] == ["answers.csv"]


def test_files_are_replaced_in_one_way_only():
    root = Path(files.__file__).parents[1]
    sources = {path.name: path.read_text("utf-8") for path in root.rglob("*.py")}
    assert [name for name, source in sources.items() if "mkstemp(" in source] == ["files.py"]


def test_a_write_that_is_stopped_leaves_no_rubbish(tmp_path, monkeypatch):
    def stop(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(files.os, "fsync", stop)
    with pytest.raises(KeyboardInterrupt):
        write_bytes(tmp_path / "a", b"1")
    assert not list(tmp_path.iterdir())


def test_a_written_file_has_ordinary_permissions(tmp_path):
    write_bytes(tmp_path / "a", b"1")
    mask = os.umask(0)
    os.umask(mask)
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o666 & ~mask


def test_a_folder_that_is_a_file_is_said(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(RunError, match="--out"):
        write_bytes(tmp_path / "file" / "inside", b"1")


@pytest.mark.parametrize("damage", [b"", b'{"a": ', b"\x80\x04pickle", b"[" * 100_000])
def test_damaged_json_is_refused_with_its_name(tmp_path, damage):
    (tmp_path / "run.json").write_bytes(damage)
    with pytest.raises(RunError, match=r"run\.json is damaged"):
        read_json(tmp_path / "run.json")


def test_json_keeps_chinese_and_refuses_nan(tmp_path):
    write_json(tmp_path / "a.json", {"名": "好"})
    assert "好" in (tmp_path / "a.json").read_text(encoding="utf-8")
    assert read_json(tmp_path / "a.json") == {"名": "好"}
    with pytest.raises(ValueError, match="JSON"):
        write_json(tmp_path / "a.json", {"score": float("nan")})


def test_missing_json_points_to_fit(tmp_path):
    with pytest.raises(RunError, match="umbrella fit"):
        read_json(tmp_path / "run.json")
