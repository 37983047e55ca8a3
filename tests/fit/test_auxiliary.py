"""The loss of a fusion: encoders teach themselves, and a few rows judge what they are worth."""

import numpy as np
import pytest
import torch
from batches import SIZES, kinds

from umbrella.fit.auxiliary import HELD, JOINT, judging, with_own_answers
from umbrella.models.ladders import build, rung
from umbrella.tasks.classify import Classify

TASK = Classify(("a", "b", "c"), 1.0)
TARGETS = torch.tensor([0, 1, 2, 1])
ROWS = np.arange(1000)
JUDGES, TAUGHT = ROWS[judging(ROWS)][:4], ROWS[~judging(ROWS)][:4]
WEIGHING = {"trust", "usual", "gate", "look.weight", "look.bias", "matter.weight"}


def network(name):
    torch.manual_seed(0)
    made = build(rung("fusion", name), SIZES["fusion"], outputs=3).eval()
    for called, weight in made.named_parameters():
        if called not in WEIGHING:
            torch.nn.init.normal_(weight, std=0.1)
    return made


def whole():
    return kinds([4, 9, 3, 7]) | {"present": torch.ones(4, 5)}


def loss(weight, batch, made, rows=TAUGHT):
    return with_own_answers(TASK, weight, False)(made, batch, TARGETS, rows, None)


def taught_by(made, rows):
    """Names of the parameters that a batch of these rows moves."""
    loss(1.0, whole(), made, rows).backward()
    return {n for n, p in made.named_parameters() if p.grad is not None and p.grad.any()}


def test_the_same_few_rows_judge_in_every_batch():
    judges = judging(np.arange(20_000))
    assert abs(judges.mean() - HELD) < 0.005
    mixed = np.random.default_rng(0).permutation(20_000)
    np.testing.assert_array_equal(judging(mixed), judges[mixed])


@pytest.mark.parametrize("name", ["late", "early", "attention"])
def test_rows_that_judge_teach_the_weights_of_modalities_alone(name):
    found = taught_by(network(name), JUDGES)
    assert found - WEIGHING <= {"rest"}
    assert found & WEIGHING


@pytest.mark.parametrize("name", ["late", "early", "attention"])
def test_other_rows_teach_all_but_those_weights(name):
    made = network(name)
    silent = {n for n, _ in made.named_parameters()} - taught_by(made, TAUGHT)
    assert silent - {"encoders.missing"} == {n for n, _ in made.named_parameters() if n in WEIGHING}


def test_rows_that_judge_judge_the_answer():
    made = network("early")
    expected = TASK.loss(made(**whole()), TARGETS, False)
    torch.testing.assert_close(loss(1.0, whole(), made, JUDGES), expected)


def test_rows_without_a_modality_do_not_teach_its_encoder():
    made = network("late")
    batch = kinds([4, 9, 3, 7])
    batch["present"] = torch.tensor([[1.0, 1, 1, 0, 1]] * 4)
    loss(1.0, batch, made).backward()
    image = made.encoders.encoders[3].head.weight.grad
    assert image is None or not image.any()
    assert made.encoders.encoders[0].head.weight.grad.any()


def test_the_answers_weigh_as_much_as_was_said():
    made = network("early")
    read = made.encoders(whole())
    own = sum(TASK.loss(read.alone[:, m], TARGETS, False) for m in range(5))
    joint = TASK.loss(made.join(read, made.weigh(read)), TARGETS, False)
    nothing = TASK.loss(made.rest.expand(4, -1), TARGETS, False)
    torch.testing.assert_close(loss(0.3, whole(), made), nothing + 0.3 * own + JOINT * joint)
