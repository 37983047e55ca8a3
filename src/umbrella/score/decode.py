"""A network's outputs → answers in the user's words. A shipped file runs this: numpy only.

Shapes: N rows, C outputs.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from umbrella.base.errors import BundleError, unknown

TINY = 1e-30  # a smaller temperature or scale is taken for zero


def softmax(outputs_NC: NDArray, temperature: float = 1.0) -> NDArray[np.float64]:
    """Outputs → probabilities that sum to 1 along the last axis.

    Args:
        outputs_NC: raw outputs (logits).
        temperature: they are divided by it first, > 0; above 1 is less sure.
    """
    scaled = np.asarray(outputs_NC, dtype=np.float64) / temperature
    weights = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    return weights / weights.sum(axis=-1, keepdims=True)


def decode(
    spec: Mapping[str, Any], outputs_NC: NDArray, every: bool = False
) -> dict[str, list[Any] | NDArray]:
    """Turn outputs into answers, column by column.

    Args:
        spec: a task's `spec()`. {"task": "classify", "labels": […], "temperature": T} or
            {"task": "regress", "mean": …, "scale": …, "quantile": … or None}.
        outputs_NC: raw outputs.
        every: whether to give every class's probability too, for classify.

    Returns:
        classify: "label" (list of text) and "probability" [N] of that label; with `every`, also
        "probabilities" [N, C] in the order of the labels.
        regress: "value" [N] in the target's unit; with a quantile also "low" and "high".

    Raises:
        BundleError: the spec is damaged, or the outputs do not fit it.
    """
    name = _task(spec)
    outputs = np.asarray(outputs_NC)
    if outputs.ndim != 2 or outputs.dtype.kind not in "fiu":
        raise BundleError(
            f"The model gave outputs of shape {outputs.shape} and type {outputs.dtype}; one row "
            f"of numbers a row is needed. Make the file again with `umbrella ship`."
        )
    broken = np.flatnonzero(~np.isfinite(outputs).all(axis=1))
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
        raise _damaged("its labels are not a list of text")
    if len(set(labels)) != len(labels) or len(labels) != outputs.shape[1]:
        raise _damaged(
            f"it names {len(set(labels))} different labels for {outputs.shape[1]} outputs"
        )
    chances = softmax(outputs, _number(spec, "temperature", positive=True))
    top = np.argmax(outputs, axis=1)
    answers: dict[str, list[Any] | NDArray] = {
        "label": [labels[number] for number in top],
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
        raise _damaged(f"a number is asked for, but the model has {outputs.shape[1]} outputs")
    mean = _number(spec, "mean")
    with np.errstate(over="ignore"):
        value = mean + _number(spec, "scale", positive=True) * outputs[:, 0].astype(np.float64)
    if not np.isfinite(value).all():
        raise _damaged(f"its scale {spec['scale']} makes numbers that are not finite")
    answers: dict[str, list[Any] | NDArray] = {"value": value}
    if spec.get("quantile") is not None:
        half = _number(spec, "quantile")
        if half < 0:
            raise _damaged(f"its quantile {half} is negative")
        answers |= {"low": value - half, "high": value + half}
    return answers


DECODERS = {"classify": _classify, "regress": _regress}
SETTINGS = {"classify": ("labels", "temperature"), "regress": ("mean", "scale", "quantile")}


def _task(spec: Any) -> str:
    if not isinstance(spec, Mapping):
        raise _damaged(f"it is {type(spec).__name__}, not a set of named settings")
    name = spec.get("task")
    if not isinstance(name, str) or name not in DECODERS:
        raise unknown("task", str(name), DECODERS, BundleError)
    return name


def _number(spec: Mapping[str, Any], key: str, positive: bool = False) -> float:
    value = spec.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float) or not _is_finite(value):
        raise _damaged(f"its {key} is {str(value)[:40]!r}, not a finite number")
    if positive and not value > TINY:
        raise _damaged(f"its {key} is {value}, not above 0")
    return float(value)


def _is_finite(value: float) -> bool:
    try:
        return bool(np.isfinite(float(value)))
    except OverflowError:  # an integer beyond every float
        return False


def _damaged(what: str) -> BundleError:
    return BundleError(
        f"The task in the file is damaged: {what}. Copy the file again, or make it again with "
        f"`umbrella ship`."
    )
