"""Outputs become answers; damaged specs are refused; nothing heavy is imported."""

import subprocess
import sys

import numpy as np
import pytest
from scipy.special import softmax as peer_softmax

from umbrella.base.errors import BundleError
from umbrella.score.decode import decode, even, needed, nothing, softmax

CLASSIFY = {"task": "classify", "labels": ["no", "yes", "未知"], "temperature": 2.0}
REGRESS = {"task": "regress", "mean": 10.0, "scale": 2.0, "quantile": None}
OUTPUTS = np.array([[1.0, 3.0, -1.0], [0.0, -2.0, 5.0]], dtype=np.float32)


def test_softmax_agrees_with_scipy_at_any_size():
    for scale in (1, 1e3, 1e30):
        expected = peer_softmax(OUTPUTS.astype(float) * scale / 2, axis=1)
        np.testing.assert_allclose(softmax(OUTPUTS * np.float64(scale), 2.0), expected)


def test_the_top_label_comes_with_its_probability():
    answers = decode(CLASSIFY, OUTPUTS)
    assert answers["label"] == ["yes", "未知"]
    np.testing.assert_allclose(answers["probability"], softmax(OUTPUTS, 2.0).max(axis=1))
    assert list(answers) == ["label", "probability"]


def test_every_probability_is_given_when_asked_for():
    chances = decode(CLASSIFY, OUTPUTS, every=True)["probabilities"]
    np.testing.assert_allclose(np.sum(chances, axis=1), 1)
    assert np.shape(chances) == (2, 3)


def test_numbers_are_given_in_the_targets_unit():
    answers = decode(REGRESS, np.array([[0.0], [-1.5]], dtype=np.float32))
    assert list(answers["value"]) == [10, 7]
    assert list(answers) == ["value"]


def test_a_quantile_becomes_an_interval():
    answers = decode(REGRESS | {"quantile": 0.5}, np.array([[1.0]]))
    assert (answers["low"][0], answers["value"][0], answers["high"][0]) == (11.5, 12, 12.5)


@pytest.mark.parametrize(("spec", "width"), [(CLASSIFY, 3), (REGRESS, 1)])
def test_no_rows_have_no_answers_but_the_same_columns(spec, width):
    answers = decode(spec, np.zeros((0, width), np.float32))
    assert all(len(cells) == 0 for cells in answers.values())
    assert list(answers) == list(decode(spec, np.zeros((1, width), np.float32)))


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ("classify", "not a set of named settings"),
        ({}, "No task named 'None'"),
        ({"task": "clasify"}, "Did you mean 'classify'"),
        ({"task": ["classify"]}, "No task named"),
        (CLASSIFY | {"labels": None}, "not a list of text"),
        (CLASSIFY | {"labels": "abc"}, "not a list of text"),
        (CLASSIFY | {"labels": [1, 2, 3]}, "not a list of text"),
        (CLASSIFY | {"labels": ["a", "b"]}, "2 different labels for 3 outputs"),
        (CLASSIFY | {"labels": ["a", "b", "a"]}, "2 different labels for 3 outputs"),
        ({k: v for k, v in CLASSIFY.items() if k != "temperature"}, "its temperature is 'None'"),
        (CLASSIFY | {"temperature": None}, "not a finite number"),
        (CLASSIFY | {"temperature": float("inf")}, "not a finite number"),
        (CLASSIFY | {"temperature": 0}, "not above 0"),
        (CLASSIFY | {"temperature": 1e-300}, "not above 0"),
        (CLASSIFY | {"temperature": -1.0}, "not above 0"),
        (CLASSIFY | {"temperature": float("nan")}, "not a finite number"),
        (CLASSIFY | {"temperature": "1"}, "not a finite number"),
        (CLASSIFY | {"temperature": True}, "not a finite number"),
        (CLASSIFY | {"temperature": 10**400}, "not a finite number"),
        (REGRESS, "3 outputs"),
    ],
)
def test_a_damaged_spec_is_refused(spec, words):
    with pytest.raises(BundleError, match=words):
        decode(spec, OUTPUTS)


@pytest.mark.parametrize(
    "change",
    [{"mean": None}, {"scale": 0.0}, {"scale": 1e308}, {"quantile": -1.0}, {"quantile": "wide"}],
)
def test_a_damaged_number_task_is_refused(change):
    with pytest.raises(BundleError, match="damaged"):
        decode(REGRESS | change, np.array([[1e3]]))


@pytest.mark.parametrize(
    ("outputs", "words"),
    [
        (np.zeros(3), r"shape \(3,\)"),
        (np.array([["a", "b", "c"]]), "type <U1"),
        (np.array([[0, 0, 0], [0, np.nan, 0]]), "row 2"),
        (np.array([[0, np.inf, 0]]), "row 1"),
    ],
)
def test_outputs_that_mean_nothing_are_refused(outputs, words):
    with pytest.raises(BundleError, match=words):
        decode(CLASSIFY, outputs)


@pytest.mark.parametrize(("spec", "width"), [(CLASSIFY, 3), (REGRESS | {"quantile": 0.5}, 1)])
def test_what_is_needed_of_a_task_answers_alike_and_holds_nothing_else(spec, width):
    kept = needed(spec | {"shares": [0.2, 0.3, 0.5]})
    assert kept == spec
    for name, cells in decode(spec, OUTPUTS[:, :width]).items():
        assert list(decode(kept, OUTPUTS[:, :width])[name]) == list(cells)
    with pytest.raises(BundleError, match="No task named"):
        needed({"task": "guess"})


def test_importing_it_pulls_in_numpy_alone():
    heavy = "{'scipy', 'torch', 'sklearn', 'polars', 'pandas', 'onnxruntime'}"
    code = f"import sys, umbrella.score.decode; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


SPEECH = {"task": "transcribe", "symbols": ["a", " "], "search": None}


def test_frames_become_text_with_its_confidence():
    outputs = np.log(np.array([[[0.1, 0.8, 0.1], [0.7, 0.2, 0.1], [0.1, 0.6, 0.3]]]))
    answers = decode(SPEECH, outputs)
    assert answers["text"] == ["aa"]
    assert answers["confidence"] == pytest.approx([0.7])
    assert decode(SPEECH, nothing(SPEECH, 3))["text"] == []
    assert nothing(CLASSIFY, 3).shape == (0, 3)
    assert set(needed(SPEECH | {"unit": "word", "settled": True})) == {*SPEECH}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"symbols": ["a"]}, "1 symbols and a blank for 3 outputs"),
        ({"symbols": "ab"}, "not a list of text"),
        ({"search": {"width": -1}}, "search cannot be"),
        ({"search": 5}, "search cannot be"),
        ({"search": {"weight": 0.5}}, "language model is damaged"),
    ],
)
def test_a_damaged_spec_of_speech_is_refused(change, words):
    with pytest.raises(BundleError, match=words):
        decode(SPEECH | change, np.zeros((1, 2, 3)))


def test_outputs_of_another_shape_than_the_task_has_are_refused():
    for spec, shape in ((SPEECH, (2, 3)), (CLASSIFY, (2, 4, 3))):
        with pytest.raises(BundleError, match="dimensions of numbers a row"):
            decode(spec, np.zeros(shape))


def test_what_is_compared_between_machines_is_on_one_scale():
    outputs = np.array([[[0.0, -1e4], [np.log(0.5), np.log(0.5)]]])
    np.testing.assert_allclose(even(SPEECH, outputs), [[[1, 0], [0.5, 0.5]]])
    assert even(CLASSIFY, OUTPUTS) is OUTPUTS
