"""What descriptions, meaning and neighbours bring on real texts, with all-MiniLM-L6-v2.

labels  sst2's 1,821 test sentences labelled by descriptions of several kinds; beside layers that
        learned from 10 to 800 labelled training sentences, twenty draws of each number
noise   labels of sst2 and chnsenticorp_htl turned on purpose: how many rows that are listed are
        turned ones, and how many of those are listed, by folds and by neighbours; beside the worst
        rows that `check` shows of a bag of words
pairs   sentences of tatoeba_en_zh that translate the same Chinese one, among others: how many pairs
        are found at the margin that the data gives, beside the search by letters; 20,000 sentences
        in all for the time it takes

Run: OMP_NUM_THREADS=1 python bench/unlabelled.py [labels noise pairs]; each part keeps its figures.
"""

import csv
import json
import os
import resource
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegressionCV

import umbrella
from umbrella.data.samples import cache_folder
from umbrella.data.twins import find_twins
from umbrella.score.doubt import wilson
from umbrella.unlabelled.describe import label_vectors, nearest
from umbrella.unlabelled.head import out_of_fold
from umbrella.unlabelled.labels import checked
from umbrella.unlabelled.noise import AROUND, suspects, turn
from umbrella.unlabelled.pairs import close_pairs, neighbours
from umbrella.unlabelled.vectors import Reader, open_reader

REPO = Path(__file__).parents[1]
DATA = Path(os.environ.get("UMBRELLA_DATA", REPO.parent / "shared" / "data"))
RESULT = Path(__file__).parent / "results" / "unlabelled.json"
WAYS: dict[str, dict[str, tuple[str, ...]]] = {
    "names": {"0": ("bad",), "1": ("good",)},
    "a sentence": {"0": ("a negative movie review",), "1": ("a positive movie review",)},
    "two sentences": {
        "0": ("a negative movie review", "a bad, boring, terrible film"),
        "1": ("a positive movie review", "a good, moving, wonderful film"),
    },
    "six sentences": {
        "0": ("a bad movie", "this film is terrible", "boring and dull", "a waste of time",
              "I hated it", "a negative review"),
        "1": ("a good movie", "this film is wonderful", "funny and moving", "a joy to watch",
              "I loved it", "a positive review"),
    },
}  # fmt: skip
SIZES, DRAWS = (10, 20, 50, 100, 200, 400, 800), 20
NOISY, SHARES = 2_500, (0.02, 0.05, 0.1)
PAIRS, OTHERS, WORDS = 400, 4_000, 5
BEYOND = 0.05  # of the rows that are listed, beyond the share turned


def main() -> int:
    """Measure what is named."""
    torch.set_num_threads(1)
    reader = open_reader("auto", cache_folder() / "vectors", "cpu")
    holds = []
    for name in sys.argv[1:] or ["labels", "noise", "pairs"]:
        made = {"labels": labels, "noise": noise, "pairs": pairs}[name](reader)
        reader.keep()
        found = json.loads(RESULT.read_text("utf-8")) if RESULT.is_file() else {}
        found[name] = made
        holds.append(bool(made["holds"]))
        RESULT.write_text(json.dumps(found, indent=1) + "\n", "utf-8")
        print(json.dumps({name: made}), flush=True)
    return 0 if all(holds) else 1


def labels(reader: Reader) -> dict[str, Any]:
    """Descriptions on the test part, beside layers that learned from labelled training rows."""
    (train, goals), (test, truth) = sst2("train"), sst2("test")
    learn, ask = reader.read(train), reader.read(test)
    described: dict[str, dict[str, Any]] = {}
    for name, way in WAYS.items():
        found = nearest(ask, label_vectors(checked(way.items()), reader))
        right = found.label == truth
        clear = found.lead >= np.median(found.lead)
        around = wilson(int(right.sum()), len(right))
        described[name] = {
            "right": round(float(right.mean()), 4),
            "interval": [round(around.low, 4), round(around.high, 4)],
            "clear half": round(float(right[clear].mean()), 4),
            "unclear half": round(float(right[~clear].mean()), 4),
        }
    learned = {size: learn_from(learn, goals, ask, truth, size) for size in SIZES}
    best = max(one["right"] for one in described.values())
    ahead = next((size for size in SIZES if learned[size]["right"] > best), None)
    taught = teach(reader, learn, ask, truth)
    return {
        "described": described, "learned": learned, "labels ahead of descriptions from": ahead,
        "taught by descriptions": taught, "holds": described["two sentences"]["interval"][0] > 0.5,
    }  # fmt: skip


def learn_from(
    learn: NDArray, goals: NDArray, ask: NDArray, truth: NDArray, size: int
) -> dict[str, float]:
    """Share of the test rows that layers have right, each from so many labels drawn at random."""
    shares = []
    for seed in range(DRAWS):
        draw = np.random.default_rng(seed)
        half = [draw.permutation(np.flatnonzero(goals == label))[: size // 2] for label in (0, 1)]
        at = np.concatenate(half)
        shares.append(float((head(learn[at], goals[at]).predict(ask) == truth).mean()))
    return {"right": round(float(np.mean(shares)), 4), "spread": round(float(np.std(shares)), 4)}


def head(vectors: NDArray, goals: NDArray) -> LogisticRegressionCV:
    """A layer whose strength is chosen among the rows it learns from."""
    folds = min(5, int(np.bincount(goals).min()))
    layer = LogisticRegressionCV(
        Cs=[0.1, 1, 10, 100], cv=folds, l1_ratios=(0,), use_legacy_attributes=False
    )
    return layer.fit(vectors, goals)


def teach(reader: Reader, learn: NDArray, ask: NDArray, truth: NDArray) -> dict[str, float]:
    """Layers that learned from labels that descriptions gave to training rows, not from true ones:
    from all of them, and from the half with the larger leads.
    """
    way = label_vectors(checked(WAYS["two sentences"].items()), reader)
    found = nearest(learn, way)
    out = {"itself": float((nearest(ask, way).label == truth).mean())}
    for name, least in (("all", -1.0), ("surest half", float(np.median(found.lead)))):
        at = found.lead >= least
        out[name] = float((head(learn[at], found.label[at]).predict(ask) == truth).mean())
    return {name: round(share, 4) for name, share in out.items()}


def noise(reader: Reader) -> dict[str, Any]:
    """Labels turned on purpose: precision and recall of the rows listed."""
    out: dict[str, Any] = {}
    holds = []
    for name, (texts, goals) in {"sst2": sst2("train"), "chnsenticorp": hotels()}.items():
        at = np.random.default_rng(0).permutation(len(texts))[:NOISY]
        some, goals = [texts[row] for row in at], goals[at]
        vectors = reader.read(some)
        out[name] = {"unknown tokens": round(reader.unknown(some), 4)}
        for share in SHARES:
            out[name][str(share)] = turned(vectors, goals, share)
            out[name][str(share)]["worst rows of bow-svm"] = worst(some, goals, share)
            listed = out[name][str(share)]["listed"]
            holds.append(listed["precision"] > share + BEYOND or name != "sst2")
    return out | {"holds": all(holds)}


def turned(vectors: NDArray, goals: NDArray, share: float) -> dict[str, Any]:
    """One share of labels turned: what is listed, and both rankings at as many rows as turned."""
    bad, at = turn(goals, share, seed=1)
    wrong, rows = np.isin(np.arange(len(goals)), at), np.arange(len(goals))
    found = suspects(vectors, bad, rows)
    own = out_of_fold(vectors, bad, rows)[rows, bad]
    near, _ = neighbours(vectors, rows, AROUND)
    agree = (bad[near] == bad[:, None]).mean(axis=1)
    hits = wrong[found.rows]
    return {
        "listed": {
            "rows": len(found.rows),
            "precision": round(float(hits.mean()), 3) if len(hits) else None,
            "recall": round(float(hits.sum() / len(at)), 3),
            "most": round(found.most, 3),
        },
        "as many as turned": {
            way: round(float(wrong[np.argsort(score, kind="stable")[: len(at)]].mean()), 3)
            for way, score in (("folds", own), ("neighbours", agree))
        },
        "average precision": {"folds": average(own, wrong), "neighbours": average(agree, wrong)},
    }


def worst(texts: list[str], goals: NDArray, share: float) -> dict[str, Any]:
    """The same labels turned, and the rows that `check` shows as the worst of a bag of words."""
    bad, at = turn(goals, share, seed=1)
    cells = {"text": texts, "label": [str(label) for label in bad]}
    with tempfile.TemporaryDirectory() as folder:
        run = umbrella.fit(
            cells, out=Path(folder) / "run", rungs=["bow-svm"], kinds={"text": "text"}, threads=1
        )
        [found] = [one for one in run.check().findings if one.name == "worst"]
    rows = [int(one["row"]) - 1 for one in found.details["examples"]]
    hits = len(set(rows) & set(at.tolist()))
    return {"rows": len(rows), "precision": hits / len(rows), "recall": round(hits / len(at), 3)}


def average(score: NDArray, wrong: NDArray) -> float:
    """Mean precision over the wrong rows, the lowest scores first."""
    hit = wrong[np.argsort(score, kind="stable")]
    share = np.cumsum(hit) / np.arange(1, len(hit) + 1)
    return round(float(share[hit].mean()), 3)


def pairs(reader: Reader) -> dict[str, Any]:
    """Translations of one sentence among others: found by meaning and by letters."""
    texts, group = translations()
    vectors = reader.read(texts)
    known = {(a, b) for a, b in zip(range(0, 2 * PAIRS, 2), range(1, 2 * PAIRS, 2), strict=True)}
    found = close_pairs(vectors)
    told = list(zip(found.left.tolist(), found.right.tolist(), strict=True))
    letters = find_twins(texts, seed=0).cluster
    by_letters = {(a, b) for a, b in known if letters[a] == letters[b]}
    hits = known & set(told)
    many = np.random.default_rng(0).normal(size=(20_000, reader.width)).astype(np.float32)
    many /= np.linalg.norm(many, axis=1, keepdims=True)
    start = time.process_time()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    close_pairs(many)
    return {
        "texts": len(texts),
        "pairs known": len(known),
        "pairs told": len(told),
        "known among told": len(hits),
        "recall": round(len(hits) / len(known), 3),
        "precision at least": round(len(hits) / max(len(told), 1), 3),
        "recall by letters": round(len(by_letters) / len(known), 3),
        "least margin": round(found.least, 3),
        "told, but not known": [
            [texts[a], texts[b]]
            for a, b in told
            if (a, b) not in known and letters[a] != letters[b]
        ][:12],
        "20,000 texts": {
            "CPU seconds": round(time.process_time() - start, 1),
            "MB more at the peak": round(
                (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
            ),
        },
        "groups": len(group),
        "holds": len(hits) > 2 * len(by_letters),
    }


def sst2(part: str) -> tuple[list[str], NDArray[np.int64]]:
    """Sentences and whether each is positive."""
    lines = (DATA / "sst2" / f"{part}.tsv").read_text("utf-8").splitlines()
    cells = [line.split("\t") for line in lines]
    return [one[0] for one in cells], np.array([int(one[1]) for one in cells])


def hotels() -> tuple[list[str], NDArray[np.int64]]:
    """Chinese reviews of hotels and whether each is positive."""
    [path] = (DATA / "chnsenticorp_htl").glob("*.csv")
    with path.open(encoding="utf-8", newline="") as file:
        rows = [(row["review"], int(row["label"])) for row in csv.DictReader(file)]
    kept = [row for row in rows if row[0].strip()]
    return [row[0] for row in kept], np.array([row[1] for row in kept])


def translations() -> tuple[list[str], list[str]]:
    """English sentences: pairs that translate one Chinese sentence, then others that share none."""
    by_source: dict[str, set[str]] = defaultdict(set)
    for line in (DATA / "tatoeba_en_zh" / "cmn.txt").read_text("utf-8").splitlines():
        english, chinese = line.split("\t")[:2]
        if len(english.split()) >= WORDS:
            by_source[chinese].add(english)
    several = sorted(key for key, some in by_source.items() if len(some) > 1)
    alone = sorted(key for key, some in by_source.items() if len(some) == 1)
    draw = np.random.default_rng(0)
    several = [several[at] for at in draw.permutation(len(several))[:PAIRS]]
    seen: set[str] = set()
    texts: list[str] = []
    for key in several:
        texts += sorted(by_source[key])[:2]
    seen.update(texts)
    for at in draw.permutation(len(alone)):
        [text] = by_source[alone[at]]
        if text not in seen and len(texts) < 2 * PAIRS + OTHERS:
            seen.add(text)
            texts.append(text)
    return texts, several


if __name__ == "__main__":
    sys.exit(main())
