"""Chains of labels against every path written out, and numpy against torch."""

import itertools

import numpy as np
import pytest
import torch

from umbrella.base.chain import MORE, allowed, form_of, labels_of, type_of, width_of
from umbrella.score import chain
from umbrella.score.chain_loss import chain_loss, log_sum, path_score, true_labels
from umbrella.score.chain_loss import take_apart as take_apart_torch

TYPES = 1
LABELS = labels_of(TYPES)
LENGTHS = (4, 1, 3, 0)


@pytest.fixture
def outputs():
    """Four rows of 4, 1, 3 and 0 pieces; piece p stands at characters 2p to 2p + 1."""
    return made(np.random.default_rng(0), LENGTHS, TYPES)


def made(rng, lengths, types):
    count, longest = labels_of(types), max(lengths)
    out = np.zeros((len(lengths), count + MORE + longest, width_of(types)), np.float32)
    out[:, : count + MORE, :count] = rng.normal(size=(count + MORE, count))
    for row, length in enumerate(lengths):
        out[row, count + MORE :, :count] = rng.normal(size=(longest, count))
        places = np.arange(longest)
        bounds = np.stack([2 * places, 2 * places + 1], axis=1)
        bounds[length:] = -1
        out[row, count + MORE :, count:] = bounds
    return out


def every_path(outputs, row, length):
    """Allowed paths of a row and their scores, written out."""
    rules = outputs[0, : LABELS + MORE, :LABELS].astype(float)
    pieces = outputs[row, LABELS + MORE :, :LABELS].astype(float)
    follows, begins, ends = allowed(LABELS)
    found = {}
    for path in itertools.product(range(LABELS), repeat=length):
        fits = begins[path[0]] and ends[path[-1]]
        if not fits or not all(follows[a, b] for a, b in itertools.pairwise(path)):
            continue
        score = rules[LABELS, path[0]] + rules[LABELS + 1, path[-1]]
        score += sum(pieces[at, label] for at, label in enumerate(path))
        found[path] = score + sum(rules[a, b] for a, b in itertools.pairwise(path))
    return found


def spans_of(path):
    out, start = [], 0
    for at, label in enumerate(path):
        form = int(form_of(np.array(label)))
        start = at if form in (1, 4) else start
        if form in (3, 4):
            out.append((start, at, int(type_of(np.array(label)))))
    return out


def test_the_scheme_lets_a_span_go_on_only_with_its_own_type():
    follows, begins, ends = allowed(labels_of(2))
    assert follows[1].nonzero()[0].tolist() == [2, 3]  # after begin: inside or end
    assert follows[6].nonzero()[0].tolist() == [6, 7]
    assert follows[0].nonzero()[0].tolist() == [0, 1, 4, 5, 8]
    assert begins.nonzero()[0].tolist() == [0, 1, 4, 5, 8]
    assert ends.nonzero()[0].tolist() == [0, 3, 4, 7, 8]


def test_the_best_path_is_the_best_of_all(outputs):
    path = chain.best_path(chain.take_apart(outputs))
    for row, length in enumerate(LENGTHS):
        if length:
            paths = every_path(outputs, row, length)
            assert tuple(path[row, :length]) == max(paths, key=paths.__getitem__)
    assert not path[3].any()


def test_a_span_is_as_sure_as_all_paths_that_have_it(outputs):
    found = chain.find(outputs, sure=True)
    assert len(found.rows) >= 2
    for row, start, end, kind, sure in zip(
        found.rows, found.start, found.end, found.kind, found.sure, strict=True
    ):
        paths = every_path(outputs, row, LENGTHS[row])
        span = (start // 2, (end - 1) // 2, kind)
        chances = {path: np.exp(score) for path, score in paths.items()}
        own = sum(chance for path, chance in chances.items() if span in spans_of(path))
        assert sure == pytest.approx(own / sum(chances.values()))


def test_a_temperature_makes_less_sure_and_changes_no_span(outputs):
    cold, warm = (chain.find(outputs, t, sure=True) for t in (1.0, 4.0))
    np.testing.assert_array_equal(cold.start, warm.start)
    assert warm.sure.mean() < cold.sure.mean()


def test_a_row_leads_by_its_score_over_the_next_path(outputs):
    ahead = chain.lead(outputs)
    for row, length in enumerate(LENGTHS):
        if length:
            first, second = sorted(every_path(outputs, row, length).values())[-1:-3:-1]
            assert ahead[row] == pytest.approx(first - second, abs=1e-5)
    assert ahead[3] == np.inf


def test_torch_sums_what_numpy_sums(outputs):
    parts = take_apart_torch(torch.from_numpy(outputs))
    whole = chain.sums(chain.take_apart(outputs))[2]
    np.testing.assert_allclose(log_sum(parts).numpy()[:3], whole[:3], rtol=1e-5)
    for row in range(3):
        scores = every_path(outputs, row, LENGTHS[row])
        assert whole[row] == pytest.approx(np.logaddexp.reduce([*scores.values()]))


def test_the_loss_is_minus_the_log_chance_of_the_true_path(outputs):
    spans = torch.tensor([[[0, 3, 0]], [[-1, -1, -1]], [[2, 3, 0]], [[-1, -1, -1]]])
    true = {0: (1, 3, 0, 0), 1: (0,), 2: (0, 4, 0)}
    total = 0.0
    for row, path in true.items():
        scores = every_path(outputs, row, LENGTHS[row])
        total += np.logaddexp.reduce([*scores.values()]) - scores[path]
    loss = chain_loss(torch.from_numpy(outputs), spans)
    assert loss.item() == pytest.approx(total / sum(LENGTHS), rel=1e-5)


def test_without_rules_the_loss_is_the_cross_entropy_of_pieces(outputs):
    outputs[:, : LABELS + MORE] = 0
    outputs[:, LABELS + MORE :, :LABELS] = (
        torch.from_numpy(outputs[:, LABELS + MORE :, :LABELS]).log_softmax(2).numpy()
    )
    spans = torch.full((4, 1, 3), -1)
    loss = chain_loss(torch.from_numpy(outputs), spans)
    own = [outputs[row, LABELS + MORE : LABELS + MORE + n, 0] for row, n in enumerate(LENGTHS)]
    assert loss.item() == pytest.approx(-np.concatenate(own).mean(), rel=1e-5)


def test_pieces_get_labels_from_places_and_unknown_types_are_outside():
    bounds = torch.tensor([[[0, 2], [3, 5], [6, 8], [9, 10], [-1, -1]]])
    spans = torch.tensor([[[0, 5, 0], [6, 8, 1], [9, 10, 2]]])
    assert true_labels(bounds, spans, 2).tolist() == [[1, 3, 8, 0, 0]]


def test_two_spans_in_one_piece_still_make_labels_that_may_follow_each_other():
    bounds = torch.tensor([[[0, 4], [4, 6], [6, 9]]])
    spans = torch.tensor([[[0, 2, 0], [2, 6, 0], [6, 9, 0]]])
    labels = true_labels(bounds, spans, 1)
    follows, begins, ends = allowed(5)
    path = labels[0].tolist()
    assert begins[path[0]]
    assert ends[path[-1]]
    assert all(follows[a, b] for a, b in itertools.pairwise(path))
    parts = take_apart_torch(torch.from_numpy(made(np.random.default_rng(1), (3,), 1)))
    assert path_score(parts, labels).item() > -100


def test_nothing_is_found_in_no_rows_and_in_rows_without_pieces(outputs):
    assert len(chain.find(outputs[:0], sure=True).rows) == 0
    assert len(chain.find(outputs[3:], sure=True).rows) == 0


def test_gradient_flows_through_long_rows():
    torch.manual_seed(0)
    outputs = torch.from_numpy(made(np.random.default_rng(2), (400,), 2)).requires_grad_()
    chain_loss(outputs * 5, torch.tensor([[[0, 3, 1]]])).backward()
    assert torch.isfinite(outputs.grad).all()
