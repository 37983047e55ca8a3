"""What is accepted as an answer, where it stands, and how answers are judged."""

import json

import numpy as np
import pytest
import torch

from umbrella.base.errors import DataError, RunError
from umbrella.base.stretch import NEVER
from umbrella.score.extract_loss import extract_loss, true_places
from umbrella.tasks.accepted import holds_accepted, place, read_accepted
from umbrella.tasks.answer import NOWHERE, SILENT, Answer
from umbrella.tasks.task import from_spec, own_task

TEXT = "Momus was a cabaret in Warsaw. Warsaw lies on the Vistula."
ROWS = np.arange(3)


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("Warsaw", (("Warsaw", None),)),
        ('["Warsaw", "in Warsaw", "Warsaw"]', (("Warsaw", None), ("in Warsaw", None))),
        ('[{"text": "Warsaw", "start": 23}]', (("Warsaw", 23),)),
        ('{"text": ["Warsaw"], "answer_start": [23]}', (("Warsaw", 23),)),
        ('{"text": [], "answer_start": []}', ()),
        ("[1] as in note", (("[1] as in note", None),)),
        ("", ()),
        (None, ()),
        ("[]", ()),
    ],
)
def test_cells_are_read_in_every_form(cell, told):
    assert read_accepted(cell) == told


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        ('[{"text": "", "start": 3}]', "is no answer"),
        ('[{"start": 3}]', "is no answer"),
        ('[{"text": "a", "start": -1}]', "no number of characters"),
        ('{"text": ["a", "b"], "answer_start": [1]}', "2 answers with 1 places"),
    ],
)
def test_a_cell_that_is_no_answer_is_refused_with_its_row(cell, why):
    with pytest.raises(DataError, match=f"Row 2: .*{why}"):
        Answer.agree(["Warsaw", cell, "Momus"], [TEXT] * 3, ROWS)


def test_cells_with_places_are_answers_and_spans_are_spans():
    assert own_task(['[{"text": "Warsaw", "start": 23}]', "[]"]) == "answer"
    assert own_task(['[{"text": "Ann", "start": 0, "end": 3, "type": "PER"}]']) == "tag"
    assert not holds_accepted(["Warsaw", "Momus"])


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        (("Warsaw", 23), (23, 29, False)),
        (("Warsaw", 31), (31, 37, False)),
        (("Warsaw", None), (23, 29, False)),
        (("cabaret", 3), (12, 19, True)),
        (("Warsaw", 25), None),  # two places near it, none to be preferred
        (("London", 3), None),
    ],
)
def test_a_wrong_place_is_mended_only_where_there_is_one_right_one(answer, found):
    assert place(answer, TEXT) == found


def asked(cells, texts=None):
    texts = texts or [TEXT] * len(cells)
    rows = np.arange(len(cells))
    task = Answer.learn(cells, rows, rows, texts)
    return task, task.encode(cells, rows)


def test_targets_hold_the_row_its_state_and_every_place():
    cells = ['[{"text": "Warsaw", "start": 23}, {"text": "in Warsaw", "start": 20}]', "", "nowhere"]
    task, targets = asked(cells)
    assert targets.tolist() == [
        [[0, 2], [23, 29], [20, 29]],
        [[1, SILENT], [-1, -1], [-1, -1]],
        [[2, NOWHERE], [-1, -1], [-1, -1]],
    ]
    assert task.silent
    assert not task.chinese


def outputs_of(spans, text=TEXT, silence=-5.0):
    """Certain outputs of a network that answers these characters, None for silence."""
    out = np.full((len(spans), 1 + len(text), 4), 0.0, np.float32)
    out[:, 1:, 2], out[:, 1:, 3] = np.arange(len(text)), np.arange(len(text)) + 1
    for at, span in enumerate(spans):
        if span is None:
            out[at, 0, :2] = 20
        else:
            out[at, 0, :2] = silence
            out[at, 1 + span[0], 0] = out[at, span[1], 1] = 10
    return out


def test_answers_are_judged_as_texts_wherever_they_stand():
    task, targets = asked(["Warsaw", "the Vistula", "", "cabaret in Warsaw"])
    outputs = outputs_of([(31, 37), (50, 57), None, (20, 29)])
    np.testing.assert_allclose(task.row_scores(outputs, targets), [1, 1, 1, 0.8])
    told = task.metrics(outputs, targets)
    assert told["exact"] == 0.75
    assert told["silence_precision"] == told["silence_recall"] == 1


def test_chinese_is_judged_by_characters_in_a_row():
    text = "北京是中国的首都，上海是中国最大的城市。"
    task, targets = asked(["北京", "上海是中国"], [text, text])
    assert task.chinese
    outputs = outputs_of([(0, 2), (9, 11)], text)
    np.testing.assert_allclose(task.row_scores(outputs, targets), [1, 2 * 2 / 7])


def test_the_margin_is_the_one_that_suits_held_out_rows_and_scores_mean_chances():
    cells = ["Warsaw"] * 40 + [""] * 40
    task, targets = asked(cells)
    outputs = outputs_of([(23, 29)] * 80)
    outputs[:40, 0, :2], outputs[40:, 0, :2] = 11.0, 14.0  # gaps −2 and −8: always silent before
    before, after = task, task.calibrated(outputs, targets)
    assert before.row_scores(outputs, targets).mean() == 0.5
    assert after.row_scores(outputs, targets).mean() == 1.0
    assert -8 < after.margin < -2
    assert after.as_fitted() == before
    assert from_spec(after.spec()) == after


def test_a_task_read_back_must_be_told_the_texts():
    task, targets = asked(["Warsaw"])
    again = from_spec(task.spec())
    with pytest.raises(RunError, match="The text of row 1 was not told"):
        again.row_scores(outputs_of([(23, 29)]), targets)
    again.bind([TEXT], np.array([0]))
    assert again.row_scores(outputs_of([(23, 29)]), again.encode(["Warsaw"])) == 1


def test_what_is_true_lies_on_the_pieces_that_hold_the_first_and_last_character():
    outputs = torch.zeros(3, 5, 4)
    outputs[:, 1:, 2:] = torch.tensor([[0, 3], [4, 8], [9, 12], [-1, -1]])
    targets = torch.tensor(
        [
            [[0, 1], [5, 11], [-1, -1]],
            [[1, 0], [-1, -1], [-1, -1]],
            [[2, 2], [0, 3], [8, 12]],
        ]
    )
    true = true_places(outputs, targets)
    assert true[:, :, 0].int().tolist() == [[0, 0, 1, 0, 0], [1, 0, 0, 0, 0], [0, 1, 0, 1, 0]]
    assert true[:, :, 1].int().tolist() == [[0, 0, 0, 1, 0], [1, 0, 0, 0, 0], [0, 1, 0, 1, 0]]


def test_every_accepted_answer_is_learned_and_rows_without_a_place_cost_nothing():
    outputs = torch.zeros(2, 4, 4)
    outputs[:, 1:, 2:] = torch.tensor([[0, 3], [4, 8], [9, 12]])
    both = torch.tensor([[[0, 2], [0, 3], [4, 8]], [[1, NOWHERE], [-1, -1], [-1, -1]]])
    assert float(extract_loss(outputs, both)) == pytest.approx(np.log(4 / 2))
    outputs[0, 3, :2] = NEVER
    assert float(extract_loss(outputs, both)) == pytest.approx(np.log(3 / 2), abs=1e-6)


def test_answers_beyond_the_share_that_is_let_pass_stop_the_fit():
    cells = ["Warsaw"] * 10 + [json.dumps([{"text": "London", "start": 3}])]
    with pytest.raises(DataError, match=r"Row 11: the answer 'London'.*1 of 11 rows"):
        Answer.agree(cells, [TEXT] * 11, np.arange(11))
    with pytest.raises(DataError, match="None of the 2 rows has an answer"):
        Answer.agree(["", "[]"], [TEXT] * 2, np.arange(2))
    with pytest.raises(DataError, match="Row 2: there is no text"):
        Answer.agree(["Momus", ""], [TEXT, " "], np.arange(2))
