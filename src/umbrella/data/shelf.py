"""A folder of tables with the same columns, one a series: AAPL.csv, MSFT.csv, …

They are laid one below the other. Where no column of theirs names the series, the files' names do.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

import polars as pl

from umbrella.base.catalogue import Sentence, sentence
from umbrella.base.errors import DataError, listed
from umbrella.data.ledger import Ledger
from umbrella.data.source import FORMATS, endings_of
from umbrella.data.store import Store

SERIES = ("series", "file", "table")  # what the column of names is called; the first one free
NOTES = 6  # kept of all tables
ReadOne = Callable[[Path, "Shelf", Ledger], list[Sentence]]


class Shelf:
    """Where frames of several tables go: a store that is told which table is read.

    Args:
        store: takes the rows.
    """

    def __init__(self, store: Store) -> None:
        self.name: str | None = None
        self._store = store
        self._path, self._first = Path(), Path()
        self._columns: list[str] = []
        self._decided = False

    def begin(self, path: Path) -> None:
        """Say which table comes next."""
        self._path = path

    def add(self, frame: pl.DataFrame) -> None:
        """Append rows of the table that is read.

        Raises:
            DataError: its columns are not those of the first.
        """
        if not self._columns:
            self._columns, self._first = frame.columns, self._path
        if set(frame.columns) != set(self._columns):
            raise DataError(
                f"{self._path.name} has columns {listed(frame.columns)}, but {self._first.name} "
                f"has {listed(self._columns)}. Give all tables of {self._path.parent} the same "
                f"columns, take {self._path.name} out, or name one file."
            )
        if frame.height:
            self._decide(frame)
            self._store.add(self._named(frame.select(self._columns)))

    def close(self) -> None:
        """Make sure that the columns are known even where there is no row."""
        if not self._decided:
            self._store.add(pl.DataFrame(schema=dict.fromkeys(self._columns, pl.String)))

    def _decide(self, frame: pl.DataFrame) -> None:
        """Whether a column names the series already: one of such a name and of a single value."""
        if self._decided:
            return
        from umbrella.data.panel.roles import ROLE_OF, plain

        own = [name for name in self._columns if ROLE_OF.get(plain(name)) == "ids"]
        if not any(frame[name].n_unique() == 1 for name in own):
            self.name = next(name for name in SERIES if name not in self._columns)
        self._decided = True

    def _named(self, frame: pl.DataFrame) -> pl.DataFrame:
        if self.name is None:
            return frame
        stem = pl.Series(self.name, [endings_of(self._path)[0]], pl.String)
        return frame.insert_column(0, stem.new_from_index(0, frame.height))


def find_tables(root: Path) -> list[Path]:
    """Files right in a folder that are tables by their names, in order; none for no folder."""
    if not root.is_dir():
        return []
    return sorted(
        path
        for path in root.iterdir()
        if endings_of(path)[1] in FORMATS and path.name[0] not in ".~" and path.is_file()
    )


def lay_together(
    paths: Sequence[Path], store: Store, ledger: Ledger, read_one: ReadOne
) -> list[Sentence]:
    """Read tables one after the other into one store.

    Args:
        paths: of the tables.
        store: takes the rows.
        ledger: takes the counts of all.
        read_one: reads one of them into a shelf, with a ledger of its own.

    Returns:
        What is said of them, each sentence once.

    Raises:
        DataError: columns differ, or a table cannot be read.
    """
    shelf, notes = Shelf(store), list[Sentence]()
    for path in paths:
        shelf.begin(path)
        own = Ledger(str(path), ledger.limits, ledger.share)
        for note in read_one(path, shelf, own):
            if note not in notes and len(notes) < NOTES:
                notes.append(note)
        ledger.take(own)
    shelf.close()
    said = "data.shelf.named" if shelf.name is None else "data.shelf.read"
    return [sentence(said, count=len(paths), name=shelf.name or ""), *notes]
