"""What can be read comes out the same, whatever its form, encoding or place."""

import gzip
import io
import json

import numpy as np
import polars as pl
import pytest
import zstandard
from realdata import path

from umbrella.base.errors import ConfigError, DataError
from umbrella.base.limits import Limits
from umbrella.data.read import read

ROWS = [
    (f"a nice room, number {n}" if n % 3 else f'"quoted" words {n}', str(n % 2)) for n in range(60)
]
CSV = "text,label\n" + "".join('"{}",{}\n'.format(t.replace('"', '""'), n) for t, n in ROWS)
CHINESE = "text,label\n" + "".join(f"房间很干净{n},好\n服务太差了{n},坏\n" for n in range(50))


def heard(table):
    """What reading noted, in English."""
    return [note.say("en") for note in table.notes]


@pytest.fixture
def file(tmp_path):
    """Writes bytes under a name and gives the path."""

    def write(data, name="data.csv"):
        (tmp_path / name).write_bytes(data if isinstance(data, bytes) else data.encode())
        return tmp_path / name

    return write


def rows(table):
    return list(
        zip(*(table.raw(name).fill_null("").to_list() for name in table.columns), strict=True)
    )


def parquet(frame):
    out = io.BytesIO()
    frame.write_parquet(out)
    return out.getvalue()


FRAME = pl.DataFrame({"text": [t for t, _ in ROWS], "label": [int(n) for _, n in ROWS]})
JSON_LINES = "".join(json.dumps({"text": t, "label": int(n)}) + "\n" for t, n in ROWS)
SAME = {
    "csv": CSV,
    "csv with CRLF": CSV.replace("\n", "\r\n"),
    "csv with CR": CSV.replace("\n", "\r"),
    "csv without a last line break": CSV.rstrip("\n"),
    "csv with empty lines at the end": CSV + "\n\n \n",
    "csv with semicolons": CSV.replace('",', '";').replace("text,", "text;"),
    "tsv": "text\tlabel\n" + "".join(f"{t}\t{n}\n" for t, n in ROWS),
    "tsv with quotes": CSV.replace('",', '"\t').replace("text,", "text\t"),
    "utf-16": CSV.encode("utf-16"),
    "bom": CSV.encode("utf-8-sig"),
    "jsonl": JSON_LINES,
    "jsonl with CRLF": JSON_LINES.replace("\n", "\r\n"),
    "parquet": parquet(FRAME),
    "gzip": gzip.compress(CSV.encode()),
    "gzip in two members": gzip.compress(CSV[:99].encode()) + gzip.compress(CSV[99:].encode()),
    "zstd": zstandard.compress(CSV.encode()),
    "parquet in gzip": gzip.compress(parquet(FRAME)),
    "jsonl in zstd": zstandard.compress(JSON_LINES.encode()),
}
NAMES = {"csv": "a.csv", "tsv": "a.tsv", "jsonl": "a.jsonl", "parquet": "a.parquet"}


@pytest.mark.parametrize("form", SAME)
def test_the_same_rows_come_from_every_form_and_have_one_fingerprint(form, file):
    named = read(file(SAME[form], NAMES.get(form.split()[0], "a.csv")), format=forced(form))
    unnamed = read(file(SAME[form], "a"), format=forced(form))
    expected = read({"text": [t for t, _ in ROWS], "label": [n for _, n in ROWS]})
    for table in (named, unnamed):
        assert rows(table) == ROWS
        assert table.kinds == {"text": "text", "label": "number"}
        assert table.fingerprint == expected.fingerprint


def forced(form):
    return "jsonl" if form == "jsonl in zstd" else None


def test_a_changed_cell_name_kind_or_order_changes_the_fingerprint():
    def print_of(*, kinds=None, **columns):
        return read(columns, kinds=kinds).fingerprint

    base = print_of(a=["x", "yz"], b=["1", "2"])
    others = [
        print_of(a=["x", "yZ"], b=["1", "2"]),
        print_of(a=["xy", "z"], b=["1", "2"]),
        print_of(c=["x", "yz"], b=["1", "2"]),
        print_of(b=["1", "2"], a=["x", "yz"]),
        print_of(a=["x", "yz"], b=["1", "2"], kinds={"b": "category"}),
        print_of(a=["x", None], b=["1", "2"]),
    ]
    assert len({base, *others}) == 1 + len(others)
    assert base == "cd01bf9219b1fcce8d373b3f2d49fca45fd184ae6ba06c6939fd5814244b268b"


@pytest.mark.parametrize(
    ("encoding", "said"),
    [
        ("utf-8", "UTF-8 (found)"),
        ("utf-8-sig", "UTF-8 with a byte-order mark (found)"),
        ("gb18030", "GB18030 (found)"),
        ("utf-16", "UTF-16 LE (found)"),
        ("utf-16-le", "UTF-16 LE (found)"),
        ("utf-16-be", "UTF-16 BE (found)"),
    ],
)
def test_encodings_are_found_and_said(file, encoding, said):
    table = read(file(CHINESE.encode(encoding)))
    assert table.raw("text")[0] == "房间很干净0"
    assert heard(table)[0] == f"CSV, encoding {said}"


def test_latin_1_is_told_from_chinese(file):
    text = "text,label\n" + "très bon déjà vu,oui\nça va bien été,non\n" * 9
    table = read(file(text.encode("latin-1")))
    assert table.raw("text")[0] == "très bon déjà vu"
    assert "Latin-1" in heard(table)[0]


def test_the_first_chinese_letter_may_come_late(file):
    text = "text,label\n" + "plain english words,a\n" * 100_000 + "房间很干净,b\n"
    table = read(file(text.encode("gb18030")))
    assert table.raw("text")[100_000] == "房间很干净"


def test_a_forced_encoding_that_does_not_fit_is_refused_with_line_and_byte(file):
    broken = file(CHINESE.encode("gb18030"))
    with pytest.raises(DataError, match=r"not UTF-8: line 2, byte 12 is 0xb7.*GB18030"):
        read(broken, encoding="utf-8")
    with pytest.raises(ConfigError, match="Did you mean 'utf-8'"):
        read(broken, encoding="utf-9")
    assert heard(read(broken, encoding="gbk"))[0] == "CSV, encoding GB18030"


def test_undecodable_bytes_far_into_a_file_make_a_bad_row(file):
    data = CHINESE.encode() * 300 + "坏".encode()[:2] + b",x\n" + CHINESE.encode()
    table = read(file(data, "a.csv"), header=False)
    assert table.bad_rows == 1
    assert table.bad[0].line == 101 * 300 + 1
    assert table.bad[0].reason == "bytes that are not UTF-8"
    assert table.rows == 101 * 301


REAL = {
    "thucnews_20k/dev.txt": (10_000, ["column_1", "column_2"], "体验2D巅峰 倚天屠龙记十大创新概览"),
    "sst2/dev.tsv": (872, ["column_1", "column_2"], "one long string of cliches"),
    "chnsenticorp_htl/ChnSentiCorp_htl_all.csv": (7_766, ["label", "review"], "1"),
    "mr_polarity/rt-polarity.neg": (5_331, ["column_1"], "simplistic , silly and tedious . "),
    "multi30k/train.en.gz": (
        29_000,
        ["column_1"],
        "Two young, White males are outside near many bushes.",
    ),
}


@pytest.mark.parametrize("name", REAL)
def test_real_files_give_all_their_rows_and_the_right_header(name):
    folder, file = name.split("/")
    count, columns, first = REAL[name]
    table = read(path(folder) / file)
    assert (table.rows, table.columns, table.bad_rows) == (count, columns, 0)
    assert table.raw(columns[0])[0] == first


def test_stray_quotes_of_a_tab_separated_file_stay():
    file = path("sst2") / "train.tsv"
    table = read(file)
    lines = file.read_text("utf-8").splitlines()
    assert rows(table) == [tuple(line.split("\t")) for line in lines]
    assert "quotes are ordinary characters" in heard(table)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("label,review\n1,good\n0,bad day\n", True),
        ("1,good\n0,bad day\n", False),
        ("text,label\na b,pos\nc d,neg\ne f,pos\ng h,neg\n", True),
        ("a b,pos\nc d,neg\ne f,pos\ng h,neg\n", False),
        ("text\nsome words here\nand here\n", True),
        ("text,label\n", True),
        ("1,2\n", False),
        ("文本,标签\n房间很好,好\n太差,坏\n", True),
        ("date,0,1,OT\n2020-01-01,0.5,3,4\n2020-01-02,0.7,5,6\n", True),
        ("day,0,1,OT\n2020-01-01,0.5,3,4\n2020-01-02,0.7,5,6\n", True),
        ("2020-01-01,0,1\n2020-01-02,0.7,5\n2020-01-03,0.7,5\n", False),
        ("date,2,7\n2020-01-01,3,4\n2020-01-02,5,6\n", False),
    ],
)
def test_a_header_is_found_or_forced(file, text, found):
    lines = text.count("\n")
    assert read(file(text)).rows == lines - found
    assert read(file(text), header=True).rows == lines - 1
    forced = read(file(text), header=False)
    assert forced.rows == lines
    assert forced.columns[0] == "column_1"


def test_a_label_and_an_id_stay_as_written():
    table = read({"label": ["1", "0"], "id": ["00123", "00124"], "x": [1.0, 2.5]})
    assert table.kinds == {"label": "number", "id": "category", "x": "number"}
    assert table.column("label").to_list() == [1.0, 0.0]
    assert table.raw("label").to_list() == ["1", "0"]
    assert table.raw("id").to_list() == ["00123", "00124"]
    assert table.raw("x").to_list() == ["1.0", "2.5"]


def test_json_numbers_stay_as_written_and_later_columns_are_missing_before(file):
    table = read(
        file('{"a": 1}\n{"a": 1.50, "b": true}\n{"a": null, "b": [1.50, "x"]}\n', "a.jsonl")
    )
    assert table.raw("a").to_list() == ["1", "1.50", None]
    assert table.raw("b").to_list() == [None, "true", '[1.5, "x"]']


def test_missing_marks_can_be_given(file):
    source = file("name,n\nNA,NA\nDE,3\nDE,-9\nNA,4\n")
    assert read(source).raw("name").null_count() == 0
    assert read(source).column("n").to_list() == [None, 3.0, -9.0, 4.0]
    given = read(source, missing=["-9", "DE"])
    assert given.raw("name").null_count() == 2
    assert given.fingerprint != read(source).fingerprint
    with pytest.raises(ConfigError, match=r"missing=\['NA'\]"):
        read(source, missing="NA")


def test_a_later_cell_that_is_no_number_is_said(file):
    source = file("n,t\n" + "1,a b\n" * 30_001 + "ten,a b\n" + "2,c d\n" * 30_000)
    table = read(source)
    assert table.kinds["n"] == "number"
    assert table.column("n")[30_001] is None
    assert table.raw("n")[30_001] == "ten"
    assert "column n: 1 cell is no number and counts as missing, e.g. 'ten'" in heard(table)


def test_frames_dicts_and_rows_are_tables_too():
    pandas = pytest.importorskip("pandas")
    columns = {"text": ["a b", "c d", None], "n": [1, 2, 3], "day": ["2024-01-05"] * 3}
    sources = [
        columns,
        [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)],
        pl.DataFrame(columns),
        pl.DataFrame(columns).lazy(),
        pandas.DataFrame(columns),
        {name: np.array(cells, dtype=object) for name, cells in columns.items()},
    ]
    tables = [read(source) for source in sources]
    assert len({table.fingerprint for table in tables}) == 1
    assert tables[0].kinds == {"text": "text", "n": "number", "day": "time"}
    assert (tables[0].name, tables[0].source) == ("data", None)
    assert read(tables[0]) is tables[0]


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ({"a": [1], "b": [1, 2]}, "differ in length"),
        ({}, "no column"),
        ([], "no row"),
        ([{"a": 1}, 2], "Row 2 is a int"),
        ({"a": [b"x"]}, r"Row 1, column 'a': b'x' is a bytes"),
        ({"a": "one"}, "not a list of cells"),
        (7, "Cannot read a table from a int"),
        (pl.DataFrame({"a": [[1]]}), "no column that can be read"),
    ],
)
def test_what_is_no_table_is_refused(source, message):
    with pytest.raises(DataError, match=message):
        read(source)


def test_standard_input_is_read_and_has_no_source(monkeypatch):
    class Stdin:
        buffer = io.BytesIO(gzip.compress(CSV.encode()))

    monkeypatch.setattr("sys.stdin", Stdin)
    table = read("-")
    assert rows(table) == ROWS
    assert (table.name, table.source) == ("stdin", None)


def test_a_table_is_named_after_its_file_and_knows_where_it_is(file):
    table = read(str(file(gzip.compress(CSV.encode()), "reviews.v2.csv.gz")))
    assert table.name == "reviews.v2"
    assert rows(read(table.source)) == ROWS


@pytest.mark.parametrize("memory", [10_000, 512 * 2**20])
def test_a_table_answers_the_same_from_memory_and_from_disk(file, memory):
    text = "n,t,u\n" + "".join(f"{n},text number {n},{'x' * 50}\n" for n in range(20_000))
    table = read(file(text), limits=Limits(memory_bytes=memory))
    assert (table.store.folder is not None) == (memory == 10_000)
    assert table.rows == 20_000
    assert table.column("n").to_list() == list(range(20_000))
    batches = list(table.batches(["t", "n"], rows=999))
    assert max(batch.height for batch in batches) <= 999
    assert pl.concat(batches).columns == ["t", "n"]
    assert pl.concat(batches)["n"].to_list() == list(range(20_000))
    wanted = np.array([19_999, 0, 7, 7, 12_345])
    assert table.take(wanted)["t"].to_list() == [f"text number {n}" for n in wanted]
    assert table.take(np.array([], dtype=np.int64)).height == 0
    with pytest.raises(IndexError):
        table.take(np.array([20_000]))
    with pytest.raises(DataError, match="Did you mean 't'"):
        table.column("tt")
    folder = table.store.folder
    copy = file(b"", "copy.parquet")
    table.write_parquet(copy)
    assert read(copy).fingerprint == table.fingerprint == read(file(text)).fingerprint
    del table
    assert folder is None or not folder.exists()


@pytest.mark.parametrize("memory", [10_000, 512 * 2**20])
def test_a_table_without_numbers_is_read_from_disk_too(file, memory):
    text = "t,u\n" + "".join(f"text number {n} here,{'x' * 50}\n" for n in range(20_000))
    table = read(file(text), kinds={"t": "text"}, limits=Limits(memory_bytes=memory))
    assert (table.store.folder is not None) == (memory == 10_000)
    assert table.column("t").to_list() == [f"text number {n} here" for n in range(20_000)]


@pytest.mark.parametrize("memory", [10_000, 512 * 2**20])
def test_a_column_that_comes_late_is_missing_before(file, memory):
    lines = [json.dumps({"t": f"text number {n}"}) for n in range(20_000)]
    lines += [json.dumps({"t": "at last", "late": "here"})]
    table = read(file("\n".join(lines), "rows.jsonl"), limits=Limits(memory_bytes=memory))
    assert (table.store.folder is not None) == (memory == 10_000)
    late = table.column("late")
    assert (len(late), late.null_count(), late[-1]) == (20_001, 20_000, "here")


def test_a_header_alone_is_a_table_without_rows(file):
    table = read(file("text,label\n"))
    assert (table.columns, table.rows) == (["text", "label"], 0)
    assert [batch.columns for batch in table.batches()] == [["text", "label"]]
    assert table.column("text").len() == 0


@pytest.mark.parametrize("ending", [".gz", ".ZST"])
def test_a_file_that_is_not_packed_as_its_name_says_is_read_with_a_note(file, ending):
    table = read(file(CSV, f"a.csv{ending}"))
    assert rows(table) == ROWS
    assert f"its name ends with {ending}, but it is not compressed: read as it is" in heard(table)
    for packed in (gzip.compress, zstandard.compress):
        table = read(file(packed(CSV.encode()), f"a.csv{ending}"))
        assert not any("not compressed" in note for note in heard(table))
    assert not any("not compressed" in note for note in heard(read(file(CSV, "a.csv"))))


def test_commas_inside_numbers_do_not_part_cells_that_semicolons_part(tmp_path):
    file = tmp_path / "prices.csv"
    file.write_text("date;close\n2013-02-08;67,85\n2013-02-11;68,56\n", "utf-8")
    table = read(file)
    assert table.columns == ["date", "close"]
    assert rows(table) == [("2013-02-08", "67,85"), ("2013-02-11", "68,56")]
    assert "cells are separated by semicolons" in heard(table)
