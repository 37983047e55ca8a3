"""What a student is taught by: feature vectors of the rows in their order."""

import numpy as np
import torch
from torch import nn

from umbrella.data.codecs.ragged import Ragged
from umbrella.fit.device import Device
from umbrella.shrink import distill
from umbrella.shrink.distill import features_of
from umbrella.tasks.forecast import Forecast


class Sums(nn.Module):
    """Its feature of a row is the row's sum; a training network would add noise."""

    def __init__(self, name="features"):
        super().__init__()
        setattr(self, name, self.sums)

    def sums(self, x):
        return x.sum(dim=1, keepdim=True).double() + self.training

    def forward(self, x):
        return -self.sums(x)


def test_features_come_in_the_order_of_the_rows_and_leave_the_network_as_it_was():
    lengths = np.random.default_rng(0).integers(1, 9, 700)
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    encoded = {"x": Ragged(np.arange(offsets[-1], dtype=np.float32), offsets)}
    rows = np.random.default_rng(1).permutation(700)[:600]
    network = Sums().train()
    made = features_of(network, encoded, rows, Device("cpu"))
    sums = np.array([encoded["x"].row(row).sum() for row in rows], np.float32)
    assert made.dtype == np.float32
    np.testing.assert_allclose(made[:, 0], sums)
    assert network.training
    assert torch.is_grad_enabled()


def test_a_network_without_features_has_none():
    encoded = {"x": Ragged(np.ones(3, np.float32), np.arange(4))}
    assert features_of(Sums("others"), encoded, np.arange(3), Device("cpu")) is None


def test_a_student_of_a_forecast_learns_unknown_steps_from_its_teacher_alone():
    task = Forecast(horizon=2)
    outputs = torch.tensor([[1.0, 1.0]], requires_grad=True)
    teacher, targets = torch.tensor([[0.0, 0.5]]), torch.tensor([[2.0, float("nan")]])
    loss = distill._as_taught(task, distill.DistillConfig(), outputs, teacher, targets, False)
    loss.backward()
    assert torch.isfinite(loss)
    alone = torch.tensor([[1.0, 1.0]], requires_grad=True)
    task.loss(alone, targets).backward()
    assert alone.grad[0, 1] == 0
    assert outputs.grad[0, 1] > 0
