"""Rows whose spans are wrong, with what was found and what is true; marked_page.py shows them."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from umbrella.check.evidence import Evidence
from umbrella.check.words import LABEL, clean
from umbrella.score import entities
from umbrella.score.chain import Spans
from umbrella.tasks.tag import Tag

SHOWN, AROUND = 8, 60  # rows; characters beside the first fault that are shown
WIDEST = 240  # characters of a text that are shown
Span = Sequence[Any]  # start, end, type, whether it is right


def texts_of(evidence: Evidence, rows: NDArray) -> list[str]:
    """The texts of rows of the source, as they were written."""
    return [next(iter(cells.values()), "") for cells in evidence.show(np.asarray(rows))]


def examples(evidence: Evidence, faults: NDArray, found: Spans) -> list[dict[str, Any]]:
    """The rows with most faults, one dict each.

    Args:
        evidence: of the task that marks spans.
        faults: of every test row, [N]; nothing is shown where there are none.
        found: of the test rows.
    """
    task: Any = evidence.task
    worst = np.argsort(-faults, kind="stable")[:SHOWN]
    worst = worst[faults[worst] > 0]
    rows = np.asarray(evidence.rows["test"])[worst]
    told = entities.match(found, evidence.targets["test"])
    out = []
    for at, row, text in zip(worst.tolist(), rows, texts_of(evidence, rows), strict=True):
        mine, true = found.rows == at, told.rows == at
        said = _spans(task, found.start, found.end, found.kind, told.slip == entities.RIGHT, mine)
        there = _spans(task, told.start, told.end, told.kind, told.fate == entities.FOUND, true)
        sure = found.sure[mine]
        out.append(
            {
                "row": int(row) + 1,
                "said": _list(text, said),
                "truth": _list(text, there),
                "confidence": float(sure.min()) if len(sure) else 0.0,
                "errors": int(faults[at]),
                "cells": {},
                "marked": _cut(text, said, there),
            }
        )
    return out


def _spans(
    task: Tag, start: NDArray, end: NDArray, kind: NDArray, right: NDArray, own: NDArray
) -> list[list[Any]]:
    names = [*task.types, "?"]
    rows = zip(start[own], end[own], kind[own], right[own], strict=True)
    return [[int(a), int(b), names[min(int(k), len(names) - 1)], bool(ok)] for a, b, k, ok in rows]


def _list(text: str, spans: Sequence[Span]) -> str:
    told = (f"{text[start:end]} ({kind})" for start, end, kind, _ in spans)
    return clean(" · ".join(told) or "–", 2 * LABEL)


def _cut(text: str, said: list[list[Any]], true: list[list[Any]]) -> dict[str, Any]:
    """The part of a text around its first fault, and the spans within it."""
    wrong = [one[0] for one in (*said, *true) if not one[3]]
    first = max(0, min(wrong, default=0) - AROUND) if len(text) > WIDEST else 0
    last = min(len(text), first + WIDEST)

    def within(spans: list[list[Any]]) -> list[list[Any]]:
        some = [one for one in spans if one[0] < last and one[1] > first]
        return [
            [max(one[0], first) - first, min(one[1], last) - first, one[2], one[3]] for one in some
        ]

    part = "".join(char if char.isprintable() else " " for char in text[first:last])
    return {
        "text": part,
        "before": first > 0,
        "after": last < len(text),
        "said": within(said),
        "true": within(true),
    }
