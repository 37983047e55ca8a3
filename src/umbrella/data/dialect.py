"""How the cells of a delimited file are laid out: separator, quotes, padding and header."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice

import numpy as np

from umbrella.base.catalogue import Sentence, sentence
from umbrella.base.errors import DataError
from umbrella.base.limits import Limits
from umbrella.data.grid import QUOTE, is_regular
from umbrella.data.kinds import MISSING, NUMBER
from umbrella.data.records import Dialect, Record, misquoted, parse, unclosed

SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
LOOKED_AT = 1000  # records that decide
STEADY = 0.9  # share of records with one and the same number of cells that makes a separator
COMMON_NAMES = (  # of columns; they decide when nothing else tells
    "id text label labels name title content comment review reviews sentence question answer "
    "class category target score stars rating date time sentiment message tweet summary "
    "文本 内容 标签 类别 评论 标题 名称 日期 时间 分数 情感 句子"
)
NAMES = frozenset(COMMON_NAMES.split())
TITLE_CHARS = 60  # longer first cells are no names
NUMERIC = re.compile(NUMBER)


@dataclass(frozen=True)
class Layout:
    """What was found out about a delimited file.

    Args:
        dialect: separator, quotes and padding.
        columns: names in order.
        skip: bytes of the header in UTF-8, 0 without one.
        line: physical line on which the rows begin.
        notes: the same in words.
    """

    dialect: Dialect
    columns: list[str]
    skip: int
    line: int
    notes: list[Sentence] = field(default_factory=list)


def find_layout(
    head: bytes,
    form: str,
    header: bool | None,
    *,
    whole: bool,
    file: str,
    limits: Limits,
) -> Layout:
    """Look at the first rows.

    Args:
        head: the beginning in UTF-8, decoded.
        form: "csv", "tsv", or "text" where the name says neither.
        header: whether the first row names the columns; None to find out.
        whole: whether the head is the whole file.
        file: the source, for messages.
        limits: columns is used.

    Raises:
        DataError: no row, too many columns, a name given twice, or a malformed first row.
    """
    text = head.decode("utf-8", "surrogatepass")
    dialect = _find_dialect(text, form, whole)
    records = _records(text, dialect, whole)
    if not records:
        raise _no_row(text, dialect, file)
    if records[0].malformed and header is not False:
        raise DataError(
            f"{file}, line {records[0].malformed}: {misquoted(records[0].spans)} Mend it; if the "
            f"first row holds no names, --no-header lists it as a bad row instead."
        )
    widths = [len(record.cells) for record in records]
    if max(widths[0], 1) > limits.columns:
        raise DataError(
            f"{file} has {widths[0]:,} columns; at most {limits.columns:,} are read. Keep the "
            f"needed ones, e.g.: cut -d, -f1-{min(limits.columns, 100)}. If they are rows, the "
            f"file lacks line breaks."
        )
    rows = [_unpad(record.cells, dialect) for record in records]
    named = header if header is not None else has_header(rows, form)
    columns = _names(rows[0], file) if named else [f"column_{n + 1}" for n in range(_usual(widths))]
    first = records[0]
    skip = len(text[: first.end].encode("utf-8", "surrogatepass")) if named else 0
    line = first.line + first.spans + first.whole if named else 1
    return Layout(dialect, columns, skip, line, _notes(dialect, named, header, columns))


def _no_row(text: str, dialect: Dialect, file: str) -> DataError:
    first = next((r for r in parse(text, dialect) if r.cells), None)
    if first is None:
        return DataError(f"{file} holds only empty lines. Give a file with at least one row.")
    if first.opened:
        return unclosed(file, first.opened, f"within {len(text):,} characters")
    return DataError(
        f"{file}, line {first.line}: no line break within {len(text):,} characters. A row must end "
        f"somewhere: is it another format, or an encoding that was not told?"
    )


def has_header(rows: Sequence[Sequence[str]], form: str = "csv") -> bool:
    """Whether the first row names the columns.

    A number in it says no where numbers follow, unless the numbers count the columns (date, 0, 1,
    2, …) beside a word that names one. A word above numbers says yes. Among words, a cell
    that comes again below says no, and one that never does above few repeated ones says yes. Else
    names that are common decide, and at last custom: CSV files have headers, others do not.

    Args:
        rows: all cells of the first rows, at least one row.
        form: "csv", "tsv" or "text".
    """
    first, below = rows[0], [row for row in rows[1:] if len(row) == len(rows[0])]
    if any(len(cell) > TITLE_CHARS or "\n" in cell for cell in first):
        return False
    if not below:
        return not any(_is_number(cell) for cell in first) and _is_custom(first, form)
    votes = [_vote(cell, [row[at] for row in below]) for at, cell in enumerate(first)]
    if _counts(first) and (2 in votes or any(cell.strip().lower() in NAMES for cell in first)):
        votes = [0 if _is_number(cell) else vote for cell, vote in zip(first, votes, strict=True)]
    if min(votes) <= -2:
        return False
    return sum(votes) > 0 or (sum(votes) == 0 and _is_custom(first, form))


def _counts(first: Sequence[str]) -> bool:
    """Whether the numbers among the cells count up from 0 or 1, two at least."""
    numbers = [cell.strip() for cell in first if _is_number(cell)]
    return len(numbers) > 1 and any(
        numbers == [str(start + at) for at in range(len(numbers))] for start in (0, 1)
    )


def _vote(cell: str, below: list[str]) -> int:
    """For (positive) or against (negative) a cell being the name of what is below it."""
    filled = [other for other in below if other.strip() not in MISSING["number"]]
    if not filled:
        return 0
    if _is_number(cell):
        return -2
    if all(map(_is_number, filled)):
        return 2 if cell.strip() not in MISSING["number"] else 0
    if cell in filled:
        return -2 if cell else 0
    repeated = len(set(filled)) * 2 <= len(filled)
    return int(repeated) + (cell.strip().lower() in NAMES)


def _is_custom(first: Sequence[str], form: str) -> bool:
    known = any(cell.strip().lower() in NAMES for cell in first)
    return known or (form == "csv" and (len(first) > 1 or " " not in first[0].strip()))


def _is_number(cell: str) -> bool:
    return NUMERIC.match(cell.strip()) is not None


def _find_dialect(text: str, form: str, whole: bool) -> Dialect:
    if form == "tsv":
        return Dialect("\t", _tabs_are_quoted(text, whole))
    separators, unnamed = "\t,;|" if form == "text" else ",;\t|", None
    for separator in separators:
        dialect = Dialect(separator, separator != "\t" or _tabs_are_quoted(text, whole))
        records = _records(text, dialect, whole)
        widths = [len(record.cells) for record in records]
        usual = _usual(widths)
        steady = widths.count(usual) / max(len(widths), 1)
        told = form == "csv" or separator == "\t" or len(widths) > 1
        if usual > 1 and steady >= STEADY and told:
            padded = len(records) > 1 and _is_padded(records, usual)
            found = Dialect(separator, dialect.quoted, padded)
            if widths[0] > 1:
                return found
            unnamed = unnamed or found  # it may be in the cells: date;price above 2024-01-05;67,85
    if unnamed is not None:
        return unnamed
    return Dialect(",") if form == "csv" else Dialect("\t", False)


def _is_padded(records: list[Record], usual: int) -> bool:
    """Whether every cell but the first begins with a space."""
    return all(c.startswith(" ") for r in records if len(r.cells) == usual for c in r.cells[1:])


def _tabs_are_quoted(text: str, whole: bool) -> bool:
    """Whether quotes in a tab-separated file are no part of the cells.

    They are taken for ordinary characters unless all of them stand where quotes belong and one of
    these holds: a quote is doubled, rows get equal lengths only by quoting, or a whole column is
    in quotes.
    """
    if '"' not in text:
        return False
    quoted = _records(text, Dialect("\t", True), whole)
    if not quoted:
        return False
    end = quoted[-1].end
    at = np.frombuffer(text[:end].encode("utf-8", "surrogatepass"), np.uint8)
    quotes = np.flatnonzero(at == QUOTE)
    if len(quotes) % 2 or not is_regular(at, quotes, "\t"):
        return False
    plain = _records(text[:end], Dialect("\t", False), True)
    if any('"' in cell for record in quoted for cell in record.cells):
        return True
    widths = [len(record.cells) for record in plain]
    if len(set(widths)) > 1 and len({len(record.cells) for record in quoted}) == 1:
        return True
    below = [r.cells for r in plain[1:] if len(r.cells) == _usual(widths)] or [plain[0].cells]
    return any(
        all(len(cell) > 1 and cell[0] == cell[-1] == '"' for cell in column)
        for column in zip(*below, strict=True)
    )


def _records(text: str, dialect: Dialect, whole: bool) -> list[Record]:
    """The first complete records that are no empty lines."""
    found = (r for r in parse(text, dialect) if r.cells and (r.whole or (whole and not r.opened)))
    return list(islice(found, LOOKED_AT))


def _usual(widths: Sequence[int]) -> int:
    return max(sorted(set(widths)), key=widths.count) if widths else 0


def _unpad(cells: list[str], dialect: Dialect) -> list[str]:
    return [cells[0], *(c.removeprefix(" ") for c in cells[1:])] if dialect.padded else cells


def _names(first: Sequence[str], file: str) -> list[str]:
    names = [cell.strip() or f"column_{n + 1}" for n, cell in enumerate(first)]
    for bad in "\0", "\udc80":
        if any(bad in name for name in names):
            raise DataError(f"{file}, line 1: a column name holds bytes that are no text. Mend it.")
    if len(set(names)) < len(names):
        twice = sorted({name for name in names if names.count(name) > 1})
        raise DataError(
            f"{file} has more than one column named {', '.join(map(repr, twice[:5]))}. Rename "
            f"them; if the first line holds no names, add --no-header."
        )
    return names


def _notes(
    dialect: Dialect, named: bool, header: bool | None, columns: list[str]
) -> list[Sentence]:
    notes = []
    if len(columns) > 1 and dialect.separator != ",":
        notes.append(sentence(f"data.separator.{SEPARATORS[dialect.separator]}"))
    if not dialect.quoted and len(columns) > 1:
        notes.append(sentence("data.quotes.ordinary"))
    elif dialect.separator == "\t" and dialect.quoted:
        notes.append(sentence("data.quotes.around"))
    if dialect.padded:
        notes.append(sentence("data.padded"))
    if not named:
        names = "column_1" + (f" … column_{len(columns)}" if len(columns) > 1 else "")
        key = "data.header.off" if header is False else "data.header.none"
        notes.append(sentence(key, names=names))
    elif header is None:
        notes.append(sentence("data.header.first"))
    return notes
