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
