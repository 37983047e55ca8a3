"""The bag of n-grams equals scikit-learn on real text, is small, and survives odd input."""

import copy
import csv
import json
import tracemalloc

import numpy as np
import pytest
from realdata import path
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import CountVectorizer, HashingVectorizer, TfidfVectorizer

from umbrella.base.errors import BundleError, ConfigError, DataError
from umbrella.base.tensors import pack
from umbrella.data.codecs import from_spec, make
from umbrella.data.codecs.ngrams import Tokens, ngrams, tokenize
from umbrella.data.codecs.scripts import fold
from umbrella.data.codecs.text_bag import TextBag

TINY = ["a b a", "b c", None, "a, b!", "", "c c c c"]


def sparse(codec, texts):
    rows = codec.encode(texts)
    weights, ids = rows["weights"], rows["ids"]
    return csr_matrix(
        (weights.values.astype(float), ids.values, ids.offsets), (len(ids), codec.vocab)
    )


def english():
    lines = (path("sst2") / "train.tsv").read_text("utf-8").splitlines()
    return [line.rsplit("\t", 1)[0] for line in lines][:2000]


def chinese():
    with (path("chnsenticorp_htl") / "ChnSentiCorp_htl_all.csv").open(encoding="utf-8") as file:
        texts = [row[1] for row in csv.reader(file)][1:1001]
    return [" ".join(text.split()) for text in texts]  # scikit-learn keeps tabs and breaks apart


def columns(codec, names):
    """Our id for each of scikit-learn's n-grams, by hashing its spelling."""
    ids = []
    for name in names:
        if codec.config.unit == "char":
            keys = tokenize([f"x{name}x"], "char").keys[1:-1]
        else:
            keys = tokenize([name], "word").keys
        tokens = Tokens(keys, np.array([0, len(keys)]))
        _, known = codec.known.find(ngrams(tokens, len(keys), len(keys))[0])
        ids.append(known[0])
    assert len(set(ids)) == len(names) == codec.vocab
    return ids


@pytest.mark.parametrize("sublinear", [True, False])
@pytest.mark.parametrize(
    ("read", "settings"),
    [
        (english, {"token_pattern": r"(?u)\w+|[^\w\s]"}),
        (chinese, {"analyzer": "char"}),
    ],
)
def test_tfidf_equals_scikit_learn_on_real_text(read, settings, sublinear):
    texts = read()
    codec = TextBag(features=2**20, min_df=2, sublinear=sublinear).fit([texts])
    peer = TfidfVectorizer(
        preprocessor=fold, ngram_range=(1, 2), min_df=2, sublinear_tf=sublinear, **settings
    )
    theirs = peer.fit_transform(texts)
    ours = sparse(codec, texts)[:, columns(codec, peer.get_feature_names_out())]
    assert abs(ours - theirs).max() < 1e-6


def test_weights_of_new_text_equal_scikit_learn():
    texts = english()
    codec = TextBag(features=2**20).fit([texts[:1500]])
    peer = TfidfVectorizer(
        preprocessor=fold, token_pattern=r"\w+|[^\w\s]", ngram_range=(1, 2), sublinear_tf=True
    ).fit(texts[:1500])
    ours, theirs = sparse(codec, texts[1500:]), peer.transform(texts[1500:])
    assert ours.nnz == theirs.nnz
    for row in range(500):
        assert np.sort(ours[row].data) == pytest.approx(np.sort(theirs[row].data), abs=1e-6)


def test_counts_equal_scikit_learn():
    texts = english()
    codec = TextBag(weights="count", features=2**20, ngrams=(2, 3)).fit([texts])
    peer = CountVectorizer(preprocessor=fold, token_pattern=r"\w+|[^\w\s]", ngram_range=(2, 3))
    theirs = peer.fit_transform(texts)
    ours = sparse(codec, texts)[:, columns(codec, peer.get_feature_names_out())]
    assert abs(ours - theirs).max() == 0


def test_hashing_spreads_as_well_as_scikit_learn():
    texts = english()
    ours = sparse(TextBag(hashed=True, features=2**14, weights="count").fit([texts]), texts)
    peer = HashingVectorizer(
        n_features=2**14, ngram_range=(1, 2), norm=None, alternate_sign=False,
        preprocessor=fold, token_pattern=r"\w+|[^\w\s]",
    )  # fmt: skip
    theirs = peer.transform(texts)
    assert ours.sum() == theirs.sum()
    assert ours.nnz == pytest.approx(theirs.nnz, rel=0.01)


def test_rows_come_in_order_with_rising_ids():
    texts = english()
    rows = TextBag().fit([texts]).encode(texts)
    assert len(rows["ids"]) == len(texts)
    for i in range(len(texts)):
        assert (np.diff(rows["ids"].row(i)) > 0).all()
    assert rows["ids"].values.dtype == np.int64
    assert rows["weights"].values.dtype == np.float32


def test_long_input_is_encoded_as_text_by_text():
    texts = english()[:300]
    codec = TextBag().fit([texts])
    whole = codec.encode(texts * 20)
    alone = [codec.encode([text]) for text in texts]
    for i in (0, 299, 300, 4095, 4096, 5999):
        assert whole["ids"].row(i).tolist() == alone[i % 300]["ids"].values.tolist()
        assert whole["weights"].row(i).tolist() == alone[i % 300]["weights"].values.tolist()


def test_how_texts_are_batched_changes_nothing():
    texts = english()
    one = TextBag().fit([texts])
    many = TextBag().fit(texts[i : i + 17] for i in range(0, len(texts), 17))
    assert json.dumps(one.spec()) == json.dumps(many.spec())


def test_an_ngram_in_too_few_texts_is_left_out():
    codec = TextBag(ngrams=(1, 1), min_df=3).fit([TINY])
    assert codec.vocab == 1  # only "b" is in three texts
    assert codec.encode(["b b zzz"])["ids"].values.tolist() == [0]


def test_the_commonest_ngrams_are_kept_when_room_is_short():
    codec = TextBag(ngrams=(1, 1), features=2, weights="count").fit([["x y z", "x y", "x"]])
    assert sorted(codec.counts.tolist()) == [2, 3]
    assert codec.encode(["x y z"])["weights"].values.sum() == 2


def test_mean_weights_sum_to_one():
    rows = TextBag(weights="mean", ngrams=(1, 1)).fit([TINY]).encode(TINY)["weights"]
    assert rows.row(0) == pytest.approx([2 / 3, 1 / 3]) or rows.row(0) == pytest.approx(
        [1 / 3, 2 / 3]
    )
    assert [float(rows.row(i).sum()) for i in (0, 1, 3, 5)] == pytest.approx([1, 1, 1, 1])


def test_empty_and_missing_texts_are_empty_rows():
    for settings in ({}, {"hashed": True}, {"weights": "mean"}, {"weights": "count"}):
        codec = TextBag(**settings).fit([TINY])
        rows = codec.encode([None, "", " \t ", "a"])
        assert rows["ids"].lengths.tolist() == [0, 0, 0, 1]
        assert rows["weights"].padded().tolist()[0] == [0.0]
        assert len(codec.encode([])["ids"]) == 0


@pytest.mark.parametrize("hashed", [False, True])
@pytest.mark.parametrize("weights", ["tfidf", "count", "mean"])
def test_the_stored_codec_encodes_alike(hashed, weights):
    texts = chinese()
    codec = make("text-bag", hashed=hashed, weights=weights).fit([texts[:700]])
    spec = json.loads(json.dumps(codec.spec(), allow_nan=False))
    again = from_spec(spec)
    one, two = codec.encode(texts), again.encode(texts)
    for name in ("ids", "weights"):
        assert one[name].values.tobytes() == two[name].values.tobytes()
        assert one[name].offsets.tolist() == two[name].offsets.tolist()
    assert again.vocab == codec.vocab
    assert again.spec() == codec.spec()


def test_a_stored_ngram_costs_under_five_bytes():
    codec = TextBag().fit([english()])
    assert codec.vocab > 20_000
    assert len(json.dumps(codec.spec())) < 5 * codec.vocab


def test_hashing_without_learned_weights_stores_nothing_of_the_text():
    assert len(json.dumps(TextBag(hashed=True, weights="mean").fit([TINY]).spec())) < 300


def test_a_hashed_id_space_is_the_power_of_two_below():
    codec = TextBag(hashed=True, features=1000).fit([TINY])
    assert codec.vocab == 512
    assert codec.encode([" ".join(map(str, range(5000)))])["ids"].values.max() < 512


def test_auto_takes_characters_for_chinese_and_words_for_english():
    assert TextBag().fit([["这家酒店很好", "不好"]]).config.unit == "char"
    assert TextBag().fit([["good hotel 好", "bad"]]).config.unit == "word"
    assert TextBag().fit([["", None]]).config.unit == "word"


def test_no_rows_at_all_are_refused():
    with pytest.raises(DataError, match="at least one text"):
        TextBag().fit([[], []])


def test_a_corpus_without_a_single_token_fits_and_encodes():
    codec = TextBag().fit([["", None, " "]])
    assert codec.vocab == 1
    again = from_spec(json.loads(json.dumps(codec.spec())))
    assert again.encode(["word", None])["ids"].lengths.tolist() == [0, 0]


def test_a_text_of_ten_million_characters_is_cut_and_counted():
    codec = TextBag(ngrams=(1, 1), weights="count").fit([["ab " * 3_400_000, "c"]])
    rows = codec.encode(["ab " * 3_400_000])
    cut = codec.config.longest // 3  # the last character looked at is an "a" by itself
    assert sorted(rows["weights"].values.tolist()) == [1, cut]
    assert len(rows["ids"]) == 1


def test_memory_does_not_grow_with_the_number_of_rows():
    def peak(repeats):
        texts = english()[:1000]
        tracemalloc.start()
        TextBag().fit(texts for _ in range(repeats))
        top = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return top

    assert peak(160) < 1.3 * peak(40)


@pytest.mark.parametrize(
    "settings",
    [
        {"unit": "syllable"},
        {"ngrams": (0, 1)},
        {"ngrams": (3, 2)},
        {"ngrams": (1, 99)},
        {"features": 0},
        {"features": 2**30},
        {"min_df": 0},
        {"weights": "bm25"},
        {"longest": 0},
        {"longest": 2**22},
    ],
)
def test_a_bad_setting_is_refused_with_what_is_allowed(settings):
    with pytest.raises(ConfigError, match=f"{next(iter(settings))}="):
        TextBag(**settings)


def damaged_specs():
    good = TextBag(features=50).fit([TINY]).spec()
    yield from ({**good, name: value} for name in good for value in (None, -1, float("nan"), "x"))
    yield from ({**good, name: value} for name in good for value in ([], {}, 10**30, [1, 2, 3]))
    yield from ({k: v for k, v in good.items() if k != name} for name in good)
    yield {**good, "ngrams": [2, 1]}
    yield {**good, "ngrams": [True, True]}
    yield {**good, "features": 3}
    yield {**good, "rows": 1}
    yield {**good, "unit": "auto"}
    yield {**good, "fold": "nfd"}
    yield {**good, "counts": pack(np.zeros(3, np.uint8))}
    yield {**good, "counts": pack(np.full(good["counts"]["shape"], 255, np.uint8))}
    yield {**good, "counts": pack(np.zeros(good["counts"]["shape"], np.float32))}
    yield {**good, "common": pack(np.array([1.5]))}
    yield {**good, "codec": "os:system"}
    nested = copy.deepcopy(good)
    nested["known"]["size"] = 2**40
    yield nested
    yield from ([], None, 3, "text-bag", {"codec": "text-bag"}, {"codec": 3}, {1: 2})


@pytest.mark.parametrize("spec", list(damaged_specs()), ids=lambda spec: repr(spec)[-50:])
def test_a_damaged_or_hostile_spec_is_refused(spec):
    with pytest.raises(BundleError):
        from_spec(spec)
