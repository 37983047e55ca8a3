"""Weights of networks of series that need no training loop: ridge regression and smoothing.

Both are linear in the window, so all they need of the training origins are sums of products
(lagged.py), and every step of the search that follows costs the same for a thousand origins as for
a million.

Ridge: the penalty is chosen on the last tenth of every series' training origins, after a gap of H
that keeps their targets out of sight, and all of them are solved with it. The validation rows that
choose among rungs are not looked at.

The same origins say whether channels beside the target, and what is known ahead, are looked at: a
calendar that knows one year takes its seasons for what changed in that year. On ETTh1 (336 steps
back, 96 ahead) it raises the error of the test from .372 to .381, and is left out. Nothing is added
to every answer, unless asked: a drift common to all series seldom lasts; with one, 720 steps ahead,
the error of the last training hours rises from .528 to .553, that of the test from .424 to .436.

Sources: Hoerl, Kennard 1970; Toner, Darlow 2024, arXiv:2403.14587 (closed form for forecasts).
Shapes: n origins, V numbers of a window, L steps back, H ahead, K known ahead, A penalties.
"""

import copy
import time
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from umbrella.base.errors import ConfigError, FitError
from umbrella.data.codecs.windows import Ahead, Windows
from umbrella.fit.lagged import Sums, sums_of
from umbrella.fit.loop import Data
from umbrella.fit.solve import Solved
from umbrella.tasks.task import Task

# In mean squares of a number of the window: from hardly any to so much that the last value is all
# that is left of the answer, which is what prices ask for.
PENALTIES = tuple(10.0 ** np.arange(-5, 4.1, 0.5))
HELD = 0.1  # share of the training origins, the last ones, that choose the penalty
FEWEST = 8  # origins that may choose
CELLS = 2**24  # products of windows with what is known ahead, at most: 128 MB
MOSTLY, BLOCKS = 0.8, 8  # of the origins know all targets: solved at once; else in so many blocks
STARTS = (None, {"level": 3.0, "trend": -5.0}, {"level": -3.0, "damping": 5.0, "rhythm": 0.0})
ROUNDS = 60  # steps of L-BFGS from each start


def solve_naive(
    network: nn.Module,
    data: Data,
    task: Task,
    settings: Mapping[str, Any] | None = None,
    seconds: float | None = None,
) -> Solved:
    """Leave a network without weights as it is."""
    del network, task, settings, seconds
    return Solved(len(data.train), len(data.train))


def solve_ridge(
    network: nn.Module,
    data: Data,
    task: Task,
    settings: Mapping[str, Any],
    seconds: float | None = None,
) -> Solved:
    """Find a linear map's weights in closed form.

    Args:
        network: has `design` and `set_solution(weights, bias, known)`.
        data: encoded as "past", and "ahead" where anything is known ahead.
        task: not asked; squared error is what a closed form knows.
        settings: penalties to choose from, or one, in mean squares of a number of the window;
            drifts, whether a number may be added to every answer.
        seconds: not asked: the sums are all that depends on the number of origins.

    Raises:
        ConfigError: a penalty is not above 0.
        FitError: no origin has a known target.
    """
    del task, seconds
    asked = settings.get("penalties", PENALTIES)
    penalties = np.atleast_1d(np.asarray(asked, np.float64))
    if not (penalties > 0).all():
        raise ConfigError(f"penalties={asked!r} are not all above 0. Use, say, 1e-3.")
    past, targets, ahead = data.encoded["past"], data.targets, _ahead(network, data)
    config: Any = network.config
    blocks = []
    for steps in _blocks(data):
        sums = [
            sums_of(past, targets, rows, _design(network), steps, ahead) for rows in parts(data)
        ]
        if not any(part.rows for part in sums):
            raise FitError(
                f"No training origin has known values up to {steps.stop} steps ahead. Ask for "
                f"fewer steps ahead, or give longer series."
            )
        blocks.append(_best(sums, config, penalties, bool(settings.get("drifts", False))))
    weights = np.concatenate([block[0] for block in blocks], axis=1).astype(np.float32)
    known = np.concatenate([block[1] for block in blocks]).astype(np.float32)
    bias = np.concatenate([block[2] for block in blocks]).astype(np.float32)
    network.set_solution(weights, bias, known if config.ahead else None)  # type: ignore[operator]
    return Solved(len(data.train), len(data.train))


def _best(
    sums: Sequence[Sums], config: Any, penalties: NDArray[np.float64], drifts: bool
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Weights [V, H], those of what is known ahead [H, K], and bias [H], of the view that errs
    least on the part that chooses: all there is, or the target's own past alone.
    """
    views = [sums]
    if config.channels > 1 or config.ahead:
        views.append([part.of_first(config.window) for part in sums])
    if drifts:
        views = [[part.with_one() for part in view] for view in views]
    tried = [_choose(seen, later, penalties, drifts) for seen, _, later in views]
    at = min(range(len(views)), key=lambda number: tried[number][0])
    seen, between, later = views[at]
    found, more = _Turned(seen + between + later, drifts).solve(tried[at][1])
    horizon = found.shape[1]
    weights, known = np.zeros((config.numbers, horizon)), np.zeros((horizon, config.ahead))
    weights[: len(found)] = found
    own = more[:, : more.shape[1] - drifts]
    known[:, : own.shape[1]] = own
    return weights, known, more[:, -1] if drifts else np.zeros(horizon)


def _ahead(network: nn.Module, data: Data) -> Any:
    """What is known of the steps ahead, or None where nothing is, or too much to be weighed."""
    ahead: Any = data.encoded.get("ahead")
    config: Any = network.config
    if ahead is None or not config.ahead:
        return None
    return ahead if config.numbers * config.outputs * config.ahead <= CELLS else None


def parts(data: Data) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Training rows taken apart in time: those that teach, those between, and those that choose.

    Of every series the last tenth of its origins choose, and the H before them stand between.
    Where that would leave too few to teach, every tenth series chooses instead.
    """
    past, horizon = data.encoded["past"], data.targets.shape[1]
    rows = np.asarray(data.train, np.int64)
    steps = past.origins[rows] if isinstance(past, Windows) else np.arange(len(rows))
    series = past.firsts[steps] if isinstance(past, Windows) else np.zeros(len(rows), np.int64)
    order = np.lexsort((steps, series))
    rows, steps, series = rows[order], steps[order], series[order]
    starts = np.flatnonzero(np.diff(series, prepend=-1))
    counts = np.diff(np.append(starts, len(rows)))
    which = np.repeat(np.arange(len(starts)), counts)
    place = np.arange(len(rows)) - starts[which]
    held = place >= counts[which] - np.round(HELD * counts).astype(np.int64)[which]
    begins = np.full(len(starts), np.iinfo(np.int64).max)
    np.minimum.at(begins, which[held], steps[held])
    early = ~held & (steps <= begins[which] - horizon)
    if early.sum() < len(rows) / 2 and len(starts) >= 1 / HELD:
        held = which % round(1 / HELD) == round(1 / HELD) - 1
        early = ~held
    return rows[early], rows[~early & ~held], rows[held]


def _blocks(data: Data) -> list[slice]:
    """Steps ahead that are solved together: all, or a few at a time where many origins lack the
    far ones, as in short series, so that these still teach the near ones.
    """
    horizon, targets = data.targets.shape[1], data.targets
    if isinstance(targets, Ahead):
        at = targets.origins[data.train]
        whole = at + horizon <= targets.lasts[at]
    else:
        whole = np.isfinite(targets[data.train][:, -1])
    if whole.mean() >= MOSTLY or horizon == 1:
        return [slice(0, horizon)]
    cuts = np.linspace(0, horizon, min(BLOCKS, horizon) + 1).round().astype(int).tolist()
    return [slice(first, last) for first, last in pairwise(cuts)]


def _design(network: nn.Module) -> Callable[[NDArray], NDArray]:
    def design(past: NDArray) -> NDArray:
        numbers: Tensor = network.design(torch.from_numpy(past))  # type: ignore[operator]
        return numbers.numpy()

    return design


def _choose(
    seen: Sums, later: Sums, penalties: NDArray[np.float64], drifts: bool
) -> tuple[float, float]:
    """The squared error on later origins, and the penalty that makes it least; the one in the
    middle where there are too few origins to choose by.
    """
    if min(seen.rows, later.rows) < FEWEST:
        return 0.0, float(penalties[len(penalties) // 2])
    turned = _Turned(seen, drifts)
    errors = [later.errors(*turned.solve(penalty)).sum() for penalty in penalties]
    best = int(np.argmin(errors))
    return float(errors[best]), float(penalties[best])


class _Turned:
    """Sums along the axes of X'X, where every penalty is a division: one decomposition for all.

    What is known ahead has weights of its own at every step. These are few, so they are solved for
    first, with the window's taken out: A = (a'a + p − T' S⁻¹ T)⁻¹ (a'y − T' S⁻¹ V'x'y), where V are
    the axes, S the squares along them plus the penalty, and T = V'x'a.
    """

    def __init__(self, sums: Sums, drifts: bool) -> None:
        self.sums, self.drifts = sums, drifts
        self.values, self.axes = np.linalg.eigh(sums.xx)
        self.turned = self.axes.T @ sums.xy
        self.unit = max(float(np.trace(sums.xx)) / max(1, len(sums.xx)), 1e-12)
        numbers, horizon, known = sums.xa.shape
        flat = sums.xa.reshape(numbers, horizon * known)
        self.known_HVK = (self.axes.T @ flat).reshape(sums.xa.shape).transpose(1, 0, 2)

    def solve(self, penalty: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Weights of the window [V, H], and of what is known ahead [H, K]."""
        sums, strength = self.sums, penalty * self.unit
        squares = np.maximum(self.values, 0.0) + strength
        penalties = np.full(sums.aa.shape[1], strength)
        if self.drifts:
            penalties[-1] = 1e-9 * max(1, sums.rows)
        shares_HVK = self.known_HVK / squares[:, None]
        inner = sums.aa + np.diag(penalties) - self.known_HVK.transpose(0, 2, 1) @ shares_HVK
        wanted = sums.ay - (self.turned.T[:, None, :] @ shares_HVK)[:, 0]
        known = np.linalg.solve(inner, wanted[:, :, None])
        left = self.turned - (self.known_HVK @ known)[:, :, 0].T
        return self.axes @ (left / squares[:, None]), known[:, :, 0]


def solve_smoothing(
    network: nn.Module,
    data: Data,
    task: Task,
    settings: Mapping[str, Any] | None = None,
    seconds: float | None = None,
) -> Solved:
    """Find the few weights of exponential smoothing: least squared error over all steps ahead.

    The answers are K'x with K [L, H] a function of the weights, so the error of all origins is
    tr K'(X'X)K − 2 tr K'(X'Y) + Σ Y². L-BFGS goes down it from several starts.

    Args:
        network: is linear in the target's steps, and has no bias.
        data: encoded as "past".
        task: not asked; squared error is what the sums know.
        settings: none of its own.
        seconds: no start is begun after it.

    Raises:
        FitError: no origin has known targets.
    """
    del task, settings
    start = time.monotonic()
    begun = {name: weight.clone() for name, weight in network.state_dict().items()}
    tried: list[tuple[float, dict[str, Tensor]]] = []
    for block in _blocks(data)[:1]:
        sums = sums_of(data.encoded["past"], data.targets, data.train, None, block)
    if not sums.rows:
        raise FitError("No training origin has known values ahead. Give longer series.")
    double = copy.deepcopy(network).double()
    for wanted in STARTS:
        if tried and seconds is not None and time.monotonic() - start > seconds:
            break
        double.load_state_dict(begun)
        with torch.no_grad():
            for name, value in (wanted or {}).items():
                if name in begun:
                    double.get_parameter(name).fill_(value)
        tried.append((_descend(double, sums), copy.deepcopy(double.state_dict())))
    network.load_state_dict(min(tried, key=lambda pair: pair[0])[1])
    return Solved(len(data.train), len(data.train))


def _descend(network: nn.Module, sums: Sums) -> float:
    """Go down the mean squared error from where the weights are; what is reached."""
    xx, xy, yy = (torch.from_numpy(a) for a in (sums.xx, sums.xy, sums.yy))
    windows = torch.eye(len(xx), dtype=torch.float64).unsqueeze(2)
    count = sums.rows * len(yy)
    optimizer = torch.optim.LBFGS(
        network.parameters(), max_iter=ROUNDS, line_search_fn="strong_wolfe"
    )

    def error() -> Tensor:
        optimizer.zero_grad()
        kernel = network(windows)[:, : len(yy)]
        loss = ((kernel * (xx @ kernel - 2 * xy)).sum() + yy.sum()) / count
        loss.backward()
        return loss.detach()

    optimizer.step(error)
    return float(error())
