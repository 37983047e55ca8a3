"""What a user should know once a fit is done and nobody could have said before."""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from umbrella.base.catalogue import Sentence, sentence
from umbrella.data.arrays import Arrays
from umbrella.data.codecs.columns import Columns
from umbrella.data.codecs.ragged import Ragged
from umbrella.data.codecs.text_subwords import TextSubwords
from umbrella.tasks.task import Task


def of_reading(task: Task, outputs: NDArray, targets: NDArray) -> list[Sentence]:
    """How answers are read, where held-out rows chose another way than the rungs were scored by.

    Args:
        task: after `calibrated`.
        outputs, targets: of the validation rows.
    """
    plain, spec = task.as_fitted(), task.spec()
    if plain == task:
        return []
    if "margin" in spec:
        return _of_silence(task, outputs, targets) if spec["silent"] else []
    told = {
        "score": float(task.row_scores(outputs, targets).mean()),
        "before": float(plain.row_scores(outputs, targets).mean()),
        "form": "percent",
    }
    if limits := spec.get("thresholds"):
        key = "fit.read.one" if len(set(limits)) == 1 else "fit.read.own"
        how = sentence(key, least=min(limits), most=max(limits))
        return [sentence("fit.read.chances", how=how, **told)]
    weight = spec["search"]["weight"]
    how = sentence("fit.read.language" if weight else "fit.read.beam", weight=weight)
    return [sentence("fit.read", how=how, **told)]


def _of_silence(task: Any, outputs: NDArray, targets: NDArray) -> list[Sentence]:
    """By how much an answer must beat silence."""
    plain = replace(task, margin=0.0)
    told = {
        "score": float(task.row_scores(outputs, targets).mean()),
        "before": float(plain.row_scores(outputs, targets).mean()),
    }
    return [sentence("answer.margin", margin=task.margin, **told)]


def of_cut(codecs: Columns, arrays: Arrays) -> list[Sentence]:
    """Texts that fill all that a published encoder reads: they may go on beyond it."""
    for part in codecs.parts:
        if type(part.codec) is TextSubwords:
            length, lengths = part.codec.config.length, arrays[f"{part.prefix}ids"].lengths  # type: ignore[union-attr]
            if cut := int((lengths >= length).sum()):
                return [sentence("fit.pretrained.cut", cut=cut, rows=len(lengths), length=length)]
    return []


def of_length(network: object, arrays: Arrays, targets: NDArray, at: NDArray) -> list[Sentence]:
    """Training rows that are too short for their transcript: no path leads through them.

    Args:
        network: one that answers place by place has `places`, frames → places.
        arrays: encoded rows.
        targets: of all rows.
        at: positions of the training rows.
    """
    places = getattr(network, "places", None)
    ragged = [values for values in arrays.values() if isinstance(values, Ragged)]
    if places is None or not ragged:
        return []
    goals = targets[at]
    again = (goals[:, 1:] == goals[:, :-1]) & (goals[:, 1:] > 0)  # a blank must stand between
    needed = (goals > 0).sum(axis=1) + again.sum(axis=1)
    frames = ragged[0].lengths[at]
    short = needed > np.array([places(int(count)) for count in frames])
    if not short.any():
        return []
    return [sentence("fit.short", count=int(short.sum()), rows=len(at))]
