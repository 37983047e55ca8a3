"""A table: named columns of a kind, rows in file order, read in batches or by row number."""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray

from umbrella.base.catalogue import Sentence
from umbrella.base.errors import DataError, unknown
from umbrella.data.first_line import header_hint
from umbrella.data.held import Held
from umbrella.data.kinds import as_written, typed
from umbrella.data.ledger import BadRow
from umbrella.data.store import Store

if TYPE_CHECKING:
    from umbrella.data.inspect import Signatures

WITH_FILES = 64  # rows of a table whose files are in memory at a time
Convert = Callable[[pl.Series, str, Sequence[str] | None], pl.Series]

__all__ = ["BadRow", "Table"]


@dataclass(frozen=True)
class Table:
    """Rows of typed columns. `umbrella.data.read.read` makes one.

    Args:
        name: short name, e.g. "reviews" for data/reviews.csv.gz.
        store: the cells as they were written.
        kinds: column → kind, in the order of the columns.
        missing: cells that mean missing in every column, or None for the rule of each kind.
        bad: the first bad rows, with file, line and reason.
        bad_rows: how many there were.
        notes: what was found out about the source, one sentence each.
        source: what `read` takes to read it again: an absolute path or a sample's name; None for
            rows from memory or standard input.
        fingerprint: SHA-256 over column names, kinds, missing marks, cells as written and the bytes
            of files that cells name, however the table was compressed, encoded or laid out; see
            `Store.fingerprint`.
        roots: file column → the folder that relative paths in its cells start from.
        signatures: file column → what copies of its files are known by, [rows]; empty for a table
            that was read to be answered.
        held: files that came inside the table; kept as long as this object lives.
    """

    name: str
    store: Store = field(repr=False)
    kinds: dict[str, str]
    missing: tuple[str, ...] | None = None
    bad: list[BadRow] = field(default_factory=list, repr=False)
    bad_rows: int = 0
    notes: list[Sentence] = field(default_factory=list)
    source: str | None = None
    fingerprint: str = ""
    roots: dict[str, Path] = field(default_factory=dict, repr=False)
    signatures: dict[str, "Signatures"] = field(default_factory=dict, repr=False)
    held: Held | None = field(default=None, repr=False)

    @property
    def columns(self) -> list[str]:
        """Names of the columns, in order."""
        return list(self.kinds)

    @property
    def rows(self) -> int:
        """Number of good rows."""
        return self.store.rows

    @property
    def root(self) -> Path | None:
        """Where the paths of the first file column start; None where no column holds files."""
        return next(iter(self.roots.values()), None)

    def require(self, name: str) -> None:
        """Make sure that a column exists.

        Raises:
            DataError: it does not; the message names the nearest one.
        """
        if name not in self.kinds:
            error = unknown("column", name, self.columns, DataError)
            raise DataError(f"{error}{self.header_hint(name)}")

    def header_hint(self, name: str = "") -> str:
        """What to type where the first row seems to name the columns and was read as data."""
        first = self.store.take(np.zeros(min(self.rows, 1), np.int64), self.columns)
        return header_hint(self.columns, first.row(0) if first.height else (), name)

    def batches(
        self, columns: Sequence[str] | None = None, rows: int = 8192
    ) -> Iterator[pl.DataFrame]:
        """Typed rows in order: number columns Float64, all others String, missing cells null.

        Args:
            columns: which ones, in which order; all by default.
            rows: rows of a batch, at most. At least one batch comes, be it empty.
        """
        for frame in self._slices(columns, rows):
            yield self._map(frame, typed)

    def raw_batches(
        self, columns: Sequence[str] | None = None, rows: int = 8192
    ) -> Iterator[pl.DataFrame]:
        """Like `batches`, but every cell a string as it was written, or null where missing."""
        for frame in self._slices(columns, rows):
            yield self._map(frame, as_written)

    def column(self, name: str) -> pl.Series:
        """A whole column, typed as in `batches`, [rows]."""
        return self._whole(name, typed)

    def raw(self, name: str) -> pl.Series:
        """A whole column as it was written, [rows]: "1" stays "1", and "00123" keeps its zeros."""
        return self._whole(name, as_written)

    def take(self, rows: NDArray[np.int64]) -> pl.DataFrame:
        """The typed rows with these numbers, in that order.

        Args:
            rows: [n] row numbers in [0, rows), repeats allowed.
        """
        return self._map(self.store.take(np.asarray(rows, np.int64), self.columns), typed)

    def resolve(self, column: str, cells: Sequence[str | None]) -> list[str | None]:
        """Absolute paths of the files that cells of a column name; None where missing.

        Args:
            column: a file column.
            cells: as `batches` gives them.
        """
        return resolve(self.roots.get(column), cells)

    def write_parquet(self, path: Path) -> None:
        """Keep the cells as they were written in one Parquet file, with memory flat.

        Files that came inside the table are put into it again. Reading it with the same kinds and
        missing marks gives an equal fingerprint.
        """
        if self.held is not None and self.held.endings:
            frames = (self._with_files(frame).lazy() for frame in self._slices(None, WITH_FILES))
        else:
            frames = (frame.lazy() for frame in self.store.frames(self.columns))
        whole = list(frames) or [pl.DataFrame(schema=dict.fromkeys(self.columns, pl.String)).lazy()]
        pl.concat(whole).sink_parquet(path)

    def _with_files(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Names of held files become their bytes."""
        for name in self.held.endings if self.held else ():
            paths = self.resolve(name, frame[name].to_list())
            cells = [None if path is None else Path(path).read_bytes() for path in paths]
            frame = frame.with_columns(pl.Series(name, cells, pl.Binary))
        return frame

    def _whole(self, name: str, convert: "Convert") -> pl.Series:
        self.require(name)
        return pl.concat([self._map(f, convert) for f in self._slices([name], self.rows)])[name]

    def _slices(self, columns: Sequence[str] | None, rows: int) -> Iterator[pl.DataFrame]:
        names = self.columns if columns is None else list(columns)
        for name in names:
            self.require(name)
        if not self.rows:
            yield pl.DataFrame(schema=dict.fromkeys(names, pl.String))
        for frame in self.store.frames(names):
            yield from frame.iter_slices(max(rows, 1))

    def _map(self, frame: pl.DataFrame, convert: "Convert") -> pl.DataFrame:
        return frame.with_columns(
            convert(frame[name], self.kinds[name], self.missing) for name in frame.columns
        )


def resolve(root: Path | None, cells: Sequence[str | None]) -> list[str | None]:
    """Absolute paths: relative ones start at the root, missing cells stay None."""
    start = (root or Path()).absolute()
    return [os.path.join(start, cell) if cell else None for cell in cells]  # noqa: PTH118
