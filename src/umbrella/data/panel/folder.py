"""A folder of tables, one a series, as one long table: AAPL.csv, MSFT.csv, …"""

from dataclasses import replace
from pathlib import Path

import polars as pl

from umbrella.base.errors import DataError
from umbrella.base.limits import LIMITS, Limits
from umbrella.data.panel.roles import ROLE_OF, plain
from umbrella.data.read import FORMATS, read
from umbrella.data.table import Table

SERIES = "series"  # the column of file names, where the tables name no series themselves


def read_folder(folder: Path | str, *, limits: Limits = LIMITS) -> Table:
    """Read every table of a folder, by name in order, and lay them one below the other.

    Where no column names the series ("Name", "Ticker", 股票代码, …), a column `series` holds the
    names of the files without their endings.

    Args:
        folder: of CSV, TSV, JSON-lines or Parquet files with the same columns.
        limits: how much is accepted of each.

    Raises:
        DataError: there is no table in it, columns differ, or a file cannot be read.
    """
    folder = Path(folder)
    paths = sorted(path for path in folder.glob("*") if path.suffix.lower() in FORMATS)
    if not paths:
        raise DataError(
            f"{folder} holds no table. Name a folder of files like AAPL.csv, one a series, or one "
            f"file. Endings that are read: {', '.join(FORMATS)}."
        )
    frames = [_cells(read(path, limits=limits)) for path in paths]
    columns = frames[0].columns
    for path, frame in zip(paths, frames, strict=True):
        if frame.columns != columns:
            raise DataError(
                f"{path.name} has columns {', '.join(frame.columns)}, but {paths[0].name} has "
                f"{', '.join(columns)}. Give all tables of {folder} the same columns, or take "
                f"{path.name} out."
            )
    if not any(ROLE_OF.get(plain(name)) == "ids" for name in columns):
        frames = [
            frame.insert_column(0, pl.Series(SERIES, [path.stem]).new_from_index(0, frame.height))
            for path, frame in zip(paths, frames, strict=True)
        ]
    return replace(read(pl.concat(frames), limits=limits), name=folder.resolve().name)


def _cells(table: Table) -> pl.DataFrame:
    return pl.concat(list(table.raw_batches()))
