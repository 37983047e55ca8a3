"""An encoder of ours, trained here, as if it had been published: for `export` and its readers.

Which family it is of follows from its shape: BERT's own, or that of one of its kin, whose names and
entries are then written.
"""

from pathlib import Path
from typing import Any

from tokenizers import Tokenizer
from torch import nn

from umbrella.base.errors import RunError
from umbrella.base.files import write_json
from umbrella.models.transformer.config import TransformerConfig
from umbrella.models.transformer.heads import Headed, LanguageHead
from umbrella.pretrained.export import export
from umbrella.pretrained.families.bert import BERT, DISTILBERT, ELECTRA, ROBERTA
from umbrella.pretrained.family import Family
from umbrella.pretrained.load import Pretrained

SIGNS = {  # what tokenizers call their special tokens, by whose they are
    "unk_token": ("[UNK]", "<unk>"),
    "cls_token": ("[CLS]", "<s>"),
    "sep_token": ("[SEP]", "</s>"),
    "pad_token": ("[PAD]", "<pad>"),
    "mask_token": ("[MASK]", "<mask>"),
}
NAMES = {"gelu": "gelu", "gelu_tanh": "gelu_new", "relu": "relu", "silu": "silu"}


def write_made(body: nn.Module, head: nn.Module, tokenizer: str, folder: Path) -> Path:
    """Write an encoder and its head for blanks in the layout of Hugging Face.

    Args:
        body: a `Transformer`.
        head: what fills blanks.
        tokenizer: JSON.
        folder: made if it is not there; files of the same names are replaced.

    Raises:
        RunError: no published family has this shape.
    """
    export(made(body, head, tokenizer, folder), folder)
    engine = Tokenizer.from_str(tokenizer)
    config: dict[str, Any] = {"tokenizer_class": "PreTrainedTokenizerFast"}
    for name, known in SIGNS.items():
        config[name] = next((one for one in known if engine.token_to_id(one) is not None), None)
    places = int(body.config.places)  # type: ignore[union-attr,arg-type]
    write_json(folder / "tokenizer_config.json", config | {"model_max_length": places})
    return folder


def made(body: nn.Module, head: nn.Module, tokenizer: str, folder: Path) -> Pretrained:
    """The same in memory."""
    config: Any = body.config
    family = _family(config)
    assert isinstance(head, LanguageHead)
    network = Headed(body, {"mask": head})
    settings = _settings(config, family, tokenizer)
    stored = [f"{family.prefix}embeddings", "cls", "lm_head"]
    return Pretrained(
        str(folder), folder, family, network.eval(), settings, tokenizer, stored=stored
    )


def _family(config: TransformerConfig) -> Family:
    shape = config.norm_place, config.positions, config.embed_norm, config.activation in NAMES
    if shape != ("post", "learned", True, True):
        raise RunError(
            "This network has the shape of no published encoder, so it cannot be written as one. "
            "Runs of --task fill with the rungs transformer and bert can."
        )
    if config.embed_width != config.width:
        return ELECTRA
    if config.place_offset:
        return ROBERTA
    return BERT if config.types else DISTILBERT


def _settings(config: TransformerConfig, family: Family, tokenizer: str) -> dict[str, Any]:
    """config.json, as the family writes it."""
    kind = family.types[0]
    masked = next(name for name in family.architectures if name.endswith("ForMaskedLM"))
    told: dict[str, Any] = {
        "model_type": kind,
        "architectures": [masked],
        "vocab_size": config.vocab,
        "pad_token_id": config.padding,
        "max_position_embeddings": config.places + config.place_offset,
        "tie_word_embeddings": config.tied,
    }
    engine = Tokenizer.from_str(tokenizer)
    for name, sign in (("bos_token_id", "cls_token"), ("eos_token_id", "sep_token")):
        ids = [engine.token_to_id(one) for one in SIGNS[sign]]
        told[name] = next((one for one in ids if one is not None), None)
    if family is DISTILBERT:
        return told | {
            "dim": config.width,
            "n_layers": config.layers,
            "n_heads": config.heads,
            "hidden_dim": config.mlp_width,
            "activation": NAMES[config.activation],
            "dropout": config.dropout,
            "attention_dropout": config.attention_dropout,
        }
    told |= {"embedding_size": config.embed_width} if family is ELECTRA else {}
    return told | {
        "hidden_size": config.width,
        "num_hidden_layers": config.layers,
        "num_attention_heads": config.heads,
        "intermediate_size": config.mlp_width,
        "hidden_act": NAMES[config.activation],
        "layer_norm_eps": config.epsilon,
        "type_vocab_size": config.types,
        "hidden_dropout_prob": config.dropout,
        "attention_probs_dropout_prob": config.attention_dropout,
    }
