"""The tensors of a checkpoint folder, in one file or several, read one by one.

Looked for in this order: `model.safetensors`, its index of several files, `pytorch_model.bin`, its
index.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from umbrella.base.errors import DataError, RunError, listed, need
from umbrella.base.files import read_json
from umbrella.pretrained.archive import read_archive

SAFE, BIN = "model.safetensors", "pytorch_model.bin"
FILES = (SAFE, f"{SAFE}.index.json", BIN, f"{BIN}.index.json")
SHARD = (".safetensors", ".bin")


class Weights:
    """All tensors of a folder; only those that are asked for are read.

    Args:
        folder: of the checkpoint.

    Raises:
        DataError: no file of weights, one is damaged, or an index names what is not there.
    """

    def __init__(self, folder: Path):
        self.folder = folder
        found = [name for name in FILES if (folder / name).is_file()]
        if not found:
            raise DataError(
                f"{folder} holds no weights that can be read: none of {listed(list(FILES))}. "
                f"It holds: {listed(sorted(p.name for p in folder.iterdir()))}. Take the whole "
                f"folder as it was published for PyTorch."
            )
        self.file = found[0]
        self._open: dict[str, Any] = {}
        if self.file.endswith(".json"):
            self.where = self._read_index()
        else:
            self.where = dict.fromkeys(self._names_in(self.file), self.file)
        self.spelt = {_modern(name): name for name in self.where}

    @property
    def names(self) -> list[str]:
        """Names of all tensors, in today's spelling."""
        return list(self.spelt)

    def read(self, name: str) -> Tensor:
        """One tensor."""
        stored = self.spelt[name]
        opened = self._opened(self.where[stored])
        found: Tensor = opened[stored] if isinstance(opened, dict) else opened.get_tensor(stored)
        return found.detach()

    def _read_index(self) -> dict[str, str]:
        try:
            table = read_json(self.folder / self.file)
        except RunError as error:
            raise DataError(str(error)) from error
        where = table.get("weight_map") if isinstance(table, dict) else None
        if not isinstance(where, dict) or not where:
            raise DataError(f"{self.file} has no weight_map. Take the file as it was published.")
        for name, file in where.items():
            if not isinstance(file, str) or Path(file).name != file or not file.endswith(SHARD):
                raise DataError(f"{self.file} names {file!r}, which is no file of weights.")
            if not (self.folder / file).is_file():
                raise DataError(
                    f"{self.file} names {file}, which is not in {self.folder}. Fetch all files "
                    f"of the checkpoint."
                )
            if name not in self._names_in(file):
                raise DataError(f"{file} does not hold {name}, as {self.file} says it does.")
        return where

    def _opened(self, file: str) -> Any:
        if file not in self._open:
            path = self.folder / file
            self._open[file] = read_archive(path) if file.endswith(".bin") else _safe(path)
        return self._open[file]

    def _names_in(self, file: str) -> Mapping[str, Any] | set[str]:
        opened = self._opened(file)
        return opened if isinstance(opened, dict) else set(opened.keys())


def _safe(path: Path) -> Any:
    safetensors = need("safetensors", "train")
    try:
        return safetensors.safe_open(str(path), framework="pt")
    except (safetensors.SafetensorError, OSError, ValueError) as error:
        raise DataError(
            f"{path.name} is not a whole safetensors file ({error}). Fetch it again."
        ) from error


def _modern(name: str) -> str:
    """Norms were once spelt gamma and beta."""
    if name.endswith(("LayerNorm.gamma", "LayerNorm.beta")):
        return name.removesuffix(".gamma").removesuffix(".beta") + (
            ".weight" if name.endswith("gamma") else ".bias"
        )
    return name


def as_floats(tensor: Tensor, dtype: torch.dtype) -> Tensor:
    """A tensor in the type that the network computes in."""
    return tensor.to(dtype) if tensor.is_floating_point() else tensor
