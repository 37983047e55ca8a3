"""The file's wrapping: notes in and out, and everything refused before onnxruntime sees it."""

import hashlib
import os
import pickle
from contextlib import suppress

import numpy as np
import onnx
import onnxruntime
import pytest
from handmade import bag_graph, graph
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import TensorProto, helper, numpy_helper

from umbrella.base.errors import BundleError
from umbrella.lite.envelope import seal, unseal

GRAPH = bag_graph(50)
NOTES = {"umbrella": '{"标签": "好"}', "card": "# 卡片\n" * 200}


def test_notes_come_back_and_onnx_reads_them_too():
    data = seal(GRAPH, NOTES)
    assert unseal(data).metadata == NOTES
    seen = {prop.key: prop.value for prop in onnx.load_from_string(data).metadata_props}
    assert seen == NOTES
    session = onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])
    assert session.get_modelmeta().custom_metadata_map == NOTES


def test_digest_is_that_of_the_graph_alone():
    assert unseal(seal(GRAPH, NOTES)).digest == hashlib.sha256(GRAPH).hexdigest()
    assert unseal(seal(GRAPH, NOTES)).digest != unseal(seal(bag_graph(50, seed=1), NOTES)).digest


def test_sealing_again_replaces_the_old_notes():
    assert unseal(seal(seal(GRAPH, NOTES), {"card": "new"})).metadata == {"card": "new"}


def test_notes_written_by_onnx_itself_are_found_wherever_they_lie():
    proto = onnx.load_from_string(GRAPH)
    helper.set_model_props(proto, {"card": "x"})
    found = unseal(proto.SerializeToString())
    assert found.metadata == {"card": "x"}
    assert found.digest == hashlib.sha256(GRAPH).hexdigest()


@pytest.mark.parametrize("share", [0.001, 0.3, 0.9, 0.999])
def test_a_file_cut_short_is_called_so(share):
    data = seal(GRAPH, NOTES)
    with pytest.raises(BundleError, match="cut short"):
        unseal(data[: max(3, int(share * len(data)))], "x.onnx")


class Trap:
    def __reduce__(self):
        return os.mkdir, ("sprung",)


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "is empty"),
        (pickle.dumps(Trap()), "a Python pickle"),
        (pickle.dumps(Trap(), protocol=2), "a Python pickle"),
        (b"PK\x03\x04" + bytes(40), "a zip archive"),
        (b"<!DOCTYPE html><html>404</html>", "a web page"),
        (b'\n {"format": 1}', "JSON"),
        (b"\x1f\x8b\x08" + bytes(40), "a gzip file"),
        ((60).to_bytes(8, "little") + b'{"a":{}}' + bytes(80), "safetensors"),
        (b"\x0a\x00\x0a\x00ORTM" + bytes(40), "onnxruntime's own format"),
        (b"version https://git-lfs.github.com/spec/v1\n", "Git LFS"),
        (bytes(4096), "damaged"),
        (b"\xff" * 64, "damaged"),
    ],
)
def test_another_format_is_named_and_never_run(data, what, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BundleError, match=what):
        unseal(data, "x.onnx")
    assert not list(tmp_path.iterdir())


def external_model(folder):
    """A graph whose weights lie in another file, as onnx itself would write it."""
    tensor = numpy_helper.from_array(np.arange(512, dtype=np.float32), "w")
    (folder / "secret.bin").write_bytes(tensor.raw_data)
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    entry = tensor.external_data.add()
    entry.key, entry.value = "location", "secret.bin"
    return tensor


def test_weights_in_another_file_are_refused_although_onnxruntime_would_read_them(
    tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    plain = graph(
        [("Add", ["x", "w"], ["outputs"])], {}, [("x", TensorProto.FLOAT, ["B", 512])], 512
    )
    proto = onnx.load_from_string(plain)
    proto.graph.initializer.append(external_model(tmp_path))
    data = proto.SerializeToString()
    session = onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])
    leaked = session.run(None, {"x": np.zeros((1, 512), np.float32)})[0]
    assert leaked[0, 7] == 7  # the reason for the check: bytes alone do not stop it
    with pytest.raises(BundleError, match="tensor w in another file"):
        unseal(data)


@pytest.mark.parametrize("where", ["constant", "subgraph", "sparse", "sparse constant"])
def test_weights_in_another_file_are_found_wherever_they_hide(where, tmp_path):
    proto, tensor = onnx.load_from_string(GRAPH), external_model(tmp_path)
    if where == "constant":
        proto.graph.node.append(helper.make_node("Constant", [], ["c"], value=tensor))
    elif where == "subgraph":
        inner = helper.make_graph([], "inner", [], [], [tensor])
        proto.graph.node.append(helper.make_node("Identity", ["c"], ["d"], body=inner))
    elif where == "sparse constant":
        node = helper.make_node("Constant", [], ["c"])
        attribute = node.attribute.add(name="sparse_value", type=onnx.AttributeProto.SPARSE_TENSOR)
        attribute.sparse_tensor.values.CopyFrom(tensor)
        proto.graph.node.append(node)
    else:
        proto.graph.sparse_initializer.add().values.CopyFrom(tensor)
    with pytest.raises(BundleError, match="in another file"):
        unseal(proto.SerializeToString())


def test_weights_that_are_not_a_number_are_counted_and_named():
    table = np.ones((50, 2), np.float32)
    table[3] = np.nan
    nodes = [("Gather", ["table", "ids"], ["outputs"])]
    data = graph(nodes, {"table": table}, [("ids", TensorProto.INT64, ["B"])])
    with pytest.raises(BundleError, match=r"2 weights that are not a number \(tensor table\)"):
        unseal(data)


def test_the_same_note_twice_is_refused():
    once = seal(GRAPH, {"card": "x"})
    with pytest.raises(BundleError, match="twice"):
        unseal(once + once[len(GRAPH) :])


def test_endless_nesting_ends_in_an_error_of_ours():
    inner = helper.make_graph([], "inner", [], [])
    for _ in range(30):
        node = helper.make_node("Identity", ["c"], ["d"], body=inner)
        inner = helper.make_graph([node], "inner", [], [])
    data = helper.make_model(inner).SerializeToString()
    with pytest.raises(BundleError, match="nested"):
        unseal(data)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_no_damage_ends_in_anything_but_our_own_error(data):
    whole = bytearray(seal(GRAPH, {"card": "x" * 50}))
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    with suppress(BundleError):
        unseal(bytes(whole[: data.draw(st.integers(1, len(whole)))]))
