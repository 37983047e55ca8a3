"""A folder of files by class: which files are in it, their kind, and their labels.

photos/cat/1.jpg has the label "cat": the name of the first folder below the one that was named.
The order is that of the paths, whatever the file system's is.
"""

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from umbrella.base.catalogue import Sentence, sentence
from umbrella.base.errors import DataError
from umbrella.data.kinds import ENDINGS
from umbrella.data.magic import HEAD, tell

KIND_OF = {f".{ending}": kind for kind, some in ENDINGS.items() for ending in some.split("|")}
LEFTOVERS = ("thumbs.db", "desktop.ini", "__macosx", "@eadir")  # of systems, not of users
PARTS = ("train", "training", "val", "valid", "validation", "dev", "test", "testing")
SHOWN = 5  # names in a message


@dataclass(frozen=True)
class Found:
    """The files of a folder.

    Args:
        kind: "image", "audio" or "video".
        files: paths below the folder, with forward slashes, in order.
        labels: the class of each file, None for one that lies beside the class folders; None
            altogether when no file has a class.
        unusable: what is there and cannot be a row, and why.
        notes: what was left out or merged.
    """

    kind: str
    files: list[str]
    labels: list[str | None] | None
    unusable: list[tuple[str, str]] = field(default_factory=list)
    notes: list[Sentence] = field(default_factory=list)


def find_files(root: Path, *, labelled: bool = True) -> Found | None:
    """Look through a folder; nothing but names and first bytes is read.

    Args:
        root: the folder.
        labelled: whether sub-folders are classes; without them the files alone are wanted.

    Returns:
        None for no folder, or one that holds no picture, sound or video at all.

    Raises:
        DataError: kinds are mixed, a link leaves the folder, a folder may not be read, or classes
            are wanted and there are none; each with what to do.
    """
    if not root.is_dir():
        return None
    kinds: dict[str, str] = {}
    unusable: list[tuple[str, str]] = []
    others: Counter[str] = Counter()
    for name in sorted(walk(root, root.resolve())):
        if not _is_text(name):
            unusable.append((_shown(name), "its name is not UTF-8: rename it"))
        elif kind := _kind(root / name):
            kinds[name] = kind
        else:
            others[PurePosixPath(name).suffix.lower() or PurePosixPath(name).name] += 1
    if not kinds:
        return None
    kind = _one_kind(root, kinds)
    notes = []
    if others:
        most = sorted(others.items(), key=lambda one: (-one[1], one[0]))[:SHOWN]
        names = ", ".join(f"{name} ({count})" for name, count in most)
        notes.append(sentence("data.folder.others", count=others.total(), names=names))
    files = list(kinds)
    labels = None
    if labelled:
        labels, merged = _labels(root, files)
        notes += merged
    return Found(kind, files, labels, unusable, notes)


def walk(root: Path, top: Path) -> Iterator[str]:
    """Every file below, as a path from the top; links that lead out are refused."""
    waiting = [root]
    while waiting:
        folder = waiting.pop()
        try:
            entries = list(os.scandir(folder))
        except OSError as error:
            raise DataError(
                f"The folder {folder} cannot be read: {error.strerror or error}. "
                f"Try: chmod u+rx {folder}"
            ) from error
        for entry in entries:
            if entry.name.startswith(".") or entry.name.lower() in LEFTOVERS:
                continue
            if entry.is_symlink():
                _refuse_leaving(Path(entry.path), top)
            if entry.is_dir(follow_symlinks=False):
                waiting.append(Path(entry.path))
            elif not entry.is_dir():  # a link to a folder in here: its files come without it
                yield Path(entry.path).relative_to(root).as_posix()


def _refuse_leaving(link: Path, top: Path) -> None:
    try:
        goal = link.resolve()
    except (OSError, RuntimeError):
        return  # a ring of links: reading the file says so
    if goal != top and top not in goal.parents:
        raise DataError(
            f"{link} is a link that leaves the folder, to {goal}. Only what is in the folder is "
            f"read: put the files themselves there, or name the folder they are in."
        )


def _kind(path: Path) -> str | None:
    """By the ending; by content where the ending says nothing."""
    known = KIND_OF.get(path.suffix.lower())
    if known or not path.is_file():
        return known
    try:
        with path.open("rb") as file:
            return tell(file.read(HEAD)).kind
    except OSError:
        return None


def _one_kind(root: Path, kinds: dict[str, str]) -> str:
    counts = Counter(kinds.values())
    kind = counts.most_common(1)[0][0]
    if len(counts) == 1:
        return kind
    listed = ", ".join(f"{count:,} {name} files" for name, count in counts.most_common())
    strange = [name for name, other in kinds.items() if other != kind]
    raise DataError(
        f"{root} mixes kinds: {listed}. A folder holds files of one kind; the others here are e.g. "
        f"{', '.join(strange[:SHOWN])}. Move them to a folder of their own, or write a table with "
        f"a column for each kind: image,sound,label."
    )


def _labels(root: Path, files: list[str]) -> tuple[list[str | None], list[Sentence]]:
    paths = [PurePosixPath(name).parts for name in files]
    tops = sorted({parts[0] for parts in paths if len(parts) > 1})
    if not tops:
        raise DataError(
            f"{root} holds {len(files):,} files and no folder of a class. Put the files of each "
            f"class into a folder of its name, e.g. {root.name}/cat/{paths[0][-1]}; or write a "
            f"table of two columns, file and label, beside them and fit that."
        )
    if all(name.lower() in PARTS for name in tops):
        return _merged(root, paths, tops)
    loose = sum(len(parts) == 1 for parts in paths)
    notes = [sentence("data.folder.loose", count=loose)] if loose else []
    if len(tops) == 1:
        raise DataError(
            f"{root} holds one class only, {tops[0]!r}. Add a folder for every other class beside "
            f"it, or name the folder that holds the class folders."
        )
    return [parts[0] if len(parts) > 1 else None for parts in paths], notes


def _merged(
    root: Path, paths: list[tuple[str, ...]], tops: list[str]
) -> tuple[list[str | None], list[Sentence]]:
    """Folders called train and test that hold class folders are parts of one set, no classes."""
    inner = {top: {p[1] for p in paths if p[0] == top and len(p) > 2} for top in tops}
    classes = sorted(set().union(*inner.values()))
    flat = [top for top in tops if not inner[top]]
    if not classes and len(tops) > 1:
        return [parts[0] if len(parts) > 1 else None for parts in paths], []
    whole = max(tops, key=lambda top: len(inner[top]))
    strange = {top: inner[top] - inner[whole] for top in tops}
    if flat or any(strange.values()):
        what = f"{flat[0]} holds files without class folders" if flat else "their classes differ"
        raise DataError(
            f"The folders {', '.join(tops)} of {root} look like parts of one set, but {what}. "
            f"Name the part to learn from: umbrella fit {root / whole}"
        )
    labels = [parts[1] if len(parts) > 2 else None for parts in paths]
    names, count = ", ".join(tops), len(classes)
    return labels, [sentence("data.folder.merged", names=names, count=count)]


def _is_text(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in name


def _shown(name: str) -> str:
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
