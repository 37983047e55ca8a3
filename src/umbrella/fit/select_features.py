"""Which features and further columns are worth reading: forward selection in the training part.

A linear forecast on the target's own past is fitted at several moments of the training part and
judged by what came next, with and without each candidate. A candidate is kept where the forecast
with it errs less beyond doubt: Diebold and Mariano's one-sided p below .05 over the number of
candidates. The next is judged beside those kept. Validation and test rows are not looked at, and
where models walk forward, nor is what the earliest of them is judged by.

What is nonlinear in a candidate is not seen here: `--features NAME,NAME` overrules.

Shapes: n origins, V numbers of the past, H steps ahead (some of them), C channels, F folds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from umbrella.data import codecs
from umbrella.data.codecs.windows import Windows
from umbrella.data.panel import Panel
from umbrella.score.diebold import Comparison, diebold_mariano

DOUBT = 0.05  # p of the whole family of candidates
GAIN = 0.0005  # share of the error that a channel must save: it costs every network a little
MOST_KEPT = 5
MOST_STEPS = 400_000  # of all series together; of more some series, and of long ones the end
MOST_ORIGINS = 40_000  # of the training part; every k-th of more
PAST = 96  # steps of the target's own past, at most
STEPS = 8  # steps ahead that are judged, at most
LAGS = (0, 1)  # steps back from the origin at which a candidate is read
FOLDS, FIRST = 4, 0.3  # stretches that judge, and the share of moments before the first of them
EMBARGO = 0.01  # share of moments between what teaches and what judges, beyond the horizon
PENALTIES = tuple(10.0 ** np.arange(-3, 4.1))
OWN = 10.0  # penalty of a candidate's weights: as many rows that say 0
HELD = 0.2  # share of the rows that teach, the last ones, that choose the penalty
LEAST = 60  # origins that teach, and that judge; of fewer nothing is concluded


@dataclass(frozen=True)
class Tried:
    """A candidate.

    Args:
        name: of the feature or column.
        gain: share of the error that it saves, beside what was kept before it.
        p: that it saves nothing, one-sided.
        kept: whether it is read.
    """

    name: str
    gain: float
    p: float
    kept: bool = False


@dataclass(frozen=True)
class Selected:
    """What was found.

    Args:
        tried: all candidates, the kept ones first, then by what they save.
        tests: comparisons made.
        origins: that judged.
    """

    tried: tuple[Tried, ...]
    tests: int
    origins: int

    @property
    def kept(self) -> tuple[str, ...]:
        """Names of what is read, in order of what they save."""
        return tuple(one.name for one in self.tried if one.kept)

    def to_json(self) -> dict[str, Any]:
        """For run.json."""
        tried = [
            {"name": one.name, "gain": one.gain, "p": one.p, "kept": one.kept} for one in self.tried
        ]
        return {"tried": tried, "tests": self.tests, "origins": self.origins}


@dataclass(frozen=True)
class Fold:
    """Sums over the rows that teach, and the rows that judge.

    Args:
        xx, xy: [V, V] and [V, H].
        penalty: of the target's own past.
        x, y: [k, V] and [k, H] of the rows that judge.
        rows: their numbers, [k].
    """

    xx: NDArray[np.float64]
    xy: NDArray[np.float64]
    penalty: float
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    rows: NDArray[np.int64]


def select(
    panel: Panel,
    train: NDArray[np.int64],
    moments: NDArray[np.int64],
    shared: Mapping[str, Any],
    features: Sequence[str] = (),
    covariates: Sequence[int] = (),
) -> Selected:
    """Try features and columns.

    Args:
        panel: the series.
        train: origins of the training part, rising, [n].
        moments: number of each step's moment, [N].
        shared: settings of the window codec: horizon, season, log, known, cycles, roles.
        features: names to try.
        covariates: places of columns to try.
    """
    names = [*(panel.columns[at] for at in covariates), *features]
    panel, train, moments = _smaller(panel, train, moments, int(shared["horizon"]))
    train = train[:: -(-len(train) // MOST_ORIGINS) or 1]
    rows = _laid(panel, train, shared, features, covariates)
    folds = _folds(rows, moments[train], int(shared["horizon"])) if names else []
    if not folds:
        return Selected(tuple(Tried(name, 0.0, 1.0) for name in names), 0, 0)
    judges = np.concatenate([fold.rows for fold in folds])
    when = moments[train][judges]
    overlap = max(1, -(-int(shared["horizon"]) // _apart(when)))
    own = np.arange(rows.own)
    base, kept = _errors(folds, own, rows.own), list[Tried]()
    first: dict[int, Tried] = {}
    tests, left = 0, list(range(len(names)))
    while left and len(kept) < MOST_KEPT:
        errors = {at: _errors(folds, np.append(own, rows.of(at)), rows.own) for at in left}
        told = {at: diebold_mariano(errors[at], base, overlap, when) for at in left}
        tests += len(left)
        saved = {at: -told[at].mean / max(float(base.mean()), 1e-12) for at in left}
        for at in left:
            first.setdefault(at, Tried(names[at], _plain(saved[at]), told[at].p_better))
        best = max(left, key=lambda at: saved[at])
        if not _helps(told[best], saved[best], len(names)):
            break
        kept.append(Tried(names[best], saved[best], told[best].p_better, True))
        own, base = np.append(own, rows.of(best)), errors[best]
        left.remove(best)
    others = sorted((first[at] for at in left), key=lambda one: -one.gain)
    return Selected((*kept, *others), tests, len(judges))


def _smaller(
    panel: Panel, train: NDArray[np.int64], moments: NDArray[np.int64], horizon: int
) -> tuple[Panel, NDArray[np.int64], NDArray[np.int64]]:
    """A part of many or long series up to the end of training, with its origins and moments."""
    if len(panel.values) <= MOST_STEPS or not len(train):
        return panel, train, moments
    ends = np.searchsorted(train, panel.offsets)  # how many origins come before each series
    learned = np.flatnonzero(np.diff(ends))
    mean = len(panel.values) / len(panel.ids)
    some = learned[:: max(1, round(len(learned) * mean / MOST_STEPS))]
    each = max(1, MOST_STEPS // len(some))
    lasts, bounds = train[ends[some + 1] - 1], panel.offsets[some + 1]
    stops = np.minimum(lasts + horizon + 1, bounds).tolist()
    spans = [
        np.arange(max(int(panel.offsets[at]), stop - each), stop)
        for at, stop in zip(some, stops, strict=True)
    ]
    steps = np.concatenate(spans)
    place = np.full(len(panel.values), -1)
    place[steps] = np.arange(len(steps))
    part = replace(
        panel,
        ids=tuple(panel.ids[at] for at in some),
        values=panel.values[steps],
        offsets=np.cumsum([0, *map(len, spans)]),
        stamps=panel.stamps[steps],
        rows=panel.rows[steps],
    )
    kept = place[train]
    return part, kept[kept >= 0], moments[steps]


def _helps(told: Comparison, saved: float, candidates: int) -> bool:
    return bool(told.p_better < DOUBT / candidates and saved >= GAIN)


def _plain(value: float) -> float:
    return float(value) if np.isfinite(value) else 0.0


@dataclass(frozen=True)
class Rows:
    """Origins laid out.

    Args:
        x: [n, V], the target's own past and what is known ahead first, then the candidates'.
        y: [n, H], NaN where unknown.
        own: numbers of the first kind.
        each: numbers of a candidate.
    """

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    own: int
    each: int

    def of(self, candidate: int) -> NDArray[np.int64]:
        """Places of a candidate's numbers."""
        return self.own + self.each * candidate + np.arange(self.each)


def _laid(
    panel: Panel,
    train: NDArray[np.int64],
    shared: Mapping[str, Any],
    features: Sequence[str],
    covariates: Sequence[int],
) -> Rows:
    """The past of every origin, and what followed."""
    tried = sorted({*covariates, *shared.get("known", ())})
    settings = {**shared, "covariates": tuple(tried), "features": tuple(features)}
    codec = codecs.make("window", **{**settings, "window": PAST}).bind(panel).fit([train])
    encoded = codec.encode(train)
    past: Windows = encoded["past"]
    ahead = np.unique(np.linspace(0, int(shared["horizon"]) - 1, STEPS).round().astype(int))
    parts = [_at(past, train, 0, np.arange(1, PAST)) / past.scales[:][:, None]]
    turns = past.values.shape[1] - 1 - len(tried) - len(features)
    parts.append(past.values[train][:, past.values.shape[1] - turns :])
    if "ahead" in encoded and shared.get("known"):
        known = np.asarray(encoded["ahead"][:][:, ahead, : len(shared["known"])], np.float64)
        parts.append(known.reshape(len(train), -1))
    own = sum(part.shape[1] for part in parts)
    places = [1 + tried.index(at) for at in covariates]
    places += [1 + len(tried) + at for at in range(len(features))]
    lags = np.array(LAGS)
    parts += [_at(past, train, place, lags) for place in places]
    targets = np.asarray(codec.targets(train)[:][:, ahead], np.float64)
    return Rows(np.nan_to_num(np.concatenate(parts, axis=1)), targets, own, len(lags))


def _at(
    past: Windows, origins: NDArray[np.int64], channel: int, lags: NDArray[np.int64]
) -> NDArray[np.float64]:
    """A channel so many steps before the origins, the target as its change since, [n, lags]."""
    steps = np.maximum(origins[:, None] - lags, past.firsts[origins][:, None])
    values = past.values[:, channel]
    return values[steps] - (values[origins][:, None] if past.relative[channel] else 0.0)


def _folds(rows: Rows, when: NDArray[np.int64], horizon: int) -> list[Fold]:
    """The training part walked through: what teaches ends a horizon and an embargo before what
    judges begins.
    """
    known = np.isfinite(rows.y).all(axis=1)
    low, high = int(when.min()), int(when.max()) + 1
    gap = horizon + round(EMBARGO * (high - low))
    cuts = np.linspace(low + FIRST * (high - low), high, FOLDS + 1).round().astype(int)
    out = []
    for begin, end in pairwise(cuts.tolist()):
        teach = np.flatnonzero(known & (when + gap < begin))
        judge = np.flatnonzero(known & (when >= begin) & (when < end))
        if min(len(teach), len(judge)) < LEAST:
            continue
        x, y = rows.x[teach], rows.y[teach]
        penalty = _penalty(x[:, : rows.own], y, when[teach], horizon)
        out.append(Fold(x.T @ x, x.T @ y, penalty, rows.x[judge], rows.y[judge], judge))
    return out


def _penalty(
    x: NDArray[np.float64], y: NDArray[np.float64], when: NDArray[np.int64], horizon: int
) -> float:
    """The penalty by which the target's own past errs least on the last of the rows that teach."""
    cut = np.quantile(when, 1 - HELD)
    early, late = when + horizon < cut, when >= cut
    unit = max(float((x**2).mean(axis=0).sum()) / x.shape[1], 1e-12)
    if min(early.sum(), late.sum()) < LEAST // 2:
        return unit * len(x)
    values, axes = np.linalg.eigh(x[early].T @ x[early])
    turned, later = axes.T @ (x[early].T @ y[early]), x[late] @ axes
    scale = unit * early.sum()
    errors = [
        np.abs(y[late] - later @ (turned / (np.maximum(values, 0) + p * scale)[:, None])).mean()
        for p in PENALTIES
    ]
    return PENALTIES[int(np.argmin(errors))] * unit * len(x)


def _errors(folds: Sequence[Fold], used: NDArray[np.int64], own: int) -> NDArray[np.float64]:
    """Mean absolute error of every row that judges, of a forecast from some of the numbers."""
    out = []
    for fold in folds:
        penalties = np.where(used < own, fold.penalty, OWN)
        inner = fold.xx[np.ix_(used, used)] + np.diag(penalties)
        weights = np.linalg.solve(inner, fold.xy[used])
        out.append(np.abs(fold.y - fold.x[:, used] @ weights).mean(axis=1))
    return np.concatenate(out)


def _apart(when: NDArray[np.int64]) -> int:
    """Moments from one origin to the next, as they mostly lie."""
    gaps = np.diff(np.unique(when))
    return max(1, int(np.median(gaps))) if len(gaps) else 1
