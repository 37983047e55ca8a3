"""The codec that looks at nothing still finds files that cannot be read, once it is stored."""

import io

import numpy as np
import pytest
from PIL import Image
from scipy.io import wavfile

from umbrella.base.errors import BundleError
from umbrella.data.codecs import from_spec, make
from umbrella.data.codecs.columns import Columns, Part


def picture() -> bytes:
    file = io.BytesIO()
    Image.fromarray(np.arange(1200, dtype=np.uint8).reshape(20, 20, 3)).save(file, "PNG")
    return file.getvalue()


def sound() -> bytes:
    file = io.BytesIO()
    wavfile.write(file, 8000, np.arange(4000, dtype=np.int16))
    return file.getvalue()


@pytest.mark.parametrize(
    ("kind", "good"), [("image", picture()), ("audio", sound())], ids=["image", "audio"]
)
def test_a_broken_file_is_named_and_a_missing_one_is_none(kind, good):
    codec = from_spec(make("blank", kinds=[kind]).spec())
    columns = Columns((Part(("file",), codec),))
    assert columns.files == ("file",)
    made, faults = columns.examine({"file": [good, good[:40], None, b"no such thing"]})
    assert made["row"].shape == (4, 1)
    assert sorted(faults) == [1, 3]
    assert Columns.from_entries(columns.entries()).examine({"file": [good]})[1] == {}


def test_nothing_is_read_while_it_is_fitted_or_where_other_columns_answer_too():
    assert not hasattr(make("blank", kinds=["image"]), "examine")
    for kinds in ([], ["text"], ["image", "number"]):
        codec = from_spec(make("blank", kinds=kinds).spec())
        assert not hasattr(codec, "examine")
        assert codec.spec()["kinds"] == kinds
    assert from_spec({"codec": "blank"}).kinds == ()  # as older versions stored it


def test_damaged_kinds_are_refused():
    with pytest.raises(BundleError, match="kinds is 7"):
        from_spec({"codec": "blank", "kinds": 7})
