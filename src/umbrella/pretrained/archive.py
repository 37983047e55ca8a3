"""`pytorch_model.bin`: an archive of torch, read as numbers only.

Such a file is a pickle, which can run code when it is opened. torch's weights-only reader builds
nothing but tensors and refuses everything else; no other file of ours may call `torch.load`.
"""

from pathlib import Path

import torch
from torch import Tensor

from umbrella.base.errors import DataError


def read_archive(path: Path) -> dict[str, Tensor]:
    """All tensors of an archive.

    Raises:
        DataError: not such an archive, or it holds more than tensors.
    """
    try:
        found = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:
        raise _refused(path, str(error).split("\n")[0]) from error
    if not isinstance(found, dict) or not all(
        isinstance(name, str) and isinstance(tensor, Tensor) for name, tensor in found.items()
    ):
        raise _refused(path, "it holds other things than named tensors")
    return found


def _refused(path: Path, why: str) -> DataError:
    return DataError(
        f"{path.name} was not opened: {why}. Only archives of named tensors are read; nothing in "
        f"them is ever run. Ask for the same model as model.safetensors."
    )
