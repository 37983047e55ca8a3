"""The test rows' answers in the user's own terms: probabilities of classes, or numbers."""

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from umbrella.check.evidence import Evidence
from umbrella.score import decode
from umbrella.score.edit import Edits, edits


def probabilities(evidence: Evidence, part: str) -> NDArray[np.float64]:
    """Class probabilities [N, C] at the temperature that the run ships with."""
    soften = partial(decode.softmax, temperature=temperature(evidence))
    return np.asarray(soften(np.asarray(evidence.outputs[part], dtype=np.float64)))


def temperature(evidence: Evidence) -> float:
    """What outputs are divided by before the softmax; fitted on validation rows."""
    return float(evidence.task.spec().get("temperature", 1.0))


def values(evidence: Evidence, part: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Predicted numbers and true numbers, in the target's units, [N] each."""
    spec = evidence.task.spec()
    targets = np.asarray(evidence.targets[part], dtype=np.float64)[:, None]
    predicted = decode.decode(spec, np.asarray(evidence.outputs[part], dtype=np.float64))
    return np.asarray(predicted["value"], float), np.asarray(
        decode.decode(spec, targets)["value"], float
    )


@dataclass(frozen=True)
class Read:
    """A transcript and what was answered.

    Args:
        said: the transcript, in the spelling that is scored.
        heard: the answer.
        confidence: of the answer, in [0, 1].
        edits: errors by their kind, in words or characters.
        pieces: words or characters of the transcript.
    """

    said: str
    heard: str
    confidence: float
    edits: Edits
    pieces: int


def read(evidence: Evidence, part: str, rows: NDArray | None = None) -> list[Read]:
    """Answers of `transcribe` beside their transcripts.

    Args:
        evidence: of such a task.
        part: whose rows.
        rows: which of them; all by default.
    """
    task: Any = evidence.task
    at = np.arange(evidence.count(part)) if rows is None else rows
    answers = decode.decode(task.spec(), np.asarray(evidence.outputs[part])[at])
    said = task.texts(np.asarray(evidence.targets[part])[at])
    out = []
    for text, heard, sure in zip(said, answers["text"], answers["confidence"], strict=True):
        pieces = task.pieces(text)
        found = edits(pieces, task.pieces(heard))
        out.append(Read(text, heard, float(sure), found, len(pieces)))
    return out
