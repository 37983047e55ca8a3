"""Contributions add up, are exact where they can be, and belong to their own element."""

import numpy as np
import pytest
import torch

from umbrella.explain.gradient import attention, contributions, find_tables
from umbrella.models.tag.window import TagWindow, TagWindowConfig
from umbrella.models.text.bert import Bert, BertConfig
from umbrella.models.text.conv import Conv, ConvConfig
from umbrella.models.text.encoder import Encoder, EncoderConfig
from umbrella.models.text.linear import LinearBag, LinearBagConfig
from umbrella.models.text.recurrent import Recurrent, RecurrentConfig

IDS = np.array([[2, 5, 7, 5, 9, 3]])


def lead(outputs):
    return outputs[:, 1] - outputs[:, 0]


def none_kept(feeds):
    return {name: np.zeros(array.shape[1], bool) for name, array in feeds.items()}


def test_of_a_weighted_sum_a_contribution_is_weight_times_value():
    network = LinearBag(LinearBagConfig(vocab=12, outputs=2))
    coef = np.arange(12, dtype=np.float32)[None] - 5
    network.set_solution(coef, np.array([0.3], np.float32))
    feeds = {"ids": np.array([[0, 4, 9]]), "weights": np.array([[0.5, 0.25, 2.0]], np.float32)}
    tables = find_tables(network, feeds, ["ids"])
    for steps in (1, 5):
        found = contributions(
            network, feeds, tables, lead, kept=none_kept({"ids": feeds["ids"]}), steps=steps
        )
        assert found["ids"] == pytest.approx([-5 * 0.5, -1 * 0.25, 4 * 2.0])


@pytest.mark.parametrize(
    "network",
    [
        Conv(ConvConfig(vocab=12, outputs=2, width=8)),
        Recurrent(RecurrentConfig(vocab=12, outputs=2, width=8)),
        Encoder(EncoderConfig(vocab=12, outputs=2, width=32)),
        Bert(BertConfig(vocab=12, outputs=2, width=32, layers=2, heads=4, mlp_width=40, padding=1)),
    ],
    ids=lambda network: type(network).__name__,
)
def test_along_the_path_contributions_add_up_to_the_rise_of_the_score(network):
    torch.manual_seed(0)
    for weights in network.parameters():
        torch.nn.init.normal_(weights, std=0.3)
    network.eval()
    feeds = {"ids": IDS}
    kept = {"ids": np.array([True, False, False, False, False, True])}
    tables = find_tables(network, feeds, ["ids"])
    found = contributions(network, feeds, tables, lead, kept=kept, steps=400)["ids"]
    assert found[[0, -1]] == pytest.approx([0, 0])
    weights = dict(network.named_parameters())[tables["ids"].name]
    with torch.no_grad():
        whole = float(lead(network(ids=torch.from_numpy(IDS)))[0])
        base = weights[tables["ids"].padding].clone()
        weights[[5, 7, 9]] = base  # what stands between start and end becomes nothing
        nothing = float(lead(network(ids=torch.from_numpy(IDS)))[0])
    assert found.sum() == pytest.approx(whole - nothing, abs=0.02 * max(1, abs(whole - nothing)))
    assert np.abs(found).max() > 0.01


def test_two_inputs_that_share_a_table_each_get_their_own():
    class Shared(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.table = torch.nn.Embedding(9, 1)

        def forward(self, one, other):
            closing = torch.full((len(one), 1), 8)  # an id that no input has
            both = self.table(torch.cat([one, other, closing], dim=1))
            return both.squeeze(2) @ torch.tensor([[0.0, 1], [0, 10], [0, 100], [0, 0]])

    network = Shared()
    with torch.no_grad():
        network.table.weight.copy_(torch.arange(9.0)[:, None])
    feeds = {"one": np.array([[3, 4]]), "other": np.array([[3]])}
    tables = find_tables(network, feeds, feeds)
    assert tables["one"] == tables["other"]
    found = contributions(network, feeds, tables, lead, kept=none_kept(feeds), steps=3)
    assert found["one"] == pytest.approx([3, 40])
    assert found["other"] == pytest.approx([300])


def test_words_letters_and_pairs_find_their_own_tables():
    config = TagWindowConfig(vocab=20, outputs=7, alphabet=9, letters=3, width=16)
    network = TagWindow(config).eval()
    feeds = {
        "ids": np.array([[4, 6]]),
        "letters": np.array([[[2, 3, 0], [5, 0, 0]]]),
        "bounds": np.array([[[0, 2], [3, 4]]]),
    }
    tables = find_tables(network, feeds, ["ids", "letters"])
    assert {name: one.name for name, one in tables.items()} == {
        "ids": "seen.embed.weight",
        "letters": "seen.letters.weight",
    }
    kept = none_kept({name: feeds[name] for name in tables})
    found = contributions(network, feeds, tables, lambda made: made[:, 7, 1], kept=kept)
    assert [len(one) for one in found.values()] == [2, 2]


def test_attention_is_told_where_a_network_has_a_pool():
    torch.manual_seed(0)
    network = Recurrent(RecurrentConfig(vocab=12, outputs=2, width=8)).eval()
    weights = attention(network, {"ids": IDS})
    assert weights.shape == (6,)
    assert weights.sum() == pytest.approx(1)
    assert attention(Conv(ConvConfig(vocab=12, outputs=2, width=8)), {"ids": IDS}) is None
