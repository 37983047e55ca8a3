"""Rows that are answered wrongly, with the text around what is answered and around what is true."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from umbrella.check.evidence import Evidence
from umbrella.check.words import LABEL, clean, clean_cells

SHOWN, AROUND = 8, 90  # rows; characters on either side of an answer that are shown
DASH = "–"


def examples(evidence: Evidence, overlap: NDArray, score: NDArray) -> list[dict[str, Any]]:
    """The surest of the rows with the least in common with what is accepted, one dict each.

    Args:
        evidence: of the task that answers questions.
        overlap: F1 of every test row, [N].
        score: how sure, [N].
    """
    task: Any = evidence.task
    worst = np.lexsort((-score, np.round(overlap, 1)))[:SHOWN]
    worst = worst[overlap[worst] < 1]
    outputs = np.asarray(evidence.outputs["test"])[worst]
    targets = np.asarray(evidence.targets["test"])[worst]
    rows = np.asarray(evidence.rows["test"])[worst]
    found = task.found(outputs)
    out = []
    for at, (row, cells) in enumerate(zip(rows, evidence.show(rows), strict=True)):
        text = task.passages.texts[int(targets[at, 0, 0])]
        said = task.texts(outputs[at : at + 1], targets[at : at + 1])[0]
        here = (int(found.start[at]), int(found.end[at])) if said else None
        true = (int(targets[at, 1, 0]), int(targets[at, 1, 1])) if targets[at, 0, 1] > 0 else None
        accepted = task.passages.accepted[int(targets[at, 0, 0])]
        question = {name: cell for name, cell in cells.items() if cell != text}
        out.append(
            {
                "row": int(row) + 1,
                "said": clean(said or DASH, LABEL),
                "truth": clean(" · ".join(dict.fromkeys(accepted)) or DASH, 2 * LABEL),
                "confidence": float(score[worst[at]]),
                "errors": int(overlap[worst[at]] < 1),
                "cells": clean_cells(question),
                "marked": {"said": _part(text, here, False), "true": _part(text, true, True)},
            }
        )
    return out


def _part(text: str, place: tuple[int, int] | None, right: bool) -> dict[str, Any]:
    """The part of a text around a place, as `marked_page` shows it; of silence its beginning."""
    start, end = place or (0, 0)
    first, last = max(0, start - AROUND), min(len(text), end + AROUND)
    shown = "".join(char if char.isprintable() else " " for char in text[first:last])
    spans = [] if place is None else [[start - first, end - first, "", right]]
    return {"text": shown, "before": first > 0, "after": last < len(text), "spans": spans}
