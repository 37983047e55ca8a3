"""When it says 90 %, is it right 90 %? Its calibration error beyond chance, and the one-number fix.

A perfectly calibrated model has a calibration error above zero on any finite sample, so the error
is told as its excess over what labels drawn from the model's own confidence would give, with the
p of that draw. The temperature was fitted on validation rows; the test rows only judge it.
Shapes: N test rows, K bins.
"""

import numpy as np
from numpy.typing import NDArray

from umbrella.base.catalogue import Sentence, sentence
from umbrella.base.seeds import generator
from umbrella.check.answers import probabilities, temperature
from umbrella.check.difference import POWER
from umbrella.check.evidence import Evidence
from umbrella.check.finding import AMBER, RED, Finding
from umbrella.score import calibration
from umbrella.score.decode import softmax

NAME = "confidence"
BINS, FEW = 10, 20
OFF = (1.25, 1.5, 2.0, 3.0)  # factors on the temperature, tried until one is seen
SOME = 2_000  # rows that the trials use at most
TRIALS = 50  # drawn test sets that say how often it would
MISLEADS = 0.05  # true error from which percentages mislead


def question(evidence: Evidence) -> Finding:
    """Judge the shipped confidence on the test rows, and say what the temperature mended.

    Warns when it is off beyond doubt; fails when by five points or more; cannot tell when these
    rows would not show a confidence that is far off.
    """
    n = evidence.count("test")
    if n < FEW:
        return Finding(NAME, "cannot tell", sentence("check.confidence.few", n=n))
    t = temperature(evidence)
    outputs = np.asarray(evidence.outputs["test"], dtype=np.float64)
    truth = np.asarray(evidence.targets["test"], dtype=np.int64)
    raw, shipped = softmax(outputs), probabilities(evidence, "test")
    before = calibration.calibration(raw, truth)
    after = calibration.calibration(shipped, truth)
    right = float((shipped.argmax(axis=1) == truth).mean())
    verdict = "pass"
    if after.p < AMBER:
        verdict = "fail" if after.p < RED and after.corrected >= MISLEADS else "warn"
    mended = verdict == "pass" and before.p < AMBER
    power = _power(outputs / t)
    if verdict == "pass" and power is None:
        verdict = "cannot tell"
    return Finding(
        NAME,
        verdict,
        sentence(
            "check.confidence.mended" if mended else "check.confidence.line",
            said=float(shipped.max(axis=1).mean()),
            was=float(raw.max(axis=1).mean()),
            right=right,
            excess=after.excess,
            p=after.p,
            p_was=before.p,
            temperature=t,
        ),
        figure=after.excess,
        p=after.p,
        would_have_seen=power or sentence("check.confidence.blind"),
        advice=sentence(f"check.confidence.{verdict}") if verdict in ("warn", "fail") else None,
        details={
            "temperature": t,
            "mended": mended,
            "classes": outputs.shape[1],
            "said": float(shipped.max(axis=1).mean()),
            "right": right,
            "error": {"before": before.ece, "after": after.ece},
            "excess": {"before": before.excess, "after": after.excess},
            "bins": in_bins(shipped, truth),
            "before": in_bins(raw, truth),
        },
    )


def in_bins(chances: NDArray, truth: NDArray) -> list[dict[str, float]]:
    """Rows by confidence in equal steps: mean confidence, share right with its interval, rows.

    Args:
        chances: class probabilities [N, C].
        truth: class numbers [N].
    """
    return [
        {
            "n": part.rows,
            "said": part.confidence,
            "right": part.right,
            "low": part.interval.low,
            "high": part.interval.high,
        }
        for part in calibration.reliability(chances, truth, BINS, "width")
    ]


def _power(logits: NDArray) -> Sentence | None:
    """The smallest factor on the temperature that these rows show 8 times in 10; None for none.

    Labels are drawn from a softer truth, softmax(logits / factor), while the model goes on
    claiming softmax(logits).
    """
    random = generator(0, "check", "confidence")
    some = logits if len(logits) <= SOME else random.choice(logits, SOME, replace=False)
    claims = softmax(some)
    for factor in OFF:
        truths = softmax(some, factor).cumsum(axis=1)
        seen = 0
        for trial in range(TRIALS):
            drawn = (random.random((len(some), 1)) > truths[:, :-1]).sum(axis=1)
            seen += calibration.calibration(claims, drawn, draws=300, seed=trial).p < AMBER
        if seen >= POWER * TRIALS:
            return sentence("check.confidence.power", factor=factor)
    return None
