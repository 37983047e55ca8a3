"""Answers are judged as the official scripts judge them."""

import pytest

from umbrella.score.answers import Match, match, pieces


def test_articles_punctuation_and_case_do_not_count():
    assert match("The  Saxon garden!", ["saxon Garden"]) == Match(1.0, 1.0)


def test_the_nearest_accepted_answer_counts():
    found = match("1870 to 1939", ["1939", "from 1870 to 1939"])
    assert found == Match(0.0, pytest.approx(6 / 7))


def test_words_in_common_are_counted_as_often_as_both_hold_them():
    assert match("no no no", ["no no yes"]).overlap == pytest.approx(2 / 3)


def test_an_answer_of_other_words_is_worth_nothing():
    assert match("Momus", ["Melodram"]) == Match(0.0, 0.0)


@pytest.mark.parametrize("accepted", [[], [""], ["", ""]])
def test_where_the_text_does_not_say_only_silence_is_right(accepted):
    assert match("", accepted) == Match(1.0, 1.0)
    assert match("1939", accepted) == Match(0.0, 0.0)
    assert match("", ["1939"]) == Match(0.0, 0.0)


def test_an_answer_of_articles_alone_agrees_with_silence_as_the_official_script_has_it():
    assert match("the", [""]).exact == 1.0


def test_chinese_is_judged_by_the_longest_common_run_of_characters():
    # 光荣和 of 3 is in both; the other common characters do not adjoin.
    found = match("光荣和森", ["由光荣和ω森"], chinese=True)
    assert found == Match(0.0, pytest.approx(2 * 3 / (4 + 6)))


def test_punctuation_of_chinese_does_not_count():
    assert match("《战国无双3》。", ["战国无双3"]) == Match(1.0, 1.0)


def test_words_of_other_scripts_stay_whole_in_chinese():
    assert pieces("光荣和ω-Force开发的 Z 3.5版！") == [
        *"光荣和", "ωforce", *"开发的", "z", "3.5", "版",
    ]  # fmt: skip


def test_the_rules_follow_the_accepted_answers():
    assert match("the", ["的"]).exact == 0.0
    assert match("光荣", ["光荣 和"]).overlap == pytest.approx(4 / 5)
