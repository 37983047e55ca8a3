"""Whole forecasts of markets: whether a fit says what is known of them, that little is.

    python bench/markets.py [exchange] [stocks] [walks]

exchange: eight exchange rates, 96 days ahead, where the last value beat every published network.
stocks: 300 shares, 5 days ahead. walks: simulated random walks, through whole fits; a claim to
beat the naive forecast is false there, and may come in one of twenty.

Promised: no network is chosen on exchange rates; claims on random walks stay within 5 %, as far as
that many walks can tell.
"""

import csv
import gzip
import json
import os
import sys
import tempfile
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

import umbrella
from umbrella.score.doubt import wilson

REPO = Path(__file__).parents[1]
DATA = Path(os.environ.get("UMBRELLA_DATA", REPO.parent / "shared" / "data"))
RESULT = Path(__file__).parent / "results" / "markets.json"
LIGHT = ("last-value", "drift", "seasonal-naive", "smoothing", "ridge")
WALKS, STEPS, CLAIMED = 60, 500, 0.05


def fitted(rows: Iterable[tuple[str, str, float]], horizon: int, **settings: Any) -> dict[str, Any]:
    """What a fit on (series, day, close) says."""
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "market.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([("ticker", "date", "close"), *rows])
        settings |= {"horizon": horizon, "target_as": "return", "threads": 1}
        run = umbrella.fit(str(path), "close", out=Path(place) / "run", **settings)
        ladder = {one["name"]: one.get("score") for one in run.ladder}
        found = {k: v for k, v in run.facts["against_naive"].items() if k != "says"}
        return {"chosen": run.facts["rung"], "validation": ladder, "against_naive": found}


def days(count: int) -> list[str]:
    """Dates without weekends."""
    start = np.datetime64("1990-01-01")
    return [str(np.busday_offset(start, at, roll="forward")) for at in range(count)]


def exchange() -> dict[str, Any]:
    """Eight exchange rates."""
    with gzip.open(DATA / "exchange_rate" / "exchange_rate.txt.gz", "rt") as file:
        table = np.loadtxt(file, delimiter=",")
    dates = days(len(table))
    rows = [
        (f"rate {column}", day, float(value))
        for column in range(table.shape[1])
        for day, value in zip(dates, table[:, column], strict=True)
    ]
    made = fitted(rows, 96, rungs=(*LIGHT, "dlinear", "mlp"), epochs=3)
    return made | {"broken": made["chosen"] not in LIGHT}


def stocks() -> dict[str, Any]:
    """300 shares over five years."""
    rows = []
    with zipfile.ZipFile(DATA / "stocks_5yr" / "stocks_5yr.zip") as archive:
        for name in archive.namelist():
            for row in csv.DictReader(archive.read(name).decode().splitlines()):
                rows.append((row["Name"], row["date"], float(row["close"])))
    return fitted(rows, 5, rungs=LIGHT) | {"broken": False}


def walks() -> dict[str, Any]:
    """Random walks, of which nothing can be known."""
    claims = []
    for seed in range(WALKS):
        path = np.exp(0.01 * np.random.default_rng(seed).normal(size=STEPS).cumsum())
        rows = [("a", day, float(value)) for day, value in zip(days(STEPS), path, strict=True)]
        claims.append(fitted(rows, 1, rungs=LIGHT)["against_naive"]["beats"])
    bound = wilson(sum(claims), WALKS)
    figures = {"walks": WALKS, "claimed": float(np.mean(claims)), "low": bound.low}
    return figures | {"broken": bound.low > CLAIMED}


PARTS = {"exchange": exchange, "stocks": stocks, "walks": walks}


def main(asked: list[str]) -> int:
    """Measure, write down, and hold against what is promised."""
    unknown = [name for name in asked if name not in PARTS]
    if unknown:
        print(f"No part named {', '.join(unknown)}. There are: {', '.join(PARTS)}.")
        return 2
    result = json.loads(RESULT.read_text()) if RESULT.is_file() else {}
    for name in asked or PARTS:
        if name != "walks" and not DATA.is_dir():
            print(f"{name} skipped: no data at {DATA}")
            continue
        result[name] = PARTS[name]()
        print(name, json.dumps(result[name], indent=1), flush=True)
        RESULT.write_text(json.dumps(result, indent=1) + "\n")
    return 1 if any(one["broken"] for one in result.values()) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
