"""Settings of the one Transformer: what goes together, and what is refused."""

import math
from dataclasses import asdict

import pytest

from umbrella.base.errors import ConfigError
from umbrella.models.transformer.config import TransformerConfig
from umbrella.models.transformer.pair import EncoderDecoder
from umbrella.models.transformer.transformer import Transformer

SIZES = {"width": 32, "layers": 2, "heads": 4, "mlp_width": 48, "vocab": 40}
ELECTRA = {"norm_place": "post", "positions": "learned", "places": 20, "embed_width": 16}


def test_the_same_config_written_and_read_back_is_the_same():
    config = TransformerConfig(**SIZES, **ELECTRA)
    assert TransformerConfig(**asdict(config)) == config
    assert math.isclose(config.head_width, 8)


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ({"activation": "gelo"}, "No activation named 'gelo'.*Did you mean 'gelu'"),
        ({"positions": "absolute"}, "No positions named 'absolute'.*learned"),
        ({"norm": "batch"}, "No norm named 'batch'"),
        ({"norm_place": "middle"}, "No norm_place named 'middle'.*post, pre"),
        ({"rotary_scaling": "yarn"}, "No rotary_scaling named 'yarn'"),
        ({"heads": 5}, "heads=5 do not divide width=32"),
        ({"kv_heads": 3}, "kv_heads=3 do not divide heads=4.*1, 2, 4"),
        ({"positions": "learned"}, "give places"),
        ({"positions": "rotary", "head_width": 7}, "even head_width; it is 7"),
        ({"positions": "sinusoidal", "embed_width": 7}, "even embed_width; it is 7"),
        ({"positions": "relative", "reach": 3}, "reach=3 do not fit"),
        ({"padding": 40}, r"padding=40 is no token of 0\.\.39"),
        ({"cross": True}, "cross=True needs causal=True"),
        ({"dropout": 1.0}, r"dropout=1.0 is not in \[0, 1\)"),
        ({"layers": 0}, r"layers=0 is not in 1\.\."),
        ({"width": 2.5}, r"width=2.5 is not in 1\.\."),
        ({"epsilon": 0.0}, "epsilon=0.0 is not above 0"),
        ({"vocab": 2**24, "embed_width": 512}, "exceeds"),
    ],
    ids=str,
)
def test_a_config_that_cannot_be_is_refused(told, says):
    with pytest.raises(ConfigError, match=says):
        TransformerConfig(**SIZES | told)


def test_halves_that_do_not_fit_are_refused():
    encoder, decoder = TransformerConfig(**SIZES), TransformerConfig(**SIZES, causal=True)
    with pytest.raises(ConfigError, match="do not fit"):
        EncoderDecoder(encoder, decoder)
    other = TransformerConfig(**SIZES | {"vocab": 41}, causal=True, cross=True)
    with pytest.raises(ConfigError, match="shared=False"):
        EncoderDecoder(encoder, other)
    assert EncoderDecoder(encoder, other, shared=False).decoder.embed.tokens.weight.shape[0] == 41
    with pytest.raises(ConfigError, match="vocab=0 reads no tokens"):
        Transformer(TransformerConfig(**SIZES | {"vocab": 0}))
