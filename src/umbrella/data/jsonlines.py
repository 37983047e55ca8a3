"""JSON lines: one object a line, its cells kept as they were written."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from umbrella.base.errors import DataError
from umbrella.data.ledger import Ledger

CHUNK = 2 * 2**20  # bytes that become one frame
BREAK = re.compile(rb"\r\n|\r|\n")
DECODE = json.JSONDecoder(parse_int=str, parse_float=str).decode  # numbers stay as written


@dataclass
class LineReader:
    """Cuts a stream of UTF-8 blocks into frames of good rows; bad ones go to the ledger.

    Args:
        ledger: where bad rows are listed; its limits hold for cells, lines and columns too.
        encoding: asked for the encoding's name when bytes were undecodable.
        columns: names in order of their first appearance; grows while reading.
    """

    ledger: Ledger
    encoding: Callable[[], str]
    columns: dict[str, None] = field(default_factory=dict)
    _line: int = 0
    _skipping: bool = False

    def frames(self, blocks: Iterable[bytes]) -> Iterator[pl.DataFrame]:
        """Frames of strings in file order; a later one may have more columns.

        Raises:
            DataError: too many columns, or too many bad rows.
        """
        rows: list[dict[str, str | None]] = []
        size = 0
        for line in self._lines(blocks):
            self._line += 1
            size += len(line)
            if line.strip() and (row := self._row(line)) is not None:
                rows.append(row)
            if size >= CHUNK and rows:
                yield self._frame(rows)
                rows, size = [], 0
        if rows:
            yield self._frame(rows)

    def _lines(self, blocks: Iterable[bytes]) -> Iterator[bytes]:
        rest = b""
        for block in blocks:
            block = rest + block
            held = b"\r" if block.endswith(b"\r") else b""
            *lines, rest = BREAK.split(block[: len(block) - len(held)])
            rest += held
            for line in lines:
                yield b"" if self._skipping else line
                self._skipping = False
            if len(rest) > self.ledger.limits.line_bytes:
                if not self._skipping:
                    limit = self.ledger.limits.line_bytes
                    self.ledger.add_bad(self._line + 1, f"a line of more than {limit:,} bytes")
                self._skipping, rest = True, b""
        if not self._skipping:
            yield rest

    def _row(self, line: bytes) -> dict[str, str | None] | None:
        """One row, or None after listing it as bad."""
        try:
            row = DECODE(line.decode())
            if not isinstance(row, dict):
                raise ValueError(f"not a JSON object but {_word(row)}")
            cells = {
                name: value if type(value) is str else _written(value, line, name)
                for name, value in row.items()
            }
            if b"\\u" in line or len(line) > self.ledger.limits.cell_chars:
                self._check(cells)  # else no letter is unsound and no cell is long
        except (ValueError, RecursionError) as error:
            self.ledger.add_bad(self._line, self._reason(error))
            return None
        if cells.keys() <= self.columns.keys():
            return cells
        self.columns.update(dict.fromkeys(cells))
        if len(self.columns) > self.ledger.limits.columns:
            raise DataError(
                f"{self.ledger.file}, line {self._line}: more than "
                f"{self.ledger.limits.columns:,} different names, the limit of columns. Are names "
                f"and values swapped? Keep the needed names only."
            )
        return cells

    def _reason(self, error: Exception) -> str:
        if isinstance(error, UnicodeDecodeError):
            return f"bytes that are not {self.encoding()}"
        if isinstance(error, json.JSONDecodeError):
            return f"not JSON: {error.msg} (column {error.colno})"
        return str(error) if isinstance(error, ValueError) else "JSON that is nested too deeply"

    def _check(self, cells: dict[str, str | None]) -> None:
        limit = self.ledger.limits.cell_chars
        for name, cell in cells.items():
            _check_letters(name)
            _check_letters(cell or "")
            if len(cell or "") > limit:
                raise ValueError(
                    f"a cell of {len(cell or ''):,} characters; at most {limit:,} are read"
                )

    def _frame(self, rows: list[dict[str, str | None]]) -> pl.DataFrame:
        self.ledger.add_good(len(rows))
        columns = {name: [row.get(name) for row in rows] for name in self.columns}
        return pl.DataFrame(columns, schema=dict.fromkeys(self.columns, pl.String))


def _written(value: Any, line: bytes, name: str) -> str | None:
    """A value that is no text, as text: lists and objects as JSON."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(json.loads(line)[name], ensure_ascii=False)


def _check_letters(text: str) -> None:
    if "\0" in text:
        raise ValueError("a NUL byte")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError("half of a surrogate pair, which is no letter") from None


def _word(value: Any) -> str:
    if isinstance(value, list):
        return "a list"
    return "null" if value is None else f"the value {str(value)[:30]!r}"
