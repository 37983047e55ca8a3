"""Reading a table: MB per CPU second and peak memory, beside polars.read_csv and pandas.read_csv.

Every reader runs alone in a fresh process, on one thread, over the same file, and all columns are
touched. Peers get a clean file and its separator; Umbrella finds encoding, quotes, header and
kinds by itself, checks every row and keeps a fingerprint. "streamed" is Umbrella with memory for a
small table only, so that the rest lives on disk.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path
from statistics import median

RESULT = Path(__file__).parent / "results" / "reading.json"
ROWS, LINES_REPEATED, REPEATS = 1_200_000, 40_000, 3
LEAST_SPEED = 50.0  # MB per CPU second on a clean CSV
MOST_GROWTH = 1.3  # peak for 4 times the rows, streamed
PROBE = r"""
import re, sys, time
from pathlib import Path
path, memory = sys.argv[1], int(sys.argv[2])
{imports}
start = time.process_time()
{work}
seconds = time.process_time() - start
peak = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())[1]
print(rows, seconds, peak)
"""
UMBRELLA = (
    "from umbrella.base.limits import Limits\nfrom umbrella.data.read import read",
    "rows = read(path, limits=Limits(memory_bytes=memory)).rows",
)
READERS = {  # name → imports, work, bytes that may stay in memory
    "Umbrella": (*UMBRELLA, 2**40),
    "Umbrella, streamed": (*UMBRELLA, 2**24),
    "polars.read_csv": ("import polars", "rows = polars.read_csv(path).height", 0),
    "pandas.read_csv": ("import pandas", "rows = len(pandas.read_csv(path))", 0),
}
TEXTS = {
    "English": '{n},"some review text number {n}, with words and ""quotes"" in it",{x:.4f},c{c}\n',
    "Chinese": '{n},"房间很干净，早餐也不错，第{n}次来了，""下次""还会再来的",{x:.4f},类{c}\n',
    "plain": "{n},some review text number {n} without any quotes in it at all,{x:.4f},c{c}\n",
}


def main() -> int:
    """Measure, print, keep the figures; 1 when a limit is broken."""
    if not Path("/proc/self/status").exists():
        print("skipped: peaks are read from /proc, which this system does not have.")
        return 0
    names = [n for n in READERS if "." not in n or find_spec(n.split(".")[0])]
    if len(names) < len(READERS):
        print("pandas is left out: it is not installed (pip install pandas).")
    result: dict[str, dict[str, dict[str, float]]] = {}
    with tempfile.TemporaryDirectory(prefix="umbrella-") as folder:
        for kind in TEXTS:
            path = write(Path(folder) / f"{kind}.csv", kind, ROWS)
            result[kind] = compare(path, kind, names)
        path = write(Path(folder) / "long.csv", "English", 4 * ROWS)
        long = measure("Umbrella, streamed", path, repeats=1)["peak_mb"]
    growth = long / result["English"]["Umbrella, streamed"]["peak_mb"]
    print(f"\nstreamed, 4 times the rows: {long:.0f} MB at peak, {growth:.2f} times as much")
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps({"files": result, "growth": growth}, indent=1) + "\n")
    slowest = min(rows["Umbrella"]["mb_per_second"] for rows in result.values())
    return 0 if slowest >= LEAST_SPEED and growth <= MOST_GROWTH else 1


def compare(path: Path, kind: str, names: list[str]) -> dict[str, dict[str, float]]:
    """Print one table and return its figures."""
    print(f"\n{kind}: {ROWS:,} rows, {path.stat().st_size / 1e6:.0f} MB")
    print(f"{'':22}{'MB/CPU s':>10}{'peak MB':>10}{'× time':>9}{'× memory':>10}")
    rows = {name: measure(name, path, REPEATS) for name in names}
    ours = rows["Umbrella"]
    for name, row in rows.items():
        row["time_ratio"] = row["seconds"] / ours["seconds"]
        row["memory_ratio"] = row["peak_mb"] / ours["peak_mb"]
        print(
            f"{name:22}{row['mb_per_second']:10.0f}{row['peak_mb']:10.0f}"
            f"{row['time_ratio']:9.2f}{row['memory_ratio']:10.2f}"
        )
    return rows


def measure(name: str, path: Path, repeats: int) -> dict[str, float]:
    """Median CPU seconds, their speed, and the largest resident set of a reader's process."""
    runs = [run(name, path) for _ in range(repeats)]
    seconds = median(seconds for seconds, _ in runs)
    return {
        "seconds": seconds,
        "mb_per_second": path.stat().st_size / 1e6 / seconds,
        "peak_mb": max(peak for _, peak in runs),
    }


def run(name: str, path: Path) -> tuple[float, float]:
    """CPU seconds and peak megabytes of one process."""
    imports, work, memory = READERS[name]
    code = PROBE.replace("{imports}", imports).replace("{work}", work)
    threads = dict.fromkeys(("POLARS_MAX_THREADS", "OMP_NUM_THREADS"), "1")
    ended = subprocess.run(
        [sys.executable, "-c", code, str(path), str(memory)],
        env=os.environ | threads,
        capture_output=True,
        text=True,
        check=False,
    )
    found = re.fullmatch(r"(\d+) ([\d.e-]+) (\d+)", ended.stdout.strip())
    if found is None:
        raise RuntimeError(f"{name} failed on {path.name}: {ended.stderr[-500:]}")
    return float(found[2]), int(found[3]) / 1024


def write(path: Path, kind: str, rows: int) -> Path:
    """A CSV file; some lines are made and written again and again."""
    made = (TEXTS[kind].format(n=n, x=n / 7, c=n % 7) for n in range(LINES_REPEATED))
    block = "".join(made).encode()
    with path.open("wb") as file:
        file.write(b"id,text,score,label\n")
        for _ in range(rows // LINES_REPEATED):
            file.write(block)
    return path


if __name__ == "__main__":
    sys.exit(main())
