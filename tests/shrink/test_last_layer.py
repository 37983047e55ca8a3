"""int8 leaves a last layer alone that is next to nothing of the whole."""

import numpy as np
import onnx
import torch
from torch import nn

from umbrella.models.onnx import to_onnx
from umbrella.shrink.quantize import int8


class Wide(nn.Module):
    """A wide layer whose outputs hardly differ, and a head that weighs the differences."""

    def __init__(self, width):
        super().__init__()
        self.body, self.head = nn.Linear(width, width), nn.Linear(width, 4)
        with torch.no_grad():
            self.body.weight.mul_(0.01)
            self.body.bias.fill_(1.0)
            self.head.weight.mul_(100)

    def forward(self, x):
        return self.head(self.body(x))


def stored(width, way="stored"):
    torch.manual_seed(0)
    x = torch.randn(6, width)
    small = int8(to_onnx(Wide(width).eval(), {"x": x}), samples=[{"x": x[:1].numpy()}], way=way)
    tensors = onnx.load_from_string(small.model).graph.initializer
    return small, {t.name: t.data_type for t in tensors}


def test_a_head_of_a_hundredth_stays_in_float32():
    small, kinds = stored(512)
    assert kinds["head.weight"] == onnx.TensorProto.FLOAT
    assert small.skipped == {"head.weight": "the last layer"}
    assert small.after_bytes < 0.3 * small.before_bytes
    assert np.isfinite(small.max_change)
    _, kinds = stored(512, "computed")
    heads = {kind for name, kind in kinds.items() if name.startswith("head.weight")}
    assert heads == {onnx.TensorProto.FLOAT}


def test_a_head_that_is_much_of_the_whole_is_stored_in_int8():
    small, kinds = stored(128)
    assert "head.weight" not in kinds
    assert small.skipped == {}
