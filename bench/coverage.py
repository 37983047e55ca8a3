"""Do intervals of 95 % hold 95 % of what comes, on data later than all that they were made of?

    python bench/coverage.py [set ...]

Each set is fitted with the light rungs as a user would, and its last tenth is looked at three ways:
with the intervals as the fit made them, with intervals that learn from every value as it comes
(those of `predict --future` on newer rows), and four horizons ahead, where the model is asked turn
by turn. Beside the learning ones stands their interval score over that of the fit's own (Winkler
1972: width, and what is missed by): below 1 is sharper at the same promise.

Promised: each set with 39 or more validation origins holds 93 to 97 % where the report says nothing
else, and no less than 90 % turn by turn; a set outside must be told so by `check`.
"""

import csv
import gzip
import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import umbrella
from umbrella.check.forecast_intervals import question
from umbrella.check.gather import gather
from umbrella.data.codecs.history import History
from umbrella.fit.prepare import Prepared
from umbrella.fit.trained import load_trained, read_rows
from umbrella.lite.bundle import Bundle
from umbrella.lite.forecast import forecast
from umbrella.score.fan import plain
from umbrella.score.tracking import Ends, follow
from umbrella.ship.ship import bundle_run

REPO = Path(__file__).parents[1]
DATA = Path(os.environ.get("UMBRELLA_DATA", REPO.parent / "shared" / "data"))
RESULT = Path(__file__).parent / "results" / "coverage.json"
LIGHT = ("last-value", "drift", "seasonal-naive", "smoothing", "ridge")
LEVEL, HELD, FAR = 0.95, (0.93, 0.97), 0.90
TURNS, ORIGINS, CELLS = 4, 80, 400_000
Row = tuple[Any, ...]


@dataclass(frozen=True)
class Set:
    """A set of series.

    Args:
        rows: the table, its header first.
        target: its column.
        horizon: steps ahead.
        settings: of the fit.
    """

    rows: Callable[[], Iterable[Row]]
    target: str
    horizon: int
    settings: tuple[tuple[str, Any], ...] = ()


def classic(name: str) -> Callable[[], Iterable[Row]]:
    """A file of classic_series as it is."""

    def rows() -> Iterable[Row]:
        with (DATA / "classic_series" / name).open(newline="", encoding="utf-8") as file:
            return [tuple(row) for row in csv.reader(file)]

    return rows


def oil() -> Iterable[Row]:
    """Hourly oil temperature of a transformer, the usual twenty months."""
    with (DATA / "ett_h1" / "ETTh1.csv").open(newline="", encoding="utf-8") as file:
        rows = [(row["date"], row["OT"]) for row in csv.DictReader(file)]
    return [("date", "OT"), *rows[:14400]]


def exchange() -> Iterable[Row]:
    """Eight exchange rates, business days."""
    with gzip.open(DATA / "exchange_rate" / "exchange_rate.txt.gz", "rt") as file:
        table = np.loadtxt(file, delimiter=",")
    start = np.datetime64("1990-01-01")
    days = [str(np.busday_offset(start, at, roll="forward")) for at in range(len(table))]
    rows = [(f"rate {n}", day, table[at, n]) for n in range(8) for at, day in enumerate(days)]
    return [("currency", "date", "close"), *rows]


def hourly() -> Iterable[Row]:
    """414 hourly series of the M4 competition, their test steps included."""
    parts = []
    for name in ("Hourly-train.csv", "Hourly-test.csv"):
        with (DATA / "m4_hourly" / name).open(newline="", encoding="utf-8") as file:
            parts.append(list(csv.reader(file))[1:])
    rows: list[Row] = [("series", "time", "value")]
    start = np.datetime64("2015-01-01T00", "h")
    for train, test in zip(*parts, strict=True):
        known = [cell for cell in train[1:] + test[1:] if cell not in ("", "NA")]
        rows += [(train[0], f"{start + at}:00", cell) for at, cell in enumerate(known)]
    return rows


RETURNS = (("target_as", "return"),)
SETS = {
    "daily temperatures": Set(classic("daily-min-temperatures.csv"), "Temp", 7),
    "births": Set(classic("daily-total-female-births.csv"), "Births", 7),
    "sunspots": Set(classic("monthly-sunspots.csv"), "Sunspots", 12),
    "airline": Set(classic("airline-passengers.csv"), "Passengers", 12),
    "ETTh1 OT, 24 hours": Set(oil, "OT", 24),
    "ETTh1 OT, 96 hours": Set(oil, "OT", 96),
    "exchange rates": Set(exchange, "close", 20, RETURNS),
    "m4 hourly": Set(hourly, "value", 24),
}


def measured(one: Set, place: Path) -> dict[str, Any]:
    """Coverage of one set, each way."""
    path = place / "series.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(one.rows())
    told: dict[str, Any] = {"horizon": one.horizon, "rungs": LIGHT, "threads": 1}
    run = umbrella.fit(str(path), one.target, out=place / "run", **told, **dict(one.settings))
    evidence = gather(run.path)
    finding = question(evidence)
    found: dict[str, Any] = {
        "rung": run.facts["rung"],
        "horizon": one.horizon,
        "origins": len(evidence.outputs["test"]),
        "verdict": finding.verdict,
        "says": finding.says.say("en"),
    }
    bundle, prepared = bundle_run(run.path), read_rows(load_trained(run.path))
    if LEVEL not in evidence.task.spec()["levels"]:
        return found | {"broken": False}
    found |= followed(evidence) | turn_by_turn(bundle, prepared)
    inside = HELD[0] <= found["held"] <= HELD[1]
    silent = not inside and finding.verdict == "pass"
    far = found["turns"]
    return found | {"broken": silent or (far is not None and far["all"] < FAR)}


def followed(evidence: Any) -> dict[str, Any]:
    """Coverage of 95 % intervals, as they were made and learning; and their scores."""
    spec, origins = evidence.task.spec(), evidence.origins
    level = spec["levels"].index(LEVEL)
    start = plain(spec)
    start = Ends(start.low[:, [level]], start.high[:, [level]])
    errors = evidence.targets["test"].astype(np.float64) - evidence.outputs["test"]
    held: dict[str, list[NDArray]] = {"own": [], "learning": []}
    score: dict[str, list[NDArray]] = {"own": [], "learning": []}
    steps, series, cells = origins.steps("test"), origins.series("test"), 0
    for number in np.unique(series):
        own = series == number
        truth = np.full((int(np.ptp(steps[own])) + 1, one_wide := errors.shape[1]), np.nan)
        cells += len(truth) * one_wide
        if cells > CELLS and held["own"]:
            break
        truth[steps[own] - steps[own][0]] = errors[own]
        low, high = (side[:, 0] for side in follow(start, [LEVEL], truth))
        for name, ends in (("own", (start.low[0], start.high[0])), ("learning", (low, high))):
            held[name].append(np.where(np.isnan(truth), np.nan, inside(truth, *ends)).ravel())
            score[name].append(winkler(truth, *ends).ravel())
    share = {name: float(np.nanmean(np.concatenate(some))) for name, some in held.items()}
    sharp = {name: float(np.nanmean(np.concatenate(some))) for name, some in score.items()}
    return {
        "held": share["own"],
        "learning": share["learning"],
        "score_ratio": sharp["learning"] / sharp["own"],
    }


def inside(truth: NDArray, low: NDArray, high: NDArray) -> NDArray:
    """Which truths lie between the ends."""
    return (truth >= low) & (truth <= high)


def winkler(truth: NDArray, low: NDArray, high: NDArray) -> NDArray:
    """Width of an interval, and 40 times what a truth outside of it lies away."""
    missed = np.maximum(low - truth, 0) + np.maximum(truth - high, 0)
    return np.where(np.isnan(truth), np.nan, (high - low) + 2 / (1 - LEVEL) * missed)


def turn_by_turn(bundle: Bundle, prepared: Prepared) -> dict[str, Any]:
    """Coverage of forecasts of four horizons, from test origins that know as many later values."""
    panel = prepared.panel
    assert panel is not None
    task = bundle.spec["task"]
    far, level = TURNS * int(task["horizon"]), task["levels"].index(LEVEL)
    origins = prepared.rows[prepared.part("test")]
    which = np.searchsorted(panel.offsets, origins, side="right") - 1
    usable = origins[origins + far < panel.offsets[which + 1]]
    if not len(usable):
        return {"turns": None}
    held = []
    for origin in np.unique(usable[np.linspace(0, len(usable) - 1, ORIGINS, dtype=int)]).tolist():
        at = int(np.searchsorted(panel.offsets, origin, side="right")) - 1
        past = slice(int(panel.offsets[at]), origin + 1)
        known = History(panel.ids[at], panel.values[past], panel.stamps[past])
        [one] = forecast(bundle, [known], far)
        truth = panel.values[origin + 1 : origin + 1 + far, 0]
        held.append(
            np.where(np.isnan(truth), np.nan, inside(truth, one.low[level], one.high[level]))
        )
    shares = np.nanmean(np.array(held).reshape(len(held), TURNS, -1), axis=(0, 2))
    return {"turns": {"all": float(shares.mean()), "each": shares.tolist(), "origins": len(held)}}


def main(asked: list[str]) -> int:
    """Measure, print, write down, and hold against what is promised."""
    unknown = [name for name in asked if name not in SETS]
    if unknown:
        print(f"No set named {', '.join(unknown)}. There are: {', '.join(SETS)}.")
        return 2
    if not DATA.is_dir():
        print(f"skipped: no data at {DATA}. Set UMBRELLA_DATA to the folder of real data.")
        return 0
    result = json.loads(RESULT.read_text()) if RESULT.is_file() else {}
    for name in asked or SETS:
        with tempfile.TemporaryDirectory() as place:
            found = result[name] = measured(SETS[name], Path(place))
        RESULT.write_text(json.dumps(result, indent=1) + "\n")
        far, share = found.get("turns"), found.get("learning", float("nan"))
        print(
            f"{name:20} {found['rung']:15} held {found.get('held', float('nan')):.3f}  "
            f"learning {share:.3f} at {found.get('score_ratio', 1):.2f} of the score  "
            f"turn by turn {far['all'] if far else float('nan'):.3f}  {found['verdict']}"
            f"{'  BROKEN' if found['broken'] else ''}",
            flush=True,
        )
    return 1 if any(one["broken"] for one in result.values()) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
