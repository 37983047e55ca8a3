"""Averages of Apple's closing prices: at once, day by day from a state, and as a figure.

Run it:  python examples/ema.py [FOLDER]     (the prices are those of bokeh-sampledata)
"""

import json
import sys
from importlib.resources import files
from pathlib import Path

import polars

from umbrella.check.averages import weights_figure
from umbrella.series import EmaState, ema
from umbrella.series.features import compute, look_back

NAMES = ("return_1", "ema_gap_20", "rsi_14", "volatility_20", "volume_ratio_20")


def main(folder: Path) -> None:
    """Average the past, go on with one day, compute features, draw."""
    data = (files("bokeh_sampledata") / "_data/stocks.csv.gz").read_bytes()
    table = polars.read_csv(data, try_parse_dates=True)
    table = table.rename(str.lower).filter(polars.col("ticker") == "AAPL").sort("date")
    close, volume = table["adj close"].to_numpy(), table["volume"].to_numpy()
    whole = ema(close, span=20)
    _, state = ema(close[:-1], span=20, return_state=True)
    kept = json.dumps(state.to_dict())  # a few numbers, however long the past
    last = ema(close[-1:], state=EmaState.from_dict(json.loads(kept)))
    print(f"{len(close):,} days; the last average {whole[-1]:.4f}, day by day {last[0]:.4f}")
    features = compute(NAMES, {"close": close, "volume": volume})
    for name, value in zip(NAMES, features[-1], strict=True):
        print(f"{name:16}{value:9.4f}   looks back {look_back([name])} days")
    folder.mkdir(parents=True, exist_ok=True)
    dates = table["date"].to_numpy()
    for lang in ("en", "zh"):
        path = folder / f"ema-{lang}.svg"
        print(weights_figure(close[-250:], path, dates=dates[-250:], name="AAPL", lang=lang).name)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "runs/example"))
