"""Checkpoints from which training goes on bitwise as if nothing had happened.

One safetensors file holds weights, optimizer moments, the average, the best weights so far and
the state of every random generator; its header holds the counters. The order of rows needs no
storing: it depends on the seed and the epoch alone.
"""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from umbrella.base.errors import RunError
from umbrella.base.tensors import load_tensors, save_tensors
from umbrella.fit.average import Average


@dataclass
class State:
    """The counters of a training under way.

    Args:
        step: optimizer steps done.
        total: steps planned.
        seconds: time spent so far, over all processes.
        best: signed headline score of the best weights so far, higher is better; None before any.
        best_loss: their validation loss, which breaks ties.
        best_step: when they were met.
        best_is_average: whether they came from the average.
        history: one dict an evaluation.
    """

    step: int = 0
    total: int = 0
    seconds: float = 0.0
    best: float | None = None
    best_loss: float = float("inf")
    best_step: int = 0
    best_is_average: bool = False
    history: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class Training:
    """Everything that changes while a network trains."""

    network: nn.Module
    optimizer: torch.optim.Optimizer
    average: Average | None
    state: State
    best: dict[str, Tensor] = field(default_factory=dict)

    def keep_best(self) -> None:
        """Remember the weights that the network wears now."""
        self.best = {name: t.detach().clone() for name, t in self.network.state_dict().items()}


def save_checkpoint(path: Path, training: Training) -> None:
    """Write a training's whole state atomically."""
    tensors: dict[str, Tensor] = {}
    tensors |= {f"weights.{n}": t for n, t in training.network.state_dict().items()}
    tensors |= {f"best.{n}": t for n, t in training.best.items()}
    for index, moments in training.optimizer.state_dict()["state"].items():
        tensors |= {f"optimizer.{index}.{name}": t for name, t in moments.items()}
    if training.average is not None:
        tensors["average.flat"] = training.average.flat
        tensors |= {f"average.copy.{i}": t for i, t in enumerate(training.average.copies)}
    tensors["rng.cpu"] = torch.get_rng_state()
    if torch.cuda.is_available():
        tensors["rng.cuda"] = torch.cuda.get_rng_state()
    counters = asdict(training.state) | {
        "updates": training.average.updates if training.average else 0
    }
    arrays = {name: t.detach().cpu().numpy() for name, t in tensors.items()}
    save_tensors(path, arrays, {"state": json.dumps(counters)})


def load_checkpoint(path: Path, training: Training) -> bool:
    """Put a stored state back, if there is a whole one that fits.

    Returns:
        Whether training goes on from the file. A damaged or foreign checkpoint is set aside
        (renamed with the suffix .damaged) and training starts anew.
    """
    if not path.is_file():
        return False
    try:
        _restore(path, training)
    except (RunError, KeyError, ValueError, RuntimeError, TypeError):
        path.replace(path.with_suffix(".damaged"))
        return False
    return True


def _restore(path: Path, training: Training) -> None:
    """Check everything first, then put it back: a file that does not fit changes nothing."""
    tensors = {name: torch.from_numpy(np.array(a)) for name, a in load_tensors(path).items()}
    counters = _header(path)
    updates = int(counters.pop("updates"))
    state, best = State(**counters), _under(tensors, "best.")
    weights = _under(tensors, "weights.")
    _require_alike(training.network.state_dict(), weights)
    if best:
        _require_alike(training.network.state_dict(), best)
    packed = training.optimizer.state_dict()
    packed["state"] = {}
    for name, tensor in _under(tensors, "optimizer.").items():
        index, moment = name.split(".", 1)
        packed["state"].setdefault(int(index), {})[moment] = tensor
    if set(packed["state"]) != {i for group in packed["param_groups"] for i in group["params"]}:
        raise ValueError("the optimizer has other weights")
    average = training.average
    if average is not None:
        _require_alike({"flat": average.flat}, {"flat": tensors["average.flat"]})
        copies = [tensors[f"average.copy.{i}"] for i in range(len(average.copies))]
        _require_alike(dict(enumerate(average.copies)), dict(enumerate(copies)))
        average.flat.copy_(tensors["average.flat"])
        for copy, stored in zip(average.copies, copies, strict=True):
            copy.copy_(stored)
        average.updates = updates
    training.network.load_state_dict(weights)
    training.optimizer.load_state_dict(packed)
    training.best, training.state = best, state
    torch.set_rng_state(tensors["rng.cpu"])
    if "rng.cuda" in tensors and torch.cuda.is_available():
        torch.cuda.set_rng_state(tensors["rng.cuda"])


def _require_alike(here: dict[Any, Tensor], stored: dict[Any, Tensor]) -> None:
    shapes = {name: tensor.shape for name, tensor in here.items()}
    if shapes != {name: tensor.shape for name, tensor in stored.items()}:
        raise ValueError("the checkpoint belongs to another network")


def _header(path: Path) -> dict[str, Any]:
    from safetensors import safe_open

    with safe_open(str(path), framework="np") as file:
        return dict(json.loads(file.metadata()["state"]))


def _under(tensors: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {n.removeprefix(prefix): t for n, t in tensors.items() if n.startswith(prefix)}
