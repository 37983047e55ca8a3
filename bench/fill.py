"""Blanks filled: what continued pre-training on a domain's text brings on text of it never seen.

wnut17   English messages (Derczynski et al. 2017), the texts alone, continued from MiniLM
tang     poems of the Tang, from scratch: counts of neighbours, an LSTM, a Transformer

MiniLM comes without a head that fills blanks. So two things are fitted with the same steps: a new
head on the body as it came, and head and body together. What the second gains over the first is
what the body learned, of the text and of filling blanks, for which MiniLM was not published; what
the first gains over the commonest tokens is the head's. How much of it is the domain's a control
tells: head and body continue with the same steps on rows of as many words each of Plato's Republic,
and are asked the same blanks of the messages ("elsewhere"); and then a head learns on that body as
many steps more, on the messages themselves ("head_on_it"). All rungs are asked the same blanks.
Intervals draw whole stretches or rows; p is of a paired test on the test rows.
Run: python bench/fill.py [corpus ...]; OMP_NUM_THREADS=1 for one thread. "longer" repeats wnut17
with three times the steps, and without the control.
"""

import json
import os
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import torch

import umbrella
from umbrella.base.run import Run
from umbrella.base.tensors import load_tensors
from umbrella.data.arrays import encode
from umbrella.data.read import read
from umbrella.fit.device import Device
from umbrella.fit.loop import outputs_of
from umbrella.fit.trained import load_trained, read_rows
from umbrella.models.ladders import network_of
from umbrella.pretrained.find import PACKAGED, find_packaged
from umbrella.score import doubt

REPO = Path(__file__).parents[1]
DATA = Path(os.environ.get("UMBRELLA_DATA", REPO.parent / "shared" / "data"))
RESULT = Path(__file__).parent / "results" / "fill.json"
POEMS = 3_000  # that are read
WNUT = ("neighbours", "bert-head", "bert")
ELSEWHERE = "plato_republic/republic_clean.txt"
PLANS: dict[str, dict[str, Any]] = {
    "wnut17": {"rungs": WNUT, "pretrained": "auto", "epochs": 2},
    "longer": {"rungs": ("neighbours", "bert"), "pretrained": "auto", "epochs": 6},
    "tang": {"rungs": ("neighbours", "lstm", "transformer"), "epochs": 4},
}
ALPHA = 0.05


def main() -> int:
    """Measure, print, keep; 1 where continued pre-training does not lower the loss beyond doubt."""
    asked = sys.argv[1:] or ["wnut17", "tang"]
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))
    failed = 0
    for name in asked:
        with tempfile.TemporaryDirectory() as folder:
            source = write(name, Path(folder))
            if source is None or not installed(PLANS[name]):
                continue
            found = measure(source, PLANS[name], Path(folder) / "run")
        keep(name, found)
        print(f"{name}: {json.dumps(found, indent=1)}", flush=True)
        gain = found.get("gain_of_the_text")
        failed += gain is not None and not (gain["nats"] > 0 and gain["p"] < ALPHA)
    return 1 if failed else 0


def installed(plan: dict[str, Any]) -> bool:
    """Whether the checkpoint that a plan needs is here."""
    package = next(iter(PACKAGED.values()))
    if "pretrained" not in plan or find_packaged(package) is not None:
        return True
    print(f"skipped: {package} is not installed")
    return False


def write(name: str, folder: Path) -> Path | None:
    """A corpus as a file that `fit` reads; None where the data is not here."""
    places = {
        "wnut17": DATA / "wnut17_ner_en" / "wnut17train.conll",
        "longer": DATA / "wnut17_ner_en" / "wnut17train.conll",
        "tang": DATA / "chinese_poetry_tang" / "poet.tang.0.json",
    }
    if not places[name].exists():
        print(f"skipped: {places[name]} is not here. Set UMBRELLA_DATA to the folder of real data.")
        return None
    if name != "tang":
        texts = read(places[name], format="conll").raw("text").to_list()
    else:
        poems: list[dict[str, Any]] = []
        for path in sorted(places[name].parent.glob("poet.tang.*.json")):
            poems += json.loads(path.read_text("utf-8"))
        texts = ["".join(poem["paragraphs"]) for poem in poems][:POEMS]
    out = folder / f"{name}.csv"
    pl.DataFrame({"text": texts}).write_csv(out)
    return out


def measure(source: Path, plan: dict[str, Any], run: Path) -> dict[str, Any]:
    """Loss of every rung on the test rows, and what the text brought."""
    begun = time.process_time()
    made = umbrella.fit(source, task="fill", out=run, threads=1, average=0.0, **plan)
    trained = load_trained(made.path)
    rows = read_rows(trained)
    arrays, test = encode(trained.codecs, rows.batches()), rows.part("test")
    targets, units = rows.part_targets("test"), rows.dependent("test")
    task, scores = trained.task, dict[str, np.ndarray]()
    found: dict[str, Any] = {"rows": {one: len(rows.part(one)) for one in ("train", "test")}}
    simple = rows.baseline(task)
    every = {"commonest tokens": np.broadcast_to(simple, (len(test), *simple.shape))}
    for rung in plan["rungs"]:
        every[rung] = outputs_of(network_in(run, rung), arrays, test, Device("cpu"))
    if "bert-head" in plan["rungs"] and (DATA / ELSEWHERE).exists():
        control = run.with_name("control")
        other = umbrella.fit(elsewhere(source), task="fill", out=control, threads=1, average=0.0,
                             **plan | {"rungs": ("bert",)})  # fmt: skip
        again = run.with_name("again")
        umbrella.fit(source, task="fill", out=again, threads=1, average=0.0,
                     **plan | {"rungs": ("bert-head",), "pretrained": str(other.path)})  # fmt: skip
        every["elsewhere"] = outputs_of(network_in(control, "bert"), arrays, test, Device("cpu"))
        every["head_on_it"] = outputs_of(
            network_in(again, "bert-head"), arrays, test, Device("cpu")
        )
    for name, outputs in every.items():
        scores[name] = task.row_scores(outputs, targets)
        around = task.interval(scores[name], units)
        told = {"loss": float(scores[name].mean()), "low": around.low, "high": around.high}
        more = task.metrics(outputs, targets) if outputs.ndim == 3 else {}
        found[name] = told | {k: more[k] for k in ("perplexity", "top_1", "top_5") if k in more}
    pairs = {
        "gain_of_the_text": ("bert-head", "bert"),
        "gain_elsewhere": ("bert-head", "elsewhere"),
        "gain_of_the_domain": ("elsewhere", "bert"),
        "gain_over_head_on_it": ("head_on_it", "bert"),
        "gain_over_neighbours": ("neighbours", "bert"),
    }
    for name, (worse, better) in pairs.items():
        if worse in scores and better in scores:
            found[name] = gained(task, scores[worse], scores[better], units)
    ladder = {one["name"]: one for one in made.ladder}
    found["steps"] = {one: ladder[one].get("steps") for one in plan["rungs"]}
    return found | {"chosen": made.facts["rung"], "cpu_seconds": time.process_time() - begun}


def network_in(run: Path, rung: str) -> Any:
    """The network of one rung of a run, as it was learned."""
    network = network_of(Run(run / "rungs" / rung).read("result.json")["network"])
    state = load_tensors(run / "rungs" / rung / "weights.safetensors")
    network.load_state_dict({n: torch.from_numpy(x) for n, x in state.items()})
    return network


def elsewhere(source: Path) -> Path:
    """Text of another domain, in as many rows of as many words each as `source` has."""
    words = iter((DATA / ELSEWHERE).read_text("utf-8").split())
    lengths = [len(text.split()) for text in pl.read_csv(source)["text"].to_list()]
    texts = [" ".join(islice(words, length)) for length in lengths]
    out = source.with_name("elsewhere.csv")
    pl.DataFrame({"text": texts}).write_csv(out)
    return out


def gained(task: Any, worse: np.ndarray, better: np.ndarray, units: Any) -> dict[str, float]:
    """By how many nats a token the second has the lower loss."""
    around = doubt.bootstrap(worse - better, groups=units)
    return {
        "nats": float((worse - better).mean()),
        "low": around.low,
        "high": around.high,
        "p": task.compare(worse, better, units),
    }


def keep(corpus: str, found: dict[str, Any]) -> None:
    """Write one corpus's figures down beside the others."""
    result: dict[str, Any] = json.loads(RESULT.read_text()) if RESULT.exists() else {}
    result[corpus] = found
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    sys.exit(main())
