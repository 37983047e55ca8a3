"""A network of ours as a folder in the layout of Hugging Face, as it was read."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from torch import Tensor

from umbrella.base.errors import need
from umbrella.base.files import write_bytes, write_json
from umbrella.pretrained.load import Pretrained
from umbrella.pretrained.names import Names, give
from umbrella.pretrained.weights import SAFE

COPIED = (
    "tokenizer_config.json",
    "special_tokens_map.json",
    "vocab.txt",
    "vocab.json",
    "merges.txt",
    "generation_config.json",
    "modules.json",
    "sentence_bert_config.json",
    "1_Pooling/config.json",
)


def to_tensors(pretrained: Pretrained) -> dict[str, Tensor]:
    """Every tensor under the name and in the shape that its family's files have."""
    names = Names(pretrained.family, pretrained.stored)
    tensors = give(pretrained.network, names)
    return tensors | {name: t.contiguous() for name, t in pretrained.aside.items()}


def export(
    pretrained: Pretrained, folder: str | Path, changed: Mapping[str, Any] | None = None
) -> Path:
    """Write a folder that this toolkit and `transformers` read.

    Args:
        pretrained: what `load` gave; its network may have been trained on.
        folder: made if it is not there; files of the same names are replaced.
        changed: entries of `config.json` that are no longer as they were.

    Returns:
        The folder.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    safetensors = need("safetensors.torch", "train")
    tensors = to_tensors(pretrained)
    write_bytes(folder / SAFE, safetensors.save(tensors, metadata={"format": "pt"}))
    write_json(folder / "config.json", pretrained.settings | dict(changed or {}))
    if pretrained.tokenizer is not None:
        write_bytes(folder / "tokenizer.json", pretrained.tokenizer.encode("utf-8"))
    for name in COPIED:
        source, target = pretrained.folder / name, folder / name
        if source.is_file() and source.resolve() != target.resolve():
            target.parent.mkdir(parents=True, exist_ok=True)
            write_bytes(target, source.read_bytes())
    return folder
