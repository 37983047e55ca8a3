"""Tokenizers with fewer tokens: the texts they were cut for are read as before."""

import json

import numpy as np
import pytest
import tinyencoder
from tokenizers import Tokenizer, models, pre_tokenizers, processors, trainers

from umbrella.base.errors import ConfigError
from umbrella.data.codecs.fewer_tokens import fewer_tokens
from umbrella.data.codecs.text_subwords import TextSubwords
from umbrella.pretrained.tokenizer import read_tokenizer

SEEN = ["the cat sat on the mat", "a cat and a mat", "rain on the old roof"]
OTHERS = ["an umbrella against the storm", "storms and thunderous weather", "children ran home"]
START, END = "<s>", "</s>"


def wordpiece():
    engine = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    engine.pre_tokenizer = pre_tokenizers.Whitespace()
    trainer = trainers.WordPieceTrainer(vocab_size=200, special_tokens=["[UNK]", START, END])
    return trained(engine, trainer)


def pairs():
    engine = Tokenizer(models.BPE())
    engine.pre_tokenizer = pre_tokenizers.ByteLevel()
    letters = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=340, special_tokens=[START, END], initial_alphabet=letters
    )
    return trained(engine, trainer)


def unigram():
    engine = Tokenizer(models.Unigram())
    engine.pre_tokenizer = pre_tokenizers.Metaspace()
    trainer = trainers.UnigramTrainer(
        vocab_size=90, special_tokens=["<unk>", START, END], unk_token="<unk>"
    )
    return trained(engine, trainer)


def trained(engine, trainer):
    trainer.show_progress = False
    engine.train_from_iterator([*SEEN, *OTHERS] * 3, trainer)
    ends = [(token, engine.token_to_id(token)) for token in (START, END)]
    engine.post_processor = processors.TemplateProcessing(
        single=f"{START} $A {END}", special_tokens=ends
    )
    return engine


@pytest.mark.parametrize("make", [wordpiece, pairs, unigram])
def test_texts_that_were_seen_are_read_as_before(make):
    engine = make()
    seen = {number for text in SEEN for number in engine.encode(text).ids}
    made, old = fewer_tokens(engine.to_str(), seen)
    again = Tokenizer.from_str(made)
    assert len(old) == again.get_vocab_size() < engine.get_vocab_size()
    assert set(old.tolist()) >= seen
    for text in SEEN:
        assert old[again.encode(text).ids].tolist() == engine.encode(text).ids
        assert again.encode(text).tokens == engine.encode(text).tokens


@pytest.mark.parametrize("make", [wordpiece, pairs, unigram])
def test_a_new_word_falls_into_smaller_pieces_with_start_and_end(make):
    engine = make()
    seen = {number for text in SEEN for number in engine.encode(text).ids}
    again = Tokenizer.from_str(fewer_tokens(engine.to_str(), seen)[0])
    told = again.encode("storm")
    assert told.tokens[0] == START
    assert told.tokens[-1] == END
    assert "".join(told.tokens[1:-1]).strip("▁Ġ").replace("##", "") == "storm"
    assert len(told.tokens) > len(engine.encode("storm").tokens)


def test_the_merges_of_a_real_layout_are_cut_with_their_tokens():
    engine = pairs()
    seen = {number for text in SEEN for number in engine.encode(text).ids}
    model = json.loads(fewer_tokens(engine.to_str(), seen)[0])["model"]
    for left, right in model["merges"]:
        assert {left, right, left + right} <= set(model["vocab"])
    assert len(model["merges"]) < len(json.loads(engine.to_str())["model"]["merges"])


def test_a_codec_keeps_its_padding_and_its_length(tmp_path):
    folder = tinyencoder.write(tmp_path / "bert")
    codec = TextSubwords(length=6).take(read_tokenizer(folder, "wordpiece"), 0, 61)
    texts = ["good word3 bad", "word7", "", "good bad good bad good bad good bad"]
    cut, old = codec.cut(np.unique(codec.encode(texts)["ids"].values).tolist())
    assert cut.sizes["vocab"] == len(old) < 61
    before, after = codec.encode(texts)["ids"], cut.encode(texts)["ids"]
    assert old[after.values].tolist() == before.values.tolist()
    assert old[cut.padding] == codec.padding
    assert after.lengths.max() == 6
    assert (
        TextSubwords.from_spec(cut.spec()).encode(texts)["ids"].values.tolist()
        == after.values.tolist()
    )


def test_a_tokenizer_of_whole_words_is_refused():
    engine = Tokenizer(models.WordLevel({"good": 0, "bad": 1}, unk_token="good"))
    with pytest.raises(ConfigError, match=r"type WordLevel cannot be cut.*WordPiece, BPE"):
        fewer_tokens(engine.to_str(), [0])
