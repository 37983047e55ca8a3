"""Tokenizers from each layout, as their own libraries read them."""

import json

import pytest
from tinymodels import VOCAB, write
from tokenizers import Tokenizer, models, pre_tokenizers, trainers

from umbrella.base.errors import DataError
from umbrella.pretrained.load import load
from umbrella.pretrained.tokenizer import read_tokenizer

TEXTS = [
    "Ready before the rain!",
    "Café, naïve — ﬁne; 未雨绸缪 and 123.45",
    "  two  spaces\tand\na line ",
    "don't unbelievably re-read it",
    "",
    "🙂 zzqx",
    "x" * 120,
]
PIECES = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "ready", "before", "the", "rain", "!"]
PIECES += ["cafe", "café", ",", "naive", "fine", "1", "##2", "##3", ".", "un", "##believ", "##ably"]
PIECES += ["未", "雨", "绸", "don", "'", "t", "re", "-", "read", "it", "two", "spaces", "and", "a"]


def wordpieces(folder, **told):
    folder.mkdir(exist_ok=True)
    (folder / "vocab.txt").write_text("\n".join(PIECES) + "\n", "utf-8")
    (folder / "tokenizer_config.json").write_text(json.dumps(told))
    (folder / "config.json").write_text(json.dumps({"model_type": "bert"}))


def byte_pairs(folder, kind):
    folder.mkdir(exist_ok=True)
    engine = Tokenizer(models.BPE())
    engine.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    special = (
        ["<s>", "<pad>", "</s>", "<unk>", "<mask>"] if kind == "roberta" else ["<|endoftext|>"]
    )
    trainer = trainers.BpeTrainer(
        vocab_size=330,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        special_tokens=special,
        show_progress=False,
    )
    engine.train_from_iterator(TEXTS * 3, trainer)
    engine.model.save(str(folder))
    (folder / "config.json").write_text(json.dumps({"model_type": kind}))


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("lower", [True, False])
def test_word_pieces_are_those_of_transformers(lower, tmp_path):
    transformers = pytest.importorskip("transformers")
    wordpieces(tmp_path, do_lower_case=lower)
    theirs = transformers.BertTokenizer.from_pretrained(tmp_path, do_lower_case=lower)
    ours = Tokenizer.from_str(read_tokenizer(tmp_path, "wordpiece"))
    for text in TEXTS:
        assert ours.encode(text).ids == theirs(text)["input_ids"], text
    both = ours.encode("ready", "rain")
    assert both.tokens == ["[CLS]", "ready", "[SEP]", "rain", "[SEP]"]
    assert both.type_ids == [0, 0, 0, 1, 1]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("kind", "name"), [("bytes", "roberta"), ("bytes-plain", "gpt2")])
def test_byte_pairs_are_those_of_transformers(kind, name, tmp_path):
    transformers = pytest.importorskip("transformers")
    byte_pairs(tmp_path, name)
    reader = transformers.RobertaTokenizer if name == "roberta" else transformers.GPT2Tokenizer
    theirs = reader.from_pretrained(tmp_path)
    ours = Tokenizer.from_str(read_tokenizer(tmp_path, kind))
    for text in TEXTS:
        assert ours.encode(text).ids == theirs(text)["input_ids"], text
        assert ours.decode(ours.encode(text).ids) == text


def test_word_pieces_without_any_other_library(tmp_path):
    wordpieces(tmp_path)
    ours = Tokenizer.from_str(read_tokenizer(tmp_path, "wordpiece"))
    said = ours.encode("Ready BEFORE the unbelievably 未雨").tokens
    expected = "[CLS] ready before the un ##believ ##ably 未 雨 [SEP]"
    assert said == expected.split()
    assert ours.encode("[MASK] it").ids[1] == PIECES.index("[MASK]")


def test_padding_and_cutting_that_a_file_asks_for_are_left_out(tmp_path):
    wordpieces(tmp_path)
    engine = Tokenizer.from_str(read_tokenizer(tmp_path, "wordpiece"))
    engine.enable_padding(length=50)
    engine.enable_truncation(3)
    engine.save(str(tmp_path / "tokenizer.json"))
    ours = Tokenizer.from_str(read_tokenizer(tmp_path, "wordpiece"))
    assert len(ours.encode("ready before the rain").ids) == 6


def test_rows_are_cut_to_what_the_network_reads(tmp_path):
    write("bert", tmp_path)
    wordpieces(tmp_path / "words")
    text = read_tokenizer(tmp_path / "words", "wordpiece")
    (tmp_path / "tokenizer.json").write_text(text, "utf-8")
    pretrained = load(tmp_path)
    long, short = pretrained.encode(["rain " * 100, "rain"])
    assert (len(long), len(short)) == (24, 3)
    assert long[-1] == PIECES.index("[SEP]")
    assert [len(row) for row in pretrained.encode(["rain " * 100], length=10)] == [10]
    assert len(PIECES) < VOCAB


def test_without_a_tokenizer_a_network_loads_and_says_so_when_asked(tmp_path):
    write("bert", tmp_path)
    pretrained = load(tmp_path)
    assert pretrained.tokenizer is None
    with pytest.raises(DataError, match=r"has no tokenizer. Put the tokenizer.json"):
        pretrained.encode(["rain"])


@pytest.mark.parametrize("file", ["spiece.model", "sentencepiece.bpe.model", "tokenizer.model"])
def test_sentencepiece_alone_is_refused_with_the_remedy(file, tmp_path):
    write("t5", tmp_path)
    (tmp_path / file).write_bytes(b"\x0a\x0e")
    with pytest.raises(DataError, match=rf"{file} cannot be read.*save_pretrained"):
        load(tmp_path)


@pytest.mark.parametrize("text", ["{", '{"version": "1.0"}', ""])
def test_a_damaged_tokenizer_is_refused(text, tmp_path):
    write("bert", tmp_path)
    (tmp_path / "tokenizer.json").write_text(text)
    with pytest.raises(DataError, match=r"tokenizer in .* cannot be read"):
        load(tmp_path)


def test_a_vocabulary_that_is_not_whole_is_refused(tmp_path):
    wordpieces(tmp_path)
    (tmp_path / "vocab.txt").write_text("[PAD]\n[UNK]\n[CLS]\n")
    with pytest.raises(DataError, match=r"vocab.txt has no '\[SEP\]'"):
        read_tokenizer(tmp_path, "wordpiece")
