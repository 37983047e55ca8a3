"""A finished run, opened again: its network, codec and task, and its data read back."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from umbrella.base.errors import DataError, RunError
from umbrella.base.progress import Silent
from umbrella.base.run import Run, check_digests, open_run
from umbrella.base.tensors import load_tensors
from umbrella.data.arrays import Arrays, encode
from umbrella.data.codecs.cells import Cells
from umbrella.data.codecs.columns import Columns
from umbrella.data.read import read
from umbrella.data.split import Split
from umbrella.fit.batches import collate, count_rows, row_lengths, sorted_order
from umbrella.fit.device import Device
from umbrella.fit.loop import AT_ONCE, outputs_of
from umbrella.fit.origins import prepare_series
from umbrella.fit.prepare import Prepared
from umbrella.fit.settings import settings_of
from umbrella.fit.sized import is_sized, sizes_of
from umbrella.models.ladders import network_of
from umbrella.models.onnx import OUTPUT, SIZES, WEIGHED
from umbrella.score.ctc import in_order
from umbrella.score.graph import run_graph
from umbrella.tasks.task import Task, from_spec, with_target

GRAPH = "graph.onnx"  # the exact graph that a shrink step made and proved
ROWS = "rows.parquet"  # data that came from memory or standard input, kept in the run

Asked = tuple[NDArray[np.float32], NDArray[np.float32] | None]


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

    def sizes(self, batches: Iterable[Cells]) -> NDArray[np.float32] | None:
        """How large the errors of a forecast may be, [n, 2 Q, H]; None where nothing tells."""
        if not is_sized(self.network):
            return None
        arrays = encode(self.codecs, batches)
        rows = np.arange(count_rows(arrays))
        if self.graph is None:
            return sizes_of(self.network, arrays, rows, Device("cpu"))
        return graph_outputs(self.graph, arrays, rows, self.alone, SIZES)

    def ask(self, feeds: Iterable[Mapping[str, NDArray]]) -> Iterator[Asked]:
        """Put padded batches to the model one by one, the graph where there is one.

        Args:
            feeds: input name → [B, …], at most `at_once` rows each.

        Returns:
            Of each batch the outputs [B, C], and how much every modality counted in them [B, M];
            None where nothing is weighed.
        """
        if self.graph is None:
            return map(self._read, feeds)
        names = [OUTPUT, WEIGHED] if self.weighs else [OUTPUT]
        made = run_graph(self.graph, feeds, outputs=names)
        return ((one[0], one[1] if self.weighs else None) for one in made)

    @torch.inference_mode()
    def _read(self, feeds: Mapping[str, NDArray]) -> Asked:
        inputs = {name: torch.from_numpy(array) for name, array in feeds.items()}
        if not self.weighs:
            return self.network(**inputs).numpy(), None
        outputs, weights, _ = self.network.read(**inputs)  # type: ignore[operator]
        return outputs.numpy(), weights.numpy()

    @property
    def weighs(self) -> bool:
        """Whether it can be told how much every modality counted in an answer."""
        return bool(getattr(self.network, "weighs", False))

    @property
    def at_once(self) -> int:
        """Rows of a batch that is put to the model."""
        return AT_ONCE if self.graph is None else _graph_rows(self.alone)

    @property
    def alone(self) -> bool:
        """Whether the graph must be run row by row: its activations are rounded batch by batch."""
        return bool((self.facts.get("shrunk") or {}).get("alone"))


def graph_outputs(
    graph: bytes, arrays: Arrays, rows: NDArray, alone: bool = False, name: str = OUTPUT
) -> NDArray[np.float32]:
    """An ONNX graph's answers for the named rows, in their order, [n, C] or [n, frames, C].

    Args:
        graph: ONNX bytes.
        arrays: encoded rows.
        rows: row numbers [n].
        alone: run row by row, where a row's answer would depend on its neighbours.
        name: of the graph's output.
    """
    order = sorted_order(row_lengths(arrays)[rows], _graph_rows(alone))
    made = run_graph(graph, (collate(arrays, rows[at]) for at in order), outputs=[name])
    return in_order([one[0] for one in made], order)


def _graph_rows(alone: bool) -> int:
    return 1 if alone else 64


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
    if plan.get("horizon") is not None:
        return _origins(trained, prepare_series(table, settings_of(plan), Silent(), facts))
    raw = table.raw(plan["target"]).to_list()
    keep = with_target(raw, plan.get("task"))
    rows = np.flatnonzero(keep)
    split = Split.from_parquet(trained.run / "split.parquet")
    if len(split.part) != len(rows):
        raise RunError(
            f"{trained.run / 'split.parquet'} holds {len(split.part):,} rows and the data "
            f"{len(rows):,}. Restore it from a copy, or fit again with --fresh."
        )
    if (bind := getattr(trained.task, "bind", None)) is not None:  # it judges by the texts
        texts = table.raw(facts["columns"][0]).to_list()
        bind([texts[row] for row in rows], rows)
    targets = trained.task.encode([raw[row] for row in rows], rows)
    kind = facts["kind"]
    return Prepared(table, kind, tuple(facts["columns"]), trained.task, keep, rows, targets, split)


def _origins(trained: Trained, prepared: Prepared) -> Prepared:
    """The same data with the run's own task; its codecs are bound to the series."""
    for part in trained.codecs.parts:
        part.codec.bind(prepared.panel)
    return replace(prepared, task=trained.task, earlier=())


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
