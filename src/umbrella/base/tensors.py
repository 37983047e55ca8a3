"""Named arrays in a safetensors file, and one array inside JSON."""

import base64
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from umbrella.base.errors import BundleError, RunError, need
from umbrella.base.files import write_bytes

PACKED = ("<f2", "<f4", "<f8", "<i4", "<i8", "<u4", "<u8", "|i1", "|u1")  # dtypes JSON may carry


def save_tensors(
    path: Path, tensors: Mapping[str, NDArray], notes: Mapping[str, str] | None = None
) -> None:
    """Write named arrays atomically as safetensors.

    Args:
        path: the file.
        tensors: name → array; made contiguous on the way.
        notes: short strings kept in the file's header.
    """
    safetensors = need("safetensors.numpy", "train")
    whole = {name: np.asarray(array, order="C") for name, array in tensors.items()}
    found = dict(notes or {})
    # of no tensors and no notes it writes what it cannot read
    write_bytes(path, safetensors.save(whole, metadata=found if whole or found else None))


def load_tensors(path: Path) -> dict[str, NDArray]:
    """Read every array of a safetensors file.

    Raises:
        RunError: missing, truncated, or another format under this name (a pickle, say); nothing
            in it is ever run.
    """
    safetensors = need("safetensors", "train")
    try:
        with safetensors.safe_open(str(path), framework="np") as file:
            return {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except FileNotFoundError as error:
        raise RunError(
            f"{path} is missing: this folder holds no finished model. Run `umbrella fit` again; "
            f"it goes on from the last checkpoint."
        ) from error
    except (safetensors.SafetensorError, OSError, ValueError) as error:
        raise RunError(
            f"{path} is not a whole safetensors file ({error}). Nothing of it was used. "
            f"Restore it from a copy, or fit again with --fresh."
        ) from error


def pack(array: NDArray) -> dict[str, Any]:
    """One array as a JSON-safe dict: dtype, shape and base85 text (a quarter longer than bytes)."""
    little = np.ascontiguousarray(array).astype(array.dtype.newbyteorder("<"), copy=False)
    if little.dtype.str not in PACKED:
        raise TypeError(f"dtype {little.dtype.str} is not one of {PACKED}.")
    text = base64.b85encode(little.tobytes()).decode("ascii")
    return {"dtype": little.dtype.str, "shape": list(array.shape), "base85": text}


def unpack(spec: Any) -> NDArray:
    """Read back what `pack` made.

    Raises:
        BundleError: not such a dict, an unknown dtype, or a length that does not match the shape.
    """
    try:
        dtype, shape, text = spec["dtype"], spec["shape"], spec["base85"]
        if dtype not in PACKED or not all(type(n) is int and n >= 0 for n in shape):
            raise ValueError(f"dtype {dtype!r} of shape {shape!r} is not allowed")
        data = base64.b85decode(text)
        if len(data) != math.prod(shape) * np.dtype(dtype).itemsize:
            raise ValueError(f"{len(data)} bytes do not fill shape {shape}")
        return np.frombuffer(data, dtype=dtype).reshape(shape).copy()
    except (KeyError, TypeError, ValueError) as error:
        raise BundleError(
            f"A stored array is damaged ({error}). Use an intact copy of the file."
        ) from error
