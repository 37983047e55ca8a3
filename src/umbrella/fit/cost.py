"""What a network costs once shipped: bytes on disk and time for one row, on the exported graph."""

import json
import time
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from umbrella.data.codecs.cells import Cells, slices, take
from umbrella.data.codecs.columns import Columns, padded
from umbrella.models.onnx import to_onnx
from umbrella.score.cost import latency

TIMED = 200  # rows whose one-by-one latency is measured, at most


@dataclass(frozen=True)
class Cost:
    """Price of one model.

    Args:
        bytes: the graph and the codec's spec, as they lie in a bundle.
        milliseconds: median time of one row, from cells to outputs, on one thread.
    """

    bytes: int
    milliseconds: float


def measure(network: nn.Module, codecs: Columns, cells: Cells) -> Cost:
    """Export a network and time it row by row in ONNX Runtime.

    Args:
        network: on the CPU.
        codecs: fitted.
        cells: some real rows.
    """
    return measure_graph(export(network, codecs, cells), codecs, cells)


def export(network: nn.Module, codecs: Columns, cells: Cells) -> bytes:
    """A network as an ONNX graph, traced on some rows, one at least."""
    encoded = padded(codecs.encode(take(cells, slice(4))))
    example = {name: torch.from_numpy(np.array(values)) for name, values in encoded.items()}
    return to_onnx(network.eval(), example)


def measure_graph(graph: bytes, codecs: Columns, cells: Cells) -> Cost:
    """Size and latency of a graph with its codecs."""
    feeds, encoding = [], []
    for row in slices(take(cells, slice(TIMED)), 1):
        start = time.perf_counter()
        encoded = codecs.encode(row)
        encoding.append(time.perf_counter() - start)
        feeds.append(padded(encoded))
    spec = len(json.dumps(codecs.entries()))
    running = latency(graph, feeds).p50_ms
    return Cost(len(graph) + spec, running + 1e3 * float(np.median(encoding)))
