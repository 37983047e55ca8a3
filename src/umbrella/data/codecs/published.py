"""The tokenizer of a published encoder, as codecs hold it: its JSON text, the id that fills short
rows, and the rows of the table of token vectors.
"""

from typing import Any, Protocol

from tokenizers import Tokenizer

from umbrella.base.errors import ConfigError
from umbrella.data.codecs import specs
from umbrella.data.codecs.packed import pack_text, unpack_text

MOST_TOKENS = 2**24


class Reader(Protocol):
    """What reads by a tokenizer.

    Args:
        json: as `Tokenizer.to_str` writes it.
        padding: the id that fills short rows.
        vocab: rows of the table of token vectors; no id reaches it.
    """

    json: str
    padding: int
    vocab: int


def stored(reader: Reader) -> dict[str, Any]:
    """The tokenizer's part of a codec's spec, compressed to a quarter of what it was."""
    return {
        "padding": reader.padding,
        "vocab": reader.vocab,
        "tokenizer": pack_text(reader.json),
    }


def taken(spec: dict[str, Any]) -> tuple[str, int, int]:
    """Read back what `stored` made: JSON text, padding and vocab.

    Raises:
        BundleError: a field is absent, of a wrong type or out of range.
    """
    vocab = specs.whole(spec, "vocab", 1, MOST_TOKENS)
    json = unpack_text(specs.field(spec, "tokenizer"))
    return json, specs.whole(spec, "padding", 0, vocab - 1), vocab


def require_tokenizer(json: str) -> None:
    """Refuse to read without a tokenizer.

    Raises:
        ConfigError: none was taken.
    """
    if not json:
        raise ConfigError(
            "This codec reads by the tokenizer of a published encoder. Name one with --pretrained."
        )


def read_engine(codec: str, json: str, vocab: int) -> Tokenizer:
    """A tokenizer from its JSON text, that neither fills nor cuts texts.

    Args:
        codec: name of the codec, for messages.
        json, vocab: as in `Reader`.

    Raises:
        BundleError: not a tokenizer, or one with ids beyond the table.
    """
    try:
        engine = Tokenizer.from_str(json)
    except Exception as error:  # the library raises plain Exceptions
        raise specs.damaged(codec, "tokenizer", json, "a tokenizer") from error
    ids = engine.get_vocab(with_added_tokens=True).values()
    if max(ids, default=-1) >= vocab:
        raise specs.damaged(codec, "vocab", vocab, f"above {max(ids)}")
    engine.no_padding()
    engine.no_truncation()
    return engine
