"""A table of 10,000 series as a panel: seconds and peak memory, beside polars reading and sorting.

The rows lie as exchanges deliver them, all series of a day together, so every row has to move; a
hundredth of the days is missing in some series. Each program runs alone in a fresh process, on one
thread. Polars parses the dates, sorts by series and day and stops there: no missing day is found,
no copy, and no cell is checked.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import polars as pl

RESULT = Path(__file__).parent / "results" / "panel.json"
SERIES, STEPS = 10_000, 1_000
MOST_MB = 3_000  # at peak, for ten million rows
PROBE = r"""
import json, re, sys, time
from pathlib import Path
path = sys.argv[1]
{imports}
start = time.process_time()
{work}
seconds = time.process_time() - start
peak = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())[1]
print(json.dumps({"rows": rows, "seconds": seconds, "peak_mb": int(peak) / 1024, "read": read_in}))
"""
UMBRELLA = """
table = read(path)
read_in = time.process_time() - start
panel = make_panel(table, time="date", ids="ticker", targets=["close"])
rows = len(panel.stamps)
"""
POLARS = """
frame = polars.read_csv(path).with_columns(polars.col("date").str.to_date("%Y-%m-%d"))
read_in = time.process_time() - start
rows = frame.sort("ticker", "date").height
"""
PROGRAMS = {  # name → imports, work
    "Umbrella": (
        "from umbrella.data.panel import make_panel\nfrom umbrella.data.read import read",
        UMBRELLA,
    ),
    "polars, read and sort": ("import polars", POLARS),
}


def main() -> int:
    """Measure, print, keep the figures; 1 when the limit on memory is broken."""
    if not Path("/proc/self/status").exists():
        print("skipped: peaks are read from /proc, which this system does not have.")
        return 0
    with tempfile.TemporaryDirectory(prefix="umbrella-") as folder:
        path = write(Path(folder) / "prices.csv")
        size = path.stat().st_size / 1e6
        print(f"{SERIES:,} series × {STEPS:,} days, 1 % of them missing, {size:.0f} MB of CSV")
        print(
            f"{'':24}{'rows':>12}{'CPU s':>8}{'reading':>9}{'peak MB':>9}{'× time':>8}{'× MB':>7}"
        )
        figures = {name: run(name, path) for name in PROGRAMS}
    peer = figures["polars, read and sort"]
    for name, row in figures.items():
        row["time_ratio"] = row["seconds"] / peer["seconds"]
        row["memory_ratio"] = row["peak_mb"] / peer["peak_mb"]
        print(
            f"{name:24}{row['rows']:12,}{row['seconds']:8.1f}{row['read']:9.1f}"
            f"{row['peak_mb']:9.0f}{row['time_ratio']:8.2f}{row['memory_ratio']:7.2f}"
        )
    RESULT.parent.mkdir(exist_ok=True)
    kept = {"series": SERIES, "steps": STEPS, "file_mb": size, "programs": figures}
    RESULT.write_text(json.dumps(kept, indent=1) + "\n")
    return 0 if figures["Umbrella"]["peak_mb"] <= MOST_MB else 1


def write(path: Path) -> Path:
    """A CSV of random walks, a day after the other."""
    draw = np.random.default_rng(0)
    prices = 100 * np.exp(0.01 * draw.standard_normal((STEPS, SERIES)).cumsum(axis=0))
    names = pl.Series("ticker", [f"S{at:05}" for at in range(SERIES)])
    start = np.datetime64("2020-01-01")
    with path.open("wb") as file:
        for day in range(STEPS):
            frame = pl.DataFrame(
                {
                    "date": pl.Series([str(start + day)] * SERIES),
                    "ticker": names,
                    "close": np.round(prices[day], 4),
                }
            )
            there = draw.random(SERIES) > 0.01 * (0 < day < STEPS - 1)
            frame.filter(pl.Series(there)).write_csv(file, include_header=day == 0)
    return path


def run(name: str, path: Path) -> dict[str, float]:
    """CPU seconds, those of reading alone, peak megabytes and rows of one process."""
    imports, work = PROGRAMS[name]
    code = PROBE.replace("{imports}", imports).replace("{work}", work)
    threads = dict.fromkeys(("POLARS_MAX_THREADS", "OMP_NUM_THREADS"), "1")
    ended = subprocess.run(
        [sys.executable, "-c", code, str(path)],
        env=os.environ | threads,
        capture_output=True,
        text=True,
        check=False,
    )
    if not re.match(r"\{", ended.stdout):
        raise RuntimeError(f"{name} failed on {path.name}: {ended.stderr[-500:]}")
    return json.loads(ended.stdout)


if __name__ == "__main__":
    sys.exit(main())
