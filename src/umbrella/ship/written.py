"""Forecasts as rows of a file: series, time, forecast, ends of every interval, naive forecasts."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from umbrella.data.panel import Panel
from umbrella.lite.forecast import Future
from umbrella.lite.predict import SEPARATORS, delimited, format_of, target

SERIES, TIME = "series", "time"  # what columns are called that the history has no name for


def write_futures(
    panel: Panel,
    futures: Sequence[Future],
    roles: Mapping[str, Any],
    out: Path | None,
    format: str | None = None,
    written: Callable[[int], str] | None = None,
) -> None:
    """Write a row for every step of every series.

    Args:
        panel: the history.
        futures: one a series.
        roles: of the columns of the history, whose names the output keeps.
        out: the file, replaced at once; standard output when None.
        format: "csv", "tsv" or "jsonl"; by the name of `out` if None.
        written: how a stamp is written; as for people if None.

    Raises:
        ConfigError: the name of `out` tells no format.
        DataError: the file cannot be written; what was there before is intact.
    """
    form = format_of(out, format)
    names = columns_of(panel, futures, roles)
    with target(out) as file:
        if form in SEPARATORS:
            file.write(delimited(names, SEPARATORS[form]))
        for row in _rows(futures, names, written or panel.written):
            if form in SEPARATORS:
                cells = [_cell(cell) for cell in row]
                file.write(delimited(cells, SEPARATORS[form]))
            else:
                cells = [_short(cell) for cell in row]
                file.write(json.dumps(dict(zip(names, cells, strict=True)), ensure_ascii=False))
                file.write("\n")


def columns_of(panel: Panel, futures: Sequence[Future], roles: Mapping[str, Any]) -> list[str]:
    """Names of the columns, each once: those of the history where it has them.

    Args:
        panel, futures, roles: as for `write_futures`.
    """
    ends = [f"{side}_{round(100 * at)}" for at in futures[0].levels for side in ("low", "high")]
    naive = ["last_value", *([] if futures[0].season is None else ["last_season"])]
    ids = roles.get("ids")
    ids = str(ids) if ids else SERIES if len(panel.ids) > 1 else None
    names = [*([ids] if ids else []), time_of(roles), "forecast", *ends, *naive]
    for at, name in enumerate(names):
        while names.index(name) < at:
            name += "_predicted"
        names[at] = name
    return names


def time_of(roles: Mapping[str, Any]) -> str:
    """What the column of times is called."""
    time = roles.get("time")
    return str(time[0]) if isinstance(time, Sequence) and len(time) == 1 else TIME


def _rows(
    futures: Sequence[Future], names: Sequence[str], written: Callable[[int], str]
) -> Iterator[list[Any]]:
    for future in futures:
        for step, stamp in enumerate(future.stamps.tolist()):
            limits = np.stack([future.low[:, step], future.high[:, step]], axis=1).ravel()
            figures = [future.middle[step], *limits, future.last]
            if future.season is not None:
                figures.append(future.season[step])
            told = [written(stamp), *map(float, figures)]
            yield [future.name, *told] if len(told) < len(names) else told


def _cell(cell: Any) -> Any:
    """A number without digits that say nothing; empty for one that is not finite."""
    if not isinstance(cell, float):
        return cell
    return f"{cell:.15g}" if np.isfinite(cell) else ""


def _short(cell: Any) -> Any:
    """A number without digits that say nothing; None for one that is not finite."""
    if not isinstance(cell, float):
        return cell
    return float(f"{cell:.15g}") if np.isfinite(cell) else None
