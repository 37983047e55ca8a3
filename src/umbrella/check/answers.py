"""The test rows' answers in the user's own terms: probabilities of classes, or numbers."""

from functools import partial

import numpy as np
from numpy.typing import NDArray

from umbrella.check.evidence import Evidence
from umbrella.score import decode


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
