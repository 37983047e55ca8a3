"""Intervals of a shipped model that learn from what came since they were made.

A history may be longer than when the model was fitted: forecasts from its last steps are made
again, held against what came, and the ends of the intervals move on (score/tracking.py). Nothing is
fitted. What they stand at can be kept between calls: then a new step costs the H forecasts that end
in it, however long the history.

Shapes: S series, H steps ahead, Q levels, n origins.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from umbrella.base.errors import BundleError, ConfigError
from umbrella.base.tensors import pack, unpack
from umbrella.data.codecs.history import History, join
from umbrella.lite.bundle import Bundle
from umbrella.lite.recalled import Recalled, changed, recall
from umbrella.score.fan import plain, sides
from umbrella.score.tracking import Ends, arrivals, learn

ORIGINS = 40_000  # forecasts that are made again in one call, at most: a minute or so
CELLS = 4_000_000  # of their steps: memory
ENOUGH = 0.75  # of the history: what a forecast that is learned from knows, or the model's reach
STATE = "The kept state of the intervals"  # as messages call it where it has no file
JUDGED = 0.95  # level of the plain intervals that are held against what came
Tally = tuple[int, int, int]  # values learned from, forecasts held against them, of these held
NOTHING: Tally = (0, 0, 0)


@dataclass(frozen=True)
class State:
    """What the intervals of some series have learned, to go on with at the next call.

    Args:
        weights: digest of the model that they belong to.
        until: series → stamp of the last step that they learned from.
        low, high: series → ends, [Q, H].
        tallies: series → how much it learned since the fit; not of series that an older release
            kept.
        recalled: series → the last known values that it learned from; not of those either.
        name: what messages call it.
    """

    weights: str
    until: Mapping[str, int] = field(default_factory=dict)
    low: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)
    high: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)
    tallies: Mapping[str, Tally] = field(default_factory=dict)
    recalled: Mapping[str, Recalled] = field(default_factory=dict)
    name: str = STATE

    def spec(self) -> dict[str, Any]:
        """As JSON-safe values, to the last bit."""
        return {"weights": self.weights, "series": [self._spec(name) for name in self.until]}

    def _spec(self, name: str) -> dict[str, Any]:
        low, high = pack(self.low[name]), pack(self.high[name])
        spec: dict[str, Any] = {"name": name, "until": self.until[name], "low": low, "high": high}
        if name in self.tallies:
            spec["tally"] = list(self.tallies[name])
        if name in self.recalled:
            spec["known"] = self.recalled[name].spec()
        return spec

    def without(self, names: Collection[str]) -> "State":
        """The state as if it had never seen some series."""
        parts = ("until", "low", "high", "tallies", "recalled")
        kept: dict[str, Any] = {
            part: {k: v for k, v in getattr(self, part).items() if k not in names} for part in parts
        }
        return replace(self, **kept)

    @classmethod
    def from_spec(cls, spec: Any, bundle: Bundle, name: str = STATE) -> "State":
        """Read back what `spec` made.

        Args:
            spec: of a file, so anything.
            bundle: the model that it should belong to.
            name: what messages call it.

        Raises:
            BundleError: it is damaged, or of another model.
        """
        task = bundle.spec["task"]
        shape = (len(task["levels"]), int(task["horizon"]))
        until, low, high = {}, {}, {}
        tallies: dict[str, Tally] = {}
        recalled: dict[str, Recalled] = {}
        try:
            weights, several = str(spec["weights"]), spec["series"]
            for one in several:
                series = str(one["name"])
                until[series] = int(np.int64(int(one["until"])))  # as stamps are
                low[series], high[series] = unpack(one["low"]), unpack(one["high"])
                ends = np.stack([low[series], high[series]])
                if ends.shape[1:] != shape or not np.isfinite(ends).all():
                    raise ValueError(f"{ends.shape[1:]} ends")
                if "tally" in one:
                    values, pairs, held = map(int, one["tally"])
                    tallies[series] = values, pairs, held
                if "known" in one:
                    recalled[series] = Recalled.from_spec(one["known"])
        except (KeyError, TypeError, ValueError, OverflowError, BundleError) as error:
            raise BundleError(
                f"{name} is not what --state keeps of a forecast's intervals, or it is damaged; "
                f"nothing of it was used or changed. Name another file with --state, or delete "
                f"this one to start anew."
            ) from error
        if weights != bundle.spec["weights"]:
            raise BundleError(
                f"{name} keeps the intervals of another model than {bundle.name}. Name another "
                f"file with --state, one for each model."
            )
        return cls(weights, until, low, high, tallies, recalled, name)


@dataclass(frozen=True)
class Adapted:
    """Where the intervals stand now.

    Args:
        ends: distances from a forecast, [S, Q, H].
        state: to go on with.
        series: how many have learned from anything in this call.
        steps: new values that they learned from, of all series.
        level: of the intervals that were judged.
        pairs: forecasts of these values that were held against them: a value is forecast again
            from each of up to H steps before it, once for each step ahead.
        held: share of these forecasts whose own interval of that level, the model's, held the
            value; None where there are none.
        rewritten: series → stamps, [k], at which the state knew another value: such a series
            started anew.
    """

    ends: Ends
    state: State
    series: int = 0
    steps: int = 0
    level: float = JUDGED
    pairs: int = 0
    held: float | None = None
    rewritten: Mapping[str, NDArray[np.int64]] = field(default_factory=dict)


def adapt(bundle: Bundle, histories: Sequence[History], state: State | None = None) -> Adapted:
    """Let intervals learn from the steps after those they were made of.

    Args:
        bundle: a model of series.
        histories: one a series, each up to its last known step. Where they are so many that more
            than `ORIGINS` forecasts had to be made again, only their last steps are learned from;
            of more series than that, nothing is.
        state: of the call before.

    Raises:
        ConfigError: the state has learned from later steps than a history has.
    """
    task, codec = bundle.spec["task"], bundle.window
    levels, horizon = list(task["levels"]), int(task["horizon"])
    own = plain(task)
    ends = Ends(*(np.repeat(side, len(histories), axis=0) for side in (own.low, own.high)))
    state = state or State(bundle.spec["weights"])
    _require_past(state, histories)
    names = [one.name for one in histories]
    others = {one.name: changed(one, state.recalled.get(one.name)) for one in histories}
    others = {name: stamps for name, stamps in others.items() if len(stamps)}
    state = state.without(others)
    for at, name in enumerate(names):
        if name in state.until:
            ends.low[at], ends.high[at] = state.low[name], state.high[name]
    most = min(ORIGINS, CELLS // horizon) // max(len(histories), 1) - horizon
    new = [_new(bundle, one, state.until.get(one.name), most) for one in histories]
    moved = [at for at, count in enumerate(new) if count > 0]
    judged = levels.index(JUDGED) if JUDGED in levels else len(levels) - 1
    level = levels[judged] if levels else JUDGED
    if not levels or not moved:
        return Adapted(ends, _kept(state, histories, ends, {}), level=level, rewritten=others)
    some, fresh = [histories[at] for at in moved], [new[at] for at in moved]
    errors = _errors(bundle, some, fresh, join(some, codec.frequency, codec.zone))
    known, held = np.zeros((2, len(moved)), np.int64)
    now = Ends(ends.low[moved], ends.high[moved])
    for below, above in errors:  # moment after moment, the last one last
        inside = (below[:, judged] >= own.low[:, judged]) & (
            above[:, judged] <= own.high[:, judged]
        )
        known += np.isfinite(below[:, judged]).sum(axis=1)
        held += inside.sum(axis=1)
        now = learn(now, levels, below, above)
    ends.low[moved], ends.high[moved] = now.low, now.high
    come = [_come(one, count) for one, count in zip(some, fresh, strict=True)]
    learned = zip(come, known.tolist(), held.tolist(), strict=True)
    pairs = int(known.sum())
    return Adapted(
        ends,
        _kept(state, histories, ends, dict(zip(moved, learned, strict=True))),
        len(moved),
        sum(come),
        level,
        pairs,
        int(held.sum()) / pairs if pairs else None,
        others,
    )


def _require_past(state: State, histories: Sequence[History]) -> None:
    """Refuse a state that knows what comes after a history: its intervals would, too."""
    for one in histories:
        until, end = state.until.get(one.name), int(one.stamps[_end(one)])
        if until is not None and until > end:
            series = f" of series {one.name!r}" if one.name else ""
            days = [np.datetime_as_string(np.datetime64(at, "us"), "m") for at in (until, end)]
            raise ConfigError(
                f"{state.name} has learned up to {days[0]}, but the history"
                f"{series} ends at {days[1]}. Name another file with --state, or delete it."
            )


def _kept(
    state: State, histories: Sequence[History], ends: Ends, moved: Mapping[int, Tally]
) -> State:
    """The state after this call; series that are not in it now stay as they were."""
    until, low, high = dict(state.until), dict(state.low), dict(state.high)
    tallies, recalled = dict(state.tallies), dict(state.recalled)
    for at, learned in moved.items():
        one = histories[at]
        name = one.name
        if name in tallies or name not in until:  # else an older release did not count
            before = tallies.get(name, NOTHING)
            tallies[name] = tuple(a + b for a, b in zip(before, learned, strict=True))  # type: ignore[assignment]
        until[name] = int(one.stamps[_end(one)])
        low[name], high[name] = ends.low[at], ends.high[at]
    for one in histories:
        if one.name in until:
            before_now = recalled.get(one.name)
            recalled[one.name] = recall(one, until[one.name], before_now, len(until))
    return State(state.weights, until, low, high, tallies, recalled)


def _end(history: History) -> int:
    """Number of the last known step."""
    return len(history.stamps) - 1 - history.after


def _come(history: History, count: int) -> int:
    """How many of the last steps have a value."""
    end = _end(history) + 1
    return int(np.isfinite(history.values[end - count : end, 0]).sum())


def _new(bundle: Bundle, history: History, until: int | None, most: int) -> int:
    """How many last steps of a series its intervals have not learned from, at most `most`."""
    if until is None:
        told = bundle.spec.get("seen")
        if told is None:  # a file from before this was written down
            return 0
        until = told.get(history.name) if isinstance(told, Mapping) else told
        if history.name not in bundle.window.scales:  # a series that the model was not fitted on
            until = None
    known = history.stamps[: _end(history) + 1]
    old = 0 if until is None else int(np.searchsorted(known, until, side="right"))
    # A forecast from far less of the past than the last one has says little about its errors.
    least = max(2, min(bundle.window.reach, int(ENOUGH * len(known))))
    return max(0, min(len(known) - max(old, least), most))


def _errors(
    bundle: Bundle, histories: Sequence[History], new: Sequence[int], joined: Any
) -> list[tuple[NDArray, NDArray]]:
    """Errors by the moment at which they became known, in the measures of the two ends.

    Returns:
        For each of the last max(new) moments two arrays [S, Q, H].
    """
    task, codec = bundle.spec["task"], bundle.window
    horizon, levels = int(task["horizon"]), len(task["levels"])
    longest = max(new)
    origins = np.full((len(histories), longest + horizon), -1, np.int64)  # the last is the end
    for at, (one, count) in enumerate(zip(histories, new, strict=True)):
        end, first = _end(one), int(joined.offsets[at])
        steps = np.arange(max(1, end - count - horizon + 1), end)
        steps = steps[np.isfinite(one.values[steps, 0])]
        origins[at, steps - end + longest + horizon - 1] = first + steps
    asked = origins[origins >= 0]
    codec.bind(joined)
    made, sizes = bundle.fans(asked)  # type: ignore[arg-type]
    error = codec.targets(asked)[:].astype(np.float64) - made
    error = error[:, None, :]  # one measure for both sides and all levels, unless told otherwise
    measured = [error] if sizes is None else [error / one for one in sides(sizes, levels)]
    arrived = [_arrived(side, origins, new) for side in measured]
    moments = zip(arrived[0], arrived[-1], strict=True)
    shape = (len(histories), levels, horizon)
    return [(np.broadcast_to(a, shape), np.broadcast_to(b, shape)) for a, b in moments]


def _arrived(errors: NDArray, origins: NDArray, new: Sequence[int]) -> NDArray[np.float64]:
    """Errors by origin, [n, 1 or Q, H], by the moment that they became known, [t, S, 1 or Q, H]."""
    longest = max(new)
    table = np.full((*origins.shape, errors.shape[2], errors.shape[1]), np.nan)
    table[origins >= 0] = errors.transpose(0, 2, 1)
    found = np.stack([arrivals(series)[-longest:] for series in table])
    for at, count in enumerate(new):
        found[at, : longest - count] = np.nan  # learned from before
    return found.transpose(1, 0, 3, 2)
