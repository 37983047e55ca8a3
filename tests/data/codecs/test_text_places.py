"""Tokens of a published tokenizer and the pieces that begin in them: places are of the raw text."""

import json

import numpy as np
import pytest
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

from umbrella.base.errors import BundleError, ConfigError
from umbrella.data.codecs import from_spec, make
from umbrella.data.codecs.text_places import CAPITAL, CAPITALS, MIXED, PLAIN, TITLE

TOKENS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "sk", "##oda", "met", "ann", "-", "strasse", "##n"]
TOKENS += ["u", ".", "s", "[", "pad", "]", "iphone", "高", "勇", "19", "##66", "i", "##i", "x"]
PUT = [("[CLS]", 2), ("[SEP]", 3)]


def wordpiece(lowercase=True):
    engine = Tokenizer(models.WordPiece({t: n for n, t in enumerate(TOKENS)}, unk_token="[UNK]"))
    engine.normalizer = normalizers.BertNormalizer(lowercase=lowercase)
    engine.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    engine.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=PUT
    )
    engine.add_special_tokens(TOKENS[:4])
    return engine.to_str()


def byte_pairs():
    """Bytes alone, a space kept at the token that follows it, as RoBERTa does."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocab = {"<s>": 0, "<pad>": 1, "</s>": 2} | {c: n + 3 for n, c in enumerate(alphabet)}
    vocab |= {"Ġm": len(vocab), "et": len(vocab) + 1, "'s": len(vocab) + 2}
    merges = [("Ġ", "m"), ("e", "t"), ("'", "s")]
    engine = Tokenizer(models.BPE(vocab, merges))
    engine.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    engine.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0))
    engine.add_special_tokens(["<s>", "</s>", "<pad>"])
    return engine.to_str(), len(vocab)


def codec(unit="word", **more):
    return make("text-places", unit=unit).take(wordpiece(**more), 0, len(TOKENS))


def read(made, text):
    """[(piece, token in which it begins, shape), …] and the tokens of a text."""
    out = made.encode([text])
    tokens = [TOKENS[number] for number in out["ids"].row(0)]
    shapes = out["shapes"].row(0) if "shapes" in out else np.zeros(len(tokens))
    pieces = [
        (text[start:end], tokens[first], int(shapes[first]))
        for (start, end), first in zip(
            out["bounds"].row(0).tolist(), out["firsts"].row(0), strict=True
        )
    ]
    return pieces, tokens


def test_a_piece_begins_in_the_first_of_its_tokens_whatever_the_tokenizer_made_of_the_text():
    pieces, tokens = read(codec(), " ŠKODA met\u3000Ann-Strassen")
    assert tokens == ["sk", "##oda", "met", "ann", "-", "strasse", "##n"]
    assert pieces == [
        ("ŠKODA", "sk", CAPITALS),
        ("met", "met", PLAIN),
        ("Ann", "ann", TITLE),
        ("-", "-", PLAIN),
        ("Strassen", "strasse", TITLE),
    ]


def test_shapes_of_words_outlive_lower_case_and_are_left_out_where_capitals_stay():
    pieces, _ = read(codec(), "iPhone U.S. met")
    assert [shape for *_, shape in pieces] == [MIXED, CAPITAL, PLAIN, CAPITAL, PLAIN, PLAIN]
    every = codec().encode(["ŠKODA"])["shapes"].row(0)
    assert every.tolist() == [CAPITALS, CAPITALS]
    assert codec().sizes == {"vocab": len(TOKENS), "begin": (2,), "end": (3,), "shapes": 5}
    cased = codec(lowercase=False)
    assert "shapes" not in cased.encode(["met"])
    assert cased.sizes["shapes"] == 0


def test_characters_that_share_a_token_begin_in_the_same_one():
    made = codec("char")
    out = made.encode(["高勇1966i"])
    assert out["bounds"].lengths.tolist() == [7]
    assert out["firsts"].row(0).tolist() == [0, 1, 2, 2, 3, 3, 3 + 1]


def test_what_a_text_says_is_never_a_special_token():
    pieces, tokens = read(codec(), "[PAD] met [SEP]")
    assert tokens[:4] == ["[", "pad", "]", "met"]
    assert [piece for piece, *_ in pieces] == ["[", "PAD", "]", "met", "[", "SEP", "]"]


@pytest.mark.parametrize("text", ["", None, "\u200b", " ", "\x00", "\ud800", "😀" * 3, "met\x01"])
def test_texts_of_odd_characters_keep_every_piece_within_their_tokens(text):
    out = codec().encode([text, "met"])
    tokens, pieces = out["ids"].lengths, out["bounds"].lengths
    assert (out["firsts"].row(0) < max(tokens[0], 1)).all()
    assert len(out["firsts"].row(0)) == pieces[0]
    assert out["ids"].row(1).tolist() == [TOKENS.index("met")]


def test_tokens_of_bytes_keep_places_of_characters():
    json, vocab = byte_pairs()
    made = make("text-places", unit="word").take(json, 1, vocab)
    assert (made.begin, made.end, made.lowers) == ((0,), (2,), False)
    text = "高's met"
    out = made.encode([text])
    tokens = [made.engine.id_to_token(int(one)) for one in out["ids"].row(0)]
    begun = [
        (text[start:end], tokens[first])
        for (start, end), first in zip(
            out["bounds"].row(0).tolist(), out["firsts"].row(0), strict=True
        )
    ]
    assert [piece for piece, _ in begun] == ["高", "'", "s", "met"]
    assert [token for _, token in begun[1:]] == ["'s", "'s", "Ġm"]
    assert out["firsts"].row(0)[0] == 0


def test_what_a_piece_is_is_found_from_training_texts_and_stored():
    made = make("text-places").take(wordpiece(), 0, len(TOKENS))
    assert made.unsettled
    made.fit([["高勇高勇", "met"]])
    assert (made.config.unit, made.unsettled) == ("char", False)
    again = from_spec(json.loads(json.dumps(made.spec())))
    assert again.spec() == made.spec()
    for one, other in zip(
        made.encode(["高勇 met"]).values(), again.encode(["高勇 met"]).values(), strict=True
    ):
        np.testing.assert_array_equal(one.values, other.values)


def test_texts_that_a_tokenizer_hardly_knows_are_told_of():
    from umbrella.data.codecs.columns import Columns, Part
    from umbrella.fit.remarks import of_unknown

    view = Columns((Part(("text",), codec()),))
    [note] = of_unknown(view, view.encode({"text": ["met 完全不认识", "met ann"]}))
    assert note.values["share"] == 5 / 8
    assert "another language" in note.say("en")
    assert of_unknown(view, view.encode({"text": ["met ann 高勇"] * 3})) == []


@pytest.mark.parametrize(
    "change", [{"unit": "auto"}, {"rule": "pieces-9"}, {"vocab": 3}, {"padding": -1}], ids=str
)
def test_a_damaged_spec_is_refused(change):
    with pytest.raises(BundleError):
        from_spec(codec().spec() | change)


def test_without_a_tokenizer_there_is_nothing_to_read_by():
    with pytest.raises(ConfigError, match="--pretrained"):
        make("text-places").fit([["a"]])
