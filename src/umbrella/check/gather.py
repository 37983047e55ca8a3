"""Collect from a run folder what the questions look at."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from umbrella.base.catalogue import sentence
from umbrella.base.progress import Progress, Silent
from umbrella.base.run import read_ladder
from umbrella.base.seeds import generator
from umbrella.base.tensors import load_tensors
from umbrella.check.drawing import draw_rows
from umbrella.check.evidence import PARTS, Evidence
from umbrella.check.meaning import read_meaning
from umbrella.check.origins import Origins, gather_origins, show_origins
from umbrella.check.without import answers_without
from umbrella.data.copies import are_texts
from umbrella.data.giveaway import Giveaways, find_giveaways
from umbrella.data.kinds import FILES
from umbrella.explain.asked import looker
from umbrella.fit.prepare import Prepared, find_groups
from umbrella.fit.settings import FitSettings
from umbrella.fit.trained import Trained, load_trained, read_rows
from umbrella.tasks.task import for_all

DRAWS = 20  # of random words, beside those that moved an answer
LOOKS = 3  # answers of a row whose words are shown, the least sure where they are spans
TRAIN_ROWS = 5_000  # training rows that are scored again, drawn at random


def gather(
    path: Any,
    data: Any = None,
    progress: Progress | None = None,
    pretrained: str | None = None,
) -> Evidence:
    """Score a run's rows and hold everything together.

    The test outputs are those of the fit's own single look; nothing is fitted here.

    Args:
        path: the run.
        data: where the data is now, when it has moved.
        progress: where to show it.
        pretrained: an encoder that is asked about meaning; that of the run by default.

    Raises:
        RunError, DataError: the run or its data is absent, damaged or changed.
    """
    progress = progress or Silent()
    trained = load_trained(path)
    with progress.stage(sentence("stage.read")):
        rows = read_rows(trained, data)
    parts = {part: rows.split.rows(part) for part in PARTS}
    judged = parts | {"train": _sample(parts["train"], trained.facts["plan"]["seed"])}
    with progress.stage(sentence("stage.score")):
        outputs = _outputs(trained, rows, judged["train"])
        sizes, modalities = trained.sizes(rows.batches("test")), answers_without(trained, rows)
    targets = {part: rows.targets[at] for part, at in judged.items()}
    facts, simple = trained.facts, rows.baseline(trained.task)
    origins = gather_origins(rows, judged["train"], outputs["test"])
    spread, grouped = _spread(rows, rows.split.unit), facts.get("grouped")
    return Evidence(
        name=facts["name"],
        task=trained.task,
        outputs=outputs,
        targets=targets,
        rows={part: rows.rows[at] for part, at in judged.items()},
        baseline={
            part: trained.task.row_scores(for_all(simple, len(goals)), goals)
            for part, goals in targets.items()
        },
        show=_shower(rows, origins, outputs["test"]),
        draw=None if origins else _drawer(rows),
        look=None if origins else looker(trained, rows.table, DRAWS, LOOKS),
        units=None if origins else spread,
        groups=spread if grouped else None,
        names=_names(trained, rows) if grouped else None,
        modalities=modalities,
        giveaways=None if origins else _giveaways(rows, parts["train"]),
        meaning=None if origins else read_meaning(trained, rows, pretrained, progress),
        origins=origins,
        sizes=sizes,
        by_unit=not origins and rows.dependent("test") is not None,
        texts=not origins and are_texts(rows.table, rows.columns),
        parts={part: rows.rows[at] for part, at in parts.items()},
        ladder=read_ladder(trained.run),
        selection=facts["selection"],
        facts=facts,
    )


def _giveaways(rows: Prepared, train: NDArray) -> Giveaways | None:
    return find_giveaways(rows.table, rows.columns, rows.rows[train], rows.targets[train])


def _shower(
    rows: Prepared, origins: Origins | None, outputs: NDArray
) -> Callable[[NDArray], list[dict[str, str]]]:
    """What shows rows as cells: those of the table, or origins of series."""
    if origins is None:
        return lambda at: _show(rows, at)
    return lambda at: show_origins(origins, outputs, at)


def _outputs(trained: Trained, rows: Prepared, sample: NDArray) -> dict[str, NDArray]:
    chosen = np.isin(np.arange(len(rows.rows)), sample)
    return {
        "train": trained.outputs(rows.batches(chosen)),
        "validation": trained.outputs(rows.batches("validation")),
        "test": _kept(trained, rows),
    }


def _kept(trained: Trained, rows: Prepared) -> NDArray:
    """The outputs of the first look, or the same again where a run keeps none."""
    kept = trained.run / "test.safetensors"
    if kept.is_file():
        outputs = load_tensors(kept)["outputs"]
        if len(outputs) == len(rows.split.rows("test")):
            return outputs
    return trained.outputs(rows.batches("test"))


def _sample(train: NDArray, seed: int) -> NDArray:
    if len(train) <= TRAIN_ROWS:
        return train
    return np.sort(generator(seed, "check", "train").choice(train, TRAIN_ROWS, replace=False))


def _spread(rows: Prepared, values: NDArray) -> NDArray:
    """Values of the rows with a target, laid out over all rows of the table; others stand alone."""
    out = np.arange(len(rows.keep)) + int(values.max(initial=0)) + 1
    out[rows.rows] = values
    return out


def _names(trained: Trained, rows: Prepared) -> NDArray | None:
    """What the groups of the rows are called, laid out over all rows of the table."""
    plan = trained.facts["plan"]
    settings = FitSettings(plan["target"], group=plan["group"], time=plan["time"])
    raw = rows.table.raw(plan["target"]).to_list()
    _, values, _ = find_groups(rows.table, settings, rows.rows, [raw[at] for at in rows.rows])
    if values is None:
        return None
    out = np.full(len(rows.keep), "", dtype=object)
    out[rows.rows] = [str(value) for value in values]
    return out


def _drawer(rows: Prepared) -> Callable[[NDArray], list[list[dict[str, Any]]]] | None:
    """What draws the files of rows, or None where no input column names files."""
    table = rows.table
    files = [name for name in table.columns if name in rows.columns and table.kinds[name] in FILES]
    if not files:
        return None

    def draw(at: NDArray) -> list[list[dict[str, Any]]]:
        frame = table.take(np.asarray(at, dtype=np.int64))
        columns = [
            [(table.kinds[name], path) for path in table.resolve(name, frame[name].to_list())]
            for name in files
        ]
        return draw_rows([dict(zip(files, row, strict=True)) for row in zip(*columns, strict=True)])

    return draw


def _show(rows: Prepared, at: NDArray) -> list[dict[str, str]]:
    frame = rows.table.take(np.asarray(at, dtype=np.int64))
    names = [name for name in rows.table.columns if name in rows.columns]
    return [
        {name: "" if cell is None else str(cell) for name, cell in zip(names, row, strict=True)}
        for row in frame.select(names).iter_rows()
    ]
