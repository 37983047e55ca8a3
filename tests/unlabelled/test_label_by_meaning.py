"""What labels mean: from a line, from a table, and what is refused."""

import numpy as np
import pytest

from umbrella.base.errors import ConfigError, DataError
from umbrella.unlabelled.labels import MOST, Described, checked, read_labels, refuse_alike


def test_a_line_holds_labels_and_their_sentences():
    found = read_labels("good: a happy review | I loved it; bad: an angry one;")
    assert found == [
        Described("good", ("a happy review", "I loved it")),
        Described("bad", ("an angry one",)),
    ]


def test_a_label_without_a_sentence_is_described_by_its_name():
    for line in ("good; bad", "good,bad", "good；bad"):
        assert [one.sentences for one in read_labels(line)] == [("good",), ("bad",)]


def test_a_table_may_give_a_label_several_rows_and_columns(tmp_path):
    path = tmp_path / "labels.csv"
    path.write_text("label,says,also\ngood,happy,glad\nbad,angry,\ngood,loved it,happy\n", "utf-8")
    assert read_labels(path) == [
        Described("good", ("happy", "glad", "loved it")),
        Described("bad", ("angry",)),
    ]


def test_a_text_file_holds_a_label_a_line_and_a_json_file_an_object(tmp_path):
    lines, named = tmp_path / "labels.txt", tmp_path / "labels.json"
    lines.write_text("good, all in all: happy | glad\n\nbad: angry\nmixed\n", "utf-8")
    assert read_labels(lines) == [
        Described("good, all in all", ("happy", "glad")),
        Described("bad", ("angry",)),
        Described("mixed", ("mixed",)),
    ]
    named.write_text('{"good": ["happy", "glad"], "bad": "angry"}', "utf-8")
    assert [one.sentences for one in read_labels(named)] == [("happy", "glad"), ("angry",)]
    named.write_text('{"label": "good"}\n{"label": "bad"}\n', "utf-8")
    assert [one.name for one in read_labels(named)] == ["good", "bad"]
    lines.write_text("label\tsays\ngood\thappy\nbad\tangry\n", "utf-8")
    assert [one.sentences for one in read_labels(lines)] == [("happy",), ("angry",)]
    for wrong, message in (
        ('{"good": 3, "bad": []}', "describes 'good' by 3"),
        ('[["good"]]', "jq"),
    ):
        named.write_text(wrong, "utf-8")
        with pytest.raises(DataError, match=message):
            read_labels(named)


def test_a_table_without_a_line_of_names_does_not_lose_its_first_label(tmp_path):
    path = tmp_path / "labels.csv"
    path.write_text("good,a happy review\nbad,an angry one\nmixed,so so\n", "utf-8")
    with pytest.raises(DataError, match="Write a line above the first label"):
        read_labels(path)
    path.write_text("标签,说明\n好,这家酒店很好\n差,不会再来\n", "utf-8")
    assert [one.name for one in read_labels(path)] == ["好", "差"]


def test_every_template_makes_a_sentence_of_every_description():
    [good, _] = read_labels("good: fine | great; bad", ["a {} film", "it was {}"])
    assert good.sentences == ("a fine film", "a great film", "it was fine", "it was great")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("good", "only 'good': a choice needs two"),
        ("  ", "names none"),
        ("good: a; Good : b; bad", "'good' and 'Good', which are one label"),
        ("good; good", "only 'good'"),
        (": a happy review; bad", "without a name"),
    ],
)
def test_labels_that_are_no_choice_are_refused(line, message):
    with pytest.raises(ConfigError, match=message):
        read_labels(line)


def test_ten_thousand_labels_are_allowed_and_one_more_is_not():
    pairs = [(f"label {number}", ()) for number in range(MOST)]
    assert len(checked(pairs)) == MOST
    with pytest.raises(ConfigError, match="10,001 labels; 10,000 are allowed"):
        checked([*pairs, ("one more", ())])


def test_a_template_without_a_place_is_refused():
    with pytest.raises(ConfigError, match=r"needs \{\} once"):
        read_labels("good; bad", ["a film"])


def test_a_table_without_labels_is_refused(tmp_path):
    path = tmp_path / "labels.csv"
    path.write_text("label,says\n,happy\n,angry\n", "utf-8")
    with pytest.raises(DataError, match="names no label"):
        read_labels(path)


def test_labels_that_the_encoder_cannot_tell_apart_are_refused_by_name():
    labels = [Described(name, (name,)) for name in ("one", "two", "other")]
    vectors = np.array([[1, 0], [0, 1], [1, 0]], np.float32)
    with pytest.raises(ConfigError, match="'one' and 'other' are the same"):
        refuse_alike(labels, vectors)
    refuse_alike(labels[:2], vectors[:2])


def test_of_a_script_that_the_encoder_does_not_know_other_words_are_no_remedy():
    labels = [Described(name, (f"这家酒店很{name}",)) for name in "好差"]
    vectors = np.ones((2, 1), np.float32)
    with pytest.raises(ConfigError, match="does not know 60 % of their tokens"):
        refuse_alike(labels, vectors, lambda texts: 0.6 if len(texts) == 2 else 0.0)
    with pytest.raises(ConfigError, match="sentences that differ"):
        refuse_alike(labels, vectors, lambda _: 0.0)
