"""A network of several labels begins at their shares; one that has learned, and others, do not."""

import numpy as np
import pytest
import torch
from batches import SIZES as BATCHES
from batches import kinds

from umbrella.fit.start import begin_at_shares
from umbrella.models.ladders import build, rung
from umbrella.models.text.bag import Bag
from umbrella.score.decode import sigmoid
from umbrella.tasks.classify import Classify
from umbrella.tasks.multilabel import Multilabel

SETS = Multilabel(("a", "b", "c"), ";", (0.02, 0.5, 0.0))


def bag(outputs=3):
    torch.manual_seed(0)
    return Bag(Bag.Config(vocab=20, outputs=outputs, width=4))


def test_outputs_begin_at_the_labels_shares():
    network = bag()
    begin_at_shares(network, SETS)
    chances = sigmoid(network.head.bias.detach().numpy())
    np.testing.assert_allclose(chances, [0.02, 0.5, 0.001], atol=1e-5)


def test_a_head_that_has_learned_stays():
    network = bag()
    with torch.no_grad():
        network.head.bias[0] = 0.5
    begin_at_shares(network, SETS)
    assert network.head.bias.tolist() == [0.5, 0, 0]


def test_a_student_inside_its_wrapper_begins_there_too_and_other_widths_do_not():
    inside, other = torch.nn.Module(), bag(5)
    inside.network = bag()
    begin_at_shares(inside, SETS)
    begin_at_shares(other, SETS)
    chances = sigmoid(inside.network.head.bias.detach().numpy())
    np.testing.assert_allclose(chances, [0.02, 0.5, 0.001], atol=1e-5)
    assert not other.head.bias.any()


@pytest.mark.parametrize("name", ["late", "early", "attention"])
def test_a_fusion_begins_there_once_whatever_a_row_lacks(name):
    torch.manual_seed(0)
    network = build(rung("fusion", name), BATCHES["fusion"], outputs=3).eval()
    begin_at_shares(network, SETS)
    with torch.no_grad():
        outputs = network(**kinds([4, 9, 3, 0]))
    chances = sigmoid(outputs.numpy())
    np.testing.assert_allclose(chances, np.tile([0.02, 0.5, 0.001], (4, 1)), atol=0.06)
    np.testing.assert_allclose(outputs[:, 0], np.log(0.02 / 0.98), atol=0.5)


def test_a_task_of_one_label_a_row_begins_as_before():
    network = bag(2)
    begin_at_shares(network, Classify(("a", "b"), shares=(0.9, 0.1)))
    assert not network.head.bias.any()
