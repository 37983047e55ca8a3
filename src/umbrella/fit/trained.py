"""A finished run, opened again: its network, codec and task, and its data read back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from umbrella.base.errors import DataError, RunError
from umbrella.base.run import Run, check_digests, open_run
from umbrella.base.tensors import load_tensors
from umbrella.data.arrays import Arrays, encode
from umbrella.data.codecs.cells import Cells
from umbrella.data.codecs.columns import Columns
from umbrella.data.read import read
from umbrella.data.split import Split
from umbrella.fit.batches import collate, count_rows, row_lengths, sorted_order
from umbrella.fit.device import Device
from umbrella.fit.loop import outputs_of
from umbrella.fit.prepare import Prepared
from umbrella.models.ladders import network_of
from umbrella.models.onnx import WEIGHED
from umbrella.score.ctc import together
from umbrella.score.graph import run_graph
from umbrella.tasks.task import Task, from_spec, with_target

GRAPH = "graph.onnx"  # the exact graph that a shrink step made and proved
ROWS = "rows.parquet"  # data that came from memory or standard input, kept in the run


@dataclass(frozen=True)
class Trained:
    """One trained model with everything that turns cells into outputs."""

    run: Run
    facts: dict[str, Any]
    task: Task
    network: nn.Module
    codecs: Columns
    graph: bytes | None = None  # the quantised ONNX graph, where the run is one

    def outputs(self, batches: Iterable[Cells]) -> NDArray[np.float32]:
        """Raw outputs [n, C] for batches of input cells: the graph's where there is one."""
        arrays = encode(self.codecs, batches)
        rows = np.arange(count_rows(arrays))
        if self.graph is None:
            return outputs_of(self.network, arrays, rows, Device("cpu"))
        return graph_outputs(self.graph, arrays, rows, self.alone)

    def weights(self, batches: Iterable[Cells]) -> NDArray[np.float32] | None:
        """How much every modality counted in each answer [n, M]; None where nothing is weighed."""
        if not getattr(self.network, "weighs", False):
            return None
        arrays = encode(self.codecs, batches)
        order = sorted_order(row_lengths(arrays), 1 if self.alone else 64)
        feeds = (collate(arrays, rows) for rows in order)
        if self.graph is None:
            parts = [self._weighed(some) for some in feeds]
        else:
            parts = run_graph(self.graph, feeds, output=WEIGHED)
        out = np.empty((count_rows(arrays), parts[0].shape[1]), np.float32)
        out[np.concatenate(order)] = np.concatenate(parts)
        return out

    @torch.inference_mode()
    def _weighed(self, feeds: Mapping[str, NDArray]) -> NDArray[np.float32]:
        inputs = {name: torch.from_numpy(array) for name, array in feeds.items()}
        weights: torch.Tensor = self.network.read(**inputs)[1]  # type: ignore[operator]
        return weights.numpy()

    @property
    def alone(self) -> bool:
        """Whether the graph must be run row by row: its activations are rounded batch by batch."""
        return bool((self.facts.get("shrunk") or {}).get("alone"))


def graph_outputs(
    graph: bytes, arrays: Arrays, rows: NDArray, alone: bool = False
) -> NDArray[np.float32]:
    """An ONNX graph's answers for the named rows, in their order, [n, C] or [n, frames, C].

    Args:
        graph: ONNX bytes.
        arrays: encoded rows.
        rows: row numbers [n].
        alone: run row by row, where a row's answer would depend on its neighbours.
    """
    order = sorted_order(row_lengths(arrays)[rows], 1 if alone else 64)
    whole = together(run_graph(graph, (collate(arrays, rows[at]) for at in order)))
    out = np.empty_like(whole)
    out[np.concatenate(order)] = whole
    return out


def load_trained(path: Path | str) -> Trained:
    """Open a finished run.

    Raises:
        RunError: absent, interrupted before the end, or damaged.
    """
    run, facts = open_run(path)
    if facts.get("partial"):
        raise RunError(
            f"{run.path} was interrupted: its test rows are not scored. Run the same `umbrella "
            f"fit` command again to go on, with --minutes 0.1 to end with what there is."
        )
    check_digests(run, facts)
    try:
        network = network_of(facts["network"])
        state = {
            n: torch.from_numpy(a) for n, a in load_tensors(run / "weights.safetensors").items()
        }
        network.load_state_dict(state)
        codecs = Columns.from_entries(run.read("codecs.json"))
        task = from_spec(facts["task"])
    except (KeyError, IndexError, TypeError, RuntimeError) as error:
        raise RunError(
            f"{run.path} does not hold together ({str(error)[:200]}). Restore it from a copy, or "
            f"fit again with --fresh."
        ) from error
    graph = (run / GRAPH).read_bytes() if run.has(GRAPH) else None
    return Trained(run, facts, task, network.eval(), codecs, graph)


def read_rows(trained: Trained, data: Any = None) -> Prepared:
    """Read a run's data again and make sure that it is the same.

    Args:
        trained: the run.
        data: where the data is now, when it has moved.

    Raises:
        DataError: the source is gone or has changed since.
    """
    facts = trained.facts
    plan = facts["plan"]
    kept = trained.run / ROWS
    source = data if data is not None else kept if kept.is_file() else facts.get("source")
    if source is None:
        raise DataError(f"{trained.run.path} does not know its data. Name it with --data.")
    if data is None and source == facts.get("source") and _is_gone(source):
        raise DataError(
            f"The data of {trained.run.path} is no longer at {source}. Say where it is now: "
            f"--data PATH."
        )
    table = read(source, **reading(plan, kept=data is None and kept.is_file()))
    if table.fingerprint != facts["fingerprint"]:
        raise DataError(
            f"{source} is not the data that {trained.run.path} was fitted on (fingerprint "
            f"{table.fingerprint[:12]}, then {facts['fingerprint'][:12]}). Name the original "
            f"with --data, or fit again."
        )
    raw = table.raw(plan["target"]).to_list()
    keep = with_target(raw, plan.get("task"))
    rows = np.flatnonzero(keep)
    split = Split.from_parquet(trained.run / "split.parquet")
    if len(split.part) != len(rows):
        raise RunError(
            f"{trained.run / 'split.parquet'} holds {len(split.part):,} rows and the data "
            f"{len(rows):,}. Restore it from a copy, or fit again with --fresh."
        )
    targets = trained.task.encode([raw[row] for row in rows], rows)
    kind = facts["kind"]
    return Prepared(table, kind, tuple(facts["columns"]), trained.task, keep, rows, targets, split)


def _is_gone(source: Any) -> bool:
    """Whether a stored path leads nowhere; names of samples lead to the cache."""
    return isinstance(source, str) and Path(source).is_absolute() and not Path(source).exists()


def reading(plan: dict[str, Any], kept: bool = False) -> dict[str, Any]:
    """The arguments of `data.read.read` that a plan fixes.

    Args:
        plan: of the run.
        kept: for the run's own copy of the cells, whose format is no longer the source's.
    """
    given = plan.get("reading", {})
    chosen = {n: v for n, v in given.items() if n == "missing"} if kept else given
    return {"kinds": plan.get("kinds") or None, **chosen}
