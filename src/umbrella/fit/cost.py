"""What a network costs once shipped: bytes on disk and time for one row, on the exported graph."""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import nn

from umbrella.data.codecs.ragged import Ragged
from umbrella.models.onnx import to_onnx
from umbrella.score.cost import latency


@dataclass(frozen=True)
class Cost:
    """Price of one model.

    Args:
        bytes: the graph and the codec's spec, as they lie in a bundle.
        milliseconds: median time of one row, from text to outputs, on one thread.
    """

    bytes: int
    milliseconds: float


def measure(network: nn.Module, codec: Any, cells: Sequence[str | None]) -> Cost:
    """Export a network and time it row by row in ONNX Runtime.

    Args:
        network: on the CPU.
        codec: fitted.
        cells: some real rows.
    """
    graph = export(network, codec, cells)
    return measure_graph(graph, codec, cells)


def export(network: nn.Module, codec: Any, cells: Sequence[str | None]) -> bytes:
    """A network as an ONNX graph, traced on real rows."""
    encoded = codec.encode(list(cells[:4]) or [None])
    example = {
        name: torch.from_numpy(values.padded() if isinstance(values, Ragged) else values)
        for name, values in encoded.items()
    }
    return to_onnx(network.eval(), example)


def measure_graph(graph: bytes, codec: Any, cells: Sequence[str | None]) -> Cost:
    """Size and latency of a graph with its codec."""
    feeds, encoding = [], []
    for cell in cells:
        start = time.perf_counter()
        encoded = codec.encode([cell])
        encoding.append(time.perf_counter() - start)
        feeds.append({n: v.padded() if isinstance(v, Ragged) else v for n, v in encoded.items()})
    spec = len(json.dumps(codec.spec()))
    running = latency(graph, feeds).p50_ms
    return Cost(len(graph) + spec, running + 1e3 * float(np.median(encoding)))
