"""The shadow of a network: the formula, the traps, the swap."""

import pytest
import torch
from torch import nn

from umbrella.fit.average import Average


def network():
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Linear(4, 2))


def test_the_shadow_follows_the_written_formula():
    net = network()
    average = Average(net, 0.9)
    want = [p.detach().clone() for p in net.parameters()]
    for t in range(30):
        with torch.no_grad():
            for p in net.parameters():
                p.add_(torch.randn_like(p))
        average.update()
        decay = min(0.9, (1 + t) / (10 + t))
        want = [decay * w + (1 - decay) * p for w, p in zip(want, net.parameters(), strict=True)]
    with average.shown():
        for p, w in zip(net.parameters(), want, strict=True):
            torch.testing.assert_close(p.detach(), w.detach())


def test_counters_are_copied_and_running_statistics_averaged():
    net = network()
    average = Average(net, 0.99)
    for _ in range(1000):
        net(torch.randn(8, 3) + 5)
        average.update()
    mean = net[1].running_mean.clone()
    with average.shown():
        assert int(net[1].num_batches_tracked) == 1000
        torch.testing.assert_close(net[1].running_mean, mean, atol=0.2, rtol=0.1)


def test_a_bfloat16_network_has_a_float32_shadow_that_moves():
    net = nn.Linear(1, 1, bias=False).to(torch.bfloat16)
    with torch.no_grad():
        net.weight.zero_()
    average = Average(net, 0.9999)
    average.updates = 10**6  # past the warm-up of the decay
    with torch.no_grad():
        net.weight.fill_(1)
    for _ in range(10_000):
        average.update()
    assert average.flat.item() == pytest.approx(1 - 0.9999**10_000, rel=1e-3)


def test_the_network_wears_the_shadow_only_inside_the_block():
    net = network()
    average = Average(net, 0.5)
    with torch.no_grad():
        for p in net.parameters():
            p.add_(1)
    before = [p.detach().clone() for p in net.parameters()]

    def fail() -> None:
        with average.shown():
            assert not torch.equal(net[0].weight, before[0])
            raise RuntimeError("inside")

    with pytest.raises(RuntimeError, match="inside"):
        fail()
    assert all(torch.equal(p, b) for p, b in zip(net.parameters(), before, strict=True))
