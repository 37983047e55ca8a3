"""CNN or MLP: `umbrella compare --why` on digits and MNIST-1D, beside what others measured.

    python bench/why.py [digits] [mnist1d]

Five trainings of every arm, as the verb does by default. The figures beside ours are those of the
data's authors (Greydanus & Kobak 2020, arXiv:2011.14439: networks of any size, 4,000 training rows)
and of one short run with the same arms, whose locally connected network had four times the weights
of the others and whose learning rates were not tuned. Killed and started again, it goes on.
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import mnist_1d
from images import digit_files

import umbrella

HERE = Path(__file__).parent
RESULT = HERE / "results" / "why.json"
RUNS = HERE.parent / "runs" / "bench-why"
PROMISED = {  # predictions that must hold beyond doubt; the others are reported
    "mnist1d": ("same", "falls", "between_falls", "between_scores"),
    "digits": ("same", "moves"),
}
OTHERS = {  # network → in order, shuffled
    "authors": {"everywhere": (0.68, 0.68), "shared": (0.94, 0.56)},
    "short run": {
        "everywhere": (0.583, 0.579),
        "local": (0.694, 0.626),
        "shared": (0.894, 0.617),
    },
}


def mnist1d() -> dict[str, Any]:
    """5,000 signals of 40 numbers."""
    signals, digits = mnist_1d.make()
    table = {f"t{place:02}": signals[:, place].tolist() for place in range(signals.shape[1])}
    return explained("mnist1d", table | {"label": [f"digit {digit}" for digit in digits]}, ())


def digits() -> dict[str, Any]:
    """1,797 pictures of 8 × 8 pixels, and the ladder's own rungs on the same rows."""
    folder = RUNS / "pictures"
    if not folder.exists():
        folder.mkdir(parents=True)
        made = digit_files(folder)
        pairs = zip(made.files + made.test_files, made.labels + made.test_labels, strict=True)
        for file, label in pairs:
            (folder / label).mkdir(exist_ok=True)
            Path(file).rename(folder / label / Path(file).name)
    return explained("digits", folder, ("mlp", "cnn"))


def explained(name: str, data: Any, rungs: tuple[str, ...]) -> dict[str, Any]:
    """Run the experiment and print it; the figures that are kept."""
    made = umbrella.compare(
        data, "label", rungs, why=True, out=RUNS / name, threads=1, progress=True
    )
    why = made.facts["why"]
    show(name, why)
    marked = {one["name"]: one for one in why["predictions"]}
    kept = ("weights", "grid", "shifts", "epochs", "networks", "gains", "falls", "moves")
    return {
        "rows": made.facts["rows"],
        "contest": made.facts.get("contest"),
        **{key: why[key] for key in kept},
        "arms": [{k: v for k, v in arm.items() if k != "steering"} for arm in why["arms"]],
        "predictions": {
            key: {"held": one["held"], "clear": one["clear"], "says": one["says"]["en"]}
            for key, one in marked.items()
        },
        "broken": not all(
            marked[key]["held"] and marked[key]["clear"] is not False for key in PROMISED[name]
        ),
    }


def show(name: str, why: dict[str, Any]) -> None:
    """A table of the arms, beside the others' where they measured the same."""
    arms = {(arm["name"], arm["order"]): arm["score"]["value"] for arm in why["arms"]}
    print(f"\n{name}: {why['weights']:,} weights, {why['epochs']} epochs")
    print(f"{'':12}{'weights':>9}{'ordered':>9}{'shuffled':>10}" + "".join(
        f"{who:>18}" for who in OTHERS if name == "mnist1d"))  # fmt: skip
    for network in why["networks"]:
        one = network["name"]
        line = f"{one:12}{network['weights']:>9,}{arms[one, 'ordered']:>9.3f}"
        line += f"{arms[one, 'shuffled']:>10.3f}" if (one, "shuffled") in arms else f"{'':10}"
        for who in OTHERS.values():
            if name == "mnist1d" and one in who:
                line += f"{who[one][0]:>11.3f} →{who[one][1]:>5.3f}"
        print(line)
    for one in why["predictions"]:
        print(f"  {one['name']:15} {one['verdict']['en']}: {one['says']['en']}")
    print("  " + " ".join(part["en"] for part in why["paragraph"]), flush=True)


PARTS: dict[str, Callable[[], dict[str, Any]]] = {"mnist1d": mnist1d, "digits": digits}


def main(asked: list[str]) -> int:
    """Measure, print, keep the figures; 1 when a promise is broken."""
    broken = False
    for name in asked or PARTS:
        if name not in PARTS:
            print(f"No part named {name}. There are: {', '.join(PARTS)}.")
            return 2
        found = PARTS[name]()
        kept = json.loads(RESULT.read_text("utf-8")) if RESULT.exists() else {}
        kept[name] = found
        RESULT.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", "utf-8")
        broken |= found["broken"]
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
