"""Every rung of the text ladder, shipped: the file answers as the network, in float32 and int8."""

import numpy as np
import pytest
import tinyencoder
import torch
from batches import SIZES
from tinymodels import VOCAB

from umbrella.data import codecs
from umbrella.data.codecs.columns import Columns, Part, padded
from umbrella.lite import Bundle
from umbrella.models.ladders import build, rungs
from umbrella.models.onnx import to_onnx
from umbrella.ship.bundle import pack_bundle
from umbrella.ship.parity import check_parity
from umbrella.shrink.quantize import int8

LABELS = ["a", "b", "c"]
TASK = {"task": "classify", "labels": LABELS, "temperature": 1.0, "shares": []}
RUNGS = {step.name: step for step in rungs("text")}
SYLLABLES = ["ba", "ki", "lo", "mu", "re", "so", "ta", "ve", "好", "雨"]


def some_texts(size, seed):
    """Texts of 0 to 40 words out of a few hundred."""
    rng = np.random.default_rng(seed)
    words = ["".join(rng.choice(SYLLABLES, n)) for n in rng.integers(1, 4, 400)]
    return [None, "", *(" ".join(rng.choice(words, n)) for n in rng.integers(1, 40, size - 2))]


@pytest.fixture(scope="module", params=list(RUNGS))
def shipped(request, tmp_path_factory):
    """A rung with random weights that tell rows apart: its network, codec and graph."""
    step = RUNGS[request.param]
    made, more = codecs.make(step.codec, **step.view), {}
    codec = Columns((Part(("text",), made),))
    if step.pretrained:
        tokens = tinyencoder.tokenizer(tmp_path_factory.mktemp("tokens")).read_text("utf-8")
        made.take(tokens, 0, VOCAB)
        more = {name: size for name, size in SIZES[step.codec].items() if name != "vocab"}
    else:
        codec.fit(lambda: [{"text": some_texts(600, 0)}])
    torch.manual_seed(0)
    network = build(step, {**codec.sizes, **more}, outputs=len(LABELS)).eval()
    with torch.no_grad():
        for weight in network.parameters():
            if not weight.any():
                weight.normal_()
    return network, codec, to_onnx(network, feeds(codec, some_texts(8, 1)))


def feeds(codec, texts):
    return {k: torch.from_numpy(v) for k, v in padded(codec.encode({"text": texts})).items()}


def packed(graph, codec):
    entries = codec.entries()
    spec = {"umbrella": "0.1.0", "task": TASK, "codecs": entries, "report": None, "made": {}}
    return Bundle(pack_bundle(graph, spec, ""))


def test_the_file_answers_as_the_network_asked_row_by_row(shipped):
    network, codec, graph = shipped
    texts = some_texts(150, 2)
    with torch.no_grad():
        rows = [network(**feeds(codec, [text])).numpy()[0] for text in texts]
    parity = check_parity(np.stack(rows), packed(graph, codec).outputs(texts), TASK)
    assert parity.rows == 150
    assert parity.answers_changed == 0


def test_int8_shrinks_the_file_and_the_bundle_answers_as_that_graph(shipped):
    network, codec, graph = shipped
    if sum(weight.numel() for weight in network.parameters()) < 1000:
        pytest.skip("nothing in it to shrink")
    texts = some_texts(60, 3)
    samples = [{k: v.numpy() for k, v in feeds(codec, [text]).items()} for text in texts]
    small = int8(graph, samples=samples)
    assert small.after_bytes < 0.5 * small.before_bytes
    whole, rounded = packed(graph, codec).outputs(texts), packed(small.model, codec).outputs(texts)
    assert np.abs(whole - rounded).max() == pytest.approx(small.max_change, abs=1e-4)
    assert small.max_change < 0.35 * whole.std()
