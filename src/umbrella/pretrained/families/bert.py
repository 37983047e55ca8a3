"""BERT, RoBERTa, DistilBERT and ELECTRA: encoders with norms after, which differ in names.

Sources: Devlin et al. 2019, arXiv:1810.04805; Liu et al. 2019, arXiv:1907.11692; Sanh et al. 2019,
arXiv:1910.01108; Clark et al. 2020, arXiv:2003.10555.
"""

from collections.abc import Mapping
from typing import Any

from umbrella.models.transformer.config import TransformerConfig
from umbrella.models.transformer.heads import ClassifyHead, LanguageHead, PoolHead, TagHead
from umbrella.models.transformer.transformer import Transformer
from umbrella.pretrained.family import Build, Family
from umbrella.pretrained.settings import Settings

NUMBERS = (r"position_ids$",)  # buffers of old files

BODY = """
body.embed.tokens.weight = .embeddings.word_embeddings.weight
body.embed.places.weight = .embeddings.position_embeddings.weight
body.embed.types.weight = .embeddings.token_type_embeddings.weight
body.embed.norm = .embeddings.LayerNorm
"""
LAYER = """
body.stack.blocks.#.attention.mix_in = {0}.self.query + {0}.self.key + {0}.self.value
body.stack.blocks.#.attention.mix_out = {0}.output.dense
body.stack.blocks.#.norm_attention = {0}.output.LayerNorm
body.stack.blocks.#.mlp.0 = .encoder.layer.#.intermediate.dense
body.stack.blocks.#.mlp.2 = .encoder.layer.#.output.dense
body.stack.blocks.#.norm_mlp = .encoder.layer.#.output.LayerNorm
""".format(".encoder.layer.#.attention")
OUTPUTS = """
heads.tag.out = classifier
heads.span.out = qa_outputs
"""


def encoder_heads(classify: str, mask: str) -> dict[str, Build]:
    """Heads that the four families share.

    Args:
        classify: activation inside the classifier.
        mask: entry of the config that names the activation before blanks are filled; "" for GELU.
    """

    def blanks(config: TransformerConfig, settings: Settings, _: int) -> LanguageHead:
        activation = settings.activation(mask, "gelu") if mask else "gelu"
        return LanguageHead(config, bias=True, transform=activation)

    return {
        "pool": lambda config, _s, _n: PoolHead(config),
        "mask": blanks,
        "classify": lambda config, _s, outputs: ClassifyHead(config, outputs, classify),
        "tag": lambda config, _s, outputs: TagHead(config, outputs),
        "span": lambda config, _s, outputs: TagHead(config, outputs),
    }


def architectures(name: str, *masked: str, pool: bool = True) -> dict[str, tuple[str, ...]]:
    """The networks of a family that calls itself `name` → their heads."""
    optional = ("pool?",) if pool else ()
    return {
        f"{name}Model": optional,
        **{f"{name}{one}": ("mask", *optional) for one in masked},
        f"{name}ForSequenceClassification": ("classify",),
        f"{name}ForTokenClassification": ("tag", *optional),
        f"{name}ForQuestionAnswering": ("span", *optional),
    }


def encoder(settings: Settings, **more: Any) -> Transformer:
    """The body by the entries that BERT, RoBERTa and ELECTRA share."""
    settings.require("position_embedding_type", "absolute")
    settings.require("is_decoder", False)
    settings.require("add_cross_attention", False)
    told: Mapping[str, Any] = {
        "width": settings.whole("hidden_size"),
        "layers": settings.whole("num_hidden_layers"),
        "heads": settings.whole("num_attention_heads"),
        "mlp_width": settings.whole("intermediate_size"),
        "vocab": settings.whole("vocab_size"),
        "padding": settings.whole("pad_token_id", 0),
        "activation": settings.activation("hidden_act", "gelu"),
        "norm_place": "post",
        "epsilon": settings.number("layer_norm_eps", 1e-12),
        "positions": "learned",
        "places": settings.whole("max_position_embeddings"),
        "types": settings.whole("type_vocab_size", 2),
        "embed_norm": True,
        "tied": settings.tied(),
        "dropout": settings.number("hidden_dropout_prob", 0.1),
        "attention_dropout": settings.number("attention_probs_dropout_prob", 0.1),
    }
    return Transformer(TransformerConfig(**{**told, **more}))


def _roberta(settings: Settings) -> Transformer:
    offset = settings.whole("pad_token_id", 1) + 1
    places = settings.whole("max_position_embeddings") - offset
    return encoder(settings, places=places, place_offset=offset)


def _electra(settings: Settings) -> Transformer:
    return encoder(settings, embed_width=settings.whole("embedding_size"))


def _distilbert(settings: Settings) -> Transformer:
    return Transformer(
        TransformerConfig(
            width=settings.whole("dim"),
            layers=settings.whole("n_layers"),
            heads=settings.whole("n_heads"),
            mlp_width=settings.whole("hidden_dim"),
            vocab=settings.whole("vocab_size"),
            padding=settings.whole("pad_token_id", 0),
            activation=settings.activation("activation", "gelu"),
            norm_place="post",
            epsilon=1e-12,
            positions="learned",
            places=settings.whole("max_position_embeddings"),
            embed_norm=True,
            tied=settings.tied(),
            dropout=settings.number("dropout", 0.1),
            attention_dropout=settings.number("attention_dropout", 0.1),
        )
    )


BERT = Family(
    types=("bert",),
    prefix="bert.",
    body=encoder,
    table=BODY
    + LAYER
    + OUTPUTS
    + """
heads.pool.dense = .pooler.dense
heads.mask.dense = cls.predictions.transform.dense
heads.mask.norm = cls.predictions.transform.LayerNorm
heads.mask.bias = cls.predictions.bias
heads.mask.weight = cls.predictions.decoder.weight
cls.predictions.decoder.weight == .embeddings.word_embeddings.weight
cls.predictions.decoder.bias == cls.predictions.bias
heads.classify.pool.dense = .pooler.dense
heads.classify.out = classifier
""",
    architectures=architectures("Bert", "ForMaskedLM", "ForPreTraining"),
    heads=encoder_heads("tanh", "hidden_act"),
    counted={"classify": "classifier", "tag": "classifier", "span": "qa_outputs"},
    aside=(*NUMBERS, r"^cls\.seq_relationship\."),
    tokens="wordpiece",
)

ROBERTA = Family(
    types=("roberta", "xlm-roberta", "camembert"),
    prefix="roberta.",
    body=_roberta,
    table=BODY
    + LAYER
    + OUTPUTS
    + """
heads.pool.dense = .pooler.dense
heads.mask.dense = lm_head.dense
heads.mask.norm = lm_head.layer_norm
heads.mask.bias = lm_head.bias
heads.mask.weight = lm_head.decoder.weight
lm_head.decoder.weight == .embeddings.word_embeddings.weight
lm_head.decoder.bias == lm_head.bias
heads.classify.pool.dense = classifier.dense
heads.classify.out = classifier.out_proj
""",
    architectures={
        **architectures("Roberta", "ForMaskedLM"),
        **architectures("XLMRoberta", "ForMaskedLM"),
        **architectures("Camembert", "ForMaskedLM"),
    },
    heads=encoder_heads("tanh", ""),
    counted={"classify": "classifier.out_proj", "tag": "classifier", "span": "qa_outputs"},
    aside=NUMBERS,
    tokens="bytes",
)

ELECTRA = Family(
    types=("electra",),
    prefix="electra.",
    body=_electra,
    table=BODY
    + LAYER
    + OUTPUTS
    + """
body.embed.widen = .embeddings_project
heads.mask.dense = generator_predictions.dense
heads.mask.norm = generator_predictions.LayerNorm
heads.mask.bias = generator_lm_head.bias
heads.mask.weight = generator_lm_head.weight
generator_lm_head.weight == .embeddings.word_embeddings.weight
heads.classify.pool.dense = classifier.dense
heads.classify.out = classifier.out_proj
""",
    architectures={
        **architectures("Electra", "ForMaskedLM", pool=False),
        "ElectraForPreTraining": (),  # tells replaced tokens from real ones: kept aside
    },
    heads=encoder_heads("gelu", ""),
    counted={"classify": "classifier.out_proj", "tag": "classifier", "span": "qa_outputs"},
    aside=(*NUMBERS, r"^discriminator_predictions\."),
    tokens="wordpiece",
)

_OWN = ".transformer.layer.#.attention"
DISTILBERT = Family(
    types=("distilbert",),
    prefix="distilbert.",
    body=_distilbert,
    table=BODY
    + OUTPUTS
    + f"""
body.stack.blocks.#.attention.mix_in = {_OWN}.q_lin + {_OWN}.k_lin + {_OWN}.v_lin
body.stack.blocks.#.attention.mix_out = {_OWN}.out_lin
body.stack.blocks.#.norm_attention = .transformer.layer.#.sa_layer_norm
body.stack.blocks.#.mlp.0 = .transformer.layer.#.ffn.lin1
body.stack.blocks.#.mlp.2 = .transformer.layer.#.ffn.lin2
body.stack.blocks.#.norm_mlp = .transformer.layer.#.output_layer_norm
heads.mask.dense = vocab_transform
heads.mask.norm = vocab_layer_norm
heads.mask.bias = vocab_projector.bias
heads.mask.weight = vocab_projector.weight
vocab_projector.weight == .embeddings.word_embeddings.weight
heads.classify.pool.dense = pre_classifier
heads.classify.out = classifier
""",
    architectures=architectures("DistilBert", "ForMaskedLM", pool=False),
    heads=encoder_heads("relu", "activation"),
    counted={"classify": "classifier", "tag": "classifier", "span": "qa_outputs"},
    aside=NUMBERS,
    tokens="wordpiece",
)
