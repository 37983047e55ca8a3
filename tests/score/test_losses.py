"""Losses by the identities of their formulas."""

import pytest
import torch
from torch import nn
from torch.nn import functional

from umbrella.base.errors import ConfigError
from umbrella.score import losses

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
