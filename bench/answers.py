"""Questions answered from texts with little to learn from: each rung on the same rows.

cmrc2018  Chinese articles; the published development part alone, whose 848 texts are divided here
xquad_en  English paragraphs of 36 articles of SQuAD's; articles are divided here

All questions on a text, of xquad_en on an article, are in one part. "overlap" is the simple rule, a
sliding window of rare words around those of the question; "reader" learns from these rows alone;
"bert" starts from the installed MiniLM, for English. Published figures are of models that learned
from other and many more questions, and stand beside ours for orientation only.
Run: python bench/answers.py [corpus] [rung]; OMP_NUM_THREADS=1 for one thread.
"""

import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

import umbrella
from umbrella.base.tensors import load_tensors
from umbrella.fit.trained import load_trained, read_rows

REPO = Path(__file__).parents[1]
DATA = Path(os.environ.get("UMBRELLA_DATA", REPO.parent / "shared" / "data"))
RESULT = Path(__file__).parent / "results" / "answers.json"
CORPORA = {
    "xquad_en": ("xquad_en/xquad_en.json", (0.6, 0.1, 0.3)),
    "cmrc2018": ("cmrc2018/cmrc2018_dev.json", (0.7, 0.1, 0.2)),
}
RUNGS = {"xquad_en": ("overlap", "reader", "bert"), "cmrc2018": ("overlap", "reader")}
PUBLISHED = {
    "xquad_en": {
        "sliding window, SQuAD 1.1 dev (Rajpurkar et al. 2016)": {"f1": 0.200, "exact": 0.132},
        "logistic regression, 87,599 questions": {"f1": 0.510, "exact": 0.400},
        "BERT-base, 87,599 questions (Devlin et al. 2019)": {"f1": 0.884, "exact": 0.8125},
    },
    "cmrc2018": {
        "BERT-base, 10,321 questions, test (Cui et al. 2019)": {"f1": 0.870, "exact": 0.700}
    },
}
EPOCHS = {"reader": 10}  # others by their own plan: "bert" needs 300 steps or more


def main() -> int:
    """Measure, print, keep the figures; 1 where a rung is no better than the rule."""
    asked, missed = set(sys.argv[1:]), 0
    with tempfile.TemporaryDirectory() as folder:
        for corpus, (file, shares) in CORPORA.items():
            if not (DATA / file).exists():
                print(f"skipped: {DATA / file} is not here. Set UMBRELLA_DATA to its folder.")
                continue
            rule = None
            for rung in RUNGS[corpus]:
                if asked and rung != "overlap" and len(asked & {corpus, rung}) < len(asked):
                    continue
                if asked & set(CORPORA) and corpus not in asked:
                    continue
                out = Path(folder) / f"{corpus}-{rung}"
                found, scores, task = measure(rung, DATA / file, shares, out)
                if rule is None:
                    rule = scores
                else:
                    found["p_against_overlap"] = task.compare(scores, rule, found.pop("units"))
                    missed += found["f1"] <= float(rule.mean())
                found.pop("units", None)
                told = ", ".join(f"{key} {value:.4g}" for key, value in found.items())
                print(f"{corpus} {rung}: {told}", flush=True)
                keep(corpus, rung, found)
    return int(missed > 0)


def measure(
    rung: str, file: Path, shares: tuple[float, float, float], out: Path
) -> tuple[dict[str, Any], np.ndarray, Any]:
    """Fit one rung and score the rows that were set aside.

    Returns:
        Figures, with the unit of every row; the rows' F1; and the task.
    """
    begun = time.process_time()
    run = umbrella.fit(
        file,
        rungs=(rung,),
        shares=shares,
        epochs=EPOCHS.get(rung),
        threads=int(os.environ.get("OMP_NUM_THREADS", "1")),
        out=out,
        pretrained="auto" if rung == "bert" else None,
    )
    trained = load_trained(run.path)
    rows = read_rows(trained)
    outputs = load_tensors(out / "test.safetensors")["outputs"]
    task: Any = trained.task
    targets, units = rows.part_targets("test"), rows.dependent("test")
    matches = task.matches(outputs, targets)
    scores = np.array([one.overlap for one in matches])
    exact = np.array([one.exact for one in matches])
    around, exactly = task.interval(scores, units), task.interval(exact, units)
    return (
        {
            "f1": float(scores.mean()),
            "low": around.low,
            "high": around.high,
            "exact": float(exact.mean()),
            "exact_low": exactly.low,
            "exact_high": exactly.high,
            "questions": len(scores),
            "learned_from": len(rows.part("train")),
            "cpu_seconds": time.process_time() - begun,
            "units": units,
        },
        scores,
        task,
    )


def keep(corpus: str, rung: str, found: dict[str, Any]) -> None:
    """Write one fit's figures down beside the others."""
    result: dict[str, Any] = json.loads(RESULT.read_text()) if RESULT.exists() else {}
    own = result.setdefault(corpus, {"published": PUBLISHED[corpus]})
    own[rung] = found
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    sys.exit(main())
