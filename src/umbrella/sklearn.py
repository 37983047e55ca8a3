"""Umbrella as scikit-learn estimators: `fit(texts, labels)`, `predict(texts)`.

    from umbrella.sklearn import TextClassifier

    model = TextClassifier(rungs=("bow-svm",)).fit(texts, labels)
    model.predict(["the soup was cold"])

The estimators work on a sequence of texts, as scikit-learn's own text vectorisers do.
"""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from umbrella.base.errors import DataError, need

need("sklearn", "train")
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin  # noqa: E402
from sklearn.utils.validation import check_is_fitted  # noqa: E402


class _TextEstimator(BaseEstimator):
    """What both estimators share. The constructor stores, `fit` learns."""

    task = "classify"

    def __init__(
        self,
        rungs: Sequence[str] = (),
        minutes: float | None = None,
        tune: int = 0,
        epochs: int | None = None,
        seed: int = 0,
        out: str | None = None,
    ) -> None:
        self.rungs = rungs
        self.minutes = minutes
        self.tune = tune
        self.epochs = epochs
        self.seed = seed
        self.out = out

    def _fit(self, texts: Sequence[str], targets: list[str]) -> Self:
        from umbrella.api import fit
        from umbrella.ship.ship import bundle_run

        cells = _texts(texts)
        if len(cells) != len(targets):
            raise DataError(
                f"{len(cells):,} texts and {len(targets):,} targets came: give as many."
            )
        with tempfile.TemporaryDirectory(prefix="umbrella-") as folder:
            place = Path(self.out) if self.out else Path(folder) / "run"
            run = fit(
                {"text": cells, "target": targets},
                "target",
                out=place,
                kinds={"text": "text"},
                task=self.task,
                rungs=tuple(self.rungs),
                minutes=self.minutes,
                tune=self.tune,
                epochs=self.epochs,
                seed=self.seed,
            )
            self.bundle_ = bundle_run(run.path)
            self.ladder_ = run.ladder
            self.scores_ = run.scores
        return self

    def _answers(self, texts: Sequence[str]) -> dict[str, Any]:
        check_is_fitted(self, "bundle_")
        return dict(self.bundle_.predict_columns({"text": _texts(texts)}))

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        tags.input_tags.one_d_array = True
        return tags


class TextClassifier(ClassifierMixin, _TextEstimator):
    """Fit a ladder of text classifiers and answer with the one chosen.

    Args:
        rungs: names of the rungs to climb; the whole ladder by default.
        minutes: time budget, or None.
        tune: trials per rung that search its settings.
        epochs: passes over the training rows at most.
        seed: all randomness follows from it.
        out: keep the run folder here; it is thrown away by default.

    Attributes:
        classes_: labels, in scikit-learn's order.
        ladder_: every rung tried, lightest first.
        scores_: headline score with its interval on validation and test rows.
    """

    task = "classify"

    def fit(self, X: Sequence[str], y: Sequence[Any]) -> Self:
        """Learn from texts [N] and their labels [N]."""
        labels = np.asarray(y)
        self.classes_ = np.unique(labels)
        return self._fit(X, [str(label) for label in labels.tolist()])

    def predict(self, X: Sequence[str]) -> NDArray:
        """The label of every text, [N]."""
        check_is_fitted(self, "bundle_")
        return self.classes_[np.argmax(self.predict_proba(X), axis=1)]

    def predict_proba(self, X: Sequence[str]) -> NDArray[np.float64]:
        """The probability of every class of `classes_` for every text, [N, C]."""
        from umbrella.score.decode import softmax

        check_is_fitted(self, "bundle_")
        outputs = self.bundle_.outputs({"text": _texts(X)})
        shares = softmax(outputs, self.bundle_.spec["task"]["temperature"])
        order = [self.bundle_.labels.index(str(label)) for label in self.classes_.tolist()]
        return np.asarray(shares[:, order])


class TextRegressor(RegressorMixin, _TextEstimator):
    """Fit a ladder of models that read texts and answer with a number; arguments as above."""

    task = "regress"

    def fit(self, X: Sequence[str], y: Sequence[float]) -> Self:
        """Learn from texts [N] and their numbers [N]."""
        return self._fit(X, [repr(float(value)) for value in np.asarray(y).tolist()])

    def predict(self, X: Sequence[str]) -> NDArray[np.float64]:
        """The number of every text, [N]."""
        return np.asarray(self._answers(X)["value"], dtype=np.float64)


def _texts(values: Any) -> list[str | None]:
    if isinstance(values, str) or np.ndim(values) > 1:
        raise DataError(
            f"A sequence of texts is needed, one text a row; got "
            f"{'one text' if isinstance(values, str) else f'{np.ndim(values)} dimensions'}. "
            f"Reshape it, or pass a list of strings."
        )
    return [None if value is None else str(value) for value in values]
