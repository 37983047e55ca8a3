"""Run an ONNX graph over many padded batches with onnxruntime."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray


def run_graph(
    graph: bytes,
    batches: Iterable[Mapping[str, NDArray]],
    threads: int = 1,
    outputs: Sequence[str] | None = None,
) -> Iterator[list[NDArray[np.float32]]]:
    """The outputs of every batch, [B, …] each, as they are asked for.

    Args:
        graph: ONNX bytes.
        batches: input name → array.
        threads: threads that one batch may use.
        outputs: their names; all that the graph has by default.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.enable_mem_pattern = False  # lengths vary: remembered patterns would only grow
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
    for feeds in batches:
        yield session.run(outputs, dict(feeds))
