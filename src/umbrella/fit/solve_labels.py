"""Weights of solved networks for several labels a row: one label against the rest, one by one.

Source: Rifkin, Klautau 2004, "In Defense of One-Vs-All Classification".
Shapes: N rows, C labels, O outputs, V features, D directions stored.
"""

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

ALWAYS = 30.0  # log-odds of a label that all training rows have; of one that none has, below zero


def solve_each(
    make: Callable[[], Any], matrix: Any, targets_NC: NDArray, outputs: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Fit a linear solver of scikit-learn's to one label after the other.

    Args:
        make: makes an unfitted solver of a question with two answers.
        matrix: [N, V], dense or sparse.
        targets_NC: 0 or 1.
        outputs: O ≥ C; those beyond the labels stay zero.

    Returns:
        coef [O, V] and intercept [O].
    """
    coef, intercept = np.zeros((outputs, matrix.shape[1])), np.zeros(outputs)
    for label, truth in enumerate(np.asarray(targets_NC).T):
        if truth.min() == truth.max():
            intercept[label] = ALWAYS if truth[0] else -ALWAYS
            continue
        model = make().fit(matrix, truth)
        coef[label], intercept[label] = np.ravel(model.coef_), np.ravel(model.intercept_)[0]
    return coef, intercept


class Each:
    """Boosted trees of scikit-learn's for one label after the other, seen as one solver.

    Args:
        make: makes an unfitted one of a question with two answers, of `warm_start`.
        outputs: O ≥ C; those beyond the labels get trees of one leaf.
    """

    def __init__(self, make: Callable[[], Any], outputs: int):
        self.make, self.classes_ = make, np.arange(outputs)
        self.rounds = 0
        self.models: dict[int, Any] = {}  # label → its solver, where training rows differ
        self.ends = np.zeros(outputs)  # log-odds of the others

    def set_params(self, max_iter: int) -> None:
        """How many rounds the next `fit` goes to."""
        self.rounds = max_iter

    def fit(self, table: NDArray, targets_NC: NDArray) -> None:
        """Go on boosting every label."""
        for label, truth in enumerate(np.asarray(targets_NC).T):
            if truth.min() == truth.max():
                self.ends[label] = ALWAYS if truth[0] else -ALWAYS
                continue
            model = self.models.setdefault(label, self.make())
            model.set_params(max_iter=self.rounds)
            model.fit(table, truth)

    def staged_decision_function(self, table: NDArray) -> Iterator[NDArray[np.float64]]:
        """Log-odds [N, O] after each round."""
        staged = {at: model.staged_decision_function(table) for at, model in self.models.items()}
        for _ in range(self.rounds):
            out = np.tile(self.ends, (len(table), 1))
            for label, rounds in staged.items():
                out[:, label] = np.ravel(next(rounds))
            yield out

    @property
    def _predictors(self) -> list[list[Any]]:
        """Trees by round and output, as `trees.harvest` reads them."""
        leaf = next(iter(self.models.values()))._predictors[0][0].nodes[:1].copy()
        leaf["is_leaf"], leaf["value"], leaf["depth"] = 1, 0.0, 0
        stump = SimpleNamespace(nodes=leaf)
        return [
            [self.models[at]._predictors[n][0] if at in self.models else stump
             for at in self.classes_.tolist()]
            for n in range(self.rounds)
        ]  # fmt: skip

    @property
    def _baseline_prediction(self) -> NDArray[np.float64]:
        out = self.ends.copy()
        for label, model in self.models.items():
            out[label] = np.ravel(model._baseline_prediction)[0]
        return out
