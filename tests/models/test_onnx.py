"""Export: plain, repeatable, quantisable graphs."""

from collections import Counter

import onnx
import pytest
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import nn

from umbrella.models.ladders import build, rung
from umbrella.models.onnx import OPSET, to_onnx

NAMES = ("bow-svm", "bag", "cnn", "rnn", "gru", "lstm", "transformer")


def example(name: str, rows: int = 2, places: int = 6, seed: int = 0):
    make = torch.Generator().manual_seed(seed)
    ids = torch.randint(1, 40, (rows, places), generator=make)
    weights = {"weights": torch.rand(rows, places, generator=make)}
    return {"ids": ids} | (weights if rung("text", name).codec == "text-bag" else {})


def network(name: str):
    torch.manual_seed(0)
    made = build(rung("text", name), {"vocab": 2000}, outputs=3)
    for weight in made.parameters():
        nn.init.normal_(weight, std=0.1)
    return made


@pytest.mark.parametrize("name", NAMES)
def test_the_same_weights_give_the_same_bytes_whatever_the_example(name):
    first = to_onnx(network(name), example(name))
    assert first == to_onnx(network(name), example(name, rows=5, places=17, seed=3))


@pytest.mark.parametrize("name", NAMES)
def test_nothing_tells_who_exported_it(name):
    model = onnx.load_from_string(to_onnx(network(name), example(name)))
    assert (model.producer_name, model.producer_version, model.doc_string) == ("", "", "")
    assert not any(node.doc_string for node in model.graph.node)
    assert [(o.domain, o.version) for o in model.opset_import] == [("", OPSET)]


def test_the_network_stays_in_training_mode():
    lstm = network("lstm").train()
    to_onnx(lstm, example("lstm"))
    assert lstm.training
    assert lstm.drop.training


def test_an_ignored_input_is_still_an_input():
    constant = build(rung("text", "most-common"), {}, outputs=3)
    model = onnx.load_from_string(to_onnx(constant, example("bag")))
    inputs = {value.name: value.type.tensor_type for value in model.graph.input}
    assert list(inputs) == ["ids", "weights"]
    assert [inputs[name].elem_type for name in inputs] == [
        onnx.TensorProto.INT64,
        onnx.TensorProto.FLOAT,
    ]
    assert [dim.dim_param for dim in inputs["weights"].shape.dim] == ["rows", "weights_length"]


def test_a_bag_without_words_of_its_own_keeps_its_exporter_quiet(capfd, recwarn):
    to_onnx(network("lstm"), example("lstm"))
    assert capfd.readouterr() == ("", "")
    assert len(recwarn) == 0


@pytest.mark.parametrize(
    ("name", "least"),
    [("bow-svm", 3.0), ("bag", 3.5), ("lstm", 3.0), ("transformer", 3.0)],
)
def test_a_graph_becomes_int8_for_real(name, least, tmp_path):
    whole, small = tmp_path / "whole.onnx", tmp_path / "small.onnx"
    whole.write_bytes(to_onnx(network(name), example(name)))
    quantize_dynamic(whole, small, per_channel=True, weight_type=QuantType.QInt8)
    assert whole.stat().st_size / small.stat().st_size > least


def test_an_lstm_is_two_nodes_that_int8_replaces(tmp_path):
    whole, small = tmp_path / "whole.onnx", tmp_path / "small.onnx"
    whole.write_bytes(to_onnx(network("lstm"), example("lstm")))
    quantize_dynamic(whole, small, per_channel=True, weight_type=QuantType.QInt8)
    before, after = (Counter(n.op_type for n in onnx.load(f).graph.node) for f in (whole, small))
    assert before["LSTM"] == 2
    assert after["DynamicQuantizeLSTM"] == 2
