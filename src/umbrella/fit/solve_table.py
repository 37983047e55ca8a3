"""Weights of table networks that need no gradient steps of ours: linear ones, and boosted trees.

Linear: logistic regression (classes) or ridge regression (a quantity), with the strength of the
penalty picked on the validation rows. Trees: histogram gradient boosting (Ke et al. 2017,
LightGBM, in scikit-learn's version), stopped where the validation rows score best.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from umbrella.base.errors import FitError, need
from umbrella.base.seeds import derive, generator
from umbrella.fit.loop import Data
from umbrella.fit.solve import PROBE_ROWS, Solved, quiet
from umbrella.fit.solve_labels import Each, solve_each
from umbrella.fit.trees import harvest
from umbrella.tasks.task import Task

STRENGTHS = (0.01, 0.1, 1.0, 10.0, 100.0)  # C: the larger, the weaker the penalty
NEVER = -30.0  # score of a class that no training row has
STEP = 25  # rounds of boosting between two looks at the validation rows
PATIENCE = 3 * STEP  # rounds without a better score before boosting stops
SMOOTH = 21  # rounds over which the score is averaged, odd
ALONE = 200_000  # cells of a table below which boosting keeps to one thread
CHECKED = 200  # rows on which our trees must answer as the solver's


class AsTable(nn.Module):
    """A network, or a part of one, under the input name that the solvers here know.

    Args:
        network: has `config` and `set_solution(coef, intercept)`.
        answer: scores for numbers [B, F].
    """

    def __init__(self, network: nn.Module, answer: Callable[[Tensor], Tensor]) -> None:
        super().__init__()
        self.network, self.config, self.answer = network, network.config, answer

    def set_solution(self, coef_DF: NDArray, intercept_D: NDArray) -> None:
        """Hand on what was found."""
        self.network.set_solution(coef_DF, intercept_D)  # type: ignore[operator]

    def forward(self, numbers: Tensor) -> Tensor:
        """Scores, float32 [B, C]."""
        return self.answer(numbers)


def strengths_of(settings: Mapping[str, Any], usual: tuple[float, ...]) -> tuple[float, ...]:
    """The strengths to choose from: those that were asked for, or the usual ones."""
    asked = settings.get("C", usual)
    return (float(asked),) if isinstance(asked, int | float) else tuple(map(float, asked))


def solve_linear(
    network: nn.Module,
    data: Data,
    task: Task,
    settings: Mapping[str, Any],
    seconds: float | None = None,
) -> Solved:
    """Find a linear table network's weights.

    Args:
        network: has `set_solution(coef, intercept)`.
        data: encoded as "numbers" and "codes", or one of them.
        task: more than one output means classes.
        settings: C (inverse strengths of the penalty to choose from, or one), balance, seed.
        seconds: time budget; fewer strengths are tried, on fewer rows, when it is short.
    """
    start = time.monotonic()
    rows = generator(int(settings.get("seed", 0)), "solve").permutation(data.train)
    strengths = strengths_of(settings, STRENGTHS)
    if seconds is not None and len(rows) > PROBE_ROWS:
        _linear(network, data, task, rows[:PROBE_ROWS], strengths[0], settings)
        speed = PROBE_ROWS / max(time.monotonic() - start, 1e-3)
        rows = rows[: max(PROBE_ROWS, int(0.7 * seconds * speed / len(strengths)))]
    best: tuple[float, float] | None = None
    for strength in strengths:
        _linear(network, data, task, rows, strength, settings)
        judged = _judge(task, _answers(network, data, data.validation), data)
        if best is None or judged > best:
            best = judged
            kept = {name: tensor.clone() for name, tensor in network.state_dict().items()}
        if seconds is not None and time.monotonic() - start > seconds:
            break
    network.load_state_dict(kept)
    return Solved(len(rows), len(data.train))


def _linear(
    network: nn.Module,
    data: Data,
    task: Task,
    rows: NDArray,
    strength: float,
    settings: Mapping[str, Any],
) -> None:
    linear = need("sklearn.linear_model", "train")
    matrix, targets = _one_hot(network, data, rows), data.targets[rows]
    if task.outputs == 1:
        model = linear.Ridge(alpha=1 / strength, solver="lsqr", tol=1e-6).fit(matrix, targets)
        coef, intercept = np.atleast_2d(model.coef_), np.atleast_1d(model.intercept_)
    else:
        balanced = "balanced" if settings.get("balance") else None
        model = linear.LogisticRegression(C=strength, max_iter=300, tol=1e-3, class_weight=balanced)
        with quiet():
            if targets.ndim == 2:
                coef, intercept = solve_each(lambda: model, matrix, targets, task.outputs)
            else:
                coef, intercept = _every_class(model.fit(matrix, targets), task.outputs)
    network.set_solution(coef.astype(np.float32), intercept.astype(np.float32))  # type: ignore[operator]


def _one_hot(network: nn.Module, data: Data, rows: NDArray) -> Any:
    """Signals, then a column for every code, sparse [n, F + L]."""
    sparse = need("scipy.sparse", "train")
    parts = []
    if "numbers" in data.encoded:
        parts.append(sparse.csr_matrix(_array(data, "numbers", rows).astype(np.float64)))
    if "codes" in data.encoded:
        levels: Any = network.config.levels  # type: ignore[union-attr]
        starts = np.concatenate([[0], np.cumsum(levels)])
        codes = _array(data, "codes", rows) + starts[:-1]
        ends = np.arange(0, codes.size + 1, codes.shape[1])
        ones = np.ones(codes.size)
        shape = (len(rows), int(starts[-1]))
        parts.append(sparse.csr_matrix((ones, codes.ravel(), ends), shape=shape))
    return sparse.hstack(parts, format="csr")


def _every_class(model: Any, outputs: int) -> tuple[NDArray, NDArray]:
    """The solution with a row for every class, also for those that no training row has."""
    coef, intercept = model.coef_, model.intercept_
    if outputs == 2 or len(coef) == outputs:
        return coef, intercept
    if len(model.classes_) == 2:  # one direction for two classes among many
        coef, intercept = np.concatenate([-coef, coef]) / 2, np.array([-1, 1]) * intercept / 2
    every, ends = np.zeros((outputs, coef.shape[1])), np.full(outputs, NEVER)
    every[model.classes_], ends[model.classes_] = coef, intercept
    return every, ends


def solve_boost(
    network: nn.Module,
    data: Data,
    task: Task,
    settings: Mapping[str, Any],
    seconds: float | None = None,
) -> Solved:
    """Grow boosted trees and hand them to a network of trees.

    Args:
        network: has `set_trees(arrays, depth)`, and its config `rounds` and `leaves`.
        data: encoded as "numbers" (NaN where missing) and "codes", or one of them.
        task: more than one output means classes.
        settings: learning_rate, least (rows in a leaf; fewer than usual where rows are few), l2,
            share (of the columns that a split looks at), loss (of a quantity: "squared_error" or
            "absolute_error"), balance, seed.
        seconds: time budget; boosting stops in time.

    Raises:
        FitError: our trees do not answer as the solver's: a version of it that we do not know.
    """
    start = time.monotonic()
    config: Any = network.config
    groups = len(config.levels)
    table, targets = _columns(data, data.train), data.targets[data.train]
    model = _booster(task, {"least": _least(len(table)), **settings}, config, groups, targets)
    known = [np.unique(table[:, g]).astype(np.int64) for g in range(groups)]
    held = _columns(data, data.validation)
    best, looks = 0, list[tuple[float, float]]()
    for rounds in _milestones(config.rounds):
        model.set_params(max_iter=rounds)
        with _threads(table), quiet():
            model.fit(table, targets)
            for raw in _staged(model, held, len(looks)):
                looks.append(_judge(task, _spread(raw, model, task.outputs), data))
        best = _best_round(looks)
        late = seconds is not None and time.monotonic() - start > seconds
        if late or rounds - best >= PATIENCE:
            break
    classes = getattr(model, "classes_", None)
    arrays, depth = harvest(model, best, known, config, classes)
    network.set_trees(arrays, depth)  # type: ignore[operator]
    _check(network, model, data, task, best)
    return Solved(len(data.train), len(data.train))


def _least(rows: int) -> int:
    """Rows in a leaf, at least: scikit-learn's 20, or a twentieth of a small table."""
    return int(np.clip(rows // 20, 2, 20))


def _threads(table: NDArray) -> Any:
    """One thread for a small table: waiting for each other costs threads more than they save, and
    on a busy machine a hundred times more.
    """
    limit = 1 if table.size < ALONE else None
    return need("threadpoolctl", "train").threadpool_limits(limit, user_api="openmp")


def _milestones(rounds: int) -> Iterator[int]:
    yield from range(STEP, rounds, STEP)
    yield rounds


def _booster(
    task: Task, settings: Mapping[str, Any], config: Any, groups: int, targets: NDArray
) -> Any:
    ensemble = need("sklearn.ensemble", "train")
    common: dict[str, Any] = {
        "learning_rate": float(settings.get("learning_rate", 0.05)),
        "max_leaf_nodes": max(2, config.leaves),
        "min_samples_leaf": int(settings["least"]),
        "l2_regularization": float(settings.get("l2", 0.0)),
        "max_features": float(settings.get("share", 1.0)),
        "categorical_features": list(range(groups)) or None,
        "early_stopping": False,  # we look at the validation rows ourselves
        "warm_start": True,
        "random_state": derive(int(settings.get("seed", 0)), "boost") % 2**31,
    }
    if task.outputs == 1:
        loss = str(settings.get("loss", "squared_error"))
        return ensemble.HistGradientBoostingRegressor(loss=loss, **common)
    common["class_weight"] = "balanced" if settings.get("balance") else None
    classifier = ensemble.HistGradientBoostingClassifier
    if targets.ndim == 2:
        return Each(lambda: classifier(**common), task.outputs)
    return classifier(**common)


def _staged(model: Any, table: NDArray, skip: int) -> Iterator[NDArray]:
    """Raw answers of the validation rows after each round, the first `skip` left out."""
    predict = getattr(model, "staged_decision_function", None) or model.staged_predict
    for number, raw in enumerate(predict(table)):
        if number >= skip:
            yield raw.reshape(len(table), -1)


def _spread(raw: NDArray, model: Any, outputs: int) -> NDArray[np.float32]:
    """The solver's raw answers as outputs [N, C]."""
    classes = getattr(model, "classes_", None)
    if classes is None or raw.shape[1] == outputs:
        return raw.astype(np.float32)
    out = np.full((len(raw), outputs), NEVER if outputs > 2 else 0.0)
    if raw.shape[1] == 1:
        raw = np.concatenate([-raw / 2, raw / 2] if outputs == 2 else [0 * raw, raw], axis=1)
    out[:, classes] = raw
    return out.astype(np.float32)


def _best_round(looks: list[tuple[float, float]]) -> int:
    """The round, from 1, after which the answers are best.

    The headline score of few validation rows jumps, so it is averaged over neighbouring rounds;
    between equal averages the loss decides.
    """
    scores = np.array([score for score, _ in looks])
    padded = np.pad(scores, SMOOTH // 2, mode="edge")
    even = np.convolve(padded, np.full(SMOOTH, 1 / SMOOTH), mode="valid").round(9)
    return max(range(len(looks)), key=lambda at: (even[at], looks[at][1])) + 1


def _check(network: nn.Module, model: Any, data: Data, task: Task, rounds: int) -> None:
    rows = data.validation[:CHECKED]
    ours = _answers(network, data, rows)
    staged = list(_staged(model, _columns(data, rows), rounds - 1))
    theirs = _spread(staged[0], model, task.outputs)
    if not np.allclose(ours, theirs, rtol=1e-5, atol=1e-4):
        raise FitError(
            f"The trees read from scikit-learn answer otherwise than it does, by up to "
            f"{np.abs(ours - theirs).max():.2g}: this version of it stores them in another way. "
            f"Install the tested one: pip install -c constraints.txt scikit-learn."
        )


def _columns(data: Data, rows: NDArray) -> NDArray[np.float64]:
    """Codes, then numbers: the columns as trees count them, [n, G + F]."""
    parts = [_array(data, name, rows) for name in ("codes", "numbers") if name in data.encoded]
    return np.concatenate(parts, axis=1).astype(np.float64)


def _array(data: Data, name: str, rows: NDArray) -> NDArray:
    array = data.encoded[name]
    assert isinstance(array, np.ndarray)
    return array[rows]


@torch.no_grad()
def _answers(network: nn.Module, data: Data, rows: NDArray) -> NDArray[np.float32]:
    network.eval()
    parts = [
        network(**{n: torch.from_numpy(_array(data, n, some)) for n in data.encoded}).numpy()
        for some in np.array_split(rows, max(1, -(-len(rows) // 1024)))
    ]
    return np.concatenate(parts)


def _judge(task: Task, outputs: NDArray, data: Data) -> tuple[float, float]:
    """How good answers to the validation rows are: the headline score, then the loss."""
    targets = data.targets[data.validation]
    loss = float(task.loss(torch.from_numpy(outputs), torch.from_numpy(targets)))
    return task.sign * float(task.row_scores(outputs, targets).mean()), -loss
