"""Finding near copies: Umbrella beside all pairs written plainly, and beside datasketch.

Real reviews and headlines, English and Chinese, half of them joined by a copy with one to three
letters swapped. The truth is every pair whose sets of shingles have a Jaccard similarity of 0.8.
`datasketch` is a peer for this benchmark alone: `pip install datasketch`, or it is left out aloud.
"""

import importlib
import json
import os
import random
import resource
import sys
import time
from collections.abc import Callable, Iterator
from itertools import combinations
from pathlib import Path

import numpy as np

from umbrella.data.shingles import canonical, shingles
from umbrella.data.twins import find_twins

REPO = Path(__file__).parents[1]
DATA = Path(os.environ.get("UMBRELLA_DATA", REPO.parent / "shared" / "data"))
RESULT = Path(__file__).parent / "results" / "twins.json"
THRESHOLD = 0.8
ALL_PAIRS_ROWS, PEER_ROWS, BULK_ROWS = 2_000, 8_000, 35_000
LEAST_RECALL, MOST_SECONDS = 0.95, 5.0

Pairs = set[tuple[int, int]]


def main() -> int:
    """Measure, print, keep the figures; 1 when a limit is broken."""
    texts = list(real_texts())
    if not texts:
        print(f"skipped: no texts under {DATA}. Set UMBRELLA_DATA to the folder of real data.")
        return 0
    few, some = with_copies(texts, ALL_PAIRS_ROWS), with_copies(texts, PEER_ROWS)
    bulk = with_copies(texts, BULK_ROWS)
    find_twins(few, seed=0)  # imports
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    twins, seconds = timed(lambda: find_twins(bulk, seed=0))
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    letters = sum(map(len, bulk))
    print(f"{len(bulk):,} rows of {letters / 1e6:.1f} M letters: {seconds:.2f} CPU seconds (limit")
    print(f"{MOST_SECONDS:.0f}), memory grew by {grown:.0f} MB, {twins.rows:,} rows have a twin")
    print(f"{'':28}{'rows':>8}{'CPU s':>9}{'recall':>9}{'false':>7}{'× Umbrella':>12}")
    truth, plain = timed(lambda: all_pairs(few))
    ours, quick = timed(lambda: cluster_pairs(few))
    result = {"few": row("Umbrella", few, quick, quick, ours, truth)}
    result["all pairs"] = row("all pairs", few, plain, quick, truth, truth)
    peer = sketch_pairs(some)
    if peer:
        found, seconds = timed(peer)
        ours, quick = timed(lambda: cluster_pairs(some))
        truth = similar(some, found | ours)  # what either proposes and the sets confirm
        result["some"] = row("Umbrella", some, quick, quick, ours, truth)
        result["datasketch"] = row("datasketch", some, seconds, quick, found, truth)
    else:
        print("datasketch is left out: it is not installed (pip install datasketch).")
    result["bulk"] = {"rows": len(bulk), "seconds": seconds, "letters": letters, "grown_mb": grown}
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(result, indent=1) + "\n")
    sound = result["few"]["recall"] >= LEAST_RECALL and result["few"]["false"] == 0
    return 0 if sound and seconds <= MOST_SECONDS else 1


def real_texts() -> Iterator[str]:
    """Reviews and headlines of the sets that are there, shuffled together."""
    texts = []
    for path in sorted(DATA.glob("mr_polarity/rt-polarity.*")):
        texts += path.read_text("latin-1").strip().split("\n")
    for path in sorted(DATA.glob("chnsenticorp_htl/*.csv")):
        texts += [line[2:].strip('"') for line in path.read_text("utf-8-sig").splitlines()[1:]]
    for path in sorted(DATA.glob("thucnews_20k/???*.txt")):
        texts += [line.rsplit("\t", 1)[0] for line in path.read_text("utf-8").splitlines()]
    random.Random(0).shuffle(texts)
    yield from (text for text in texts if len(text) >= 10)


def with_copies(texts: list[str], rows: int) -> list[str]:
    """Half the rows as they are, then copies of them with one to three pairs of letters swapped."""
    draw = random.Random(1)
    half = texts[: rows // 2]
    copies = []
    for text in half:
        letters = list(text)
        for _ in range(draw.randint(1, 3)):
            at = draw.randrange(len(letters) - 1)
            letters[at : at + 2] = letters[at + 1], letters[at]
        copies.append("".join(letters))
    return half + copies


def sets_of(texts: list[str]) -> list[set[int]]:
    """The hashed shingles of every text; a text too short for near copies has none."""
    cut = shingles([canonical(text) for text in texts])
    rows = (set(cut.row(at).tolist()) for at in range(len(cut)))
    return [shingle if len(shingle) >= 9 else set() for shingle in rows]


def jaccard(one: set[int], other: set[int]) -> float:
    """Shared over all."""
    shared = len(one & other)
    return shared / max(len(one) + len(other) - shared, 1)


def all_pairs(texts: list[str]) -> Pairs:
    """Every near pair, by looking at every pair."""
    sets = sets_of(texts)
    return {
        (a, b) for a, b in combinations(range(len(sets)), 2) if jaccard(sets[a], sets[b]) >= 0.8
    }


def similar(texts: list[str], pairs: Pairs) -> Pairs:
    """Those of the pairs that are near."""
    sets = sets_of(texts)
    return {(a, b) for a, b in pairs if jaccard(sets[a], sets[b]) >= THRESHOLD}


def cluster_pairs(texts: list[str]) -> Pairs:
    """The pairs that Umbrella keeps together."""
    cluster = find_twins(texts, threshold=THRESHOLD, seed=0).cluster
    members: dict[int, list[int]] = {}
    for at, first in enumerate(cluster.tolist()):
        members.setdefault(first, []).append(at)
    return {pair for rows in members.values() for pair in combinations(rows, 2)}


def sketch_pairs(texts: list[str]) -> Callable[[], Pairs] | None:
    """The same search by datasketch, its pairs verified too; None when it is not installed."""
    try:
        peer = importlib.import_module("datasketch")
    except ModuleNotFoundError:
        return None

    def search() -> Pairs:
        sets = sets_of(texts)
        index = peer.MinHashLSH(threshold=THRESHOLD, num_perm=128)
        pairs: Pairs = set()
        for at, shingle in enumerate(sets):
            if not shingle:
                continue
            sketch = peer.MinHash(num_perm=128)
            sketch.update_batch([number.to_bytes(8, "little") for number in shingle])
            near = (other for other in index.query(sketch))
            pairs |= {(other, at) for other in near if jaccard(sets[other], shingle) >= THRESHOLD}
            index.insert(at, sketch)
        return pairs

    return search


def timed(work: Callable) -> tuple:
    """What the work gives, and its CPU seconds."""
    start = time.process_time()
    return work(), time.process_time() - start


def row(
    name: str, texts: list[str], seconds: float, ours: float, found: Pairs, truth: Pairs
) -> dict[str, float]:
    """Print and return one line. False are rows kept together with no near or equal row at all."""
    folded = [canonical(text) for text in texts]
    sound = {at for pair in truth for at in pair}
    sound |= {at for a, b in found if folded[a] == folded[b] for at in (a, b)}
    false = len({at for pair in found for at in pair} - sound)
    recall = float(np.mean([pair in found for pair in truth])) if truth else 1.0
    print(f"{name:28}{len(texts):8,}{seconds:9.2f}{recall:9.3f}{false:7}{seconds / ours:12.1f}")
    return {
        "rows": len(texts),
        "seconds": seconds,
        "recall": recall,
        "false": false,
        "true_pairs": len(truth),
        "ratio": seconds / ours,
    }


if __name__ == "__main__":
    sys.exit(main())
