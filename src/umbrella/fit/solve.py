"""Weights that need no gradient steps: a constant answer, and a linear SVM by a convex solver.

The SVM is liblinear's dual coordinate descent (Hsieh et al. 2008; Fan et al. 2008): squared hinge
loss, one class, or one of several labels, against the rest. For a quantity it is the linear support
vector regression of the same library (Ho, Lin 2012).
"""

import time
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from umbrella.base.errors import need, unknown
from umbrella.base.seeds import derive, generator
from umbrella.data.codecs.ragged import Ragged
from umbrella.fit.loop import Data
from umbrella.fit.solve_labels import solve_each
from umbrella.tasks.task import Task

SOLVERS = {  # name in a rung → "module:function"
    "mean": "umbrella.fit.solve:solve_mean",
    "linear-stats": "umbrella.fit.solve_stats:solve_stats",
    "linear-table": "umbrella.fit.solve_table:solve_linear",
    "boost": "umbrella.fit.solve_table:solve_boost",
    "naive": "umbrella.fit.solve_series:solve_naive",
    "names": "umbrella.fit.solve_names:solve_names",
    "overlap": "umbrella.fit.solve_overlap:solve_overlap",
    "ridge": "umbrella.fit.solve_series:solve_ridge",
    "smoothing": "umbrella.fit.solve_series:solve_smoothing",
    "vectors": "umbrella.fit.solve_vectors:solve_vectors",
    "svm": "umbrella.fit.solve:solve_svm",
}
PROBE_ROWS = 20_000  # above this many rows a part is solved first, to foretell the whole


@dataclass(frozen=True)
class Solved:
    """How a solver ended.

    Args:
        rows: training rows used.
        of: training rows there were.
    """

    rows: int
    of: int


def solve(
    name: str,
    network: nn.Module,
    data: Data,
    task: Task,
    settings: Mapping[str, Any],
    seconds: float | None = None,
) -> Solved:
    """Find a network's weights without gradient steps.

    Args:
        name: of SOLVERS.
        network: of the rung that names this solver; its weights are set in place.
        data: encoded rows, targets and parts.
        task: what the outputs mean.
        settings: the solver's own, with "balance" and "seed".
        seconds: time budget, or None.

    Raises:
        ConfigError: no solver has this name.
        FitError: nothing can be found.
    """
    if name not in SOLVERS:
        raise unknown("solver", name, SOLVERS)
    module, function = SOLVERS[name].split(":")
    solved: Solved = getattr(import_module(module), function)(
        network, data, task, settings, seconds
    )
    return solved


def solve_mean(
    network: nn.Module,
    data: Data,
    task: Task,
    settings: Mapping[str, Any] | None = None,
    seconds: float | None = None,
) -> Solved:
    """Set a constant network to the task's simple rule."""
    del settings, seconds
    with torch.no_grad():
        network.bias.copy_(torch.from_numpy(task.baseline(data.targets[data.train])))  # type: ignore[operator,union-attr]
    return Solved(len(data.train), len(data.train))


def solve_svm(
    network: nn.Module,
    data: Data,
    task: Task,
    settings: Mapping[str, Any],
    seconds: float | None = None,
) -> Solved:
    """Find a linear bag's weights.

    Args:
        network: has `set_solution(coef, intercept)`.
        data: encoded as "ids" and "weights".
        task: more than one output means classes.
        settings: C (inverse strength of the penalty), tolerance, balance, seed.
        seconds: time budget; fewer rows are used when the whole would take longer.
    """
    rows = generator(int(settings.get("seed", 0)), "solve").permutation(data.train)
    if seconds is not None and len(rows) > PROBE_ROWS:
        start = time.monotonic()
        _solve(network, data, rows[:PROBE_ROWS], task, settings)
        speed = PROBE_ROWS / max(time.monotonic() - start, 1e-3)
        rows = rows[: max(PROBE_ROWS, int(0.7 * seconds * speed))]
    _solve(network, data, rows, task, settings)
    return Solved(len(rows), len(data.train))


def _solve(
    network: nn.Module, data: Data, rows: NDArray, task: Task, settings: Mapping[str, Any]
) -> None:
    svm, sparse = need("sklearn.svm", "train"), need("scipy.sparse", "train")
    ids, weights = data.encoded["ids"], data.encoded["weights"]
    assert isinstance(ids, Ragged)
    assert isinstance(weights, Ragged)
    some, values = ids.take(rows), weights.take(rows)
    width = int(network.config.vocab)  # type: ignore[union-attr,arg-type]
    matrix = sparse.csr_matrix(
        (values.values.astype(np.float64), some.values.astype(np.int32), some.offsets),
        shape=(len(rows), width),
    )
    common = {
        "C": float(settings.get("C", 1.0)),
        "tol": float(settings.get("tolerance", 0.03)),
        "random_state": derive(int(settings.get("seed", 0)), "svm") % 2**31,
        "max_iter": 3000,
    }
    with quiet():
        targets = data.targets[rows]
        if task.outputs == 1:
            model = svm.LinearSVR(loss="squared_epsilon_insensitive", dual=True, **common)
        else:
            balanced = "balanced" if settings.get("balance") else None
            model = svm.LinearSVC(dual=True, class_weight=balanced, **common)
        if targets.ndim == 2:
            coef, intercept = solve_each(lambda: model, matrix, targets, task.outputs)
        else:
            coef, intercept = _whole(model.fit(matrix, targets), task.outputs)
    network.set_solution(coef.astype(np.float32), intercept.astype(np.float32))  # type: ignore[operator]


@contextmanager
def quiet() -> Iterator[None]:
    """Without two warnings of scikit-learn's solvers: that one stopped early, as the validation
    score tells whether it was enough; and that classes are many, as the task has said so once.
    """
    early = need("sklearn.exceptions", "train").ConvergenceWarning
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", early)
        warnings.filterwarnings("ignore", "The number of unique classes is greater", UserWarning)
        yield


def _whole(model: Any, outputs: int) -> tuple[NDArray, NDArray]:
    """The solution with a row for every class, also for those that no training row has."""
    coef, intercept = np.atleast_2d(model.coef_), np.atleast_1d(model.intercept_)
    if outputs <= 2 or len(coef) == outputs:
        return coef, intercept
    if len(model.classes_) == 2:  # one direction for two classes among many
        coef, intercept = np.concatenate([-coef, coef]), np.concatenate([-intercept, intercept])
    all_coef = np.zeros((outputs, coef.shape[1]))
    all_intercept = np.full(outputs, intercept.min() - 10.0)  # never the answer
    all_coef[model.classes_], all_intercept[model.classes_] = coef, intercept
    return all_coef, all_intercept
