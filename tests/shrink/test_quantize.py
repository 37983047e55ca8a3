"""int8 must really shrink a graph, keep its answers, and say what it left alone."""

import logging
import tempfile

import numpy as np
import onnx
import onnxruntime
import pytest
from handmade import BAG_INPUTS, graph
from onnx import TensorProto

from umbrella.base.errors import BudgetError
from umbrella.shrink.quantize import fold, int8

RNG = np.random.default_rng(0)
STATES = [("x", TensorProto.FLOAT, ["T", "B", 24])]
GATES = {"RNN": 1, "GRU": 3, "LSTM": 4}


def weights(*shape):
    return (RNG.normal(size=shape) / np.sqrt(shape[-1])).astype(np.float32)


def bag(rows, columns):
    nodes = [
        ("Gather", ["table", "ids"], ["found"]),
        ("Unsqueeze", ["weights", "last"], ["wide"]),
        ("Mul", ["found", "wide"], ["parts"]),
        ("ReduceSum", ["parts", "places"], ["outputs"], {"keepdims": 0}),
    ]
    axes = {"last": np.array([2]), "places": np.array([1])}
    return graph(nodes, {"table": weights(rows, columns), **axes}, BAG_INPUTS, columns)


def bag_feeds(rows):
    ids = RNG.integers(0, rows, (8, 30))
    return {"ids": ids, "weights": RNG.random((8, 30)).astype(np.float32) / 5}


def recurrent(cell, states=32):
    gates = GATES[cell] * states
    inner = {"w": weights(2, gates, 24), "r": weights(2, gates, states), "b": weights(2, 2 * gates)}
    settings = {"hidden_size": states, "direction": "bidirectional"}
    nodes = [
        (cell, ["x", "w", "r", "b"], ["all", "last"], settings),
        ("Transpose", ["last"], ["turned"], {"perm": [1, 0, 2]}),
        ("Reshape", ["turned", "flat"], ["joined"]),
        ("Gemm", ["joined", "head", "bias"], ["outputs"], {"transB": 1}),
    ]
    head = {"flat": np.array([-1, 2 * states]), "head": weights(2, 2 * states), "bias": weights(2)}
    return graph(nodes, inner | head, STATES)


def dense(hidden=64, **more):
    nodes = [
        ("MatMul", ["x", "up"], ["a"]),
        ("Relu", ["a"], ["b"]),
        ("Gemm", ["b", "down", "bias"], ["outputs"], {"transB": 1}),
    ]
    held = {"up": weights(48, hidden), "down": weights(40, hidden), "bias": weights(40), **more}
    return graph(nodes, held, [("x", TensorProto.FLOAT, ["B", 48])], 40)


def conv():
    nodes = [
        ("Conv", ["x", "w", "b"], ["a"], {"kernel_shape": [3], "pads": [1, 1]}),
        ("ReduceMax", ["a", "places"], ["outputs"], {"keepdims": 0}),
    ]
    held = {"w": weights(32, 24, 3), "b": weights(32), "places": np.array([2])}
    return graph(nodes, held, [("x", TensorProto.FLOAT, ["B", 24, "T"])], 32)


def floats(*shape):
    return {"x": RNG.normal(size=shape).astype(np.float32)}


GRAPHS = {
    "narrow table": (lambda: bag(4000, 1), lambda: bag_feeds(4000)),
    "ten columns": (lambda: bag(1000, 10), lambda: bag_feeds(1000)),
    "wide table": (lambda: bag(500, 64), lambda: bag_feeds(500)),
    "rnn": (lambda: recurrent("RNN"), lambda: floats(9, 8, 24)),
    "gru": (lambda: recurrent("GRU"), lambda: floats(9, 8, 24)),
    "lstm": (lambda: recurrent("LSTM"), lambda: floats(9, 8, 24)),
    "dense": (dense, lambda: floats(8, 48)),
    "conv": (conv, lambda: floats(8, 24, 11)),
}


def run(model, feeds):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 4
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    return session.run(None, feeds)[0]


def operators(model):
    return [node.op_type for node in onnx.load_from_string(model).graph.node]


CASES = [(name, "stored") for name in GRAPHS]
CASES += [(name, "computed") for name in ("lstm", "dense")]


@pytest.mark.parametrize(("name", "way"), CASES)
def test_every_kind_of_graph_shrinks_and_answers_nearly_the_same(name, way):
    make, feed = GRAPHS[name]
    model, feeds = make(), feed()
    small = int8(model, samples=[feeds], way=way)
    before, after = run(model, feeds), run(small.model, feeds)
    assert small.after_bytes == len(small.model) < 0.55 * len(model) == 0.55 * small.before_bytes
    assert small.tensors >= 1
    assert small.max_change == pytest.approx(np.abs(after - before).max(), abs=1e-7)
    assert 0 < small.max_change < 0.05 * np.abs(before).max()


def test_a_convolution_is_never_computed_in_int8():
    proto = onnx.load_from_string(conv())
    proto.graph.node[-1].output[0] = "peaks"
    proto.graph.node.append(onnx.helper.make_node("MatMul", ["peaks", "head"], ["outputs"]))
    proto.graph.initializer.append(onnx.numpy_helper.from_array(weights(32, 32), "head"))
    small = int8(proto.SerializeToString(), samples=[floats(1, 24, 11)], way="computed")
    found = operators(small.model)
    assert "Conv" in found
    assert "ConvInteger" not in found
    assert small.operators == {"MatMulInteger": 1}
    assert small.tensors == 2


BIG = {
    "narrow table": lambda: bag(200_000, 1),
    "ten columns": lambda: bag(20_000, 10),
    "wide table": lambda: bag(5_000, 64),
    "rnn": lambda: recurrent("RNN", 256),
    "gru": lambda: recurrent("GRU", 256),
    "lstm": lambda: recurrent("LSTM", 256),
    "dense": lambda: dense(4096),
}


@pytest.mark.parametrize("name", BIG)
def test_weights_shrink_to_a_third_or_less_once_they_are_the_file(name):
    small = int8(BIG[name](), samples=[GRAPHS[name][1]()], way="stored")
    assert small.after_bytes < 0.31 * small.before_bytes


def test_stored_weights_leave_no_integer_arithmetic_and_no_neighbours_influence():
    model, feeds = dense(), floats(8, 48)
    small = int8(model, samples=[feeds], way="stored")
    assert small.operators == {}
    alone = np.concatenate([run(small.model, {"x": feeds["x"][i : i + 1]}) for i in range(8)])
    assert np.allclose(alone, run(small.model, feeds), atol=1e-6)


def test_computed_weights_are_counted_by_operator():
    assert int8(dense(), samples=[floats(8, 48)], way="computed").operators == {"MatMulInteger": 2}
    lstm = int8(recurrent("LSTM"), samples=[floats(9, 8, 24)], way="computed")
    assert lstm.operators == {"DynamicQuantizeLSTM": 1}


def test_a_graph_without_a_computable_weight_says_so():
    with pytest.raises(BudgetError, match="0 integer operators"):
        int8(bag(4000, 1), samples=[bag_feeds(4000)], way="computed")


def test_a_weight_behind_constant_arithmetic_is_found_by_folding():
    nodes = [
        ("Transpose", ["w"], ["turned"], {"perm": [1, 0]}),
        ("MatMul", ["x", "turned"], ["outputs"]),
    ]
    model = graph(nodes, {"w": weights(64, 48)}, [("x", TensorProto.FLOAT, ["B", 48])], 64)
    assert operators(fold(model)) == ["MatMul"]
    small = int8(model, samples=[floats(8, 48)], way="stored")
    assert small.after_bytes < 0.4 * small.before_bytes


def test_folding_never_makes_a_file_larger():
    nodes = [("Expand", ["w", "shape"], ["wide"]), ("Add", ["x", "wide"], ["outputs"])]
    held = {"w": weights(1, 64), "shape": np.array([512, 64])}
    model = graph(nodes, held, [("x", TensorProto.FLOAT, [512, 64])], 64)
    assert fold(model) == model


def test_a_graph_that_cannot_shrink_is_refused_and_says_what_was_left():
    tiny = graph([("MatMul", ["x", "w"], ["outputs"])], {"w": weights(4, 2)},
                 [("x", TensorProto.FLOAT, ["B", 4])])  # fmt: skip
    with pytest.raises(BudgetError, match="no large weights"):
        int8(tiny, samples=[floats(3, 4)])
    strange = graph([("Pow", ["x", "w"], ["outputs"])], {"w": abs(weights(64, 32))},
                    [("x", TensorProto.FLOAT, ["B", 64, 32])])  # fmt: skip
    with pytest.raises(BudgetError, match="w: used by Pow"):
        int8(strange, samples=[{"x": abs(floats(2, 64, 32)["x"])}])


def test_what_is_left_in_float_beside_the_rest_is_listed():
    proto = onnx.load_from_string(dense(256))
    proto.graph.initializer.append(onnx.numpy_helper.from_array(abs(weights(40, 40)), "odd"))
    proto.graph.node[-1].output[0] = "before"
    proto.graph.node.append(onnx.helper.make_node("PRelu", ["before", "odd_row"], ["outputs"]))
    proto.graph.node.insert(0, onnx.helper.make_node("ReduceSum", ["odd_in"], ["odd_row"]))
    proto.graph.node.insert(0, onnx.helper.make_node("Pow", ["odd", "first"], ["odd_in"]))
    first = onnx.helper.make_tensor_value_info("first", TensorProto.FLOAT, [1])
    proto.graph.input.append(first)
    feeds = floats(8, 48) | {"first": np.ones(1, np.float32)}
    small = int8(proto.SerializeToString(), samples=[feeds], way="stored")
    assert small.skipped == {"odd": "used by Pow"}


def test_rows_that_share_a_scale_keep_small_weights_apart_from_large_ones():
    table = np.full((6400, 1), 1e-3, np.float32)
    table[0] = 100.0  # one outlier: with one scale for all, every other weight would round to 0
    nodes = [("Gather", ["table", "ids"], ["outputs"])]
    model = graph(nodes, {"table": table}, [("ids", TensorProto.INT64, ["B"])], 1)
    feeds = {"ids": np.arange(6400)}
    after = run(int8(model, samples=[feeds], way="stored").model, feeds)
    assert after[0] == pytest.approx(100)
    assert np.allclose(after[32:], 1e-3, rtol=1e-2)


@pytest.mark.parametrize("turned", [False, True])
def test_one_loud_output_leaves_the_quiet_ones_exact(turned):
    held = weights(48, 40)
    held[:, 0] *= 1e4
    loud = {"w": held.T.copy() if turned else held}
    node = ("Gemm", ["x", "w"], ["outputs"], {"transB": int(turned)})
    model = graph([node], loud, [("x", TensorProto.FLOAT, ["B", 48])], 40)
    feeds = floats(8, 48)
    before, after = run(model, feeds), run(int8(model, samples=[feeds], way="stored").model, feeds)
    assert np.abs(after - before)[:, 1:].max() < 0.02 * np.abs(before)[:, 1:].max()


def test_one_loud_gate_leaves_the_others_exact():
    proto = onnx.load_from_string(recurrent("GRU"))
    tensor = next(t for t in proto.graph.initializer if t.name == "w")
    held = onnx.numpy_helper.to_array(tensor).copy()
    held[0, 0] *= 1e4  # one state of the first direction
    tensor.CopyFrom(onnx.numpy_helper.from_array(held, "w"))
    model, feeds = proto.SerializeToString(), floats(9, 8, 24)
    before, after = run(model, feeds), run(int8(model, samples=[feeds], way="stored").model, feeds)
    assert np.abs(after - before).max() < 0.05 * np.abs(before).max()


def test_a_row_of_zeros_stays_zero():
    table = weights(1000, 64)
    table[3] = 0
    model = graph([("Gather", ["table", "ids"], ["outputs"])], {"table": table},
                  [("ids", TensorProto.INT64, ["B"])], 64)  # fmt: skip
    feeds = {"ids": np.arange(1000)}
    assert not run(int8(model, samples=[feeds], way="stored").model, feeds)[3].any()


def test_a_table_that_is_also_multiplied_is_held_once():
    nodes = [("Gather", ["table", "ids"], ["found"]), ("MatMul", ["found", "turned"], ["outputs"]),
             ("Transpose", ["table"], ["turned"])]  # fmt: skip
    nodes = [nodes[0], nodes[2], nodes[1]]
    model = graph(nodes, {"table": weights(2000, 16)}, [("ids", TensorProto.INT64, ["B"])], 2000)
    small = int8(model, samples=[{"ids": np.arange(50)}], way="stored")
    assert small.after_bytes < 0.6 * small.before_bytes


def test_outputs_that_are_not_finite_are_refused():
    model = bag(1000, 8)
    feeds = bag_feeds(1000)
    feeds["weights"][0, 0] = np.inf
    with pytest.raises(BudgetError, match="not finite"):
        int8(model, samples=[feeds], way="stored")


def test_it_leaves_no_files_no_log_lines_and_no_handlers(tmp_path, monkeypatch, capfd):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    root = logging.getLogger()
    handlers, level = list(root.handlers), logging.root.manager.disable
    for handler in handlers:
        root.removeHandler(handler)
    try:
        int8(dense(), samples=[floats(8, 48)], way="computed")
        assert root.handlers == []
        assert logging.root.manager.disable == level
    finally:
        root.handlers[:] = handlers
    assert not list(tmp_path.iterdir())
    printed = capfd.readouterr()
    assert printed.out + printed.err == ""


def test_the_same_graph_gives_the_same_bytes():
    model, feeds = dense(), floats(8, 48)
    for way in ("stored", "computed"):
        assert (
            int8(model, samples=[feeds], way=way).model
            == int8(model, samples=[feeds], way=way).model
        )
