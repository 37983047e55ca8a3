"""GPT-2, and Llama with its kin Mistral, Qwen2 and Qwen3: decoders with norms first.

Sources: Radford et al. 2019 (GPT-2); Touvron et al. 2023, arXiv:2302.13971; Jiang et al. 2023,
arXiv:2310.06825; Yang et al. 2024, arXiv:2407.10671, and 2025, arXiv:2505.09388.
"""

from typing import Any

from umbrella.base.errors import DataError
from umbrella.models.transformer.config import TransformerConfig
from umbrella.models.transformer.heads import LanguageHead
from umbrella.models.transformer.transformer import Transformer
from umbrella.pretrained.family import Build, Family
from umbrella.pretrained.settings import Settings

HEADS: dict[str, Build] = {"lm": lambda config, _s, _n: LanguageHead(config)}


def _gpt2(settings: Settings) -> Transformer:
    settings.require("add_cross_attention", False)
    settings.require("scale_attn_weights", True)
    settings.require("scale_attn_by_inverse_layer_idx", False)
    width = settings.whole("n_embd")
    return Transformer(
        TransformerConfig(
            width=width,
            layers=settings.whole("n_layer"),
            heads=settings.whole("n_head"),
            mlp_width=settings.whole("n_inner", 4 * width),
            vocab=settings.whole("vocab_size"),
            padding=None,
            activation=settings.activation("activation_function", "gelu_new"),
            epsilon=settings.number("layer_norm_epsilon", 1e-5),
            positions="learned",
            places=settings.whole("n_positions"),
            final_norm=True,
            causal=True,
            tied=settings.tied(),
            dropout=settings.number("resid_pdrop", 0.1),
            attention_dropout=settings.number("attn_pdrop", 0.1),
        )
    )


def _llama(settings: Settings) -> Transformer:
    kind = settings.word("model_type")
    settings.require("pretraining_tp", 1)
    settings.require("use_sliding_window", False)
    width, heads = settings.whole("hidden_size"), settings.whole("num_attention_heads")
    places = settings.whole("max_position_embeddings", 2048)
    if kind == "mistral" and settings.raw.get("sliding_window"):
        places = min(places, settings.whole("sliding_window"))  # longer rows would look less far
    biased = settings.flag("attention_bias", False)
    return Transformer(
        TransformerConfig(
            width=width,
            layers=settings.whole("num_hidden_layers"),
            heads=heads,
            kv_heads=settings.whole("num_key_value_heads", heads),
            head_width=settings.whole("head_dim", 128 if kind == "qwen3" else width // heads),
            mlp_width=settings.whole("intermediate_size"),
            vocab=settings.whole("vocab_size"),
            padding=None,
            activation=_gate(settings),
            norm="rms",
            epsilon=settings.number("rms_norm_eps", 1e-6),
            positions="rotary",
            places=places,
            bias_in=biased or kind == "qwen2",
            bias_out=biased,
            bias_mlp=settings.flag("mlp_bias", False),
            qk_norm=kind == "qwen3",
            final_norm=True,
            causal=True,
            tied=settings.tied(default=False),
            attention_dropout=settings.number("attention_dropout", 0.0),
            **_rotation(settings),
        )
    )


def _gate(settings: Settings) -> str:
    gates = {"silu": "swiglu", "gelu": "geglu", "gelu_tanh": "geglu_tanh", "relu": "reglu"}
    return gates[settings.activation("hidden_act", "silu")]


def _rotation(settings: Settings) -> dict[str, Any]:
    """Base and scaling, in the older and the newer spelling."""
    told = {**settings.table("rope_scaling").raw, **settings.table("rope_parameters").raw}
    scaling = Settings(told)
    base = scaling.number("rope_theta", settings.number("rope_theta", 10_000.0))
    kind = scaling.word("rope_type", scaling.word("type", "default"))
    if kind == "default":
        return {"rotary_base": base}
    if kind not in ("linear", "llama3"):
        raise DataError(
            f"config.json says rope_type={kind!r}, which is not supported: it must be default, "
            f"linear or llama3. Choose another checkpoint."
        )
    found = {
        "rotary_base": base,
        "rotary_scaling": kind,
        "rotary_factor": scaling.number("factor"),
    }
    if kind == "llama3":
        found["rotary_low"] = scaling.number("low_freq_factor")
        found["rotary_high"] = scaling.number("high_freq_factor")
        found["rotary_places"] = scaling.whole("original_max_position_embeddings")
    return found


GPT2 = Family(
    types=("gpt2",),
    prefix="transformer.",
    body=_gpt2,
    table="""
body.embed.tokens.weight = .wte.weight
body.embed.places.weight = .wpe.weight
body.stack.blocks.#.norm_attention = .h.#.ln_1
body.stack.blocks.#.attention.mix_in = .h.#.attn.c_attn ^T
body.stack.blocks.#.attention.mix_out = .h.#.attn.c_proj ^T
body.stack.blocks.#.norm_mlp = .h.#.ln_2
body.stack.blocks.#.mlp.0 = .h.#.mlp.c_fc ^T
body.stack.blocks.#.mlp.2 = .h.#.mlp.c_proj ^T
body.stack.norm = .ln_f
heads.lm.weight = lm_head.weight
lm_head.weight == .wte.weight
""",
    architectures={"GPT2Model": (), "GPT2LMHeadModel": ("lm",)},
    heads=HEADS,
    aside=(r"\.attn\.(masked_)?bias$",),
    tokens="bytes-plain",
)

_OWN = ".layers.#.self_attn"
LLAMA = Family(
    types=("llama", "mistral", "qwen2", "qwen3"),
    prefix="model.",
    body=_llama,
    table=f"""
body.embed.tokens.weight = .embed_tokens.weight
body.stack.blocks.#.norm_attention = .layers.#.input_layernorm
body.stack.blocks.#.attention.mix_in = {_OWN}.q_proj + {_OWN}.k_proj + {_OWN}.v_proj
body.stack.blocks.#.attention.norm_query = {_OWN}.q_norm
body.stack.blocks.#.attention.norm_key = {_OWN}.k_norm
body.stack.blocks.#.attention.mix_out = {_OWN}.o_proj
body.stack.blocks.#.norm_mlp = .layers.#.post_attention_layernorm
body.stack.blocks.#.mlp.0 = .layers.#.mlp.gate_proj + .layers.#.mlp.up_proj
body.stack.blocks.#.mlp.2 = .layers.#.mlp.down_proj
body.stack.norm = .norm
heads.lm.weight = lm_head.weight
lm_head.weight == .embed_tokens.weight
""",
    architectures={
        f"{name}{head}": heads
        for name in ("Llama", "Mistral", "Qwen2", "Qwen3")
        for head, heads in (("Model", ()), ("ForCausalLM", ("lm",)))
    },
    heads=HEADS,
    aside=(r"rotary_emb\.inv_freq$",),
)
