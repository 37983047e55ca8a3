"""Whole forecasts of m4_hourly and exchange_rate beside statsforecast's and neuralforecast's.

    python bench/forecasts.py [m4] [exchange]

m4: 414 hourly series, 48 hours ahead, one origin each, as in the M4 competition. exchange: eight
rates, 96 days ahead, from every 96th day of the last fifth on. Every program runs alone in a fresh
process on one thread, learns from the same steps and forecasts from the same origins. Both LSTMs
look equally far back and have equal widths; time is compared per window learned from.

The peers live in an environment of their own (`make peers`), for their pins are not ours; name
another one's Python in UMBRELLA_PEERS. Without it they are skipped aloud.

MASE and OWA are those of M4 (Makridakis, Spiliotis, Assimakopoulos 2020, Int. J. Forecasting
36:54): OWA is the mean of MASE and sMAPE, each over that of Naive2, the last value of a series
without its season.

Promised: the MASE of what Umbrella chooses, and chooses by, is at most 1 % above each peer's, and
its LSTM takes at most a third of the time of neuralforecast's for as many windows. A third of the
memory is not reached: importing PyTorch alone takes a third of what neuralforecast's process does.
What either takes above PyTorch is kept too. On a panel of any size, see panel_memory.py.
"""

import csv
import gzip
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from forecast_programs import OURS, PROGRAMS, Job, write
from numpy.typing import NDArray

REPO = Path(__file__).parents[1]
DATA = Path(os.environ.get("UMBRELLA_DATA", REPO.parent / "shared" / "data"))
RESULT = Path(__file__).parent / "results" / "forecasts.json"
PEERS = Path(os.environ.get("UMBRELLA_PEERS", REPO / ".venv-peers" / "bin" / "python"))
LESS = 3.0  # times less time per window than neuralforecast's LSTM
LEEWAY = 1.01  # errors may be this many times a peer's
HOURS, DAYS = 48, 96  # steps ahead
TESTED = 0.2  # share of the exchange rates that is forecast


def main(asked: list[str]) -> int:
    """Measure, print, keep the figures; 1 when a promise is broken."""
    unknown = [name for name in asked if name not in SETS]
    if unknown:
        print(f"No set named {', '.join(unknown)}. There are: {', '.join(SETS)}.")
        return 2
    result = json.loads(RESULT.read_text()) if RESULT.is_file() else {}
    for name in asked or SETS:
        if not (DATA / SETS[name][0]).is_dir():
            print(f"{name} skipped: no data at {DATA / SETS[name][0]}")
            continue
        result[name] = measured(name)
        RESULT.write_text(json.dumps(result, indent=1) + "\n")
    return 1 if any(one["broken"] for one in result.values()) else 0


def measured(name: str) -> dict[str, Any]:
    """All programs on one set, with what is broken of the promises."""
    rows: dict[str, dict[str, Any]] = {}
    with tempfile.TemporaryDirectory(prefix="umbrella-") as place:
        job, truth = SETS[name][1](Path(place))
        write(job)
        print(f"\n{name}: {len(truth)} series, {job.horizon} ahead, {truth.shape[1]} origins each")
        print(f"{'':16}{'MASE':>8}{'sMAPE':>8}{'OWA':>8}{'CPU s':>9}{'peak MB':>9}")
        for program in PROGRAMS:
            cost = alone(program, job.folder)
            if cost is None:
                continue
            found = np.load(job.folder / f"{program}.npy")
            rows[program] = scores(job, found, truth) | cost
            if program in ("umbrella-lstm", "LSTM"):
                bare = torch_mb(python_of(program))
                rows[program] |= {"torch_mb": bare, "above_torch_mb": cost["peak_mb"] - bare}
            told = rows[program]
            print(
                f"{program:16}{told['mase']:8.3f}{told['smape']:8.2f}{told['owa']:8.3f}"
                f"{told['cpu_seconds']:9.1f}{told['peak_mb']:9.0f}",
                flush=True,
            )
        chosen = (job.folder / "chosen.txt").read_text()
    broken = promises(rows)
    for line in broken:
        print(f"PROMISE BROKEN: {line}")
    return {"programs": rows, "chosen": chosen, "broken": broken}


def alone(program: str, folder: Path) -> dict[str, float] | None:
    """CPU seconds and peak megabytes of a program in a process of its own; None where absent."""
    python = python_of(program)
    if not python.exists():
        print(f"{program:16}skipped: {python} is not here. `make peers` sets it up.")
        return None
    code = f"import forecast_programs; forecast_programs.run({program!r}, {str(folder)!r})"
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    ended = subprocess.run(
        [str(python), "-c", code],
        cwd=Path(__file__).parent,
        env=os.environ | {"OMP_NUM_THREADS": "1", "POLARS_MAX_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    told = re.search(r"^TOLD (.*)$", ended.stdout, re.MULTILINE)
    if ended.returncode or told is None:
        raise RuntimeError(f"{program} failed: {ended.stderr[-800:]}")
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"cpu_seconds": round(spent, 1), **json.loads(told[1])}


def python_of(program: str) -> Path:
    """The Python of the environment that a program lives in."""
    return Path(sys.executable) if program in (*OURS, "SeasonalNaive") else PEERS


def torch_mb(python: Path) -> float:
    """Peak megabytes of a process that imports PyTorch and does nothing."""
    code = "import torch; print(open('/proc/self/status').read())"
    told = subprocess.run([str(python), "-c", code], capture_output=True, text=True, check=True)
    return round(int(re.findall(r"VmHWM:\s+(\d+) kB", told.stdout)[0]) / 1024)


def promises(rows: dict[str, dict[str, Any]]) -> list[str]:
    """Which promises the figures break, in words."""
    broken = []
    ours = rows["umbrella"]
    for peer, row in rows.items():
        if peer not in OURS and ours["mase"] > LEEWAY * row["mase"]:
            broken.append(f"MASE {ours['mase']:.3f}, {peer} {row['mase']:.3f}")
    if "LSTM" in rows:
        small, large = per_window(rows["umbrella-lstm"]), per_window(rows["LSTM"])
        if LESS * small > large:
            broken.append(f"LSTM {small:.0f} µs a window, neuralforecast's {large:.0f}")
    return broken


def per_window(row: dict[str, Any]) -> float:
    """CPU microseconds for each window learned from, forecasts and imports included."""
    return float(1e6 * row["cpu_seconds"] / row["windows"])


def scores(job: Job, found: NDArray, truth: NDArray) -> dict[str, float]:
    """MASE, sMAPE in percent and OWA, each the mean over series.

    Args:
        job: the series.
        found, truth: [S, O, H].
    """
    own = errors(job, found, truth)
    base = errors(job, naive2(job), truth)
    mase, smape = own.mean(axis=1)
    owa = (mase / base[0].mean() + smape / base[1].mean()) / 2
    return {"mase": round(mase, 4), "smape": round(smape, 3), "owa": round(owa, 4)}


def errors(job: Job, found: NDArray, truth: NDArray) -> NDArray[np.float64]:
    """MASE and sMAPE of every series, [2, S]."""
    scale = np.array(
        [
            np.abs(known[job.season :] - known[: -job.season]).mean()
            for known in map(job.series, range(len(truth)))
        ]
    )
    off = np.abs(found - truth)
    smape = 200 * off / (np.abs(found) + np.abs(truth))
    return np.stack([off.mean(axis=(1, 2)) / scale, smape.mean(axis=(1, 2))])


def naive2(job: Job) -> NDArray[np.float64]:
    """The last value without its season, and the season put back, [S, O, H]."""
    return np.array(
        [
            [_naive2(job.series(at, int(steps)), job.season, job.horizon) for steps in origins]
            for at, origins in enumerate(job.origins)
        ]
    )


def _naive2(known: NDArray, season: int, horizon: int) -> NDArray[np.float64]:
    if not is_seasonal(known, season):
        return np.full(horizon, known[-1])
    turns = indices(known, season)
    ahead = (len(known) + np.arange(horizon)) % season
    return known[-1] / turns[(len(known) - 1) % season] * turns[ahead]


def is_seasonal(known: NDArray, season: int) -> bool:
    """Whether the autocorrelation at the season is beyond its 90 % limit, as M4 tests it."""
    if season == 1 or len(known) < 3 * season:
        return False
    off = known - known.mean()
    lags = np.array([off[lag:] @ off[: len(off) - lag] for lag in range(season + 1)]) / (off @ off)
    limit = 1.645 * np.sqrt((1 + 2 * (lags[1:season] ** 2).sum()) / len(known))
    return bool(abs(lags[season]) > limit)


def indices(known: NDArray, season: int) -> NDArray[np.float64]:
    """Share of the mean that each step of a season has: the classical decomposition, [season]."""
    weights = np.ones(season) / season
    if season % 2 == 0:
        weights = np.concatenate([[0.5], np.ones(season - 1), [0.5]]) / season
    trend = np.convolve(known, weights, "valid")
    first = len(weights) // 2
    ratios = known[first : first + len(trend)] / trend
    turn = (first + np.arange(len(ratios))) % season
    found = np.array([ratios[turn == step].mean() for step in range(season)])
    return found / found.mean()


def m4(folder: Path) -> tuple[Job, NDArray]:
    """The 414 hourly series of M4 and their 48 hours of test."""
    known, ahead = (_rows(f"Hourly-{part}.csv") for part in ("train", "test"))
    sizes = [len(row) for row in known]
    learn = {"window": 96, "width": 64, "steps": 500, "batch": 128, "epochs": 1}
    offsets = np.concatenate([[0], np.cumsum(sizes)])
    origins = np.array(sizes)[:, None]
    job = Job(folder, np.concatenate(known), offsets, origins, HOURS, 24, learn)
    return job, np.array(ahead)[:, None, :]


def _rows(name: str) -> list[NDArray[np.float64]]:
    with (DATA / "m4_hourly" / name).open(newline="") as file:
        rows = list(csv.reader(file))[1:]
    return [np.array([float(cell) for cell in row[1:] if cell not in ("", "NA")]) for row in rows]


def exchange(folder: Path) -> tuple[Job, NDArray]:
    """Eight exchange rates, forecast from every 96th day of the last fifth on."""
    with gzip.open(DATA / "exchange_rate" / "exchange_rate.txt.gz", "rt") as file:
        table = np.loadtxt(file, delimiter=",")
    days, count = table.shape
    first = round(days * (1 - TESTED))
    ends = np.arange(first, days - DAYS + 1, DAYS)
    truth = np.stack([table[end : end + DAYS].T for end in ends], axis=1)
    learn = {"window": 96, "width": 64, "steps": 500, "batch": 128, "epochs": 2}
    offsets = days * np.arange(count + 1)
    origins = np.tile(ends, (count, 1))
    return Job(folder, table.T.ravel(), offsets, origins, DAYS, 1, learn), truth


SETS = {"m4": ("m4_hourly", m4), "exchange": ("exchange_rate", exchange)}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
