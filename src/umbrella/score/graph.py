"""Run an ONNX graph over many padded batches with onnxruntime."""

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray


def run_graph(
    graph: bytes,
    batches: Iterable[Mapping[str, NDArray]],
    threads: int = 1,
    output: str | None = None,
) -> list[NDArray[np.float32]]:
    """One output of every batch, [B, C] each.

    Args:
        graph: ONNX bytes.
        batches: input name → array.
        threads: threads that one batch may use.
        output: its name; the first one by default.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.enable_mem_pattern = False  # lengths vary: remembered patterns would only grow
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
    names = None if output is None else [output]
    return [session.run(names, dict(feeds))[0] for feeds in batches]
