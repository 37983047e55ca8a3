"""Learning curves: what each rung makes of 100 labels, of 200, and so on up to all of them.

A training gets so many labels and no more: seven in eight of them to learn from, the eighth to
steer by. Every seed draws its own, and the labels of a size are among those of the next. All are
judged on the same rows. What came of a training is one file that is written at once.
"""

import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from umbrella.base.catalogue import sentence
from umbrella.base.errors import DataError
from umbrella.base.limits import LIMITS
from umbrella.base.seeds import derive, generator
from umbrella.base.tensors import load_tensors, save_tensors
from umbrella.compare.contest import limits
from umbrella.compare.curve_words import curve_words
from umbrella.data.spill import Spilling
from umbrella.data.split import PARTS, Split
from umbrella.fit.apart import shared_doubt
from umbrella.fit.prepare import Prepared, texts_of
from umbrella.fit.rung import Context, fit_rung
from umbrella.fit.solve_vectors import FROZEN, answers_of, read_vectors
from umbrella.fit.steps import Step, steps
from umbrella.fit.views import Views
from umbrella.models.ladders import build, network_of
from umbrella.score.crossed import Estimate, gap, mean

LEAST, NEAR = 100, 1.4  # labels of the first size; a size so near to all of them is left out
LEARN = 7 / 8  # share of the labels to learn from
ROWS = 8192  # rows that a frozen encoder reads between two writes


@dataclass(frozen=True)
class Curve:
    """One rung over all sizes.

    Args:
        step: the rung, and what it reads.
        scores: of every judged row, by size and seed [S, K, n].
        seconds: of a training, by size [S].
    """

    step: Step
    scores: NDArray[np.float64]
    seconds: NDArray[np.float64]


def sizes_of(labels: int) -> list[int]:
    """100, 200, 400 and so on, and all there are.

    Raises:
        DataError: too few for two sizes.
    """
    if labels < 2 * LEAST:
        raise DataError(
            f"--by-size draws a curve over training sizes from {LEAST} labels on; there are "
            f"{labels} beside the rows that judge and those set aside. Leave --by-size out, or "
            f"add rows."
        )
    sizes = [LEAST]
    while sizes[-1] * 2 * NEAR <= labels:
        sizes.append(sizes[-1] * 2)
    return [*sizes, labels]


def by_size(context: Context, seeds: int) -> dict[str, Any]:
    """Train every rung asked for on every size from every seed.

    Args:
        context: rows, views, settings and encoder; its run folder keeps what is finished.
        seeds: trainings of each rung on each size.

    Returns:
        JSON-safe; the part "curve" of compare.json.
    """
    prepared, settings = context.prepared, context.settings
    asked = steps(
        prepared.kind,
        prepared.columns,
        prepared.table.kinds,
        settings.rungs,
        context.encoder is not None,
    )
    labels = sum(len(prepared.part(name)) for name in PARTS[:2])
    sizes = sizes_of(labels)
    curves = []
    with context.progress.stage(
        sentence("stage.compare"), len(asked) * len(sizes) * seeds
    ) as stage:
        for step in asked:
            own = replace(context, vectors=_vectors(context, step), priced=False)
            scores, seconds = [], []
            for size in sizes:
                made = []
                for seed in range(seeds):
                    made.append(_train(own, step, size, seed))
                    stage.advance()
                scores.append(np.stack([one["scores"] for one in made]))
                seconds.append(float(np.mean([one["seconds"][0] for one in made])))
            curves.append(Curve(step, np.stack(scores), np.array(seconds)))
    return found(prepared, sizes, curves)


def found(prepared: Prepared, sizes: Sequence[int], curves: Sequence[Curve]) -> dict[str, Any]:
    """The curves, how far each rung is ahead of the first that is not pretrained, and in words."""
    sign, groups = prepared.task.sign, prepared.dependent("test")
    plain = [curve for curve in curves if not curve.step.rung.pretrained]
    base = (plain or list(curves))[0]
    others = [curve for curve in curves if curve is not base]
    level = 1 - shared_doubt(1 + len(others) * len(sizes))
    rungs = [
        {
            "name": curve.step.name,
            "pretrained": curve.step.rung.pretrained,
            "points": [_point(scores, groups, sign) for scores in curve.scores],
            "seeds": [scores.mean(axis=1).tolist() for scores in curve.scores],
            "seconds": curve.seconds.tolist(),
        }
        for curve in curves
    ]
    ahead = [
        {
            "name": curve.step.name,
            "pretrained": curve.step.rung.pretrained,
            "points": [
                _gap(sign * mine, sign * theirs, groups, level)
                for mine, theirs in zip(curve.scores, base.scores, strict=True)
            ],
        }
        for curve in others
    ]
    facts = {"sizes": list(sizes), "base": base.step.name, "rungs": rungs, "ahead": ahead}
    words = curve_words(facts, prepared.task.headline, sign)
    return facts | {"paragraph": [one.to_json() for one in words], "doubt": 1 - level}


def _point(scores: NDArray, groups: NDArray | None, sign: int) -> dict[str, Any]:
    """A mean over seeds and rows; its interval ends where scores do."""
    one = mean(scores, groups)
    low, high = limits(one.low, one.high, sign)
    return asdict(one) | {"low": low, "high": high}


def _gap(mine: NDArray, theirs: NDArray, groups: NDArray | None, level: float) -> dict[str, Any]:
    one: Estimate = gap(mine, theirs, groups, level=level)
    return asdict(one) | {"clear": one.clear}


def _train(context: Context, step: Step, size: int, seed: int) -> dict[str, NDArray]:
    """One training, or what is kept of it."""
    folder = context.run / "sizes" / f"{step.name}-{size}-{seed + 1}"
    kept = folder.with_suffix(".safetensors")
    if not kept.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        number = derive(context.settings.seed, "by-size", seed)
        drawn = _relearned(_draw(context.prepared, size, number), context.settings.target)
        views = Views(drawn, context.progress, context.views.keep)
        settings = replace(context.settings, seed=number)
        own = replace(context, prepared=drawn, views=views, settings=settings)
        look = fit_rung(own, step, folder, {})
        network = network_of(look.facts["network"])
        weights = load_tensors(folder / "weights.safetensors")
        network.load_state_dict({name: torch.from_numpy(a) for name, a in weights.items()})
        network = network.to(context.device.name).eval()
        rows = drawn.part("test")
        view = views.get(step.rung, {}, step.columns)
        outputs = answers_of(own.vectors, network, view.arrays, rows, context.device)
        scores = drawn.task.row_scores(outputs, drawn.targets[rows])
        save_tensors(kept, {"scores": scores, "seconds": np.array([look.facts["seconds"]])})
        shutil.rmtree(folder)
    return load_tensors(kept)


def _draw(prepared: Prepared, size: int, seed: int) -> Prepared:
    """The same rows with so many labels; the others are in no part."""
    part = prepared.split.part.copy()
    learn = round(LEARN * size)
    for name, count in (("train", learn), ("validation", size - learn)):
        rows = generator(seed, name).permutation(prepared.part(name))
        part[_each_first(rows, prepared.targets)[count:]] = PARTS.index("unused")
    return replace(prepared, split=Split(part, prepared.split.unit))


def _relearned(drawn: Prepared, target: str) -> Prepared:
    """The same rows with a task that knows nothing of rows that are in no part; what it answers
    with, its types or classes, stays.
    """
    narrowed = getattr(drawn.task, "narrowed", None)
    if narrowed is None:
        return drawn
    raw = drawn.table.raw(target).to_list()
    texts = texts_of(type(drawn.task), drawn.table, drawn.columns, drawn.rows)["texts"]
    task = narrowed([raw[row] for row in drawn.rows], drawn.part("train"), texts)
    return replace(drawn, task=task)


def _each_first(rows: NDArray, targets: NDArray) -> NDArray:
    """The same rows, the first of every class at the front: no draw lacks one if it can help it."""
    if targets.ndim > 1 or not np.issubdtype(targets.dtype, np.integer):
        return rows
    firsts = np.unique(targets[rows], return_index=True)[1]
    return np.concatenate([rows[np.sort(firsts)], np.delete(rows, firsts)])


def _vectors(context: Context, step: Step) -> NDArray[np.float32] | None:
    """What a frozen encoder makes of all rows: read once for all sizes and seeds, and on disk once
    it outgrows memory.
    """
    if step.rung.solver != FROZEN or context.encoder is None:
        return None
    view = context.views.get(step.rung, {}, step.columns)
    data, config = context.views.data(view), context.encoder.config
    sizes: dict[str, Any] = dict(view.codecs.sizes) | dict(config)
    network = build(step.rung, {}, outputs=context.prepared.task.outputs, **sizes)
    context.encoder.fill(network)
    network = network.to(context.device.name).eval()
    made, total = Spilling(LIMITS), len(context.prepared.rows)
    with context.progress.stage(sentence("stage.vectors"), total) as stage:
        for start in range(0, total, ROWS):
            rows = np.arange(start, min(start + ROWS, total))
            made.add(read_vectors(network, data, rows, context.device))
            stage.advance(len(rows))
    vectors: NDArray[np.float32] = made.close()
    return vectors
