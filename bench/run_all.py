"""Run every benchmark of this folder, one after the other, and say which ones broke a limit.

A benchmark is a script that prints a table, keeps its figures in `results/`, and ends with a code
other than 0 when a promised limit is broken. Scripts named `gpu_*` need a CUDA device and run
only with --gpu.
"""

import argparse
import ast
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent


def main() -> int:
    """Run them all; 1 when one failed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--gpu", action="store_true", help="run those that need a CUDA device")
    parser.add_argument("names", nargs="*", help="only these, e.g. imports (default: all)")
    asked = parser.parse_args()
    chosen = [path for path in scripts(asked.gpu) if not asked.names or path.stem in asked.names]
    if not chosen:
        known = ", ".join(path.stem for path in scripts(asked.gpu)) or "none"
        print(f"No benchmark named {', '.join(asked.names) or 'gpu_*'}. There are: {known}.")
        return 2
    failed = [path.stem for path in chosen if not passes(path)]
    print(f"\n{len(chosen)} benchmarks, {len(failed)} broke a limit: {', '.join(failed) or 'none'}")
    return 1 if failed else 0


def scripts(gpu: bool) -> list[Path]:
    """The benchmarks, those of a CUDA device or the others."""
    paths = [*HERE.glob("*.py"), HERE / "honesty" / "honesty.py"]
    runnable = (p for p in paths if p.name != Path(__file__).name and "__main__" in p.read_text())
    return sorted(path for path in runnable if path.stem.startswith("gpu_") == gpu)


def passes(path: Path) -> bool:
    """Run one benchmark under its first sentence."""
    words = ast.get_docstring(ast.parse(path.read_text("utf-8"))) or path.stem
    print(f"\n== {path.relative_to(HERE)}: {words.splitlines()[0]}", flush=True)
    start = time.monotonic()
    code = subprocess.run([sys.executable, str(path)], check=False).returncode
    print(f"-- {time.monotonic() - start:.0f} s, exit {code}", flush=True)
    return code == 0


if __name__ == "__main__":
    sys.exit(main())
