"""Pictures: training speed beside a plain PyTorch loop, and accuracy on CIFAR-10 and on digits.

    python bench/images.py [speed] [cifar] [digits]

Speed is CPU time of one thread, over the same JPEG files, network, batches, optimiser and ways of
varying the rows, over twelve epochs, each followed by a look at some held-back rows. End to end
counts decoding: the plain loop's DataLoader opens every file once an epoch, ours once. The network
alone is fed from pixels in memory, in the plain loop as usual (channels first), as ours lays them
out (channels last), and so with products in bfloat16. Ours makes these in bfloat16 where the
processor has units for it (AMX), and is shown in float32 too, as other processors run it. Accuracy
is that of the rungs as they stand, on rows that nothing else saw: CIFAR-10's subset of 25,000
training pictures within a quarter of an hour on all cores, and scikit-learn's digits as PNG files.
"""

import json
import sys
import tarfile
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import mean, median
from typing import Any

import corpora
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from umbrella.data import codecs
from umbrella.fit.augment import Augment
from umbrella.fit.device import Device, use_threads
from umbrella.fit.loop import Data, outputs_of, train
from umbrella.fit.optim import make_optimizer
from umbrella.fit.rung import loop_config
from umbrella.models.ladders import build
from umbrella.models.rungs import Rung
from umbrella.models.rungs.image import RUNGS
from umbrella.score.doubt import wilson
from umbrella.tasks.classify import Classify

RESULT = Path(__file__).parent / "results" / "images.json"
RUNG = {step.name: step for step in RUNGS}
CPU = Device("cpu")

SPEED_ROWS, SPEED_HELD, SPEED_EPOCHS, SPEED_REPEATS = 1024, 64, 12, 2
PROMISED_WHOLE, PROMISED_NETWORK = 1.5, 1.0  # our pictures a second over the plain loop's
CIFAR_MINUTES, CIFAR_PROMISED = 15.0, 0.80
DIGITS_PROMISED = {"cnn": 0.99, "mlp": 0.975}
DIGITS_SEEDS = 3


@dataclass(frozen=True)
class Pictures:
    """Files and labels, for training and for the test."""

    files: list[str]
    labels: list[str]
    test_files: list[str]
    test_labels: list[str]


# --- speed ---------------------------------------------------------------------------------------


class Files(torch.utils.data.Dataset):
    """The usual data set: open, decode, move, flip, one picture at a time."""

    def __init__(self, files: list[str], labels: NDArray[np.int64]):
        self.files, self.labels = files, labels

    def __len__(self) -> int:
        return len(self.files)

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        from PIL import Image

        with Image.open(self.files[index]) as picture:
            pixels = torch.from_numpy(np.array(picture.convert("RGB"))).permute(2, 0, 1)
        planes = functional.pad(pixels[None].float(), (4, 4, 4, 4), mode="reflect")[0]
        top, left = torch.randint(9, (2,)).tolist()
        planes = planes[:, top : top + 32, left : left + 32]
        planes = planes.flip(2) if torch.rand(()) < 0.5 else planes
        return planes.contiguous(), int(self.labels[index])


Batches = Iterable[tuple[Tensor, Tensor]]


def plain_epochs(
    feed: Callable[[], Batches],
    held: Callable[[], Batches],
    config: Any,
    *,
    last: bool = False,
    half: bool = False,
) -> float:
    """CPU seconds of a plain loop over batches [B, 3, S, S], or [B, S, S, 3] when `last`."""
    network = fresh(RUNG["resnet"], {"size": 32}, 10)
    optimizer = make_optimizer(network, config.learning_rate, config.weight_decay, fused=False)

    def answer(batch: Tensor) -> Tensor:
        if last:
            outputs: Tensor = network(pixels=batch)
            return outputs
        planes = (batch - 127.5) / 63.75  # without the change of layout that our `forward` makes
        scores: Tensor = network.head(network.layers(planes).amax(dim=(2, 3)) / 4)  # type: ignore[operator]
        return scores

    start = time.process_time()
    for _ in range(SPEED_EPOCHS):
        network.train()
        for batch, targets in feed():
            with CPU.autocast(half):
                loss = functional.cross_entropy(answer(batch), targets)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
        network.eval()
        with torch.inference_mode():
            for batch, _ in held():
                answer(batch)
    return time.process_time() - start


def our_epochs(data: Data, task: Classify, config: Any, augment: Augment | None) -> float:
    """CPU seconds of `fit.loop.train`, scoring after each epoch left in."""
    network = fresh(RUNG["resnet"], {"size": 32}, 10)
    start = time.process_time()
    train(network, data, task, config, CPU, augment=augment)
    return time.process_time() - start


def speed() -> dict[str, Any]:
    """Pictures a second and core, ours over the plain loop's."""
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        pictures = cifar_files(Path(folder))
        rng = np.random.default_rng(0)
        some = rng.permutation(len(pictures.files))[: SPEED_ROWS + SPEED_HELD]
        files = [pictures.files[at] for at in some]
        names = [pictures.labels[at] for at in some]
        task = Classify.learn(names, np.arange(SPEED_ROWS))
        labels = task.encode(names)
        config = loop_config(RUNG["resnet"], 10**6, {})
        config = replace(config, epochs=SPEED_EPOCHS, patience=SPEED_EPOCHS)
        rows = np.arange(SPEED_ROWS), np.arange(SPEED_ROWS, len(some))
        loader = torch.utils.data.DataLoader(
            Files(files[:SPEED_ROWS], labels), batch_size=config.batch, shuffle=True
        )
        held = torch.utils.data.DataLoader(
            Files(files[SPEED_ROWS:], labels[SPEED_ROWS:]), batch_size=SPEED_HELD
        )
        pixels = codecs.make("image", size=32).encode(files)["pixels"]

        def ours_whole(config: Any = config) -> float:
            start = time.process_time()
            made = codecs.make("image").fit([files[:SPEED_ROWS]]).encode(files)
            encoded = time.process_time() - start
            augment = Augment(RUNG["resnet"].augment)
            return encoded + our_epochs(Data(made, labels, *rows), task, config, augment)

        def memory(last: bool, part: NDArray) -> Batches:
            planes = torch.from_numpy(pixels)
            planes = planes if last else planes.permute(0, 3, 1, 2).contiguous().float()
            targets = torch.from_numpy(labels)
            for at in torch.from_numpy(part)[torch.randperm(len(part))].split(config.batch):
                yield planes[at], targets[at]

        def plain_memory(*, last: bool = False, half: bool = False) -> float:
            feed, held = (lambda part=part: memory(last, part) for part in rows)
            return plain_epochs(feed, held, config, last=last, half=half)

        ways: dict[str, Callable[[], float]] = {
            "whole, plain": lambda: plain_epochs(lambda: loader, lambda: held, config),
            "whole, umbrella": ours_whole,
            "whole, umbrella, float32": lambda: ours_whole(replace(config, half=False)),
            "network, plain": lambda: plain_memory(),
            "network, plain, channels last": lambda: plain_memory(last=True),
            "network, plain, channels last, bfloat16": lambda: plain_memory(last=True, half=True),
            "network, umbrella": lambda: our_epochs(
                Data({"pixels": pixels}, labels, *rows), task, config, None
            ),
        }
        taken: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(SPEED_REPEATS):
            for name, way in ways.items():
                taken[name].append(way())
    return _ratios(taken, SPEED_ROWS * SPEED_EPOCHS)


def _ratios(taken: dict[str, list[float]], count: int) -> dict[str, Any]:
    """Pictures a CPU second of every way, ours over the plain ones, and whether that is enough."""
    found: dict[str, Any] = {name: count / median(times) for name, times in taken.items()}
    for name, rate in found.items():
        print(f"{name:40}{rate:8.0f} pictures a CPU second")
    found["whole ratio"] = found["whole, umbrella"] / found["whole, plain"]
    found["whole ratio, float32"] = found["whole, umbrella, float32"] / found["whole, plain"]
    ours = found["network, umbrella"]
    found["network ratio"] = ours / found["network, plain"]
    for name in ("channels last", "channels last, bfloat16"):
        found[f"network ratio, {name}"] = ours / found[f"network, plain, {name}"]
    for name, promised in (
        ("whole ratio", PROMISED_WHOLE),
        ("whole ratio, float32", None),
        ("network ratio", PROMISED_NETWORK),
        ("network ratio, channels last", None),
        ("network ratio, channels last, bfloat16", None),
    ):
        print(f"{name:40}{found[name]:8.2f}" + (f"   promised {promised}" if promised else ""))
    broken = found["whole ratio"] < PROMISED_WHOLE or found["network ratio"] < PROMISED_NETWORK
    return found | {"broken": broken}


# --- accuracy ------------------------------------------------------------------------------------


def fresh(step: Rung, sizes: dict[str, Any], outputs: int, seed: int = 0) -> nn.Module:
    """A rung's network with the start weights of a seed."""
    torch.manual_seed(seed)
    return build(step, sizes, outputs=outputs)


def right(
    step: Rung, pictures: Pictures, seed: int = 0, minutes: float | None = None
) -> NDArray[np.bool_]:
    """Fit a rung as `fit` does, a tenth of the rows held back; which test rows it gets right.

    Args:
        step: from the ladder.
        pictures: see there.
        seed: of weights, order and the rows held back.
        minutes: for everything, decoding included.
    """
    start = time.monotonic()
    count = len(pictures.files)
    order = np.random.default_rng(seed).permutation(count)
    train_rows, held = np.sort(order[count // 10 :]), np.sort(order[: count // 10])
    task = Classify.learn(pictures.labels, train_rows)
    codec = codecs.make(step.codec, **step.view)
    codec.fit([[pictures.files[at] for at in train_rows]])
    data = Data(codec.encode(pictures.files), task.encode(pictures.labels), train_rows, held)
    network = fresh(step, codec.sizes, task.outputs, seed)
    config = loop_config(step, len(train_rows), {}, seed=seed)
    use_threads(network, config.batch)
    left = None if minutes is None else 60 * minutes - (time.monotonic() - start)
    augment = Augment(step.augment) if step.augment else None
    outcome = train(network, data, task, config, CPU, seconds=left, augment=augment)
    test = codec.encode(pictures.test_files)
    outputs = outputs_of(network, test, np.arange(len(pictures.test_files)), CPU)
    print(f"  {step.name}: {outcome.state.step} steps in {time.monotonic() - start:.0f} s, "
          f"{outcome.stopped}", flush=True)  # fmt: skip
    return task.row_scores(outputs, task.encode(pictures.test_labels)) > 0.5


def cifar() -> dict[str, Any]:
    """Accuracy of the residual rung after a quarter of an hour."""
    with tempfile.TemporaryDirectory() as folder:
        scores = right(RUNG["resnet"], cifar_files(Path(folder)), minutes=CIFAR_MINUTES)
    bound = wilson(int(scores.sum()), len(scores))
    print(f"CIFAR-10, 25,000 pictures, {CIFAR_MINUTES:g} minutes: {scores.mean():.2%} of "
          f"{len(scores):,} ({bound.low:.1%} to {bound.high:.1%}), "
          f"promised {CIFAR_PROMISED:.0%}")  # fmt: skip
    figures = {"accuracy": float(scores.mean()), "low": bound.low, "high": bound.high}
    return figures | {"broken": bool(scores.mean() < CIFAR_PROMISED)}


def digits() -> dict[str, Any]:
    """Accuracy of two rungs on 8 × 8 digits, mean over seeds."""
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        pictures = digit_files(Path(folder))
        for name, promised in DIGITS_PROMISED.items():
            scores = [right(RUNG[name], pictures, seed).mean() for seed in range(DIGITS_SEEDS)]
            found[name] = float(mean(scores))
            print(f"digits, {name}: {found[name]:.2%} of {len(pictures.test_files)} "
                  f"({', '.join(f'{score:.2%}' for score in scores)}), "
                  f"promised {promised:.1%}", flush=True)  # fmt: skip
    return found | {"broken": any(found[n] < least for n, least in DIGITS_PROMISED.items())}


def cifar_files(folder: Path) -> Pictures:
    """The subset's JPEG files, unpacked."""
    archive = corpora.DATA / "cifar10_subset" / "cifar10_jpg.tar.gz"
    with tarfile.open(archive) as tar:
        tar.extractall(folder, filter="data")
    found = [sorted((folder / part).glob("*/*.jpg")) for part in ("train", "test")]
    (files, labels), (test_files, test_labels) = (
        ([str(path) for path in paths], [path.parent.name for path in paths]) for paths in found
    )
    return Pictures(files, labels, test_files, test_labels)


def digit_files(folder: Path) -> Pictures:
    """scikit-learn's 1,797 digits as grey PNG files; a fifth is for the test."""
    from PIL import Image
    from sklearn.datasets import load_digits
    from sklearn.model_selection import train_test_split

    images, labels = load_digits(return_X_y=True)
    files = []
    for number, image in enumerate(images):
        path = folder / f"{number}.png"
        Image.fromarray((image.reshape(8, 8) * 255 / 16).astype(np.uint8)).save(path)
        files.append(str(path))
    names = [str(label) for label in labels]
    parts = train_test_split(files, names, test_size=0.2, random_state=0, stratify=names)
    return Pictures(parts[0], parts[2], parts[1], parts[3])


PARTS: dict[str, Callable[[], dict[str, Any]]] = {
    "speed": speed,
    "digits": digits,
    "cifar": cifar,
}


def main(asked: list[str]) -> int:
    """Measure, print, keep the figures; 1 when a promise is broken."""
    kept = json.loads(RESULT.read_text("utf-8")) if RESULT.exists() else {}
    found = {}
    for name in asked or PARTS:
        if name not in PARTS:
            print(f"No part named {name}. There are: {', '.join(PARTS)}.")
            return 2
        try:
            found[name] = PARTS[name]()
        except FileNotFoundError as error:
            print(f"skipped: {name}, for {error}")
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(kept | found, indent=1) + "\n", "utf-8")
    return 1 if any(figures["broken"] for figures in found.values()) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
