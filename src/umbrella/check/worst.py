"""Where is it confidently wrong? The most confident mistakes, or the largest errors, to look at."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from umbrella.base.catalogue import sentence
from umbrella.check import filling, marked, tagging
from umbrella.check.answers import probabilities, read, values
from umbrella.check.difference import NORMAL, POWER
from umbrella.check.evidence import Evidence
from umbrella.check.finding import AMBER, RED, Finding
from umbrella.check.illustrated import illustrated
from umbrella.check.words import CELL, LABEL, clean, clean_cells

NAME = "worst"
SHOWN = 8
SURE = 0.95
TAIL, HEAVY = 0.05, 0.5  # the worst 5 % of rows should not carry half of all error


def mistakes(evidence: Evidence) -> Finding:
    """Count the mistakes among rows it is surest of, against what its confidence allows.

    The number allowed is a sum of small chances; its upper tail is taken as Poisson's, which is
    wider, so the p is on the safe side. Cannot tell when even all of these rows wrong would be
    fewer than it takes to show.
    """
    n = evidence.count("test")
    if n < 2:
        return Finding(NAME, "cannot tell", sentence("check.worst.few", n=n))
    chances = probabilities(evidence, "test")
    truth = np.asarray(evidence.targets["test"], dtype=np.int64)
    said, confidence = chances.argmax(axis=1), chances.max(axis=1)
    wrong = said != truth
    floor = min(SURE, float(np.quantile(confidence, 0.9)))
    sure = confidence >= floor
    count, allowed = int((wrong & sure).sum()), float((1 - confidence[sure]).sum())
    p = at_least(count, allowed)
    verdict = "pass" if p >= AMBER else "fail" if p < RED and count > 2 * allowed else "warn"
    seen = least_seen(allowed)
    power = sentence("check.worst.power", seen=seen)
    if verdict == "pass" and seen > sure.sum():
        verdict, power = "cannot tell", sentence("check.worst.blind")
    return Finding(
        NAME,
        verdict,
        sentence(
            "check.worst.line", count=count, n=int(sure.sum()), floor=floor, allowed=allowed, p=p
        ),
        figure=float(count),
        p=p,
        would_have_seen=power,
        advice=sentence(f"check.worst.{'more' if verdict in ('warn', 'fail') else 'look'}"),
        details=illustrated(
            evidence, *(_mistakes(evidence, which, said, confidence) for which in (wrong, ~wrong))
        ),
    )


def errors(evidence: Evidence) -> Finding:
    """How much of all error the worst 5 % of rows carry, and which rows these are."""
    return _tail(evidence, _errors)


def misheard(evidence: Evidence) -> Finding:
    """The same of transcripts; the rows with the most errors are shown with what was answered."""
    # Not the task's scores: these weigh a row's errors against its length.
    counts = np.array([one.edits.errors for one in read(evidence, "test")], dtype=np.float64)
    return _tail(evidence, _misheard, "report.examples_words", counts)


def mismarked(evidence: Evidence) -> Finding:
    """The same of spans; the rows with the most errors are shown with both sides marked."""
    found = tagging.found_in(evidence, sure=True)
    counts = tagging.faults(evidence, found).astype(np.float64)

    def show(evidence: Evidence, sizes: NDArray) -> list[dict[str, object]]:
        return marked.examples(evidence, sizes, found)

    return _tail(evidence, show, "report.examples_spans", counts)


def unguessed(evidence: Evidence) -> Finding:
    """The same of blanks; the pieces that were guessed worst are shown with what stood there."""
    return _tail(evidence, filling.worst, "report.examples_blanks", filling.losses(evidence))


def _tail(
    evidence: Evidence,
    show: Callable[[Evidence, NDArray], list[dict[str, object]]],
    note: str = "report.examples_numbers",
    errors_N: NDArray | None = None,
) -> Finding:
    n = evidence.count("test")
    if n < 20:
        return Finding(NAME, "cannot tell", sentence("check.worst.few", n=n))
    sizes = evidence.scores("test") if errors_N is None else errors_N
    share, spread = tail_share(sizes)
    low, high = max(0.0, share - 1.96 * spread), min(1.0, share + 1.96 * spread)
    verdict = "pass"
    if low > HEAVY:
        verdict = "fail" if low > 0.9 else "warn"
    return Finding(
        NAME,
        verdict,
        sentence("check.worst.tail", tail=TAIL, share=share, range=(low, high), n=n),
        figure=share,
        low=low,
        high=high,
        would_have_seen=sentence(
            "check.worst.tail_power",
            tail=TAIL,
            seen=min(1.0, HEAVY + (NORMAL.inv_cdf(0.975) + NORMAL.inv_cdf(POWER)) * spread),
        ),
        advice=sentence("check.worst.look" if verdict == "pass" else "check.worst.heavy"),
        details=illustrated(
            evidence, show(evidence, sizes) if sizes.any() else [], show(evidence, -sizes)
        )
        | {"note": note},
    )


def tail_share(sizes: NDArray) -> tuple[float, float]:
    """Share of the summed error that the worst 5 % of rows carry, and its standard error.

    The error is the delta method's: a row's influence on the tail is how far it lies above the
    quantile. Both are 0 when there is no error at all.
    """
    sizes = np.asarray(sizes, dtype=np.float64)
    if not sizes.any():
        return 0.0, 0.0
    cut = float(np.sort(sizes)[-max(1, round(TAIL * len(sizes)))])
    tail = np.maximum(sizes - cut, 0.0) + TAIL * cut
    share = float(tail.mean() / sizes.mean())
    influence = (tail - share * sizes) / sizes.mean()
    return share, float(influence.std(ddof=1) / np.sqrt(len(sizes)))


def at_least(count: int, mean: float) -> float:
    """P(Poisson(mean) ≥ count)."""
    from scipy.special import gammainc

    return float(gammainc(count, mean)) if count else 1.0


def least_seen(allowed: float) -> float:
    """The mean number of mistakes that would turn the line amber 8 times in 10."""
    from scipy.special import gammaincinv

    needed = 1
    while at_least(needed, allowed) >= AMBER:
        needed += 1 + needed // 50
    return float(gammaincinv(needed, POWER))


def _mistakes(
    evidence: Evidence, wrong: NDArray, said: NDArray, confidence: NDArray
) -> list[dict[str, object]]:
    worst = np.flatnonzero(wrong)
    worst = worst[np.argsort(-confidence[worst], kind="stable")][:SHOWN]
    labels = [clean(label, LABEL) for label in evidence.labels]
    truth = evidence.targets["test"]
    rows = np.asarray(evidence.rows["test"])[worst]
    return [
        {
            "row": int(row) + 1,
            "truth": labels[int(truth[i])],
            "said": labels[int(said[i])],
            "confidence": float(confidence[i]),
            "cells": clean_cells(cells),
        }
        for i, row, cells in zip(worst, rows, evidence.show(rows), strict=True)
    ]


def _misheard(evidence: Evidence, sizes: NDArray) -> list[dict[str, object]]:
    worst = np.argsort(-sizes, kind="stable")[:SHOWN]
    worst = worst[sizes[worst] > 0] if (sizes > 0).any() else worst  # or the best are asked for
    rows = np.asarray(evidence.rows["test"])[worst]
    heard = read(evidence, "test", worst)
    return [
        {
            "row": int(row) + 1,
            "truth": clean(one.said, CELL),
            "said": clean(one.heard, CELL),
            "confidence": one.confidence,
            "errors": one.edits.errors,
            "cells": clean_cells(cells),
        }
        for row, one, cells in zip(rows, heard, evidence.show(rows), strict=True)
    ]


def _errors(evidence: Evidence, sizes: NDArray) -> list[dict[str, object]]:
    worst = np.argsort(-sizes, kind="stable")[:SHOWN]
    predicted, truth = values(evidence, "test")
    rows = np.asarray(evidence.rows["test"])[worst]
    return [
        {
            "row": int(row) + 1,
            "truth": float(truth[i]),
            "said": float(predicted[i]),
            "cells": clean_cells(cells),
        }
        for i, row, cells in zip(worst, rows, evidence.show(rows), strict=True)
    ]
