"""Writing a bundle: opened before it is written, whole or not at all, with its card beside it."""

import numpy as np
import pytest
from handmade import TEXTS, bag_codec, bag_graph, bag_spec, graph
from onnx import TensorProto

from umbrella.base.errors import BundleError, ConfigError
from umbrella.lite import Bundle, load
from umbrella.ship.bundle import pack_bundle, write_bundle

CARD = "# reviews\n\n好。\n"


@pytest.fixture(scope="module")
def codec():
    return bag_codec()


def test_what_is_written_loads_and_answers(codec, tmp_path):
    file, beside = write_bundle(
        tmp_path / "deep" / "day.onnx", bag_graph(codec.vocab), bag_spec(codec), CARD
    )
    assert load(file).card == beside.read_text("utf-8") == CARD
    assert beside.name == "day.card.md"
    assert len(load(file).predict(TEXTS)) == len(TEXTS)


def test_the_same_parts_make_the_same_bytes(codec):
    parts = bag_graph(codec.vocab), bag_spec(codec), CARD
    assert pack_bundle(*parts) == pack_bundle(*parts)


def test_notes_cannot_claim_another_digest_or_format(codec, tmp_path):
    spec = bag_spec(codec) | {"weights": "00", "digest": "00", "format": 99}
    file, _ = write_bundle(tmp_path / "day.onnx", bag_graph(codec.vocab), spec, CARD)
    assert load(file).spec["format"] == 1


def test_of_the_task_only_what_answering_needs_is_shipped(codec):
    spec = bag_spec(codec)
    trained = spec | {"task": spec["task"] | {"shares": [0.4, 0.6]}}
    assert Bundle(pack_bundle(bag_graph(codec.vocab), trained, "")).spec["task"] == spec["task"]


def test_notes_that_json_brings_to_another_form_still_fit_their_digest(codec):
    spec = bag_spec(codec) | {"made": {"样本": (1, 2), 3: 0.1 + 0.2}}
    bundle = Bundle(pack_bundle(bag_graph(codec.vocab), spec, "好\r\n"))
    assert bundle.spec["made"] == {"样本": [1, 2], "3": 0.1 + 0.2}


def test_a_graph_that_does_not_fit_leaves_the_old_file(codec, tmp_path):
    path = tmp_path / "day.onnx"
    path.write_bytes(b"old")
    other = graph([("Identity", ["x"], ["outputs"])], {}, [("x", TensorProto.FLOAT, ["B", 2])])
    with pytest.raises(BundleError, match="graph takes"):
        write_bundle(path, other, bag_spec(codec), CARD)
    assert [p.read_bytes() for p in tmp_path.iterdir()] == [b"old"]


def test_notes_that_json_cannot_hold_are_refused(codec):
    with pytest.raises(BundleError, match="JSON"):
        pack_bundle(bag_graph(codec.vocab), bag_spec(codec) | {"made": {"x": np.nan}}, CARD)


def test_the_name_must_be_that_of_an_onnx_file(codec, tmp_path):
    parts = bag_graph(codec.vocab), bag_spec(codec), CARD
    with pytest.raises(ConfigError, match=r"day\.onnx"):
        write_bundle(tmp_path / "day.pt", *parts)
    (tmp_path / "x.onnx").mkdir()
    with pytest.raises(ConfigError, match="is a folder"):
        write_bundle(tmp_path / "x.onnx", *parts)
