"""Columns that already have types, from Parquet or memory, as strings like those of a text file."""

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from umbrella.base.catalogue import Sentence, sentence
from umbrella.base.errors import DataError
from umbrella.base.limits import Limits
from umbrella.data.held import LOOKED_AT, Held
from umbrella.data.ledger import Ledger

PIECE_BYTES = 16 * 2**20  # size of a piece of a Parquet file, about
FIRST_ROWS = 1_000  # rows of the first piece, from which the size of the next follows
SHOWN = 40  # characters of a value in a message

Rows = tuple[Iterable[pl.DataFrame], list[Sentence]]  # frames of strings, notes


def read_parquet(path: Path, name: str, ledger: Ledger, held: Held) -> Rows:
    """Pieces of a Parquet file, however large its row groups.

    Args:
        path: the file.
        name: what to call it in messages.
        ledger: where bad rows are listed, by row number.
        held: takes the files that are inside the table.

    Raises:
        DataError: not Parquet, damaged, or with too many columns.
    """
    lazy = _guarded(name, lambda: pl.scan_parquet(path, glob=False))
    schema: Mapping[str, Any] = _guarded(name, lazy.collect_schema)
    height = _guarded(name, lambda: lazy.select(pl.len()).collect().item())
    inside = [column for column, dtype in schema.items() if _may_hold_files(dtype)]
    for column in inside:
        some = lazy.select(pl.col(column)).head(LOOKED_AT)
        held.accept(column, _guarded(name, some.collect)[column].to_list())
    names, notes = _writable(schema, name, ledger.limits, held)
    first = 1 if held.endings else FIRST_ROWS

    def pieces() -> Iterator[pl.DataFrame]:
        start, rows, taken = 0, first, 0
        while start < height or not start:
            some = lazy.select(names).slice(start, rows)
            piece: pl.DataFrame = _guarded(name, some.collect)
            taken += int(piece.estimated_size())
            if taken > ledger.limits.file_bytes:
                raise DataError(
                    f"{name} holds more than {ledger.limits.file_bytes:,} bytes, the limit of one "
                    f"source. Split it, or read a part of it."
                )
            yield piece
            start += max(piece.height, 1)
            per_row = max(piece.estimated_size() / max(piece.height, 1), 1)
            rows = max(1, min(4 * rows, int(PIECE_BYTES / per_row)))

    return _checked((_strings(piece, held) for piece in pieces()), ledger), notes


def read_frame(frame: pl.DataFrame, ledger: Ledger, held: Held) -> Rows:
    """A polars frame, in slices; `held` takes the files that are inside it."""
    for column, dtype in frame.schema.items():
        if _may_hold_files(dtype):
            held.accept(column, frame[column].head(LOOKED_AT).to_list())
    names, notes = _writable(frame.schema, ledger.file, ledger.limits, held)
    slices = (
        frame.select(names).iter_slices(FIRST_ROWS * 50) if frame.height else [frame.select(names)]
    )
    return _checked((_strings(piece, held) for piece in slices), ledger), notes


def _may_hold_files(dtype: Any) -> bool:
    """Bytes, or what datasets of pictures and sounds are published as: {bytes, path}."""
    if isinstance(dtype, pl.Struct):
        return any(f.name == "bytes" and f.dtype == pl.Binary for f in dtype.fields)
    return bool(dtype == pl.Binary)


def to_frame(source: Any) -> pl.DataFrame:
    """A frame from what Python users have: a frame, a dict of lists, a list of dicts.

    Raises:
        DataError: none of these, columns of different lengths, or a cell of a strange type.
    """
    if isinstance(source, pl.DataFrame):
        return source
    if isinstance(source, pl.LazyFrame):
        return source.collect()
    if type(source).__module__.partition(".")[0] == "pandas" and hasattr(source, "columns"):
        return _from_pandas(source)
    if isinstance(source, Mapping):
        columns = {str(name): _column(str(name), cells) for name, cells in source.items()}
        _same_lengths({name: len(cells) for name, cells in columns.items()})
        return pl.DataFrame(columns)
    if isinstance(source, Sequence) and not isinstance(source, str | bytes):
        return _from_rows(source)
    raise DataError(
        f"Cannot read a table from a {type(source).__name__}. Give a path, '-', a polars or pandas "
        f"frame, a dict of lists, or a list of dicts."
    )


def _from_rows(rows: Sequence[Any]) -> pl.DataFrame:
    names: dict[str, None] = {}
    for at, row in enumerate(rows):
        if not isinstance(row, Mapping):
            raise DataError(
                f"Row {at + 1} is a {type(row).__name__}, not a dict. Give every row as "
                f"{{'column': cell, …}}."
            )
        names.update(dict.fromkeys(map(str, row)))
    if not names:
        raise DataError("The list holds no row, so that no columns are known. Give at least one.")
    texts = [{str(name): cell for name, cell in row.items()} for row in rows]
    return pl.DataFrame({name: _column(name, [row.get(name) for row in texts]) for name in names})


def _from_pandas(frame: Any) -> pl.DataFrame:
    names = [str(name) for name in frame.columns]
    if len(set(names)) < len(names):
        twice = sorted({name for name in names if names.count(name) > 1})
        raise DataError(f"The frame has more than one column named {twice[0]!r}. Rename them.")
    columns = {}
    for at, name in enumerate(names):
        series = frame.iloc[:, at]
        absent = series.isna().to_numpy()
        values = series.to_numpy()
        if values.dtype.kind in "biuf":
            columns[name] = pl.Series(name, values).set(pl.Series(absent), None)  # type: ignore[arg-type]
        else:
            cells = zip(series.to_list(), absent, strict=True)
            columns[name] = _column(name, [None if gone else cell for cell, gone in cells])
    return pl.DataFrame(columns)


def _column(name: str, cells: Any) -> pl.Series:
    """One column from any sequence of plain values."""
    if isinstance(cells, pl.Series):
        return cells.alias(name)
    if isinstance(cells, np.ndarray) and cells.ndim == 1 and cells.dtype.kind in "biuf":
        return pl.Series(name, cells, nan_to_null=True)
    if isinstance(cells, str | bytes) or not isinstance(cells, Iterable):
        raise DataError(f"Column {name!r} is one {type(cells).__name__}, not a list of cells.")
    cells = list(cells)
    if all(isinstance(cell, bytes | None) for cell in cells) and Held().accept(name, cells):
        return pl.Series(name, cells, pl.Binary)
    return pl.Series(name, [_text(c, name, row) for row, c in enumerate(cells)], pl.String)


def _text(value: Any, column: str, row: int) -> str | None:
    """A cell as a text file would have it."""
    if value is None or isinstance(value, str):
        return None if value is None else str(value)
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return None if value != value else repr(value)
    if isinstance(value, int | Decimal):
        return str(value)
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat(" ") if isinstance(value, datetime.datetime) else value.isoformat()
    raise DataError(
        f"Row {row + 1}, column {column!r}: {repr(value)[:SHOWN]} is a {type(value).__name__}. "
        f"Give a text, a number, a date, or None where it is missing."
    )


def _same_lengths(lengths: Mapping[str, int]) -> None:
    if not lengths:
        raise DataError("The dict holds no column. Give at least one: {'text': […], 'label': […]}.")
    if len(set(lengths.values())) > 1:
        raise DataError(
            f"Columns differ in length: {dict(list(lengths.items())[:10])}. Make them equal."
        )


def _writable(
    schema: Mapping[str, Any], name: str, limits: Limits, held: Held
) -> tuple[list[str], list[Sentence]]:
    """Columns whose cells can be written as text, and a note on the others."""
    if len(schema) > limits.columns:
        raise DataError(
            f"{name} has {len(schema):,} columns; at most {limits.columns:,} are read. Select the "
            f"needed ones first."
        )
    strange = (pl.List, pl.Array, pl.Struct, pl.Binary, pl.Object, pl.Duration)
    names = [
        column
        for column, dtype in schema.items()
        if column in held.endings or not isinstance(dtype, strange)
    ]
    left = [f"{column} ({schema[column]})" for column in schema if column not in set(names)]
    if not names:
        found = ", ".join(left) or "none at all"
        raise DataError(f"{name} has no column that can be read; found: {found}.")
    notes = [sentence("data.left_out", names=", ".join(left))] if left else []
    notes += [sentence("data.held", name=column) for column in held.endings]
    return names, notes


def _strings(frame: pl.DataFrame, held: Held) -> pl.DataFrame:
    """Every cell as text; floats as Python writes them, the same with every version of polars."""
    return frame.with_columns(
        held.write(name, frame[name]) if name in held.endings else _string(frame[name])
        for name in frame.columns
    )


def _string(cells: pl.Series) -> pl.Series:
    if cells.dtype == pl.String:
        return cells
    if not cells.dtype.is_float():
        return cells.cast(pl.String)
    if cells.dtype == pl.Float64:
        texts = [None if v is None or v != v else repr(v) for v in cells.to_list()]
    else:  # the shortest text that gives the same 32 bits, not the same 64
        values = np.asarray(cells.fill_null(float("nan")).to_numpy())
        texts = [None if v != v else str(v) for v in values]
    return pl.Series(cells.name, texts, pl.String)


def _checked(frames: Iterable[pl.DataFrame], ledger: Ledger) -> Iterator[pl.DataFrame]:
    """The rows whose cells are within limits; others are listed by row number."""
    seen, limit = 0, ledger.limits.cell_chars
    for frame in frames:
        wrong = np.zeros(frame.height, dtype=bool)
        for name in frame.columns:
            long = (frame[name].str.len_bytes() > limit) & (frame[name].str.len_chars() > limit)
            nul = frame[name].str.contains("\0", literal=True)
            wrong |= (long | nul).fill_null(False).to_numpy()
        for row in np.flatnonzero(wrong).tolist():
            cells = [cell or "" for cell in frame.row(row)]
            chars = max(map(len, cells))
            long_cell = f"a cell of {chars:,} characters; at most {limit:,} are read"
            ledger.add_bad(seen + row + 1, long_cell if chars > limit else "a NUL byte")
        seen += frame.height
        kept = frame.filter(~wrong) if wrong.any() else frame
        ledger.add_good(kept.height)
        yield kept


def _guarded(name: str, work: Callable[[], Any]) -> Any:
    try:
        return work()
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as error:
        reason = str(error).strip().splitlines()[0][:200] if str(error).strip() else "unreadable"
        raise DataError(
            f"{name} is not Parquet, or is damaged ({reason}). Write it again, or name its format "
            f"with --format."
        ) from error
