"""Small graphs and bundles made by hand, so that shipping is tested without training anything."""

import json

import numpy as np
from onnx import TensorProto, helper, numpy_helper

from umbrella.data import codecs
from umbrella.lite.envelope import seal, unseal
from umbrella.lite.notes import digest_of
from umbrella.ship.bundle import pack_bundle

TEXTS = ["a fine day", "a dull day", "fine fine fine", "the dull rain came", "sun", "rain and sun"]
LABELS = ["bad", "good"]


def graph(nodes, weights, inputs, outputs=2, weighed=0):
    """ONNX bytes of a few nodes; they make "outputs" [B, C], and "weighed" [B, M] where asked."""
    made = helper.make_graph(
        [helper.make_node(*node[:3], **(node[3] if len(node) > 3 else {})) for node in nodes],
        "handmade",
        [helper.make_tensor_value_info(n, kind, shape) for n, kind, shape in inputs],
        [
            helper.make_tensor_value_info(name, TensorProto.FLOAT, ["B", size])
            for name, size in (("outputs", outputs), ("weighed", weighed))
            if size
        ],
        [numpy_helper.from_array(np.asarray(array), name) for name, array in weights.items()],
    )
    opset = [helper.make_opsetid("", 18)]
    return helper.make_model(made, opset_imports=opset, ir_version=10).SerializeToString()


BAG_INPUTS = [("ids", TensorProto.INT64, ["B", "T"]), ("weights", TensorProto.FLOAT, ["B", "T"])]


def bag_graph(vocab, outputs=2, seed=0):
    """A linear bag: outputs = Σ weight · row of the table."""
    table = np.random.default_rng(seed).normal(size=(vocab, outputs)).astype(np.float32)
    nodes = [
        ("Gather", ["table", "ids"], ["rows"]),
        ("Unsqueeze", ["weights", "last"], ["wide"]),
        ("Mul", ["rows", "wide"], ["parts"]),
        ("ReduceSum", ["parts", "places"], ["outputs"], {"keepdims": 0}),
    ]
    axes = {"last": np.array([2]), "places": np.array([1])}
    return graph(nodes, {"table": table, **axes}, BAG_INPUTS, outputs)


def bag_codec(texts=TEXTS):
    """A fitted bag-of-words codec."""
    return codecs.make("text-bag", unit="word", ngrams=(1, 1)).fit([texts])


def bag_spec(codec, columns=("text",), labels=LABELS):
    """What ship hands to pack_bundle for such a bag."""
    return {
        "umbrella": "0.1.0",
        "task": {"task": "classify", "labels": list(labels), "temperature": 1.0},
        "codecs": [
            {
                "columns": list(columns),
                "prefix": "",
                "spec": codec.spec(),
            }
        ],
        "report": None,
        "made": {"at": "2026-11-23T00:00:00+00:00"},
    }


def bag_bundle(columns=("text",), texts=TEXTS, **changes):
    """Bytes of a whole bundle that reads one bag of words."""
    codec = bag_codec(texts)
    spec = bag_spec(codec, columns) | changes
    return pack_bundle(bag_graph(codec.vocab), spec, "# a card\n")


def weighing_bundle(columns=("title", "body")):
    """Bytes of a bundle of two texts, each a kind of its own, that tells how much each counted."""
    codec = bag_codec()
    table = np.random.default_rng(0).normal(size=(codec.vocab, 2)).astype(np.float32)
    held = {"table": table, "last": np.array([2]), "one": np.array([1]), "half": np.float32(0.5)}
    inputs, nodes = [("present", TensorProto.FLOAT, ["B", 2])], []
    spec = {"codec": "present", "groups": [0, 1]}
    entries = [{"columns": list(columns), "prefix": "", "spec": spec}]
    for name in columns:
        ids, weights = f"text-{name}.ids", f"text-{name}.weights"
        inputs += [(ids, TensorProto.INT64, ["B", f"{ids}_length"])]
        inputs += [(weights, TensorProto.FLOAT, ["B", f"{weights}_length"])]
        nodes += [
            ("Gather", ["table", ids], [f"rows {name}"]),
            ("Unsqueeze", [weights, "last"], [f"wide {name}"]),
            ("Mul", [f"rows {name}", f"wide {name}"], [f"parts {name}"]),
            ("ReduceSum", [f"parts {name}", "one"], [f"sum {name}"], {"keepdims": 0}),
        ]
        entries += [{"columns": [name], "prefix": f"text-{name}.", "spec": codec.spec()}]
    nodes += [
        ("Add", [f"sum {name}" for name in columns], ["outputs"]),
        ("Mul", ["present", "half"], ["weighed"]),
    ]
    made = graph(nodes, held, inputs, weighed=2)
    return pack_bundle(made, bag_spec(codec) | {"codecs": entries}, "")


def rewrite(data, **changes):
    """The same bundle with other notes under a right digest; None takes a key out."""
    envelope = unseal(data)
    spec = json.loads(envelope.metadata["umbrella"])
    spec = {k: v for k, v in (spec | changes).items() if k not in changes or v is not None}
    if "digest" not in changes:
        spec["digest"] = digest_of(spec, envelope.metadata["card"])
    return seal(envelope.model, {**envelope.metadata, "umbrella": json.dumps(spec)})
