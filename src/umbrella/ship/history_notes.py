"""What is odd about a history that is forecast from: scale, holes, few, late or equal values."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from umbrella.base.catalogue import Sentence, sentence
from umbrella.base.errors import DataError
from umbrella.data.codecs.history import History
from umbrella.data.codecs.windows import scale_of
from umbrella.data.panel import Panel
from umbrella.data.panel.finding import shown

FAR = 20.0  # times the training scale, up or down, from which on a unit may have changed
STUCK = 20  # last values that are looked at for any that differ, at least
REPAIRS = (  # findings told again
    "sorted", "gaps", "off", "copies", "short", "empty", "clock", "irregular",
)  # fmt: skip
Known = int | Mapping[str, int] | None


def notes_of(
    panel: Panel, known: Sequence[History], codec: Any, fitted: Known = None
) -> list[Sentence]:
    """What a user should know before believing the forecasts.

    Args:
        panel: the history as it was read.
        known: one a series, up to its last known value and what is known ahead.
        codec: of the model.
        fitted: known values that the fit had of every series, or series → their number; None where
            nobody wrote it down.
    """
    told = [one.text for one in panel.findings if one.kind in REPAIRS]
    targets = [one.values[: len(one.values) - one.after, 0] for one in known]
    told += _scales(panel, targets, codec)
    told += _few(panel, targets, codec, fitted)
    told += _holes(panel, known, codec)
    told += _stuck(panel, targets, max(int(codec.reach), STUCK))
    late = [at for at, one in enumerate(targets) if _unknown_after(panel, at, len(one)) > 0]
    if late and not codec.config.known:
        stamp = int(panel.stamps[panel.rows_of(late[0]).start + len(targets[late[0]]) - 1])
        told.append(_say("late", panel, late, when=panel.written(stamp)))
    return told


def modelled_of(panel: Panel, log: bool) -> Sentence:
    """Whether the target's returns are forecast or the target itself.

    Args:
        panel: the series.
        log: whether changes of the logarithm are forecast.
    """
    key = f"predict.{'return' if log else 'level'}"
    if panel.layout != "long":  # each column, or each row, is a series
        return sentence(f"{key}_each")
    return sentence(key, column=panel.columns[0])


def rewritten_of(panel: Panel, found: Mapping[str, NDArray[np.int64]]) -> list[Sentence]:
    """A word on values that a kept state of the intervals knew otherwise.

    Args:
        panel: the series.
        found: series → stamps, [k], of such values.
    """
    if not found:
        return []
    count = sum(len(stamps) for stamps in found.values())
    when = panel.written(min(int(stamps[0]) for stamps in found.values()))
    series = [at for at, name in enumerate(panel.ids) if name in found]
    return [_say("rewritten", panel, series, count=count, when=when)]


def require_known(panel: Panel, codec: Any) -> None:
    """Make sure that what is known ahead stands in the rows after the last target.

    Args:
        panel: the history.
        codec: of the model.

    Raises:
        DataError: rows are missing, or a cell in them; with the column and the date.
    """
    columns, horizon = codec.config.known, int(codec.config.horizon)
    if not columns:
        return
    for at, name in enumerate(panel.ids):
        rows = panel.rows_of(at)
        there = np.flatnonzero(np.isfinite(panel.values[rows, 0]))
        if not len(there):
            continue
        whose = f" of series {name!r}" if name else ""
        start = rows.start + int(there[-1]) + 1
        later = panel.values[start : min(start + horizon, rows.stop), list(columns)]
        names = ", ".join(panel.columns[column] for column in columns)
        if len(later) < horizon:
            raise DataError(
                f"{names} {'is' if len(columns) == 1 else 'are'} known ahead, and so must be for "
                f"the {horizon} steps after {panel.written(int(panel.stamps[start - 1]))}, the "
                f"last with a {panel.columns[0]}{whose}: there are {len(later)} such rows. Add "
                f"{horizon - len(later)} more with {panel.columns[0]} empty."
            )
        if not np.isfinite(later).all():
            row, column = np.argwhere(~np.isfinite(later))[0]
            raise DataError(
                f"{panel.columns[columns[column]]} is known ahead, but empty on "
                f"{panel.written(int(panel.stamps[start + row]))}{whose}, one of the {horizon} "
                f"steps that are forecast. Fill it in."
            )


def _scales(panel: Panel, targets: Sequence[NDArray[np.float64]], codec: Any) -> list[Sentence]:
    """A warning for series that move otherwise than in training; ratios know no unit."""
    if codec.config.log:
        return []
    far = {}
    for at, (name, values) in enumerate(zip(panel.ids, targets, strict=True)):
        then = codec.scales.get(name)
        moved = np.abs(np.diff(values[np.isfinite(values)]))
        if then and len(moved) and moved.max() > 0:
            times = scale_of(values, codec.config.season) / then
            if not 1 / FAR <= times <= FAR:
                far[at] = times
    if not far:
        return []
    worst = max(far, key=lambda at: abs(np.log(max(far[at], 1e-300))))
    return [_say("scale", panel, [worst, *far], times=float(far[worst]))]


def _few(
    panel: Panel, targets: Sequence[NDArray[np.float64]], codec: Any, fitted: Known
) -> list[Sentence]:
    """Series with fewer values than the model reads, or than one season has.

    What a series had too few of in the fit itself is nothing new.
    """
    reach, season = int(codec.reach), int(codec.config.season)  # features look back further
    had = fitted if isinstance(fitted, Mapping) else {}
    usual = max(had.values(), default=0) if had else int(fitted or 0)  # type: ignore[arg-type]
    counts = [int(np.isfinite(values).sum()) for values in targets]
    named = enumerate(zip(panel.ids, counts, strict=True))
    brief = [at for at, (name, count) in named if count < min(reach, had.get(name, usual))]
    told = []
    if brief:
        first = min(brief, key=lambda at: counts[at])
        told.append(_say("brief", panel, [first, *brief], count=counts[first], window=reach))
    short = [at for at, values in enumerate(targets) if _known_span(values) < season]
    if short and season > 1:
        told.append(_say("no_season", panel, short, season=season))
    return told


def _known_span(values: NDArray[np.float64]) -> int:
    """Steps from the first known value on."""
    return len(values) - int(np.flatnonzero(np.isfinite(values))[0])


def _holes(panel: Panel, known: Sequence[History], codec: Any) -> list[Sentence]:
    """Missing values among the steps that the model looks back over, column by column."""
    config, reach = codec.config, int(codec.reach)
    read = {at for at, role in enumerate(config.roles) if role and config.features}
    told = []
    for column in (0, *sorted({*config.covariates, *read} - {0})):
        missing, longest = {}, {}
        for at, one in enumerate(known):
            cells = one.values[: len(one.values) - one.after, column][-reach:]
            there = np.flatnonzero(np.isfinite(cells))
            inside = cells[there[0] :] if len(there) else cells
            if empty := int(np.isnan(inside).sum()):
                missing[at] = empty
                ends = np.concatenate([there, [len(cells)]])
                longest[at] = int(np.diff(ends).max(initial=1)) - 1 if len(there) else empty
        if missing:
            worst = max(missing, key=lambda at: missing[at])
            back = min(reach, len(known[worst].values) - known[worst].after)
            said = {"count": missing[worst], "window": back, "most": longest[worst]}
            key, more = ("hole", {}) if not column else ("gap", {"column": panel.columns[column]})
            told.append(_say(key, panel, [worst, *missing], **said, **more))
    return told


def _stuck(panel: Panel, targets: Sequence[NDArray[np.float64]], back: int) -> list[Sentence]:
    """Series whose last values are all the same."""
    found = {}
    for at, values in enumerate(targets):
        last = values[-back:]
        last = last[np.isfinite(last)]
        if len(last) > 1 and last.min() == last.max():
            found[at] = last
    if not found:
        return []
    first = next(iter(found))
    count, value = len(found[first]), float(found[first][0])
    return [_say("stuck", panel, list(found), count=count, value=value)]


def _unknown_after(panel: Panel, at: int, known: int) -> int:
    rows = panel.rows_of(at)
    return rows.stop - rows.start - known


def _say(key: str, panel: Panel, series: Sequence[int], **values: Any) -> Sentence:
    names = tuple(dict.fromkeys(panel.ids[at] or panel.columns[0] for at in series))
    return sentence(f"predict.{key}", series=shown(names), **values)
