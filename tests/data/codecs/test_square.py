"""The square that pictures and clips are brought to: one rule for both codecs."""

from pathlib import Path

import pytest

from umbrella.base.errors import ConfigError, DataError
from umbrella.data.codecs import square
from umbrella.data.codecs.image import ImageConfig
from umbrella.data.codecs.square import check_square, learn_edge
from umbrella.data.codecs.video import VideoConfig


def test_the_edge_is_the_largest_that_nine_of_ten_files_have():
    assert learn_edge([(20, 90)] * 9 + [(12, 12)], 8, 64, "picture") == 12
    assert learn_edge([(90, 20)] * 11 + [(12, 12)], 8, 64, "picture") == 20
    assert learn_edge([(5, 5)], 8, 64, "picture") == 8
    assert learn_edge([(500, 500)], 8, 64, "picture") == 64


def test_files_that_are_missing_or_cannot_be_read_do_not_count():
    assert learn_edge([None, DataError("is cut off."), (30, 40)], 8, 64, "video") == 30
    with pytest.raises(DataError, match=r"holds a video .* The first: is cut off\. Look"):
        learn_edge([None, DataError("is cut off."), DataError("is empty.")], 8, 64, "video")
    with pytest.raises(DataError, match="All are missing"):
        learn_edge([None], 8, 64, "picture")


@pytest.mark.parametrize("config", [ImageConfig, VideoConfig])
def test_both_codecs_refuse_alike(config):
    for bad in ({"size": 7}, {"size": 5000}, {"size": 16.0}, {"size": True}):
        with pytest.raises(ConfigError, match=r"^size=.* is not a whole number of pixels from 8"):
            config(**bad)
    with pytest.raises(ConfigError, match=r"rule='stretch' is not one of crop, fit\."):
        config(rule="stretch")
    check_square(None, "fit", 8, 64, "pictures")


def test_the_rules_of_a_square_stand_in_one_place():
    sources = {p.name: p.read_text("utf-8") for p in Path(square.__file__).parent.glob("*.py")}
    for words, only in (
        ("whole number of pixels", "square.py"),
        ('("crop", "fit")', "square.py"),
        ("None of the training rows holds", "sampling.py"),
    ):
        assert [name for name, source in sources.items() if words in source] == [only]
