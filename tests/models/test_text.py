"""Each text network beside a known implementation or an identity of its formula."""

import math

import numpy as np
import pytest
import torch
from sklearn.svm import LinearSVC
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from umbrella.base.errors import ConfigError
from umbrella.models.blocks import AttentionPool, make_embedding, real_tokens
from umbrella.models.constant import Constant
from umbrella.models.text.bag import Bag
from umbrella.models.text.conv import Conv
from umbrella.models.text.encoder import Encoder
from umbrella.models.text.linear import LinearBag
from umbrella.models.text.recurrent import CELLS, Recurrent
from umbrella.models.transformer.attention import Attention
from umbrella.models.transformer.config import HEAD, TransformerConfig
from umbrella.models.transformer.look import Look

IDS = torch.tensor([[2, 7, 5, 9], [2, 4, 0, 0], [2, 8, 3, 0]])


def sparse_rows(n: int = 60, vocab: int = 30, seed: int = 0):
    rng = np.random.default_rng(seed)
    ids = np.stack([rng.choice(vocab, 6, replace=False) for _ in range(n)])
    weights = rng.random((n, 6)).astype(np.float32)
    dense = np.zeros((n, vocab))
    np.put_along_axis(dense, ids, weights, axis=1)
    return torch.from_numpy(ids), torch.from_numpy(weights), dense


@pytest.mark.parametrize("classes", [2, 4])
def test_a_linear_bag_scores_as_its_solver_does(classes):
    ids, weights, dense = sparse_rows()
    svm = LinearSVC(C=1.0).fit(dense, np.arange(60) % classes)
    bag = LinearBag(LinearBag.Config(30, classes))
    bag.set_solution(svm.coef_, svm.intercept_)
    got, margins = bag(ids, weights).detach().numpy(), svm.decision_function(dense)
    if classes == 2:
        np.testing.assert_allclose(got[:, 1] - got[:, 0], margins, atol=1e-5)
        assert bag.table.weight.shape == (30, 1)
    else:
        np.testing.assert_allclose(got, margins, atol=1e-5)
    assert (got.argmax(axis=1) == svm.predict(dense)).all()


def test_a_solution_of_another_shape_is_refused():
    bag = LinearBag(LinearBag.Config(30, 3))
    with pytest.raises(ConfigError, match=r"\(1, 30\) and \(1,\) does not fit .* 3 directions"):
        bag.set_solution(np.zeros((1, 30)), np.zeros(1))


def test_a_constant_answers_its_bias_whatever_comes():
    constant = Constant(Constant.Config(outputs=2))
    constant.bias.data = torch.tensor([0.5, -1.0])
    got = constant(ids=IDS)
    assert torch.equal(got, constant(pixels=torch.zeros(3, 8, 8)))
    assert got.tolist() == [[0.5, -1.0]] * 3


def test_a_bag_is_the_weighted_average_of_its_vectors():
    bag = Bag(Bag.Config(vocab=30, outputs=2, width=4))
    ids, weights, dense = sparse_rows()
    shares = dense / dense.sum(axis=1, keepdims=True)
    expected = shares @ bag.embed.weight.detach().numpy()
    np.testing.assert_allclose(bag.features(ids, weights).detach().numpy(), expected, atol=1e-6)


@pytest.mark.parametrize("span", [1, 2, 3, 4, 5])
def test_a_filter_matches_the_same_n_gram_wherever_it_stands(span):
    conv = Conv(Conv.Config(vocab=20, outputs=2, width=8, spans=(span,))).eval()
    row = torch.randint(3, 20, (span,), generator=torch.Generator().manual_seed(0))
    filters, bias = conv.ngrams[0].weight, conv.ngrams[0].bias
    expected = torch.einsum("fws,sw->f", filters, conv.embed(row)) + bias
    rows = torch.zeros(2, 12, dtype=torch.long)
    rows[0, 5 : 5 + span] = row
    rows[0, :5] = rows[1, 0] = 1
    peaks = conv.features(rows)[0]
    assert (peaks >= expected - 1e-6).all()
    found = conv.features(row.unsqueeze(0))[0]
    assert (found >= expected.relu() - 1e-6).all()


def test_a_text_shorter_than_every_span_is_read():
    conv = Conv(Conv.Config(vocab=20, outputs=2, width=8, spans=(7, 9))).eval()
    assert conv(torch.tensor([[2]])).isfinite().all()


@pytest.mark.parametrize("cell", sorted(CELLS))
def test_reading_without_packing_equals_torch_bidirectional_packed(cell):
    torch.manual_seed(0)
    ours = Recurrent(Recurrent.Config(vocab=20, outputs=2, width=6, cell=cell)).eval()
    theirs = CELLS[cell](6, 6, batch_first=True, bidirectional=True)
    for name, weight in ours.rightward.named_parameters():
        getattr(theirs, name).data = weight.data
    for name, weight in ours.leftward.named_parameters():
        getattr(theirs, f"{name}_reverse").data = weight.data
    real = real_tokens(IDS)
    packed = pack_padded_sequence(
        ours.embed(IDS), real.sum(1), batch_first=True, enforce_sorted=False
    )
    states, _ = pad_packed_sequence(theirs(packed)[0], batch_first=True)
    torch.testing.assert_close(ours.features(IDS), ours.pool(states, real))


def test_attention_equals_torch_multi_head_attention():
    torch.manual_seed(0)
    ours = Attention(TransformerConfig.small(3 * HEAD, 1, 0.0))
    theirs = nn.MultiheadAttention(3 * HEAD, 3, batch_first=True)
    theirs.in_proj_weight.data, theirs.in_proj_bias.data = ours.mix_in.weight, ours.mix_in.bias
    theirs.out_proj.weight.data, theirs.out_proj.bias.data = ours.mix_out.weight, ours.mix_out.bias
    x, real = torch.randn(3, 4, 3 * HEAD), real_tokens(IDS)
    expected, _ = theirs(x, x, x, key_padding_mask=~real)
    torch.testing.assert_close(ours(x, Look(real[:, None, None, :])), expected)


def test_an_encoder_knows_the_order_of_its_tokens():
    torch.manual_seed(0)
    encoder = Encoder(Encoder.Config(vocab=20, outputs=2)).eval()
    swapped = torch.tensor([[2, 5, 7, 9]])
    assert not torch.allclose(encoder.features(IDS[:1]), encoder.features(swapped), atol=1e-4)


@pytest.mark.parametrize(
    ("width", "heads", "depth"), [(32, 1, 1), (64, 2, 1), (96, 3, 2), (128, 4, 2), (256, 8, 4)]
)
def test_one_dial_sets_heads_and_depth(width, heads, depth):
    config = Encoder.Config(vocab=20, outputs=2, width=width)
    assert (config.heads, config.depth) == (heads, depth)
    assert len(Encoder(config).body.stack.blocks) == depth


def test_pooling_is_an_average_with_shares_that_sum_to_one():
    pool = AttentionPool(5)
    same = torch.randn(2, 1, 5).expand(2, 4, 5)
    torch.testing.assert_close(pool(same, real_tokens(IDS[:2])), same[:, 0])


def test_the_first_place_counts_even_in_an_empty_row():
    assert real_tokens(torch.tensor([[0, 0], [2, 0]])).tolist() == [[True, False]] * 2


def test_padding_has_a_zero_vector_that_gets_no_gradient():
    table = make_embedding(10, 4)
    table(torch.tensor([0, 1])).sum().backward()
    assert not table.weight[0].any()
    assert not table.weight.grad[0].any()
    assert math.isclose(table.weight[1:].std().item(), 0.1, rel_tol=0.5)


@pytest.mark.parametrize("dropout", [-0.1, 1.0, 1.5])
@pytest.mark.parametrize("network", [Bag, Conv, Recurrent, Encoder])
def test_a_share_dropped_out_of_range_is_refused(network, dropout):
    with pytest.raises(ConfigError, match=rf"dropout={dropout} is not in \[0, 1\)"):
        network.Config(vocab=9, outputs=2, dropout=dropout)


def test_an_unknown_cell_is_refused():
    with pytest.raises(ConfigError, match=r"No cell named 'lstn'.*Did you mean 'lstm'"):
        Recurrent.Config(vocab=9, outputs=2, cell="lstn")
