"""What is worth trying: smaller sizes that really are smaller."""

import pytest

from umbrella.models.ladders import own_size, rung
from umbrella.shrink.plan import ideas, smaller


def test_a_solved_rung_is_tried_at_sizes_below_its_own_only():
    step = rung("text", "bow-svm")
    assert all(size < 700 for size in smaller(step, 700))
    assert smaller(step, min(step.sizes)) == []
    assert len(set(smaller(step, own_size(step)))) == 6


@pytest.mark.parametrize("name", ["gru", "transformer"])
def test_a_trained_rung_is_tried_at_about_a_half_and_a_quarter(name):
    step = rung("text", name)
    tried = smaller(step, 128)
    assert tried == sorted(tried, reverse=True)
    assert [size / 128 for size in tried] == pytest.approx([0.5, 0.25], rel=0.3)


def test_the_model_at_hand_comes_first_and_no_heavier_rung_is_tried():
    plan = ideas("text", "cnn", {}, 128)
    assert plan[0].given
    assert {idea.rung.name for idea in plan} == {"cnn", "bag", "bow-svm"}
