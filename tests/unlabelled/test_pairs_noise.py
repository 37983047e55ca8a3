"""Pairs close in meaning and labels that texts speak against, on vectors that are made by hand."""

import numpy as np
import pytest

from umbrella.unlabelled import pairs as module
from umbrella.unlabelled.head import FOLDS, _folds, out_of_fold
from umbrella.unlabelled.noise import suspects, turn
from umbrella.unlabelled.pairs import close_pairs, neighbours


def unit(vectors):
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture(scope="module")
def crowd():
    """400 texts in 20 subjects, and 40 of them said again in other words."""
    draw = np.random.default_rng(0)
    subjects = draw.normal(size=(20, 32))
    texts = subjects[draw.integers(0, 20, 400)] + 0.8 * draw.normal(size=(400, 32))
    again = texts[:40] + 0.15 * draw.normal(size=(40, 32))
    return unit(np.concatenate([texts, again]))


def test_planted_pairs_are_found_and_a_crowd_is_none(crowd):
    found = close_pairs(crowd)
    hits = {(a, b) for a, b in zip(found.left.tolist(), found.right.tolist(), strict=True)}
    planted = {(row, 400 + row) for row in range(40)}
    assert len(hits & planted) >= 36
    assert len(hits - planted) <= 8  # second neighbours say too little of chance
    assert (np.diff(found.margin) <= 0).all()


def test_without_planted_pairs_next_to_nothing_is_found(crowd):
    assert len(close_pairs(crowd[:400]).left) <= 3


def test_rows_of_one_unit_are_no_pair(crowd):
    units = np.arange(440)
    units[400:] = units[:40]
    found = close_pairs(crowd, units)
    assert not (units[found.left] == units[found.right]).any()


def test_blocks_change_nothing(crowd, monkeypatch):
    whole = neighbours(crowd, np.arange(440))
    monkeypatch.setattr(module, "CELLS", 7 * 440)
    np.testing.assert_array_equal(neighbours(crowd, np.arange(440))[0], whole[0])


def test_few_texts_have_no_pairs():
    assert len(close_pairs(unit(np.ones((5, 4)))).left) == 0


@pytest.fixture(scope="module")
def labelled():
    draw = np.random.default_rng(1)
    targets = np.arange(600) % 3
    return unit(np.eye(3).repeat(4, 1)[targets] * 2 + draw.normal(size=(600, 12))), targets


def test_turned_labels_are_among_the_suspects(labelled):
    vectors, targets = labelled
    turned, at = turn(targets, 0.05, seed=7)
    assert (turned[at] != targets[at]).all()
    assert (np.delete(turned, at) == np.delete(targets, at)).all()
    found = suspects(vectors, turned, np.arange(600))
    hits = np.isin(found.rows, at)
    assert hits.sum() > 0.7 * len(at)
    assert hits.mean() > 0.8
    assert (targets[found.rows[hits]] == found.said[hits]).mean() > 0.9
    assert found.most >= 0.05  # five in a hundred are wrong: it must not say fewer


def test_right_labels_are_said_to_be_right(labelled):
    vectors, targets = labelled
    found = suspects(vectors, targets, np.arange(600))
    assert len(found.rows) <= 6
    assert found.most < 0.05


def test_no_row_is_judged_by_its_copy():
    draw = np.random.default_rng(2)
    vectors, targets = unit(draw.normal(size=(200, 64))), draw.integers(0, 2, 200)
    twice, both = np.repeat(vectors, 2, 0), np.repeat(targets, 2)
    units = np.repeat(np.arange(200), 2)
    fold = _folds(units, both, 0)
    assert (fold[::2] == fold[1::2]).all()
    assert len(np.unique(fold)) == FOLDS
    right = (out_of_fold(twice, both, units).argmax(axis=1) == both).mean()
    known = (out_of_fold(twice, both).argmax(axis=1) == both).mean()
    assert right < 0.65 < known
