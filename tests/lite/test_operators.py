"""Every graph of ours may run, and nothing that could loop, call or leave the standard."""

import time

import numpy as np
import onnx
import pytest
import torch
from batches import MAKERS, SIZES
from handmade import bag_codec, bag_graph, bag_spec, graph
from onnx import TensorProto, helper

from umbrella.base.errors import BudgetError, BundleError
from umbrella.lite.envelope import _record, unseal
from umbrella.lite.operators import OPERATORS
from umbrella.models.ladders import LADDERS, build
from umbrella.models.onnx import to_onnx
from umbrella.ship.bundle import pack_bundle
from umbrella.shrink.quantize import int8

GRAPH = bag_graph(50)
STEPS = [step for ladder in LADDERS.values() for step in ladder]
OWN = {"tag": (3,), "answer": (4,)}  # outputs of ladders whose width means something
CASES = [
    (step, n)
    for kind, ladder in LADDERS.items()
    for step in ladder
    for n in OWN.get(kind, (1, 2, 3))
]
REFUSED = "made by a newer version or another program"


def graphs(step, outputs):
    """A rung's graph in float32 and in int8 in both ways, where there is something to shrink."""
    sizes = {name: 700 if name == "vocab" else size for name, size in SIZES[step.codec].items()}
    network = build(step, sizes, outputs=outputs).eval()
    with torch.no_grad():
        for weight in network.parameters():
            weight.normal_()
    batch = MAKERS[step.codec]([9, 4])
    whole = to_onnx(network, batch)
    yield "float32", whole
    sample = {name: values[:1].numpy() for name, values in batch.items()}
    for way in ("stored", "computed"):
        try:
            yield way, int8(whole, samples=[sample], way=way).model
        except BudgetError:  # nothing in it is large enough
            continue


@pytest.mark.parametrize(  # a number, two classes, more
    ("step", "outputs"), CASES, ids=[f"{step.name}-{outputs}" for step, outputs in CASES]
)
def test_every_rung_may_run_in_float32_and_int8(step, outputs):
    for way, model in graphs(step, outputs):
        used = {
            f"{node.domain}:{node.op_type}" if node.domain else node.op_type
            for node in onnx.load_from_string(model).graph.node
        }
        assert used <= OPERATORS, (way, used - OPERATORS)
        assert unseal(model).model == model


def endless():
    """A bag whose graph counts to 2⁶³ before it answers."""
    done = helper.make_graph(
        [helper.make_node("Identity", ["go"], ["on"])],
        "turn",
        [
            helper.make_tensor_value_info("at", TensorProto.INT64, []),
            helper.make_tensor_value_info("go", TensorProto.BOOL, []),
        ],
        [helper.make_tensor_value_info("on", TensorProto.BOOL, [])],
    )
    codec = bag_codec()
    proto = onnx.load_from_string(bag_graph(codec.vocab))
    proto.graph.initializer.extend(
        onnx.numpy_helper.from_array(np.array(value), name)
        for name, value in (("turns", 2**63 - 1), ("true", True))
    )
    proto.graph.node.append(helper.make_node("Loop", ["turns", "true"], [], body=done))
    return codec, proto.SerializeToString()


def test_a_graph_that_loops_for_ever_is_refused_before_it_runs():
    codec, model = endless()
    start = time.monotonic()
    with pytest.raises(BundleError, match=f"{REFUSED}.*'Loop'"):
        pack_bundle(model, bag_spec(codec), "")
    assert time.monotonic() - start < 5


@pytest.mark.parametrize(
    ("operator", "domain"),
    [
        ("Loop", ""),
        ("If", ""),
        ("Scan", ""),
        ("SequenceMap", ""),
        ("Loop", "ai.onnx"),
        ("NoSuchOperator", ""),
        ("", ""),
        ("Add", "my.own"),
        ("Add", "com.microsoft"),
        ("QAttention", "com.microsoft"),
        ("DynamicQuantizeLSTM", ""),
        ("com.microsoft:DynamicQuantizeLSTM", "x"),
        ("TreeEnsembleClassifier", "ai.onnx.ml"),
    ],
)
def test_other_operators_and_domains_are_refused(operator, domain):
    proto = onnx.load_from_string(GRAPH)
    proto.graph.node.append(helper.make_node(operator, ["ids"], ["x"], domain=domain))
    with pytest.raises(BundleError, match=REFUSED):
        unseal(proto.SerializeToString())


def test_the_standard_may_be_named():
    proto = onnx.load_from_string(GRAPH)
    for node in proto.graph.node:
        node.domain = "ai.onnx"
    assert unseal(proto.SerializeToString())


def test_an_operator_inside_a_subgraph_is_found():
    inner = helper.make_graph([helper.make_node("Loop", ["a"], ["b"])], "inner", [], [])
    data = graph([("Identity", ["x"], ["outputs"], {"body": inner})], {}, [("x", 1, ["B", 2])])
    with pytest.raises(BundleError, match="'Loop'"):
        unseal(data)


@pytest.mark.parametrize("part", ["functions", "training_info"])
def test_functions_and_training_steps_are_refused(part):
    proto = onnx.load_from_string(GRAPH)
    getattr(proto, part).add()
    with pytest.raises(BundleError, match=REFUSED):
        unseal(proto.SerializeToString())


def test_an_operator_cannot_hide_behind_a_second_one():
    # A fixed64 field of the same number: protobuf reads "Loop", a careless reader "Identity".
    node = helper.make_node("Loop", [], ["x"]).SerializeToString() + b"\x21Identity"
    seen = onnx.NodeProto.FromString(node)
    assert seen.op_type == "Loop"
    with pytest.raises(BundleError, match="two operators"):
        unseal(GRAPH + _record(7, _record(1, node)))


def test_an_operator_cannot_hide_behind_a_number_that_protobuf_cuts():
    node = helper.make_node("Loop", [], ["x"]).SerializeToString()
    cut = b"\x8a\x80\x80\x80\x10" + bytes([len(node)]) + node  # field 1, and bit 32 set
    with pytest.raises(BundleError, match="proper number"):
        unseal(GRAPH + _record(7, cut))
