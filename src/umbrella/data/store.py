"""Rows as they were written, all cells strings: in memory while small, in Parquet parts beyond.

A store takes frames one after the other and gives them back in that order. While it grows it
keeps two things that need every row: an evenly spaced sample, for kinds, and a fingerprint.
"""

import contextlib
import hashlib
import shutil
import tempfile
import weakref
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from umbrella.base.errors import DataError

PART_BYTES = 32 * 2**20  # size of a part in memory; a store of small limits uses smaller ones
SAMPLE_ROWS = 10_000  # rows of the sample are between half of this and this


class Store:
    """Frames of strings, read-only once closed.

    Args:
        memory_bytes: what may stay in memory; more goes to a temporary folder, which is deleted
            with the store.
    """

    def __init__(self, memory_bytes: int):
        self.columns: list[str] = []
        self.rows = 0
        self.folder: Path | None = None
        self._memory_bytes = memory_bytes
        self._part_bytes = min(PART_BYTES, max(memory_bytes // 4, 2**16))
        self._growing: list[pl.DataFrame] = []
        self._growing_bytes = 0
        self._held_bytes = 0
        self._parts: list[pl.DataFrame | Path] = []
        self._part_rows: list[int] = []
        self._sample = _Sample()
        self._digests: dict[str, _Digest] = {}

    def add(self, frame: pl.DataFrame) -> None:
        """Append rows. A column not seen before is missing in all rows before it.

        Args:
            frame: string columns only.
        """
        for name in frame.columns:
            if name not in self._digests:
                self.columns.append(name)
                self._digests[name] = _Digest(self.rows)
        if not frame.height:
            return
        for name, digest in self._digests.items():
            digest.update(frame[name] if name in frame.columns else frame.height)
        self._sample.add(frame, self.rows)
        self.rows += frame.height
        self._growing.append(frame)
        self._growing_bytes += int(frame.estimated_size())
        if self._growing_bytes >= self._part_bytes:
            self._end_part()

    def close(self) -> "Store":
        """Say that all rows are there."""
        self._end_part()
        return self

    def rest(self) -> "Store":
        """Let go of the memory of a large table: what is asked for later is read from the disk.
        What the disk has no room for stays.
        """
        if self._held_bytes > self._part_bytes:
            with contextlib.suppress(DataError):
                self._spill()
        return self

    def sample(self) -> pl.DataFrame:
        """Evenly spaced rows, which depend on the rows alone and not on how they came."""
        return _conform(self._sample.frame(), self.columns)

    def fingerprint(self, *more: str) -> str:
        """SHA-256 of column names, cells and further texts, as hexadecimal digits.

        Each column is hashed as the lengths of its cells in bytes (32 bits, little-endian, 0
        where missing) and their UTF-8 bytes one after the other; so an empty and a missing cell
        count as equal, and neither chunks nor the machine matter.
        """
        whole = hashlib.sha256()
        for name in self.columns:
            _feed(whole, name)
            whole.update(self._digests[name].digest())
        for text in more:
            _feed(whole, text)
        return whole.hexdigest()

    def frames(self, columns: Sequence[str]) -> Iterator[pl.DataFrame]:
        """Every part in order, the named columns only."""
        for at in range(len(self._parts)):
            yield self._part(at, columns)

    def take(self, rows: NDArray[np.int64], columns: Sequence[str]) -> pl.DataFrame:
        """The rows with these numbers, in the order asked for.

        Raises:
            IndexError: a number is negative or beyond the last row.
        """
        if len(rows) and not (rows.min() >= 0 and rows.max() < self.rows):
            raise IndexError(f"row numbers are in [0, {self.rows}), not {rows.min()}…{rows.max()}")
        ends = np.cumsum(self._part_rows)
        part_of = np.searchsorted(ends, rows, side="right")
        found = [_empty(columns)]
        order = [np.zeros(0, dtype=np.int64)]
        for at in np.unique(part_of):
            asked = np.flatnonzero(part_of == at)
            local = rows[asked] - (ends[at] - self._part_rows[at])
            found.append(self._part(int(at), columns)[local])
            order.append(asked)
        back = np.empty(len(rows), dtype=np.int64)
        back[np.concatenate(order)] = np.arange(len(rows))
        return pl.concat(found)[back]

    def _part(self, at: int, columns: Sequence[str]) -> pl.DataFrame:
        part = self._parts[at]
        if isinstance(part, Path):
            schema = pl.read_parquet_schema(part)
            there = [name for name in columns if name in schema]
            if not there:  # a frame without any column would have forgotten its rows
                none = pl.repeat(None, self._part_rows[at], dtype=pl.String, eager=True)
                return pl.DataFrame(dict.fromkeys(columns, none))
            part = pl.read_parquet(part, columns=there)
        return _conform(part, columns)

    def _end_part(self) -> None:
        if not self._growing:
            return
        part = pl.concat(self._growing, how="diagonal").rechunk()
        self._growing, self._growing_bytes = [], 0
        self._part_rows.append(part.height)
        self._held_bytes += int(part.estimated_size())
        self._parts.append(part)
        if self._held_bytes > self._memory_bytes:
            self._spill()

    def _spill(self) -> None:
        try:
            if self.folder is None:
                self.folder = Path(tempfile.mkdtemp(prefix="umbrella-"))
                weakref.finalize(self, shutil.rmtree, self.folder, ignore_errors=True)
            for at, part in enumerate(self._parts):
                if isinstance(part, pl.DataFrame):
                    path = self.folder / f"{at}.parquet"
                    part.write_parquet(path, compression="lz4", statistics=False)
                    self._parts[at] = path
        except OSError as error:
            raise DataError(
                f"The table is larger than memory may hold and cannot be kept in "
                f"{tempfile.gettempdir()}: {error}. Free some space there, or name another folder "
                f"in the environment variable TMPDIR."
            ) from error
        self._held_bytes = 0


class _Digest:
    """Hash of one column, fed piece by piece."""

    def __init__(self, rows_before: int):
        self._lengths, self._bytes = hashlib.sha256(), hashlib.sha256()
        self._feed_missing(rows_before)

    def update(self, cells: pl.Series | int) -> None:
        """Add cells, or a number of missing ones."""
        if isinstance(cells, int):
            self._feed_missing(cells)
            return
        self._lengths.update(cells.str.len_bytes().fill_null(0).to_numpy().astype("<u4").tobytes())
        self._bytes.update((cells.str.join("").item() or "").encode())

    def digest(self) -> bytes:
        return self._lengths.digest() + self._bytes.digest()

    def _feed_missing(self, rows: int) -> None:
        for start in range(0, rows, 2**20):
            self._lengths.update(bytes(4 * min(2**20, rows - start)))


class _Sample:
    """Every k-th row, k a power of two that doubles as rows come, from row 0 on."""

    def __init__(self) -> None:
        self._frames: list[pl.DataFrame] = []
        self._step = 1
        self._rows = 0

    def add(self, frame: pl.DataFrame, start: int) -> None:
        offset = -start % self._step
        picked = frame.gather_every(self._step, offset) if offset < frame.height else frame.clear()
        self._frames.append(_compact(picked))
        self._rows += picked.height
        while self._rows > SAMPLE_ROWS:
            self._frames = [self.frame().gather_every(2)]
            self._rows, self._step = self._frames[0].height, self._step * 2

    def frame(self) -> pl.DataFrame:
        return pl.concat(self._frames, how="diagonal") if self._frames else pl.DataFrame()


def _conform(frame: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    """The named columns in order; absent ones are missing throughout."""
    absent = [pl.lit(None, pl.String).alias(name) for name in columns if name not in frame.columns]
    return (frame.with_columns(absent) if absent else frame).select(columns)


def _compact(frame: pl.DataFrame) -> pl.DataFrame:
    """A copy that does not keep the text of the rows it was picked from alive, as polars would."""
    return pl.DataFrame({n: frame[n].to_list() for n in frame.columns}, schema=frame.schema)


def _empty(columns: Sequence[str]) -> pl.DataFrame:
    return pl.DataFrame(schema=dict.fromkeys(columns, pl.String))


def _feed(whole: "hashlib._Hash", text: str) -> None:
    data = text.encode("utf-8", "surrogatepass")
    whole.update(len(data).to_bytes(8, "little") + data)
