"""Did any row sit on both sides? Twins and groups are counted again, and near copies sought anew.

The split's own units must not straddle it. Beside that count, where rows are texts, a sample of
test rows is searched for copies among training rows by another method than the split used
(4-character shingles, Jaccard ≥ 0.8), and planted copies say how good that search is.
"""

import re
import unicodedata

import numpy as np
from numpy.typing import NDArray

from umbrella.base.catalogue import Sentence, sentence
from umbrella.base.seeds import derive
from umbrella.check.evidence import PARTS, Evidence
from umbrella.check.finding import Finding
from umbrella.check.words import clean_cells
from umbrella.score import doubt

NAME = "twins"
TEST_SAMPLE, TRAIN_SAMPLE, PLANTED = 400, 20_000, 60
SHINGLE, ALIKE, CHARS = 4, 0.8, 2_000  # characters a shingle, Jaccard, characters of a row read
BUCKETS = 2**22
ONE_EDIT_IN = 60  # characters; a planted copy has this share of them replaced


def question(evidence: Evidence) -> Finding:
    """Count units and groups that lie in two parts, then look for near copies in a sample.

    Fails when any unit or group straddles, or when copies are beyond doubt more than 1 % of the
    test rows; warns at any near copy.
    """
    straddling = {
        "units": count_straddling(evidence, evidence.units),
        "groups": count_straddling(evidence, evidence.groups),
    }
    if min(evidence.count("test"), evidence.count("train")) < 1:
        return Finding(NAME, "cannot tell", sentence("check.twins.few"), details=straddling)
    if not evidence.texts:
        return _counted(evidence, straddling)
    search = _Search(evidence)
    found, n = len(search.copies), len(search.test)
    share = doubt.wilson(found, n)
    both = sum(count or 0 for count in straddling.values())
    verdict = "pass"
    if both or share.low > 0.01:
        verdict = "fail"
    elif found:
        verdict = "warn"
    return Finding(
        NAME,
        verdict,
        sentence(
            "check.twins.line",
            straddling=_straddling_words(straddling),
            found=found,
            n=n,
            share=found / n,
            range=(share.low, share.high),
            searched=len(search.train),
        ),
        figure=found / n,
        low=share.low,
        high=share.high,
        would_have_seen=search.power(),
        advice=None if verdict == "pass" else _advice(evidence, bool(both)),
        details={**straddling, "copies": search.examples(5)},
    )


def _advice(evidence: Evidence, both: bool) -> Sentence:
    """What to do about copies; where the user gave the parts, another split would not help."""
    plan = evidence.facts.get("plan") or {}
    given = any(plan.get(name) for name in ("validation", "test"))
    if both and given:
        return sentence("data.parts.share")
    return sentence("check.twins.both" if both else "check.twins.near")


def count_straddling(evidence: Evidence, units: NDArray | None) -> int | None:
    """How many units have rows in more than one part; None when there are no units.

    Args:
        evidence: gives the rows of every part.
        units: unit of every source row [S]; missing values (None) belong to no unit.
    """
    if units is None:
        return None
    units = np.asarray(units)
    seen: set[object] = set()
    straddling: set[object] = set()
    for part in PARTS:
        rows = evidence.parts.get(part, evidence.rows[part])
        here = set(units[np.asarray(rows, dtype=np.int64)].tolist()) - {None}
        straddling |= seen & here
        seen |= here
    return len(straddling)


def _counted(evidence: Evidence, straddling: dict[str, int | None]) -> Finding:
    """The verdict by the split's own units alone, where rows are no texts to search."""
    both = sum(count or 0 for count in straddling.values())
    return Finding(
        NAME,
        "fail" if both else "cannot tell" if straddling["units"] is None else "pass",
        sentence("check.twins.counted", straddling=_straddling_words(straddling)),
        figure=float(both),
        would_have_seen=sentence("check.twins.counted_power"),
        advice=_advice(evidence, True) if both else None,
        details=dict(straddling),
    )


class _Search:
    """Near copies of sampled test rows among sampled training rows."""

    def __init__(self, evidence: Evidence) -> None:
        self.evidence = evidence
        self.random = np.random.default_rng(derive(0, "check", "twins"))
        train = evidence.parts.get("train", evidence.rows["train"])
        self.of_train = len(train)
        self.train = self._sample(np.asarray(train), TRAIN_SAMPLE)
        self.test = self._sample(np.asarray(evidence.rows["test"]), TEST_SAMPLE)
        self.train_texts = [_folded(cells) for cells in evidence.show(self.train)]
        self.first = {text: i for i, text in reversed(list(enumerate(self.train_texts)))}
        self.shingles = _shingles(self.train_texts)
        test_texts = [_folded(cells) for cells in evidence.show(self.test)]
        self.copies = self.copies_of(test_texts)

    def copies_of(self, texts: list[str]) -> list[tuple[int, int, float]]:
        """(number of the text, number of the training row most like it, likeness ≥ ALIKE)."""
        found = [(i, self.first[t], 1.0) for i, t in enumerate(texts) if t and t in self.first]
        known = {i for i, _, _ in found}
        rest = [i for i, text in enumerate(texts) if i not in known and len(text) >= 2 * SHINGLE]
        for start in range(0, len(rest), 50):
            block = rest[start : start + 50]
            mine = _shingles([texts[i] for i in block])
            shared = (mine @ self.shingles.T).toarray()
            sizes = mine.sum(axis=1)[:, None] + self.shingles.sum(axis=1)[None, :]
            alike = shared / np.maximum(sizes - shared, 1)
            best = alike.argmax(axis=1)
            found += [
                (i, int(best[k]), float(alike[k, best[k]]))
                for k, i in enumerate(block)
                if alike[k, best[k]] >= ALIKE
            ]
        return sorted(found)

    def power(self) -> Sentence:
        """What the search would have seen, measured on planted copies of training rows."""
        long = [text for text in self.train_texts if len(text) >= 2 * SHINGLE]
        if not long:
            return sentence("check.twins.exact_only", n=len(self.test))
        picks = self.random.permutation(len(long))[:PLANTED]
        edited = [self._edit(long[i]) for i in picks]
        seen = len(self.copies_of(edited))
        reach = max(seen, 1) / len(edited) * len(self.train) / self.of_train
        return sentence(
            "check.twins.power",
            seen=seen,
            planted=len(edited),
            every=ONE_EDIT_IN,
            share=min(1.0, (1 - 0.05 ** (1 / len(self.test))) / reach),
        )

    def examples(self, most: int) -> list[dict[str, object]]:
        """The closest copies, with their cells."""
        closest = sorted(self.copies, key=lambda copy: -copy[2])[:most]
        return [
            {
                "alike": alike,
                "test_row": int(self.test[i]) + 1,
                "train_row": int(self.train[j]) + 1,
                "test": clean_cells(self.evidence.show(self.test[[i]])[0]),
                "train": clean_cells(self.evidence.show(self.train[[j]])[0]),
            }
            for i, j, alike in closest
        ]

    def _sample(self, rows: NDArray, most: int) -> NDArray[np.int64]:
        rows = rows.astype(np.int64)
        return rows if len(rows) <= most else np.sort(self.random.choice(rows, most, replace=False))

    def _edit(self, text: str) -> str:
        letters = list(text)
        for _ in range(max(1, round(len(letters) / ONE_EDIT_IN))):
            letters[int(self.random.integers(len(letters)))] = "\N{WHITE SQUARE}"
        return "".join(letters)


def _folded(cells: dict[str, str]) -> str:
    text = " ".join(str(cell or "")[:CHARS] for cell in cells.values())[:CHARS]
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text).casefold()).strip()


def _shingles(texts: list[str]) -> "scipy.sparse.csr_array":  # type: ignore[name-defined] # noqa: F821
    """Which shingles each text holds, as a 0/1 matrix [texts, BUCKETS]."""
    from scipy.sparse import csr_array

    points = [np.frombuffer(t.encode("utf-32-le", "replace"), dtype=np.uint32) for t in texts]
    row = np.repeat(np.arange(len(texts)), [max(len(p) - SHINGLE + 1, 0) for p in points])
    hashes = [np.zeros(0, dtype=np.uint64)]
    for p in points:
        wide, n = p.astype(np.uint64), max(len(p) - SHINGLE + 1, 0)
        mixed = np.zeros(n, dtype=np.uint64)
        for k in range(SHINGLE):
            mixed = mixed * np.uint64(0x9E3779B97F4A7C15) + wide[k : k + n]
        hashes.append(mixed)
    bucket = (np.concatenate(hashes) * np.uint64(0xD6E8FEB86659FD93)) >> np.uint64(42)
    pairs = np.unique(row.astype(np.int64) * BUCKETS + bucket.astype(np.int64))
    ones = np.ones(len(pairs), dtype=np.float32)
    return csr_array((ones, (pairs // BUCKETS, pairs % BUCKETS)), shape=(len(texts), BUCKETS))


def _straddling_words(straddling: dict[str, int | None]) -> Sentence:
    units, groups = straddling["units"], straddling["groups"]
    if units is None and groups is None:
        return sentence("check.twins.unknown")
    if groups is None:
        return sentence("check.twins.units", units=units)
    return sentence("check.twins.groups", units=units or 0, groups=groups)
