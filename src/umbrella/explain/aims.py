"""What is to be explained of a row's answer: each label, number or span as a score of its own.

A score is on the scale on which networks add up: log-odds of a label against all others, the number
itself, the mean log-odds of a span's labels. Beside it stands the figure that a reader knows.

Shapes: B rows (copies of one text), C outputs, P pieces.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from umbrella.base.chain import BEGIN, END, FORMS, INSIDE, SINGLE
from umbrella.score import chain, decode, extract

MOST = 8  # spans or labels of one text that are explained
UNSURE = 1e-6  # chances are kept from 0 and 1 by this before their log-odds


@dataclass(frozen=True)
class Aim:
    """One thing that was answered.

    Args:
        towards: the label, the type of the span, or "" of a number.
        figure: a probability, or the number.
        given: whether it was answered; false of the likeliest label where none was.
        span: first character and end of a span that was found; None of other tasks.
        score: outputs [B, C] as a tensor → what contributions add up to, [B].
        measure: outputs [B, C] → the figure of each, [B].
    """

    towards: str
    figure: float
    score: Callable[[Tensor], Tensor]
    measure: Callable[[NDArray], NDArray[np.float64]]
    given: bool = True
    span: tuple[int, int] | None = None


def aims(spec: Mapping[str, Any], outputs: NDArray, most: int = MOST) -> tuple[Aim, ...]:
    """What a row's answer holds: labels from the likeliest on, spans as they stand in the text.

    Args:
        spec: of the task.
        outputs: of one row, [1, …].
        most: labels, the likeliest; or spans, those that are least sure.
    """
    found = AIMS[spec["task"]](spec, outputs)
    if len(found) <= most or found[0].span is None:
        return found[:most]
    unsure = sorted(range(len(found)), key=lambda at: found[at].figure)[:most]
    return tuple(found[at] for at in sorted(unsure))


def _classify(spec: Mapping[str, Any], outputs: NDArray) -> tuple[Aim, ...]:
    top, temperature = int(outputs[0].argmax()), float(spec["temperature"])

    def score(made: Tensor) -> Tensor:
        scaled = made / temperature
        rest = torch.arange(made.shape[1]) != top
        return scaled[:, top] - scaled[:, rest].logsumexp(dim=1)

    def measure(made: NDArray) -> NDArray[np.float64]:
        return decode.softmax(made, temperature)[:, top]

    return (Aim(spec["labels"][top], float(measure(outputs)[0]), score, measure),)


def _multilabel(spec: Mapping[str, Any], outputs: NDArray) -> tuple[Aim, ...]:
    chances = np.asarray(decode.decode(spec, outputs, every=True)["chances"])[0]
    named = np.flatnonzero(chances >= np.asarray(spec["thresholds"]))
    some = named if len(named) else np.array([chances.argmax()])
    some = some[np.argsort(-chances[some], kind="stable")]

    def aim(label: int) -> Aim:
        scale, offset = float(spec["temperature"]), float(spec["offsets"][label])
        return Aim(
            spec["labels"][label],
            float(chances[label]),
            lambda made: made[:, label] / scale + offset,
            lambda made: decode.sigmoid(made[:, label] / scale + offset),
            given=bool(len(named)),
        )

    return tuple(aim(int(label)) for label in some)


def _regress(spec: Mapping[str, Any], outputs: NDArray) -> tuple[Aim, ...]:
    mean, scale = float(spec["mean"]), float(spec["scale"])

    def measure(made: NDArray) -> NDArray[np.float64]:
        return mean + scale * made[:, 0].astype(np.float64)

    return (Aim("", float(measure(outputs)[0]), lambda made: scale * made[:, 0], measure),)


def _tag(spec: Mapping[str, Any], outputs: NDArray) -> tuple[Aim, ...]:
    temperature = float(spec["temperature"])
    found = chain.find(outputs, temperature, sure=True)
    spans = list(zip(found.start.tolist(), found.end.tolist(), found.kind.tolist(), strict=True))
    return tuple(
        Aim(
            spec["types"][span[2]],
            float(found.sure[at]),
            _labels_of(span, outputs),
            _chance_of(span, temperature),
            span=span[:2],
        )
        for at, span in enumerate(spans)
    )


def _path(bounds: NDArray, span: tuple[int, int, int]) -> tuple[int, NDArray[np.int64]] | None:
    """The first piece of a span and the labels of its pieces; None where pieces part otherwise."""
    first = np.flatnonzero(bounds[:, 0] == span[0])
    last = np.flatnonzero(bounds[:, 1] == span[1])
    if not len(first) or not len(last) or last[0] < first[0]:
        return None
    count = int(last[0] - first[0]) + 1
    forms = [SINGLE] if count == 1 else [BEGIN, *[INSIDE] * (count - 2), END]
    return int(first[0]), np.array(forms, np.int64) + FORMS * span[2]


def _labels_of(span: tuple[int, int, int], outputs: NDArray) -> Callable[[Tensor], Tensor]:
    """Mean log-odds of a span's labels, each against all others of its piece."""
    head = outputs.shape[2]  # as many rows of rules come before the pieces
    path = _path(chain.take_apart(outputs).bounds[0], span)
    assert path is not None  # the span was found at just these pieces
    first, labels = path
    places = head + first + torch.arange(len(labels))

    def score(made: Tensor) -> Tensor:
        sure = made[:, places, torch.from_numpy(labels)].exp().clamp(UNSURE, 1 - UNSURE)
        return (sure.log() - (-sure).log1p()).mean(dim=1)

    return score


def _chance_of(
    span: tuple[int, int, int], temperature: float
) -> Callable[[NDArray], NDArray[np.float64]]:
    """Probability of just this span, by the whole chain; 0 where pieces part otherwise."""

    def measure(made: NDArray) -> NDArray[np.float64]:
        out = np.zeros(len(made))
        for row in range(len(made)):
            one = chain.take_apart(made[row : row + 1], temperature)
            path = _path(one.bounds[0], span)
            if path is not None:
                first, labels = path
                whole = np.zeros(one.pieces.shape[:2], np.int64)
                whole[0, first : first + len(labels)] = labels
                at = np.zeros(1, np.int64)
                last = at + first + len(labels) - 1
                out[row] = chain.span_chances(one, whole, at, at + first, last)[0]
        return out

    return measure


def _answer(spec: Mapping[str, Any], outputs: NDArray) -> tuple[Aim, ...]:
    """The stretch that was answered; nothing where the text is said not to tell."""
    told = decode.decode(spec, outputs)
    start, end = told["start"][0], told["end"][0]
    if start is None:
        return ()
    first, last = _edges(outputs[0], start, end)

    def score(made: Tensor) -> Tensor:
        sides = ((made[:, :, side].log_softmax(dim=1), at) for side, at in ((0, first), (1, last)))
        sure = [chances[:, at].exp().clamp(UNSURE, 1 - UNSURE) for chances, at in sides]
        return sum((one.log() - (-one).log1p() for one in sure), torch.zeros(len(made))) / 2

    def measure(made: NDArray) -> NDArray[np.float64]:
        found = extract.find(made, int(spec["longest"]))
        silent = made[:, 0, :2].astype(np.float64).sum(axis=1)
        chance = np.zeros(len(made))
        for row, one in enumerate(made):
            a, b = _edges(one, start, end)
            if a and b:
                ahead = float(one[a, 0]) + float(one[b, 1]) - found.gap[row] - silent[row]
                chance[row] = found.chance[row] * np.exp(min(ahead, 0.0))
        odds = float(spec["slope"]) * extract.odds(chance) + float(spec["shift"])
        return decode.sigmoid(odds)

    return (Aim("", float(measure(outputs)[0]), score, measure, span=(start, end)),)


def _edges(one: NDArray, start: int, end: int) -> tuple[int, int]:
    """Places of the pieces where a stretch begins and ends; 0 where none does."""
    real = one[:, 3] > 0
    first = np.flatnonzero(real & (one[:, 2] == start))
    last = np.flatnonzero(real & (one[:, 3] == end))
    return int(first[0]) if len(first) else 0, int(last[-1]) if len(last) else 0


AIMS: dict[str, Callable[[Mapping[str, Any], NDArray], tuple[Aim, ...]]] = {
    "classify": _classify,
    "multilabel": _multilabel,
    "regress": _regress,
    "tag": _tag,
    "answer": _answer,
}
SIGNED = tuple(name for name in AIMS if name != "regress")  # a number is moved up or down
HIDES = (
    "tag",
    "answer",
)  # tasks whose answers are places: words are hidden in place, not taken out
