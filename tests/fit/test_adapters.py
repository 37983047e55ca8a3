"""Low ranks beside frozen maps: what learns, and that merging changes no answer."""

from itertools import pairwise

import torch
from batches import MAKERS, SIZES

from umbrella.fit.adapters import ALPHA, LowRank, adapt, merge
from umbrella.fit.optim import make_optimizer, rate_at
from umbrella.models.ladders import build, rung


def network():
    torch.manual_seed(0)
    return build(rung("text", "bert-lora"), SIZES["text-subwords"], outputs=3).eval()


def test_a_merged_network_answers_as_the_adapted_one_and_is_built_as_before():
    adapted, plain = network(), network()
    adapt(adapted, 2)
    for part in adapted.modules():
        if isinstance(part, LowRank):
            for up in part.up:
                torch.nn.init.normal_(up, std=0.1)
    batch = MAKERS["text-subwords"]([3, 7, 5])
    before = adapted(**batch)
    merge(adapted)
    torch.testing.assert_close(adapted(**batch), before, rtol=1e-5, atol=1e-5)
    assert not torch.allclose(plain(**batch), before)
    assert adapted.state_dict().keys() == plain.state_dict().keys()
    assert all(weight.requires_grad for weight in adapted.parameters())


def test_nothing_changes_before_anything_is_learned_and_only_low_ranks_and_the_head_learn():
    adapted = network()
    batch = MAKERS["text-subwords"]([3, 7, 5])
    before = adapted(**batch)
    adapt(adapted, 2)
    torch.testing.assert_close(adapted(**batch), before)
    learning = {name for name, weight in adapted.named_parameters() if weight.requires_grad}
    assert all(".up." in n or n.endswith(".down") or n.startswith("head.") for n in learning)
    assert len([n for n in learning if n.endswith(".down")]) == 4 * adapted.config.layers


def test_queries_keys_and_values_have_a_rank_each():
    low = LowRank(torch.nn.Linear(6, 9, bias=False), 2, (3, 4, 2))
    for up in low.up:
        torch.nn.init.normal_(up)
    with torch.no_grad():
        low.up[1].zero_()
    x = torch.randn(5, 6)
    more = low(x) - low.frozen(x)
    assert not more[:, 3:7].any()
    assert more[:, :3].any()
    expected = ALPHA * (x @ low.down[4:].T) @ low.up[2].T
    torch.testing.assert_close(more[:, 7:], expected, rtol=1e-4, atol=1e-5)


def test_lower_layers_learn_more_slowly():
    made = network()
    groups = make_optimizer(made, 1e-3, 0.01, layer_decay=0.5).param_groups
    scales = {id(w): group["scale"] for group in groups for w in group["params"]}
    assert scales[id(made.head.weight)] == 1.0
    assert scales[id(made.body.stack.blocks[1].mlp[0].weight)] == 0.5
    assert scales[id(made.body.stack.blocks[0].mlp[0].weight)] == 0.25
    assert scales[id(made.body.embed.tokens.weight)] == 0.125
    assert {group["scale"] for group in make_optimizer(made, 1e-3, 0.01).param_groups} == {1.0}


def test_a_linear_schedule_rises_and_falls_in_straight_lines():
    rates = [rate_at(step, 110, 10 / 110, "linear") for step in range(110)]
    assert rates[4] == 0.5
    assert abs(rates[60] - (0.02 + 0.98 * 0.5)) < 1e-9
    falls = {round(a - b, 9) for a, b in pairwise(rates[10:])}
    assert len(falls) == 1
