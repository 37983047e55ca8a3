"""Kinds of columns: what they are, how they are inferred from a sample, and what counts as missing.

The rules look at the cells alone, never at the column's name. A number-like column may still be
a target of classes: the task decides that, from the cells as written.
"""

from collections.abc import Mapping, Sequence

import polars as pl

from umbrella.base.errors import DataError, unknown
from umbrella.data.moments import STYLES

_NO_VALUE = ("", "NA", "N/A", "n/a", "#N/A", "NaN", "nan", "NULL", "null", "None", "none", "-", "?")

# Cells that mean missing, by kind. Words keep their meaning: "NA" among countries is Namibia.
MISSING: dict[str, tuple[str, ...]] = {
    "number": _NO_VALUE,
    "category": ("",),
    "text": ("",),
    "image": ("",),
    "audio": ("",),
    "video": ("",),
    "time": _NO_VALUE,
}
KINDS = tuple(MISSING)
FILES = ("image", "audio", "video")  # kinds whose cells are paths

ENDINGS = {  # file names that make a column one of these kinds
    "image": "png|jpg|jpeg|gif|bmp|webp|tif|tiff",
    "audio": "wav|mp3|flac|ogg|m4a|opus",
    "video": "mp4|avi|mov|mkv|webm|mpeg|mpg",
}
NUMBER = r"^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?$"
CODE = r"^[+-]?0[0-9]|^[+-]?[0-9]{16}"  # 00123 or a card number: a float would lose digits
LETTER = r"[\p{L}]"
CJK = r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Khmer}\p{Lao}\p{Myanmar}]"

YES_OR_NO = ("true", "false", "yes", "no", "t", "f", "y", "n", "是", "否")  # labels in any number

FEW = 20  # that many different short cells, each seen twice on average, make a category
RARE = 0.1  # so does a share of different cells below this
LABEL_CHARS = 50  # mean length beyond which cells are no labels
ONE_KIND = 0.95  # share of a column's files from which on those of other kinds count as bad rows
WORDS = 2.0  # mean words a cell from which different cells are text
SHOWN = 40  # characters of a cell in a message


def infer_kinds(
    sample: pl.DataFrame, given: Mapping[str, str] | None = None, *, mixed: bool = False
) -> dict[str, str]:
    """The kind of every column.

    Args:
        sample: string columns, some thousand rows spread over the table.
        given: column → kind where inference must not decide.
        mixed: whether files of several kinds may stand in one column, of which the commonest is
            meant; as where rows are answered one by one.

    Raises:
        ConfigError: an unknown kind.
        DataError: an unknown column, a forced number column that holds hardly any number, or a
            column of files of several kinds.
    """
    for name, kind in (given or {}).items():
        if name not in sample.columns:
            raise unknown("column", name, sample.columns, DataError)
        if kind not in KINDS:
            raise unknown("kind", kind, KINDS)
        if kind == "number":
            _require_numbers(sample[name])
    found = {name: (given or {}).get(name) or infer_kind(sample[name]) for name in sample.columns}
    for name in found if not mixed else ():
        if found[name] in FILES and name not in (given or {}):
            _refuse_mixed(sample[name])
    return found


def infer_kind(cells: pl.Series) -> str:
    """The kind of one column.

    Args:
        cells: strings, null where missing. An empty column is taken for a category, and one of
            files of several kinds for the commonest of these.
    """
    filled = _filled(cells)
    valued = filled.filter(~filled.is_in(_NO_VALUE))
    if len(valued):
        if valued.str.contains(NUMBER).all():
            return "category" if valued.str.contains(CODE).any() else "number"
        if any(valued.str.contains(style.pattern).all() for style in STYLES):
            return "time"
    files = _count_files(filled)
    if len(filled) and sum(files.values()) == len(filled):
        return max(files, key=lambda kind: files[kind])
    return _words_or_labels(filled)


def _filled(cells: pl.Series) -> pl.Series:
    filled = cells.drop_nulls().str.strip_chars()
    return filled.filter(filled.str.len_bytes() > 0)


def _names(cells: pl.Series, kind: str) -> pl.Series:
    """Whether each cell names a file of a kind."""
    return cells.str.contains(rf"(?i)^[^\n]{{1,300}}\.(?:{ENDINGS[kind]})$")


def _count_files(filled: pl.Series) -> dict[str, int]:
    """How many cells name files of each kind."""
    return {kind: int(_names(filled, kind).sum()) for kind in ENDINGS}


def _refuse_mixed(cells: pl.Series) -> None:
    filled = _filled(cells)
    counts = {kind: count for kind, count in _count_files(filled).items() if count}
    if not counts or max(counts.values()) >= ONE_KIND * len(filled):
        return
    kinds = sorted(counts, key=lambda kind: -counts[kind])
    listed = ", ".join(
        f"{counts[kind]:,} {kind} files (e.g. {filled.filter(_names(filled, kind))[0][:SHOWN]!r})"
        for kind in kinds
    )
    columns = ", ".join(f"{cells.name}_{kind}" for kind in kinds)
    raise DataError(
        f"Column {cells.name!r} mixes files of several kinds: {listed}. A column holds one kind: "
        f"make one of each, e.g. {columns}, and leave cells without a file empty. If the files are "
        f"not to be read, say so: --kind {cells.name}=category."
    )


def _words_or_labels(filled: pl.Series) -> str:
    """Text or category: a few repeated short cells are labels, the rest is told by its words."""
    different = filled.n_unique()
    if not different or filled.str.to_lowercase().is_in(YES_OR_NO).all():
        return "category"
    chars: float = filled.str.len_chars().mean()  # type: ignore[assignment]
    twice = 2 * different <= len(filled)
    if chars <= LABEL_CHARS and ((different <= FEW and twice) or different < RARE * len(filled)):
        return "category"
    spaced = filled.str.count_matches(r"\S+").mean()
    unspaced = filled.str.count_matches(CJK).mean()
    if spaced >= WORDS or unspaced >= WORDS or chars > LABEL_CHARS:  # type: ignore[operator]
        return "text"
    words = filled.str.contains(LETTER) & ~filled.str.contains(r"[0-9_@/\\]")
    return "text" if not twice and words.mean() >= 0.9 else "category"  # type: ignore[operator]


def as_written(cells: pl.Series, kind: str, missing: Sequence[str] | None) -> pl.Series:
    """Cells as strings, null where they mean missing.

    Args:
        cells: strings.
        kind: the column's kind.
        missing: cells that mean missing whatever the kind; None for the table of kinds.
    """
    marks = MISSING[kind] if missing is None else missing
    compared = cells.str.strip_chars() if MISSING[kind] is _NO_VALUE else cells
    if marks == ("",):
        return cells.set(cells.str.len_bytes() == 0, None)  # type: ignore[arg-type]
    return cells.set(compared.is_in(marks), None)  # type: ignore[arg-type]


def typed(cells: pl.Series, kind: str, missing: Sequence[str] | None) -> pl.Series:
    """Cells as their kind has them: Float64 for number, else as written; null where missing.

    A cell of a number column that is no finite number is null, too.
    """
    written = as_written(cells, kind, missing)
    return to_numbers(written) if kind == "number" else written


def to_numbers(cells: pl.Series) -> pl.Series:
    """Strings as finite Float64, null where they are none."""
    stripped = cells.str.strip_chars()
    numbers = stripped.set(~stripped.str.contains(NUMBER), None).cast(pl.Float64, strict=False)  # type: ignore[arg-type]
    return numbers.set(~numbers.is_finite(), None)  # type: ignore[arg-type]


def _require_numbers(cells: pl.Series) -> None:
    written = as_written(cells, "number", None).drop_nulls()
    wrong = written.filter(to_numbers(written).is_null())
    if len(wrong) * 2 > len(written):
        raise DataError(
            f"Column {cells.name!r} cannot be a number: {len(wrong):,} of {len(written):,} sampled "
            f"cells are none, e.g. {wrong[0][:SHOWN]!r}. Choose category or text: "
            f"--kind {cells.name}=category."
        )
