"""Columns whose cells name files: every file looked at, rows without a usable one set aside."""

import os
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import numpy as np
import polars as pl

from umbrella.base.catalogue import Sentence, sentence
from umbrella.base.errors import DataError
from umbrella.data.held import Held
from umbrella.data.inspect import Signatures, inspect
from umbrella.data.kinds import FILES, as_written
from umbrella.data.ledger import Ledger
from umbrella.data.samples import cache_folder
from umbrella.data.store import Store
from umbrella.data.table import resolve

SHOWN = 3  # pairs that a note names
TRIED = 50  # cells that tell which folder a column's paths start from
FOLDERS = 200  # folders beside a table that are tried


def file_columns(kinds: Mapping[str, str]) -> list[str]:
    """Names of the columns whose cells name files."""
    return [name for name, kind in kinds.items() if kind in FILES]


def find_roots(
    store: Store, kinds: Mapping[str, str], root: Path, held: Held
) -> tuple[dict[str, Path], list[Sentence]]:
    """The folder in which relative paths of each file column start, and notes.

    Args:
        store: the rows.
        kinds: of all columns.
        root: the table's own folder. Where it has none of the files, and one folder in it has
            some, that folder is meant: tables often lie beside a folder of what they describe.
        held: files that came inside the table.
    """
    roots, notes = {}, []
    for name in file_columns(kinds):
        if held.folder is not None and name in held.endings:
            roots[name] = held.folder
            continue
        cells = [cell for cell in _column(store, name).head(TRIED).to_list() if cell]
        roots[name] = _start(root, cells)
        if roots[name] != root:
            notes.append(sentence("data.folder.beside", name=name, folder=roots[name].name))
    return roots, notes


def _start(root: Path, cells: Sequence[str]) -> Path:
    if _has_any(root, cells):
        return root
    folders = [path for path in sorted(root.iterdir()) if path.is_dir()] if root.is_dir() else []
    having = [folder for folder in folders[:FOLDERS] if _has_any(folder, cells)]
    return having[0] if len(having) == 1 else root


def _has_any(folder: Path, cells: Sequence[str]) -> bool:
    paths = resolve(folder, cells)
    return any(os.path.exists(path) for path in paths if path and "\0" not in path)  # noqa: PTH110


def check_files(
    store: Store,
    kinds: Mapping[str, str],
    missing: Sequence[str] | None,
    ledger: Ledger,
    roots: Mapping[str, Path],
    passing: Collection[str] = (),
) -> tuple[Store, dict[str, Signatures]]:
    """Look at the files of every file column.

    Args:
        store: the rows.
        kinds: of all columns.
        missing: cells that mean missing, as for `read`.
        ledger: where rows whose file cannot be used are listed, with file and reason.
        roots: file column → where relative paths start.
        passing: file columns whose files will soon be gone, so that nobody need know them later.

    Returns:
        The rows whose files can be used, and the signatures of these.

    Raises:
        DataError: no file of a column exists, which is no matter of single rows.
    """
    faults: dict[int, str] = {}
    signatures: dict[str, Signatures] = {}
    for name in file_columns(kinds):
        cells = as_written(_column(store, name), kinds[name], missing).to_list()
        cache = None if name in passing else cache_folder() / "looks"
        found = inspect(resolve(roots[name], cells), kinds[name], ledger.limits, cache)
        if len(found.absent) > 1 and len(found.absent) == len(cells) - cells.count(None):
            raise _all_absent(name, cells[found.absent[0]] or "", roots[name], ledger.file)
        for row, why in found.faults.items():
            faults.setdefault(row, f"{cells[row]} {why}")
        signatures[name] = found.signatures
    if not faults:
        return store, signatures
    ledger.turn_bad(faults[row] for row in sorted(faults))
    good = np.ones(store.rows, bool)
    good[list(faults)] = False
    kept = Store(ledger.limits.memory_bytes)
    start_row = 0
    for frame in store.frames(store.columns):
        kept.add(frame.filter(good[start_row : start_row + frame.height]))
        start_row += frame.height
    return kept.close(), {name: one.take(good) for name, one in signatures.items()}


def make_absolute(store: Store, roots: Mapping[str, Path], memory_bytes: int) -> Store:
    """Rows that can be read again from anywhere: the paths in these columns made absolute."""
    out = Store(memory_bytes)
    for frame in store.frames(store.columns):
        out.add(
            frame.with_columns(
                pl.Series(name, resolve(root, frame[name].to_list()), pl.String)
                for name, root in roots.items()
            )
        )
    return out.close()


def copies_across(
    signatures: Signatures, names: Sequence[str], labels: pl.Series
) -> list[Sentence]:
    """A note on files of equal bytes that stand under different labels.

    Args:
        signatures: of N files.
        names: [N] what to call them.
        labels: [N] strings, null where there is none.
    """
    frame = pl.DataFrame(
        {
            "digest": pl.Series([bytes(one) for one in signatures.digest], dtype=pl.Binary),
            "name": list(names),
            "label": labels,
        }
    ).filter(pl.Series(signatures.there))
    groups = frame.group_by("digest", maintain_order=True).agg(pl.all())
    torn = groups.filter(pl.col("label").list.drop_nulls().list.n_unique() > 1)
    if not torn.height:
        return []
    pairs = []
    for shown, under in torn.select("name", "label").head(SHOWN).iter_rows():
        other = next(at for at, label in enumerate(under) if label != under[0])
        pairs.append(f"{shown[0]} = {shown[other]}")
    return [sentence("data.folder.torn", count=torn.height, names=", ".join(pairs))]


def _column(store: Store, name: str) -> pl.Series:
    frames = [frame[name] for frame in store.frames([name])]
    return pl.concat(frames) if frames else pl.Series(name, [], pl.String)


def _all_absent(name: str, example: str, root: Path, file: str) -> DataError:
    return DataError(
        f"Column {name!r} of {file} names files, and none of them is there, e.g. {example!r}, "
        f"sought in {root.absolute()}. Paths start at the table's own folder: put the table beside "
        f"its files. If they are not to be read, say so: --kind {name}=category."
    )
