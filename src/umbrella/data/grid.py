"""Where rows and cells of a chunk of delimited text are, found by arithmetic over its bytes."""

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from umbrella.data.records import Dialect

NEWLINE, RETURN, QUOTE = 10, 13, 34


@dataclass(frozen=True)
class Grid:
    """Where the rows of a chunk are. R rows, S separators and line breaks outside of quotes.

    Args:
        starts, ends: bytes at which rows begin and end, the line break left out, [R].
        cells: cells of each row, [R].
        blank: rows that are empty lines, [R].
        stops: places of separators and row-ending line breaks, [S].
        breaks: places of all line breaks, also inside quotes.
        used: bytes of complete rows.
    """

    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    cells: NDArray[np.int64]
    blank: NDArray[np.bool_]
    stops: NDArray[np.int64]
    breaks: NDArray[np.int64]
    used: int

    def line_of(self, place: int) -> int:
        """Line breaks before a byte."""
        return int(np.searchsorted(self.breaks, place))

    def rows_with(self, data: bytes, piece: bytes) -> list[int]:
        """Rows that hold these bytes."""
        if (data.isascii() and not piece.isascii()) or piece not in data:
            return []
        places = [found.start() for found in re.finditer(re.escape(piece), data[: self.used])]
        return np.unique(np.searchsorted(self.ends, places)).tolist()

    def rows_with_long_cells(self, limit: int) -> list[int]:
        """Rows with a cell of more bytes than the limit."""
        wide = self.stops[np.diff(self.stops, prepend=-1) > limit + 1]
        return np.unique(np.searchsorted(self.ends, wide[wide < self.used])).tolist()


def find_grid(data: bytes, dialect: Dialect) -> Grid | None:
    """The rows of a chunk that begins with a row; None when its quotes are not plainly regular.

    Args:
        data: without lone carriage returns outside of quotes, or they make it irregular.
    """
    at = np.frombuffer(data, np.uint8)
    is_break = at == NEWLINE
    special = is_break | (at == ord(dialect.separator))
    breaks = None
    if dialect.quoted and b'"' in data:
        places = np.flatnonzero(special | (at == QUOTE))
        is_quote = at[places] == QUOTE
        quotes = places[is_quote]
        if not is_regular(at, quotes, dialect.separator):
            return None
        outside = np.cumsum(is_quote, dtype=np.uint8) & 1 == 0  # wraps around, which keeps parity
        stops = places[outside & ~is_quote]
        if b"\r" in data:
            lone = np.flatnonzero((at[:-1] == RETURN) & ~is_break[1:])
            if (np.searchsorted(quotes, lone) % 2 == 0).any():
                return None
            is_break[lone] = True
        breaks = np.flatnonzero(is_break)
    else:
        stops = np.flatnonzero(special)
    is_end = at[stops] == NEWLINE
    ends = stops[is_end]
    if breaks is None:
        breaks = ends
    starts = np.concatenate([[0], ends[:-1] + 1]) if len(ends) else ends
    empty = ends == starts
    if b"\r" in data:
        empty |= (ends == starts + 1) & (at[starts] == RETURN)
    cells = np.diff(np.flatnonzero(is_end), prepend=-1)
    return Grid(starts, ends, cells, empty, stops, breaks, int(ends[-1]) + 1 if len(ends) else 0)


def is_regular(at: NDArray[np.uint8], quotes: NDArray[np.int64], separator: str) -> bool:
    """Whether every quote opens a cell at its start, closes one at its end, or is doubled.

    Then counting quotes tells where cells are, and csv, RFC 4180 and polars agree. A quote that
    is the very last byte is trusted: what it is decides nothing before it.

    Args:
        at: the bytes, beginning with a row.
        quotes: places of all quotes: opening, closing, opening, … when all is well.
        separator: one character.
    """
    neighbours = np.zeros(256, dtype=bool)
    neighbours[[ord(separator), NEWLINE, RETURN, QUOTE]] = True
    opening, closing = quotes[::2], quotes[1::2]
    opening = opening[1:] if len(opening) and opening[0] == 0 else opening
    closing = closing[:-1] if len(closing) and closing[-1] == len(at) - 1 else closing
    return bool(neighbours[at[opening - 1]].all() and neighbours[at[closing + 1]].all())
