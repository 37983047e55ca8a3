"""Training steps per second: rows of similar length together, beside a plain PyTorch loop.

The plain loop takes rows in random order and pads every batch to its longest text. Ours takes the
same rows in the order of `umbrella.fit.batches`. Network, start weights, optimiser, batch size and
encoded rows are the same; both make their batches inside the measured time. A figure is CPU time
of one thread over whole epochs, taken in turns.
"""

import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

import corpora
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils.rnn import pad_sequence

from umbrella.data import codecs
from umbrella.data.codecs.ragged import Ragged
from umbrella.fit.batches import collate, epoch_order
from umbrella.fit.optim import make_optimizer
from umbrella.models.ladders import build, rung

EPOCHS = 3  # measured of each loop; the median counts
BATCH = 64
WARM_STEPS = 5
PROMISED = 1.5
CORPUS = "mr_polarity"
RUNGS = ("lstm", "transformer")
RESULT = Path(__file__).parent / "results" / "steps.json"

Batches = Iterator[tuple[Tensor, Tensor]]


def plain(ids: Ragged, labels: NDArray[np.int64], seed: int) -> Batches:
    """Random order, every batch padded to its longest text."""
    rows = [torch.from_numpy(ids.row(index).astype(np.int64)) for index in range(len(ids))]
    targets = torch.from_numpy(labels)
    for at in torch.randperm(len(rows), generator=torch.Generator().manual_seed(seed)).split(BATCH):
        yield pad_sequence([rows[i] for i in at.tolist()], batch_first=True), targets[at]


def bucketed(ids: Ragged, labels: NDArray[np.int64], seed: int) -> Batches:
    """The order of `fit`."""
    for at in epoch_order(ids.lengths, BATCH, seed):
        yield torch.from_numpy(collate({"ids": ids}, at)["ids"]), torch.from_numpy(labels[at])


class Loop:
    """One network in training, fed by one way of making batches."""

    def __init__(self, name: str, vocab: int, feed: Callable[..., Batches]):
        torch.manual_seed(0)
        self.network: nn.Module = build(rung("text", name), {"vocab": vocab}, outputs=2).train()
        self.optimizer = make_optimizer(self.network, 1e-3, 0.01, fused=False)
        self.feed = feed

    def run(
        self, ids: Ragged, labels: NDArray[np.int64], seed: int, steps: int
    ) -> dict[str, float]:
        """Train for an epoch, or fewer steps."""
        done = places = 0
        start = time.process_time()
        for batch_BT, targets_B in self.feed(ids, labels, seed):
            loss = functional.cross_entropy(self.network(ids=batch_BT), targets_B)
            self.optimizer.zero_grad(set_to_none=True)
            loss.backward()
            self.optimizer.step()
            done, places = done + 1, places + batch_BT.numel()
            if done == steps:
                break
        seconds = time.process_time() - start
        return {"steps_per_second": done / seconds, "steps": done, "places": places}


def measure(name: str, ids: Ragged, labels: NDArray[np.int64], vocab: int) -> dict[str, float]:
    """Both loops in turns, epoch by epoch."""
    loops = {"plain": Loop(name, vocab, plain), "umbrella": Loop(name, vocab, bucketed)}
    for loop in loops.values():
        loop.run(ids, labels, 0, WARM_STEPS)
    runs: dict[str, list[dict[str, float]]] = {side: [] for side in loops}
    for epoch in range(EPOCHS):
        for side, loop in loops.items():
            runs[side].append(loop.run(ids, labels, epoch + 1, sys.maxsize))
    figures: dict[str, float] = {}
    for side, epochs in runs.items():
        figures[f"{side}_steps_per_second"] = median(e["steps_per_second"] for e in epochs)
        figures[f"{side}_padding"] = 1 - EPOCHS * len(ids.values) / sum(e["places"] for e in epochs)
        figures[f"{side}_steps"] = epochs[0]["steps"]
    figures["ratio"] = figures["umbrella_steps_per_second"] / figures["plain_steps_per_second"]
    return figures


def main() -> int:
    """Measure, print, keep the figures; 1 when a ratio is below the promise."""
    torch.set_num_threads(1)
    try:
        corpus = corpora.load(CORPUS)
    except FileNotFoundError as error:
        print(f"skipped: {CORPUS} is not here ({error})")
        return 0
    step = rung("text", RUNGS[0])
    codec = codecs.make(step.codec, **step.view).fit([corpus.texts])
    ids, labels = codec.encode(corpus.texts)["ids"], np.array(corpus.labels)
    print(f"{CORPUS}: {len(ids):,} rows of {ids.lengths.mean():.0f} tokens, longest "
          f"{ids.lengths.max()}; batches of {BATCH}, one thread")  # fmt: skip
    print(f"{'steps per CPU second':22}{'plain':>8}{'umbrella':>10}{'ratio':>8}{'promised':>10}")
    results = {}
    for name in RUNGS:
        found = results[name] = measure(name, ids, labels, codec.vocab)
        print(
            f"{name:22}{found['plain_steps_per_second']:8.1f}"
            f"{found['umbrella_steps_per_second']:10.1f}{found['ratio']:8.2f}{PROMISED:>10}"
            f"   padding {found['plain_padding']:.0%} → {found['umbrella_padding']:.0%}",
            flush=True,
        )
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(
        json.dumps({"corpus": CORPUS, "batch": BATCH, "rungs": results}, indent=1) + "\n"
    )
    return 1 if any(found["ratio"] < PROMISED for found in results.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
