"""Files that came inside a table, as bytes: kept in a temporary folder while the table lives."""

import hashlib
import shutil
import tempfile
import weakref
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from umbrella.base.errors import DataError
from umbrella.data.magic import HEAD, tell

LOOKED_AT = 64  # cells that tell whether a column of bytes holds media


class Held:
    """A folder of files named by the SHA-256 of their bytes, deleted with this object.

    Attributes:
        endings: column whose cells are names of such files → ending that its cells have.
        folder: where they are; None before the first one.
        kinds: column → kind, where the file's format says it.
    """

    def __init__(self) -> None:
        self.endings: dict[str, str] = {}
        self.folder: Path | None = None
        self.kinds: dict[str, str] = {}

    def accept(self, column: str, cells: Sequence[Any]) -> bool:
        """Whether a column's first cells are media, which it is then ready to hold.

        Args:
            column: its name.
            cells: bytes, {"bytes", "path"} or None; the kind most of them have is the column's.
        """
        contents = [tell(data[:HEAD]) for data in map(_bytes, cells) if data]
        kinds = [one.kind for one in contents if one.kind]
        if not kinds or 2 * len(kinds) < len(contents):
            return False
        kind = max(sorted(set(kinds)), key=kinds.count)
        formats = [one.format for one in contents if one.kind == kind]
        self.endings[column] = _ending(max(sorted(set(formats)), key=formats.count))
        return True

    def write(self, column: str, cells: pl.Series) -> pl.Series:
        """Write each cell's bytes to a file and give the files' names, null where missing.

        A cell that is another kind of content gets the column's ending too, so that it is found
        out when the column's files are inspected.

        Raises:
            DataError: the files cannot be kept.
        """
        names = [self._keep(cell, self.endings[column]) for cell in cells.to_list()]
        return pl.Series(cells.name, names, pl.String)

    def _keep(self, cell: Any, ending: str) -> str | None:
        data = _bytes(cell)
        if data is None:
            return cell.get("path") if isinstance(cell, Mapping) else None
        name = hashlib.sha256(data).hexdigest() + ending
        try:
            if self.folder is None:
                self.folder = Path(tempfile.mkdtemp(prefix="umbrella-"))
                weakref.finalize(self, shutil.rmtree, self.folder, ignore_errors=True)
            path = self.folder / name
            if not path.exists():
                path.write_bytes(data)
        except OSError as error:
            raise DataError(
                f"The files inside the table cannot be kept in {tempfile.gettempdir()}: {error}. "
                f"Free some space there, or name another folder in the environment variable TMPDIR."
            ) from error
        return name


def _bytes(cell: Any) -> bytes | None:
    if isinstance(cell, Mapping):
        cell = cell.get("bytes")
    return cell if isinstance(cell, bytes) else None


def _ending(format: str) -> str:
    """The ending by which kinds.py knows a format."""
    return {"jpeg": ".jpg", "mpeg": ".mpg"}.get(format, f".{format}")
