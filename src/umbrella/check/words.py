"""Text that came with the data, made safe and short to show: cells, labels, names."""

import re
import unicodedata
from collections.abc import Mapping

# Controls, line separators, lone surrogates, and marks that reverse what a reader sees.
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")

# Spaces inside a figure: "p = .31", "± 2.2", "89.6 %".
_INSIDE = re.compile(r"(?<=[=<>±]) (?=[.\d])|(?<=\b[pT]) (?=[=<>])|(?<=\d) (?=%)")

CELL, LABEL = 300, 40  # characters shown


def clean(text: object, limit: int) -> str:
    """One line of at most `limit` characters, no control characters; a cut ends in "…".

    Args:
        text: whatever the data held; None reads as empty.
        limit: characters kept.
    """
    whole = "" if text is None else str(text)
    head = " ".join(_UNSEEN.sub(" ", whole[: 4 * limit + 64]).split())
    if len(head) <= limit and len(whole) <= 4 * limit + 64:
        return head
    return head[: limit - 1].rstrip() + "…"


def visible(text: str) -> str:
    """As many characters, those that cannot be printed made blanks."""
    return "".join(char if char.isprintable() else " " for char in text)


def keep(text: str) -> str:
    """The same text with spaces that do not break inside figures."""
    return _INSIDE.sub("\N{NO-BREAK SPACE}", text)


def last_part(path: object) -> str:
    """A path's last part: where on whose machine the data lies is nobody's business."""
    return clean(str(path or "").replace("\\", "/").rstrip("/").rsplit("/", 1)[-1], LABEL)


def clean_cells(cells: Mapping[str, str]) -> dict[str, str]:
    """A row's cells, each cleaned and cut."""
    return {clean(column, LABEL): clean(cell, CELL) for column, cell in cells.items()}


def columns(text: str) -> int:
    """Width of a text in Latin letters; a Chinese one takes two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def short(text: str, most: int) -> str:
    """The text cut to a width; a cut ends in "…"."""
    if columns(text) <= most:
        return text
    while columns(text) >= most:
        text = text[:-1]
    return text + "…"
