"""The figure of averages says in both languages what it shows, and is the same every time."""

import re

import numpy as np
import pytest

from umbrella.base.errors import ConfigError
from umbrella.check.averages import weights_figure

VALUES = 100 + np.random.default_rng(0).standard_normal(120).cumsum()


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", ["AAPL", "EMA, span 10", "plain mean of 10 rows", "both lag by 4.5 rows"]),
        ("zh", ["AAPL", "EMA，跨度 10", "10 行的简单平均", "两者平均都滞后 4.5 行"]),
    ],
)
def test_the_figure_names_its_lines(tmp_path, lang, words):
    path = weights_figure(VALUES, tmp_path / "a.svg", span=10, name="AAPL", lang=lang)
    text = path.read_text("utf-8")
    said = " ".join(re.findall(r"<text[^>]*>([^<]*)</text>", text))
    assert [word for word in words if word not in said] == []
    again = weights_figure(VALUES, tmp_path / "b.svg", span=10, name="AAPL", lang=lang)
    assert again.read_bytes() == path.read_bytes()


def test_it_draws_png_and_dates_too(tmp_path):
    dates = np.datetime64("2020-01-01") + np.arange(120)
    path = weights_figure(VALUES, tmp_path / "a.png", dates=dates)
    assert path.read_bytes().startswith(b"\x89PNG")


def test_what_cannot_be_drawn_is_refused_in_words(tmp_path):
    with pytest.raises(ConfigError, match=r"Name a file \.svg or \.png"):
        weights_figure(VALUES, tmp_path / "a.jpg")
    with pytest.raises(ConfigError, match="at least 40 rows"):
        weights_figure(VALUES[:30], tmp_path / "a.svg")
