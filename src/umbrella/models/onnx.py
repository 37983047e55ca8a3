"""A network as one ONNX graph: any batch, any length, standard operators only.

Torch has two exporters. The older one, which traces, is used: it writes an LSTM as one LSTM node
and a weight as one constant, which ONNX Runtime can turn into int8. The newer one (dynamo) puts
nodes between the constants and the LSTM, and quantisation then silently does nothing.
"""

import io
import logging
import warnings
from collections.abc import Mapping
from typing import Any

import onnx
import torch
from torch import Tensor, nn

from umbrella.base.errors import BundleError

OPSET = 18  # LayerNormalization needs 17; 18 is read by every ONNX Runtime from 1.14 on
OUTPUT, WEIGHED = "outputs", "weighed"  # "weights" are an input of bags
SIZES = "sizes"  # of the errors of a forecast
ROWS = "rows"  # name of the first dimension everywhere; see `_length` for the second


class _Positional(nn.Module):
    """The tracer passes tensors by place; networks take them by name."""

    def __init__(self, network: nn.Module, names: tuple[str, ...]):
        super().__init__()
        self.network, self.names = network, names

    def forward(self, *tensors: Tensor) -> Tensor | tuple[Tensor, Tensor]:
        inputs = dict(zip(self.names, tensors, strict=True))
        spread: Any = getattr(self.network, "spread", None)
        if spread is not None:
            return spread.fans(self.network, **inputs)  # type: ignore[no-any-return]
        if not _weighs(self.network):
            return self.network(**inputs)
        outputs, weights, _ = self.network.read(**inputs)  # type: ignore[operator]
        return outputs, weights


def to_onnx(network: nn.Module, example: Mapping[str, Tensor]) -> bytes:
    """Export a network.

    Args:
        network: scores float32 [B, C] or [B, places, C]; its mode, training or not, is left as it
            was.
        example: name → tensor [B, …], as `forward` takes them. Two rows or more and five places
            or more, so that no size is mistaken for a fixed one. Dimension 0 becomes "rows" and
            dimension 1 free too.

    Returns:
        A single-file ONNX model with inputs named as in the example and one output "outputs"; of a
        network that `weighs` its modalities a second one, "weighed" [B, M], says how, and of a
        forecast that tells how large its errors may be, "sizes" [B, 2 Q, H]. The same weights give
        the same bytes.

    Raises:
        BundleError: the graph needs an operator outside the ONNX standard.
    """
    names = tuple(example)
    dynamic = {name: {0: ROWS, 1: _length(name)} for name, x in example.items() if x.ndim > 1}
    dynamic |= {name: {0: ROWS} for name, x in example.items() if x.ndim == 1}
    file = io.BytesIO()
    training = network.training
    try:
        with warnings.catch_warnings(), _quiet("torch.onnx"), torch.no_grad():
            warnings.simplefilter("ignore")  # traced sizes and deprecation; the tests compare runs
            torch.onnx.export(
                _Positional(network, names).eval(),
                tuple(example.values()),
                file,  # type: ignore[arg-type]
                input_names=list(names),
                output_names=_named(network),
                dynamic_axes=dynamic
                | {OUTPUT: _free(network, example), WEIGHED: {0: ROWS}, SIZES: {0: ROWS}},
                opset_version=OPSET,
                dynamo=False,
            )
    finally:
        network.train(training)
    model = onnx.load_from_string(file.getvalue())
    _tidy(model)
    _keep_inputs(model, example)
    _inspect(model)
    return model.SerializeToString(deterministic=True)


def _free(network: nn.Module, example: Mapping[str, Tensor]) -> dict[int, str]:
    """The free dimensions of the answer: rows, and where it has three, places too."""
    return {0: ROWS, 1: "places"} if network(**example).ndim > 2 else {0: ROWS}


def _named(network: nn.Module) -> list[str]:
    """What the graph's outputs are called."""
    if getattr(network, "spread", None) is not None:
        return [OUTPUT, SIZES]
    return [OUTPUT, WEIGHED] if _weighs(network) else [OUTPUT]


def _weighs(network: nn.Module) -> bool:
    return bool(getattr(network, "weighs", False))


def _length(name: str) -> str:
    """What the second dimension of an input is called: ONNX Runtime lets tensors whose dimensions
    have the same names share memory, so no two inputs may.
    """
    return f"{name}_length"


def _tidy(model: onnx.ModelProto) -> None:
    """Drop what says when, where and by whom it was exported, and the prefix of our wrapper."""
    model.producer_name = model.producer_version = model.doc_string = ""
    model.graph.name = "network"
    model.graph.doc_string = ""
    renamed = {
        w.name: w.name.removeprefix("network.")
        for w in model.graph.initializer
        if w.name.startswith("network.")
    }
    for weight in model.graph.initializer:
        weight.name = renamed.get(weight.name, weight.name)
        weight.doc_string = ""
    for node in model.graph.node:
        node.doc_string = ""
        node.name = node.name.replace("/network/", "/", 1)
        for place, name in enumerate(node.input):
            node.input[place] = renamed.get(name, name)


def _keep_inputs(model: onnx.ModelProto, example: Mapping[str, Tensor]) -> None:
    """Put back inputs that the network ignores, so that every bundle is fed alike."""
    kept = {value.name: value for value in model.graph.input}
    for name, x in example.items():
        if name not in kept:
            dtype = onnx.helper.np_dtype_to_tensor_dtype(x.numpy().dtype)
            shape = (ROWS, _length(name), *x.shape[2:])[: x.ndim]
            kept[name] = onnx.helper.make_tensor_value_info(name, dtype, shape)
    del model.graph.input[:]
    model.graph.input.extend(kept[name] for name in example)


def _inspect(model: onnx.ModelProto) -> None:
    foreign = sorted({n.op_type for n in model.graph.node if n.domain not in ("", "ai.onnx")})
    if foreign or model.functions:
        raise BundleError(
            f"The exported graph needs operators outside the ONNX standard: {foreign}. "
            f"Write that part of the network with other operations."
        )
    onnx.checker.check_model(model, full_check=True)


class _quiet:
    """Silence a logger for a while."""

    def __init__(self, name: str):
        self.logger = logging.getLogger(name)

    def __enter__(self) -> None:
        self.level = self.logger.level
        self.logger.setLevel(logging.ERROR)

    def __exit__(self, *error: object) -> None:
        self.logger.setLevel(self.level)
