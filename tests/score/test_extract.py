"""The best stretch, against every stretch written out; its chance, and silence."""

import itertools

import numpy as np
import pytest

from umbrella.base.stretch import NEVER
from umbrella.score import extract
from umbrella.score.calibration import platt


def row(rng, pieces, padding=0):
    ends = np.cumsum(rng.integers(1, 5, pieces))
    starts = ends - 1
    places = np.stack([starts, ends], axis=1)
    scores = rng.normal(size=(pieces + 1, 2)) * 3
    out = np.concatenate([scores, np.concatenate([[[0, 0]], places])], axis=1)
    beyond = np.tile([NEVER, NEVER, -1, -1], (padding, 1))
    return np.concatenate([out, beyond]).astype(np.float32)


def by_hand(outputs, longest):
    silence = float(outputs[0, :2].astype(np.float64).sum())
    told = []
    pieces = [one for one in outputs[1:].astype(np.float64) if one[3] > 0]
    for i, j in itertools.combinations_with_replacement(range(len(pieces)), 2):
        if i == j or pieces[j][3] - pieces[i][2] <= longest:
            told.append((pieces[i][0] + pieces[j][1], int(pieces[i][2]), int(pieces[j][3])))
    told.sort(reverse=True)
    weights = np.exp([silence, *(score for score, _, _ in told)])
    return told, silence, weights / weights.sum()


@pytest.mark.parametrize("longest", [1, 4, 9, 100])
def test_the_best_of_all_stretches_is_found_with_its_chance(longest):
    rng = np.random.default_rng(longest)
    rows = [row(rng, pieces, 12 - pieces) for pieces in (1, 2, 5, 12, 9)]
    found = extract.find(np.stack(rows), longest)
    for at, outputs in enumerate(rows):
        told, silence, shares = by_hand(outputs, longest)
        assert (found.start[at], found.end[at]) == told[0][1:]
        assert found.gap[at] == pytest.approx(told[0][0] - silence, abs=1e-4)
        assert found.chance[at] == pytest.approx(shares[1], abs=1e-5)
        assert found.silence[at] == pytest.approx(shares[0], abs=1e-5)
        if len(told) > 1:
            assert found.lead[at] == pytest.approx(told[0][0] - told[1][0], abs=1e-4)


def test_a_text_without_a_piece_is_silent_and_scores_that_are_far_apart_stay_numbers():
    empty = np.zeros((1, 3, 4), np.float32)
    empty[:, 1:] = [0.0, NEVER, NEVER, NEVER]  # as rows are stacked with longer ones
    told = extract.told(empty, 5, None, 1.0, 0.0)
    assert told["start"] == told["end"] == [None]
    far = row(np.random.default_rng(0), 6)[None].copy()
    far[0, 1:, 0] = [0, 0, 0, 0, 0, 900]
    far[0, 1:, 1] = [900, 0, 0, 0, 0, 0]
    found = extract.find(far, 100)
    assert np.isfinite([found.gap, found.chance, found.silence, found.lead]).all()


def test_a_margin_decides_between_an_answer_and_silence():
    outputs = row(np.random.default_rng(1), 5)[None]
    gap = float(extract.find(outputs, 50).gap[0])
    assert extract.told(outputs, 50, gap - 0.1, 1.0, 0.0)["start"] != [None]
    assert extract.told(outputs, 50, gap + 0.1, 1.0, 0.0)["start"] == [None]
    assert extract.lead(outputs, 50, gap + 0.1)[0] == pytest.approx(0.1, abs=1e-6)


def test_one_scale_makes_chances_of_starts_and_of_ends():
    even = extract.even(np.stack([row(np.random.default_rng(2), 3, 2)]))
    np.testing.assert_allclose(even.sum(axis=1), 1)
    assert (even[0, 4:] == 0).all()


def test_a_logistic_curve_says_how_often_answers_are_right():
    rng = np.random.default_rng(0)
    odds = rng.normal(size=4_000) * 2
    right = (rng.random(4_000) < 1 / (1 + np.exp(-(0.5 * odds - 1)))).astype(float)
    slope, shift = platt(odds, right)
    assert slope == pytest.approx(0.5, abs=0.06)
    assert shift == pytest.approx(-1, abs=0.1)
    assert platt(odds, 1 - right)[0] == 0.0  # never the wrong way round
