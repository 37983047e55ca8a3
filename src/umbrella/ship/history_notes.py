"""What is odd about a history that is forecast from: another scale, holes, few or late values."""

from collections.abc import Sequence
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
HOLE = 3  # missing steps in a row that are told; fewer are a holiday
REPAIRS = ("gaps", "copies", "short", "empty", "clock", "irregular")  # findings told again


def notes_of(panel: Panel, known: Sequence[History], codec: Any) -> list[Sentence]:
    """What a user should know before believing the forecasts.

    Args:
        panel: the history as it was read.
        known: one a series, up to its last known value and what is known ahead.
        codec: of the model.
    """
    told = [one.text for one in panel.findings if one.kind in REPAIRS]
    targets = [one.values[: len(one.values) - one.after, 0] for one in known]
    window = int(codec.config.window)
    told += _scales(panel, targets, codec)
    reach = int(codec.reach)  # features look back further
    brief = [at for at, values in enumerate(targets) if np.isfinite(values).sum() < reach]
    if brief:
        first = min(brief, key=lambda at: len(targets[at]))
        count = int(np.isfinite(targets[first]).sum())
        told.append(_say("brief", panel, [first, *brief], count=count, window=reach))
    holes = {at: hole for at, one in enumerate(targets) if (hole := _hole(one[-window:])) >= HOLE}
    if holes:
        worst = max(holes, key=lambda at: holes[at])
        told.append(_say("hole", panel, [worst, *holes], count=holes[worst]))
    late = [at for at, one in enumerate(targets) if _unknown_after(panel, at, len(one)) > 0]
    if late and not codec.config.known:
        stamp = int(panel.stamps[panel.rows_of(late[0]).start + len(targets[late[0]]) - 1])
        told.append(_say("late", panel, late, when=panel.written(stamp)))
    return told


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


def _hole(values: NDArray[np.float64]) -> int:
    """The longest run of missing values between known ones."""
    there = np.flatnonzero(np.isfinite(values))
    return int(np.diff(there).max(initial=1)) - 1


def _unknown_after(panel: Panel, at: int, known: int) -> int:
    rows = panel.rows_of(at)
    return rows.stop - rows.start - known


def _say(key: str, panel: Panel, series: Sequence[int], **values: Any) -> Sentence:
    names = tuple(dict.fromkeys(panel.ids[at] or panel.columns[0] for at in series))
    return sentence(f"predict.{key}", series=shown(names), **values)
