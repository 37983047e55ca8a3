"""Run every promise and write bench/results/honesty.md: `python bench/honesty/honesty.py`."""

import platform
import sys
import time
from importlib import import_module
from pathlib import Path

SCRIPTS = ("wilson", "intervals", "mcnemar", "choice", "best_of", "calibration", "tango")
RESULTS = Path(__file__).parents[1] / "results" / "honesty.md"


def main(quick: bool = False) -> int:
    """Print all lines, write them unless quick, and return how many promises were broken."""
    pages, broken = ["# Are the intervals, tests and corrections what they claim to be?\n"], 0
    pages.append(f"Seeds fixed. Python {platform.python_version()}, {platform.machine()}.")
    pages.append("Again: `python bench/honesty/honesty.py`.\n")
    for name in SCRIPTS:
        module, start = import_module(name), time.perf_counter()
        promises = module.main(quick)
        broken += sum(not promise.kept for promise in promises)
        seconds = time.perf_counter() - start
        print(*promises, f"{name}: {seconds:.0f} s\n", sep="\n", flush=True)
        pages.append(f"## {name}.py\n\n{(module.__doc__ or '').strip()}\n")
        pages += [f"- {promise}" for promise in promises]
        pages += [f"\n{title}:\n\n{rows}" for title, rows in getattr(module, "TABLES", {}).items()]
        pages.append("")
    if not quick:
        RESULTS.parent.mkdir(exist_ok=True)
        RESULTS.write_text("\n".join(pages), "utf-8")
    return broken


if __name__ == "__main__":
    sys.exit(1 if main("--quick" in sys.argv) else 0)
