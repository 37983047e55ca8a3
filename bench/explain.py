"""Whether pictures of words can be believed: what answers on sst2 lose without their top words.

Of every rung 150 test rows: the mean fall of the answer's probability when a fifth of the words is
taken out, the top ones by integrated gradients, by gradient × input, by the attention pool where
there is one, by leaving out each word in turn (the dearest), beside as many random words
(comprehensiveness, DeYoung et al. 2020). Chinese reviews likewise, by `lstm`.

Run: python bench/explain.py [rung …] [runs=FOLDER]; runs that lie there are not fitted again.
"""

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import corpora
import numpy as np
import torch
from numpy.typing import NDArray

import umbrella
from umbrella.base.seeds import generator
from umbrella.explain.aims import Aim, aims
from umbrella.explain.deletion import Deletion, overall
from umbrella.explain.explain import STEPS, Explainer, Row
from umbrella.explain.words import without
from umbrella.fit.trained import Trained, load_trained, read_rows

RESULT = Path(__file__).parent / "results" / "explain.json"
RUNGS = ("bow-svm", "bag", "cnn", "lstm", "transformer", "bert-frozen", "bert", "chn-lstm")
ROWS = 150
ENCODER_ROWS = 60
GOAL = 3.0  # times what random words take away, for integrated gradients

Weigh = Callable[[Row, Aim], tuple[NDArray[np.float64], ...]]


def main() -> int:
    """Measure, print, keep the figures; 1 when pictures of a rung are hardly better than chance."""
    given = [one for one in sys.argv[1:] if "=" not in one]
    kept = next((one.partition("=")[2] for one in sys.argv[1:] if one.startswith("runs=")), "")
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))
    holds = True
    with tempfile.TemporaryDirectory() as place:
        for rung in given or RUNGS:
            found = measure(load_trained(run_of(rung, Path(kept or place))), rung)
            result = json.loads(RESULT.read_text("utf-8")) if RESULT.is_file() else {}
            result[rung] = found
            RESULT.write_text(json.dumps(result, indent=1) + "\n", "utf-8")
            for name, told in found.items():
                print(f"{rung:<12} {name:<22} {told}", flush=True)
            mine = found["integrated gradients"]
            holds = holds and mine["fall"] >= GOAL * mine["random"] and mine["p"] < 0.05
    return 0 if holds else 1


def run_of(rung: str, folder: Path) -> Path:
    """The run of a rung, fitted where it is not there."""
    run = folder / rung
    if not (run / "run.json").is_file():
        settings: dict[str, Any] = {"pretrained": "auto"} if rung.startswith("bert") else {}
        settings |= {"epochs": 1} if rung == "bert" else {}
        data: Any = corpora.DATA / "chnsenticorp_htl" / "ChnSentiCorp_htl_all.csv"
        if not rung.startswith("chn"):
            data = {"text": [], "label": []}
            for part in ("train", "dev", "test"):
                texts, labels = corpora.tabbed(f"sst2/{part}.tsv")
                data["text"] += texts
                data["label"] += [("negative", "positive")[label] for label in labels]
            settings["kinds"] = {"text": "text"}
        name = rung.removeprefix("chn-")
        umbrella.fit(data, rungs=(name,), threads=1, out=run, **settings)
    return run


def measure(trained: Trained, rung: str) -> dict[str, Any]:
    """Every method on the same rows and the same random words."""
    explainer = Explainer(trained)
    ways = methods(trained)
    rows = read_rows(trained)
    test = rows.rows[rows.split.rows("test")][: ENCODER_ROWS if "bert" in rung else ROWS]
    [column] = trained.codecs.columns
    deletions: dict[str, list[Deletion]] = {name: [] for name in ways}
    seconds = dict.fromkeys(ways, 0.0)
    for number, text in enumerate(rows.table.take(test)[column].to_list()):
        row = explainer.read({column: [text]})
        [aim] = aims(trained.task.spec(), trained.outputs([row.cells]))
        for name, weigh in ways.items():
            start = time.perf_counter()
            weights = weigh(row, aim)
            seconds[name] += time.perf_counter() - start
            found = explainer.test(row, aim, weights, generator(number, "bench"))
            if found is not None:
                deletions[name].append(found)
    return {name: told(some, seconds[name] / len(test)) for name, some in deletions.items() if some}


def told(found: list[Deletion], seconds: float) -> dict[str, Any]:
    """Figures of one method."""
    together = overall(found)
    assert together is not None
    return {
        "rows": len(found),
        "fall": round(together.fall, 4),
        "random": round(together.at_random, 4),
        "p": float(f"{together.p:.2g}"),
        "no better than chance": sum(one.verdict == "chance" for one in found),
        "seconds a row": float(f"{seconds:.2g}"),
    }


def methods(trained: Trained) -> dict[str, Weigh]:
    """Name → the contribution of every word."""
    one_step, along = Explainer(trained, steps=1), Explainer(trained, steps=STEPS)
    ways: dict[str, Weigh] = {
        "integrated gradients": lambda row, aim: along.weigh(row, aim)[0],
        "gradient × input": lambda row, aim: one_step.weigh(row, aim)[0],
        "leaving out": lambda row, aim: left_out(trained, row, aim),
    }
    [column] = trained.codecs.columns
    if along.read({column: ["a text"]}).texts[0].attention is not None:
        ways["attention"] = pooled
    return ways


def pooled(row: Row, _: Aim) -> tuple[NDArray[np.float64], ...]:
    """Weights of the attention pool."""
    return tuple(np.asarray(text.attention) for text in row.texts)


def left_out(trained: Trained, row: Row, aim: Aim) -> tuple[NDArray[np.float64], ...]:
    """By how much the score falls without each word."""
    [text], [column] = row.texts, trained.codecs.columns
    fewer = [without(text.text, text.bounds[[at]]) for at in range(len(text.bounds))]
    outputs = torch.from_numpy(trained.outputs([{column: [text.text, *fewer]}]))
    scores = aim.score(outputs).double().numpy()
    return (scores[0] - scores[1:],)


if __name__ == "__main__":
    sys.exit(main())
