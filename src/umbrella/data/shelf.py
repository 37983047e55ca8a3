"""A folder of tables with the same columns, one a series: AAPL.csv, MSFT.csv, …

They are laid one below the other. Where no column of theirs names the series, the files' names do.
Tables in sub-folders are read where the folder itself has none.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from umbrella.base.catalogue import Sentence, sentence
from umbrella.base.errors import DataError, listed
from umbrella.data.folder import walk
from umbrella.data.ledger import Ledger
from umbrella.data.source import FORMATS, endings_of
from umbrella.data.store import Store

SERIES = ("series", "file", "table")  # what the column of names is called; the first one free
RUN = ("run.json", "plan.json")  # what folders of runs hold
NOTES = 6  # kept of all tables
ReadOne = Callable[[Path, "Shelf", Ledger], list[Sentence]]


@dataclass(frozen=True)
class Tables:
    """Tables of a folder.

    Args:
        paths: in order.
        names: path → what its series is called.
        unread: how many more lie in sub-folders, and are not read.
        folders: sub-folders that the tables lie in; 0 where they lie right in the folder.
    """

    paths: tuple[Path, ...] = ()
    names: Mapping[Path, str] = field(default_factory=dict)
    unread: int = 0
    folders: int = 0


class Shelf:
    """Where frames of several tables go: a store that is told which table is read.

    Args:
        store: takes the rows.
        names: path of a table → what its series is called.
    """

    def __init__(self, store: Store, names: Mapping[Path, str]) -> None:
        self.name: str | None = None
        self._store, self._names = store, names
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
        stem = pl.Series(self.name, [self._names[self._path]], pl.String)
        return frame.insert_column(0, stem.new_from_index(0, frame.height))


def find_tables(root: Path) -> Tables:
    """Tables by their names: those right in a folder, or where it has none those below it.

    Args:
        root: any path; of no folder there are none. Folders of runs are left out.
    """
    if not root.is_dir():
        return Tables()
    below, runs = [], set[Path]()
    for name in walk(root, root.resolve()):
        path = root / name
        if path.name in RUN:
            runs.add(path.parent)
        if endings_of(path)[1] in FORMATS and path.name[0] not in ".~" and path.is_file():
            below.append(path)
    below = sorted(path for path in below if not runs.intersection(path.parents) - {root})
    if right := [path for path in below if path.parent == root]:
        return Tables(
            tuple(right), {path: endings_of(path)[0] for path in right}, len(below) - len(right)
        )
    names = {path: endings_of(path)[0] for path in below}
    if len(set(names.values())) < len(names):  # one name in several folders: told apart by these
        names = {
            path: (path.parent / stem).relative_to(root).as_posix() for path, stem in names.items()
        }
    return Tables(tuple(below), names, folders=len({path.parent for path in below}))


def lay_together(tables: Tables, store: Store, ledger: Ledger, read_one: ReadOne) -> list[Sentence]:
    """Read tables one after the other into one store.

    Args:
        tables: which, and what they are called.
        store: takes the rows.
        ledger: takes the counts of all.
        read_one: reads one of them into a shelf, with a ledger of its own.

    Returns:
        What is said of them, each sentence once.

    Raises:
        DataError: columns differ, or a table cannot be read.
    """
    shelf, notes = Shelf(store, tables.names), list[Sentence]()
    for path in tables.paths:
        shelf.begin(path)
        own = Ledger(str(path), ledger.limits, ledger.share)
        for note in read_one(path, shelf, own):
            if note not in notes and len(notes) < NOTES:
                notes.append(note)
        ledger.take(own)
    shelf.close()
    said = "data.shelf.named" if shelf.name is None else "data.shelf.read"
    told = [sentence(said, count=len(tables.paths), name=shelf.name or "")]
    if tables.folders:
        told.append(sentence("data.shelf.below", count=tables.folders))
    if tables.unread:
        told.append(sentence("data.shelf.unread", count=tables.unread))
    return [*told, *notes]
