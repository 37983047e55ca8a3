"""The task of spans: what is learned of the training rows, scores, intervals, and confidence."""

import json

import numpy as np
import pytest

from umbrella.base.chain import MORE, NEVER, labels_of
from umbrella.base.errors import DataError
from umbrella.score.doubt import paired_p
from umbrella.tasks.tag import Tag, shares_of_f1
from umbrella.tasks.task import from_spec, own_task

CELLS = ['[[0, 3, "PER"]]', '[[4, 8, "LOC"], [10, 12, "PER"]]', "[]", '[[0, 2, "NEW"]]']
TEXTS = ["Ann is", "and Bonn, Jo x", "nothing", "Xy"]
TRAIN = np.arange(3)


@pytest.fixture
def task():
    return Tag.learn(CELLS, TRAIN, texts=TEXTS)


def outputs_of(rows, types, sure=3.0, length=8):
    """A chain without rules that says these spans of one-character pieces."""
    count = labels_of(types)
    out = np.zeros((len(rows), count + MORE + length, count + MORE), np.float32)
    pieces = out[:, count + MORE :]
    pieces[:, :, count] = np.arange(length)
    pieces[:, :, count + 1] = np.arange(length) + 1
    pieces[:, :, 0] = sure
    for row, spans in enumerate(rows):
        for start, end, kind in spans:
            pieces[row, start:end, 0] = 0
            forms = [4] if end == start + 1 else [1, *[2] * (end - start - 2), 3]
            for at, form in zip(range(start, end), forms, strict=True):
                pieces[row, at, form + 4 * kind] = sure
    return out


def test_types_and_names_are_those_of_the_training_rows(task):
    assert task.types == ("LOC", "PER")
    assert dict(task.names) == {"Ann": 1, "Bonn": 0, "Jo": 1}
    assert task.outputs == 11
    assert task.tells("text-names") == {"names": task.names, "types": 2}
    assert task.tells("text-pieces") == {}


def test_cells_become_places_and_an_unseen_type_a_number_beyond(task):
    assert task.encode(CELLS).tolist() == [
        [[0, 3, 1], [-1, -1, -1]],
        [[4, 8, 0], [10, 12, 1]],
        [[-1, -1, -1], [-1, -1, -1]],
        [[0, 2, 2], [-1, -1, -1]],
    ]
    notes = {one.key: one.values for one in task.remarks(CELLS)}
    assert notes["tag.spans"]["count"] == 4
    assert notes["tag.unseen"] == {"count": 1, "spans": 1, "shown": "NEW"}


def test_what_cannot_be_learned_is_refused():
    with pytest.raises(DataError, match=r"None of the 2 training rows has a span"):
        Tag.learn(["[]", "[]"], np.arange(2))
    many = json.dumps([[n, n + 1, f"T{n}"] for n in range(61)])
    with pytest.raises(DataError, match=r"61 different types .*; 60 are allowed"):
        Tag.learn([many], np.arange(1))


def test_spans_outside_the_text_stop_before_anything_is_fitted():
    with pytest.raises(DataError, match=r"Row 6: span 0–3 .* outside the text, which has 2"):
        Tag.agree(['[[0, 3, "A"]]'], ["Xy"], np.array([5]))
    (note,) = Tag.agree(['[[0, 3, "A"]]'], ["Xyzt"], np.array([5]))
    assert (note.key, note.values) == ("tag.between", {"count": 1, "total": 1})


def test_the_mean_of_the_shares_is_the_f1():
    right, found, true = np.array([2, 0, 1]), np.array([3, 0, 1]), np.array([2, 2, 1])
    shares = shares_of_f1(right, found, true)
    assert shares.mean() == pytest.approx(2 * 3 / (4 + 5))
    assert not shares_of_f1(np.zeros(3), np.zeros(3), np.zeros(3)).any()


def test_answers_are_scored_by_both_bounds_and_type(task):
    said = outputs_of([[(0, 3, 1)], [(4, 8, 1)], [], []], 2)
    targets = task.encode(CELLS)
    assert task.row_scores(said, targets).mean() == pytest.approx(2 * 1 / (2 + 4))
    scores = task.metrics(said, targets)
    assert scores["precision"] == 0.5
    assert scores["recall"] == 0.25
    assert scores["exact"] == 0.5
    silent = np.broadcast_to(task.baseline(targets), (4, task.outputs, task.outputs))
    assert task.row_scores(silent, targets).tolist() == [0.0] * 4


def test_padding_of_other_batches_changes_no_answer(task):
    said = outputs_of([[(0, 3, 1)], []], 2)
    more = np.full((2, said.shape[1] + 5, said.shape[2]), NEVER, np.float32)
    more[:, :, 0] = 0.0
    more[:, : said.shape[1]] = said
    targets = task.encode(CELLS[::2])
    np.testing.assert_array_equal(task.row_scores(said, targets), task.row_scores(more, targets))


def test_a_perfect_score_on_few_rows_has_doubt_all_the_same(task):
    around = task.interval(np.ones(40))
    assert around.high == 1.0
    assert 0.8 < around.low < 0.95
    assert paired_p(np.ones(40), np.zeros(40)) < 0.01


def test_confidence_is_warmed_where_it_says_too_much(task):
    rng = np.random.default_rng(0)
    rows, cells = [], []
    for _ in range(200):
        rows.append([(0, 2, int(rng.integers(2)))])
        cells.append(json.dumps([[0, 2, ("LOC", "PER")[int(rng.integers(2))]]]))
    said, targets = outputs_of(rows, 2, sure=6.0), task.encode(cells)
    warm = task.calibrated(said, targets)
    assert warm.temperature > 1.5
    assert abs(warm.found(said, sure=True).sure.mean() - 0.5) < 0.2
    np.testing.assert_array_equal(warm.row_scores(said, targets), task.row_scores(said, targets))


def test_it_is_stored_and_read_back(task):
    assert from_spec(json.loads(json.dumps(task.spec()))) == task
    assert own_task(CELLS) == "tag"
    assert own_task(["a", "b"]) is None
