"""The scikit-learn face: its own checks, and use inside its tools."""

import warnings

import numpy as np
import pytest
from invented import ratings, reviews
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.utils import estimator_checks as checks

from umbrella.base.errors import DataError
from umbrella.sklearn import TextClassifier, TextRegressor

LIGHT = ("most-common", "bow-svm")
BOTH = [TextClassifier(rungs=("bow-svm",)), TextRegressor(rungs=("bow-svm",))]

# scikit-learn's checks that need no data of their own making. The others feed random numbers in
# two dimensions, which an estimator of texts must refuse; scikit-learn leaves them out by the tags.
TEXT_FREE = [
    checks.check_estimator_cloneable,
    checks.check_estimator_repr,
    checks.check_estimator_tags_renamed,
    checks.check_get_params_invariance,
    checks.check_mixin_order,
    checks.check_no_attributes_set_in_init,
    checks.check_parameters_default_constructible,
    checks.check_set_params,
    checks.check_valid_tag_types,
]


@pytest.mark.parametrize("estimator", BOTH, ids=lambda e: type(e).__name__)
def test_scikit_learn_accepts_the_estimator(estimator):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # says that numeric checks are left out, by our tags
        results = checks.check_estimator(estimator, on_skip=None)
    assert {result["status"] for result in results} == {"passed"}


@pytest.mark.parametrize("check", TEXT_FREE, ids=lambda c: c.__name__)
@pytest.mark.parametrize("estimator", BOTH, ids=lambda e: type(e).__name__)
def test_checks_without_data_pass(estimator, check):
    check(type(estimator).__name__, clone(estimator))


def test_labels_of_any_type_come_back_as_they_were():
    table = reviews(300)
    for labels in (np.array(table["label"]), np.array([w == "good" for w in table["label"]])):
        model = TextClassifier(rungs=LIGHT).fit(table["text"], labels)
        answers = model.predict(["a lovely warm room", "a grim cold room"])
        assert answers.dtype == labels.dtype
        assert answers.tolist() == [
            labels[table["label"].index("good")],
            labels[table["label"].index("bad")],
        ]
    shares = model.predict_proba(table["text"][:5])
    np.testing.assert_allclose(shares.sum(axis=1), 1, atol=1e-6)


def test_it_works_in_a_pipeline_and_in_cross_validation():
    table = reviews(400)
    texts, labels = np.array(table["text"], dtype=object), np.array(table["label"])
    pipe = make_pipeline(FunctionTransformer(lambda x: x), TextClassifier(rungs=("bow-svm",)))
    assert cross_val_score(pipe, texts, labels, cv=2).mean() > 0.75
    search = GridSearchCV(TextClassifier(), {"rungs": [("most-common",), ("bow-svm",)]}, cv=2)
    assert search.fit(texts, labels).best_params_ == {"rungs": ("bow-svm",)}


def test_numbers_are_predicted_and_scored():
    table = ratings(600)
    model = TextRegressor(rungs=LIGHT).fit(table["text"], table["price"])
    assert model.score(table["text"], table["price"]) > 0.4
    assert model.predict(["lovely"]).dtype == np.float64


def test_wrong_input_is_refused_with_a_remedy():
    with pytest.raises(NotFittedError):
        TextClassifier().predict(["x"])
    with pytest.raises(DataError, match="one text a row"):
        TextClassifier().fit(np.zeros((4, 2)), [0, 1, 0, 1])
    with pytest.raises(DataError, match="one text"):
        TextClassifier().fit("a text", ["a"])
    with pytest.raises(DataError, match="give as many"):
        TextClassifier().fit(["a", "b"], ["x"])


def test_the_run_is_kept_where_asked(tmp_path):
    table = reviews(200)
    TextClassifier(rungs=LIGHT, out=str(tmp_path / "run")).fit(table["text"], table["label"])
    assert (tmp_path / "run" / "run.json").is_file()
