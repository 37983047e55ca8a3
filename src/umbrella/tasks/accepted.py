"""Cells that hold what is accepted as an answer: a text, or a JSON list of them with their places.

    Warsaw · ["Warsaw", "in Warsaw"] · [{"text": "Warsaw", "start": 23}] · {"text": […],
    "answer_start": […]} · an empty cell or [] where the text does not say

A place is a number of characters (code points) of the raw text, counted from 0.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from umbrella.base.errors import DataError
from umbrella.data.codecs.scripts import mend

LOOKED = 50  # cells by which a column is known
STARTS = ("start", "answer_start", "begin")
NEAR = 200  # characters around a wrong place in which an answer that stands once is taken
EXAMPLE = (
    'the answer as it stands in the text, or a JSON list: [{"text": "Warsaw", "start": 23}]; '
    "nothing, or [], where the text does not say"
)
Answer = tuple[str, int | None]  # text, and where it is said to stand


def read_accepted(cell: str | None) -> tuple[Answer, ...]:
    """The answers of one cell; none where the text does not say.

    Raises:
        ValueError: what is wrong, in words that go on from "row 3: ".
    """
    plain = (cell or "").strip()
    if not plain:
        return ()
    told: Any = plain
    if plain[0] in "[{":
        try:
            told = json.loads(plain)
        except (ValueError, RecursionError):
            told = plain  # a text that begins with a bracket
    if isinstance(told, str):
        return ((mend(told), None),)
    if isinstance(told, dict) and isinstance(told.get("text"), list):
        told = _side_by_side(told)
    return tuple(
        dict.fromkeys(_answer(one) for one in (told if isinstance(told, list) else [told]))
    )


def _side_by_side(told: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Texts and places in two lists, as data sets on the Hugging Face hub have them."""
    texts = list(told["text"])
    starts: list[Any] = next(
        (told[name] for name in STARTS if isinstance(told.get(name), list)), []
    )
    if starts and len(starts) != len(texts):
        raise ValueError(f"{len(texts)} answers with {len(starts)} places")
    places = starts or [None] * len(texts)
    return [{"text": text, "start": at} for text, at in zip(texts, places, strict=True)]


def _answer(told: Any) -> Answer:
    start = None
    if isinstance(told, dict):
        start = next((told[name] for name in STARTS if told.get(name) is not None), None)
        told = told.get("text")
    if not isinstance(told, str) or not told.strip():
        raise ValueError(
            f"{json.dumps(told, ensure_ascii=False)[:60]} is no answer: it has no text"
        )
    if start is not None and (type(start) is not int or start < 0):
        raise ValueError(f"the place {str(start)[:20]!r} of an answer is no number of characters")
    return mend(told), start


def holds_accepted(values: Sequence[str | None]) -> bool:
    """Whether a column's cells can hardly mean anything but answers: JSON with texts and places."""
    some = [value for value in values if value and value.strip() not in ("[]", "")][:LOOKED]
    if not some or not all(value.lstrip()[:1] in ("[", "{") for value in some):
        return False
    try:
        return all(_looks(json.loads(value)) for value in some)
    except (ValueError, RecursionError):
        return False


def _looks(told: Any) -> bool:
    every = told if isinstance(told, list) else [told]
    return bool(every) and all(
        isinstance(one, dict)
        and "text" in one
        and set(one) <= {"text", *STARTS}
        and any(name in one for name in STARTS)
        for one in every
    )


def place(answer: Answer, text: str) -> tuple[int, int, bool] | None:
    """Where an answer stands: first character, end, and whether that is elsewhere than was said.

    Without a place the first one counts. A wrong place is mended where the answer stands just once
    near it, or just once at all.

    Args:
        answer: with the place that is told.
        text: raw.

    Returns:
        None where it stands nowhere, or at several places of which none can be preferred.
    """
    wanted, start = answer
    if start is None:
        at = text.find(wanted)
        return None if at < 0 else (at, at + len(wanted), False)
    if text.startswith(wanted, start):
        return start, start + len(wanted), False
    low = max(0, start - NEAR)
    for lower, upper in ((low, start + NEAR + len(wanted)), (0, len(text))):
        at = text.find(wanted, lower, upper)
        if at >= 0 and text.find(wanted, at + 1, upper) < 0:
            return at, at + len(wanted), True
        if at >= 0:
            return None
    return None


@dataclass(frozen=True)
class Located:
    """The answers of a row, where they stand, and whether one of the places was mended."""

    accepted: tuple[Answer, ...]
    places: tuple[tuple[int, int], ...]
    mended: bool


def locate(accepted: tuple[Answer, ...], text: str) -> Located:
    """Find a row's answers in its text."""
    found = [at for one in accepted if (at := place(one, text)) is not None]
    places = tuple(dict.fromkeys((start, end) for start, end, _ in found))
    return Located(accepted, places, any(mended for _, _, mended in found))


def read_all(values: Sequence[str | None], rows: NDArray) -> list[tuple[Answer, ...]]:
    """The answers of every cell.

    Raises:
        DataError: with the row, what is wrong and what is allowed.
    """
    out = []
    for value, row in zip(values, rows.tolist(), strict=True):
        try:
            out.append(read_accepted(value))
        except ValueError as error:
            raise DataError(f"Row {row + 1}: {error}. Write {EXAMPLE}.") from error
    return out
