"""ETTh1: each rung of the ladder of series on seven hourly series, beside the figures of papers.

The protocol of Informer, Autoformer, DLinear and PatchTST: 8,640 hours to train, 2,880 to choose,
2,880 to test; each series over the mean and spread of its training hours; errors over all windows
of the test (none dropped), all steps ahead and all series. Windows of the test may look back into
the hours before it. The seven series are read one by one, by one network for all of them.

How far back `ridge` looks is chosen on the hours to choose, its penalty on the last training hours;
the networks stop by the hours to choose. The networks train for a few epochs only, with one seed.
Each is held against ridge by Diebold and Mariano's test over the hours of the test, for none that
does not beat it beyond doubt may be chosen.

Run: python bench/ett.py [rung ...] [steps ahead ...]; OMP_NUM_THREADS=1 for one thread.
"""

import json
import os
import sys
import time
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from umbrella.data.codecs.windows import Ahead, Windows
from umbrella.fit.device import Device
from umbrella.fit.loop import Data, LoopConfig, outputs_of, train
from umbrella.fit.solve import SOLVERS, solve
from umbrella.models.ladders import build, rung
from umbrella.score.diebold import diebold_mariano

REPO = Path(__file__).parents[1]
DATA = Path(os.environ.get("UMBRELLA_DATA", REPO.parent / "shared" / "data")) / "ett_h1"
RESULT = Path(__file__).parent / "results" / "ett.json"
TRAIN, CHOOSE, TEST = 8640, 11520, 14400  # where each part ends
AHEAD = (96, 192, 336, 720)
LOOKS = (336, 512, 720)  # how far back ridge may look
PROMISED = {96: 0.370, 192: 0.405, 336: 0.428, 720: 0.432}  # MSE of ridge, at most
DOUBT = 0.05  # a p below this is beyond doubt
REPEAT = (1.295, 0.713)  # MSE and MAE of the last value 96 steps ahead: the protocol is the same
PUBLISHED = {  # MSE and MAE at 96, 192, 336 and 720 steps
    "Repeat": ((1.295, 0.713), (1.325, 0.733), (1.323, 0.744), (1.339, 0.756)),
    "DLinear": ((0.375, 0.399), (0.405, 0.416), (0.439, 0.443), (0.472, 0.490)),
    "NLinear": ((0.374, 0.394), (0.408, 0.415), (0.429, 0.427), (0.440, 0.453)),
    "PatchTST/64": ((0.370, 0.400), (0.413, 0.429), (0.422, 0.440), (0.447, 0.468)),
    "PatchTST/42": ((0.375, 0.399), (0.414, 0.421), (0.431, 0.436), (0.449, 0.466)),
    "FEDformer": ((0.376, 0.415), (0.423, 0.446), (0.444, 0.462), (0.469, 0.492)),
    "Autoformer": ((0.435, 0.446), (0.456, 0.457), (0.486, 0.487), (0.515, 0.517)),
    "Informer": ((0.941, 0.769), (1.007, 0.786), (1.038, 0.784), (1.144, 0.857)),
}


@dataclass(frozen=True)
class Way:
    """A model to measure.

    Args:
        rung: of the ladder.
        looks: steps back to choose from on the hours to choose.
        ahead: steps ahead that it is measured at.
        config: settings of the network.
        train: settings of the loop.
        raw: whether values are given as they are, not relative to the last one.
    """

    rung: str
    looks: tuple[int, ...] = (336,)
    ahead: tuple[int, ...] = AHEAD
    config: tuple[tuple[str, Any], ...] = ()
    train: tuple[tuple[str, Any], ...] = ()
    raw: bool = False


QUICK = (("epochs", 4), ("patience", 2), ("batch", 128), ("average", 0.99))
STEPWISE = (("patch", 1), ("width", 64), ("dropout", 0.0))
WAYS = {
    "last-value": Way("last-value"),
    "drift": Way("drift"),
    "seasonal-naive": Way("seasonal-naive"),
    "smoothing": Way("smoothing"),
    "ridge": Way("ridge", LOOKS),
    "dlinear": Way("dlinear", train=(*QUICK, ("learning_rate", 1e-3))),
    "mlp": Way("mlp", train=(*QUICK, ("learning_rate", 5e-4))),
    "lstm-steps-raw": Way("lstm", (96,), (96,), STEPWISE, QUICK, raw=True),
    "lstm-steps": Way("lstm", (96,), (96,), STEPWISE, QUICK),
    "lstm-patches": Way(
        "lstm", config=(("patch", 24), ("width", 128), ("dropout", 0.3)), train=QUICK
    ),
    "tcn": Way("tcn", config=(("patch", 8), ("dropout", 0.3)), train=QUICK),
    "patch": Way(
        "patch",
        config=(("width", 32), ("dropout", 0.3)),
        train=(*QUICK, ("learning_rate", 1e-3)),
    ),
}


def main() -> int:
    """Measure, print, keep the figures; 1 when a promise is broken."""
    if not DATA.exists():
        print(f"skipped: {DATA} is not here. Set UMBRELLA_DATA to the folder of real data.")
        return 0
    torch.set_num_threads(1)
    series = read()
    asked = [name for name in WAYS if name in sys.argv[1:]] or list(WAYS)
    steps = [h for h in AHEAD if str(h) in sys.argv[1:]] or AHEAD
    kept, bar = True, {}
    for name in asked:
        for ahead in (h for h in steps if h in WAYS[name].ahead):
            row, losses = measure(WAYS[name], series, ahead)
            if WAYS[name].train:
                if ahead not in bar:
                    bar[ahead] = measure(WAYS["ridge"], series, ahead)[1]
                row |= against(losses, bar[ahead], ahead)
            row["kept"] = keeps(name, ahead, row)
            kept &= row["kept"]
            print(
                f"{name:15} {row['look']:4} back {ahead:4} ahead  MSE {row['mse']:.4f}  "
                f"MAE {row['mae']:.4f}  CPU {row['cpu_seconds']:6.1f} s"
                f"{told(row)}{'' if row['kept'] else '  PROMISE BROKEN'}",
                flush=True,
            )
            write(name, ahead, row)
    return 0 if kept else 1


def read() -> NDArray[np.float64]:
    """Seven series over the mean and spread of their training hours, [14400, 7]."""
    whole = np.loadtxt(DATA / "ETTh1.csv", delimiter=",", skiprows=1, usecols=range(1, 8))
    own = whole[:TRAIN]
    return ((whole - own.mean(axis=0)) / own.std(axis=0))[:TEST]


def keeps(name: str, ahead: int, row: dict[str, Any]) -> bool:
    """Whether a figure is what was promised."""
    if name == "ridge":
        return bool(round(row["mse"], 3) <= PROMISED[ahead])
    if name == "last-value" and ahead == AHEAD[0]:
        return bool(abs(row["mse"] - REPEAT[0]) < 1e-3 and abs(row["mae"] - REPEAT[1]) < 1e-3)
    return True


def write(name: str, ahead: int, row: dict[str, Any]) -> None:
    """Keep one figure."""
    result = json.loads(RESULT.read_text()) if RESULT.exists() else {}
    result["published"] = {
        paper: {str(h): list(pair) for h, pair in zip(AHEAD, rows, strict=True)}
        for paper, rows in PUBLISHED.items()
    }
    result.setdefault("measured", {}).setdefault(name, {})[str(ahead)] = row
    RESULT.write_text(json.dumps(result, indent=1) + "\n")


def cut(series: NDArray[np.float64], look: int, ahead: int, raw: bool) -> tuple[Data, NDArray]:
    """All origins of the three parts, and the rows of the test."""
    hours, count = series.shape
    parts = [
        np.arange(first, last - ahead)
        for first, last in ((look - 1, TRAIN), (TRAIN - 1, CHOOSE), (CHOOSE - 1, TEST))
    ]
    each = np.concatenate(parts)
    origins = (each[None, :] + hours * np.arange(count)[:, None]).ravel()
    kind = np.tile(np.repeat(np.arange(3), [len(part) for part in parts]), count)
    values = series.T.reshape(-1, 1)
    ends = hours * (np.arange(len(values)) // hours)
    ones = np.ones(len(origins))
    base = np.zeros(len(origins)) if raw else values[origins, 0]
    past: Any = Windows(values, ends, origins, look, np.array([not raw]), ones)
    targets: Any = Ahead(values, ends + hours - 1, origins, ahead, ones, base)
    rows = [np.flatnonzero(kind == part) for part in range(3)]
    return Data({"past": past}, targets, rows[0], rows[1]), rows[2]


def against(losses: NDArray, ridge: NDArray, ahead: int) -> dict[str, Any]:
    """Whether squared errors are lower than those of ridge beyond doubt; errors by hour, [D]."""
    found = diebold_mariano(losses, ridge, ahead)
    better = found.mean < 0 and found.p < DOUBT
    return {"p_against_ridge": round(found.p, 4), "beats_ridge": bool(better)}


def told(row: dict[str, Any]) -> str:
    """What the comparison with ridge said, where there was one."""
    if "beats_ridge" not in row:
        return ""
    said = "beats" if row["beats_ridge"] else "does not beat"
    return f"  {said} ridge, p {row['p_against_ridge']:.3f}"


def measure(
    way: Way, series: NDArray[np.float64], ahead: int
) -> tuple[dict[str, Any], NDArray[np.float64]]:
    """Fit for each look back, keep the one that the hours to choose prefer, and test it.

    Returns:
        The figures, and the squared error of every hour of the test, the series' mean, [D].
    """
    begun = time.process_time()
    tried = []
    for look in way.looks:
        data, test = cut(series, look, ahead, way.raw)
        network = fitted(way, data, look, ahead)
        error = 0.0
        if len(way.looks) > 1:
            error = float(errors(network, data, data.validation)[0].mean())
        tried.append((error, look, network, data, test))
    _, look, network, data, test = min(tried, key=lambda one: one[0])
    spent = time.process_time() - begun
    squares, mae = errors(network, data, test)
    mse = float(squares.mean())
    weights = sum(p.numel() for p in network.parameters())
    figures = {"look": look, "mse": round(mse, 4), "mae": round(mae, 4), "weights": weights}
    hourly = squares.reshape(series.shape[1], -1).mean(axis=0)
    return {**figures, "cpu_seconds": round(spent, 2)}, hourly


def fitted(way: Way, data: Data, look: int, ahead: int) -> nn.Module:
    """A network whose weights are found."""
    torch.manual_seed(0)
    task: Any = Squared()
    step = rung("series", way.rung)
    sizes = {"window": look, "channels": 1, "ahead": 0, "season": 24}
    network = build(step, sizes, outputs=ahead, **dict(way.config))
    if step.solver in SOLVERS:
        solve(step.solver, network, data, task, {})
        return network.eval()
    known = {f.name for f in fields(LoopConfig)}
    settings = {k: v for k, v in {**step.train, **dict(way.train)}.items() if k in known}
    few = Data(data.encoded, data.targets, data.train, data.validation[::5])
    train(network, few, task, LoopConfig(**settings), Device("cpu"))
    return network


def errors(network: nn.Module, data: Data, rows: NDArray) -> tuple[NDArray[np.float64], float]:
    """Squared error of every origin, series after series, and the mean absolute error."""
    squares, absolute = [], 0.0
    for some in np.array_split(rows, -(-len(rows) // 2048)):
        out = outputs_of(network, data.encoded, some, Device("cpu"))
        miss = out.astype(np.float64) - data.targets[some]
        squares.append((miss**2).mean(axis=1))
        absolute += float(np.abs(miss).mean(axis=1).sum())
    return np.concatenate(squares), absolute / len(rows)


class Squared:
    """Squared error as a task: as much of one as the loop asks for."""

    sign, outputs = -1, 1

    def loss(self, outputs: Tensor, targets: Tensor, balance: bool = False) -> Tensor:
        """Mean squared error."""
        del balance
        return nn.functional.mse_loss(outputs, targets)

    def row_scores(self, outputs: NDArray, targets: NDArray) -> NDArray[np.float64]:
        """Mean squared error of every row."""
        return ((outputs - targets) ** 2).mean(axis=1).astype(np.float64)


if __name__ == "__main__":
    sys.exit(main())
