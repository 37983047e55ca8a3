"""From a table with a time column to origins: which are learned from, and which come later.

An origin is a step of a series up to which all is known; its targets are the steps after it. Parts
are cut in time: training origins end, targets and all, where validation begins, and validation's
where the test does. Origins whose targets reach over a cut belong to no part (purging: López de
Prado 2018, Advances in Financial Machine Learning, chapter 7). His embargo keeps origins out of
training that come shortly after a stretch that judges; here none does, as what is learned from
always comes before what it is judged by, so there is nothing to keep out.

Shapes: S series, N steps of all of them, n origins.
"""

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from umbrella.base.catalogue import Sentence, sentence
from umbrella.base.progress import Progress
from umbrella.data import codecs
from umbrella.data.codecs.calendar import cycles
from umbrella.data.panel import Panel, find_roles, make_panel
from umbrella.data.split import PARTS, Split
from umbrella.data.table import Table
from umbrella.fit.blanks import find_blanks, find_unknown, find_untested
from umbrella.fit.channels import Channels, again, choose_channels, reads_features
from umbrella.fit.foreknown import find_foreknown, find_scaled, refuse_foreknown
from umbrella.fit.modelled import modelled
from umbrella.fit.prepare import Prepared
from umbrella.fit.season import season_of
from umbrella.fit.series_roles import day_first_of, roles_of
from umbrella.fit.settings import FOLDS, FitSettings
from umbrella.fit.steps import steps
from umbrella.fit.too_short import Asked, refusal
from umbrella.fit.unheeded import unheeded
from umbrella.tasks.forecast import Forecast

KIND = "series"
Bounds = tuple[int, int, int]
Cut = tuple[NDArray[np.int64], NDArray[np.int8], NDArray[np.int64]]
SEEN = ("train", "validation")
AT_ONCE = 2**20  # steps that are cut at a time
MOST_CELLS = 50_000_000  # targets held at once: origins × horizon; more origins are thinned out
SIDE_BY_SIDE = 0.6  # share of all moments that series have in the mean, to be cut by the clock
SHORT, FEW_WINDOWS = 1_000, 10  # moments; horizons of validation origins: fewer tell little
LEAST = 2  # steps of history before the first origin of a series
TRAIN, VALIDATION, TEST, UNUSED = (PARTS.index(name) for name in PARTS)


def prepare_series(
    table: Table,
    settings: FitSettings,
    progress: Progress,
    facts: Mapping[str, Any] | None = None,
) -> Prepared:
    """Make a panel of a table and cut its origins in time.

    Args:
        table: the rows.
        settings: see FitSettings.
        progress: where to show the work.
        facts: run.json of a finished run of the same data, to read what it read; else it is chosen.

    Raises:
        ConfigError, DataError: no column of times, a horizon that leaves no part anything to do;
            each with what to type next.
    """
    with progress.stage(sentence("stage.panel")):
        table.store.rest()  # the panel is what is read from here on
        found = find_roles(table)
        roles = dict((facts or {}).get("roles") or roles_of(table, settings, found))
        panel = make_panel(table, **roles)
        roles |= day_first_of(panel)  # fewer rows, at predict, may not tell
    log, said = modelled(panel, settings, found)
    horizon = int(settings.horizon or 1)
    columns = tuple(roles["time"] or (settings.target or "step",))[:1]  # an origin has one name
    climb = steps(KIND, columns, table.kinds, settings.rungs)  # a typo is found now
    total = int(moments_of(panel).max()) + 1
    walk = bounds_of(total, horizon, settings.shares, settings.folds)
    cuts = [cut(panel, horizon, bounds) for bounds in walk]
    counts = np.bincount(cuts[-1][1], minlength=4)
    _require(panel, counts, total, settings)
    season, of_season = season_of(panel, _learned(cuts[0]), settings, facts)
    shared = _shared(panel, settings, log, season, cuts[0])
    notes = [*(finding.text for finding in panel.findings), *of_season, said]
    notes += _said_of_cuts(panel, cuts, settings)
    notes += find_unknown(panel) + find_blanks(panel, shared["covariates"], shared["known"])
    notes += unheeded(settings, climb)
    foreknown = find_foreknown(panel, _learned(cuts[-1]), horizon, shared["covariates"], log)
    notes += refuse_foreknown(foreknown, settings.known) + find_scaled(panel, _learned(cuts[-1]))
    read = Channels(panel, roles, shared)
    if facts is not None:
        read = again(read, facts)
    elif any(reads_features(step.rung) for step in climb):
        with progress.stage(sentence("stage.features")):
            moments = moments_of(panel)
            read = choose_channels(table, read, settings, found, _learned(cuts[0]), moments)
    further = sorted({*range(1, len(read.panel.columns))} - {*read.shared["covariates"]})
    known = find_foreknown(read.panel, _learned(cuts[-1]), horizon, further, log)
    notes += refuse_foreknown(known, settings.known)
    walked = [_prepared(table, columns, Forecast(horizon, log), read, one) for one in cuts]
    usable = tuple(one for one in walked[:-1] if min(one.split.counts[n] for n in SEEN) > 0)
    return replace(walked[-1], notes=[*notes, *read.notes], earlier=usable)


def _prepared(
    table: Table, columns: tuple[str, ...], task: Forecast, read: Channels, one: Cut
) -> Prepared:
    """One stretch of a walk."""
    origins, part, moment = one
    scaled = codecs.make("window", **{**read.shared, "features": ()}).bind(read.panel)
    return Prepared(
        table,
        KIND,
        columns,
        task,
        np.ones(len(read.panel.values), bool),
        origins,
        scaled.fit([_learned(one)]).targets(origins),
        Split(part, moment),
        panel=read.panel,
        shared=read.shared,
        roles=read.roles,
        features=read.facts,
    )


def _said_of_cuts(panel: Panel, cuts: list[Cut], settings: FitSettings) -> list[Sentence]:
    """How many origins there are, in how many stretches, and what is lacking."""
    counts = np.bincount(cuts[-1][1], minlength=4)
    told = {"series": len(panel.ids), "steps": len(panel.values), "walks": len(cuts)}
    told |= {name: int(counts[PARTS.index(name)]) for name in ("train", "validation", "test")}
    told["validation"] = sum(int((part == VALIDATION).sum()) for _, part, _ in cuts)
    told |= {"least": int((cuts[0][1] == TRAIN).sum()), "folds": settings.folds}
    notes = [sentence(f"forecast_fit.{'cut' if len(cuts) > 1 else 'cut_one'}", **told)]
    if len(cuts) < settings.folds != FOLDS:  # what nobody asked for is not missed
        notes.append(sentence("forecast_fit.folds", **told))
    return [*notes, *find_untested(panel, cuts[-1][0][cuts[-1][1] == TEST])]


def _learned(one: Cut) -> NDArray[np.int64]:
    """The origins that are learned from."""
    return one[0][one[1] == TRAIN]


def _shared(
    panel: Panel, settings: FitSettings, log: bool, season: int, first: Cut
) -> dict[str, Any]:
    """Settings of the codec that all rungs share; `first` is the earliest stretch of the walk."""
    seen = panel.stamps[first[0][first[1] == TRAIN]]
    span = int(seen.max() - seen.min()) if len(seen) else 0
    return {
        "horizon": int(settings.horizon or 1),
        "season": season,
        "log": log,
        "covariates": tuple(range(1, len(panel.columns))),
        "known": tuple(panel.columns.index(name) for name in settings.known),
        "cycles": cycles(panel.frequency.step, span),
    }


def cut(panel: Panel, horizon: int, bounds: Bounds) -> Cut:
    """Origins, the part of each, and its moment.

    Moments are cut, so that no series learns from days that another is judged by. Where series do
    not run side by side, they are laid so that they end together.

    Args:
        panel: the series.
        horizon: H.
        bounds: the moments where validation, the test, and what comes after it begin.
    """
    moments = moments_of(panel)
    block = (panel.offsets[1:] - 1) // AT_ONCE  # of whole series: the work takes their memory
    firsts = np.flatnonzero(np.diff(block, prepend=-1))
    found, parts = [], []
    for first, end in pairwise([*firsts.tolist(), len(block)]):
        offsets = panel.offsets[first : end + 1]
        part = _parts(panel, moments, offsets, horizon, bounds)
        found.append(offsets[0] + np.flatnonzero(part != UNUSED))
        parts.append(part[part != UNUSED])
    origins, part = np.concatenate(found), np.concatenate(parts)
    kept = _thinned(part, horizon)
    if kept is not None:
        origins, part = origins[kept], part[kept]
    return origins, part, moments[origins]


def _parts(
    panel: Panel,
    moments: NDArray[np.int64],
    offsets: NDArray[np.int64],
    horizon: int,
    bounds: Bounds,
) -> NDArray[np.int8]:
    """The part of every step of some series that follow one another; UNUSED of what is no origin.

    Args:
        panel: the series.
        moments: of all steps, [N].
        offsets: of these series, of their first steps and the end of the last.
        horizon: H.
        bounds: as of `cut`.
    """
    sizes, span = np.diff(offsets), slice(offsets[0], offsets[-1])
    starts = np.repeat(offsets[:-1] - offsets[0], sizes)
    ends = np.repeat(offsets[1:] - offsets[0], sizes)
    own, place = moments[span], np.arange(offsets[-1] - offsets[0])
    known = np.isfinite(panel.values[span, 0])
    usable = known & (place - starts >= LEAST - 1) & _any_ahead(known, ends, horizon)
    last = own[np.minimum(place + horizon, ends - 1)]  # of the targets
    part = np.full(len(place), UNUSED, np.int8)
    part[last < bounds[0]] = TRAIN
    part[(own >= bounds[0]) & (last < bounds[1])] = VALIDATION
    part[(own >= bounds[1]) & (last < bounds[2]) & (place + horizon < ends)] = TEST
    part[~usable] = UNUSED
    return part


def bounds_of(
    total: int, horizon: int, shares: tuple[float, float, float], folds: int
) -> list[Bounds]:
    """Where the parts begin: of earlier stretches, oldest first, and of the last, with the test.

    Validation and test are at least two horizons long where there is room, for fewer origins
    could not tell models apart. Earlier stretches are as long as the last, and leave half of all
    moments to learn from. Where these are few, a third is left, and targets of an earlier stretch
    may reach into the next: nothing was learned from it yet.

    Args:
        total: moments.
        horizon: H.
        shares: of train, validation and test.
        folds: stretches that are looked at, the last one included.
    """
    least = min(2 * horizon, total // 5)
    whole = sum(shares)
    test = max(round(total * shares[2] / whole), least)
    held = max(round(total * shares[1] / whole), least)
    first, second = total - test - held, total - test
    short = total < SHORT and second - horizon - total // 2 < FEW_WINDOWS * horizon
    learned, over = (total // 3, horizon) if short else (total // 2, 0)
    earlier = []
    for number in range(folds - 1, 0, -1):
        start = first - number * held
        if start >= learned:
            end = min(start + held + over, second)
            earlier.append((start, end, end))
    return [*earlier, (first, second, total)]


def _require(panel: Panel, counts: NDArray[np.int64], total: int, settings: FitSettings) -> None:
    """Refuse a history of which a part has no origin."""

    def works(horizon: int) -> bool:
        bounds = bounds_of(total, horizon, settings.shares, 1)[-1]
        part = cut(panel, horizon, bounds)[1]
        return min(np.bincount(part, minlength=4)[[TRAIN, VALIDATION, TEST]]) > 0

    if min(counts[[TRAIN, VALIDATION, TEST]]) < 1:
        horizon = int(settings.horizon or 1)
        asked = Asked(horizon, total, shortest(horizon, settings.shares))
        raise refusal(panel, asked, works)


def shortest(horizon: int, shares: tuple[float, float, float]) -> int:
    """Moments of the shortest history of which every part has an origin.

    Args:
        horizon: H.
        shares: of train, validation and test.
    """
    total = 3 * horizon
    while True:
        first, second, end = bounds_of(total, horizon, shares, 1)[-1]
        if min(first - LEAST, second - first - 1, end - second - 1) >= horizon:
            return total
        total += 1


def moments_of(panel: Panel) -> NDArray[np.int64]:
    """The number of each step's moment: by the clock where series run side by side."""
    shared = np.unique(panel.stamps)
    if len(panel.ids) == 1 or len(panel.stamps) >= SIDE_BY_SIDE * len(shared) * len(panel.ids):
        return np.searchsorted(shared, panel.stamps)
    sizes = np.diff(panel.offsets)
    own = np.arange(len(panel.stamps)) - np.repeat(panel.offsets[:-1], sizes)
    return own + np.repeat(int(sizes.max()) - sizes, sizes)


def _any_ahead(
    known: NDArray[np.bool_], ends: NDArray[np.int64], horizon: int
) -> NDArray[np.bool_]:
    """Whether any of the next H steps of the same series is known."""
    total = np.concatenate([[0], np.cumsum(known)])
    place = np.arange(len(known))
    last = np.minimum(place + horizon + 1, ends)
    return total[last] - total[np.minimum(place + 1, ends)] > 0


def _thinned(part: NDArray[np.int8], horizon: int) -> NDArray[np.bool_] | None:
    """Which origins are kept: every k-th of training where there are more than memory should hold
    the targets of; None for all.
    """
    train = np.flatnonzero(part == TRAIN)
    stride = -(-len(train) * horizon // MOST_CELLS)
    if stride <= 1:
        return None
    kept = part != TRAIN
    kept[train[::stride]] = True
    return kept
