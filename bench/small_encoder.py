"""A tuned MiniLM made small: bytes, time and share right after every step, on sst2.

The run: `umbrella fit` of 1,500 training sentences with --pretrained auto --rungs bert. Then int8,
fewer tokens, fewer layers taught by the whole one, each as `umbrella shrink` makes it. All are
judged on the 1,821 test sentences of sst2, which neither the fit nor the search ever saw; times are
CPU milliseconds of one row on one thread of ONNX Runtime, tokenizer included.

Run: OMP_NUM_THREADS=1 python bench/small_encoder.py [RUN]; a finished run saves the fit.
"""

import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch

import umbrella
from umbrella.base.progress import Silent
from umbrella.data.arrays import encode
from umbrella.data.codecs.columns import padded
from umbrella.fit.device import Device
from umbrella.fit.trained import graph_outputs, load_trained, read_rows
from umbrella.fit.views import Views
from umbrella.score.doubt import paired_difference, wilson
from umbrella.shrink.candidate import Candidate, Workshop
from umbrella.shrink.plan import ideas

REPO = Path(__file__).parents[1]
DATA = Path(os.environ.get("UMBRELLA_DATA", REPO.parent / "shared" / "data"))
RESULT = Path(__file__).parent / "results" / "small_encoder.json"
ROWS, TIMED = 1_500, 100
LAYERS = (4, 3)
SMALLER, LOST = 5.5, 0.03  # int8 with fewer tokens: times smaller, and what it may lose


def main() -> int:
    """Measure every step; the status says whether what is promised holds."""
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        run = Path(sys.argv[1]) if len(sys.argv) > 1 else fit(Path(folder) / "run")
        made = measured(run)
    return 0 if made["holds"] else 1


def fit(out: Path) -> Path:
    """The large model."""
    texts, labels = part("train")
    rows = np.random.default_rng(0).permutation(len(texts))[:ROWS]
    cells = {"text": [texts[at] for at in rows], "label": [str(labels[at]) for at in rows]}
    made = umbrella.fit(
        cells, rungs=["bert"], pretrained="auto", out=out, threads=1, device="cpu",
        kinds={"text": "text"},
    )  # fmt: skip
    return made.path


def measured(path: Path) -> dict[str, Any]:
    """All candidates of the whole network and of fewer layers."""
    teacher = load_trained(path)
    prepared = read_rows(teacher)
    shop = Workshop(teacher, prepared, Views(prepared, Silent()), Device("cpu"), Silent())
    facts = teacher.facts
    network: Any = teacher.network
    plan = ideas(facts["kind"], facts["network"]["rung"], facts["choice"], network.config.layers)
    plan = [one for one in plan if one.given or one.choice.get("network.layers") in LAYERS]
    texts, labels = part("test")
    column = prepared.columns[0]
    said = list(teacher.task.spec()["labels"])
    truth = np.array([_number(said, label) for label in labels])
    rows: list[dict[str, Any]] = []
    before: np.ndarray | None = None
    for idea in plan:
        for one in shop.make(idea, None, computed=idea.given):
            right = answers(one, {column: texts}) == truth
            before = right if before is None else before
            rows.append(facts_of(one, right, before, column, texts))
            print(json.dumps(rows[-1]), flush=True)
            made = told(rows, len(prepared.part("train")))
            RESULT.write_text(json.dumps(made, indent=1) + "\n", "utf-8")
    return made


def told(rows: list[dict[str, Any]], learned: int) -> dict[str, Any]:
    """What is kept: every candidate so far, and whether what is promised holds."""
    cut = [one for one in rows if one["name"].startswith("bert tokens")]
    whole = rows[0]["bytes"]
    holds = any(whole > SMALLER * one["bytes"] and one["against whole"] > -LOST for one in cut)
    return {"rows learned from": learned, "rows": rows, "holds": holds}


def facts_of(
    one: Candidate, right: np.ndarray, before: np.ndarray, column: str, texts: list[str]
) -> dict[str, Any]:
    """What a candidate costs and how often it is right, beside the whole model."""
    around = wilson(int(right.sum()), len(right))
    gained, lost = int((right & ~before).sum()), int((before & ~right).sum())
    change = paired_difference(gained, lost, len(right))
    return {
        "name": one.name,
        "bytes": one.cost.bytes,
        "cpu_ms": round(milliseconds(one, column, texts), 2),
        "right": round(float(right.mean()), 4),
        "interval": [round(around.low, 4), round(around.high, 4)],
        "against whole": round((gained - lost) / len(right), 4),
        "change": [round(change.low, 4), round(change.high, 4)],
    }


def answers(one: Candidate, cells: dict[str, list[str]]) -> np.ndarray:
    """The class of every text, by the candidate's own graph."""
    arrays = encode(one.codecs, [cells])
    rows = np.arange(len(next(iter(cells.values()))))
    return graph_outputs(one.graph, arrays, rows, one.way == "computed").argmax(axis=1)


def milliseconds(one: Candidate, column: str, texts: list[str]) -> float:
    """Median CPU time of one row."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(one.graph, options, ["CPUExecutionProvider"])
    spent = []
    for text in texts[:TIMED]:
        start = time.process_time()
        session.run(None, padded(one.codecs.encode({column: [text]})))
        spent.append(time.process_time() - start)
    return 1e3 * float(np.median(spent))


def part(name: str) -> tuple[list[str], list[int]]:
    """Sentences of sst2 and whether each is positive."""
    lines = (DATA / "sst2" / f"{name}.tsv").read_text("utf-8").splitlines()
    cells = [line.split("\t") for line in lines]
    return [one[0] for one in cells], [int(one[1]) for one in cells]


def _number(labels: list[str], positive: int) -> int:
    """The class of a sentence, however the run names it."""
    names = {str(positive), "good" if positive else "bad"}
    return next(at for at, label in enumerate(labels) if label in names)


if __name__ == "__main__":
    sys.exit(main())
