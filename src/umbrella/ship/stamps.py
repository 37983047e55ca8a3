"""Dates of a forecast as those of its history are written: with their offset where these have one.

So after 2024-03-31T01:00:00+01:00 comes 2024-03-31T03:00:00+02:00 where clocks are put on then.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from umbrella.data.panel import Panel
from umbrella.data.panel.zones import to_wall
from umbrella.data.table import Table

CELL = re.compile(
    r"\d{4}(?P<mark>[-/.])\d{1,2}(?P=mark)\d{1,2}(?P<between>[Tt]|\s+)\d{1,2}:\d{2}"
    r"(?P<second>:\d{2})?(?:[.,](?P<fraction>\d{1,6})\d*)?(?P<space>\s*)"
    r"(?P<zone>Z|UTC|GMT|[+-]\d{2}(?P<colon>:?)(?:\d{2})?)"
)
MINUTE = 60_000_000  # microseconds


def writer_of(table: Table, roles: Mapping[str, Any], panel: Panel) -> Callable[[int], str]:
    """How stamps are written: as the history has them where that gives a zone, else for people.

    Args:
        table: the history.
        roles: of its columns.
        panel: what was made of it.
    """
    times = list(roles.get("time") or [])
    if panel.zone is None or len(times) != 1:
        return panel.written
    [name] = times
    batch = next(iter(table.raw_batches([name], 1)), None)
    cell = None if batch is None or not batch.height else batch[name][0]
    found = CELL.fullmatch(str(cell).strip())
    if found is None:
        return panel.written
    style, zone = found.groupdict(), panel.zone
    return lambda stamp: _as_came(stamp, zone, style)


def _as_came(stamp: int, zone: str, style: Mapping[str, str | None]) -> str:
    wall = int(to_wall(np.array([stamp], np.int64), zone)[0])
    date, clock = np.datetime_as_string(np.datetime64(wall, "us"), "us").split("T")
    clock, fraction = clock.split(".")
    digits = len(style["fraction"] or "")
    more = fraction if fraction[digits:].strip("0") else fraction[:digits]
    if not more and not style["second"] and clock.endswith(":00"):
        clock = clock[:5]
    date = date.replace("-", style["mark"] or "-")
    clock = f"{clock}.{more}" if more else clock
    told = (date, style["between"], clock, style["space"], _offset(wall - stamp, style))
    return "".join(part or "" for part in told)


def _offset(east: int, style: Mapping[str, str | None]) -> str:
    """Microseconds east of Greenwich, as the history writes it."""
    name = style["zone"] or ""
    if name[:1] not in "+-" and not east:
        return name
    minutes = abs(east) // MINUTE
    hours = f"{'-' if east < 0 else '+'}{minutes // 60:02}"
    colon = ":" if style["colon"] is None else style["colon"]
    whole = len(name) == len("+01") and not minutes % 60
    return hours if whole else f"{hours}{colon}{minutes % 60:02}"
