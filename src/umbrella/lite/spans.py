"""Mark spans in texts: batch by batch, so that one long text does not stretch the answers of all.

Shapes: N rows.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from umbrella.data.codecs.cells import Cells, count, slices
from umbrella.lite.rows import note
from umbrella.score.decode import decode

Run = Callable[[Cells], Iterable[tuple[NDArray[np.int64], NDArray]]]

TASK, SPANS = "tag", "spans"
DIGITS = 4  # of a chance that are told


def mark(spec: Mapping[str, Any], columns: Cells, run: Run, rows: int) -> dict[str, list[Any]]:
    """The spans of every text, in order: {"text", "type", "start", "end", "score"} each.

    The score is the probability, by the chain of labels, that just these characters are a span of
    just this type; held-out rows set its temperature.

    Args:
        spec: of the bundle.
        columns: the column that it reads.
        run: gives numbers and outputs of every batch of some rows.
        rows: of a slice that is encoded at once.

    Returns:
        "spans": a list a row; "note" where a row has one.
    """
    [texts] = columns.values()
    out: list[list[dict[str, Any]]] = [[] for _ in texts]
    for at, some in enumerate(slices(columns, rows)):
        if not count(some):
            break
        for numbers, outputs in run(some):
            told = decode(spec["task"], outputs)
            for number, spans, sure in zip(numbers, told[SPANS], told["sure"], strict=True):
                row = at * rows + int(number)
                out[row] = _worded(str(texts[row] or ""), spans, sure)
    notes = [note([text]) for text in texts]
    return {SPANS: out, "note": notes} if any(notes) else {SPANS: out}


def _worded(
    text: str, spans: Sequence[Sequence[Any]], sure: Sequence[float]
) -> list[dict[str, Any]]:
    return [
        {
            "text": text[start:end],
            "type": kind,
            "start": start,
            "end": end,
            "score": float(np.round(chance, DIGITS)),
        }
        for (start, end, kind), chance in zip(spans, sure, strict=True)
    ]
