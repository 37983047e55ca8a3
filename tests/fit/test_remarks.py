"""What only a finished fit can tell: how answers are read, and rows too short for their words."""

from dataclasses import replace

import numpy as np

from umbrella.data.codecs.ragged import Ragged
from umbrella.fit.remarks import of_length, of_reading
from umbrella.models.audio.spoken_gru import SpokenGru
from umbrella.score.ctc import Search
from umbrella.tasks.classify import Classify
from umbrella.tasks.transcribe import PAD, Transcribe


def clips(*frames):
    offsets = np.concatenate([[0], np.cumsum(frames)])
    return {"mel": Ragged(np.zeros((offsets[-1], 2), np.float32), offsets)}


def test_rows_with_fewer_places_than_symbols_and_blanks_between_equal_ones_are_counted():
    targets = np.array([[1, 2, 3], [1, 1, 2], [1, 1, 1], [1, PAD, PAD], [3, 2, 1]])
    arrays = clips(12, 12, 20, 1, 9)  # 3, 3, 5, 1 and 3 places
    (note,) = of_length(SpokenGru, arrays, targets, np.arange(5))
    assert note.values == {"count": 1, "rows": 5}
    assert "1 of 5 training rows is too short" in note.say("en")
    assert of_length(SpokenGru, arrays, targets, np.array([0, 2, 3, 4])) == []


def test_networks_with_one_answer_a_row_have_no_length_to_speak_of():
    assert of_length(object(), clips(1), np.array([1]), np.arange(1)) == []
    assert of_length(SpokenGru, {"row": np.zeros((1, 1))}, np.array([[1, 1]]), np.arange(1)) == []


def test_another_way_of_reading_is_said_with_what_it_brings():
    task = Transcribe.learn(["a b", "b a"], np.arange(2))
    outputs, targets = np.log(np.full((2, 3, 4), 0.25)), task.encode(["a b", "b a"])
    assert of_reading(task, outputs, targets) == []
    assert of_reading(Classify(("a", "b")), np.zeros((2, 2)), np.zeros(2)) == []
    (note,) = of_reading(replace(task, search=Search(4, 0.5)), outputs, targets)
    assert note.say("en").startswith("read by a beam with a model of the language (0.5):")
    assert "束搜索" in note.say("zh")
