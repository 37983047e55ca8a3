"""int8: every large weight of an ONNX graph in one byte, and proof that the bytes really fell.

Two ways to hold a weight, per output channel in both:
- stored: int8 in the file, `Cast` and `Mul` in front of the operator. onnxruntime folds the two
  when it loads, so speed and, but for rounding, answers stay those of float32 on every CPU.
  (`DequantizeLinear` would say the same, but onnxruntime 1.32 runs it anew for every batch.)
- computed: ONNX Runtime's dynamic quantiser, twice as fast for layers 256 wide and no faster below
  128 (measured). Activations are rounded too, by the range of the whole batch: a row's answer
  depends on its neighbours and padding, so such a graph must be asked one row at a time
  ("alone" in a bundle's notes).
Convolutions are never computed in int8: ConvInteger is several times slower than float32.
A last layer that is next to nothing of the whole stays in float32: on a frozen encoder's vectors it
weighs small differences of large numbers, and rounding it moves all answers (ten points, measured).
An embedding table is stored, and only the rows that are looked up are turned into floats.
"""

import logging
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from umbrella.base.errors import BudgetError, need

Way = Literal["stored", "computed"]
FLOAT = 1  # TensorProto.FLOAT
SMALLEST = 512  # weights in a tensor below which int8 saves less than its own scales cost
BLOCK = 32  # weights of a narrow table that share one scale: 12 % more bytes than int8 alone
COMPUTED = {"MatMul": (1,), "Gemm": (1,), "LSTM": (1, 2)}  # operator → inputs that hold weights
STORED = {
    **COMPUTED,
    "RNN": (1, 2),
    "GRU": (1, 2),
    "Conv": (1,),
    "ConvTranspose": (1,),
    "Gather": (0,),
    "Slice": (0,),
    "Transpose": (0,),
    "Add": (0, 1),
}
LAST_SHARE = 0.01  # of all large weights that a last layer may be to stay as it is
INTEGER_OPS = ("MatMulInteger", "DynamicQuantizeMatMul", "DynamicQuantizeLSTM", "QAttention")


@dataclass(frozen=True)
class Quantized:
    """A graph after the step, and the count of what changed.

    Args:
        model: the ONNX file.
        way: "stored" or "computed".
        before_bytes, after_bytes: bytes on disk.
        operators: integer operators, name → how many; empty when every weight is stored.
        tensors: int8 weights, by tensor.
        skipped: large float weights left as they were → why.
        max_change: largest absolute change of an output over the samples.
    """

    model: bytes
    way: Way
    before_bytes: int
    after_bytes: int
    operators: Mapping[str, int]
    tensors: int
    skipped: Mapping[str, str]
    max_change: float


def int8(
    model: bytes, *, samples: Sequence[Mapping[str, NDArray]], way: Way = "stored"
) -> Quantized:
    """Hold a graph's weights in int8.

    Args:
        model: ONNX bytes in float32.
        samples: batches of inputs, input name → array, on which the change is measured. For
            "computed", batches of one row: such a graph must be asked row by row.
        way: see the top of this file.

    Raises:
        BudgetError: the file did not become smaller, or its outputs are not finite; the message
            names what was left in float32.
    """
    onnx = need("onnx", "train")
    proto = onnx.load_from_string(fold(model))
    del proto.metadata_props[:]
    _name_nodes(proto)
    if way == "computed":
        proto = _compute(proto)
    skipped = _store(proto)
    small = proto.SerializeToString(deterministic=True)
    tensors = sum(_is_large(t, onnx.TensorProto.INT8) for t in proto.graph.initializer)
    counts = Counter(node.op_type for node in proto.graph.node)
    operators = {name: counts[name] for name in INTEGER_OPS if counts[name]}
    if len(small) >= len(model) or not tensors or (way == "computed" and not operators):
        left = "; ".join(f"{name}: {why}" for name, why in skipped.items()) or "no large weights"
        raise BudgetError(
            f"int8 ({way}) changes nothing here: {len(model):,} bytes before, {len(small):,} "
            f"after, {tensors} int8 tensors, {sum(operators.values())} integer operators. Left in "
            f"float32: {left}. Choose a lighter rung instead."
        )
    change = _largest_change(model, small, samples)
    return Quantized(small, way, len(model), len(small), operators, tensors, skipped, change)


def fold(model: bytes) -> bytes:
    """The graph with everything computed that depends on constants alone.

    Exporters leave transposed, sliced or concatenated weights in the graph, behind which no
    quantiser sees a weight. Left as it was where folding would make the file larger.
    """
    import onnxruntime

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "folded.onnx"
        options = onnxruntime.SessionOptions()
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
        options.optimized_model_filepath = str(path)
        options.log_severity_level = 4
        onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        folded = path.read_bytes()
    return folded if len(folded) < 1.05 * len(model) else model


def _name_nodes(proto: Any) -> None:
    """The quantiser picks nodes by name, so every node needs one of its own."""
    for number, node in enumerate(proto.graph.node):
        node.name = f"{node.op_type}_{number}"


def _compute(proto: Any) -> Any:
    """ONNX Runtime's dynamic quantiser over the operators that hold a large weight."""
    onnx = need("onnx", "train")
    quantization = need("onnxruntime.quantization", "train")
    last = _last_layer(proto)
    weights = {t.name: t for t in proto.graph.initializer if t.name not in last}
    chosen = [
        node.name
        for node in proto.graph.node
        for at in COMPUTED.get(node.op_type, ())
        if _is_large(weights.get(_input(node, at)))
    ]
    if not chosen:
        return proto
    # Set by ORT's own preprocessing, of which `fold` is the part that matters; silences its plea.
    mark = proto.metadata_props.add()
    mark.key, mark.value = "onnx.quant.pre_process", "onnxruntime.quant"
    with tempfile.TemporaryDirectory() as folder, _silent_logging():
        path = Path(folder) / "int8.onnx"
        quantization.quantize_dynamic(
            proto,
            path,
            op_types_to_quantize=list(COMPUTED),
            per_channel=True,
            # 7-bit weights: an AVX2 machine adds pairs of products in 16 bits, which 8-bit weights
            # overflow, and the proof would then hold on this kind of CPU only.
            reduce_range=True,
            nodes_to_quantize=[*chosen, *(f"{name}_MatMul" for name in chosen)],
        )
        out = onnx.load(path)
    del out.metadata_props[:]
    return out


def _store(proto: Any) -> dict[str, str]:
    """Put every large float weight in int8; returns those that were left, with the reason."""
    onnx = need("onnx", "train")
    users: dict[str, list[tuple[Any, int]]] = {}
    for node in proto.graph.node:
        for at, name in enumerate(node.input):
            users.setdefault(name, []).append((node, at))
    skipped: dict[str, str] = {}
    last = _last_layer(proto)
    for tensor in list(proto.graph.initializer):
        if not _is_large(tensor):
            continue
        if tensor.name in last:
            skipped[tensor.name] = "the last layer"
            continue
        array, used = onnx.numpy_helper.to_array(tensor), users.get(tensor.name, [])
        strange = [n.op_type for n, at in used if at not in STORED.get(n.op_type, ())]
        looked_up = all(node.op_type == "Gather" and _axis(node) == 0 for node, _ in used)
        if array.ndim == 1 or (not looked_up and max(array.shape) == array.size):
            continue  # biases, scales, thresholds: rounding one would move many rows alike
        if strange or not used:
            skipped[tensor.name] = f"used by {', '.join(strange) or 'a subgraph'}"
            continue
        proto.graph.initializer.remove(tensor)
        if looked_up:
            _store_table(proto, tensor.name, array, [node for node, _ in used])
        else:
            _store_weight(proto, tensor.name, array, used)
    return skipped


def _last_layer(proto: Any) -> set[str]:
    """The weight that makes the answers, where it is a hundredth of all or less."""
    sizes = {t.name: int(np.prod(t.dims)) for t in proto.graph.initializer}  # some in int8 already
    makers = {name: node for node in proto.graph.node for name in node.output}
    found = set()
    for output in proto.graph.output:
        node = makers.get(output.name)
        while node is not None and node.op_type == "Add":  # a bias after the product
            node = next((makers[n] for n in node.input if n in makers), None)
        if node is not None and node.op_type in ("Gemm", "MatMul"):
            found.add(_input(node, 1))
    most = LAST_SHARE * sum(sizes.values())
    return {name for name in found if sizes.get(name, most + 1) <= most}


def _store_weight(
    proto: Any, name: str, array: NDArray[np.float32], used: Sequence[tuple[Any, int]]
) -> None:
    """One scale an output channel; Cast and Mul at the top of the graph, folded at load."""
    onnx = need("onnx", "train")
    columns = {("MatMul", False), ("Gemm", False)}  # [in, out]: channels along the last axis
    transposed = any(_flag(node, "transB") for node, _ in used)
    along = array.ndim - 2 if (used[0][0].op_type, transposed) in columns else None
    axes = (along,) if along is not None else tuple(range(1, array.ndim))
    if used[0][0].op_type in ("LSTM", "GRU", "RNN"):
        axes = (2,)  # [directions, gates · states, in]
    scale = _scale(np.abs(array).max(axis=axes, keepdims=True))
    codes = np.rint(array / scale).astype(np.int8)
    proto.graph.initializer.extend(
        onnx.numpy_helper.from_array(values, f"{name}_{suffix}")
        for values, suffix in ((codes, "int8"), (scale, "scale"))
    )
    make = onnx.helper.make_node
    proto.graph.node.insert(0, make("Mul", [f"{name}_float", f"{name}_scale"], [name]))
    proto.graph.node.insert(
        0, make("Cast", [f"{name}_int8"], [f"{name}_float"], to=onnx.TensorProto.FLOAT)
    )


def _store_table(proto: Any, name: str, array: NDArray[np.float32], lookups: Sequence[Any]) -> None:
    """One scale a row, or a few rows where they are narrow; decoded after the look-up."""
    onnx = need("onnx", "train")
    rows = max(1, BLOCK // int(np.prod(array.shape[1:])))  # rows that share a scale
    flat = np.abs(array).reshape(len(array), -1).max(axis=1)
    peaks = np.maximum.reduceat(flat, np.arange(0, len(flat), rows))
    scale = _scale(peaks)
    per_row = np.repeat(scale, rows)[: len(array)].reshape(-1, *[1] * (array.ndim - 1))
    codes = np.rint(array / per_row).astype(np.int8)
    wide = scale.reshape(-1, *[1] * (array.ndim - 1))
    made = ((codes, "int8"), (wide, "scale"), (np.array(rows, np.int64), "rows"))
    proto.graph.initializer.extend(
        onnx.numpy_helper.from_array(values, f"{name}_{suffix}") for values, suffix in made
    )
    for node in lookups:
        _replace(proto, node, list(_lookup(node, name, rows)))


def _lookup(node: Any, name: str, rows: int) -> Iterator[Any]:
    """The nodes that do what one Gather did: codes of the rows asked for, times their scale."""
    onnx = need("onnx", "train")
    make, ids, out = onnx.helper.make_node, node.input[1], node.output[0]
    yield make("Gather", [f"{name}_int8", ids], [f"{out}_codes"], axis=0)
    yield make("Cast", [f"{out}_codes"], [f"{out}_floats"], to=onnx.TensorProto.FLOAT)
    if rows > 1:
        yield make("Div", [ids, f"{name}_rows"], [f"{out}_blocks"])
        ids = f"{out}_blocks"
    yield make("Gather", [f"{name}_scale", ids], [f"{out}_scales"], axis=0)
    yield make("Mul", [f"{out}_floats", f"{out}_scales"], [out])


def _replace(proto: Any, node: Any, steps: Sequence[Any]) -> None:
    at = list(proto.graph.node).index(node)
    del proto.graph.node[at]
    for step in reversed(steps):
        proto.graph.node.insert(at, step)


def _scale(peaks: NDArray[np.float32]) -> NDArray[np.float32]:
    """What one step of int8 is worth; 1 where all weights are zero."""
    return np.where(peaks > 0, peaks / 127, 1).astype(np.float32)


def _is_large(tensor: Any, kind: int = FLOAT) -> bool:
    """Whether a tensor, or None, holds enough numbers of a data type to matter."""
    return tensor is not None and tensor.data_type == kind and np.prod(tensor.dims) >= SMALLEST


def _input(node: Any, at: int) -> str:
    return node.input[at] if at < len(node.input) else ""


def _axis(node: Any) -> int:
    return next((a.i for a in node.attribute if a.name == "axis"), 0)


def _flag(node: Any, name: str) -> bool:
    return any(a.name == name and a.i for a in node.attribute)


def _largest_change(before: bytes, after: bytes, samples: Sequence[Mapping[str, NDArray]]) -> float:
    old, new = _session(before), _session(after)
    change = 0.0
    for feeds in samples:
        outputs = new.run(None, dict(feeds))[0]
        if not np.isfinite(outputs).all():
            raise BudgetError(
                "In int8 this graph's outputs are not finite. Leave int8 out, or choose a lighter "
                "rung."
            )
        change = max(change, float(np.abs(outputs - old.run(None, dict(feeds))[0]).max(initial=0)))
    return change


def _session(model: bytes) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 4
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


@contextmanager
def _silent_logging() -> Iterator[None]:
    """The quantiser logs advice through the root logger, which also gives it a handler."""
    root, before = logging.getLogger(), logging.root.manager.disable
    handlers = list(root.handlers)
    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        logging.disable(before)
        root.handlers[:] = handlers
