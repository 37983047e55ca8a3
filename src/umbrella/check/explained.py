"""Texts with the words that moved an answer, in a form that a report can store."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from umbrella.base.catalogue import Sentence, sentence
from umbrella.check.words import CELL, LABEL, clean, visible
from umbrella.explain.deletion import overall
from umbrella.explain.explain import Explained, Pull, Text

LEVELS = 5  # of a colour
FAINT = 0.12  # share of the strongest word below which a word has no colour


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
        "text": visible(shown),
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


def looked(one: Explained, example: Mapping[str, Any]) -> dict[str, Any] | None:
    """What an example of the report keeps of its row: one answer, a wrong one where spans are.

    Args:
        one: the row.
        example: with "marked", see marked.py, where spans are.
    """
    pull = next(iter(one.pulls), None)
    marked = example.get("marked", {})
    if "text" in marked:
        wrong = {(marked["text"][a:b], kind) for a, b, kind, right in marked["said"] if not right}
        mine = (p for p in one.pulls if p.span and (one.marked(p), p.towards) in wrong)
        pull = next(mine, pull)
    if pull is None:
        return None
    kind = f" ({pull.towards})" if pull.span and pull.towards else ""
    return {"texts": told(one, pull), "towards": clean(f"{one.marked(pull)}{kind}", 2 * LABEL)}


def together(explained: Sequence[Explained], number: bool) -> Sentence | None:
    """Whether pictures can be believed, all answers together; None of too few.

    Args:
        explained: rows.
        number: whether answers are numbers.
    """
    some = [pull.deletion for one in explained for pull in one.pulls if pull.deletion is not None]
    found = overall(some)
    if found is None:
        return None
    verdict = sentence(f"explain.overall_{'holds' if found.holds else 'chance'}")
    key = "explain.overall_number" if number else "explain.overall"
    return sentence(
        key,
        answers=found.answers,
        fall=found.fall,
        random=found.at_random,
        p=found.p,
        verdict=verdict,
    )
