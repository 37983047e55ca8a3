"""BART, Marian and T5: an encoder and a decoder that looks at it.

Sources: Lewis et al. 2020, arXiv:1910.13461; Junczys-Dowmunt et al. 2018, arXiv:1804.00344;
Raffel et al. 2020, arXiv:1910.10683; Shazeer 2020, arXiv:2002.05202 (gates of T5 1.1).
"""

from typing import Any

from torch import nn

from umbrella.models.transformer.config import TransformerConfig
from umbrella.models.transformer.heads import LanguageHead
from umbrella.models.transformer.pair import EncoderDecoder
from umbrella.models.transformer.transformer import Transformer
from umbrella.pretrained.family import Family
from umbrella.pretrained.settings import Settings

BART_OFFSET = 2  # of its places; a slip of the first implementation that all weights carry on
T5_GATES = {"relu": "reglu", "gelu": "geglu_tanh", "gelu_new": "geglu_tanh", "silu": "swiglu"}


def _bart(settings: Settings) -> EncoderDecoder:
    marian = settings.word("model_type") == "marian"
    if marian:
        settings.require("share_encoder_decoder_embeddings", True)
        settings.require("tie_word_embeddings", True)
    settings.require("normalize_before", False)
    width = settings.whole("d_model")
    both: dict[str, Any] = {
        "width": width,
        "vocab": settings.whole("vocab_size"),
        "padding": settings.whole("pad_token_id", 1),
        "activation": settings.activation("activation_function", "gelu"),
        "norm_place": "post",
        "positions": "sinusoidal" if marian else "learned",
        "places": settings.whole("max_position_embeddings", 1024),
        "place_offset": 0 if marian else BART_OFFSET,
        "embed_norm": not marian,
        "embed_scale": settings.flag("scale_embedding", False),
        "tied": settings.tied(),
        "dropout": settings.number("dropout", 0.1),
        "attention_dropout": settings.number("attention_dropout", 0.0),
    }
    encoder, decoder = (
        TransformerConfig(
            layers=settings.whole(f"{half}_layers"),
            heads=settings.whole(f"{half}_attention_heads"),
            mlp_width=settings.whole(f"{half}_ffn_dim"),
            causal=half == "decoder",
            cross=half == "decoder",
            **both,
        )
        for half in ("encoder", "decoder")
    )
    return EncoderDecoder(encoder, decoder)


def _t5(settings: Settings) -> nn.Module:
    kind = settings.word("feed_forward_proj", "relu")
    gated, activation = kind.startswith("gated-"), kind.removeprefix("gated-")
    plain = Settings({"activation": activation}).activation("activation")
    both: dict[str, Any] = {
        "width": settings.whole("d_model"),
        "heads": settings.whole("num_heads"),
        "head_width": settings.whole("d_kv"),
        "mlp_width": settings.whole("d_ff"),
        "vocab": settings.whole("vocab_size"),
        "padding": None,
        "activation": T5_GATES[activation] if gated else plain,
        "norm": "rms",
        "epsilon": settings.number("layer_norm_epsilon", 1e-6),
        "positions": "relative",
        "buckets": settings.whole("relative_attention_num_buckets", 32),
        "reach": settings.whole("relative_attention_max_distance", 128),
        "bias_in": False,
        "bias_out": False,
        "bias_mlp": False,
        "attention_scale": 1.0,
        "final_norm": True,
        "tied": settings.tied(),
        "dropout": settings.number("dropout_rate", 0.1),
        "attention_dropout": settings.number("dropout_rate", 0.1),
    }
    layers = settings.whole("num_layers")
    encoder = TransformerConfig(layers=layers, **both)
    if settings.raw.get("architectures") == ["T5EncoderModel"]:
        return Transformer(encoder)
    decoder = TransformerConfig(
        layers=settings.whole("num_decoder_layers", layers), causal=True, cross=True, **both
    )
    return EncoderDecoder(encoder, decoder)


def _t5_lm(config: TransformerConfig, settings: Settings, outputs: int) -> LanguageHead:
    del outputs
    # Version 1.1 does not scale. Its configs say so by not tying, newer ones in so many words.
    scaled = settings.flag("scale_decoder_outputs", settings.flag("tie_word_embeddings", True))
    return LanguageHead(config, scale=config.width**-0.5 if scaled else 1.0)


def _bart_table() -> str:
    rows = """
body.encoder.embed.tokens.weight = .shared.weight
.encoder.embed_tokens.weight == .shared.weight
.decoder.embed_tokens.weight == .shared.weight
lm_head.weight == .shared.weight
heads.lm.weight = lm_head.weight
?heads.lm.bias = final_logits_bias ^1
"""
    for half in ("encoder", "decoder"):
        ours, layer = f"body.{half}.stack.blocks.#", f".{half}.layers.#"
        own, far = f"{layer}.self_attn", f"{layer}.encoder_attn"
        rows += f"""
body.{half}.embed.places.weight = .{half}.embed_positions.weight
body.{half}.embed.norm = .{half}.layernorm_embedding
{ours}.attention.mix_in = {own}.q_proj + {own}.k_proj + {own}.v_proj
{ours}.attention.mix_out = {own}.out_proj
{ours}.norm_attention = {layer}.self_attn_layer_norm
{ours}.across.mix_query = {far}.q_proj
{ours}.across.mix_memory = {far}.k_proj + {far}.v_proj
{ours}.across.mix_out = {far}.out_proj
{ours}.norm_across = {layer}.encoder_attn_layer_norm
{ours}.mlp.0 = {layer}.fc1
{ours}.mlp.2 = {layer}.fc2
{ours}.norm_mlp = {layer}.final_layer_norm
"""
    return rows


def _t5_half(ours: str, theirs: str, gated: bool) -> str:
    layer, last = f"{theirs}.block.#.layer", 2 if theirs == "decoder" else 1
    own, far, mlp = f"{layer}.0.SelfAttention", f"{layer}.1.EncDecAttention", f"{layer}.{last}"
    first = f"{mlp}.DenseReluDense.wi" + (f"_0 + {mlp}.DenseReluDense.wi_1" if gated else "")
    return f"""
{ours}.stack.relative = {theirs}.block.0.layer.0.SelfAttention.relative_attention_bias
{ours}.stack.norm = {theirs}.final_layer_norm
{ours}.stack.blocks.#.norm_attention = {layer}.0.layer_norm
{ours}.stack.blocks.#.attention.mix_in = {own}.q + {own}.k + {own}.v
{ours}.stack.blocks.#.attention.mix_out = {own}.o
{ours}.stack.blocks.#.norm_across = {layer}.1.layer_norm
{ours}.stack.blocks.#.across.mix_query = {far}.q
{ours}.stack.blocks.#.across.mix_memory = {far}.k + {far}.v
{ours}.stack.blocks.#.across.mix_out = {far}.o
{ours}.stack.blocks.#.norm_mlp = {mlp}.layer_norm
{ours}.stack.blocks.#.mlp.0 = {first}
{ours}.stack.blocks.#.mlp.2 = {mlp}.DenseReluDense.wo
"""


def _t5_family(gated: bool) -> Family:
    halves = (("body.encoder", "encoder"), ("body.decoder", "decoder"), ("body", "encoder"))
    return Family(
        types=("t5 gated",) if gated else ("t5",),
        prefix="",
        body=_t5,
        table="""
body.encoder.embed.tokens.weight = shared.weight
body.embed.tokens.weight = shared.weight
encoder.embed_tokens.weight == shared.weight
decoder.embed_tokens.weight == shared.weight
lm_head.weight == shared.weight
heads.lm.weight = lm_head.weight
"""
        + "".join(_t5_half(ours, theirs, gated) for ours, theirs in halves),
        architectures={
            "T5Model": (),
            "T5EncoderModel": (),
            "T5ForConditionalGeneration": ("lm",),
            "T5WithLMHeadModel": ("lm",),
        },
        heads={"lm": _t5_lm},
        aside=(r"EncDecAttention\.relative_attention_bias",),
    )


BART = Family(
    types=("bart", "marian"),
    prefix="model.",
    body=_bart,
    table=_bart_table(),
    architectures={
        "BartModel": (),
        "BartForConditionalGeneration": ("lm",),
        "MarianModel": (),
        "MarianMTModel": ("lm",),
    },
    heads={"lm": lambda config, _s, _n: LanguageHead(config, bias=True)},
    aside=(r"embed_positions\.weight$",),
    tokens="bytes",
)
T5, T5_GATED = _t5_family(gated=False), _t5_family(gated=True)
