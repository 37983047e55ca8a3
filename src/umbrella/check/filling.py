"""How well blanks are filled: how often the truth is among the first guesses, whether chances are
what they say, and the pieces of text that were guessed worst.

Shapes: N test rows, M blanks of the row with most, Q blanks of all rows.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from umbrella.base.catalogue import sentence
from umbrella.base.guess import BEST, CHANCE, FIRST, TRUTH
from umbrella.check.difference import POINTS, paired
from umbrella.check.evidence import Evidence
from umbrella.check.finding import AMBER, RED, Finding
from umbrella.check.words import CELL, clean, clean_cells
from umbrella.score import doubt
from umbrella.tasks.fill import hits, shares_of_loss

SHOWN = 8  # rows
MANY = 5  # first guesses among which the truth is looked for
FAR = 0.15  # points by which chances mislead


def _counted(evidence: Evidence, told: NDArray) -> NDArray[np.float64]:
    """What is told of every blank, [Q], as shares of rows whose mean is the mean over blanks."""
    blanks = _real(evidence).sum(axis=1)
    rows = np.repeat(np.arange(len(blanks)), blanks)
    return shares_of_loss(np.bincount(rows, told, len(blanks)), blanks)


def _real(evidence: Evidence) -> NDArray[np.bool_]:
    return np.asarray(evidence.outputs["test"])[:, :, TRUTH] > 0


def guesses(evidence: Evidence) -> Finding:
    """How often the truth is the first guess, or among five, and the perplexity."""
    outputs, n = np.asarray(evidence.outputs["test"]), evidence.count("test")
    total = int(_real(evidence).sum())
    if n < 2 or not total:
        return Finding("guesses", "cannot tell", sentence("fill.guesses.few", n=n))
    groups, task = evidence.groups_of("test"), evidence.task
    rule = outputs[:, :, TRUTH][_real(evidence)] - 1 == int(np.argmax(task.baseline(outputs)))
    first, some = (_counted(evidence, hits(outputs, among)) for among in (1, MANY))
    around, wide = (doubt.bootstrap(scores, groups=groups) for scores in (first, some))
    loss = doubt.bootstrap(evidence.scores("test"), groups=groups)
    middle = float(evidence.scores("test").mean())
    told = np.exp(np.minimum([middle, loss.low, loss.high], 700.0))
    more = paired(evidence, first, _counted(evidence, rule), "test")
    is_better = more.p < AMBER and more.figure > 0
    return Finding(
        "guesses",
        "pass" if is_better else "warn",
        sentence(
            "fill.guesses.line",
            rule=float(rule.mean()),
            blanks=total,
            n=n,
            first=float(first.mean()),
            first_range=(around.low, around.high),
            many=MANY,
            some=float(some.mean()),
            some_range=(wide.low, wide.high),
            perplexity=float(told[0]),
            range=(float(told[1]), float(told[2])),
        ),
        figure=float(first.mean()),
        low=around.low,
        high=around.high,
        p=more.p,
        would_have_seen=sentence("fill.guesses.power", seen=more.seen),
        advice=None if is_better else sentence("fill.guesses.warn"),
        details={"perplexity": float(told[0]), "blanks": total},
    )


def chances(evidence: Evidence) -> Finding:
    """Whether first guesses are right as often as their chances say.

    Warns when they differ by 5 in 100 beyond doubt; fails at 15.
    """
    outputs, n = np.asarray(evidence.outputs["test"]), evidence.count("test")
    real = _real(evidence)
    if n < 2 or not real.any():
        return Finding("chances", "cannot tell", sentence("fill.guesses.few", n=n))
    said = np.exp(outputs[:, :, FIRST + BEST][real].astype(np.float64))
    right = hits(outputs, 1)
    more = paired(evidence, _counted(evidence, said), _counted(evidence, right), "test")
    verdict, advice = "pass", None
    if more.p < AMBER and abs(more.figure) > POINTS:
        verdict = "fail" if more.p < RED and abs(more.figure) > FAR else "warn"
        advice = "sure" if more.figure > 0 else "shy"
    return Finding(
        "chances",
        verdict,
        sentence(
            "fill.chances.line",
            said=float(said.mean()),
            right=float(right.mean()),
            net=more.figure,
            range=(more.low, more.high),
            p=more.p,
        ),
        **more.told(),
        would_have_seen=sentence("fill.chances.power", seen=POINTS + more.seen),
        advice=sentence(f"fill.chances.{advice}") if advice else None,
    )


def worst(evidence: Evidence, sizes: NDArray) -> list[dict[str, Any]]:
    """The rows whose blanks were guessed worst: what stood there, and the first guesses.

    Args:
        evidence: of the task that fills blanks.
        sizes: mean loss of every test row, [N]; the largest are shown.
    """
    task: Any = evidence.task
    outputs = np.asarray(evidence.outputs["test"])
    at = np.argsort(-sizes, kind="stable")[:SHOWN]
    rows = np.asarray(evidence.rows["test"])[at]
    write = task.codec.engine.id_to_token
    out = []
    for row, number, cells in zip(at, rows, evidence.show(rows), strict=True):
        some = outputs[row][outputs[row][:, TRUTH] > 0]
        true, said = (some[:, place].astype(int) for place in (TRUTH, FIRST))
        out.append(
            {
                "row": int(number) + 1,
                "truth": clean(" · ".join(map(write, (true - 1).tolist())), CELL),
                "said": clean(" · ".join(map(write, said.tolist())), CELL),
                "confidence": float(np.exp(some[:, FIRST + BEST]).mean()) if len(some) else 0.0,
                "errors": int((said != true - 1).sum()),
                "cells": clean_cells(cells),
            }
        )
    return out


def losses(evidence: Evidence) -> NDArray[np.float64]:
    """Mean loss of the blanks of every test row, [N]; not its share in that of all."""
    outputs, real = np.asarray(evidence.outputs["test"]), _real(evidence)
    nats = -np.where(real, outputs[:, :, CHANCE], 0.0).sum(axis=1)
    return np.asarray(nats / np.maximum(real.sum(axis=1), 1))
