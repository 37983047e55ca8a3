"""A shipped file must answer as its run: what counts as the same, and what is refused."""

import numpy as np
import pytest

from umbrella.base.errors import BundleError
from umbrella.ship.parity import check_parity, compare

CLASSIFY = {"task": "classify", "labels": ["a", "b", "c"], "temperature": 1.0}
REGRESS = {"task": "regress", "mean": 10.0, "scale": 2.0, "quantile": None}
OUTPUTS = np.random.default_rng(0).normal(size=(500, 3)).astype(np.float32)


def test_rounding_passes_and_is_measured():
    noise = np.random.default_rng(1).uniform(-5e-6, 5e-6, OUTPUTS.shape)
    parity = check_parity(OUTPUTS, (OUTPUTS + noise).astype(np.float32), CLASSIFY)
    assert parity.rows == 500
    assert 1e-6 < parity.max_abs < 1e-5
    assert parity.answers_changed == 0


def test_one_output_too_far_off_is_refused():
    other = OUTPUTS.copy()
    other[7, 1] += 1e-3
    with pytest.raises(BundleError, match="does not answer as the run does"):
        check_parity(OUTPUTS, other, CLASSIFY)


def test_one_changed_answer_is_refused_even_within_tolerance():
    rows = np.array([[1.0, 1.00005, 0.0]], np.float32)
    other = np.array([[1.00005, 1.0, 0.0]], np.float32)
    assert compare(rows, other, CLASSIFY).answers_changed == 1
    with pytest.raises(BundleError, match="1 answers changed"):
        check_parity(rows, other, CLASSIFY)


def test_an_exact_tie_may_fall_either_way():
    rows = np.array([[1.0, 1.0, 0.0]], np.float32)
    other = np.array([[1.0, np.nextafter(np.float32(1), np.float32(2)), 0.0]], np.float32)
    parity = check_parity(rows, other, CLASSIFY)
    assert (parity.answers_changed, parity.ties) == (0, 1)


def test_large_outputs_are_judged_by_their_size():
    check_parity(OUTPUTS * 1e4, OUTPUTS * np.float32(1e4) + 0.5, CLASSIFY)
    with pytest.raises(BundleError):
        check_parity(OUTPUTS * 1e4, OUTPUTS * np.float32(1e4) + 50, CLASSIFY)


def test_numbers_are_judged_by_tolerance_alone():
    rows = OUTPUTS[:, :1]
    assert check_parity(rows, rows + np.float32(2e-5), REGRESS).answers_changed == 0
    with pytest.raises(BundleError):
        check_parity(rows, rows + np.float32(1e-2), REGRESS)


def test_shapes_and_numbers_that_are_not_finite_are_refused():
    with pytest.raises(BundleError, match="shape"):
        check_parity(OUTPUTS, OUTPUTS[:10], CLASSIFY)
    broken = OUTPUTS.copy()
    broken[0, 0] = np.nan
    for pair in ((OUTPUTS, broken), (broken, broken)):
        with pytest.raises(BundleError, match="not finite"):
            check_parity(*pair, CLASSIFY)


def test_no_rows_prove_nothing_and_refuse_nothing():
    assert check_parity(OUTPUTS[:0], OUTPUTS[:0], CLASSIFY).rows == 0


SPEECH = {"task": "transcribe", "symbols": ["a", "b"], "search": None}


def spoken(rows=40, frames=6):
    """Log-probabilities with two frames of padding in every row."""
    scores = np.random.default_rng(3).normal(size=(rows, frames, 3))
    out = (scores - np.log(np.exp(scores).sum(axis=2, keepdims=True))).astype(np.float32)
    out[:, -2:] = [0.0, -1e4, -1e4]
    return out


def test_padding_of_frames_lends_no_tolerance():
    rows = spoken()
    check_parity(rows, rows + np.float32(2e-6), SPEECH)
    other = rows.copy()
    other[7, 1] += 1e-2  # a hundredth of the padding's 1e4 would let this pass
    with pytest.raises(BundleError, match="does not answer as the run does"):
        check_parity(rows, other, SPEECH)


def test_a_frame_that_ties_may_fall_either_way():
    rows = np.log(np.array([[[0.2, 0.4, 0.4], [0.9, 0.05, 0.05]]], np.float32))
    other = rows.copy()
    other[0, 0, 2] = np.nextafter(other[0, 0, 2], np.float32(0))
    assert compare(rows, other, SPEECH).ties == 1
    assert compare(rows, rows, SPEECH).ties == 0


def test_a_label_on_its_threshold_may_fall_either_way_and_no_other():
    task = {
        "task": "multilabel", "labels": ["a", "b", "c"], "separator": "|", "temperature": 1.0,
        "offsets": [0.0, 0.0, 0.0], "thresholds": [0.5, 0.5, 0.5],
    }  # fmt: skip
    rows = np.array([[3.0, 0.0, -2.0]], np.float32)
    tied = rows - np.array([[0, 1e-7, 0]], np.float32)
    parity = check_parity(rows, tied, task)
    assert (parity.ties, parity.answers_changed) == (1, 0)
    with pytest.raises(BundleError, match="1 answers changed"):
        check_parity(rows + np.float32(2e-5), rows - np.float32(2e-5), task)
