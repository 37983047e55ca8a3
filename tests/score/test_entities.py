"""Counts of spans, equal to seqeval's, and by what is wrong with them."""

import numpy as np
import pytest

from umbrella.score import entities
from umbrella.score.chain import Spans


def spans(rows):
    """Found spans from lists of (start, end, kind), one list a row."""
    flat = [(row, *one) for row, own in enumerate(rows) for one in sorted(own)]
    columns = np.array(flat, dtype=np.int64).reshape(-1, 4).T
    return Spans(*columns, np.ones(len(flat)))


def true(rows):
    out = np.full((len(rows), max(1, *map(len, rows)), 3), -1)
    for row, own in enumerate(rows):
        for at, one in enumerate(own):
            out[row, at] = one
    return out


def drawn(rng, rows, length=12):
    """Spans that do not overlap, and the same as BIO tags."""
    out, tags = [], []
    for _ in range(rows):
        own, row, at = [], ["O"] * length, 0
        while at < length:
            size, kind = int(rng.integers(1, 4)), int(rng.integers(3))
            if rng.random() < 0.4 and at + size <= length:
                own.append((at, at + size, kind))
                row[at : at + size] = [f"B-T{kind}"] + [f"I-T{kind}"] * (size - 1)
            at += size
        out.append(own)
        tags.append(row)
    return out, tags


@pytest.mark.parametrize("seed", range(5))
def test_scores_are_those_of_seqeval(seed):
    metrics = pytest.importorskip("seqeval.metrics")
    rng = np.random.default_rng(seed)
    gold, gold_tags = drawn(rng, 40)
    said, said_tags = drawn(rng, 40)
    said[:20], said_tags[:20] = gold[:20], gold_tags[:20]
    right, found, there = (part.sum() for part in entities.row_counts(spans(said), true(gold)))
    assert entities.f1(right, found, there) == pytest.approx(
        metrics.f1_score(gold_tags, said_tags), abs=1e-15
    )
    assert right / found == metrics.precision_score(gold_tags, said_tags)
    assert right / there == metrics.recall_score(gold_tags, said_tags)
    table = entities.by_type(spans(said), true(gold), 3)
    report = metrics.classification_report(gold_tags, said_tags, output_dict=True)
    for kind in range(3):
        assert entities.f1(*table[kind]) == pytest.approx(report[f"T{kind}"]["f1-score"], abs=1e-12)


def test_every_span_is_told_by_what_is_wrong_with_it():
    gold = [[(0, 2, 0), (4, 6, 0), (8, 10, 0), (12, 14, 0), (16, 18, 0)]]
    said = [[(0, 2, 0), (4, 6, 1), (8, 11, 0), (12, 13, 1), (20, 22, 0)]]
    told = entities.match(spans(said), true(gold))
    assert [entities.KINDS_OF_SLIP[one] for one in told.slip] == [
        "right", "type", "bounds", "both", "invented"
    ]  # fmt: skip
    assert told.fate.tolist() == [0, 1, 1, 1, 2]


def test_nothing_found_where_nothing_is_scores_nothing():
    assert entities.f1(0, 0, 0) == 0.0
    right, found, there = entities.row_counts(spans([[], []]), true([[], []]))
    assert right.sum() == found.sum() == there.sum() == 0


def test_a_type_that_training_never_had_counts_as_missed():
    right, found, there = entities.row_counts(spans([[(0, 2, 0)]]), true([[(0, 2, 3)]]))
    assert (right.tolist(), found.tolist(), there.tolist()) == ([0], [1], [1])
    assert entities.by_type(spans([[(0, 2, 0)]]), true([[(0, 2, 3)]]), 3)[0].tolist() == [0, 1, 0]
