"""Training rows per second on a CUDA device: the loop of `fit` beside a plain PyTorch loop.

The plain loop computes in float32, in random order, pads every batch to its longest text and
copies it when it is needed. Ours computes in bfloat16 with a fused optimizer, takes rows of similar
length together and copies the next batch while this one is computed. Wall time of whole epochs,
after a warm-up, with the device waited for.
"""

import json
import sys
import time
from pathlib import Path

import corpora
import numpy as np
import torch
from steps import plain
from torch.nn import functional

from umbrella.data import codecs
from umbrella.fit.device import find_device
from umbrella.fit.loop import Data, LoopConfig, train
from umbrella.models.ladders import build, rung
from umbrella.tasks.classify import Classify

CORPUS = "mr_polarity"
RUNGS = ("cnn", "lstm", "transformer")
EPOCHS = 3
RESULT = Path(__file__).parent / "results" / "gpu_steps.json"


def plain_seconds(name: str, data: Data, vocab: int, device: str) -> float:
    """Seconds of the plain loop for all epochs."""
    torch.manual_seed(0)
    network = build(rung("text", name), {"vocab": vocab}, outputs=2).to(device).train()
    optimizer = torch.optim.AdamW(network.parameters(), lr=1e-3)
    start = 0.0
    for epoch in range(EPOCHS + 1):
        if epoch == 1:  # the first one warms the device up
            torch.cuda.synchronize()
            start = time.perf_counter()
        for ids, targets in plain(data.encoded["ids"], data.targets, epoch):  # type: ignore[arg-type]
            loss = functional.cross_entropy(network(ids=ids.to(device)), targets.to(device))
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
    torch.cuda.synchronize()
    return time.perf_counter() - start


def our_seconds(name: str, data: Data, vocab: int) -> float:
    """Seconds of our loop for all epochs, its scoring of a few validation rows included."""
    config = LoopConfig(epochs=EPOCHS, batch=64, patience=EPOCHS)
    seconds = 0.0
    for _ in range(2):  # the first run warms the device up
        network = build(rung("text", name), {"vocab": vocab}, outputs=2)
        start = time.perf_counter()
        train(network, data, Classify(("neg", "pos")), config, find_device())
        torch.cuda.synchronize()
        seconds = time.perf_counter() - start
    return seconds


def main() -> int:
    """Measure, print, keep the figures."""
    if not torch.cuda.is_available():
        print("skipped: there is no CUDA device here")
        return 0
    corpus = corpora.load(CORPUS)
    step = rung("text", RUNGS[0])
    codec = codecs.make(step.codec, **step.view).fit([corpus.texts])
    rows = np.arange(len(corpus.texts))
    data = Data(codec.encode(corpus.texts), np.array(corpus.labels), rows, rows[:256])
    results = {}
    print(torch.cuda.get_device_name())
    print(f"{'rows per second':18}{'plain':>10}{'umbrella':>10}{'ratio':>8}")
    for name in RUNGS:
        slow, fast = (
            plain_seconds(name, data, codec.vocab, "cuda"),
            our_seconds(name, data, codec.vocab),
        )
        speeds = [EPOCHS * len(rows) / seconds for seconds in (slow, fast)]
        results[name] = {"plain": speeds[0], "umbrella": speeds[1], "ratio": slow / fast}
        print(f"{name:18}{speeds[0]:10,.0f}{speeds[1]:10,.0f}{slow / fast:8.2f}", flush=True)
    found = {"device": torch.cuda.get_device_name(), "corpus": CORPUS, "rungs": results}
    RESULT.write_text(json.dumps(found, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
