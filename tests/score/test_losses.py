"""Losses by the identities of their formulas."""

import itertools
import math

import pytest
import torch
from torch import nn
from torch.nn import functional

from umbrella.base.errors import ConfigError
from umbrella.score import losses
from umbrella.score.ctc import NEVER

torch.manual_seed(0)
STUDENT, TEACHER = torch.randn(8, 5), torch.randn(8, 5)
LABELS = torch.randint(5, (8,))
ONE, OTHER, NUMBERS = torch.randn(8, 1), torch.randn(8, 1), torch.randn(8)


def test_cross_entropy_of_equal_outputs_is_the_log_of_the_classes():
    loss = losses.cross_entropy(torch.zeros(8, 5), LABELS)
    torch.testing.assert_close(loss, torch.tensor(5.0).log())


def test_a_class_weight_counts_like_copies_of_its_rows():
    labels = torch.tensor([0, 0, 1])
    twice = torch.cat([torch.arange(3), torch.tensor([2])])
    weighed = losses.cross_entropy(STUDENT[:3, :2], labels, torch.tensor([1.0, 2.0]))
    torch.testing.assert_close(weighed, losses.cross_entropy(STUDENT[twice, :2], labels[twice]))


def test_smoothing_mixes_in_every_class():
    every = torch.stack([losses.cross_entropy(STUDENT, torch.full((8,), c)) for c in range(5)])
    expected = 0.9 * losses.cross_entropy(STUDENT, LABELS) + 0.1 * every.mean()
    torch.testing.assert_close(losses.cross_entropy(STUDENT, LABELS, smoothing=0.1), expected)


def test_half_precision_outputs_are_scored_in_float32():
    half = losses.cross_entropy(STUDENT.bfloat16(), LABELS, torch.ones(5, dtype=torch.float64))
    assert half.dtype == torch.float32
    torch.testing.assert_close(half, losses.cross_entropy(STUDENT.bfloat16().float(), LABELS))


def test_huber_is_half_a_square_then_a_line():
    outputs = torch.tensor([[0.5], [4.0]])
    assert losses.huber(outputs[:1], torch.zeros(1)).item() == pytest.approx(0.125)
    assert losses.huber(outputs[1:], torch.zeros(1)).item() == pytest.approx(3.5)
    assert losses.mean_squared(outputs, torch.zeros(2)).item() == pytest.approx(8.125)


def test_a_column_is_never_broadcast_against_a_row():
    with pytest.raises(ConfigError, match=r"\(8, 5\).*outputs=1"):
        losses.huber(STUDENT, NUMBERS)
    with pytest.raises(ConfigError, match=r"\(8,\)"):
        losses.huber(NUMBERS, NUMBERS)


def test_no_trust_is_plain_training():
    torch.testing.assert_close(
        losses.distill(STUDENT, TEACHER, LABELS, trust=0), losses.cross_entropy(STUDENT, LABELS)
    )
    torch.testing.assert_close(
        losses.distill_values(ONE, OTHER, NUMBERS, trust=0), losses.huber(ONE, NUMBERS)
    )


def test_a_perfect_copy_costs_nothing():
    assert losses.distill(TEACHER, TEACHER, LABELS, trust=1).item() == pytest.approx(0, abs=1e-6)
    assert losses.distill_values(OTHER, OTHER, NUMBERS, trust=1).item() == 0


def test_full_trust_at_temperature_one_is_cross_entropy_less_the_teachers_entropy():
    soft = TEACHER.softmax(dim=1)
    crossed = functional.cross_entropy(STUDENT, soft)
    expected = crossed - functional.cross_entropy(TEACHER, soft)
    found = losses.distill(STUDENT, TEACHER, LABELS, temperature=1, trust=1)
    torch.testing.assert_close(found, expected)


def test_the_soft_gradient_keeps_its_scale_as_temperature_grows():
    def gradient(temperature):
        student = STUDENT.clone().requires_grad_()
        losses.distill(student, TEACHER, LABELS, temperature, 1.0).backward()
        return student.grad.norm().item()

    assert gradient(50) == pytest.approx(gradient(100), rel=0.05)


def test_the_teacher_gets_no_gradient():
    def learns(loss):
        teacher = torch.randn(8, 5).requires_grad_()
        loss(teacher).backward()
        return teacher.grad

    student, numbers = STUDENT.clone().requires_grad_(), ONE.clone().requires_grad_()
    projector = nn.Linear(5, 5)
    assert learns(lambda t: losses.distill(student, t, LABELS)) is None
    assert learns(lambda t: losses.distill_values(numbers, t[:, :1], NUMBERS)) is None
    assert learns(lambda t: losses.hidden_match(student, t, projector)) is None
    assert projector.weight.grad is not None
    assert student.grad is not None


def test_hidden_states_match_at_zero_and_a_mean_guess_costs_one():
    teacher = torch.randn(64, 6) * torch.logspace(-2, 2, 6)
    assert losses.hidden_match(teacher, teacher, nn.Identity()).item() == 0
    mean = teacher.mean(dim=0).expand(64, 6)
    assert losses.hidden_match(mean, teacher, nn.Identity()).item() == pytest.approx(1, abs=0.2)


def test_a_dead_feature_of_the_teacher_does_no_harm():
    teacher = torch.cat([torch.randn(16, 3), torch.zeros(16, 1)], dim=1)
    assert torch.isfinite(losses.hidden_match(teacher + 0.1, teacher, nn.Identity()))
    assert torch.isfinite(losses.hidden_match(torch.zeros(4, 2), torch.zeros(4, 2), nn.Identity()))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((STUDENT, TEACHER[:, :4], LABELS), r"\(8, 5\).*\(8, 4\).*same labels"),
        ((STUDENT, TEACHER, LABELS, 0.0), "not above 0"),
        ((STUDENT, TEACHER, LABELS, 2.0, 1.5), "between 0"),
    ],
)
def test_what_does_not_fit_is_named(arguments, words):
    with pytest.raises(ConfigError, match=words):
        losses.distill(*arguments)


def test_a_projector_of_the_wrong_width_is_named():
    with pytest.raises(ConfigError, match="projector the teacher's width"):
        losses.hidden_match(STUDENT, torch.randn(8, 7), nn.Linear(5, 6))


def chances(frames, seed=0, classes=3):
    make = torch.Generator().manual_seed(seed)
    return torch.randn(1, frames, classes, generator=make).log_softmax(dim=2)


def over_every_path(outputs, symbols):
    """-log of the summed probability of all paths that leave the symbols."""
    total = 0.0
    for path in itertools.product(range(outputs.shape[2]), repeat=outputs.shape[1]):
        if [one for one, _ in itertools.groupby(path) if one] == symbols:
            total += math.exp(sum(outputs[0, at, one].item() for at, one in enumerate(path)))
    return -math.log(total)


@pytest.mark.parametrize("symbols", [[1], [1, 2], [1, 1], [2, 1, 2], []])
def test_ctc_sums_every_path_that_leaves_the_symbols(symbols):
    outputs = chances(5)
    targets = torch.tensor([symbols + [-1] * (4 - len(symbols))])
    expected = over_every_path(outputs, symbols) / max(len(symbols), 1)
    assert losses.ctc(outputs, targets).item() == pytest.approx(expected, rel=1e-4)


def test_the_gradient_of_ctc_is_that_of_small_steps():
    scores = torch.randn(2, 4, 3, dtype=torch.float64, requires_grad=True)
    targets = torch.tensor([[1, 2], [2, -1]])

    def loss(x):
        return losses.ctc(x.log_softmax(dim=2), targets).double()

    loss(scores).backward()
    for at in [(0, 0, 0), (0, 2, 1), (1, 3, 2)]:
        step = torch.zeros_like(scores)
        step[at] = 1e-2
        slope = (loss(scores.detach() + step) - loss(scores.detach() - step)) / 2e-2
        assert slope.item() == pytest.approx(scores.grad[at].item(), abs=2e-3)


def test_padding_of_frames_and_symbols_changes_no_ctc_loss():
    outputs, targets = chances(5), torch.tensor([[1, 2]])
    beyond = torch.full((1, 3, 3), NEVER)
    beyond[:, :, 0] = 0.0
    padded = losses.ctc(torch.cat([outputs, beyond], dim=1), torch.tensor([[1, 2, -1, -1]]))
    torch.testing.assert_close(padded, losses.ctc(outputs, targets))


def test_a_row_too_short_for_its_symbols_says_nothing_even_when_padded():
    short = chances(2, seed=1)
    beyond = torch.full((1, 3, 3), NEVER)
    beyond[:, :, 0] = 0.0
    both = torch.cat([chances(5), torch.cat([short, beyond], dim=1)]).requires_grad_()
    loss = losses.ctc(both, torch.tensor([[1, 2, -1], [1, 2, 1]]))
    loss.backward()
    assert loss.item() == pytest.approx(over_every_path(both[:1], [1, 2]) / 2 / 2, rel=1e-4)
    assert not both.grad[1].any()


def test_a_symbol_without_a_class_is_passed_over():
    outputs = chances(5)
    known = losses.ctc(outputs, torch.tensor([[1, 2, -1]]))
    torch.testing.assert_close(losses.ctc(outputs, torch.tensor([[1, 3, 2]])), known)


def test_frames_learn_from_a_teacher_of_as_many_frames_or_more():
    teacher, student = chances(6, 1), chances(4, 2).requires_grad_()
    assert losses.distill_frames(teacher, teacher).item() == pytest.approx(0, abs=1e-6)
    far = losses.distill_frames(student, teacher)
    by_hand = functional.kl_div(student[0], teacher[0, :4], reduction="batchmean", log_target=True)
    torch.testing.assert_close(far, by_hand)
    far.backward()
    assert student.grad.any()
    with pytest.raises(ConfigError, match="same steps in time"):
        losses.distill_frames(chances(8), teacher)


def test_every_label_is_a_yes_or_no_and_what_lies_beyond_is_not_looked_at():
    outputs = torch.randn(6, 4, generator=torch.Generator().manual_seed(0), requires_grad=True)
    targets = torch.tensor([[0, 1, 1], [1, 0, 0]] * 3)
    loss = losses.yes_or_no(outputs, targets)
    chances = outputs[:, :3].sigmoid()
    own = -torch.where(targets > 0, chances, 1 - chances).log().mean()
    torch.testing.assert_close(loss, own)
    loss.backward()
    assert not outputs.grad[:, 3].any()
    assert outputs.grad[:, :3].all()


def test_a_student_of_yes_and_no_learns_its_teacher_and_the_labels():
    teacher = torch.tensor([[2.0, -1.0, 0.5], [-3.0, 1.0, 9.0]])
    targets = torch.tensor([[1, 0], [0, 1]])
    same = losses.distill_yes_or_no(teacher.clone(), teacher, targets, trust=1.0)
    assert abs(float(same)) < 1e-6
    other = losses.distill_yes_or_no(teacher + 1, teacher, targets, trust=1.0)
    assert float(other) > 0.05
    hard = losses.distill_yes_or_no(teacher + 1, teacher, targets, trust=0.0)
    torch.testing.assert_close(hard, losses.yes_or_no(teacher + 1, targets))
    with pytest.raises(ConfigError, match="same labels"):
        losses.distill_yes_or_no(teacher[:, :2], teacher, targets)
    with pytest.raises(ConfigError, match="temperature"):
        losses.distill_yes_or_no(teacher, teacher, targets, temperature=0)
