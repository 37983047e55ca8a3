"""The catalogue: both languages say the same, and every key is used and known."""

import ast
import re
from pathlib import Path
from string import Formatter

import numpy as np
import pytest

from umbrella.base import catalogue
from umbrella.base.catalogue import AREAS, Sentence, pick_language, say, sentence, sentences
from umbrella.base.errors import ConfigError
from umbrella.base.wording import WRITERS, write

SOURCE = Path(__file__).parents[2] / "src" / "umbrella"
FILES = [p for p in SOURCE.rglob("*.py") if "sentences" not in p.parts]


def fields(template):
    """Names of a template's fields, those inside format codes too."""
    found = set()
    for _, name, spec, _ in Formatter().parse(template):
        if name:
            found |= {name} | (fields(spec) if spec and "{" in spec else set())
    return found


def forms(template):
    """Format codes of a template, those filled in later left out."""
    codes = [spec for _, name, spec, _ in Formatter().parse(template) if name]
    return [code for code in codes if code and "{" not in code and "|" not in code]


def texts(path):
    """Every text constant of a source file, and the fixed starts of its f-strings."""
    tree = ast.parse(path.read_text("utf-8"))
    whole = {n.value for n in ast.walk(tree) if isinstance(n, ast.Constant)}
    joined = [n for n in ast.walk(tree) if isinstance(n, ast.JoinedStr) and n.values]
    starts = {n.values[0].value for n in joined if isinstance(n.values[0], ast.Constant)}
    return whole - starts, {s for s in starts if isinstance(s, str) and "." in s}


def asked(path):
    """Keys that a source file says as a whole: the first argument of say() and sentence()."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not (isinstance(node, ast.Call) and node.args):
            continue
        name = ast.unparse(node.func).rsplit(".", 1)[-1]
        first = node.args[0]
        if name in ("say", "sentence", "Sentence") and isinstance(first, ast.Constant):
            yield first.value


@pytest.mark.parametrize("key", sentences())
def test_both_languages_say_the_same(key):
    english, chinese = sentences()[key]
    assert english.strip()
    assert chinese.strip()
    # A word chosen by number exists in English only; the number itself must not get lost.
    assert fields(english) == fields(chinese)
    assert {*forms(english), *forms(chinese)} <= {*WRITERS, "{form}"}


@pytest.mark.parametrize("key", sentences())
def test_chinese_uses_its_own_punctuation(key):
    chinese = re.sub(
        r"\{[^{}]*(\{[^{}]*\})?[^{}]*\}|[A-Za-z0-9 .,()'`/|*_-]+", "", sentences()[key][1]
    )
    assert not re.search(r"[,;:!?()]", chinese), "full-width marks, please"
    assert not re.search(r"[\u4e00-\u9fff][,;:?!]", sentences()[key][1])


def test_every_key_that_is_said_is_known():
    unknown = {key for path in FILES for key in asked(path) if "." in str(key)} - set(sentences())
    assert not unknown


def test_every_key_of_a_finished_area_is_used():
    whole, starts = map(set().union, *(texts(path) for path in FILES))
    for area in AREAS:
        mine = {key for key in sentences() if key.startswith(f"{area}.")}
        unused = {k for k in mine if k not in whole and not k.startswith(tuple(starts))}
        assert not unused, f"nobody says {sorted(unused)}"


def test_a_duplicate_key_is_refused(monkeypatch):
    monkeypatch.setattr(catalogue, "AREAS", ("terms", "terms"))
    with pytest.raises(ConfigError, match="duplicate"):
        sentences.__wrapped__()


def test_areas_are_the_files():
    folder = SOURCE / "base" / "sentences"
    assert {p.stem for p in folder.glob("*.py")} - {"__init__"} == set(AREAS)


def test_unknown_keys_and_languages_are_refused_with_what_is_close():
    with pytest.raises(ConfigError, match="Did you mean"):
        say("report.titel", "en")
    with pytest.raises(ConfigError, match="en, zh"):
        say("report.title", "fr")


@pytest.mark.parametrize(
    ("asked", "places", "language"),
    [
        ("zh", {"LANG": "en_US.UTF-8"}, "zh"),
        ("zh-CN", {}, "zh"),
        ("EN", {"LANG": "zh_CN"}, "en"),
        (None, {"LC_ALL": "zh_TW.UTF-8", "LANG": "en_US"}, "zh"),
        (None, {"LC_ALL": "C", "LANG": "zh_CN.UTF-8"}, "en"),
        (None, {"LC_ALL": "", "LC_MESSAGES": "zh_CN.UTF-8"}, "zh"),
        (None, {}, "en"),
    ],
)
def test_the_language_is_asked_or_found(asked, places, language):
    assert pick_language(asked, places) == language


def test_a_language_we_do_not_speak_is_refused():
    with pytest.raises(ConfigError, match=r"fr .*en or zh"):
        pick_language("fr")


def test_a_sentence_survives_json():
    inner = sentence("check.classes.mixed", truth="a", said="b", count=np.int64(3))
    told = sentence(
        "check.classes.line", label="a", recall=np.float64(0.5), range=(0.4, 0.6), n=9, mixed=inner
    )
    again = Sentence.from_json(told.to_json())
    assert again.say("zh") == told.say("zh")
    assert again.say("en") == told.to_json()["en"]
    with pytest.raises(ConfigError):
        Sentence.from_json({"key": "check.gone", "values": {}})


def test_values_with_braces_stay_as_they_are():
    assert "{0.__class__}" in say("report.graded", "en", name="{0.__class__}", n=1)


@pytest.mark.parametrize(
    ("value", "form", "english", "chinese"),
    [
        (0.896, "percent", "89.6 %", "89.6%"),
        ((0.868, 0.912), "percent", "86.8–91.2", "86.8–91.2"),
        (0.009, "points", "+0.9 points", "+0.9 个百分点"),
        ((-0.002, 0.015), "points", "−0.2 to 1.5", "−0.2 至 1.5"),
        (-0.0001, "points", "+0.0 points", "+0.0 个百分点"),
        (0.00004, "p", "p < .001", "p < 0.001"),
        (0.312, "p", "p = .31", "p = 0.31"),
        (0.0042, "p", "p = .004", "p = 0.004"),
        (0.05, "p", "p = .05", "p = 0.05"),
        (1.0, "p", "p > .99", "p > 0.99"),
        (1_100_000, "bytes", "1.1 MB", "1.1 MB"),
        (999_900, "bytes", "1.0 MB", "1.0 MB"),
        (812, "bytes", "812 B", "812 B"),
        (0.05, "ms", "0.05 ms", "0.05 毫秒"),
        (0.4, "seconds", "0.4 s", "0.4 秒"),
        (720, "seconds", "12 min", "12 分钟"),
        (7765, "count", "7,765", "7,765"),
        (12345.6, "number", "12,346", "12,346"),
        (3.14159, "number", "3.14", "3.14"),
        (0.01234, "number", "0.0123", "0.0123"),
        (0.0, "number", "0", "0"),
        ((0.7612, 0.8398), "number", "0.761–0.840", "0.761–0.840"),
        ((-1.108, -0.914), "gain", "−1.11 to −0.91", "−1.11 至 −0.91"),
        (-2.5, "gain", "−2.5", "−2.5"),
        (None, "percent", "–", "–"),
        (float("inf"), "number", "–", "–"),
        (1, "row|rows", "row", "row"),
        (2, "row|rows", "rows", "rows"),
    ],
)
def test_figures_are_written_as_people_write_them(value, form, english, chinese):
    assert write(value, form, "en") == english
    assert write(value, form, "zh") == chinese


def test_a_range_of_which_nothing_is_known_is_called_so():
    for ends in ((None, None), (-np.inf, np.inf), (np.nan, np.nan)):
        assert write(ends, "number", "en") == "no range"
        assert write(ends, "percent", "zh") == "无区间"
    assert write((0.1, 0.2), "number", "en") == "0.10–0.20"


def test_no_space_follows_a_wide_bracket_that_brings_its_own():
    told = {"headline": sentence("terms.headline.mase"), "n": 3, "form": "number"}
    said = say("forecast_fit.test", "zh", score=0.5, range=(0.4, 0.6), **told)
    assert "（MASE）0.5（" in said


@pytest.mark.parametrize("area", ["forecast", "forecast_fit", "forecast_page", "leak", "series"])
def test_figures_stand_apart_from_chinese_words(area):
    figure = r"\{\w+:(?:count|number|percent|whole_percent|p|gain|points|size_number)\}"
    for key, (_, chinese) in sentences().items():
        if key.startswith(f"{area}."):
            assert not re.search(
                rf"[一-鿿]{figure}|{figure}[一-鿿]|[A-Za-z0-9%][一-鿿]", chinese
            ), key
