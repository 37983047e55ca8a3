"""Fusions: weights that are exactly zero for what is missing, and absence at training."""

import pytest
import torch
from batches import SIZES, kinds

from umbrella.base.errors import ConfigError
from umbrella.models.fusion.encoders import FusionConfig, Read, drop, make_encoder, weigh
from umbrella.models.ladders import build, network_of, rung
from umbrella.models.rungs.fusion import MEMBERS

ALL = ("late", "early", "attention")
WEIGHED = ("late", "attention")


def network(name, seed=0, **own):
    torch.manual_seed(seed)
    made = build(rung("fusion", name), SIZES["fusion"], outputs=3, **own).eval()
    for called, weight in made.named_parameters():
        if called not in ("trust", "usual"):  # all modalities weigh alike
            torch.nn.init.normal_(weight, std=0.1)
    return made


@pytest.mark.parametrize("name", WEIGHED)
def test_what_is_missing_weighs_exactly_nothing_and_the_rest_sums_to_one(name):
    batch = kinds([4, 9, 3, 0, 7, 5])
    weights = network(name).read(**batch)[1]
    there = batch["present"] > 0
    assert (weights[~there] == 0).all()
    assert (weights[there] > 0).all()
    whole = there.any(dim=1).float()
    torch.testing.assert_close(weights.sum(dim=1), whole)


@pytest.mark.parametrize("name", ALL)
def test_what_a_missing_modality_holds_does_not_matter(name):
    made, batch = network(name), kinds([4, 9, 3, 7])
    batch["present"] = torch.tensor([[1.0, 1, 1, 0, 1]] * 4)
    other = dict(batch)
    other["image.pixels"] = 255 - batch["image.pixels"]
    torch.testing.assert_close(made(**batch), made(**other), rtol=0, atol=0)
    there = {"present": torch.ones(4, 5)}
    assert not torch.allclose(made(**batch | there), made(**other | there))


@pytest.mark.parametrize("name", ALL)
def test_a_row_of_one_modality_is_answered_by_it_alone(name):
    made, batch = network(name), kinds([4, 9, 3])
    batch["present"] = torch.tensor([[0.0, 1, 0, 0, 0]] * 3)
    outputs, _, read = made.read(**batch)
    torch.testing.assert_close(outputs, read.alone[:, 1])


@pytest.mark.parametrize("name", ALL)
def test_the_three_steps_are_the_answer(name):
    made, batch = network(name), kinds([4, 9, 3, 0, 7])
    read = made.encoders(batch)
    weights = made.weigh(read)
    answer = made.settle(read, weights, made.join(read, weights))
    torch.testing.assert_close(answer, made(**batch))


def test_an_answer_that_says_nothing_weighs_little():
    made = network("attention")
    torch.nn.init.zeros_(made.matter.weight)
    alone = made.rest.detach() + torch.tensor([[2.0, 0.0], [2.0, 4.0]]).unsqueeze(2)
    there = torch.ones(2, 2, dtype=torch.bool)
    made.usual = torch.nn.Parameter(torch.zeros(2))
    weights = made.weigh(Read(torch.zeros(2, 2, made.config.width), alone, there))
    assert weights[0, 1] < 0.25
    assert weights[1, 1] > 0.6


def test_in_training_own_answers_leave_features_out():
    made, batch = network("late", absence=0.0), kinds([4, 9, 3, 7])
    made.train()
    one, other = (made.read(**batch)[2].alone[:, 1] for _ in range(2))
    assert not torch.allclose(one, other)


def test_text_keeps_no_ngram_of_a_single_row():
    assert MEMBERS["text"].view["min_df"] == 2


@pytest.mark.parametrize("name", ["early", "attention"])
def test_that_a_modality_is_missing_is_known(name):
    made, batch = network(name), kinds([4, 9])
    whole = made(**batch | {"present": torch.ones(2, 5)})
    without = made(**batch | {"present": torch.tensor([[1.0, 1, 1, 0, 1]] * 2)})
    assert not torch.allclose(whole, without)


def test_attention_weighs_every_row_for_itself():
    batch = kinds([4, 9, 3, 7, 8, 6]) | {"present": torch.ones(6, 5)}
    weights = network("attention").read(**batch)[1]
    assert weights.std(dim=0).max() > 1e-4
    late = network("late").read(**batch)[1]
    assert late.std(dim=0).max() < 1e-6


def test_absence_leaves_at_least_one_and_invents_none():
    torch.manual_seed(0)
    there = torch.rand(4000, 3) < 0.7
    kept = drop(there, 0.4)
    assert not (kept & ~there).any()
    assert (kept.any(dim=1) == there.any(dim=1)).all()
    several = there.sum(dim=1) == 3
    share = 1 - kept[several].float().mean().item()
    assert abs(share - (0.4 - 0.4**3 / 3)) < 0.02  # all three gone: one comes back


def test_absence_is_for_training_alone():
    batch = kinds([4, 9, 3, 7]) | {"present": torch.ones(4, 5)}
    made = network("late", absence=0.9)
    assert made.read(**batch)[2].there.all()
    made.train()
    assert not made.read(**batch)[2].there.all()


def test_weights_follow_the_scores():
    scores = torch.tensor([[2.0, 1.0, 5.0]])
    there = torch.tensor([[True, True, False]])
    expected = torch.cat([scores[:, :2].softmax(dim=1), torch.zeros(1, 1)], dim=1)
    torch.testing.assert_close(weigh(scores, there), expected)
    assert (weigh(scores, torch.zeros(1, 3, dtype=torch.bool)) == 0).all()


def test_the_dial_turns_the_encoders_too():
    small = FusionConfig(SIZES["fusion"], outputs=2, width=16)
    large = FusionConfig(SIZES["fusion"], outputs=2, width=64)
    for name in small.modalities:
        counts = [
            sum(p.numel() for p in make_encoder(name, config).parameters())
            for config in (small, large)
        ]
        assert counts[0] < counts[1], name


@pytest.mark.parametrize("name", ALL)
def test_a_stored_description_builds_it_again(name):
    from umbrella.fit.rung import network_spec

    made = network(name)
    again = network_of(network_spec(name, "fusion", made))
    assert again.config == made.config
    assert [p.shape for p in again.parameters()] == [p.shape for p in made.parameters()]


@pytest.mark.parametrize(
    ("sizes", "words"),
    [({}, "no modality"), ({"smell.size": 3}, "must begin with one of"), ({"size": 3}, "begin")],
)
def test_sizes_without_a_known_modality_are_refused(sizes, words):
    with pytest.raises(ConfigError, match=words):
        FusionConfig(sizes, outputs=2)


@pytest.mark.parametrize("absence", [1.0, -0.1])
def test_a_chance_that_is_none_is_refused(absence):
    with pytest.raises(ConfigError, match="absence"):
        FusionConfig(SIZES["fusion"], outputs=2, absence=absence)
