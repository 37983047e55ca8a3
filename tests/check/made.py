"""Evidence made by hand: models whose faults are known, on rows of text."""

import re
from dataclasses import replace

import numpy as np

from umbrella.check.evidence import PARTS, Evidence
from umbrella.tasks.classify import Classify
from umbrella.tasks.regress import Regress

WORDS = re.findall(
    r"\w+",
    """the room was clean and quiet staff helpful breakfast cold shower broken view lake walk
    station noisy street bed soft price fair again never lovely poor early late friendly rude
    window garden coffee towel lift stairs old new bright dark warm open closed small large""",
)
SIZES = {"train": 900, "validation": 700, "test": 800}


def texts(count, seed=0):
    """Sentences of 9 to 18 random words, no two alike."""
    rng = np.random.default_rng(seed)
    return [" ".join(rng.choice(WORDS, rng.integers(9, 19))) for _ in range(count)]


def classify(
    *, classes=2, skill=2.5, sure=1.0, temperature=1.0, memory=0.0, shift=0.0, seed=0,
    sizes=None, labels=None, cells=None, **more,
):  # fmt: skip
    """A simulated classifier, calibrated when sure == temperature.

    Args:
        skill: spread of the true log-odds; 0 knows nothing.
        sure: factor on the outputs; above 1 is over-confident.
        temperature: of the task.
        memory: added to the true class's output on training rows.
        shift: taken from the true class's output on test rows.
    """
    sizes = sizes or SIZES
    rng = np.random.default_rng(seed)
    outputs, targets, rows, start = {}, {}, {}, 0
    for part in PARTS:
        n = sizes[part]
        logits = rng.normal(0, skill, (n, classes))
        chances = np.exp(logits - logits.max(axis=1, keepdims=True))
        chances /= chances.sum(axis=1, keepdims=True)
        truth = (rng.random((n, 1)) > chances.cumsum(axis=1)[:, :-1]).sum(axis=1)
        logits[np.arange(n), truth] += memory * (part == "train") - shift * (part == "test")
        outputs[part], targets[part] = sure * logits, truth
        rows[part] = np.arange(start, start + n)
        start += n
    names = labels or tuple(f"class {c}" for c in range(classes))
    task = Classify(names, temperature)
    return _evidence(task, outputs, targets, rows, cells or texts(start, seed), more)


def regress(*, noise=0.5, bias=0.0, slope=1.0, wild=0, seed=0, sizes=None, **more):
    """A simulated regressor: truth = bias + slope · prediction + noise, some rows wild."""
    sizes = sizes or SIZES
    rng = np.random.default_rng(seed)
    outputs, targets, rows, start = {}, {}, {}, 0
    for part in PARTS:
        n = sizes[part]
        predicted = rng.normal(0, 1, n)
        truth = bias + slope * predicted + rng.normal(0, noise, n)
        truth[:wild] += 500
        outputs[part], targets[part] = predicted[:, None], truth
        rows[part] = np.arange(start, start + n)
        start += n
    return _evidence(Regress(10.0, 2.0), outputs, targets, rows, texts(start, seed), more)


def _evidence(task, outputs, targets, rows, cells, more):
    simple = task.baseline(targets["train"]) if len(targets["train"]) else np.zeros(task.outputs)
    baseline = {
        part: task.row_scores(np.tile(simple, (len(goals), 1)), goals)
        for part, goals in targets.items()
    }
    seen = task.row_scores(outputs["validation"], targets["validation"])
    score = float(seen.mean()) if len(seen) else None
    made = Evidence(
        name="made",
        task=task,
        outputs=outputs,
        targets=targets,
        rows=rows,
        baseline=baseline,
        show=lambda at: [{"text": cells[i]} for i in at],
        units=np.arange(len(cells)),
        ladder=[
            {"name": "most-common", "score": 0.5, "low": 0.46, "high": 0.54, "bytes": None,
             "one_row_ms": None, "seconds": 0.0, "p_against_best": 1e-9, "verdict": "worse",
             "chosen": False},
            {"name": "bow-svm", "score": score, "low": 0.87, "high": 0.92, "bytes": 1_100_000,
             "one_row_ms": 0.05, "seconds": 0.4, "p_against_best": 1.0, "verdict": "best",
             "chosen": True},
            {"name": "lstm", "error": "stopped by NaN at step 3"},
        ],
        selection={"looks": 6, "optimism": 0.009, "corrected": 0.88},
        facts={"source": "/data/made.csv", "fingerprint": "ab12", "plan": {"seed": 0}},
    )  # fmt: skip
    return replace(made, **more)
