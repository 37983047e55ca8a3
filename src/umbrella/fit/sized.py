"""Networks that say how large their errors may be: how they learn it, and what it is measured by.

Shapes: n rows, H steps ahead, Q levels.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, nn

from umbrella.base.catalogue import sentence
from umbrella.base.tensors import load_tensors
from umbrella.fit.augment import Mix
from umbrella.fit.batches import Encoded
from umbrella.fit.device import Device
from umbrella.fit.loop import Objective, outputs_of
from umbrella.fit.prepare import Prepared
from umbrella.fit.widths import Ends, held_out_scores
from umbrella.tasks.task import Task

SETTING = "network.spread"  # by which a network says how large its errors may be
HEAD = "spread."  # what the names of those weights begin with
MOST_CELLS = 2_000_000  # forecast steps of one stretch whose sizes are kept


def is_sized(network: nn.Module) -> bool:
    """Whether a network says how large its errors may be."""
    return getattr(network, "spread", None) is not None


def with_sizes(task: Any) -> Objective:
    """The task's loss, and that of the sizes, which moves no forecast."""

    def objective(
        network: nn.Module,
        inputs: Mapping[str, Tensor],
        targets: Tensor,
        rows: NDArray,
        mix: Mix | None,
    ) -> Tensor:
        del rows, mix
        spread: Any = network.spread
        outputs, sizes = spread.fans(network, **inputs)
        loss: Tensor = task.loss(outputs, targets)
        own: Tensor = task.size_loss(outputs.detach(), sizes, targets)
        return loss + own

    return objective


def sizes_of(
    network: nn.Module, encoded: Encoded, rows: NDArray, device: Device
) -> NDArray[np.float32]:
    """Sizes of the errors that a network expects, [n, 2 Q, H]."""
    spread: Any = network.spread
    return outputs_of(
        network, encoded, rows, device, ask=lambda **inputs: spread.fans(network, **inputs)[1]
    )


def judged_by(
    network: nn.Module, encoded: Encoded, rows: NDArray, device: Device
) -> dict[str, NDArray[np.float16]]:
    """What is kept of the sizes for validation rows: of every k-th, where they are many; nothing of
    a network that says none.
    """
    if not is_sized(network):
        return {}
    config: Any = network.config
    horizon = int(config.outputs)
    some = rows[:: _stride(len(rows), horizon)]
    return {"sizes": sizes_of(network, encoded, some, device).astype(np.float16)}


def calibrated(prepared: Prepared, folder: Path, outputs: NDArray, rung: str) -> Ends:
    """The task with intervals from the errors on validation rows, in sizes where there are any and
    where they are better than one width for all origins.

    Args:
        prepared: the data.
        folder: of the rung: its validation outputs and those of its walk.
        outputs: for the rows of `prepared.judged()`.
        rung: its name, for what is said.
    """
    targets, task = prepared.judged(), prepared.task
    walked = [folder / f"walk-{at}" / "outputs.safetensors" for at in range(len(prepared.earlier))]
    kept = [load_tensors(path) for path in (*walked, folder / "validation.safetensors")]
    plain = task.calibrated(outputs, targets)
    if "sizes" not in kept[-1]:
        return Ends(plain)
    counts = [len(one.part("validation")) for one in (*prepared.earlier, prepared)]
    starts = np.concatenate([[0], np.cumsum(counts)])
    rows = np.concatenate(
        [
            start + np.arange(count)[:: _stride(count, outputs.shape[1])]
            for start, count in zip(starts, counts, strict=False)
        ]
    )
    sizes = np.concatenate([one["sizes"] for one in kept]).astype(np.float64)
    some = outputs[rows], targets[rows], sizes
    moments = prepared.dependent("validation")
    scores = None if moments is None else held_out_scores(task, *some, moments[rows])
    told = {} if scores is None else {"rung": rung, "sized": scores[0], "plain": scores[1]}
    if scores is not None and scores[0] >= scores[1]:
        return Ends(plain, False, sentence("forecast_fit.sized.dropped", **told))
    made: Task = task.calibrated(*some)  # type: ignore[call-arg]
    return Ends(made, True, sentence("forecast_fit.sized.kept", **told) if told else None)


def without_sizes(facts: dict[str, Any]) -> dict[str, Any]:
    """A rung's facts, for a network that says nothing of its errors."""
    network = facts["network"]
    config = {**network["config"], "spread": False}
    choice = {name: value for name, value in facts["choice"].items() if name != SETTING}
    return {**facts, "network": {**network, "config": config}, "choice": choice}


def _stride(rows: int, horizon: int) -> int:
    return max(1, -(-rows * horizon // MOST_CELLS))
