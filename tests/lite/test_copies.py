"""A bundle can be copied, and with it what holds one: a fitted scikit-learn estimator."""

import copy
import pickle

import numpy as np
import pytest
from handmade import TEXTS, bag_bundle
from invented import reviews

from umbrella.base.errors import BundleError
from umbrella.lite import Bundle
from umbrella.sklearn import TextClassifier

COPIES = {
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "pickle": lambda thing: pickle.loads(pickle.dumps(thing)),
}


@pytest.mark.parametrize("way", COPIES)
def test_a_copy_answers_alike(way):
    bundle = Bundle(bag_bundle(), name="day.onnx", threads=2)
    other = COPIES[way](bundle)
    assert other is not bundle
    assert (other.name, other.card, other.spec) == ("day.onnx", bundle.card, bundle.spec)
    assert other.predict(TEXTS) == bundle.predict(TEXTS)


def test_a_copy_holds_the_file_and_how_it_was_opened_and_nothing_else():
    data = bag_bundle()
    state = Bundle(data, name="day.onnx", threads=2).__getstate__()
    assert state == {"data": data, "name": "day.onnx", "threads": 2}


def test_a_copy_is_checked_as_any_file_is():
    state = Bundle(bag_bundle()).__getstate__()
    with pytest.raises(BundleError, match="its notes or card"):
        Bundle.__new__(Bundle).__setstate__(
            state | {"data": state["data"].replace(b"# a card", b"# A card")}
        )


def test_a_fitted_estimator_can_be_copied():
    table = reviews(300)
    model = TextClassifier(rungs=("bow-svm",)).fit(table["text"], table["label"])
    for way in ("deepcopy", "pickle"):
        other = COPIES[way](model)
        assert np.array_equal(other.predict_proba(TEXTS), model.predict_proba(TEXTS))
        assert other.get_params() == model.get_params()
