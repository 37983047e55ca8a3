"""Tiny published models made up on the spot: a config, and weights that any machine makes alike.

`golden.json` holds, for every one, what `transformers` answered. Made anew by
`python tests/tinymodels.py`, where transformers is installed.
"""

import json
import zlib
from contextlib import ExitStack, contextmanager
from pathlib import Path
from unittest.mock import patch

import numpy as np
import torch
from safetensors.torch import save_file

GOLDEN = Path(__file__).parent / "pretrained" / "golden.json"
VOCAB = 61
SIZES = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4}
SIZES |= {"intermediate_size": 48, "vocab_size": VOCAB}
BERT = SIZES | {"max_position_embeddings": 24}
LLAMA = SIZES | {"num_key_value_heads": 2, "max_position_embeddings": 64, "rms_norm_eps": 1e-5}
LLAMA3 = {"rope_type": "llama3", "factor": 4.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0}
LLAMA3 |= {"original_max_position_embeddings": 16, "rope_theta": 1000.0}
DISTIL = {"dim": 32, "n_layers": 2, "n_heads": 4, "hidden_dim": 48, "vocab_size": VOCAB}
GPT2 = {"n_embd": 32, "n_layer": 2, "n_head": 4, "n_positions": 32, "vocab_size": VOCAB}
HALVES = {f"{half}_layers": 2 for half in ("encoder", "decoder")}
HALVES |= {f"{half}_attention_heads": 4 for half in ("encoder", "decoder")}
HALVES |= {f"{half}_ffn_dim": 48 for half in ("encoder", "decoder")}
BART = HALVES | {"d_model": 32, "vocab_size": VOCAB, "max_position_embeddings": 40}
T5 = {"d_model": 32, "d_kv": 12, "d_ff": 48, "num_layers": 2, "num_heads": 4, "vocab_size": VOCAB}
T5 |= {"relative_attention_num_buckets": 8, "relative_attention_max_distance": 20}

# name → config class, architecture, settings
MODELS = {
    "bert": ("BertConfig", "BertModel", BERT),
    "bert-mask": ("BertConfig", "BertForMaskedLM", BERT),
    "bert-pretraining": ("BertConfig", "BertForPreTraining", BERT),
    "bert-classify": ("BertConfig", "BertForSequenceClassification", BERT | {"num_labels": 3}),
    "bert-tag": ("BertConfig", "BertForTokenClassification", BERT | {"num_labels": 5}),
    "bert-span": ("BertConfig", "BertForQuestionAnswering", BERT),
    "roberta-mask": ("RobertaConfig", "RobertaForMaskedLM", BERT | {"type_vocab_size": 1}),
    "roberta-classify": (
        "RobertaConfig",
        "RobertaForSequenceClassification",
        BERT | {"type_vocab_size": 1, "num_labels": 3},
    ),
    "distilbert-mask": ("DistilBertConfig", "DistilBertForMaskedLM", DISTIL),
    "distilbert-classify": ("DistilBertConfig", "DistilBertForSequenceClassification", DISTIL),
    "electra-mask": ("ElectraConfig", "ElectraForMaskedLM", BERT | {"embedding_size": 16}),
    "electra-classify": (
        "ElectraConfig",
        "ElectraForSequenceClassification",
        BERT | {"embedding_size": 32},
    ),
    "gpt2": ("GPT2Config", "GPT2LMHeadModel", GPT2),
    "llama": ("LlamaConfig", "LlamaForCausalLM", LLAMA | {"rope_parameters": LLAMA3}),
    "mistral": (
        "MistralConfig",
        "MistralForCausalLM",
        LLAMA
        | {"rope_parameters": {"rope_type": "linear", "factor": 2.0, "rope_theta": 500.0}}
        | {"sliding_window": 30},
    ),
    "qwen2": ("Qwen2Config", "Qwen2ForCausalLM", LLAMA | {"tie_word_embeddings": True}),
    "qwen3": ("Qwen3Config", "Qwen3ForCausalLM", LLAMA | {"head_dim": 12}),
    "bart": ("BartConfig", "BartForConditionalGeneration", BART),
    "marian": (
        "MarianConfig",
        "MarianMTModel",
        BART
        | {"activation_function": "swish", "scale_embedding": True, "pad_token_id": VOCAB - 1}
        | {"decoder_start_token_id": VOCAB - 1, "eos_token_id": 0, "forced_eos_token_id": 0},
    ),
    "t5": ("T5Config", "T5ForConditionalGeneration", T5),
    "t5-gated": (
        "T5Config",
        "T5ForConditionalGeneration",
        T5 | {"feed_forward_proj": "gated-gelu", "tie_word_embeddings": False},
    ),
    "t5-encoder": ("T5Config", "T5EncoderModel", T5),
}
PAIRS = ("bart", "marian", "t5", "t5-gated")
DECODERS = ("gpt2", "llama", "mistral", "qwen2", "qwen3")
LENGTHS, TARGETS = [7, 3, 11, 3], [4, 9, 2, 5]


def rows(lengths, seed):
    """Token ids, padded with 5, which is no padding token of any of these models."""
    made = np.random.RandomState(seed).randint(6, VOCAB - 1, (len(lengths), max(lengths)))
    places = np.arange(max(lengths))
    return torch.from_numpy(np.where(places < np.array(lengths)[:, None], made, 5)).long()


def packed(ids, lengths):
    """Padded rows one behind the other."""
    return torch.cat([row[:n] for row, n in zip(ids, lengths, strict=True)])


def weight(name, shape, spread=0.2):
    """A tensor by its name: the same numbers everywhere."""
    numbers = np.random.RandomState(zlib.crc32(name.encode())).standard_normal(shape)
    is_scale = len(shape) == 1 and name.endswith("weight")
    return torch.from_numpy(numbers * spread + is_scale).float()


def write(name, folder, dtype=torch.float32):
    """Write the folder of one model; what `transformers` answered comes back."""
    golden = json.loads(GOLDEN.read_text("utf-8"))[name]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps(golden["config"]), "utf-8")
    spread = 0.1 if name.startswith("t5") else 0.2  # T5 does not scale its scores
    tensors = {key: weight(key, shape, spread) for key, shape in golden["tensors"].items()}
    tensors = {key: tensor.to(dtype) for key, tensor in tensors.items()}
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    return golden


def oracle(name, folder, dtype=torch.float32):
    """The same folder as `transformers` reads it."""
    import transformers

    transformers.utils.logging.disable_progress_bar()
    made = getattr(transformers, MODELS[name][1]).from_pretrained(folder, dtype=dtype)
    return made.eval()


@contextmanager
def exact_norms():
    """RMS norms of transformers in the type of their input: in float64 they round to float32."""
    from transformers.models import llama, mistral, qwen2, qwen3, t5

    def forward(self, x):
        power = x.square().mean(-1, keepdim=True)
        return self.weight * (x * (power + self.variance_epsilon).rsqrt())

    norms = [
        (llama.modeling_llama, "LlamaRMSNorm"),
        (mistral.modeling_mistral, "MistralRMSNorm"),
        (qwen2.modeling_qwen2, "Qwen2RMSNorm"),
        (qwen3.modeling_qwen3, "Qwen3RMSNorm"),
        (t5.modeling_t5, "T5LayerNorm"),
    ]
    with ExitStack() as stack:
        for module, norm in norms:
            stack.enter_context(patch.object(getattr(module, norm), "forward", forward))
        yield


@torch.no_grad()
def answer(name, model, ids=None, lengths=LENGTHS, target=None):
    """What a model of `transformers` says of padded rows."""
    ids = rows(LENGTHS, 0) if ids is None else ids
    mask = (torch.arange(ids.shape[1]) < torch.tensor(lengths).unsqueeze(1)).long()
    more = {}
    if name in PAIRS:
        more["decoder_input_ids"] = rows(TARGETS, 1) if target is None else target
    said = model(input_ids=ids, attention_mask=mask, **more)
    if "start_logits" in said:
        return torch.stack([said["start_logits"], said["end_logits"]], dim=-1)
    if "prediction_logits" in said:
        return said["prediction_logits"]
    return said["logits"] if "logits" in said else said["last_hidden_state"]


def sample(answers, lengths):
    """A few figures of an answer: of the first and last place of each row, or of each row."""
    if answers.ndim == 2:
        return answers[:, :3]
    ends = torch.tensor(lengths) - 1
    rows_ = torch.arange(len(ends))
    return torch.stack([answers[rows_, 0, :4], answers[rows_, ends, :4]])


def main():
    """Write golden.json."""
    import tempfile

    import transformers

    found = {}
    for name, (config, architecture, settings) in MODELS.items():
        made = getattr(transformers, architecture)(getattr(transformers, config)(**settings))
        with tempfile.TemporaryDirectory() as place:
            made.save_pretrained(place)
            raw = json.loads((Path(place) / "config.json").read_text())
            from safetensors.torch import load_file

            stored = load_file(Path(place) / "model.safetensors")
            shapes = {key: list(tensor.shape) for key, tensor in stored.items()}
            if name == "t5-gated":  # as published: an output of its own
                shapes["lm_head.weight"], raw["tie_word_embeddings"] = [VOCAB, 32], False
            found[name] = {"config": raw, "tensors": shapes}
            GOLDEN.write_text(json.dumps(found))
            write(name, Path(place), torch.float64)
            with exact_norms():
                said = answer(name, oracle(name, place, torch.float64))
            lengths = TARGETS if name in PAIRS else LENGTHS
            figures = sample(said, lengths).flatten().tolist()
            found[name]["answers"] = [float(f"{figure:.9g}") for figure in figures]
    GOLDEN.write_text(json.dumps(found, separators=(",", ":")) + "\n", "utf-8")


if __name__ == "__main__":
    main()
