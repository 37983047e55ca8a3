"""The contract that the one Transformer keeps in every configuration."""

import numpy as np
import onnxruntime
import pytest
import torch
from torch import nn

from umbrella.base.errors import DataError
from umbrella.models.onnx import to_onnx
from umbrella.models.transformer.attention import Attention
from umbrella.models.transformer.block import Block
from umbrella.models.transformer.config import TransformerConfig
from umbrella.models.transformer.heads import ClassifyHead, Headed, LanguageHead, TagHead
from umbrella.models.transformer.pair import EncoderDecoder
from umbrella.models.transformer.places import distance_buckets, rotate, rotations
from umbrella.models.transformer.pool import first, mean
from umbrella.models.transformer.stack import Stack
from umbrella.models.transformer.transformer import Transformer

SIZES = {"width": 32, "layers": 2, "heads": 4, "mlp_width": 48, "vocab": 40}
ENCODERS = {
    "ours": {"positions": "sinusoidal", "embed_scale": True, "final_norm": True},
    "bert": {"norm_place": "post", "positions": "learned", "places": 20}
    | {"types": 2, "embed_norm": True},
    "electra": {"norm_place": "post", "positions": "learned", "places": 20}
    | {"place_offset": 2, "embed_width": 16, "embed_norm": True},
    "t5": {"norm": "rms", "positions": "relative", "buckets": 8, "reach": 16, "head_width": 12}
    | {"bias_in": False, "bias_out": False, "bias_mlp": False, "attention_scale": 1.0},
    "gated": {"activation": "geglu", "positions": "rotary", "kv_heads": 2, "norm": "rms"},
}
DECODERS = {
    "gpt2": {"positions": "learned", "places": 20, "activation": "gelu_tanh", "final_norm": True},
    "llama": {"positions": "rotary", "kv_heads": 2, "norm": "rms", "activation": "swiglu"}
    | {"rotary_scaling": "llama3", "rotary_factor": 4.0, "rotary_places": 8},
    "qwen3": {"positions": "rotary", "kv_heads": 1, "head_width": 6, "qk_norm": True}
    | {"norm": "rms", "activation": "reglu"},
    "t5": ENCODERS["t5"],
    "marian": {"positions": "sinusoidal", "norm_place": "post", "activation": "silu"},
}
LENGTHS = [5, 2, 9, 5, 1]
each_encoder = pytest.mark.parametrize("kind", ENCODERS)
each_decoder = pytest.mark.parametrize("kind", DECODERS)


def make(kind: str, decoder: bool = False, **more) -> Transformer:
    torch.manual_seed(0)
    told = (DECODERS | {})[kind] | {"causal": True} if decoder else ENCODERS[kind]
    made = Transformer(TransformerConfig(**SIZES, **told, **more)).double().eval()
    for weight in made.parameters():
        nn.init.normal_(weight, std=0.3)
    return made


def rows(lengths=LENGTHS, seed: int = 0):
    make = torch.Generator().manual_seed(seed)
    ids = torch.randint(1, 40, (len(lengths), max(lengths)), generator=make)
    return ids * (torch.arange(max(lengths)) < torch.tensor(lengths).unsqueeze(1))


def pack(x, lengths=LENGTHS):
    return torch.cat([row[:n] for row, n in zip(x, lengths, strict=True)])


def close(one, other):
    torch.testing.assert_close(one, other, rtol=1e-9, atol=1e-9)


def both_roles():
    return [(kind, False) for kind in ENCODERS] + [(kind, True) for kind in DECODERS]


each = pytest.mark.parametrize(
    ("kind", "decoder"), both_roles(), ids=lambda x: x if isinstance(x, str) else ("e", "d")[x]
)


@each
def test_packed_rows_have_the_states_of_padded_ones(kind, decoder):
    network, ids = make(kind, decoder), rows()
    close(network(pack(ids), LENGTHS), pack(network(ids, LENGTHS)))


@each
def test_packed_rows_teach_the_same(kind, decoder):
    network, ids = make(kind, decoder), rows()
    pack(network(ids, LENGTHS)).square().mean().backward()
    padded = [p.grad.clone() for p in network.parameters()]
    network.zero_grad()
    network(pack(ids), LENGTHS).square().mean().backward()
    for one, other in zip(padded, (p.grad for p in network.parameters()), strict=True):
        close(one, other)


@each
def test_rows_padded_for_attention_alone_have_the_same_states(kind, decoder):
    network, ids, maps = make(kind, decoder), rows(), []
    close(network(pack(ids), LENGTHS, maps=maps), network(pack(ids), LENGTHS))  # maps need padding
    assert [tuple(m.shape) for m in maps] == [(5, 4, 9, 9)] * 2


@each
def test_a_row_does_not_feel_padding_or_its_neighbours(kind, decoder):
    network, ids = make(kind, decoder), rows()
    together = network(ids, LENGTHS)
    for index, length in enumerate(LENGTHS):
        close(network(ids[index : index + 1, :length])[0], together[index, :length])


@each
def test_a_real_mask_says_what_lengths_say(kind, decoder):
    network, ids = make(kind, decoder), rows()
    real = torch.arange(9) < torch.tensor(LENGTHS).unsqueeze(1)
    close(pack(network(ids, real=real)), pack(network(ids, LENGTHS)))


@each
def test_gradient_reaches_every_weight_but_paddings(kind, decoder):
    network = make(kind, decoder)
    network(torch.arange(1, 13).view(2, 6)).square().sum().backward()
    assert [n for n, p in network.named_parameters() if not p.grad.any()] == []


@each
def test_maps_are_shares_that_sum_to_one_and_change_nothing(kind, decoder):
    network, ids, maps = make(kind, decoder), rows(), []
    close(pack(network(ids, LENGTHS, maps=maps)), pack(network(ids, LENGTHS)))
    for weights in maps:
        close(weights.sum(-1), torch.ones_like(weights[..., 0]))
    if decoder:
        assert not maps[0].triu(1).any()


@each_decoder
def test_a_decoder_never_looks_ahead(kind):
    network, ids = make(kind, decoder=True), rows([8, 8])
    changed = ids.clone()
    changed[:, 5:] = (changed[:, 5:] + 1) % 39 + 1
    close(network(ids)[:, :5], network(changed)[:, :5])


@each_decoder
@pytest.mark.parametrize("cuts", [[1] * 9, [4, 1, 4], [9]], ids=str)
def test_read_piece_by_piece_a_decoder_says_the_same(kind, cuts):
    network, ids = make(kind, decoder=True), rows([9, 9])
    cache = network.make_cache(2, 9)
    pieces = [network(piece, cache=cache) for piece in ids.split(cuts, dim=1)]
    close(torch.cat(pieces, dim=1), network(ids))


@each_decoder
def test_rows_of_different_lengths_go_on_behind_their_own_ends(kind):
    network, whole = make(kind, decoder=True), rows([9, 9, 9], seed=3)
    lengths = [5, 2, 4]
    prompt = whole[:, :5] * (torch.arange(5) < torch.tensor(lengths).unsqueeze(1))
    cache = network.make_cache(3, 12)
    close(network(prompt, lengths, cache=cache)[1, 1], network(whole[1:2, :2])[0, 1])
    steps = [
        network(
            torch.stack([row[n + k : n + k + 2] for row, n in zip(whole, lengths, strict=True)]),
            cache=cache,
        )
        for k in (0, 2)
    ]
    told = torch.cat(steps, dim=1)
    for index, length in enumerate(lengths):
        close(told[index], network(whole[index : index + 1, : length + 4])[0, length:])


def test_a_search_by_beams_may_pick_rows_of_a_cache():
    network, ids = make("llama", decoder=True), rows([6, 6, 6])
    cache = network.make_cache(3, 6)
    network(ids[:, :4], cache=cache)
    cache.pick([2, 0, 2])
    close(network(ids[[2, 0, 2], 4:], cache=cache), network(ids)[[2, 0, 2], 4:])


def test_unread_places_of_a_cache_hold_nothing():
    cache = make("t5", decoder=True).make_cache(2, 50)  # what is masked must not be NaN
    assert not cache.keys.any()
    assert not cache.values.any()


def test_a_full_cache_says_so():
    network = make("gpt2", decoder=True)
    cache = network.make_cache(1, 3)
    network(rows([3]), cache=cache)
    with pytest.raises(DataError, match="A cache of 3 places holds 3; 1 more do not fit"):
        network(rows([1]), cache=cache)


def pair(positions: str = "learned") -> EncoderDecoder:
    torch.manual_seed(0)
    told = SIZES | {"norm_place": "post", "positions": positions, "places": 20, "embed_norm": True}
    made = EncoderDecoder(
        TransformerConfig(**told), TransformerConfig(**told, causal=True, cross=True, kv_heads=2)
    )
    for weight in made.parameters():
        nn.init.normal_(weight, std=0.3)
    return made.double().eval()


@pytest.mark.parametrize("positions", ["learned", "relative"])
def test_a_pair_reads_packed_and_padded_rows_alike(positions):
    network, ids, target = pair(positions), rows(), rows([3, 6, 2, 3, 3], seed=1)
    targets = [3, 6, 2, 3, 3]
    padded = network(ids, target, LENGTHS, targets)
    close(network(pack(ids), pack(target, targets), LENGTHS, targets), pack(padded, targets))
    real = torch.arange(9) < torch.tensor(LENGTHS).unsqueeze(1)
    close(network(ids, target, real=real)[:, 0], padded[:, 0])
    maps = []
    close(
        network(pack(ids), pack(target, targets), LENGTHS, targets, maps=maps),
        pack(padded, targets),
    )
    assert [tuple(m.shape[2:]) for m in maps] == [(9, 9)] * 2 + [(6, 6), (6, 9)] * 2


def test_a_pair_looks_at_its_memory_once():
    network, ids, target = pair(), rows(), rows([6] * 5, seed=1)
    memory, cache = network.encoder(ids, LENGTHS), network.make_cache(5, 6)
    said = [
        network.decoder(target[:, :2], memory=memory, memory_lengths=LENGTHS, cache=cache),
        *(network.decoder(step, cache=cache) for step in target[:, 2:].split(1, dim=1)),
    ]
    close(torch.cat(said, dim=1), network(ids, target, LENGTHS))


def test_a_memory_is_given_where_it_is_looked_at_and_nowhere_else():
    with pytest.raises(DataError, match=r"none was given\. Give the encoder's states"):
        pair().decoder(rows())
    with pytest.raises(DataError, match=r"looks at none\. Leave it out"):
        make("bert")(rows(), memory=torch.zeros(5, 2, 32))


def test_a_stack_takes_its_role_over_that_of_the_config():
    config = TransformerConfig(**SIZES)
    assert not Stack(config).config.causal
    decoder = Stack(config, causal=True, cross=True)
    assert decoder.config.causal
    assert hasattr(decoder.blocks[0], "across")
    assert hasattr(Block(config, cross=True), "across")


def test_grouped_heads_are_full_heads_that_share_keys_and_values():
    torch.manual_seed(0)
    few = Attention(TransformerConfig(**SIZES, kv_heads=2))
    full = Attention(TransformerConfig(**SIZES))
    with torch.no_grad():
        for part in ("weight", "bias"):
            query, *shared = getattr(few.mix_in, part).split([32, 16, 16])
            spread = [x.unflatten(0, (2, 1, 8)).expand(2, 2, 8, *x.shape[1:]) for x in shared]
            getattr(full.mix_in, part).copy_(torch.cat([query, *(x.flatten(0, 2) for x in spread)]))
    full.mix_out.load_state_dict(few.mix_out.state_dict())
    x = torch.randn(2, 5, 32)
    torch.testing.assert_close(few(x), full(x))


@pytest.mark.parametrize("scaling", ["none", "linear", "llama3"])
def test_rotations_tell_distances_and_nothing_else(scaling):
    config = TransformerConfig(**SIZES, positions="rotary", rotary_scaling=scaling, rotary_factor=2)
    torch.manual_seed(0)
    query, key = torch.randn(2, 8).double().unbind()
    turns = rotations(config, torch.arange(50))
    turned = [rotate(x.expand(50, 8), *(t.double() for t in turns)) for x in (query, key)]
    scores = turned[0] @ turned[1].T
    close(scores[3, 0].float().double().round(decimals=4), scores[43, 40].round(decimals=4))
    assert abs(scores[3, 0] - scores[4, 0]) > 1e-3


def test_linear_scaling_puts_twice_as_many_places_on_the_same_angles():
    plain, slow = (
        TransformerConfig(**SIZES, positions="rotary", rotary_scaling=kind, rotary_factor=2)
        for kind in ("none", "linear")
    )
    places = torch.arange(10)
    torch.testing.assert_close(rotations(plain, places)[0], rotations(slow, 2 * places)[0])


def test_far_distances_share_buckets_and_near_ones_do_not():
    config = TransformerConfig(**SIZES, positions="relative", buckets=32, reach=128)
    found = distance_buckets(config, torch.tensor([0]), torch.arange(200))[0].tolist()
    assert found[:8] == [0, *range(17, 24)]  # exact up to 8, after: what follows
    assert found[127] == found[199] == 31
    assert sorted(found[1:]) == found[1:]
    before = distance_buckets(config, torch.tensor([199]), torch.arange(200))[0].tolist()
    assert before[::-1][:8] == list(range(8))


@pytest.mark.parametrize("kind", ["ours", "bert", "t5", "gated"])
def test_padded_rows_can_be_exported(kind):
    class Reads(nn.Module):
        def __init__(self):
            super().__init__()
            self.body = make(kind).float()

        def forward(self, ids):
            real = ids != 0
            return mean(self.body(ids, real=real), real=real)

    network = Reads().eval()
    session = onnxruntime.InferenceSession(to_onnx(network, {"ids": rows([5, 7])}))
    for lengths in ([3, 8, 1], [15]):
        got = session.run(["outputs"], {"ids": rows(lengths).numpy()})[0]
        expected = network(rows(lengths)).detach().numpy()
        np.testing.assert_allclose(got, expected, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("lengths", [[0, 3, 0, 2], [0, 0]], ids=str)
def test_empty_rows_take_no_room(lengths):
    network, ids = make("bert"), torch.arange(1, sum(lengths) + 1)
    states = network(ids, lengths)
    assert states.shape == (sum(lengths), 32)
    assert mean(states, lengths).isfinite().all()
    assert not mean(states, lengths)[0].any()


def test_heads_read_padded_and_packed_states_alike():
    torch.manual_seed(0)
    body = make("bert")
    config = body.config
    heads = {
        "classify": ClassifyHead(config, 3),
        "tag": TagHead(config, 5),
        "mask": LanguageHead(config, bias=True, transform="gelu"),
    }
    network, ids = Headed(body, heads).double().eval(), rows()
    close(network("classify", pack(ids), LENGTHS), network("classify", ids, lengths=LENGTHS))
    for head, outputs in (("tag", 5), ("mask", 40)):
        said = network(head, pack(ids), LENGTHS)
        close(said, pack(network(head, ids, LENGTHS)))
        assert said.shape == (22, outputs)


def test_pools_are_first_states_and_means():
    states = torch.randn(5, 9, 4)
    close(first(pack(states), LENGTHS), states[:, 0])
    expected = torch.stack([row[:n].mean(0) for row, n in zip(states, LENGTHS, strict=True)])
    torch.testing.assert_close(mean(pack(states), LENGTHS), expected)
    torch.testing.assert_close(mean(states, LENGTHS), expected)


def test_a_row_that_is_too_long_is_refused():
    with pytest.raises(DataError, match=r"A row has 21 tokens; this network reads at most 20"):
        make("bert")(rows([21, 2]))


@pytest.mark.parametrize("lengths", [None, [3, 3], [6, -1]], ids=str)
def test_packed_rows_need_lengths_that_add_up(lengths):
    with pytest.raises(DataError, match=r"Give the length of every row"):
        make("bert")(torch.arange(1, 6), lengths)
