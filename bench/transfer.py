"""A few pictures of new classes, learned from random weights and from those of other classes.

A rung is fitted on half of the classes with all their pictures (the donor), then on a few pictures
a class of the other half: once from random weights, once with `init`. Both are whole fits of the
same rows with the same seed, and both are judged on the pictures of the other half that neither
saw. Five draws of the few pictures, each with a seed of its own.

The donor's classes and the new ones are of one source, so this is the easy case of transfer. On
digits of 8 × 8 pixels it brings nothing all the same: a dozen of each are learned from scratch.
Run: python bench/transfer.py [digits cifar10]; OMP_NUM_THREADS=1 for one thread.
"""

import io
import json
import os
import sys
import tarfile
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

import umbrella
from umbrella.fit.trained import load_trained

REPO = Path(__file__).parents[1]
DATA = Path(os.environ.get("UMBRELLA_DATA", REPO.parent / "shared" / "data"))
RESULT = Path(__file__).parent / "results" / "transfer.json"
SEEDS = 5
PROMISED = ("cifar10",)  # where every draw must gain
SHARES = (0.5, 0.25, 0.25)  # of the few pictures; the smallest part has three a class
THREADS = int(os.environ.get("OMP_NUM_THREADS", "1"))


@dataclass(frozen=True)
class Case:
    """One data set.

    Args:
        load: gives pictures uint8 [N, S, S, 3] and class numbers [N] in 0..9.
        rung: that learns.
        few: pictures of each new class.
        many: pictures of each class that the donor learns from.
        judged: unseen pictures of each new class.
    """

    load: Callable[[], tuple[NDArray[np.uint8], NDArray[np.int64]]]
    rung: str
    few: int
    many: int
    judged: int


def main() -> int:
    """Measure, print, keep the figures; 1 where weights that should help do not in every draw."""
    result = json.loads(RESULT.read_text()) if RESULT.exists() else {}
    for name in sys.argv[1:] or CASES:
        try:
            pictures = CASES[name].load()
        except FileNotFoundError as error:
            print(f"skipped: {error.filename} is not here. Set UMBRELLA_DATA to the real data.")
            continue
        with tempfile.TemporaryDirectory() as folder:
            result[name] = measure(name, CASES[name], pictures, Path(folder))
    RESULT.write_text(json.dumps(result, indent=1) + "\n")
    gains = [min(result[name]["gains"]) for name in PROMISED if name in result]
    return 0 if all(gain > 0 for gain in gains) else 1


def measure(
    name: str, case: Case, pictures: tuple[NDArray[np.uint8], NDArray[np.int64]], folder: Path
) -> dict[str, Any]:
    """The donor, then every draw with and without it."""
    start, (pixels, classes) = time.process_time(), pictures
    old = np.concatenate([np.flatnonzero(classes == one)[: case.many] for one in range(5)])
    write(folder / "old", pixels, classes, old)
    donor = fit(folder / "old", folder / "donor", case.rung, 0)
    scores: dict[str, list[float]] = {"random": [], "init": []}
    for seed in range(SEEDS):
        draw = np.random.default_rng(seed)
        new = [draw.permutation(np.flatnonzero(classes == one)) for one in range(5, 10)]
        few = np.concatenate([rows[: case.few] for rows in new])
        judged = np.concatenate([rows[case.few : case.few + case.judged] for rows in new])
        write(folder / f"few-{seed}", pixels, classes, few)
        write(folder / f"judged-{seed}", pixels, classes, judged)
        for how, init in (("random", None), ("init", str(donor.path))):
            place = folder / f"{how}-{seed}"
            run = fit(folder / f"few-{seed}", place, case.rung, seed, init=init)
            scores[how].append(accuracy(run, folder / f"judged-{seed}"))
    gains = (np.array(scores["init"]) - np.array(scores["random"])).tolist()
    seconds = time.process_time() - start
    means = {how: float(np.mean(values)) for how, values in scores.items()}
    print(
        f"{name:8} {case.rung:7} {case.few} pictures a class: from random weights "
        f"{means['random']:.3f}, from the donor's {means['init']:.3f}; gains "
        f"{', '.join(f'{gain:+.3f}' for gain in gains)}; donor on its own classes "
        f"{donor.scores['test']['score']:.3f}; {seconds:.0f} CPU s",
        flush=True,
    )
    return {
        "rung": case.rung,
        "few": case.few,
        "judged": int(sum(len(rows[case.few : case.few + case.judged]) for rows in new)),
        "donor": donor.scores["test"]["score"],
        "means": means,
        **scores,
        "gains": gains,
        "cpu_seconds": seconds,
    }


def write(folder: Path, pixels: NDArray[np.uint8], classes: NDArray, rows: NDArray) -> None:
    """Some pictures as PNG files, a folder a class."""
    for row in rows.tolist():
        (folder / f"c{classes[row]}").mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels[row]).save(folder / f"c{classes[row]}" / f"p{row}.png")


def fit(data: Path, out: Path, rung: str, seed: int, **more: Any) -> Any:
    """A whole fit of one rung; the few pictures are halved, all others split as usual."""
    shares = {} if data.name == "old" else {"shares": SHARES}
    settings: dict[str, Any] = {"rungs": (rung,), "seed": seed, "threads": THREADS, **shares}
    return umbrella.fit(data, out=out, group="none", **settings, **more)


def accuracy(run: Any, folder: Path) -> float:
    """Share of a folder's pictures that a run answers right."""
    trained = load_trained(run.path)
    files = sorted(folder.rglob("*.png"))
    [column] = trained.codecs.columns
    outputs = trained.outputs([{column: [str(path) for path in files]}])
    labels = trained.task.spec()["labels"]
    answers = [labels[at] for at in outputs.argmax(1)]
    return float(
        np.mean([path.parent.name == one for path, one in zip(files, answers, strict=True)])
    )


def digits() -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """The 1,797 handwritten digits of scikit-learn, 8 × 8."""
    from sklearn.datasets import load_digits

    pixels, classes = load_digits(return_X_y=True)
    grey = np.round(pixels * 255 / 16).astype(np.uint8).reshape(-1, 8, 8, 1)
    return np.repeat(grey, 3, axis=3), classes.astype(np.int64)


def cifar10() -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """The training pictures of cifar10_subset, 2,500 of each class."""
    pixels, names = [], []
    with tarfile.open(DATA / "cifar10_subset" / "cifar10_jpg.tar.gz") as file:
        for member in file:
            parts = Path(member.name).parts
            if member.isfile() and len(parts) >= 3 and parts[-3] == "train":
                stream = file.extractfile(member)
                assert stream is not None
                with Image.open(io.BytesIO(stream.read())) as picture:
                    pixels.append(np.asarray(picture.convert("RGB")))
                names.append(parts[-2])
    return np.stack(pixels), np.unique(names, return_inverse=True)[1].astype(np.int64)


CASES = {
    "digits": Case(digits, "cnn", few=12, many=10**6, judged=10**6),
    "cifar10": Case(cifar10, "cnn", few=40, many=2500, judged=400),
}


if __name__ == "__main__":
    sys.exit(main())
