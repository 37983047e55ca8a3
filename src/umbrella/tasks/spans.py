"""Cells that hold spans: a JSON list of {"start", "end", "type"} or of [start, end, type].

Places are numbers of characters (code points) of the raw text, counted from 0; the end is the place
after the last character.
"""

import json
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from numpy.typing import NDArray

from umbrella.base.errors import DataError
from umbrella.data.codecs.pieces import cut

Span = tuple[int, int, str]
NAMES = {  # what a field may be called
    "start": ("start", "begin", "start_offset"),
    "end": ("end", "stop", "end_offset"),
    "type": ("type", "label", "entity_group", "entity", "tag"),
}
LOOKED = 50  # cells by which a column is known
TYPE_CHARS = 60
EXAMPLE = '[{"start": 0, "end": 5, "type": "ORG"}] or [[0, 5, "ORG"]]; [] where there is none'


def read_spans(cell: str) -> tuple[Span, ...]:
    """The spans of one cell in the order of the text; equal ones once.

    Raises:
        ValueError: what is wrong, in words that go on from "row 3: ".
    """
    try:
        told = json.loads(cell)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{cell[:40]!r} is no JSON list of spans") from error
    if not isinstance(told, list):
        raise ValueError(f"{cell[:40]!r} is no JSON list of spans")
    spans = sorted({_span(one) for one in told})
    for one, other in pairwise(spans):
        if other[0] < one[1]:
            raise ValueError(
                f"{_shown(one)} and {_shown(other)} overlap; a character can be in one span only"
            )
    return tuple(spans)


def _span(told: Any) -> Span:
    if isinstance(told, dict):
        fields = [_field(told, name) for name in NAMES]
    elif isinstance(told, list) and len(told) == 3:
        fields = told
    else:
        raise ValueError(f"{json.dumps(told, ensure_ascii=False)[:60]} is no span")
    start, end, kind = fields
    if not all(type(one) is int for one in (start, end)):
        raise ValueError(f"start {start!r} and end {end!r} are not whole numbers")
    if not isinstance(kind, str) or not kind.strip() or len(kind) > TYPE_CHARS:
        raise ValueError(f"type {str(kind)[:40]!r} is no short text")
    if start < 0 or end <= start:
        what = "is empty" if end == start else "ends before it begins" if end < start else "begins"
        more = " before the text" if start < 0 <= end and end > start else ""
        raise ValueError(f"{_shown((start, end, kind))} {what}{more}")
    return start, end, kind.strip()


def _field(told: dict[str, Any], name: str) -> Any:
    for known in NAMES[name]:
        if known in told:
            return told[known]
    raise ValueError(f"{json.dumps(told, ensure_ascii=False)[:60]} has no {name!r}")


def _shown(span: Span) -> str:
    return f"span {span[0]}–{span[1]} ({span[2][:20]})"


def holds_spans(values: Sequence[str | None]) -> bool:
    """Whether a column's cells can hardly mean anything but spans."""
    some = [value for value in values if value and value.strip() != "[]"][:LOOKED]
    if not some:  # nothing is marked anywhere, which the task words best
        return any(values)
    if not all(value.lstrip().startswith("[") for value in some):
        return False
    try:
        return all(_looks(json.loads(value)) for value in some)
    except (ValueError, RecursionError):
        return False


def _looks(told: Any) -> bool:
    """Whether a JSON value has the form of spans, right or wrong."""
    if not isinstance(told, list) or not told:
        return False
    if all(isinstance(one, dict) for one in told):
        return all(any(name in one for name in NAMES["start"]) for one in told)
    if not all(isinstance(one, list) and len(one) == 3 for one in told):
        return False
    return all(isinstance(one[0], int) and isinstance(one[2], str) for one in told)


def read_all(values: Sequence[str | None], rows: NDArray | None = None) -> list[tuple[Span, ...]]:
    """The spans of every cell.

    Args:
        values: cells as written.
        rows: each value's row number in the source, for the message.

    Raises:
        DataError: with the row, what is wrong and what is allowed.
    """
    out = []
    for at, value in enumerate(values):
        try:
            out.append(read_spans(str(value)))
        except ValueError as error:
            row = at + 1 if rows is None else int(rows[at]) + 1
            raise DataError(f"Row {row}: {error}. Write {EXAMPLE}.") from error
    return out


def check_places(
    spans: Sequence[tuple[Span, ...]],
    texts: Sequence[str | None],
    unit: str,
    rows: NDArray | None = None,
) -> int:
    """Make sure that spans lie within their texts.

    Args:
        spans: of every row.
        texts: the same rows' texts.
        unit: what a piece is, see `pieces.cut`.
        rows: each row's number in the source, for the message.

    Returns:
        How many spans begin or end inside a piece or in white space, so that they can never be
        answered exactly.

    Raises:
        DataError: a span ends beyond its text.
    """
    between = 0
    for at, (own, text) in enumerate(zip(spans, texts, strict=True)):
        if not own:
            continue
        text = text or ""
        if own[-1][1] > len(text):
            row = at + 1 if rows is None else int(rows[at]) + 1
            raise DataError(
                f"Row {row}: {_shown(own[-1])} ends outside the text, which has {len(text):,} "
                f"characters ({text[:40]!r}). Count code points of the raw text, from 0, not bytes "
                f"or UTF-16 units; the end is the place after the last character."
            )
        bounds = cut(text, unit)
        starts, ends = set(bounds[:, 0].tolist()), set(bounds[:, 1].tolist())
        between += sum(one[0] not in starts or one[1] not in ends for one in own)
    return between
