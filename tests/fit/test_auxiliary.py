"""The loss of a fusion listens to every encoder that has something to answer from."""

import numpy as np
import torch
from batches import SIZES, kinds

from umbrella.fit.auxiliary import with_own_answers
from umbrella.models.ladders import build, rung
from umbrella.tasks.classify import Classify

TASK = Classify(("a", "b", "c"), 1.0)
TARGETS = torch.tensor([0, 1, 2, 1])


def loss(weight, batch, network):
    return with_own_answers(TASK, weight, False)(network, batch, TARGETS, np.arange(4), None)


def test_without_a_weight_it_is_the_loss_of_the_answer():
    network = build(rung("fusion", "late"), SIZES["fusion"], outputs=3).eval()
    batch = kinds([4, 9, 3, 7])
    torch.testing.assert_close(
        loss(0.0, batch, network), TASK.loss(network(**batch), TARGETS, False)
    )


def test_rows_without_a_modality_do_not_teach_its_encoder():
    network = build(rung("fusion", "early"), SIZES["fusion"], outputs=3).eval()
    for weight in network.parameters():
        torch.nn.init.normal_(weight, std=0.1)
    batch = kinds([4, 9, 3, 7])
    batch["present"] = torch.tensor([[1.0, 1, 1, 0, 1]] * 4)
    loss(1.0, batch, network).backward()
    image = network.encoders.encoders[3].head.weight.grad
    assert image is None or not image.any()
    assert network.encoders.encoders[0].head.weight.grad.any()


def test_the_own_answers_weigh_as_much_as_was_said():
    network = build(rung("fusion", "early"), SIZES["fusion"], outputs=3).eval()
    for weight in network.parameters():
        torch.nn.init.normal_(weight, std=0.1)
    batch = kinds([4, 9, 3, 7]) | {"present": torch.ones(4, 5)}
    outputs, _, read = network.read(**batch)
    own = torch.stack([TASK.loss(read.alone[:, m], TARGETS, False) for m in range(5)]).mean()
    expected = TASK.loss(outputs, TARGETS, False) + 0.3 * own
    torch.testing.assert_close(loss(0.3, batch, network), expected)
