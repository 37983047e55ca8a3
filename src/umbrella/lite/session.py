"""A shipped graph, opened in ONNX Runtime for one thread or a few."""

import onnxruntime

from umbrella.base.errors import BundleError


def open_session(data: bytes, name: str, threads: int) -> onnxruntime.InferenceSession:
    """Open a graph.

    Args:
        data: the whole file.
        name: what messages call it.
        threads: threads that one batch may use.

    Raises:
        BundleError: onnxruntime cannot load it.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 4  # what goes wrong is raised, not printed
    # A plan is kept for every shape ever seen: +50 % memory over mixed lengths, and no faster.
    options.enable_mem_pattern = False
    try:
        return onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
    except Exception as error:
        # onnxruntime raises its own classes, which share no base below Exception
        raise BundleError(
            f"{name} is an ONNX file that onnxruntime {onnxruntime.__version__} cannot load: "
            f"{error}. Copy it again, or upgrade: pip install -U onnxruntime."
        ) from error
