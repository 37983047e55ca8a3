"""Bad rows, bad files and bombs end with one clear message, and spare the good rows."""

import gzip
import random
import re

import polars as pl
import pytest
import zstandard

from umbrella.base.errors import ConfigError, DataError
from umbrella.base.limits import Limits
from umbrella.data.read import read

GOOD = b"text,label\n" + b"".join(b"some words %d,x\n" % n for n in range(100))
SMALL = Limits(line_bytes=20_000, cell_chars=1_000, columns=50)


@pytest.fixture
def file(tmp_path):
    """Writes bytes under a name and gives the path."""

    def write(data, name="data.csv"):
        (tmp_path / name).write_bytes(data)
        return tmp_path / name

    return write


BAD_ROWS = {
    "too few cells": (b"alone\n", "1 cell instead of 2"),
    "too many cells": (b"a,b,c\n", "3 cells instead of 2"),
    "NUL": (b"a\0b,x\n", "a NUL byte"),
    "long cell": (b"%s,x\n" % (b"y" * 1_001), "a cell of 1,001 characters; at most 1,000 are read"),
    "long quoted cell": (b'"%s\n",x\n' % (b"y" * 1_001), "a cell of 1,002 characters"),
    "long line": (b"%s,x\n" % (b"y" * 20_001), "a"),
    "undecodable": ("好".encode() * 20 + b"\xff,x\n", "bytes that are not UTF-8"),
    "a quote left open for a while": (
        b'"a,x\nb,y\nc",z,z\n',
        "3 cells instead of 2, spread over 3",
    ),
}


@pytest.mark.parametrize("name", BAD_ROWS)
def test_a_bad_row_is_listed_and_skipped_and_the_next_one_is_read(file, name):
    line, reason = BAD_ROWS[name]
    table = read(file(GOOD + line + b"last one,x\n"), limits=SMALL)
    assert table.rows == 101
    assert table.raw("text")[-1] == "last one"
    assert [(bad.line, bad.file) for bad in table.bad] == [(102, str(file(GOOD)))]
    assert table.bad[0].reason.startswith(reason)
    assert table.bad_rows == 1


@pytest.mark.parametrize("at", [0, 149, 298])
def test_a_row_that_lost_its_closing_quote_is_listed_and_its_neighbours_are_read(file, at):
    lines = [b'"fine, good %d",%d\n' % (n, n % 2) for n in range(300)]
    lines[at] = lines[at].replace(b'",', b",")
    table = read(file(b"text,label\n" + b"".join(lines)))
    texts = table.raw("text").to_list()
    assert texts == [f"fine, good {n}" for n in range(300) if n != at]
    assert [(bad.line, "closing quote" in bad.reason) for bad in table.bad] == [(at + 2, True)]


def test_a_header_that_lost_a_quote_is_not_taken_for_a_row(file):
    data = b'"text,label\n' + b'"a b",x\n' * 50
    with pytest.raises(DataError, match=r"line 1: text follows the closing quote.*--no-header"):
        read(file(data))
    table = read(file(data), header=False)
    assert (table.rows, [bad.line for bad in table.bad]) == (50, [1])


BAD_LINES = {
    "cut short": (b'{"text":', "not JSON: Expecting value (column 9)"),
    "a number": (b"3", "not a JSON object but the value '3'"),
    "a list": (b'["a"]', "not a JSON object but a list"),
    "half a surrogate": (rb'{"text": "\ud800"}', "half of a surrogate pair"),
    "half a surrogate as name": (rb'{"\ud800": 1}', "half of a surrogate pair"),
    "NUL": (rb'{"text": "a\u0000"}', "a NUL byte"),
    "deep": (b'{"a":' * 3_000, "JSON that is nested too deeply"),
    "long cell": (b'{"text": "%s"}' % (b"x" * 1_001), "a cell of 1,001 characters"),
    "long line": (b'{"text": "%s"}' % (b"x" * 20_001), "a"),
}


@pytest.mark.parametrize("name", BAD_LINES)
def test_a_bad_json_line_is_listed_and_skipped(file, name):
    line, reason = BAD_LINES[name]
    good = b'{"text": "a b", "label": 1}\n' * 50
    table = read(file(good + line + b"\n" + good, "data.jsonl"), limits=SMALL)
    assert (table.rows, table.columns) == (100, ["text", "label"])
    assert [bad.line for bad in table.bad] == [51]
    assert table.bad[0].reason.startswith(reason)


def test_too_many_bad_rows_stop_with_the_first_ones_and_the_remedy(file):
    source = file(b"text,label\n" + b"a b,x\n" * 9 + b"alone\n")
    with pytest.raises(DataError) as caught:
        read(source)
    message = str(caught.value)
    assert "1 of 10 rows" in message
    assert "line 11: 1 cell instead of 2" in message
    share = re.search(r"--bad-share ([0-9.]+[0-9])", message)[1]
    assert read(source, bad_share=float(share)).rows == 9
    with pytest.raises(ConfigError, match="not in"):
        read(source, bad_share=1.5)


def test_one_bad_row_early_in_a_long_file_does_not_stop_it_but_many_do(file):
    rest = b"a b,x\n" * 5_000
    assert read(file(b"text,label\nalone\n" + rest)).bad_rows == 1
    many = b"text,label\n" + b"alone\na b,x\n" * 2_000 + b"a b,x\n" * 500_000
    with pytest.raises(DataError, match=r"bad rows|rows of .* are bad") as caught:
        read(file(many))
    assert int(re.search(r"of ([0-9,]+) rows", str(caught.value))[1].replace(",", "")) < 500_000


def test_only_the_first_bad_rows_are_kept_and_all_are_counted(file):
    source = file(b"text,label\n" + b"a b,x\nalone\n" * 500)
    table = read(source, bad_share=0.6)
    assert (len(table.bad), table.bad_rows) == (Limits().bad_shown, 500)


def test_bad_rows_of_a_frame_are_named_by_row(file):
    frame = pl.DataFrame({"text": ["a b"] * 40 + ["a\0b", "x" * 1_001]})
    for source in (frame, file(b"", "a.parquet")):
        if source is not frame:
            frame.write_parquet(source)
        table = read(source, limits=SMALL)
        assert [(bad.line, bad.reason[:6]) for bad in table.bad] == [(41, "a NUL "), (42, "a cell")]


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (GOOD + b'"open,x\n' + b"a b,x\n" * 5, 102),
        (GOOD + b'"open,x\n' + b"a b,x\n" * 50_000, 102),
        (GOOD + b'a,"b\nc","open\n\n', 103),
        (b'"text,label\nabc,x\n', 1),
        (b'text,label\n"abc,x\n', 2),
    ],
)
def test_a_quote_that_is_never_closed_is_named_by_its_line(file, data, line):
    with pytest.raises(DataError, match=rf"line {line}: a quote opens a cell here") as caught:
        read(file(data), limits=SMALL)
    assert '""' in str(caught.value)


REFUSED = {
    "empty": (b"", "is empty"),
    "only empty lines": (b"\n\r\n\n", "only empty lines"),
    "a name twice": (b"a,b,a\n1,2,3\n", r"more than one column named 'a'.*--no-header"),
    "too many columns": (b",".join(b"c%d" % n for n in range(50_000)) + b"\n1\n", "50,000 columns"),
    "zip": (b"PK\x03\x04", "zip file"),
    "bz2": (b"BZh9", "bzip2 file"),
    "no line break": (b"x" * 2_000_000, "no line break"),
    "random bytes": (random.Random(0).randbytes(50_000), "rows of .* are bad"),
    "gzip cut off": (gzip.compress(GOOD)[:-20], r"damaged.*gzip stream breaks off"),
    "gzip cut in its end": (gzip.compress(GOOD)[:-4], "damaged"),
    "gzip with rubbish": (gzip.compress(GOOD) + b"rubbish", "damaged"),
    "gzip changed": (gzip.compress(GOOD)[:40] + b"\xff" * 9 + gzip.compress(GOOD)[49:], "damaged"),
    "zstd cut off": (zstandard.compress(GOOD)[:-20], "damaged"),
    "zstd cut before any block": (zstandard.compress(GOOD)[:6], "damaged"),
    "gzip of nothing": (gzip.compress(b""), "only empty lines"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_hopeless_file_is_refused_with_one_clear_message(file, name):
    data, message = REFUSED[name]
    with pytest.raises(DataError, match=message) as caught:
        read(file(data), limits=SMALL)
    assert "data.csv" in str(caught.value)


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress])
def test_a_bomb_is_stopped_by_its_ratio(file, pack):
    limits = Limits(ratio_free_bytes=1_000_000)
    bomb = pack(b"a,b\n" + b"0,0\n" * 5_000_000)
    with pytest.raises(DataError, match="unpacks to more than 200 times its size"):
        read(file(bomb), limits=limits)
    assert read(file(pack(GOOD)), limits=limits).rows == 100


def test_sizes_are_limited(file):
    with pytest.raises(DataError, match="more than 1,000 bytes"):
        read(file(GOOD), limits=Limits(file_bytes=1_000))
    with pytest.raises(DataError, match="more than 99 rows"):
        read(file(GOOD), limits=Limits(rows=99))
    names = b"".join(b'{"k%d": 1}\n' % n for n in range(60))
    with pytest.raises(DataError, match=r"line 51: more than 50 different names"):
        read(file(names, "a.jsonl"), limits=SMALL)
    with pytest.raises(DataError, match="51 columns"):
        read({f"c{n}": [1] for n in range(51)}, limits=SMALL)


def test_a_missing_file_is_answered_with_what_is_there(file, tmp_path):
    file(GOOD, "reviews.csv")
    with pytest.raises(DataError, match=r"Did you mean '.*reviews.csv'"):
        read(tmp_path / "review.csv")
    with pytest.raises(DataError, match=r"In that folder: reviews.csv"):
        read(tmp_path / "q")
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "notes.txt").write_text("no table")
    with pytest.raises(DataError, match=r"is a folder without tables.*notes.txt"):
        read(tmp_path / "more")
    with pytest.raises(DataError, match="does not exist either"):
        read("/no/such/folder/a.csv")
    with pytest.raises(DataError, match="Cannot open"):
        read("a\0b.csv")
    with pytest.raises(ConfigError, match="Did you mean 'csv'"):
        read(file(GOOD), format="cvs")


def test_json_that_is_no_lines_is_told_how_to_become_some(file):
    for data in (b'[{"a": 1}]', b'{\n "a": 1\n}'):
        with pytest.raises(DataError, match=r"one JSON document.*jq"):
            read(file(data, "a.json"))
    with pytest.raises(DataError, match="no row that can be read"):
        read(file(b"{}\n\n{}\n", "a.jsonl"))


def test_a_parquet_file_with_a_changed_byte_is_read_or_refused_but_never_a_crash(file):
    source = file(b"", "a.parquet")
    pl.DataFrame({"a": [1, 2, None], "t": ["x", "", "z"]}).write_parquet(source)
    whole, draw = source.read_bytes(), random.Random(0)
    refused = 0
    for cut in (whole[:-30], whole[:50], b"PAR1", GOOD):
        with pytest.raises(DataError, match="not Parquet, or is damaged"):
            read(file(cut, "a.parquet"))
    for _ in range(40):
        changed = bytearray(whole)
        changed[draw.randrange(4, len(whole))] = draw.randrange(256)
        try:
            read(file(bytes(changed), "a.parquet"))
        except DataError:
            refused += 1
    assert refused > 5


def test_no_space_for_a_large_table_is_said(file, monkeypatch, tmp_path):
    (tmp_path / "full").write_text("a file where the folder should be")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "full"))
    with pytest.raises(DataError, match="TMPDIR"):
        read(file(GOOD * 5_000), header=False, limits=Limits(memory_bytes=10_000))


MEDIA = {
    "cat.jpg": (b"\xff\xd8\xff\xe0\0\x10JFIF" + bytes(range(256)), "a JPEG picture", "photos/"),
    "cat.png": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "a PNG picture", "photos.csv"),
    "one.wav": (b"RIFF\xff\0\0\0WAVE" + bytes(range(256)), "WAV sound", "sounds/"),
    "odd.mp4": (b"\x81\x02" * 300, "by its name a file of kind video", "videos/"),
    "unnamed": (b"\xff\xd8\xff\xe0\0\x10JFIF" + bytes(range(256)), "a JPEG picture", "photos/"),
}


@pytest.mark.parametrize("name", MEDIA)
@pytest.mark.parametrize("answering", [None, ["photo"]])
def test_one_picture_sound_or_video_is_no_table(file, name, answering):
    data, what, remedy = MEDIA[name]
    with pytest.raises(DataError, match=what) as caught:
        read(file(data, name), answering=answering)
    assert "one file and no table" in str(caught.value)
    assert remedy in str(caught.value)


def test_tables_that_begin_like_a_picture_or_a_sound_are_read(file):
    text = "BMI,label\n" + "21,x\n22,y\n" * 20
    assert read(file(text.encode())).columns == ["BMI", "label"]
    assert read(file(text.encode(), "plain")).columns == ["BMI", "label"]
    assert read(file(text.encode("utf-16"), "sixteen")).columns == ["BMI", "label"]
    assert read(file(text.encode(), "named.bmp"), format="csv").columns == ["BMI", "label"]
