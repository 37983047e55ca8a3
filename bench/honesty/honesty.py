"""Run every promise and write bench/results/honesty.md: `python bench/honesty/honesty.py`."""

import platform
import sys
import time
from importlib import import_module
from pathlib import Path

SCRIPTS = (
    "wilson",
    "intervals",
    "mcnemar",
    "choice",
    "best_of",
    "calibration",
    "tango",
    "diebold",
    "blocks",
    "features",
    "walks",
    "short",
)
RESULTS = Path(__file__).parents[1] / "results" / "honesty.md"


def section(name: str, quick: bool) -> tuple[str, int]:
    """Run one script: its part of the results page, and how many promises it broke."""
    module, start = import_module(name), time.perf_counter()
    promises = module.main(quick)
    print(*promises, f"{name}: {time.perf_counter() - start:.0f} s\n", sep="\n", flush=True)
    lines = [f"## {name}.py\n\n{(module.__doc__ or '').strip()}\n"]
    lines += [f"- {promise}" for promise in promises]
    lines += [f"\n{title}:\n\n{rows}" for title, rows in getattr(module, "TABLES", {}).items()]
    return "\n".join(lines) + "\n", sum(not promise.kept for promise in promises)


def main(quick: bool = False) -> int:
    """Print all lines, write them unless quick, and return how many promises were broken."""
    pages, broken = ["# Are the intervals, tests and corrections what they claim to be?\n"], 0
    pages.append(f"Seeds fixed. Python {platform.python_version()}, {platform.machine()}.")
    pages.append("Again, in about half an hour: `python bench/honesty/honesty.py`.\n")
    for name in SCRIPTS:
        page, faults = section(name, quick)
        pages.append(page)
        broken += faults
    if not quick:
        RESULTS.parent.mkdir(exist_ok=True)
        RESULTS.write_text("\n".join(pages), "utf-8")
    return broken


if __name__ == "__main__":
    sys.exit(1 if main("--quick" in sys.argv) else 0)
