"""Videos: what each rung tells, beside the same clips with their pictures in disorder.

Three parts. fight: 100 real clips of two classes, by repeated cross-validation in which copies of
a clip stay on one side; beside it what the files' outer facts (shape, rate, length, bytes) tell
without a picture being seen. moving: a generated set where only the order of pictures tells which
way a shape moves (moving.py). speed: decoding a few pictures of a clip, beside decoding all of it.

The files' outer facts tell the two classes of fight apart at least as well as any rung does, so
what a rung tells there need not be motion. The pictures that `gru` takes (32 of 32 pixels; .64 of
the clips were right with 16 of 48) were chosen by looking at these clips: its figure flatters.

Run: python bench/video.py [fight|moving|speed ...] [rung ...]; OMP_NUM_THREADS=1 for one thread.
"""

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import numpy as np
import torch
from moving import WAYS, write
from numpy.typing import NDArray

from umbrella.base.seeds import derive
from umbrella.data.codecs.shown import load
from umbrella.data.codecs.video import VideoFrames
from umbrella.data.copies import find_copies
from umbrella.data.read import read
from umbrella.fit.device import Device
from umbrella.fit.loop import Data, LoopConfig, outputs_of, train
from umbrella.fit.rung import augmenter
from umbrella.models.ladders import build
from umbrella.models.rungs import Rung
from umbrella.models.rungs.video import RUNGS
from umbrella.score import doubt
from umbrella.tasks.classify import Classify

REPO = Path(__file__).parents[1]
FIGHT = Path(os.environ.get("UMBRELLA_DATA", REPO.parent / "shared" / "data")) / "surv_fight_video"
RESULT = Path(__file__).parent / "results" / "video.json"
FOLDS, REPEATS = 5, 2
STOP = 12  # training clips of a fold that say which epoch was the best
CLIPS, TRAIN, HELD = 400, 240, 60  # of the generated set; the rest is the test
DRAWS = 20_000  # orders of the labels that the p of a fold's answers is taken from
LEARNED = 0.8  # share of the generated test that a network which sees motion must tell


def main() -> int:
    """Measure, print, keep the figures; 1 when a promise is broken."""
    parts = {"fight": fight, "moving": moving, "speed": speed}
    asked = [name for name in sys.argv[1:] if name in parts] or list(parts)
    rungs = [rung for rung in RUNGS if rung.name in sys.argv[1:]] or list(RUNGS)
    kept = True
    for name in asked:
        made = parts[name](rungs)
        result = json.loads(RESULT.read_text()) if RESULT.exists() else {}
        result[name] = result.get(name, {}) | made
        RESULT.write_text(json.dumps(result, indent=1) + "\n")
        kept &= all(row.get("kept", True) for row in made.values())
    return 0 if kept else 1


def fight(rungs: list[Rung]) -> dict[str, Any]:
    """Real clips: right answers by rung, in order and in disorder, and by outer facts alone."""
    if not FIGHT.exists():
        print(f"skipped: {FIGHT} is not here. Set UMBRELLA_DATA to the folder of real data.")
        return {}
    table = read(FIGHT)
    twins = find_copies(table, ["file"], np.ones(table.rows, bool), seed=0)
    paths = table.resolve("file", table.raw("file").to_list())
    labels = table.raw("label").to_list()
    common = max(labels.count(label) for label in set(labels)) / len(labels)
    print(f"fight: {len(paths)} clips, {twins.rows} of them copies; most common {common:.3f}")
    task = Classify.learn(labels, np.arange(len(labels)))
    targets, units = task.encode(labels), twins.cluster

    def tell(name: str, answer: Callable[[NDArray, NDArray, int], NDArray]) -> dict[str, Any]:
        answers = np.stack([crossed(targets, units, repeat, answer) for repeat in range(REPEATS)])
        return told(name, answers, targets, common)

    out = {"outer facts": tell("outer facts", by_facts([str(path) for path in paths]))}
    for rung in rungs:
        arrays = VideoFrames(**rung.view).fit([paths]).encode(paths)
        for name, seen in ((rung.name, arrays), (f"{rung.name}, disorder", disordered(arrays))):
            start = time.process_time()
            out[name] = tell(name, by_rung(rung, seen, task, targets))
            out[name]["fold_cpu_seconds"] = (time.process_time() - start) / FOLDS / REPEATS
    return out


def crossed(
    targets: NDArray,
    units: NDArray,
    repeat: int,
    answer: Callable[[NDArray, NDArray, int], NDArray],
) -> NDArray:
    """Every clip's answer by a model that has not seen it, nor a copy of it, [N]."""
    draw = np.random.default_rng(repeat)
    fold = np.empty(len(targets), int)
    for label in np.unique(targets):
        own = np.unique(units[targets == label])
        for place, unit in enumerate(draw.permutation(own)):
            fold[units == unit] = place % FOLDS
    out = np.empty(len(targets), np.int64)
    for number in range(FOLDS):
        test = fold == number
        out[test] = answer(np.flatnonzero(~test), np.flatnonzero(test), repeat * FOLDS + number)
    return out


def by_rung(
    rung: Rung, arrays: dict[str, NDArray], task: Classify, targets: NDArray
) -> Callable[[NDArray, NDArray, int], NDArray]:
    """Train a rung on some clips, and answer others."""

    def answer(known: NDArray, test: NDArray, seed: int) -> NDArray:
        draw = np.random.default_rng(seed)
        mixed = draw.permutation(known)
        each = STOP // task.outputs
        held = np.concatenate([mixed[targets[mixed] == c][:each] for c in range(task.outputs)])
        fit = np.setdiff1d(known, held)
        return trained(rung, arrays, task, targets, (fit, held), seed)(test)

    return answer


def trained(
    rung: Rung,
    arrays: dict[str, NDArray],
    task: Classify,
    targets: NDArray,
    parts: tuple[NDArray, NDArray],
    seed: int,
) -> Callable[[NDArray], NDArray]:
    """What answers rows, once trained on the first part, the best epoch told by the second."""
    frames = arrays["frames"]
    sizes = {"size": frames.shape[2], "frames": frames.shape[1]}
    torch.manual_seed(derive(seed, "weights", rung.name))
    network = build(rung, sizes, outputs=task.outputs)
    config = LoopConfig(**{**rung.train, "seed": seed})
    device = Device("cpu")
    data = Data(arrays, targets, *parts)
    train(network, data, task, config, device, augment=augmenter(rung))
    return lambda rows: outputs_of(network, arrays, rows, device).argmax(axis=1)


def by_facts(paths: list[str]) -> Callable[[NDArray, NDArray, int], NDArray]:
    """A forest on what can be known of a file without seeing a picture."""
    from sklearn.ensemble import RandomForestClassifier

    facts = np.array([outer(path) for path in paths])
    labels = np.array([Path(path).parent.name for path in paths])
    numbers = np.unique(labels, return_inverse=True)[1]

    def answer(known: NDArray, test: NDArray, seed: int) -> NDArray:
        forest = RandomForestClassifier(300, random_state=seed).fit(facts[known], numbers[known])
        return forest.predict(facts[test])

    return answer


def outer(path: str) -> list[float]:
    """Width, height, pictures a second, seconds and bytes of a file."""
    with av.open(path) as box:
        stream = box.streams.video[0]
        context = stream.codec_context
        rate, seconds = float(stream.average_rate or 0), (box.duration or 0) / 1e6
        return [context.width, context.height, rate, seconds, Path(path).stat().st_size]


def disordered(arrays: dict[str, NDArray]) -> dict[str, NDArray]:
    """The pictures of every clip in a random order of its own."""
    draw = np.random.default_rng(0)
    return {
        name: np.stack([clip[draw.permutation(len(clip))] for clip in x])
        for name, x in arrays.items()
    }


def told(name: str, answers: NDArray, targets: NDArray, common: float) -> dict[str, Any]:
    """Share of right answers with its interval; p that answers which know nothing do as well.

    Answers of all repeats are counted for a clip at once, so that repeats add no clips.
    """
    right = (answers == targets).mean(axis=0)
    share, interval = float(right.mean()), doubt.wilson(float(right.sum()), len(right))
    draw = np.random.default_rng(0)
    chance = [(answers == draw.permutation(targets)).mean() for _ in range(DRAWS)]
    p = float((1 + np.sum(np.array(chance) >= share - 1e-12)) / (1 + DRAWS))
    paired = doubt.paired_p(right, (targets == np.bincount(targets).argmax()).astype(float))
    print(
        f"{name:22} {share:.3f} [{interval.low:.3f}, {interval.high:.3f}] of {len(right)}; most "
        f"common {common:.3f}; p {p:.2g} against answers that know nothing, {paired:.2g} paired",
        flush=True,
    )
    return {
        "right": share,
        "low": interval.low,
        "high": interval.high,
        "most_common": common,
        "p": p,
        "p_paired": float(paired),
    }


def moving(rungs: list[Rung]) -> dict[str, Any]:
    """The generated set: learned in order by all but "frames", by none in disorder."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [str(path) for path in write(Path(folder), CLIPS)]
        views = [VideoFrames(**rung.view).fit([paths]).encode(paths) for rung in rungs]
    labels = [Path(path).parent.name for path in paths]
    task = Classify.learn(labels, np.arange(CLIPS))
    targets = task.encode(labels)
    parts = (np.arange(TRAIN), np.arange(TRAIN, TRAIN + HELD))
    test, out = np.arange(TRAIN + HELD, CLIPS), {}
    for rung, arrays in zip(rungs, views, strict=True):
        for name, seen in ((rung.name, arrays), (f"{rung.name}, disorder", disordered(arrays))):
            answers = trained(rung, seen, task, targets, parts, 0)(test)
            row = told(name, answers[None], targets[test], 1 / len(WAYS))
            sees = name in ("gru", "conv21d")
            row["kept"] = row["right"] >= LEARNED if sees else row["p"] > 0.01
            out[name] = row
    return out


def speed(rungs: list[Rung]) -> dict[str, Any]:
    """CPU seconds of sixteen small pictures of a clip, beside those of decoding all of it."""
    del rungs
    out = {}
    with tempfile.TemporaryDirectory() as folder:
        long = Path(folder) / "long.mp4"
        lengthy(long)
        kinds = {"one minute, a key every two seconds": [str(long)]}
        if FIGHT.exists():
            short = sorted(map(str, FIGHT.rglob("*.mp4")))[::5]
            kinds["fight, two seconds, one key"] = short
        for name, paths in kinds.items():
            few = spent(lambda path: load(path, 16, 48), paths)
            whole = spent(decode_all, paths)
            small = spent(lambda path: decode_all(path, 48), paths)
            print(
                f"{name}: {few / len(paths) * 1e3:.0f} ms a clip; decoding all takes "
                f"{whole / few:.2f} times as long, and scaling all as well {small / few:.2f} times"
            )
            out[name] = {"ms": few / len(paths) * 1e3, "all": whole / few, "scaled": small / few}
    return out


def lengthy(path: Path) -> None:
    """A minute of noise that drifts, 320 × 180, with a key every two seconds as streams have."""
    draw = np.random.default_rng(0)
    ground = draw.integers(0, 256, (180, 320, 3), dtype=np.uint8)
    drifted = [np.roll(ground, at, axis=1) for at in range(320)]
    with av.open(str(path), "w") as box:
        stream = box.add_stream("libx264", rate=25, options={"preset": "veryfast"})
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p"
        stream.codec_context.gop_size = 50
        for at in range(60 * 25):
            frame = av.VideoFrame.from_ndarray(drifted[at % 320], format="rgb24")
            box.mux(stream.encode(frame))
        box.mux(stream.encode())


def decode_all(path: str, size: int | None = None) -> int:
    """The plain loop: every picture of a file, on one thread, scaled or not."""
    with av.open(path) as box:
        stream = box.streams.video[0]
        stream.codec_context.thread_count = 1
        count = 0
        for frame in box.decode(stream):
            count += 1
            if size is not None:
                frame.to_ndarray(format="rgb24", width=size, height=size)
        return count


def spent(work: Callable[[str], Any], paths: list[str]) -> float:
    """CPU seconds over all files, the least of three runs."""
    times = []
    for _ in range(3):
        start = time.process_time()
        for path in paths:
            work(path)
        times.append(time.process_time() - start)
    return min(times)


if __name__ == "__main__":
    sys.exit(main())
