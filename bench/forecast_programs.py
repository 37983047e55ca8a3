"""The programs that bench/forecasts.py holds beside each other, one a process.

    python -c "import forecast_programs as one; one.run('umbrella', folder)"

A program reads the series of a folder, learns from what lies before their first origin, and
forecasts from each origin on; new values move it on, nothing is fitted again. Each writes what it
forecast, and prints its own highest memory.

Shapes: S series, N steps of all laid end to end, O origins of a series, H steps ahead.
"""

import csv
import json
import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Made = tuple[NDArray[np.float64], int]  # forecasts [S, O, H], and the windows learned from
HOUR = np.timedelta64(1, "h")
START = np.datetime64("2000-01-01T00")


@dataclass(frozen=True)
class Job:
    """What is asked of a program.

    Args:
        folder: holds series.npz, and takes what is forecast.
        values: [N]. offsets: [S + 1].
        origins: [S, O], how many steps of each series are known at each of its origins.
        horizon, season: H, and the steps of a season, 1 where there is none.
        learn: what all networks learn by: steps back, width, passes or steps, windows a step.
    """

    folder: Path
    values: NDArray[np.float64]
    offsets: NDArray[np.int64]
    origins: NDArray[np.int64]
    horizon: int
    season: int
    learn: dict[str, int]

    def series(self, at: int, steps: int | None = None) -> NDArray[np.float64]:
        """The first steps of a series; those before its first origin by default."""
        own = self.values[self.offsets[at] : self.offsets[at + 1]]
        return own[: int(self.origins[at, 0]) if steps is None else steps]


def run(name: str, folder: str) -> None:
    """Forecast, keep it, and say how much memory that took."""
    warnings.simplefilter("ignore")
    job = read(Path(folder))
    forecasts, windows = PROGRAMS[name](job)
    np.save(job.folder / f"{name}.npy", forecasts)
    status = Path("/proc/self/status").read_text()
    peak = int(re.findall(r"VmHWM:\s+(\d+) kB", status)[0]) / 1024
    print("TOLD", json.dumps({"peak_mb": round(peak), "windows": windows}))


def write(job: Job) -> None:
    """Keep a job where another process finds it."""
    told = {"horizon": job.horizon, "season": job.season, "learn": job.learn}
    place = job.folder / "series.npz"
    np.savez(place, values=job.values, offsets=job.offsets, origins=job.origins)
    (job.folder / "job.json").write_text(json.dumps(told))


def read(folder: Path) -> Job:
    """The job of a folder."""
    told = json.loads((folder / "job.json").read_text())
    kept = np.load(folder / "series.npz")
    return Job(folder, kept["values"], kept["offsets"], kept["origins"], **told)


def seasonal_naive(job: Job) -> Made:
    """The last season over again, as a program of the same shape as the others."""
    turns = np.arange(job.horizon) % job.season
    return _each(job, lambda known: known[len(known) - job.season + turns]), 0


def _each(job: Job, ahead: Callable[[NDArray], NDArray]) -> NDArray[np.float64]:
    """Ask anew at every origin, [S, O, H]."""
    return np.array(
        [
            [ahead(job.series(at, int(steps))) for steps in origins]
            for at, origins in enumerate(job.origins)
        ]
    )


def statistical(kind: str) -> Callable[[Job], Made]:
    """A model of statsforecast, fitted to each series anew at each origin."""

    def program(job: Job) -> Made:
        from statsforecast import models

        made = getattr(models, kind)(season_length=job.season)
        return _each(job, lambda known: made.forecast(y=known, h=job.horizon)["mean"]), 0

    return program


def umbrella(rungs: tuple[str, ...], alone: bool) -> Callable[[Job], Made]:
    """A whole fit and forecasts of its run; `alone` trains one rung and walks forward over none of
    the past, as its peer does.
    """

    def program(job: Job) -> Made:
        import umbrella
        from umbrella.api import forecast_source

        learned = [job.series(at) for at in range(len(job.offsets) - 1)]
        run = job.folder / f"run-{'-'.join(rungs)[:20]}"
        settings: dict[str, Any] = {"horizon": job.horizon, "season": job.season, "threads": 1}
        if alone:
            settings |= {"epochs": job.learn["epochs"], "folds": 1}
        data = _table(job.folder / "learn.csv", learned)
        made = umbrella.fit(str(data), "value", out=run, rungs=rungs, **settings)
        if not alone:
            (job.folder / "chosen.txt").write_text(str(made.facts["rung"]))
        found = []
        for number in range(job.origins.shape[1]):
            known = [job.series(at, int(ends[number])) for at, ends in enumerate(job.origins)]
            source, out = _table(job.folder / "known.csv", known), job.folder / "next.csv"
            forecast_source(made.path, str(source), out, steps=job.horizon)
            found.append(_forecasts(out, len(known)))
        windows = job.learn["epochs"] * int(made.facts["rows"]["train"])
        return np.stack(found, axis=1), windows if alone else 0

    return program


def _table(path: Path, series: list[NDArray]) -> Path:
    """Series as a CSV with a row a step."""
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["series", "time", "value"])
        for at, values in enumerate(series):
            stamps = np.datetime_as_string(START + HOUR * np.arange(len(values)))
            writer.writerows(
                (f"S{at:04}", f"{stamp}:00", f"{value:.17g}")
                for stamp, value in zip(stamps.tolist(), values.tolist(), strict=True)
            )
    return path


def _forecasts(path: Path, series: int) -> NDArray[np.float64]:
    with path.open(newline="") as file:
        found = [float(row["forecast"]) for row in csv.DictReader(file)]
    return np.array(found).reshape(series, -1)


def neural_lstm(job: Job) -> Made:
    """The LSTM of neuralforecast, with its own scaling of windows, fitted once."""
    import logging

    import pandas as pd
    import torch
    from neuralforecast import NeuralForecast
    from neuralforecast.models import LSTM

    torch.set_num_threads(1)
    logging.getLogger("pytorch_lightning").setLevel(logging.ERROR)
    learn = job.learn
    model = LSTM(
        h=job.horizon,
        input_size=learn["window"],
        encoder_hidden_size=learn["width"],
        max_steps=learn["steps"],
        batch_size=min(32, len(job.offsets) - 1),
        windows_batch_size=learn["batch"],
        inference_windows_batch_size=1024,
        scaler_type="robust",
        accelerator="cpu",
        logger=False,
        enable_progress_bar=False,
        enable_checkpointing=False,
        random_seed=1,
    )
    forecaster = NeuralForecast(models=[model], freq=1)

    def frame(number: int) -> Any:
        known = [job.series(at, int(ends[number])) for at, ends in enumerate(job.origins)]
        sizes = [len(values) for values in known]
        steps = np.concatenate([np.arange(size) for size in sizes])
        names = np.repeat(np.arange(len(known)), sizes)
        return pd.DataFrame({"unique_id": names, "ds": steps, "y": np.concatenate(known)})

    forecaster.fit(frame(0))
    found = []
    for number in range(job.origins.shape[1]):
        ahead = forecaster.predict(frame(number)).sort_values(["unique_id", "ds"])
        found.append(ahead["LSTM"].to_numpy().reshape(-1, job.horizon))
    return np.stack(found, axis=1), learn["steps"] * learn["batch"]


LIGHT = ("last-value", "drift", "seasonal-naive", "smoothing", "ridge")
PROGRAMS: dict[str, Callable[[Job], Made]] = {
    "umbrella": umbrella(LIGHT, alone=False),
    "umbrella-lstm": umbrella(("lstm",), alone=True),
    "SeasonalNaive": seasonal_naive,
    "AutoETS": statistical("AutoETS"),
    "AutoTheta": statistical("AutoTheta"),
    "LSTM": neural_lstm,
}
OURS = ("umbrella", "umbrella-lstm")
