"""Delimited text cut cell by cell, as Python's csv module does: the reference for the fast path.

What the csv module refuses when strict, text behind the quote that closes a cell, is not glued to
the cell: its record is marked as malformed, and when a lost quote is the likely cause, the record
ends with its line, so that the rows after it are spared.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from umbrella.base.errors import DataError

BREAK = re.compile(r"\r\n|\r|\n")
BLANKS = " \t\n\r\x0b\x0c"  # what bytes.strip strips


@dataclass(frozen=True)
class Dialect:
    """How cells are written.

    Args:
        separator: one ASCII character.
        quoted: whether a cell may stand in double quotes, which then are no part of it.
        padded: whether one space after each separator is no part of the cell.
    """

    separator: str = ","
    quoted: bool = True
    padded: bool = False


@dataclass(frozen=True)
class Record:
    """One parsed row.

    Args:
        line: physical line it begins on.
        cells: its cells; none for an empty line.
        end: where the next one begins, in the text.
        spans: line breaks inside its quotes.
        opened: line of a quote that is not closed before the text ends, else 0.
        whole: whether a line break ends it.
        blank: whether it is one cell of nothing but blanks, outside of quotes.
        malformed: line of a quote that opens a cell and is closed before other text, else 0.
    """

    line: int
    cells: list[str]
    end: int
    spans: int
    opened: int
    whole: bool
    blank: bool
    malformed: int = 0


def parse(text: str, dialect: Dialect, line: int = 1) -> Iterator[Record]:
    """Cut a text into records, one cell after the other; the reference of this file.

    Args:
        text: begins with a record.
        dialect: separator and quoting.
        line: physical line of its beginning.
    """
    cell = _cell_pattern(dialect.separator, dialect.quoted)
    at, cells, begins, opened, malformed = 0, [], line, 0, 0
    while at < len(text):
        found = cell.match(text, at)
        assert found is not None  # the pattern matches the empty string
        inner, closing, plain, stop = found.group("inner", "closing", "plain", "stop")
        if inner is None:
            cells.append(plain)
        else:
            opened = 0 if closing else line
            if closing and plain:
                malformed = malformed or line
                if size := _own_line(inner, dialect.separator):
                    at = found.start("inner") + size
                    cells.append(inner[:size])
                    yield Record(begins, cells, at, line - begins, 0, True, False, malformed)
                    line += 1
                    cells, begins, malformed = [], line, 0
                    continue
            cells.append(inner.replace('""', '"') + plain)
            line += inner.count("\n") + inner.count("\r") - inner.count("\r\n")
        at = found.end()
        if stop != dialect.separator:
            blank = inner is None and len(cells) == 1 and not plain.strip(BLANKS)
            cells = [] if blank and not plain else cells
            yield Record(begins, cells, at, line - begins, opened, bool(stop), blank, malformed)
            line += bool(stop)
            cells, begins, malformed = [], line, 0
    if cells:  # the text ends with a separator
        yield Record(begins, [*cells, ""], at, line - begins, 0, False, False, malformed)


def _own_line(inner: str, separator: str) -> int:
    """Characters up to the end of the line on which a malformed cell was opened, or 0.

    Where its closing quote stands like one that opens a cell of a later row, its own was lost.
    Then each run of text is looked at twice at most: up to that quote nothing opens another cell.

    Args:
        inner: the text between the two quotes.
        separator: one character.
    """
    if not inner.rstrip('"').endswith((separator, "\n", "\r")):
        return 0
    found = BREAK.search(inner)
    return found.end() if found else 0


@lru_cache
def _cell_pattern(separator: str, quoted: bool) -> re.Pattern[str]:
    mark = re.escape(separator)
    never = "(?P<inner>(?!))?(?P<closing>(?!))?"
    inner = r'(?:"(?P<inner>(?:[^"]++|"")*+)(?P<closing>"?))?' if quoted else never
    return re.compile(rf"{inner}(?P<plain>[^{mark}\r\n]*+)(?P<stop>{mark}|\r\n|\r|\n|\Z)")


def misquoted(lines: int) -> str:
    """Why a malformed record is one.

    Args:
        lines: line breaks inside it.
    """
    spread = f", spread over {lines + 1} lines" if lines else ""
    return (
        f"text follows the closing quote of a cell{spread}: is a quote missing, or one inside the "
        f'cell not written twice ("")?'
    )


def unclosed(file: str, line: int, where: str) -> DataError:
    """The error for a quote that opens a cell and is not closed.

    Args:
        file: the source.
        line: physical line of the quote.
        where: how far was looked, e.g. "before the end".
    """
    return DataError(
        f"{file}, line {line}: a quote opens a cell here and is not closed {where}. Close it; a "
        f'quote inside a quoted cell is written twice (""). If quotes are ordinary characters in '
        f"this file, separate the cells by tabs and read it with --format tsv."
    )
