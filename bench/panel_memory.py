"""Peak memory of whole fits on a panel of 10,000 series × 1,000 steps, 10 million values.

    python bench/panel_memory.py [ridge] [ridge-short] [lstm] [lstm-short] [unfolded] [neural]

Ridge and an LSTM, for some minutes, are fitted with windows of 96 steps and once more with windows
of a tenth of that. Windows are cut out of the panel as they are asked for: ten times as much
looked at must not take more memory, but for what one batch holds. Beside them stands what most
programs do: windows unfolded into one array before anything is learned, on a hundredth of the
series; a hundred times that is reckoned, not measured. Every fit runs alone in a fresh process, on
one thread.

"neural" is the LSTM of neuralforecast on the same file, read by pandas, for a few steps: it takes
no more memory for more of them. It lives in the peers' environment (`make peers`; another one's
Python in UMBRELLA_PEERS) and is skipped aloud where that is absent. Ours also validates and tests.

Promised: the peak with windows of 96 steps is at most 1.1 times that with windows of 10. To take a
third of neuralforecast's is not reached; both take about as much.
"""

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
import polars as pl

RESULT = Path(__file__).parent / "results" / "panel_memory.json"
REPO = Path(__file__).parents[1]
PEERS = Path(os.environ.get("UMBRELLA_PEERS", REPO / ".venv-peers" / "bin" / "python"))
SERIES, STEPS, HORIZON = 10_000, 1_000, 20
LONG, SHORT = 96, 10
SHARE = 100  # one series of so many is unfolded
MINUTES = 2.0  # of a fit: a network takes some steps
EMPTY_MB = 30  # of a process that has only numpy
MOST = 1.1  # times the memory of short windows
PEAK = r"""
import re
from pathlib import Path
status = Path("/proc/self/status").read_text()
print("PEAK", int(re.findall(r"VmHWM:\s+(\d+) kB", status)[0]) // 1024)
"""
FIT = """
import dataclasses, sys, torch
torch.set_num_threads(1)
import umbrella
from umbrella.models import ladders
path, out, name, window, horizon, minutes = sys.argv[1:]
own = ladders.rung("series", name)
only = dataclasses.replace(own, view={**own.view, "window": int(window)})
ladders.LADDERS["series"] = (only,)
made = umbrella.fit(path, "close", horizon=int(horizon), rungs=(name,), epochs=1, folds=1,
                    threads=1, minutes=float(minutes), time="date", series="ticker", out=out)
read = made.facts["network"]["config"]["window"]
assert read == int(window), read
"""
UNFOLDED = """
import sys
import numpy as np
window, horizon = int(sys.argv[2]), int(sys.argv[3])
values, span = np.load(sys.argv[1]), window + horizon
windows = np.stack([one[at : at + span] for one in values for at in range(len(one) - span + 1)])
past, ahead = windows[:, :window].astype(np.float32), windows[:, window:].astype(np.float32)
"""
NEURAL = """
import logging, sys
import pandas as pd
import torch
from neuralforecast import NeuralForecast
from neuralforecast.models import LSTM
torch.set_num_threads(1)
logging.getLogger("pytorch_lightning").setLevel(logging.ERROR)
path, window, horizon, steps = sys.argv[1], *map(int, sys.argv[2:])
names = {"ticker": "unique_id", "date": "ds", "close": "y"}
table = pd.read_parquet(path).rename(columns=names)
table["ds"] = pd.to_datetime(table["ds"])
model = LSTM(h=horizon, input_size=window, encoder_hidden_size=64, max_steps=steps, batch_size=32,
             windows_batch_size=128, inference_windows_batch_size=1024, scaler_type="robust",
             accelerator="cpu", logger=False, enable_progress_bar=False,
             enable_checkpointing=False, random_seed=1)
forecaster = NeuralForecast(models=[model], freq="D")
forecaster.fit(table)
forecaster.predict()
"""
WAYS = {  # name → code, rung, window
    "ridge": (FIT, "ridge", LONG),
    "ridge-short": (FIT, "ridge", SHORT),
    "lstm": (FIT, "lstm", LONG),
    "lstm-short": (FIT, "lstm", SHORT),
    "unfolded": (UNFOLDED, "", LONG),
    "neural": (NEURAL, "", LONG),
}
NEURAL_STEPS = 50


def main(asked: list[str]) -> int:
    """Measure, print, keep the figures; 1 when the limit is broken."""
    if not Path("/proc/self/status").exists():
        print("skipped: peaks are read from /proc, which this system does not have.")
        return 0
    unknown = [name for name in asked if name not in WAYS]
    if unknown:
        print(f"No way named {', '.join(unknown)}. There are: {', '.join(WAYS)}.")
        return 2
    result = json.loads(RESULT.read_text()) if RESULT.is_file() else {}
    with tempfile.TemporaryDirectory(prefix="umbrella-") as place:
        folder = Path(place)
        path, some = write(folder)
        print(f"{SERIES:,} series × {STEPS:,} days, {HORIZON} ahead")
        for name in asked or WAYS:
            code, rung, window = WAYS[name]
            spans, python = [str(window), str(HORIZON)], Path(sys.executable)
            given = [str(path), str(folder / name), rung, *spans, str(MINUTES)]
            if code is UNFOLDED:
                given = [str(some), *spans]
            if code is NEURAL:
                given, python = [str(path), *spans, str(NEURAL_STEPS)], PEERS
            if not python.exists():
                print(f"{name} skipped: {python} is not here. `make peers` sets it up.")
                continue
            result[name] = alone(code, given, python)
            if code is UNFOLDED:
                result[name]["reckoned_gib"] = reckoned(result[name]["peak_mb"])
            print(name, json.dumps(result[name]), flush=True)
            RESULT.write_text(json.dumps(result, indent=1) + "\n")
    broken = promises(result)
    for line in broken:
        print(f"PROMISE BROKEN: {line}")
    return 1 if broken else 0


def promises(result: dict[str, dict[str, float]]) -> list[str]:
    """Which rungs take more memory to look back further."""
    return [
        f"{name} with {LONG} steps {result[name]['peak_mb']:.0f} MB, with {SHORT} "
        f"{result[f'{name}-short']['peak_mb']:.0f} MB"
        for name in ("ridge", "lstm")
        if {name, f"{name}-short"} <= set(result)
        and result[name]["peak_mb"] > MOST * result[f"{name}-short"]["peak_mb"]
    ]


def reckoned(peak_mb: float) -> float:
    """GiB of all series, from the peak of a hundredth of them."""
    return round((peak_mb - EMPTY_MB) * SHARE / 1024, 1)


def write(folder: Path) -> tuple[Path, Path]:
    """A Parquet of random walks, and a hundredth of them as an array."""
    draw = np.random.default_rng(0)
    prices = 100 * np.exp(0.01 * draw.standard_normal((SERIES, STEPS)).cumsum(axis=1))
    names = np.repeat([f"S{at:05}" for at in range(SERIES)], STEPS)
    days = np.tile(np.datetime64("2020-01-01") + np.arange(STEPS), SERIES)
    table = pl.DataFrame({"date": days, "ticker": names, "close": prices.ravel()})
    table.write_parquet(folder / "prices.parquet")
    np.save(folder / "some.npy", prices[: SERIES // SHARE])
    return folder / "prices.parquet", folder / "some.npy"


def alone(code: str, given: list[str], python: Path) -> dict[str, Any]:
    """Peak megabytes and CPU seconds of a process of its own."""
    threads = dict.fromkeys(("POLARS_MAX_THREADS", "OMP_NUM_THREADS"), "1")
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    ended = subprocess.run(
        [str(python), "-c", code + PEAK, *given],
        env=os.environ | threads,
        capture_output=True,
        text=True,
        check=False,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    peak = re.search(r"^PEAK (\d+)$", ended.stdout, re.MULTILINE)
    if ended.returncode or peak is None:
        raise RuntimeError(f"a fit failed: {ended.stderr[-800:]}")
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"peak_mb": float(peak[1]), "cpu_seconds": round(spent, 1)}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
