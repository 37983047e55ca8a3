"""Codecs side by side: a file that cannot be read counts as missing where other kinds are left."""

import numpy as np
import pytest
from mediafiles import picture

from umbrella.data.codecs.columns import Columns, Part
from umbrella.data.codecs.image import ImagePixels
from umbrella.data.codecs.present import Present
from umbrella.data.codecs.table import TableCodec

CODECS = (
    Part(("colour", "front", "back"), Present((0, 1, 2))),
    Part(("colour",), TableCodec(kinds=("category",)), "table."),
    Part(("front",), ImagePixels(size=8), "image-front."),
    Part(("back",), ImagePixels(size=8), "image-back."),
)


@pytest.fixture
def cells(tmp_path):
    """Five rows: all there, one bad file, two bad ones, nothing but bad ones, nothing at all."""
    good, bad = str(picture(tmp_path / "good.png", 1)), str(tmp_path / "bad.png")
    return {
        "colour": ["red", "red", "red", None, None],
        "front": [good, bad, bad, bad, None],
        "back": [good, good, bad, None, None],
    }


@pytest.fixture
def columns(cells):
    return Columns(CODECS).fit(lambda: [cells | {"front": cells["back"][:1] * 5}])


def test_what_cannot_be_read_counts_as_missing_and_is_named(columns, cells):
    encoded, faults = columns.examine(cells)
    without = dict(cells, front=[cells["front"][0], *[None] * 4])
    without["back"] = [*cells["back"][:2], *[None] * 3]
    blank, none = columns.examine(without)
    assert none == {}
    for name, values in blank.items():
        np.testing.assert_array_equal(encoded[name], values)
    assert encoded["present"].tolist() == [[1, 1, 1], [1, 0, 1], [1, 0, 0], [0, 0, 0], [0, 0, 0]]
    assert sorted(faults) == [1, 2, 3]
    assert faults[1].count("bad.png does not exist") == 1
    assert faults[2].count("bad.png does not exist") == 2  # both files are named
    assert cells["front"][1] is not None  # what was given stays as it was


def test_rows_of_which_something_is_left_can_be_answered(columns, cells):
    assert columns.lost(*columns.examine(cells)) == {3}


def test_a_model_of_one_kind_has_nothing_left(cells):
    alone = Columns((Part(("front",), ImagePixels(size=8)),))
    assert alone.lost(*alone.examine({"front": cells["front"]})) == {1, 2, 3}
