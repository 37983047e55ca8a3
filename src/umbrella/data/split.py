"""Split rows into train, validation and test so that nothing in one gives away another.

Twins and groups merge into units, and a unit is never divided. Where a unit goes depends on the
seed and on the unit's content, not on row numbers: shuffling the rows changes nothing, appending
rows moves only a few. Shares and ties are decided in integers, so machines cannot disagree.

1. Each class gets its quota of rows in each part, by cascade rounding: every class is within one
   row of its share, and all classes together too. A class of three or more rows has one in each.
2. Units of several rows are placed first, largest first: where their hash sends them if there is
   room for all their classes, else where they do least harm to the quotas.
3. Single rows, in the order of their hashes, fill each class's quotas exactly.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from umbrella.base.catalogue import Sentence, sentence
from umbrella.base.errors import ConfigError, DataError, RunError
from umbrella.base.files import write_bytes
from umbrella.base.seeds import derive
from umbrella.data.assign import MILLION, UNUSED, Units, by_class, by_time
from umbrella.data.moments import read_moments
from umbrella.data.shingles import content_key, mix
from umbrella.data.twins import join

PARTS = ("train", "validation", "test", "unused")
FEW = 10  # rows below which a split says little


@dataclass(frozen=True)
class Split:
    """Which part every row belongs to.

    Args:
        part: int8 [N], an index into PARTS.
        unit: int64 [N], the first row of the unit (twins and group) that a row belongs to.
        facts: counts for reports: "twins" (rows that have one), "groups", "rare" (classes that
            some part lacks), "unused" (rows set aside by a split in time).
        notes: the same for people, one sentence each.
    """

    part: NDArray[np.int8]
    unit: NDArray[np.int64]
    facts: dict[str, int] = field(default_factory=dict)
    notes: tuple[Sentence, ...] = ()

    def rows(self, name: str) -> NDArray[np.int64]:
        """Row numbers of a part, rising; the name is one of PARTS."""
        return np.flatnonzero(self.part == PARTS.index(name))

    @property
    def counts(self) -> dict[str, int]:
        """Rows of each part."""
        return dict(zip(PARTS, np.bincount(self.part, minlength=4).tolist(), strict=True))

    def to_parquet(self, path: Path) -> None:
        """Write row, part and unit, atomically; facts and notes are not kept.

        Raises:
            RunError: the file cannot be written.
        """
        rows = np.arange(len(self.part))
        frame = pl.DataFrame({"row": rows, "part": self.part, "unit": self.unit})
        buffer = BytesIO()
        frame.write_parquet(buffer)
        write_bytes(path, buffer.getvalue())

    @classmethod
    def from_parquet(cls, path: Path) -> "Split":
        """Read what `to_parquet` wrote.

        Raises:
            RunError: the file is missing, damaged, or not a split.
        """
        try:
            frame = pl.read_parquet(BytesIO(path.read_bytes()))
        except OSError as error:
            raise RunError(
                f"Cannot read {path}: {error.strerror}. Is {path.parent} a run folder? "
                "`umbrella fit` makes one."
            ) from error
        except pl.exceptions.PolarsError as error:
            raise _damaged(path, "it is not a Parquet file") from error
        if frame.schema != {"row": pl.Int64, "part": pl.Int8, "unit": pl.Int64}:
            raise _damaged(path, f"its columns are {dict(frame.schema)}")
        row, part, unit = (frame[name].to_numpy() for name in frame.columns)
        here = np.arange(len(row))
        sound = frame.null_count().sum_horizontal().item() == 0 and np.array_equal(row, here)
        if not sound or ((part < 0) | (part >= len(PARTS)) | (unit < 0) | (unit > here)).any():
            raise _damaged(path, "its numbers are out of range")
        return cls(part, unit)


def split(
    n_rows: int,
    *,
    seed: int,
    shares: Sequence[float] = (0.8, 0.1, 0.1),
    labels: Sequence[Any] | None = None,
    clusters: NDArray[np.int64] | None = None,
    keys: NDArray[np.uint64] | None = None,
    groups: Sequence[Any] | None = None,
    times: Sequence[Any] | None = None,
) -> Split:
    """Divide rows into train, validation and test.

    Args:
        n_rows: N.
        seed: another seed, another split.
        shares: of the rows for train, validation and test; above 0, together 1.
        labels: [N] classes whose proportions every part keeps; with `times` they are only counted.
        clusters: int64 [N], `Twins.cluster`: equal numbers stay together.
        keys: uint64 [N], `Twins.key`: what names a row wherever it stands; without it the row's
            number does, and then the split depends on the order of the rows.
        groups: [N] values that stay together; a row without one (None, NaN, "") stands alone.
        times: [N] moments (see `moments.read_moments`): the oldest train, the newest test, and
            rows of one moment stay together. Time wins over twins and groups: a unit stays in
            the part of its oldest row, and its later rows in other parts are set aside as unused.

    Raises:
        ConfigError: the shares or the lengths do not fit.
        DataError: a part would be empty, or a time cannot be read.
    """
    millionths = _millionths(shares)
    given = {"labels": labels, "clusters": clusters, "keys": keys, "groups": groups, "times": times}
    _refuse_lengths(n_rows, given)
    group, group_names = (None, []) if groups is None else _codes(groups, missing=True)
    unit = _join_rows(n_rows, clusters, group)
    heads, of_row, sizes = np.unique(unit, return_inverse=True, return_counts=True)
    names = _row_names(n_rows, keys, group, group_names)
    units = Units(of_row, sizes, _draws(of_row, len(heads), names, seed))
    codes, classes = _codes([0] * n_rows if labels is None else labels)
    if times is not None:
        part = by_time(read_moments(times), units, millionths)
    else:
        part = by_class(codes, units, millionths)
    table = np.bincount(codes * 4 + part, minlength=4 * len(classes)).reshape(-1, 4)
    rare = [classes[code] for code in np.flatnonzero((table[:, :3] == 0).any(1))]
    facts = {
        "twins": _paired(clusters),
        "groups": len(group_names),
        "rare": len(rare),
        "unused": int((part == UNUSED).sum()),
    }
    result = Split(part, unit, facts, _notes(part, facts, rare))
    _refuse_empty(result, sizes, by_time=times is not None)
    return result


def units_of(
    n_rows: int, clusters: NDArray[np.int64] | None, groups: Sequence[Any] | None
) -> NDArray[np.int64]:
    """The first row of everything that twins and groups chain together, [N]; arguments as `split`
    takes them.
    """
    group = None if groups is None else _codes(groups, missing=True)[0]
    return _join_rows(n_rows, clusters, group)


def _refuse_lengths(n_rows: int, given: dict[str, Any]) -> None:
    for name, values in given.items():
        if values is not None and len(values) != n_rows:
            raise ConfigError(f"{len(values):,} {name} for {n_rows:,} rows: give one for each row.")
    if n_rows < 3:
        raise DataError(
            f"{n_rows} rows cannot be split into train, validation and test. Give at least "
            f"3 rows, better some hundreds."
        )


def _millionths(shares: Sequence[float]) -> tuple[int, int]:
    """Shares of validation and test in whole millionths; train is the rest."""
    good = len(shares) == 3 and all(0 < share < 1 for share in shares)
    if not good or abs(sum(shares) - 1) > 1e-6:
        raise ConfigError(
            f"Shares {tuple(shares)} are not three numbers above 0 that add up to 1 "
            "(train, validation, test). Use 0.8, 0.1, 0.1."
        )
    validation, test = (max(round(share * MILLION), 1) for share in shares[1:])
    return validation, test


def _codes(values: Sequence[Any], missing: bool = False) -> tuple[NDArray[np.int64], list[Any]]:
    """Whole numbers for values, in the order of the values' text, and the values themselves.

    With `missing`, empty values become -1.
    """
    values = values.tolist() if isinstance(values, np.ndarray) else list(values)
    texts = [f"{type(value).__name__}:{value}" for value in values]
    if missing:
        pairs = zip(values, texts, strict=True)
        texts = ["" if _is_missing(value) else text for value, text in pairs]
    by_text = dict(zip(texts, values, strict=True))
    known = sorted(by_text.keys() - ({""} if missing else set()))
    number = {text: code for code, text in enumerate(known)} | ({"": -1} if missing else {})
    return np.array([number[text] for text in texts], np.int64), [by_text[text] for text in known]


def _is_missing(value: Any) -> bool:
    return value is None or value == "" or value != value


def _join_rows(
    n: int, clusters: NDArray[np.int64] | None, group: NDArray[np.int64] | None
) -> NDArray[np.int64]:
    """The first row of everything that twins and groups chain together."""
    left, right = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for kind in (clusters, group):
        if kind is not None:
            order = np.argsort(kind, kind="stable")
            same = (np.diff(kind[order]) == 0) & (kind[order][1:] >= 0)
            left.append(order[:-1][same])
            right.append(order[1:][same])
    return join(n, np.concatenate(left), np.concatenate(right))


def _row_names(
    n: int,
    keys: NDArray[np.uint64] | None,
    group: NDArray[np.int64] | None,
    group_names: list[Any],
) -> NDArray[np.uint64]:
    """What a row is called in the draw: its group, else its content, else its number."""
    names = mix(np.arange(n, dtype=np.uint64)) if keys is None else keys.astype(np.uint64)
    if group is not None and group_names:
        digests = b"".join(content_key(str(name)) for name in group_names)
        names = np.where(group >= 0, np.frombuffer(digests, "<u8")[group], names)
    return names


def _draws(
    of_row: NDArray[np.int64], count: int, names: NDArray[np.uint64], seed: int
) -> NDArray[np.uint64]:
    """A seeded hash of each unit's least row name; units of one name are told apart by order."""
    least = np.full(count, np.iinfo(np.uint64).max)
    np.minimum.at(least, of_row, names)
    order = np.argsort(least, kind="stable")
    first = np.concatenate([[True], np.diff(least[order]) != 0])
    at = np.arange(count)
    again = np.empty(count, np.uint64)
    again[order] = at - np.maximum.accumulate(np.where(first, at, 0))
    return mix(mix(least ^ np.uint64(derive(seed, "split"))) + again)


def _paired(clusters: NDArray[np.int64] | None) -> int:
    if clusters is None:
        return 0
    sizes = np.unique(clusters, return_counts=True)[1]
    return int(sizes[sizes > 1].sum())


def _notes(part: NDArray[np.int8], facts: dict[str, int], rare: list[Any]) -> tuple[Sentence, ...]:
    sizes = np.bincount(part, minlength=4).tolist()
    notes = [sentence("data.split.parts", **dict(zip(PARTS[:3], sizes, strict=False)))]
    for name in ("twins", "groups", "unused"):
        if facts[name]:
            notes.append(sentence(f"data.split.{name}", count=facts[name]))
    if rare:
        shown = ", ".join(map(str, rare[:5])) + (", …" if len(rare) > 5 else "")
        notes.append(sentence("data.split.rare", count=len(rare), names=shown))
    if len(part) < FEW:
        notes.append(sentence("data.split.few", count=len(part)))
    return tuple(notes)


def _refuse_empty(result: Split, sizes: NDArray[np.int64], by_time: bool) -> None:
    empty = [name for name in PARTS[:3] if not result.counts[name]]
    if not empty:
        return
    remedy = (
        "Twins and groups reach over the whole time: leave out --group or --time."
        if by_time
        else "Add rows, or check that the target is a category and not an id."
        if len(sizes) == len(result.part)
        else "Add rows that are no copies of these, or leave out --group."
    )
    raise DataError(
        f"The split leaves no row for {' and '.join(empty)}: {len(result.part):,} rows, of which "
        f"twins and groups make {len(sizes):,} units that must stay whole (the largest has "
        f"{sizes.max():,} rows). {remedy}"
    )


def _damaged(path: Path, why: str) -> RunError:
    return RunError(f"{path} is damaged: {why}. Restore it from a copy, or fit again with --fresh.")
