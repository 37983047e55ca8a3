"""A table of the past read as a model's own series were: the same step, clocks and kind of values.

What fits after a repair is repaired and said; what means something else is refused.
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from umbrella.base.catalogue import Sentence, sentence
from umbrella.base.errors import ConfigError, DataError, UmbrellaError
from umbrella.data.panel import Frequency, Panel, make_panel
from umbrella.data.panel.frequency import DAY
from umbrella.data.panel.zones import to_wall
from umbrella.data.table import Table

NEAR = 2.0  # times the model's step that the median of an irregular history may lie off it
APART = 2  # weekdays from one row to the next, by the median, that may still be days with holes
CLOSED = 10  # weekdays that two rows alone may lie apart: holidays close markets for that long


def read_history(
    table: Table, roles: Mapping[str, Any], codec: Any, zone: str | None = None
) -> tuple[Panel, list[Sentence]]:
    """Read a history.

    Args:
        table: the rows.
        roles: of its columns, as the fit found them.
        codec: of the model.
        zone: whose clocks showed times without an offset; as the fit had it if None.

    Returns:
        The series, and what a user should know about how they were read.

    Raises:
        ConfigError: a zone of rows without times, or none that is known.
        DataError: the rows step otherwise than those of the fit, a price has no logarithm, or
            whatever else is wrong with the data.
    """
    if zone is not None and not roles.get("time"):
        raise ConfigError("--zone says nothing to rows without dates. Leave it out.")
    given = dict(roles) if zone is None else {**roles, "zone": zone}
    told = []
    try:
        panel = make_panel(table, **given)
        bare = panel.zone is None and panel.frequency.code != "step"
    except DataError:
        bare = True  # as where an hour stands twice when clocks are put back
        if codec.zone is None or "zone" in given:
            raise
    if bare and codec.zone is not None:
        given["zone"] = codec.zone
        panel = make_panel(table, **given)
        told = [one.text for one in panel.findings if one.text.key == "series.zone.local"]
    panel = _in_zone(_stepping(table, given, panel, codec.frequency), codec.zone)
    if codec.zone is None and panel.zone is not None:
        told.append(sentence("predict.zone", zone=panel.zone))
    if codec.frequency.regular and not panel.frequency.regular:
        told.append(sentence("predict.irregular", every=codec.frequency.said()))
    told += _other_days(panel, codec.frequency)
    if codec.config.log:
        _require_positive(table, panel)
    return panel, told


def _file(table: Table) -> str:
    return Path(table.source).name if table.source else table.name


def _in_zone(panel: Panel, zone: str | None) -> Panel:
    """The panel by the clocks of the fit's place, where they show the same at all its stamps."""
    if None in (zone, panel.zone) or zone == panel.zone:
        return panel
    ends = panel.stamps
    same = np.array_equal(to_wall(ends, zone), to_wall(ends, panel.zone))
    return replace(panel, zone=zone) if same else panel


def _stepping(table: Table, given: dict[str, Any], panel: Panel, then: Frequency) -> Panel:
    """The panel, read again by the model's step where its own seems to be another.

    Raises:
        DataError: it is another one.
    """
    now = panel.frequency
    if then.code == "business day" and now.code != "step" and _skips_days(panel, then):
        raise _other_step(table, now, then)
    if (now.code, now.multiple) == (then.code, then.multiple) or not then.regular:
        return panel
    if not now.regular and then.step / NEAR <= now.step <= then.step * NEAR:
        return panel  # its irregularity is said
    if "step" in (now.code, then.code):
        raise _other_step(table, now, then)
    try:  # few rows, or rows with many holes, may seem to lie further apart than they do
        again = make_panel(table, **given, frequency=f"{then.multiple} {then.code}")
    except UmbrellaError as error:
        raise _other_step(table, now, then) from error
    put_in = int((again.rows < 0).sum())
    if 2 * put_in > len(again.rows):
        raise _other_step(table, now, then)
    return again


def _skips_days(panel: Panel, then: Frequency) -> bool:
    """Whether rows lie weeks or months apart; days that no series has count as holidays elsewhere.

    The lower median, so that a week of holidays among three or four rows is none of rows' own.
    """
    there = np.flatnonzero(panel.rows >= 0)
    days = (to_wall(panel.stamps[there], panel.zone) // DAY).astype("datetime64[D]")
    series = np.searchsorted(panel.offsets, there, side="right")
    same = series[1:] == series[:-1]
    apart = np.busday_count(days[:-1], days[1:], weekmask=then.weekmask)[same]
    if not len(apart):
        return False
    middle = np.sort(apart)[(len(apart) - 1) // 2]
    return bool(middle > (APART if len(apart) > 1 else CLOSED) * then.multiple)


def _other_step(table: Table, now: Frequency, then: Frequency) -> DataError:
    its, ours = now.said().say("en"), then.said().say("en")
    how = "add up or average the rows of each step first" if now.step < then.step else ""
    if "step" in (now.code, then.code):
        how = "write the times as they were written then"
    return DataError(
        f"{_file(table)}: rows lie {its}, but those that the model was fitted on lie {ours}. "
        f"A step of the one is no step of the other, so nothing was forecast. Give rows {ours}"
        f"{f' ({how})' if how else ''}, or fit again on rows like these."
    )


def _other_days(panel: Panel, then: Frequency) -> list[Sentence]:
    """A word on rows of weekdays that the model's series never had."""
    if panel.frequency.code != "business day" or then.code != "business day":
        return []
    new = [a > b for a, b in zip(panel.frequency.weekmask, then.weekmask, strict=True)]
    return [sentence("predict.weekdays", count=sum(new))] if any(new) else []


def _require_positive(table: Table, panel: Panel) -> None:
    """Refuse values that have no logarithm, to a model of returns.

    Raises:
        DataError: with the file, the row and the date of the first.
    """
    at = np.flatnonzero(panel.values[:, 0] <= 0)
    if not len(at):
        return
    first = int(at[np.argmin(panel.rows[at])])
    more = f" (and {len(at) - 1:,} more)" if len(at) > 1 else ""
    series = panel.ids[int(np.searchsorted(panel.offsets, first, side="right")) - 1]
    whose = f" of series {series!r}" if series else ""
    raise DataError(
        f"{_file(table)}: {panel.columns[0]} is {panel.values[first, 0]:g} in row "
        f"{int(panel.rows[first]) + 1:,}, {panel.written(int(panel.stamps[first]))}{whose}{more}. "
        f"The model forecasts returns, which values of zero or below do not have. Correct the cell "
        f"or empty it, or fit with --as level. Rows count from 1, without the header."
    )
