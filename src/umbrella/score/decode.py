"""A network's outputs → answers in the user's words. A shipped file runs this: numpy only.

Shapes: N rows, C outputs, T frames of a sound.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from umbrella.base.chain import width_of
from umbrella.base.errors import BundleError, ConfigError, unknown
from umbrella.base.stretch import WIDTH
from umbrella.score import chain, extract, guess
from umbrella.score.ctc import Search, listen
from umbrella.score.language import Language
from umbrella.score.stored import damaged, number

LISTS = "[]"  # the separator of cells that are JSON lists


def softmax(outputs_NC: NDArray, temperature: float = 1.0) -> NDArray[np.float64]:
    """Outputs → probabilities that sum to 1 along the last axis.

    Args:
        outputs_NC: raw outputs (logits).
        temperature: they are divided by it first, > 0; above 1 is less sure.
    """
    scaled = np.asarray(outputs_NC, dtype=np.float64) / temperature
    weights = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    return weights / weights.sum(axis=-1, keepdims=True)


def sigmoid(outputs: NDArray) -> NDArray[np.float64]:
    """Log-odds → chances, without overflow."""
    outputs = np.asarray(outputs, dtype=np.float64)
    small = np.exp(-np.abs(outputs))
    return np.where(outputs >= 0, 1.0, small) / (1.0 + small)


def logit(chances: NDArray) -> NDArray[np.float64]:
    """Chances in (0, 1) → log-odds."""
    chances = np.asarray(chances, dtype=np.float64)
    return np.asarray(np.log(chances) - np.log1p(-chances))


def decode(
    spec: Mapping[str, Any], outputs_NC: NDArray, every: bool = False
) -> dict[str, list[Any] | NDArray]:
    """Turn outputs into answers, column by column.

    Args:
        spec: a task's `spec()`. {"task": "classify", "labels": […], "temperature": T} or
            {"task": "regress", "mean": …, "scale": …, "quantile": … or None} or
            {"task": "transcribe", "symbols": […], "search": … or None, "language": … or None} or
            {"task": "multilabel", "labels": […], "separator": …, "temperature": T,
            "offsets": […], "thresholds": […]} or
            {"task": "tag", "types": […], "temperature": T} or
            {"task": "answer", "longest": …, "silent": …, "margin": …, "slope": …, "shift": …} or
            {"task": "fill", "best": K} or
            {"task": "forecast", "horizon": C, …}, see fan.py.
        outputs_NC: raw outputs; of transcribe log-probabilities [N, T, C], of tag chains, of
            answer starts and ends.
        every: whether to give every class's probability too, for classify and multilabel.

    Returns:
        classify: "label" (list of text) and "probability" [N] of that label; with `every`, also
        "probabilities" [N, C] in the order of the labels.
        regress: "value" [N] in the target's unit; with a quantile also "low" and "high".
        transcribe: "text" (list) and "confidence" [N], see `ctc.Heard`.
        tag: "spans" (a list of [start, end, type] a row) and "sure" (lists of chances), [N].
        answer: "start" and "end" (lists of characters' places, None for silence) and "score" [N].
        fill: "best" (lists of the likeliest token of each blank) and "likely" (of each blank K
        pairs of token and chance), [N].
        forecast: "step 1" … [N] each, changes from the origin over the scale of the series.
        multilabel: "labels" (list of text: the labels named, as `join` writes them) and
        "probabilities" [N] of the labels named, written the same way; with `every`, also
        "chances" [N, C].

    Raises:
        BundleError: the spec is damaged, or the outputs do not fit it.
    """
    name = _task(spec)
    outputs = np.asarray(outputs_NC)
    if outputs.ndim != DIMENSIONS[name] or outputs.dtype.kind not in "fiu":
        raise BundleError(
            f"The model gave outputs of shape {outputs.shape} and type {outputs.dtype}; "
            f"{DIMENSIONS[name] - 1} dimensions of numbers a row are needed. Make the file again "
            f"with `umbrella ship`."
        )
    broken = np.flatnonzero(~np.isfinite(outputs).all(axis=tuple(range(1, outputs.ndim))))
    if len(broken):
        raise BundleError(
            f"The model's output for row {broken[0] + 1} is not a finite number ({len(broken):,} "
            f"of {len(outputs):,} rows). Its training or shrinking failed; fit again and ship."
        )
    return DECODERS[name](spec, outputs, every)


def needed(spec: Mapping[str, Any]) -> dict[str, Any]:
    """The part of a task's `spec()` that `decode` reads: all of it that a shipped file holds.

    Raises:
        BundleError: no such task.
    """
    return {key: spec[key] for key in ("task", *SETTINGS[_task(spec)]) if key in spec}


def _classify(
    spec: Mapping[str, Any], outputs: NDArray, every: bool
) -> dict[str, list[Any] | NDArray]:
    labels = spec.get("labels")
    if not isinstance(labels, list | tuple) or not all(isinstance(one, str) for one in labels):
        raise damaged("its labels are not a list of text")
    if len(set(labels)) != len(labels) or len(labels) != outputs.shape[1]:
        raise damaged(
            f"it names {len(set(labels))} different labels for {outputs.shape[1]} outputs"
        )
    chances = softmax(outputs, number(spec, "temperature", positive=True))
    top = np.argmax(outputs, axis=1)
    answers: dict[str, list[Any] | NDArray] = {
        "label": [labels[at] for at in top],
        "probability": chances[np.arange(len(top)), top],
    }
    if every:
        answers["probabilities"] = chances
    return answers


def _regress(
    spec: Mapping[str, Any],
    outputs: NDArray,
    every: bool,  # noqa: ARG001
) -> dict[str, list[Any] | NDArray]:
    if outputs.shape[1] != 1:
        raise damaged(f"a number is asked for, but the model has {outputs.shape[1]} outputs")
    mean = number(spec, "mean")
    with np.errstate(over="ignore"):
        value = mean + number(spec, "scale", positive=True) * outputs[:, 0].astype(np.float64)
    if not np.isfinite(value).all():
        raise damaged(f"its scale {spec['scale']} makes numbers that are not finite")
    answers: dict[str, list[Any] | NDArray] = {"value": value}
    if spec.get("quantile") is not None:
        half = number(spec, "quantile")
        if half < 0:
            raise damaged(f"its quantile {half} is negative")
        answers |= {"low": value - half, "high": value + half}
    return answers


def _transcribe(
    spec: Mapping[str, Any],
    outputs: NDArray,
    every: bool,  # noqa: ARG001
) -> dict[str, list[Any] | NDArray]:
    symbols, told = spec.get("symbols"), spec.get("search")
    if not isinstance(symbols, list | tuple) or not all(isinstance(one, str) for one in symbols):
        raise damaged("its symbols are not a list of text")
    if len(symbols) + 1 != outputs.shape[2]:
        raise damaged(f"it names {len(symbols)} symbols and a blank for {outputs.shape[2]} outputs")
    search = language = None
    if told is not None:
        try:
            search = Search(**told)
        except (ConfigError, TypeError) as error:
            raise damaged(f"its search cannot be: {error}") from error
        if search.weight:
            language = Language.from_spec(spec.get("language"))
    texts, sure = listen(outputs, symbols, search, language)
    return {"text": texts, "confidence": sure}


def _tag(
    spec: Mapping[str, Any],
    outputs: NDArray,
    every: bool,  # noqa: ARG001
) -> dict[str, list[Any] | NDArray]:
    types = spec.get("types")
    if not isinstance(types, list | tuple) or not all(isinstance(one, str) for one in types):
        raise damaged("its types are not a list of text")
    if outputs.shape[2] != width_of(len(types)):
        raise damaged(f"it names {len(types)} types for {outputs.shape[2]} columns of outputs")
    found = chain.find(outputs, number(spec, "temperature", positive=True), sure=True)
    spans: list[list[Any]] = [[] for _ in outputs]
    sure = np.empty(len(outputs), dtype=object)  # measured, so no list: see ship/parity.py
    sure[:] = [[] for _ in outputs]
    for at, row in enumerate(found.rows.tolist()):
        spans[row].append([int(found.start[at]), int(found.end[at]), types[int(found.kind[at])]])
        sure[row].append(float(found.sure[at]))
    return {"spans": spans, "sure": sure}


def _answer(
    spec: Mapping[str, Any],
    outputs: NDArray,
    every: bool,  # noqa: ARG001
) -> dict[str, list[Any] | NDArray]:
    if outputs.shape[2] != WIDTH:
        raise damaged(f"{outputs.shape[2]} columns of outputs where an answer takes {WIDTH}")
    slope, shift = (number(spec, name) for name in ("slope", "shift"))
    return extract.told(outputs, *_limits(spec), slope, shift)


def _limits(spec: Mapping[str, Any]) -> tuple[int, float | None]:
    """The longest answer, and by how much one must beat silence, if silence is an answer."""
    longest = spec.get("longest")
    if type(longest) is not int or longest < 1:
        raise damaged(f"its longest answer is {str(longest)[:40]!r}")
    return longest, number(spec, "margin") if spec.get("silent") else None


def _fill(
    spec: Mapping[str, Any],
    outputs: NDArray,
    every: bool,  # noqa: ARG001
) -> dict[str, list[Any] | NDArray]:
    best = spec.get("best")
    if type(best) is not int or best < 2 or (len(outputs) and outputs.shape[2] != 2 * best + 2):
        raise damaged(f"it tells {best} tokens of a blank in {outputs.shape[2]} numbers")
    ids, likely = guess.likely(outputs, best)
    return {"best": ids, "likely": likely}


def _multilabel(
    spec: Mapping[str, Any], outputs: NDArray, every: bool
) -> dict[str, list[Any] | NDArray]:
    labels = _labels(spec)
    odds, separator = _odds(spec, outputs), spec.get("separator")
    if not isinstance(separator, str) or not separator:
        raise damaged(f"its separator is {str(separator)[:40]!r}, not a text")
    chances, named = sigmoid(odds), odds >= logit(_thresholds(spec))
    sets = [np.flatnonzero(row) for row in named]
    told = [
        join([round(float(row[at]), 4) for at in some], separator)
        for row, some in zip(chances, sets, strict=True)
    ]
    answers: dict[str, list[Any] | NDArray] = {
        "labels": [join([labels[at] for at in some], separator) for some in sets],
        "probabilities": np.array(told, dtype=object),  # measured, so no list: see ship/parity.py
    }
    if every:
        answers["chances"] = chances
    return answers


def join(parts: Sequence[str | float], separator: str) -> str:
    """Labels or numbers in one cell, the way that the target's cells are written.

    Args:
        parts: in order.
        separator: what stands between them, or `LISTS` for a JSON list.
    """
    if separator == LISTS:
        return json.dumps(list(parts), ensure_ascii=False)
    return separator.join(map(str, parts))


def _labels(spec: Mapping[str, Any]) -> list[str]:
    labels = spec.get("labels")
    if not isinstance(labels, list | tuple) or not all(isinstance(one, str) for one in labels):
        raise damaged("its labels are not a list of text")
    if len(set(labels)) != len(labels):
        raise damaged(f"only {len(set(labels))} of its {len(labels)} labels differ")
    return list(labels)


def _odds(spec: Mapping[str, Any], outputs: NDArray) -> NDArray[np.float64]:
    """Log-odds of every label [N, C]; outputs beyond the labels' say nothing."""
    count = len(_labels(spec))
    if outputs.shape[1] != width(count):
        raise damaged(f"it names {count} labels for {outputs.shape[1]} outputs")
    offsets = _numbers(spec, "offsets", count)
    scaled = outputs[:, :count].astype(np.float64)
    return np.asarray(scaled / number(spec, "temperature", positive=True) + offsets)


def width(labels: int) -> int:
    """Outputs of a network that names several of so many labels.

    One a label; a third beside two of them, since solved networks take two outputs for the two
    sides of one question. It is never read.
    """
    return max(labels, 3)


def _thresholds(spec: Mapping[str, Any]) -> NDArray[np.float64]:
    told = _numbers(spec, "thresholds", len(_labels(spec)))
    if not ((told > 0) & (told < 1)).all():
        raise damaged("its thresholds are not between 0 and 1")
    return told


def _numbers(spec: Mapping[str, Any], key: str, count: int) -> NDArray[np.float64]:
    told = spec.get(key)
    if not isinstance(told, list | tuple) or len(told) != count:
        raise damaged(f"it has not one of its {key} a label")
    return np.array([number({key: one}, key) for one in told])


def _forecast(
    spec: Mapping[str, Any],
    outputs: NDArray,
    every: bool,  # noqa: ARG001
) -> dict[str, list[Any] | NDArray]:
    """Changes over scales; `fan.fan` makes levels of them, which takes the series too."""
    if spec.get("horizon") != outputs.shape[1]:
        raise damaged(f"it has a horizon of {spec.get('horizon')} for {outputs.shape[1]} outputs")
    return {f"step {at + 1}": outputs[:, at] for at in range(outputs.shape[1])}


DECODERS = {
    "classify": _classify,
    "regress": _regress,
    "transcribe": _transcribe,
    "multilabel": _multilabel,
    "tag": _tag,
    "answer": _answer,
    "fill": _fill,
    "forecast": _forecast,
}
DIMENSIONS = {
    name: 3 if name in ("transcribe", "tag", "answer", "fill") else 2 for name in DECODERS
}  # of the outputs
SETTINGS = {
    "classify": ("labels", "temperature"),
    "regress": ("mean", "scale", "quantile"),
    "transcribe": ("symbols", "search", "language"),
    "multilabel": ("labels", "separator", "temperature", "offsets", "thresholds"),
    "tag": ("types", "temperature"),
    "answer": ("longest", "silent", "margin", "slope", "shift"),
    "fill": ("best",),
    "forecast": ("horizon", "log", "levels", "low", "high"),
}


def nothing(spec: Mapping[str, Any], classes: int) -> NDArray[np.float32]:
    """Outputs of no rows at all, in the shape that a task's outputs have.

    Args:
        spec: a task's `spec()`.
        classes: C.
    """
    return np.zeros((0, *[1] * (DIMENSIONS[_task(spec)] - 2), classes), np.float32)


def even(spec: Mapping[str, Any], outputs: NDArray) -> NDArray:
    """Outputs on one scale, to compare those of two machines: log-probabilities over frames become
    probabilities, since padding and what is as good as impossible would drown the rest.
    """
    if _task(spec) == "answer":
        return extract.even(outputs)
    return outputs if outputs.ndim == 2 else np.exp(np.minimum(outputs, 0.0))


def lead(spec: Mapping[str, Any], outputs: NDArray) -> NDArray[np.float64]:
    """By how much every row's answer is decided, on the outputs' own scale, [N].

    The highest output's lead over the next, in the closest frame where there are frames; of
    several labels, how near the closest one is to its threshold; of a lone output, zero.

    Args:
        spec: a task's `spec()`.
        outputs: raw outputs [N, C] or [N, T, C].
    """
    if _task(spec) == "multilabel":
        away = np.abs(_odds(spec, outputs) - logit(_thresholds(spec)))
        return np.asarray(away.min(axis=1) * number(spec, "temperature", positive=True))
    if _task(spec) == "tag":
        return chain.lead(outputs)
    if _task(spec) == "answer":
        return extract.lead(outputs, *_limits(spec))
    if _task(spec) == "fill":
        return guess.lead(outputs, spec["best"])
    if outputs.shape[-1] == 1:
        return np.zeros(len(outputs))
    top = np.partition(even(spec, outputs).astype(np.float64), -2, axis=-1)
    ahead = top[..., -1] - top[..., -2]
    return np.asarray(ahead.reshape(len(ahead), -1).min(axis=1))


def _task(spec: Any) -> str:
    if not isinstance(spec, Mapping):
        raise damaged(f"it is {type(spec).__name__}, not a set of named settings")
    name = spec.get("task")
    if not isinstance(name, str) or name not in DECODERS:
        raise unknown("task", str(name), DECODERS, BundleError)
    return name
