"""Delimited text is cut exactly as Python's csv module cuts it, on both paths."""

import csv
import io

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from umbrella.base.limits import Limits
from umbrella.data import delimited
from umbrella.data.delimited import Cutter
from umbrella.data.grid import find_grid
from umbrella.data.ledger import Ledger
from umbrella.data.records import Dialect, parse

ANY_TEXT = st.text(alphabet='a,"\n\r中é ', max_size=60)
CELLS = st.text(alphabet='ab,"\n\r中 ', max_size=6)
TABLES = st.lists(st.lists(CELLS, min_size=1, max_size=4), max_size=8)
BREAKS = st.sampled_from(["\n", "\r\n", "\r"])
SIZES = st.sampled_from([1, 3, 17, 10_000])


def by_csv(text, separator=",", quoted=True):
    """Rows and the physical line on which each begins; the first and last line of a malformed one.

    What follows a malformed row is not read: the csv module has no word on it.
    """
    quoting = csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE
    lines = io.StringIO(text, newline="")
    reader = csv.reader(lines, delimiter=separator, quoting=quoting, strict=True)
    rows, line = [], 1
    try:
        for row in reader:
            if row:
                rows.append((line, tuple(row)))
            line = reader.line_num + 1
    except csv.Error:
        return rows, (line, reader.line_num)
    return rows, None


COMMAS = Dialect()


def by_us(text, width, dialect=COMMAS, block=10_000, chunk=10_000):
    """Good rows and the ledger, the text coming in blocks of some characters."""
    ledger = Ledger("t", Limits(bad_shown=10**6), share=1.0)
    cutter = Cutter(dialect, [f"c{at}" for at in range(width)], ledger, lambda: "UTF-8")
    blocks = (text[at : at + block].encode() for at in range(0, len(text), block))
    before, delimited.CHUNK = delimited.CHUNK, chunk
    try:
        frames = list(cutter.frames(blocks))
    finally:
        delimited.CHUNK = before
    return [row for frame in frames for row in frame.fill_null("").rows()], ledger


def is_unclosed(text, separator=","):
    return any(record.opened for record in parse(text, Dialect(separator)))


def reasons(ledger):
    return {bad.line: bad.reason for bad in ledger.shown}


def blank(row):
    return len(row) == 1 and not row[0].strip()


@settings(max_examples=400, deadline=None)
@given(ANY_TEXT, st.integers(1, 3), SIZES, SIZES)
def test_any_text_is_cut_like_the_csv_module_does(text, width, block, chunk):
    if is_unclosed(text):
        return
    rows, ledger = by_us(text, width, block=block, chunk=chunk)
    expected, malformed = by_csv(text)
    good = [row for _, row in expected if len(row) == width]
    assert rows[: len(good)] == good
    wrong = [(line, blank(row)) for line, row in expected if len(row) != width]
    found = {bad.line for bad in ledger.shown}
    assert ledger.bad == len(found)
    if malformed:
        first, last = malformed
        assert any(
            first <= line <= last for line in found if "closing quote" in reasons(ledger)[line]
        )
        found = {line for line in found if line < first}
    else:
        assert len(rows) == len(good)
    assert {line for line, is_blank in wrong if not is_blank} <= found
    assert found <= {line for line, _ in wrong}


@settings(max_examples=300, deadline=None)
@given(TABLES, BREAKS, st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]), SIZES)
def test_what_the_csv_module_writes_comes_back_whole(table, line_end, quoting, chunk):
    out = io.StringIO(newline="")
    table = [[cell.replace("\r", "") for cell in row] for row in table]
    if line_end == "\r":
        quoting = csv.QUOTE_ALL  # the csv module would leave a line feed unquoted
    csv.writer(out, lineterminator=line_end, quoting=quoting).writerows(table)
    for width in (1, 2, 3):
        rows, _ = by_us(out.getvalue(), width, chunk=chunk)
        expected = [tuple(row) for row in table if len(row) == width]
        assert rows == expected


@settings(max_examples=200, deadline=None)
@given(ANY_TEXT, st.integers(1, 2), SIZES)
def test_without_quoting_a_quote_is_a_letter(text, width, chunk):
    text = text.replace(",", "\t")
    rows, _ = by_us(text, width, Dialect("\t", quoted=False), chunk=chunk)
    assert rows == [row for _, row in by_csv(text, "\t", quoted=False)[0] if len(row) == width]


@settings(max_examples=300, deadline=None)
@example([["\r"], ["\r"], ["", ""]], 1, None)  # line breaks that get shorter, chunk by chunk
@given(TABLES, SIZES, st.none() | st.integers(0, 20))
def test_the_fast_path_and_the_careful_one_agree_also_when_a_quote_is_lost(table, chunk, lost):
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows(table)
    text = out.getvalue()
    if lost is not None:
        pieces = text.split('"')
        text = '"'.join(pieces[:lost]) + '"'.join(pieces[lost:])
        if is_unclosed(text):
            return
    fast = by_us(text, 2, chunk=chunk)
    kept = delimited.find_grid
    delimited.find_grid = lambda *_: None
    try:
        careful = by_us(text, 2, chunk=chunk)
    finally:
        delimited.find_grid = kept
    assert fast[0] == careful[0]
    assert fast[1].shown == careful[1].shown


def test_regular_quotes_take_the_fast_path_and_stray_ones_do_not():
    assert find_grid(b'a,"b ""c"" d"\n"e\nf",g\n', Dialect()) is not None
    assert find_grid(b'a,5" pipe\n', Dialect()) is None
    assert find_grid(b'a,"b"c\n', Dialect()) is None


MALFORMED = "text follows the closing quote of a cell"
TORN = {
    "before an unquoted cell": ('"a b,1\n', '"c d",2\n"e",3\n'),
    "before a quoted cell": ('"a b,"1"\n', '"c d",2\n"e",3\n'),
    "at the end of a line": ('"a b","1\n', '"c d",2\n"e",3\n'),
    "in a later cell": ('x,"1\n', 'c d,"2"\ne,"3"\n'),
    "before a doubled quote": ('"a b,1\n', '"""c"" d",2\n"e",3\n'),
    "before lines without quotes": ('"a b,1\n', 'c d,2\nf,4\n"e",3\n'),
    "after a cell of two lines": ('"a\nb","1\n', '"c\nd",2\n"e",3\n'),
    "with CRLF": ('"a b,1\r\n', '"c d",2\r\n"e",3\r\n'),
    "with CR": ('"a b,1\r', '"c d",2\r"e",3\r'),
}


@pytest.mark.parametrize("chunk", [1, 7, 10_000])
@pytest.mark.parametrize("name", TORN)
def test_a_lost_closing_quote_costs_its_own_row_and_no_other(name, chunk):
    torn, after = TORN[name]
    before = '"fine\nhere",0\n'
    rows, ledger = by_us(before + torn + after, 2, block=chunk, chunk=chunk)
    kept, malformed = by_csv(before + after)
    assert malformed is None
    assert rows == [row for _, row in kept]
    line = 4 if name == "after a cell of two lines" else 3
    assert [(bad.line, bad.reason[: len(MALFORMED)]) for bad in ledger.shown] == [(line, MALFORMED)]


def test_many_lost_quotes_take_no_longer_than_few():
    text = '"a b,1\n' * 200_000 + '"c",2\n'
    rows, ledger = by_us(text, 2, block=10**6, chunk=10**6)
    assert (rows, ledger.bad) == ([("c", "2")], 200_000)


@pytest.mark.parametrize(
    ("text", "bad"),
    [
        ('a,b\n"x\ny",1\nz\n', [(4, "1 cell instead of 2")]),
        ("a,b\r\n\r\n1,2,3\r\n", [(3, "3 cells instead of 2")]),
        ("a,b\r1\r", [(2, "1 cell instead of 2")]),
        ("a,b\nx\0y,1\n", [(2, "a NUL byte")]),
        ('a,b\n"1\n2\n3",4,5\n', [(2, "3 cells instead of 2, spread over 3 lines")]),
        ('5" pipe,1\nx\n', [(2, "1 cell instead of 2")]),
        ('a,b\n"x"y,1\n', [(2, MALFORMED)]),
        ('"a\nb",1\n"x,1\n"c",2\n', [(3, MALFORMED)]),
        ('"a\nb","x\n"c",2\nz\n', [(2, MALFORMED), (4, "1 cell instead of 2")]),
        ('"he\nsaid "yes",1\nz\n', [(1, MALFORMED + ", spread over 2"), (3, "1 cell")]),
    ],
)
def test_bad_rows_are_named_by_physical_line_and_reason(text, bad):
    _, ledger = by_us(text, 2)
    assert [row.line for row in ledger.shown] == [line for line, _ in bad]
    for row, (_, reason) in zip(ledger.shown, bad, strict=True):
        assert row.reason.startswith(reason)


def test_padding_is_dropped_in_both_paths():
    text = 'a, b\nx, "y"\n'
    assert by_us(text, 2, Dialect(padded=True))[0] == [("a", "b"), ("x", '"y"')]
    assert by_us("a, b\nc, d\n", 2, Dialect(padded=True))[0] == [("a", "b"), ("c", "d")]
