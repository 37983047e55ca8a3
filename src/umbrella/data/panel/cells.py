"""Columns of many repeated cells as the different ones and a code a row, read piece by piece.

A panel of ten thousand series has ten million stamps of which a thousand differ: only those are
parsed. Memory is 4 bytes a row besides.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from umbrella.data.kinds import MISSING, as_written
from umbrella.data.table import Table

BATCH = 2**19  # rows at a time
PARTS = {  # names of columns that hold a part of a moment, after `plain` of roles.py
    "year": ("year", "yr", "yyyy", "年", "年份"),
    "month": ("month", "mon", "mm", "mo", "月", "月份"),
    "day": ("day", "dd", "dayofmonth", "日", "日子"),
    "hour": ("hour", "hr", "hh", "时", "小时"),
    "minute": ("minute", "min", "mi", "分", "分钟"),
}


@dataclass(frozen=True)
class Cells:
    """Different cells, and which of them each row has.

    Args:
        different: U cells, stripped, in order of appearance.
        first: [U] the row where each comes first.
        codes: [N] int32 number of the cell; -1 where it is missing.
    """

    different: pl.Series
    first: NDArray[np.int64]
    codes: NDArray[np.int32]


def read_cells(table: Table, columns: Sequence[str], kind: str = "time") -> Cells:
    """The cells of a column, or of several that together make one cell: year, month, day, hour.

    Args:
        table: holds them.
        columns: one, or parts of a moment by name, or others to be joined by a space.
        kind: whose marks of missing cells count.
    """
    known = pl.DataFrame(schema={"cell": pl.String, "code": pl.Int32})
    first, codes, start = [np.zeros(0, np.int64)], [np.zeros(0, np.int32)], 0
    for frame in table.raw_batches(columns, BATCH):
        cells = _joined([written(table, frame[name], kind) for name in columns], columns)
        cells = cells.alias("cell")
        new = cells.to_frame().with_row_index("row").unique("cell", keep="first")
        new = new.filter(pl.col("cell").is_not_null()).join(known, on="cell", how="anti")
        new = new.sort("row")
        if new.height:
            number = pl.int_range(known.height, known.height + new.height, dtype=pl.Int32)
            known = pl.concat([known, new.select("cell", code=number)], rechunk=True)
            first.append(new["row"].cast(pl.Int64).to_numpy() + start)
        found = cells.to_frame().join(known, on="cell", how="left", maintain_order="left")
        codes.append(found["code"].fill_null(-1).to_numpy())
        start += frame.height
    return Cells(known["cell"], np.concatenate(first), np.concatenate(codes))


def written(table: Table, cells: pl.Series, kind: str) -> pl.Series:
    """Cells of `Table.raw_batches` as another kind has them: null where they mean missing."""
    if MISSING[table.kinds[cells.name]] == MISSING[kind]:
        return cells
    return as_written(cells, kind, table.missing)


def _joined(parts: Sequence[pl.Series], columns: Sequence[str]) -> pl.Series:
    """One string a row, null where a part is missing."""
    parts = [cells.str.strip_chars() for cells in parts]
    if len(parts) == 1:
        cells = parts[0]
    else:
        named = {part: at for at, name in enumerate(columns) if (part := part_of(name))}
        if len(named) == len(parts) and "year" in named:
            cells = _dated({part: parts[at] for part, at in named.items()})
        else:
            cells = pl.select(pl.concat_str(parts, separator=" ")).to_series()
    return cells.set(cells.str.len_bytes() == 0, None)  # type: ignore[arg-type]


def _dated(parts: dict[str, pl.Series]) -> pl.Series:
    """ "2010", "1", "2", "13" → "2010-1-2 13:00"; null where a part is missing."""
    whole = {name: cells.str.replace(r"\.0+$", "") for name, cells in parts.items()}
    text: list[pl.Series | pl.Expr] = [whole["year"]]
    for name, mark in (("month", "-"), ("day", "-"), ("hour", " ")):
        if name in whole:
            text += [pl.lit(mark), whole[name]]
    if "hour" in whole:
        text += [pl.lit(":"), whole["minute"].str.zfill(2) if "minute" in whole else pl.lit("00")]
    return pl.select(pl.concat_str(text)).to_series()


def part_of(name: str) -> str | None:
    """Which part of a moment a column is named for: "year", "month", "day", "hour", "minute"."""
    word = name.strip().lower()
    return next((part for part, names in PARTS.items() if word in names), None)
