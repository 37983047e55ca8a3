"""The pieces of a published tokenizer: what a row is, what is stored, and what is refused."""

import json

import pytest
import tinyencoder

from umbrella.base.errors import BundleError, ConfigError
from umbrella.data.codecs import from_spec, make
from umbrella.pretrained.load import load


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory):
    return load(tinyencoder.write(tmp_path_factory.mktemp("tiny") / "bert")).tokenizer


@pytest.fixture
def codec(tokenizer):
    return make("text-subwords", length=5).take(tokenizer, 0, 61)


def test_a_row_has_start_and_end_and_is_cut_to_the_length(codec):
    ids = codec.encode(["good", None, "good bad good bad good", "word1 zebra"])["ids"]
    good, bad = 6, 10
    assert ids.row(0).tolist() == [2, good, 3]
    assert ids.row(1).tolist() == [2, 3]
    assert ids.row(2).tolist() == [2, good, bad, good, 3]
    assert ids.row(3).tolist()[-2:] == [1, 3]
    assert ids.pad == 0


def test_it_reads_the_same_after_a_trip_through_json(codec):
    again = from_spec(json.loads(json.dumps(codec.spec())))
    texts = ["good word3", "", "bad " * 9]
    assert again.encode(texts)["ids"].values.tolist() == codec.encode(texts)["ids"].values.tolist()
    assert again.spec() == codec.spec()


def test_a_tokenizer_with_ids_beyond_the_table_is_refused(tokenizer):
    with pytest.raises(BundleError, match="vocab is 60"):
        make("text-subwords").take(tokenizer, 0, 60)


@pytest.mark.parametrize(
    "change",
    [
        {"tokenizer": {"dtype": "|u1", "shape": [3], "data": "0"}},
        {"tokenizer": None},
        {"length": 2},
        {"padding": 61},
        {"vocab": "61"},
    ],
    ids=str,
)
def test_a_damaged_spec_is_refused(codec, change):
    with pytest.raises(BundleError):
        from_spec(codec.spec() | change)


def test_without_a_tokenizer_there_is_nothing_to_read_by():
    with pytest.raises(ConfigError, match="--pretrained"):
        make("text-subwords").fit([["a"]])
