"""Kill a fit at random moments, go on, and compare the final weights bit by bit.

Promise: 20 random SIGKILLs, 20 results bitwise equal to an undisturbed run.

    python bench/resume.py [kills]
"""

import hashlib
import json
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "tests"))

from invented import reviews, write_csv

PROMISED = 20
RESULT = Path(__file__).parent / "results" / "resume.json"


def command(data: Path, out: Path, rungs: str) -> list[str]:
    """The fit that is disturbed."""
    flags = ["--target", "label", "--rungs", rungs, "--epochs", "3", "--out", str(out), "--json"]
    return [sys.executable, "-m", "umbrella.cli", "fit", str(data), *flags]


def digest(out: Path) -> str:
    """One digest of the weights of all rungs and of the run."""
    total = hashlib.sha256()
    for path in sorted(out.rglob("weights.safetensors")):
        total.update(path.relative_to(out).as_posix().encode() + path.read_bytes())
    return total.hexdigest()


def run_whole(data: Path, out: Path, rungs: str) -> float:
    """Fit undisturbed; returns its seconds."""
    start = time.monotonic()
    subprocess.run(command(data, out, rungs), check=True, capture_output=True)
    return time.monotonic() - start


def run_killed(data: Path, out: Path, rungs: str, after: float) -> bool:
    """Fit, kill it after some seconds, and fit again; returns whether the kill came in time."""
    with subprocess.Popen(
        command(data, out, rungs), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            process.wait(after)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
    killed = process.returncode == -signal.SIGKILL
    subprocess.run(command(data, out, rungs), check=True, capture_output=True)
    return killed


def main(
    kills: int = 20, rows: int = 4000, rungs: str = "bow-svm,gru,transformer"
) -> tuple[int, int]:
    """Kill `kills` fits; returns how many were killed in time and how many ended equal."""
    draw = random.Random(1)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        data = place / "reviews.csv"
        write_csv(data, reviews(rows))
        seconds = run_whole(data, place / "whole", rungs)
        want = digest(place / "whole")
        killed = equal = 0
        for number in range(kills):
            out = place / f"killed-{number}"
            killed += run_killed(data, out, rungs, draw.uniform(0.1, 0.95) * seconds)
            equal += digest(out) == want
            found = {"kills": number + 1, "killed_in_time": killed, "bitwise_equal": equal}
            print(found, flush=True)
    if kills >= PROMISED:
        RESULT.write_text(json.dumps(found | {"rungs": rungs, "rows": rows}, indent=1) + "\n")
    return killed, equal


if __name__ == "__main__":
    asked = int(sys.argv[1]) if len(sys.argv) > 1 else PROMISED
    sys.exit(0 if main(asked)[1] == asked else 1)
