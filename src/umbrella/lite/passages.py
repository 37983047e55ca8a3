"""Answer questions on texts: batch by batch, and long texts section by section, so that memory does
not grow with them.

Shapes: B rows, T pieces of a text, L pieces of a window.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from umbrella.base.stretch import NEVER, stride_of
from umbrella.data.codecs.cells import Cells, count, slices
from umbrella.lite.spans import DIGITS, Run
from umbrella.score.decode import decode

TASK = "answer"
COLUMNS = ("answer", "start", "end", "score")
AT_ONCE = 16  # windows of a section


def answer(spec: Mapping[str, Any], columns: Cells, run: Run, rows: int) -> dict[str, list[Any]]:
    """The answer to every question: its text, first character, end, and how sure it is right.

    Args:
        spec: of the bundle.
        columns: of texts, of questions.
        run: gives numbers and outputs of every batch of some rows.
        rows: of a slice that is encoded at once.

    Returns:
        "answer" ("" where the text does not say), "start", "end" (None then), "score"; of rows
        without a text or a question all None, and "note" says so.
    """
    texts, questions = columns.values()
    size = count(columns)
    out: dict[str, list[Any]] = {name: [None] * size for name in COLUMNS}
    notes = [_note(text, question) for text, question in zip(texts, questions, strict=True)]
    for at, some in enumerate(slices(columns, rows)):
        if not count(some):
            break
        for numbers, outputs in run(some):
            told = decode(spec["task"], outputs)
            for place, number in enumerate(numbers.tolist()):
                row = at * rows + number
                if notes[row] is not None:
                    continue
                start, end = told["start"][place], told["end"][place]
                out["answer"][row] = "" if start is None else str(texts[row])[start:end]
                out["start"][row], out["end"][row] = start, end
                out["score"][row] = float(np.round(told["score"][place], DIGITS))
    return out | {"note": notes} if any(notes) else out


def _note(text: Any, question: Any) -> str | None:
    if not str(text or "").strip():
        return "no text: there is nothing to find an answer in"
    return None if str(question or "").strip() else "no question: nothing is asked"


def in_sections(
    run: Callable[[Mapping[str, NDArray]], list[NDArray]], feeds: Mapping[str, NDArray], window: int
) -> list[NDArray]:
    """What a network that reads windows answers, a few windows at a time.

    Sections begin where windows do and overlap by what windows overlap, so that every piece is
    judged in the very window that it would be judged in at once.

    Args:
        run: the network, on texts of any length.
        feeds: "ids" [B, T] and "bounds" [B, T, 2] of texts, and what goes with every section.
        window: L.
    """
    stride = stride_of(window)
    bounds, long = feeds["bounds"], feeds["ids"].shape[1]
    half = (window - stride) // 2
    step = AT_ONCE * stride
    if long <= step - stride + window:
        return run(feeds)
    parts: list[NDArray] = []
    silence = np.full((len(bounds), 1, 4), np.inf, np.float32)
    for first in range(0, long - window + stride, step):
        end = min(first + step - stride + window, long)
        texts = {name: feeds[name][:, first:end] for name in ("ids", "bounds")}
        [told] = run({**feeds, **texts})
        some = bounds[:, first, 1] > 0
        silence[some] = np.minimum(silence[some], told[some, :1])
        own_from, own_to = (
            (0 if first == 0 else half),
            (end - first if end == long else step + half),
        )
        parts.append(told[:, 1 + own_from : 1 + own_to])
    silence[~np.isfinite(silence)] = NEVER
    return [np.concatenate([silence, *parts], axis=1)]
