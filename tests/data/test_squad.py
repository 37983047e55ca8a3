"""Files in the manner of SQuAD become rows, and what is wrong in them is said."""

import json

import polars as pl
import pytest
import realdata

from umbrella.base.errors import DataError
from umbrella.base.limits import LIMITS
from umbrella.data.ledger import Ledger
from umbrella.data.questions import looks_asked, read_questions
from umbrella.data.read import read

TEXT = "Momus was a cabaret in Warsaw. Warsaw lies on the Vistula."


def _file(*questions, context=TEXT):
    paragraph = {"context": context, "qas": list(questions)}
    return json.dumps({"data": [{"title": "Warsaw", "paragraphs": [paragraph]}]}).encode()


def _asked(text="Warsaw", start=23, **more):
    answers = [{"text": text, "answer_start": start}]
    return {"id": "q1", "question": "Where was Momus?", "answers": answers, **more}


def _read(content, share=0.0):
    ledger = Ledger("asked.json", LIMITS, share)
    frames, notes = read_questions([content[:30], content[30:]], ledger, {})
    return pl.concat(list(frames)), notes, ledger


def test_a_question_is_a_row_with_its_text_and_the_places_of_its_answers():
    frame, notes, _ = _read(_file(_asked()))
    [row] = frame.to_dicts()
    assert json.loads(row.pop("answers")) == [{"text": "Warsaw", "start": 23}]
    assert row == {
        "context": TEXT,
        "question": "Where was Momus?",
        "id": "q1",
        "article": "0",
    }
    assert [note.key for note in notes] == ["answer.read"]


@pytest.mark.parametrize("start", [20, 31, 27, 28])
def test_an_answer_elsewhere_is_taken_from_the_nearest_place_and_said(start):
    frame, notes, _ = _read(_file(_asked(start=start)))
    nearest = min((23, 31), key=lambda at: abs(at - start))
    assert json.loads(frame["answers"][0])[0]["start"] == nearest
    moved = [note for note in notes if note.key == "answer.moved"]
    assert len(moved) == (start not in (23, 31))
    assert all("question 'q1'" in note.say("en") for note in moved)


def test_places_count_characters_however_many_bytes_they_take():
    context = "𝄞🎼 在华沙"
    frame, notes, _ = _read(_file(_asked("华沙", 4), context=context))
    assert json.loads(frame["answers"][0]) == [{"text": "华沙", "start": 4}]
    assert len(notes) == 1


def test_a_question_that_the_text_does_not_answer_has_none():
    impossible = {**_asked(), "is_impossible": True}
    empty = {**_asked(), "answers": []}
    frame, notes, _ = _read(_file(impossible, empty))
    assert frame["answers"].to_list() == ["[]", "[]"]
    assert [note.key for note in notes] == ["answer.read", "answer.silent"]


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        (_asked("Cracow"), "question 'q1': the answer 'Cracow' does not stand in the text"),
        (_asked(" "), "an answer without text"),
        ({"id": "q1", "question": "Where?"}, 'no list "answers"'),
        ({"id": "q1", "question": "", "answers": []}, "no question is asked"),
        ("Where?", "no question is asked"),
    ],
)
def test_a_question_that_cannot_be_used_is_a_bad_row_that_says_why(question, reason):
    frame, _, ledger = _read(_file(_asked(), question), share=0.5)
    assert frame.height == 1
    assert reason in ledger.shown[0].reason
    assert ledger.shown[0].line == 2


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b'{"data": [{"paragraphs": [{"context": "a"', "cut short or no JSON"),
        (b'{"rows": []}', 'without a list "data"'),
        (b'{"data": [{"paragraphs": [{"qas": []}]}]}', r"data\[0\].paragraphs\[0\] has no text"),
        (b'{"data": [{"paragraphs": [{"context": "a"}]}]}', 'has no list "qas"'),
        (b'{"data": [{}]}', 'data\\[0\\] has no list "paragraphs"'),
    ],
)
def test_a_file_of_another_layout_is_refused_by_the_part_that_is_wrong(content, says):
    with pytest.raises(DataError, match=says):
        _read(content)


def test_it_is_known_by_its_beginning():
    assert looks_asked(b"\xef\xbb\xbf " + _file(_asked()))
    assert not looks_asked(b'{"context": "a", "question": "b"}\n')
    assert not looks_asked(b'[{"data": 1, "paragraphs": 2, "context": 3}]')


def test_real_questions_all_stand_in_their_texts():
    path = realdata.path("xquad_en") / "xquad_en.json"
    frame, notes, ledger = _read(path.read_bytes())
    assert (frame.height, ledger.bad, len(notes)) == (859, 0, 1)


def test_real_chinese_questions_are_mended_where_their_places_are_off():
    path = realdata.path("cmrc2018") / "cmrc2018_dev.json"
    frame, _, ledger = _read(path.read_bytes(), share=0.01)
    assert frame.height + ledger.bad == 3_219
    assert ledger.bad <= 3
    for context, cell in frame.select("context", "answers").iter_rows():
        placed = [one for one in json.loads(cell) if one["start"] is not None]
        assert placed
        assert all(context.startswith(one["text"], one["start"]) for one in placed)


def test_an_answer_beside_one_that_stands_in_the_text_may_be_worded_freely():
    question = _asked()
    question["answers"].append({"text": "in the Polish capital", "answer_start": 20})
    frame, notes, _ = _read(_file(question))
    assert [one["start"] for one in json.loads(frame["answers"][0])] == [23, None]
    assert [note.key for note in notes] == ["answer.read", "answer.nowhere"]


def test_a_file_of_questions_is_known_by_its_content(tmp_path):
    (tmp_path / "asked.json").write_bytes(_file(_asked()))
    table = read(tmp_path / "asked.json")
    assert table.raw("question").to_list() == ["Where was Momus?"]
    assert table.kinds["context"] == "text"
    assert [note.key for note in table.notes][:2] == ["data.read_found", "answer.read"]
