"""Latency of a real graph, and the processor's name on machines of several kinds."""

from itertools import pairwise

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper

from umbrella.base.errors import BundleError, ConfigError
from umbrella.score import cost


def product(width, times=1):
    """ONNX bytes of x ↦ x·W·W…"""
    weights = numpy_helper.from_array(np.eye(width, dtype=np.float32), "w")
    names = ["x", *(f"h{i}" for i in range(times - 1)), "outputs"]
    nodes = [helper.make_node("MatMul", [a, "w"], [b]) for a, b in pairwise(names)]
    ends = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, [None, width])
        for name in ("x", "outputs")
    ]
    graph = helper.make_graph(nodes, "product", ends[:1], ends[1:], [weights])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    return model.SerializeToString()


def rows(width, count=3):
    return [{"x": np.ones((1, width), np.float32)} for _ in range(count)]


def test_more_work_takes_longer():
    small = cost.latency(product(16), rows(16), seconds=0.1)
    large = cost.latency(product(512, 20), rows(512), seconds=0.2)
    assert 0 < small.p50_ms < large.p50_ms <= large.p95_ms
    assert (small.threads, small.rows, small.cpu) == (1, 3, cost.cpu_class())
    assert small.runs > 100


def test_every_feed_is_run_even_without_time():
    assert cost.latency(product(4), rows(4, 40), seconds=0.0).runs == 40


def test_a_model_that_cannot_run_is_named():
    with pytest.raises(BundleError, match="cannot run this model"):
        cost.latency(b"not a model", rows(4))
    with pytest.raises(BundleError, match="cannot run this model"):
        cost.latency(product(4), [{"y": np.ones((1, 4), np.float32)}])


def test_nothing_to_run_is_refused():
    with pytest.raises(ConfigError, match="at least one of each"):
        cost.latency(product(4), [])
    with pytest.raises(ConfigError, match="at least one of each"):
        cost.latency(product(4), rows(4), threads=0)


X86 = """processor\t: 0
vendor_id\t: GenuineIntel
cpu family\t: 6
model\t\t: 167
model name\t: Intel(R) Xeon(R) Processor
flags\t\t: fpu sse2 avx2 avx512f avx512_vnni

processor\t: 1
vendor_id\t: Other
"""
ARM = """processor\t: 0
Features\t: fp asimd asimddp i8mm
CPU implementer\t: 0x41
CPU part\t: 0xd0c
"""


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (X86, "GenuineIntel family 6 model 167 · avx2 avx512f avx512_vnni"),
        (ARM, "aarch64 implementer 0x41 part 0xd0c · asimd asimddp i8mm"),
        ("", "aarch64 Apple M9"),
        (None, "aarch64 Apple M9"),
    ],
)
def test_the_processor_is_named_on_any_machine(monkeypatch, tmp_path, text, name):
    monkeypatch.setattr(cost.platform, "machine", lambda: "aarch64")
    monkeypatch.setattr(cost.platform, "processor", lambda: "Apple M9")
    monkeypatch.setattr(cost, "CPUINFO", tmp_path / "cpuinfo")
    if text is not None:
        cost.CPUINFO.write_text(text)
    assert cost.cpu_class() == name
