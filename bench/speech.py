"""Speech written down: digits by speakers that no model has heard, and one voice's prompts.

digits   3 to 5 clips of the Free Spoken Digit Dataset, one after the other, with short random
         pauses. Each of six speakers in turn is left out of training; first recordings of the
         other five (takes 0 to 4) say when to stop and how to search.
prompts  541 prompts of a telephone system, ONE speaker, so the figure says nothing of other voices;
         four folds, each prompt is held out once. The training prompts teach the language model.

Every rung is read three ways: the likeliest path, the beam, and the beam with its language model.
Run: python bench/speech.py [digits|prompts] [rung] [speaker]; OMP_NUM_THREADS=1 for one thread. The
Conformer takes an hour and is left out unless it is named.
"""

import csv
import itertools
import json
import os
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import torch
from numpy.typing import NDArray

from umbrella.base.seeds import generator
from umbrella.data.codecs.audio_mel import AudioMel
from umbrella.fit.augment import Augment
from umbrella.fit.device import Device, use_threads
from umbrella.fit.loop import Data, LoopConfig, outputs_of, train
from umbrella.models.ladders import build
from umbrella.models.rungs import Rung
from umbrella.models.rungs.speech import RUNGS
from umbrella.score.ctc import Search
from umbrella.tasks.task import for_all
from umbrella.tasks.transcribe import TRIED, Transcribe

REPO = Path(__file__).parents[1]
DATA = Path(os.environ.get("UMBRELLA_DATA", REPO.parent / "shared" / "data"))
RESULT = Path(__file__).parent / "results" / "speech.json"
WORDS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
RATE = 8000  # samples a second, of both sets
TAKES = 5  # first recordings of each digit and speaker that no training string has
STRINGS, CHECKS, TESTS = 100, 20, 60  # a speaker
FOLDS = 4
MORE = {"prompts": {"epochs": 50, "patience": 12}}  # few rows, many words: more rounds than usual
SLOW = {"conformer"}
GOAL = 0.30  # mean word error rate over unseen speakers

Row = tuple[str, str]  # path, transcript
Parts = tuple[list[Row], list[Row], list[Row]]  # to train on, to stop and choose by, to test on


def main() -> int:
    """Measure, print, keep the figures after each part; 1 when the goal is missed."""
    result: dict[str, Any] = {}
    wanted = set(sys.argv[1:])
    with tempfile.TemporaryDirectory() as folder:
        for name, parts in (("digits", digits(Path(folder))), ("prompts", prompts())):
            for rung, part in itertools.product(RUNGS, parts):
                named = {name, rung.name, part}
                if len(wanted & named) < len(wanted) or (SLOW & named) - wanted:
                    continue
                found = measure(rung, *parts[part], train=MORE.get(name, {}))
                tell(f"{name} {rung.name} {part}", found)
                result = json.loads(RESULT.read_text()) if RESULT.exists() else {}
                kept = result.setdefault(name, {}).setdefault(rung.name, {"each": {}})
                kept["each"][part] = found
                kept["mean"] = mean_of(kept["each"].values())
                tell(f"{name} {rung.name} mean of {len(kept['each'])}", kept["mean"])
                RESULT.parent.mkdir(exist_ok=True)
                RESULT.write_text(json.dumps(result, indent=1) + "\n")
    reached = [rung["mean"]["beam_language"] for rung in result.get("digits", {}).values()]
    return 1 if reached and min(reached) > GOAL else 0


def digits(folder: Path) -> dict[str, Parts]:
    """Speaker left out → strings to train on, to stop by and to test on."""
    archive = DATA / "fsdd" / "fsdd_wav.zip"
    if not archive.exists():
        print(f"skipped: {archive} is not here. Set UMBRELLA_DATA to the folder of real data.")
        return {}
    parts = strings_of(read_digits(archive), folder)
    speakers = sorted({speaker for speaker, _ in parts})
    out = {}
    for unseen in speakers:
        known = [one for one in speakers if one != unseen]
        fit, check = ([row for one in known for row in parts[one, p]] for p in ("fit", "check"))
        out[unseen] = (fit, check, parts[unseen, "test"])
    return out


def prompts() -> dict[str, Parts]:
    """Fold → prompts to train on, to stop by and to test on; each is tested on once."""
    folder = DATA / "asterisk_prompts_en"
    if not folder.exists():
        print(f"skipped: {folder} is not here. Set UMBRELLA_DATA to the folder of real data.")
        return {}
    with (folder / "transcripts.csv").open(encoding="utf-8") as file:
        rows = [(str(folder / "wavs" / one["file"]), one["text"]) for one in csv.DictReader(file)]
    order = generator(0, "prompts").permutation(len(rows))
    out = {}
    for fold in range(FOLDS):
        rest = [rows[at] for number, at in enumerate(order) if number % FOLDS != fold]
        cut = len(rest) // 9
        out[f"fold {fold}"] = (rest[cut:], rest[:cut], [rows[at] for at in order[fold::FOLDS]])
    return out


def read_digits(archive: Path) -> dict[tuple[str, int, int], NDArray[np.float32]]:
    """(speaker, digit, take) → wave."""
    waves = {}
    with zipfile.ZipFile(archive) as file:
        for name in sorted(file.namelist()):
            if name.endswith(".wav"):
                digit, speaker, take = Path(name).stem.split("_")
                with file.open(name) as one:
                    waves[speaker, int(digit), int(take)] = soundfile.read(one, dtype="float32")[0]
    return waves


def strings_of(
    waves: Mapping[tuple[str, int, int], NDArray[np.float32]], folder: Path
) -> dict[tuple[str, str], list[Row]]:
    """(speaker, part) → strings, written to files; "fit" and "check" share no clip."""
    parts: dict[tuple[str, str], list[Row]] = {}
    for speaker in sorted({key[0] for key in waves}):
        takes = {key[2] for key in waves if key[0] == speaker}
        early, late = ({t for t in takes if (t < TAKES) == first} for first in (True, False))
        for part, count, used in (
            ("fit", STRINGS, late),
            ("check", CHECKS, early),
            ("test", TESTS, takes),
        ):
            draw = generator(0, speaker, part)
            parts[speaker, part] = [
                _write(folder / f"{part}_{speaker}_{at}.wav", waves, speaker, sorted(used), draw)
                for at in range(count)
            ]
    return parts


def _write(
    path: Path,
    waves: Mapping[tuple[str, int, int], NDArray[np.float32]],
    speaker: str,
    takes: Sequence[int],
    draw: np.random.Generator,
) -> Row:
    pieces, said = [], []
    for _ in range(int(draw.integers(3, 6))):
        digit, take = int(draw.integers(10)), int(draw.choice(takes))
        pause = np.zeros(int(draw.uniform(0.05, 0.25) * RATE), np.float32)
        pieces += [pause, waves[speaker, digit, take]]
        said.append(WORDS[digit])
    soundfile.write(path, np.concatenate([*pieces, pieces[0]]), RATE)
    return str(path), " ".join(said)


def measure(
    rung: Rung, fit: Sequence[Row], check: Sequence[Row], test: Sequence[Row], **asked: Any
) -> dict[str, float]:
    """Word and character error rates on the test rows, read three ways.

    Args:
        rung: from the ladder of speech.
        fit, check, test: to train on, to stop and choose by, and to score.
        asked: "view", "network", "train" and "augment", where they differ from the rung's own.
    """
    rows = [*fit, *check, *test]
    every, ends = np.arange(len(rows)), [len(fit), len(fit) + len(check)]
    at = dict(zip(("fit", "check", "test"), np.split(every, ends), strict=True))
    task = Transcribe.learn([text for _, text in rows], at["fit"])
    targets = task.encode([text for _, text in rows])
    if rung.codec == "blank":
        simple = for_all(task.baseline(targets[at["fit"]]), len(test))
        scores = task.metrics(simple, targets[at["test"]])
        return {
            "greedy": scores["wer"],
            "greedy_cer": scores["cer"],
            "beam_language": scores["wer"],
        }
    codec = AudioMel(**{**rung.view, **asked.get("view", {})})
    codec.fit([[path for path, _ in fit]])
    encoded = codec.encode([path for path, _ in rows])
    torch.manual_seed(0)
    network = build(rung, codec.sizes, outputs=task.outputs, **asked.get("network", {}))
    config = LoopConfig(**{**rung.train, **asked.get("train", {})})
    use_threads(network, config.batch, int(os.environ.get("OMP_NUM_THREADS", "1")))
    varied, device = asked.get("augment", rung.augment), Device("cpu")
    data = Data(encoded, targets, at["fit"], at["check"])
    augment = Augment(varied) if varied else None
    ended = train(network, data, task, config, device, augment=augment)
    checked, tested = (outputs_of(network, encoded, at[p], device) for p in ("check", "test"))
    out: dict[str, float] = {"steps": ended.state.step, "seconds": ended.seconds}
    for name, chosen in ways(task, checked, targets[at["check"]]):
        scores = chosen.metrics(tested, targets[at["test"]])
        out |= {name: scores["wer"], f"{name}_cer": scores["cer"]}
        out[f"{name}_check"] = float(chosen.row_scores(checked, targets[at["check"]]).mean())
        if chosen.search and chosen.search.weight:
            out |= {"weight": chosen.search.weight, "bonus": chosen.search.bonus}
    return out


def ways(task: Transcribe, outputs: NDArray, targets: NDArray) -> Iterator[tuple[str, Transcribe]]:
    """The three ways to read, the third with the weights that err least on the held-out rows."""
    yield "greedy", task
    yield "beam", replace(task, search=Search())
    weighed = [replace(task, search=search) for search in TRIED if search.weight]
    yield "beam_language", min(weighed, key=lambda one: one.row_scores(outputs, targets).sum())


def mean_of(parts: Iterable[Mapping[str, float]]) -> dict[str, float]:
    """Every figure averaged over the parts."""
    rows = list(parts)
    names = [name for name in rows[0] if name not in ("weight", "bonus")]
    return {name: float(np.mean([row[name] for row in rows])) for name in names}


def tell(name: str, found: Mapping[str, float]) -> None:
    """One line."""
    told = ", ".join(f"{key} {value:.3f}" for key, value in found.items())
    print(f"{name:28} {told}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
