"""Bag of n-grams and linear SVM: Umbrella beside scikit-learn, and beside fastText where it runs.

Every fit is a fresh process on one thread. Vectorising is all from texts to the training matrix;
the whole fit adds the solver. Both programs hand their matrix to the same solver, scikit-learn's
LinearSVC. fastText is run by the interpreter that `FASTTEXT_PYTHON` names, e.g. that of a virtual
environment with `pip install fasttext-wheel`.
"""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import corpora

REPEATS = 3
RESULT = Path(__file__).parent / "results" / "bag.json"
PROMISED = "vectorising ≥ 3×, fit ≥ 2×, accuracy ≥ −0.5 points, memory ≤ 1×"
Run = dict[str, float]


def umbrella(corpus: corpora.Corpus, _name: str) -> Run:
    """Our codec as it is by default, and the solver with LIBLINEAR's own tolerance."""
    from scipy.sparse import csr_matrix
    from sklearn.svm import LinearSVC

    from umbrella.data.codecs.text_bag import TextBag

    def matrix(texts: list[str]) -> Any:
        rows = codec.encode(texts)
        weights, ids = rows["weights"], rows["ids"]
        return csr_matrix((weights.values, ids.values, ids.offsets), (len(ids), codec.vocab))

    codec = TextBag()
    return measured(
        corpus,
        lambda texts: matrix(texts) if codec.fit([texts]) else None,
        LinearSVC(tol=0.03, random_state=0),
        matrix,
    )


def scikit(corpus: corpora.Corpus, name: str) -> Run:
    """TfidfVectorizer with the same n-grams, and LinearSVC as it is by default."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.svm import LinearSVC

    analyzer = "char" if name in corpora.CHINESE else "word"
    peer = TfidfVectorizer(analyzer=analyzer, ngram_range=(1, 2), sublinear_tf=True)
    return measured(corpus, peer.fit_transform, LinearSVC(random_state=0), peer.transform)


def measured(
    corpus: corpora.Corpus,
    vectorise: Callable[[list[str]], Any],
    solver: Any,
    transform: Callable[[list[str]], Any],
) -> Run:
    """CPU seconds and accuracy of one fit, and the memory that it added."""
    before = peak()
    start = time.process_time()
    matrix = vectorise(corpus.texts)
    vectorised = time.process_time()
    solver.fit(matrix, corpus.labels)
    fitted = time.process_time()
    top = peak()
    accuracy = solver.score(transform(corpus.test_texts), corpus.test_labels)
    return {
        "vectorise": vectorised - start,
        "fit": fitted - start,
        "accuracy": 100 * accuracy,
        "memory": top,
        "added": top - before,
    }


def fasttext(corpus: corpora.Corpus, name: str) -> Run:
    """fastText with pairs of tokens; Chinese is given character by character."""
    import tempfile

    import fasttext as peer

    def line(text: str) -> str:
        return " ".join(text if name in corpora.CHINESE else text.lower().split())

    start = time.process_time()
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as file:
        for text, label in zip(corpus.texts, corpus.labels, strict=True):
            file.write(f"__label__{label} {line(text)}\n")
        file.flush()
        model = peer.train_supervised(
            file.name, wordNgrams=2, epoch=25, dim=10, thread=1, verbose=0
        )
    fitted = time.process_time()
    top = peak()
    # A list: for a single string its predict fails under numpy 2.
    labels, _ = model.predict([line(text) for text in corpus.test_texts])
    truth = [f"__label__{label}" for label in corpus.test_labels]
    right = sum(found[0] == true for found, true in zip(labels, truth, strict=True))
    accuracy = 100 * right / len(truth)
    return {
        "vectorise": 0.0,
        "fit": fitted - start,
        "accuracy": accuracy,
        "memory": top,
        "added": 0,
    }


def peak() -> float:
    """Most memory of this process so far, MB.

    Not ru_maxrss: a child process begins with its parent's.
    """
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) / 1024  # type: ignore[index]


def merges(corpus: corpora.Corpus, cap: str) -> Run:
    """Training sub-words with runs of unspaced scripts cut at `cap` characters."""
    from umbrella.data.codecs import subwords

    before, start = peak(), time.process_time()
    found = subwords.Subwords.train(corpus.texts, 8000, int(cap))
    seconds = time.process_time() - start
    ids = sum(map(len, found.encode(corpus.test_texts)))
    share = ids / sum(map(len, corpus.test_texts))
    return {"fit": seconds, "added": peak() - before, "tokens a character": share}


PROGRAMS = {"umbrella": umbrella, "scikit": scikit, "fasttext": fasttext}


def alone(program: str, name: str) -> Run | None:
    """Median of fresh processes; None where the program or the data is missing."""
    python = os.environ.get("FASTTEXT_PYTHON") if program == "fasttext" else sys.executable
    if not python:
        return None
    one_thread = {f"{library}_NUM_THREADS": "1" for library in ("OMP", "OPENBLAS", "RAYON")}
    runs: list[Run] = []
    for _ in range(REPEATS):
        done = subprocess.run(
            [python, __file__, program, name],
            env={**os.environ, **one_thread, "PYTHONPATH": str(corpora.REPO / "src")},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            print(f"skipped: {program} on {name}: {done.stderr.strip().splitlines()[-1]}")
            return None
        runs.append(json.loads(done.stdout.splitlines()[-1]))
    return {key: median(run[key] for run in runs) for key in runs[0]}


def main() -> int:
    """Measure, print, keep the figures; 1 when a promised limit is broken."""
    print(f"{'':18}{'accuracy':>18}{'vectorise':>20}{'whole fit':>20}{'memory MB':>19}")
    print(f"{'corpus':18}" + f"{'ours':>9}{'theirs':>9}" + f"{'theirs/ours':>20}" * 2)
    result: dict[str, Any] = {"promised": PROMISED}
    broken = []
    for name in corpora.NAMES:
        ours, theirs = alone("umbrella", name), alone("scikit", name)
        if not ours or not theirs:
            continue
        result[name] = {"umbrella": ours, "scikit": theirs, "fasttext": alone("fasttext", name)}
        print(row(name, ours, theirs), flush=True)
        if not holds(ours, theirs):
            broken.append(name)
        if rival := result[name]["fasttext"]:
            print(f"{'  fastText':18}{'':9}{rival['accuracy']:9.2f}{'':20}{times(ours, rival):>20}")
    if not os.environ.get("FASTTEXT_PYTHON"):
        print("fastText left out: FASTTEXT_PYTHON names no interpreter that has it")
    print(f"promised: {PROMISED}; broken: {', '.join(broken) or 'none'}")
    result |= {"sub-words": caps(), "broken": broken}
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", "utf-8")
    return 1 if broken else 0


def row(name: str, ours: Run, theirs: Run) -> str:
    """One line of the table."""
    speed = f"{theirs['vectorise']:.2f}/{ours['vectorise']:.2f} = "
    speed += f"{theirs['vectorise'] / ours['vectorise']:.1f}×"
    memory = f"{theirs['memory']:.0f}/{ours['memory']:.0f}"
    scores = f"{ours['accuracy']:9.2f}{theirs['accuracy']:9.2f}"
    return f"{name:18}{scores}{speed:>20}{times(ours, theirs):>20}{memory:>19}"


def times(ours: Run, theirs: Run) -> str:
    """Both fits in CPU seconds, and their ratio."""
    return f"{theirs['fit']:.2f}/{ours['fit']:.2f} = {theirs['fit'] / ours['fit']:.1f}×"


def holds(ours: Run, theirs: Run) -> bool:
    """Whether everything promised is kept on one corpus."""
    return (
        theirs["vectorise"] >= 3 * ours["vectorise"]
        and theirs["fit"] >= 2 * ours["fit"]
        and ours["accuracy"] >= theirs["accuracy"] - 0.5
        and ours["memory"] <= theirs["memory"]
    )


def caps() -> dict[str, Run]:
    """Sub-words of Chinese with and without a cap on runs without spaces."""
    found: dict[str, Run] = {}
    for cap in ("2", "3", "4", "9999"):
        run = alone(cap, "chnsenticorp_htl")
        if run:
            found[cap] = run
            print(f"sub-words, runs of {cap:5} {'  '.join(f'{k} {v:.2f}' for k, v in run.items())}")
    return found


if __name__ == "__main__":
    if len(sys.argv) == 3:
        asked, corpus_name = sys.argv[1:]
        data = corpora.load(corpus_name)
        made = PROGRAMS[asked](data, corpus_name) if asked in PROGRAMS else merges(data, asked)
        print(json.dumps(made))
    else:
        sys.exit(main())
