"""Exponential averages: values a second beside pandas, polars and TA-Lib, with gaps and without.

A panel of 250 rows by 20,000 series and one series of 10 million rows, in double precision, span
20. All programs get the data in the form they like best (polars: gaps as nulls, one thread) and
must give the same answers. A figure is the least CPU time of several turns, taken in turns.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ["POLARS_MAX_THREADS"] = "1"  # read when polars is imported

import numpy as np
import polars
from numpy.typing import NDArray

from umbrella.series import ema

RESULT = Path(__file__).parent / "results" / "ema.json"
SPAN, GAPS, TURNS = 20, 0.1, 4
WIDE, LONG = (250, 20_000), (10_000_000, 1)
PROMISED = 1.0  # times as fast as pandas and polars on the wide panel
UPDATES = 2_000


def main() -> int:
    """Measure, print, keep the figures; 1 when the promise is broken."""
    found: dict[str, dict[str, float]] = {}
    print(f"{'M values per CPU second':35}{'umbrella':>9}{'pandas':>8}{'polars':>8}{'TA-Lib':>8}"
          f"   umbrella ÷ each")  # fmt: skip
    for shape, name in ((WIDE, "250 × 20,000"), (LONG, "10 M × 1")):
        for gaps in (0.0, GAPS):
            values = walk(shape, gaps)
            for adjust in (True, False):
                form = "adjusted" if adjust else "recursive"
                case = f"{name}, {'10 % gaps' if gaps else 'no gaps'}, {form}"
                found[case] = show(case, speeds(values, adjust))
    found["state"] = one_value()
    slow = [
        f"{case} ({peer})"
        for case, rates in found.items()
        for peer in ("pandas", "polars")
        if case.startswith("250") and peer in rates and rates["umbrella"] < PROMISED * rates[peer]
    ]
    print(f"slower than promised: {', '.join(slow) or 'none'}")
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
    return 1 if slow else 0


def walk(shape: tuple[int, int], gaps: float) -> NDArray[np.float64]:
    """Wandering values, a share of them missing."""
    draw = np.random.default_rng(0)
    values = 100 + 0.01 * draw.standard_normal(shape).cumsum(axis=0)
    if gaps:
        values[draw.random(shape) < gaps] = np.nan
    return values


def speeds(values: NDArray[np.float64], adjust: bool) -> dict[str, float]:
    """M values a second of each program that is there, after comparing their answers."""
    works: dict[str, Callable[[], Any]] = {
        "umbrella": lambda: ema(values, span=SPAN, adjust=adjust)
    }
    try:
        import pandas

        table = pandas.DataFrame(values)
        works["pandas"] = lambda: table.ewm(span=SPAN, adjust=adjust).mean().to_numpy()
    except ModuleNotFoundError:
        print("pandas is left out: it is not installed (pip install pandas).")
    frame = polars.DataFrame(values).fill_nan(None)
    each = polars.all().ewm_mean(span=SPAN, adjust=adjust)
    works["polars"] = lambda: frame.select(each)  # its answer stays in its own columns
    if values.shape[1] == 1 and not adjust and not np.isnan(values).any():
        try:
            import talib

            works["TA-Lib"] = lambda: talib.EMA(values[:, 0], SPAN)  # begins with a plain mean
        except ModuleNotFoundError:
            print("TA-Lib is left out: it is not installed (pip install TA-Lib).")
    if "pandas" in works:
        assert np.allclose(works["umbrella"](), works["pandas"](), rtol=1e-10, equal_nan=True)
    least = dict.fromkeys(works, float("inf"))
    for _ in range(TURNS):
        for name, work in works.items():
            start = time.process_time()
            work()
            least[name] = min(least[name], time.process_time() - start)
    return {name: values.size / seconds / 1e6 for name, seconds in least.items()}


def show(case: str, rates: dict[str, float]) -> dict[str, float]:
    """Print one line; the figures with their ratios."""
    columns = "".join(
        f"{rates[name]:{width}.0f}" if name in rates else f"{'–':>{width}}"
        for name, width in (("umbrella", 9), ("pandas", 8), ("polars", 8), ("TA-Lib", 8))
    )
    ratios = {f"÷ {peer}": rates["umbrella"] / rate for peer, rate in rates.items()}
    ratios.pop("÷ umbrella")
    print(f"{case:35}{columns}   " + ", ".join(f"{name} {x:.1f}" for name, x in ratios.items()))
    return {name: round(x, 2) for name, x in (rates | ratios).items()}


def one_value() -> dict[str, float]:
    """Microseconds to go on by one value after few and after many: no more for a long past."""
    out = {}
    for rows in (1_000, 1_000_000):
        values = walk((rows, 1), 0.0)[:, 0]
        _, state = ema(values, span=SPAN, return_state=True)
        one = values[:1]
        start = time.process_time()
        for _ in range(UPDATES):
            _, state = ema(one, state=state, return_state=True)
        out[f"µs a value after {rows:,}"] = round(1e6 * (time.process_time() - start) / UPDATES, 1)
    print("state: " + ", ".join(f"{name}: {micros:.0f}" for name, micros in out.items()))
    return out


if __name__ == "__main__":
    sys.exit(main())
