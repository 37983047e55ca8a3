"""Which columns say when, tell series apart and are forecast: as the user said, else as found."""

import csv
from collections.abc import Sequence
from typing import Any

from umbrella.base.errors import ConfigError, DataError, listed
from umbrella.data.panel import Panel, Roles, find_roles
from umbrella.data.panel.roles import number_columns, refuse_mixed_times
from umbrella.data.table import Table
from umbrella.fit.settings import FitSettings

NO_TIME = "none"  # said instead of a column: rows stand in the order of time


def usual_target(table: Table) -> str | None:
    """The column that a forecast is of where none is named: the close, the only number; of a table
    with a series a row its first step, which stands for all.
    """
    found = find_roles(table)
    if found.layout == "rows":
        return next((name for name in table.columns if name != found.ids), None)
    return found.target


def several(table: Table, target: str) -> tuple[str, ...]:
    """The columns that a target with commas names, each once; none where it is one column.

    Raises:
        DataError: one of them is not there.
    """
    if not target or target in table.columns or "," not in target:
        return ()
    [cells] = csv.reader([target], skipinitialspace=True)
    names = tuple(dict.fromkeys(name.strip() for name in cells if name.strip()))
    for name in names:
        table.require(name)
    return names


def roles_of(table: Table, settings: FitSettings, found: Roles) -> dict[str, Any]:
    """What the columns are, by what the user said and else as found; JSON-safe.

    Raises:
        ConfigError: there is no column of times, or one column is named for two things.
        DataError: a column is not there, or none is left to be a series.
    """
    targets = several(table, settings.target)
    wide = settings.wide or len(targets) > 1
    if found.layout == "rows" and settings.time is None and not wide:
        _refuse_beside_rows(settings)
        return {"time": None, "ids": settings.series or found.ids, "layout": "rows"}
    times = _time_columns(table, settings, found)
    if settings.zone is not None and not times:
        raise ConfigError("--zone says nothing to rows without dates. Leave it out.")
    if wide:
        targets = targets or _columns(table, settings, times, found.ids)
        _require_wide(settings, found, times, table)
    else:
        targets = targets or (settings.target,)
    ids = settings.series or (found.ids if found.ids not in (*targets, *times) else None)
    ids = None if wide else ids
    _refuse_twice(settings, times, targets)
    used = [name for name in settings.use if name not in (*times, ids)]
    return {
        "time": list(times),
        "targets": list(targets),
        "ids": ids,
        "covariates": list(dict.fromkeys([*used, *settings.known])),
        "layout": "wide" if wide else "long",
        **({} if settings.day_first is None else {"day_first": settings.day_first}),
        **({} if settings.zone is None else {"zone": settings.zone}),
    }


def day_first_of(panel: Panel) -> dict[str, bool]:
    """What the dates themselves told of 03/04/2024; nothing where they are written otherwise.

    Args:
        panel: as it was read.
    """
    orders = {"series.day_first": True, "series.month_first": False}
    told = [orders[one.text.key] for one in panel.findings if one.text.key in orders]
    return {"day_first": told[-1]} if told else {}


def _time_columns(table: Table, settings: FitSettings, roles: Roles) -> tuple[str, ...]:
    """The column of times, or those of its parts; none where rows only stand in order."""
    if settings.time == NO_TIME and NO_TIME not in table.columns:
        return ()
    if settings.time is not None:
        return (settings.time,)
    times = (roles.time,) if isinstance(roles.time, str) else roles.time
    if not times:
        refuse_mixed_times(table, settings.day_first)
        raise ConfigError(
            f"Which column of {table.name} says when? Say --time COLUMN, or --time none where rows "
            f"stand in the order of time. Its columns: {listed(table.columns, 12)}."
            f"{table.header_hint()}"
        )
    return times


def _columns(
    table: Table, settings: FitSettings, times: Sequence[str], ids: str | None
) -> tuple[str, ...]:
    """All columns of numbers that are not said to be something else: the series of a wide table."""
    if settings.target:
        table.require(settings.target)
        return (settings.target,)
    apart = {*times, *settings.use, *settings.known, ids}
    names = tuple(name for name in number_columns(table) if name not in apart)
    if not names:
        raise DataError(
            f"{table.name} has no column of numbers that could be a series: its columns are "
            f"{listed(table.columns)}. Name them: --target a,b,c."
        )
    return names


def _require_wide(settings: FitSettings, found: Roles, times: Sequence[str], table: Table) -> None:
    """A table with a series a column has no column that tells series apart."""
    named = settings.series or (found.ids if found.ids not in times else None)
    if settings.series is not None or (named and named not in number_columns(table)):
        flag = f"--series {named}" if settings.series else f"the column {named!r}"
        raise ConfigError(
            f"Several columns as series (--wide, or --target a,b), and {flag} that tells series "
            f"apart: rows would be of two series. Forecast one column, or leave that column out of "
            f"the table."
        )


def _refuse_beside_rows(settings: FitSettings) -> None:
    if settings.zone is not None:
        raise ConfigError(
            "Each row of this table is a series and each column a step, so --zone says nothing: "
            "no column holds times. Leave it out."
        )
    odd = {"--use": settings.use, "--known": settings.known}
    if flags := [flag for flag, given in odd.items() if given]:
        raise ConfigError(
            f"Each row of this table is a series and each column a step, so {' and '.join(flags)} "
            f"can name no input. Leave it out, or give a table with a row a step."
        )


def _refuse_twice(settings: FitSettings, times: Sequence[str], targets: Sequence[str]) -> None:
    """Refuse a column that is named for two things, in the words of the flags."""
    for flag, names in (("--use", settings.use), ("--known", settings.known)):
        for name in names:
            if name in targets:
                raise ConfigError(
                    f"{flag} names {name!r}, which is the target: its own past is read anyway, and "
                    f"its future is what is asked. Leave it out of {flag}."
                )
    named = {"--time": times, "--target": targets, "--series": [settings.series]}
    for first, second in (("--time", "--target"), ("--series", "--target"), ("--series", "--time")):
        both = [name for name in named[first] if name is not None and name in named[second]]
        if both:
            raise ConfigError(
                f"{first} and {second} are both {both[0]!r}. Name another column for one of them."
            )
    if wrong := [name for name in settings.known if name in (*times, settings.series)]:
        raise ConfigError(
            f"--known names {wrong[0]!r}, which says when or of which series a row is: it is known "
            f"anyway. Leave it out."
        )
