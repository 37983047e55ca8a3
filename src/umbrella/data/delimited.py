"""Cells between separators, as RFC 4180 and Python's csv module read them, at the speed of polars.

Two paths with one meaning. The fast one finds rows and their shapes by arithmetic over bytes and
lets polars cut the cells; it is taken when every quote provably opens a cell, closes one, or is
doubled inside one. Chunks with other quotes go through `parse`, cell by cell. A property test
holds both to the csv module, strict about what is malformed.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from umbrella.data.decode import MARK
from umbrella.data.grid import NEWLINE, RETURN, Grid, find_grid
from umbrella.data.ledger import Ledger
from umbrella.data.records import Dialect, Record, misquoted, parse, unclosed

CHUNK = 4 * 2**20  # bytes that are cut into rows at a time


@dataclass
class Cutter:
    """Cuts a stream of UTF-8 blocks into frames of good rows; bad ones go to the ledger.

    Args:
        dialect: separator and quoting.
        columns: names, as many as a good row has cells.
        ledger: where bad rows are listed; its limits hold for cells and records too.
        encoding: asked for the encoding's name when bytes were undecodable.
        line: physical line that the next bytes begin on.
    """

    dialect: Dialect
    columns: Sequence[str]
    ledger: Ledger
    encoding: Callable[[], str]
    line: int = 1
    _skipping: bool = False

    def frames(self, blocks: Iterable[bytes]) -> Iterator[pl.DataFrame]:
        """Frames of strings in file order.

        Raises:
            DataError: a quote is never closed, or too many rows are bad.
        """
        rest = b""
        for chunk, last in _chunks(blocks):
            data = self._skip(rest + chunk)
            if last and data and data[-1] not in (NEWLINE, RETURN):
                data += b"\n"
            held = b"\r" if not last and data.endswith(b"\r") else b""  # half of a line break?
            data = data[: len(data) - len(held)]
            if not data:
                rest = held
                continue
            frame, used = self._cut(data, last)
            if frame is not None and frame.height:
                self.ledger.add_good(frame.height)
                yield frame
            rest = data[used:] + held
            if len(rest) > self.ledger.limits.line_bytes:
                rest = self._too_long(rest)

    def _cut(self, data: bytes, last: bool) -> tuple[pl.DataFrame | None, int]:
        """A frame of the complete rows of data, and how many bytes they took."""
        if data.startswith(b"\xef\xbb\xbf"):
            return self._slowly(data, last)  # polars would take it for a byte-order mark
        size = len(data)
        data = _plain_breaks(data, self.dialect.quoted)
        grid = find_grid(data, self.dialect)
        frame, used = None, 0
        if grid is not None and not (last and grid.used < len(data)):
            frame, used = self._fast(data, grid), grid.used
        if frame is None:
            frame, used = self._slowly(data, last)
        # Line breaks may have become shorter, so what is left is counted from the end.
        return frame, size - (len(data) - used)

    def _fast(self, data: bytes, grid: Grid) -> pl.DataFrame | None:
        """The good rows of a regular chunk by polars; None when it disagrees."""
        reasons = self._reasons(data, grid)
        good = ~grid.blank
        good[list(reasons)] = False
        frame = self._frame([])
        if good.any():
            try:
                frame = self._by_polars(_join_runs(data, grid, good))
            except pl.exceptions.PolarsError:
                return None
        if frame.height != good.sum():
            return None
        for row in sorted(reasons):
            if reasons[row]:
                self.ledger.add_bad(self.line + grid.line_of(grid.starts[row]), reasons[row])
        self.line += grid.line_of(grid.used)
        return frame

    def _by_polars(self, data: bytes) -> pl.DataFrame:
        return self._unpad(
            pl.read_csv(
                data,
                has_header=False,
                separator=self.dialect.separator,
                quote_char='"' if self.dialect.quoted else None,
                schema=dict.fromkeys(self.columns, pl.String),
            )
        )

    def _reasons(self, data: bytes, grid: Grid) -> dict[int, str]:
        """Row → why it is bad; an empty reason for a line of blanks, which is no row."""
        width, reasons = len(self.columns), {}
        for row in np.flatnonzero((grid.cells != width) & ~grid.blank).tolist():
            start, end = int(grid.starts[row]), int(grid.ends[row])
            lines = grid.line_of(end) - grid.line_of(start)
            blank = grid.cells[row] == 1 and not data[start:end].strip()
            reasons[row] = "" if blank else _ragged(int(grid.cells[row]), width, lines)
        longest = self.ledger.limits.cell_chars
        for row in grid.rows_with_long_cells(longest):
            text = data[grid.starts[row] : grid.ends[row]].decode("utf-8", "surrogatepass")
            record = next(parse(text, self.dialect))
            if (chars := max(map(len, record.cells))) > longest:
                reasons[row] = _long(chars, longest)
        for bad, reason in ((b"\0", _NUL), (MARK, f"bytes that are not {self.encoding()}")):
            reasons |= dict.fromkeys(grid.rows_with(data, bad), reason)
        return reasons

    def _slowly(self, data: bytes, last: bool) -> tuple[pl.DataFrame, int]:
        """The same cell by cell."""
        text = data.decode("utf-8", "surrogatepass")
        good, used, breaks = [], 0, 0
        for record in parse(text, self.dialect, self.line):
            if record.opened and last:
                raise unclosed(self.ledger.file, record.opened, "before the end")
            if not record.whole:
                break
            used, breaks = record.end, record.line + record.spans + 1 - self.line
            reason = self._reason(record)
            if reason:
                self.ledger.add_bad(record.malformed or record.line, reason)
            elif reason is None:
                good.append(record.cells)
        self.line += breaks
        return self._frame(good), len(text[:used].encode("utf-8", "surrogatepass"))

    def _reason(self, record: Record) -> str | None:
        """Why a record is bad, None when it is good, and "" when it is no row."""
        cells, width, limits = record.cells, len(self.columns), self.ledger.limits
        if not cells or (record.blank and width > 1):
            return ""
        if any("\udc80" in cell for cell in cells):
            return f"bytes that are not {self.encoding()}"
        if any("\0" in cell for cell in cells):
            return _NUL
        if record.malformed:
            return misquoted(record.spans)
        if (chars := max(map(len, cells))) > limits.cell_chars:
            return _long(chars, limits.cell_chars)
        return _ragged(len(cells), width, record.spans) if len(cells) != width else None

    def _frame(self, rows: list[list[str]]) -> pl.DataFrame:
        columns = zip(*rows, strict=True) if rows else ([] for _ in self.columns)
        series = [pl.Series(n, c, pl.String) for n, c in zip(self.columns, columns, strict=True)]
        return self._unpad(pl.DataFrame(series))

    def _unpad(self, frame: pl.DataFrame) -> pl.DataFrame:
        if not self.dialect.padded:
            return frame
        return frame.with_columns(pl.col(self.columns[1:]).str.strip_prefix(" "))

    def _too_long(self, rest: bytes) -> bytes:
        """A record beyond the limit: an open quote stops the reading, a long line is skipped."""
        limit = self.ledger.limits.line_bytes
        record = next(parse(rest.decode("utf-8", "surrogatepass"), self.dialect, self.line))
        if record.opened:
            raise unclosed(
                self.ledger.file, record.opened, f"within {limit:,} bytes, the limit of a record"
            )
        self.ledger.add_bad(self.line, f"a line of more than {limit:,} bytes")
        self._skipping = True
        return b""

    def _skip(self, data: bytes) -> bytes:
        """What follows the end of a line that is being skipped."""
        if not self._skipping:
            return data
        found = re.search(rb"\r\n|\r|\n", data)
        if found is None:
            return b""
        self._skipping = False
        self.line += 1
        return data[found.end() :]


_NUL = "a NUL byte"


def _ragged(cells: int, width: int, lines: int) -> str:
    spread = f", spread over {lines + 1} lines: is a quote left open?" if lines else ""
    return f"{cells} {'cell' if cells == 1 else 'cells'} instead of {width}{spread}"


def _long(chars: int, limit: int) -> str:
    return f"a cell of {chars:,} characters; at most {limit:,} are read"


def _plain_breaks(data: bytes, quoted: bool) -> bytes:
    """Line breaks of one byte where no quote could hold them."""
    if b"\r" not in data or (quoted and b'"' in data):
        return data
    return data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def _join_runs(data: bytes, grid: Grid, good: NDArray[np.bool_]) -> bytes:
    """The bytes of the good rows, run after run."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], good, [False]]).astype(np.int8)))
    runs = edges.reshape(-1, 2).tolist()
    return b"".join(data[grid.starts[first] : grid.ends[end - 1] + 1] for first, end in runs)


def _chunks(blocks: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Blocks joined to a good size, and whether each is the last; the last may be empty."""
    held: list[bytes] = []
    size = 0
    for block in blocks:
        held.append(block)
        size += len(block)
        if size >= CHUNK:
            yield b"".join(held), False
            held, size = [], 0
    yield b"".join(held), True
