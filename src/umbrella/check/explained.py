"""Texts with the words that moved an answer, in a form that a report can store."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from umbrella.check.words import CELL, LABEL, clean
from umbrella.explain.explain import Explained, Pull, Text

LEVELS = 5  # of a colour
FAINT = 0.06  # share of the strongest word below which a word has no colour


def told(one: Explained, pull: Pull, most: int = CELL) -> list[dict[str, Any]]:
    """Every text of a row with its words' levels for one answer.

    Args:
        one: the row.
        pull: of its answers.
        most: characters of a text that are shown: those around the strongest words.

    Returns:
        A dict a text: "column", "text", whether it goes on "before" and "after", "words" as first
        character, end, level from −LEVELS to LEVELS and contribution, and how many characters of
        this text are "read".
    """
    largest = max((float(np.abs(some).max(initial=0)) for some in pull.weights), default=0.0)
    return [
        _told(text, weights, largest, most)
        for text, weights in zip(one.texts, pull.weights, strict=True)
    ]


def _told(text: Text, weights: NDArray, largest: float, most: int) -> dict[str, Any]:
    first, last = _stretch(text, weights, most)
    strength = np.abs(weights) / largest if largest else np.zeros(len(weights))
    level = np.where(strength < FAINT, 0, np.ceil(strength * LEVELS)) * np.sign(weights)
    inside = (text.bounds[:, 0] >= first) & (text.bounds[:, 1] <= last)
    rows = zip(text.bounds[inside] - first, level[inside], weights[inside], strict=True)
    shown = text.text[first:last]
    return {
        "column": clean(text.column, LABEL),
        "text": "".join(char if char.isprintable() else " " for char in shown),
        "before": first > 0,
        "after": last < len(text.text),
        "words": [
            [int(bound[0]), int(bound[1]), int(tone), round(float(weight), 4)]
            for bound, tone, weight in rows
            if tone
        ],
        "read": max(0, min(text.read, last) - first),
        "further": int((~inside).sum()),
    }


def _stretch(text: Text, weights: NDArray, most: int) -> tuple[int, int]:
    """The characters that are shown: all, or those with the most that moved the answer."""
    if len(text.text) <= most:
        return 0, len(text.text)
    starts, ends = text.bounds[:, 0], text.bounds[:, 1]
    along = np.concatenate([[0.0], np.cumsum(np.abs(weights))])
    upto = np.searchsorted(ends, starts + most, side="right")
    held = along[np.maximum(upto, np.arange(len(starts)))] - along[: len(starts)]
    best = int(held.argmax()) if len(held) else 0
    first = int(starts[best]) if len(starts) and held[best] > held[0] + 1e-12 else 0
    return first, min(first + most, len(text.text))
