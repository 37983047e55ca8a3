"""Cells of spans: the forms that are read, and what is refused with its row."""

import numpy as np
import pytest

from umbrella.base.errors import DataError
from umbrella.tasks.spans import check_places, holds_spans, read_all, read_spans

GOOD = [
    '[{"start": 0, "end": 2, "type": "A"}, {"start": 5, "end": 9, "type": "B"}]',
    '[[5, 9, "B"], [0, 2, "A"]]',
    '[{"begin": 0, "end": 2, "label": "A"}, {"start": 5, "stop": 9, "tag": "B"}]',
    '[[0, 2, "A"], [5, 9, " B "], [0, 2, "A"]]',
]


@pytest.mark.parametrize("cell", GOOD)
def test_every_form_of_spans_is_read_in_the_order_of_the_text(cell):
    assert read_spans(cell) == ((0, 2, "A"), (5, 9, "B"))
    assert read_spans("[]") == ()


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        ("PER", "'PER' is no JSON list"),
        ('{"start": 1}', "is no JSON list"),
        ("[1, 2]", "1 is no span"),
        ('[{"end": 2, "type": "A"}]', "has no 'start'"),
        ('[[0.5, 2, "A"]]', "are not whole numbers"),
        ('[[true, 2, "A"]]', "are not whole numbers"),
        ('[[0, 2, ""]]', "is no short text"),
        ("[[0, 2, 7]]", "is no short text"),
        ('[[3, 3, "A"]]', r"span 3–3 \(A\) is empty"),
        ('[[5, 3, "A"]]', r"span 5–3 \(A\) ends before it begins"),
        ('[[-1, 3, "A"]]', "begins before the text"),
        ('[[0, 4, "A"], [3, 6, "B"]]', r"span 0–4 \(A\) and span 3–6 \(B\) overlap"),
        ('[[0, 4, "A"], [0, 4, "B"]]', "overlap"),
        ("[" * 100_000, "is no JSON list"),
    ],
)
def test_what_is_no_list_of_spans_is_refused_with_its_row(cell, why):
    with pytest.raises(DataError, match=rf"^Row 8: .*{why}.*\. Write \[\{{\"start\""):
        read_all(["[]", cell], np.array([3, 7]))


def test_a_span_outside_its_text_is_refused_with_row_and_length():
    with pytest.raises(
        DataError, match=r"Row 4: span 2–9 \(A\) ends outside the text, which has 5"
    ):
        check_places([((2, 9, "A"),)], ["abcde"], "word", np.array([3]))
    with pytest.raises(DataError, match="has 0 characters"):
        check_places([((0, 1, "A"),)], [None], "word")


def test_spans_that_cut_a_word_or_hold_its_spaces_are_counted():
    spans = [((0, 2, "A"), (4, 9, "B")), ((0, 3, "A"),), ()]
    assert check_places(spans, ["Bob lives here", "Bob ", None], "word") == 1
    assert check_places([((0, 4, "A"),)], ["Bob x"], "word") == 1


def test_a_column_of_spans_is_known_by_its_cells():
    assert holds_spans(["[]", None, GOOD[0], GOOD[1]])
    assert holds_spans(["[]", None])
    assert not holds_spans([None, ""])
    assert not holds_spans(['["a", "b"]', '["c"]'])
    assert not holds_spans(["[1, 2, 3]"])
    assert not holds_spans(["sport", GOOD[0]])
