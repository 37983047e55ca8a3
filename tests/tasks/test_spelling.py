"""One spelling for every transcript: case, width, marks and spaces."""

import pytest

from umbrella.tasks.spelling import is_unspaced, spell


@pytest.mark.parametrize(
    ("written", "spelt"),
    [
        ("Please  enter 3,\tthen #!", "please enter 3 then"),
        ("ＦＵＬＬ　Ｗｉｄｔｈ", "full width"),
        ("STRASSE straße", "strasse strasse"),
        ("I don\u2019t know; 'tis the dogs' o'clock", "i don't know tis the dogs o'clock"),
        ("well-known snake_case", "well known snake case"),
        ("cafe\u0301 café", "café café"),
        ("नमस्ते दुनिया", "नमस्ते दुनिया"),
        ("今天 天气，很好！", "今天天气很好"),
        ("我用 iPhone 手机", "我用iphone手机"),
        ("안녕 하세요", "안녕 하세요"),
        ("… ?! —", ""),
        ("", ""),
        ("bad \ud800 half", "bad half"),
    ],
)
def test_only_what_can_be_heard_is_kept(written, spelt):
    assert spell(written) == spelt
    assert spell(spelt) == spelt


def test_scripts_without_spaces_are_told_by_most_of_their_letters():
    assert is_unspaced(["今天天气", "好 ok"])
    assert not is_unspaced(["hello there", "嗨"])
    assert not is_unspaced(["안녕 하세요"])
