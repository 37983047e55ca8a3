"""A text file as lines."""

import pytest

from umbrella.base.errors import DataError
from umbrella.data import lines
from umbrella.data.lines import read_lines


def test_lines_that_hold_anything_are_read_without_white_space_around(tmp_path):
    (tmp_path / "a.txt").write_bytes("\ufeff one two \r\n\r\n\t三\n".encode())
    assert read_lines(tmp_path / "a.txt") == ["one two", "三"]


def test_a_file_that_is_absent_too_large_or_not_utf8_is_refused(tmp_path, monkeypatch):
    with pytest.raises(DataError, match=r"Cannot read.*--sentences"):
        read_lines(tmp_path / "absent.txt")
    (tmp_path / "b.txt").write_bytes(b"caf\xe9")
    with pytest.raises(DataError, match=r"not UTF-8 \(byte 4\)"):
        read_lines(tmp_path / "b.txt")
    monkeypatch.setattr(lines, "MOST_BYTES", 3)
    with pytest.raises(DataError, match="4 bytes; 3 are allowed"):
        read_lines(tmp_path / "b.txt")
